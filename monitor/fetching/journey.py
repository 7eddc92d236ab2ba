"""The redirects of one exchange: where it is, how far it came, and whether it moved for good."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.errors import FetchError
from monitor.fetching.answers import ASKS_TO_WAIT, HttpAnswer
from monitor.fetching.failures import place_of
from monitor.fetching.lenient.cookies import CookiePot
from monitor.fetching.waiting import MAX_WAIT
from monitor.urls import resolve

MAX_HOPS = 5
_PERMANENT_REDIRECTS = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Credentials:
    """A header that one site wants to see, and nobody else may.

    Attributes:
        url: an address of that site.
        value: a secret, which no text of this object shows.
    """

    url: str
    header: str
    value: str = field(repr=False)

    def is_for(self, url: str) -> bool:
        """Whether an address belongs to the site: the same host and port, and never in the clear
        where the site's own is encrypted.
        """
        own, other = urlsplit(self.url), urlsplit(url)
        if (own.scheme, own.netloc.lower()) == (other.scheme, other.netloc.lower()):
            return True
        is_upgrade = (own.scheme, other.scheme, own.port, other.port) == (
            *("http", "https"),
            *(None, None),
        )
        return is_upgrade and own.hostname == other.hostname


@dataclass(slots=True)
class Journey:
    """The hops of one exchange.

    Attributes:
        url: where it is now.
        permanent_url: the target of the leading run of permanent redirects, None without one.
        seconds_left: of its time, for all hops together.
        hops: redirects so far.
        is_permanent: all of them were permanent.
        was_refreshed: a page has sent it on by itself, which is followed once.
        cookies: that were set on the way, forgotten at its end.
        credentials: for the site where it begins, as a rule.
        is_single: nobody comes back to these hosts soon.
        closing: statuses that close a host.
        closes_for: the longest that one may close it.
    """

    url: str
    permanent_url: str | None = None
    seconds_left: float = 0.0
    hops: int = 0
    is_permanent: bool = True
    was_refreshed: bool = False
    cookies: CookiePot = field(default_factory=CookiePot)
    credentials: Credentials | None = None
    is_single: bool = False
    closing: Set[int] = ASKS_TO_WAIT
    closes_for: timedelta = MAX_WAIT

    @property
    def sends_login(self) -> bool:
        """Whether the site where it is now is sent a login."""
        return self.credentials is not None and self.credentials.is_for(self.url)

    def own_headers(self) -> dict[str, str]:
        """Returns what is sent to where it is now because it is this journey."""
        headers = {}
        if cookies := self.cookies.header(self.url):
            headers["Cookie"] = cookies
        if self.credentials is not None and self.sends_login:
            headers[self.credentials.header] = self.credentials.value
        return headers

    def follow(self, answer: HttpAnswer) -> None:
        """Goes on to where a redirect points.

        Raises:
            FetchError: too many hops, no target, or one that is not a web address.
        """
        target = resolve(self.url, answer.headers.get("location", ""))
        if target is None:
            raise self._failure(f"redirects ({answer.status}) to no web address", answer)
        self.hops += 1
        if self.hops > MAX_HOPS:
            raise self._failure(f"redirects more than {MAX_HOPS} times", answer)
        self.is_permanent = self.is_permanent and answer.status in _PERMANENT_REDIRECTS
        if self.is_permanent:
            self.permanent_url = target
        self.url = target

    def refresh(self, target: str) -> bool:
        """Goes on to where a page sends its readers; returns whether it did: once, and to another
        web address.
        """
        url = resolve(self.url, target)
        if self.was_refreshed or url is None or url == self.url:
            return False
        # A page says nothing of for how long it does so.
        self.was_refreshed, self.is_permanent, self.url = True, False, url
        return True

    def _failure(self, what: str, answer: HttpAnswer) -> FetchError:
        message = f"{place_of(self.url)} {what}"
        return FetchError(self.url, message, status=answer.status, permanent=True)
