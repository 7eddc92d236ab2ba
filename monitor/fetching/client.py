"""The one HTTP client: feeds, pages, webhooks and pings all go through it, so that one guard and
one set of limits hold for all.

It is httpx's client over a transport with a guarded network backend, with what httpx does by itself
switched off: cookies between polls, unjudged redirects, proxies from the environment,
decompression. httpx bounds neither time nor memory (timeouts are per read, a first decompressed
chunk was 67 MB), so one deadline stands round all hops of an exchange, waiting for a host's turn
not counted, and bodies are read raw. Errors of all libraries are translated in one place,
`_bounded`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from monitor.errors import FetchError, MonitorError
from monitor.fetching.answers import (
    HttpAnswer,
    read_answer,
    read_beginning,
    read_if_it_comes,
)
from monitor.fetching.bodies import BrokenBody, TooLarge, offered_encodings
from monitor.fetching.challenge import is_challenge
from monitor.fetching.failures import refusal, translated
from monitor.fetching.guard import GuardedBackend, Lookup, RefusedAddress
from monitor.fetching.headers import (
    read_content_type,
    read_cookies,
    read_headers,
    read_validators,
    write_conditions,
)
from monitor.fetching.journey import Credentials, Journey
from monitor.fetching.lanes import Lanes, Place
from monitor.fetching.lenient.refresh import find_refresh
from monitor.fetching.limits import (
    LONGEST_PAUSE,
    HostLimits,
    LoopClock,
    MemoryHostState,
    MonotonicClock,
    check_open,
    next_pause,
)
from monitor.fetching.robots import MAX_ROBOTS_BYTES, Robots
from monitor.fetching.transport import build_clients, build_request, remembered_url
from monitor.fetching.waiting import MAX_WAIT, max_age, retry_after
from monitor.model import Fetched, NotModified, Validators
from monitor.model.private import PrivatePlace
from monitor.politeness import HostPause, HostStateStore
from monitor.urls import is_web_url

_POST_ANSWER_BYTES = 4_096
_SHARE_FOR_WORDS = 0.9  # of the time for a post, after which words that come with it are left
# Servers that give one address in several forms choose by this.
_ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, "
    "text/html;q=0.8, */*;q=0.5"
)
_ACCEPT_PAGE = "text/html, application/xhtml+xml, application/xml;q=0.7, */*;q=0.5"
_HTML = frozenset({"", "text/html", "application/xhtml+xml"})
_UNCOMPRESSED = "identity"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What the libraries raise: besides their own errors, InvalidURL for redirects into nowhere and
# UnicodeError for endless hosts.
_FOREIGN = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    httpx.InvalidURL,
    RefusedAddress,
    TooLarge,
    BrokenBody,
    OSError,
    ValueError,
)
_NOTHING_KNOWN = Validators()
_NO_PAUSE = timedelta()
_Result = TypeVar("_Result")
_Reader = Callable[[str, httpx.Response], Awaitable[HttpAnswer]]
# Asked before each hop: returns the pause since the host's last request, or raises.
_Gate = Callable[[str], Awaitable[timedelta]]


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How the client behaves.

    Attributes:
        user_agent: names the program and whom to write to.
        concurrency: exchanges at a time.
        per_host: exchanges with one host at a time.
        per_host_delay: least time between two requests to one host, from the end of one to the
            start of the next.
        deadline: for an exchange with all its redirects.
        max_bytes: of a body, as sent and decompressed.
        allow_private: connect to addresses that are not public (tests, intranets): all, or those of
            the places.
        heeds_robots: ask robots.txt before a page.
    """

    user_agent: str
    concurrency: int = 8
    per_host: int = 1
    per_host_delay: timedelta = timedelta(seconds=2)
    deadline: timedelta = timedelta(seconds=30)
    max_bytes: int = 10_000_000
    allow_private: bool | tuple[PrivatePlace, ...] = False
    heeds_robots: bool = True


@dataclass(frozen=True, slots=True)
class Posted:
    """A receiver's answer; redirects are answers, too.

    Attributes:
        body: its first 4 kB.
    """

    status: int
    retry_after: timedelta | None = None
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a document is asked for with, besides its address."""

    accept: str  # the forms that are wanted, the best first
    validators: Validators
    max_bytes: int | None  # where it is lower than the client's
    credentials: Credentials | None = None
    is_single: bool = False  # nobody comes back soon
    closes_for: timedelta = LONGEST_PAUSE  # the longest that a refusal closes a host


@dataclass(frozen=True, slots=True)
class _Request:
    """What is sent to one address."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    is_single: bool = False  # its connection serves no other


class Client:
    """Fetches and posts; one for the whole program, used from one event loop.

    Args:
        options: see `FetchOptions`.
        ssl_context: trusted authorities; certifi's by default.
        lookup: answers host names; the system's resolver by default.
        host_state: remembers which hosts asked to be left alone, and robots.txt files; ends with
            the client by default.
        clock: the time of day, aware UTC; without one moments are counted from `monotonic`.
        monotonic: what requests are spaced by; the event loop's time by default.
    """

    def __init__(  # noqa: PLR0913 (callers name them)
        self,
        options: FetchOptions,
        *,
        ssl_context: ssl.SSLContext | None = None,
        lookup: Lookup | None = None,
        host_state: HostStateStore | None = None,
        clock: Callable[[], datetime] | None = None,
        monotonic: MonotonicClock | None = None,
    ) -> None:
        self._options = options
        self._monotonic = monotonic or LoopClock()
        self._clock = clock
        self._host_state = host_state or MemoryHostState()
        self._robots = Robots(self._host_state, self._get_robots, self._now)
        self._limits = HostLimits(
            per_host=options.per_host, delay=options.per_host_delay, clock=self._monotonic
        )
        self._lanes = Lanes(options.concurrency)
        backend = GuardedBackend(allow_private=options.allow_private, lookup=lookup)
        self._clients = build_clients(backend, options.concurrency, ssl_context)

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._clients.aclose()

    async def fetch(
        self,
        url: str,
        *,
        validators: Validators = _NOTHING_KNOWN,
        max_bytes: int | None = None,
        pause: timedelta = _NO_PAUSE,
    ) -> Fetched | NotModified:
        """Gets a document that the user chose, following up to five redirects.

        Args:
            validators: what the last response gave; makes the request conditional.
            max_bytes: limit for this body, when it is lower than the client's.
            pause: since the last request to the host, where that is more than usual.

        Raises:
            AddressBlocked: the address, or a redirect, is not public.
            BodyTooLarge: the body is over the limit.
            BotProtection: a challenge for browsers answered.
            DeadlineExceeded: it took too long.
            HostHeld: the host has asked to be left alone; nothing was sent.
            FetchError: anything else, with the status if there was one.
        """
        return await self._fetch(url, _Wish(_ACCEPT_FEED, validators, max_bytes), _always(pause))

    async def fetch_feed(
        self,
        url: str,
        *,
        validators: Validators = _NOTHING_KNOWN,
        pause: timedelta = _NO_PAUSE,
        credentials: Credentials | None = None,
    ) -> Fetched | NotModified:
        """Gets a feed: as `fetch`, with what its site wants to see of a reader.

        Raises:
            FetchError: as `fetch`.
        """
        wish = _Wish(_ACCEPT_FEED, validators, None, credentials, True, MAX_WAIT)
        return await self._fetch(url, wish, _always(pause))

    async def fetch_page(
        self, url: str, *, validators: Validators = _NOTHING_KNOWN, max_bytes: int | None = None
    ) -> Fetched | NotModified:
        """Gets a page that a feed named: as `fetch`, where robots.txt allows it, and as slowly as
        that asks for.

        Raises:
            RobotsDisallow: robots.txt does not allow the page or a redirect of it, or could not be
            read. FetchError: as `fetch`.
        """
        # Asked at each hop: a redirect may lead to another site, or to a page that is not allowed.
        gate = self._robots.allow if self._options.heeds_robots else _always(_NO_PAUSE)
        return await self._fetch(url, _Wish(_ACCEPT_PAGE, validators, max_bytes), gate)

    async def _fetch(self, url: str, wish: _Wish, gate: _Gate) -> Fetched | NotModified:
        limit = min(wish.max_bytes or self._options.max_bytes, self._options.max_bytes)
        seconds = self._options.deadline.total_seconds()
        journey = Journey(
            url,
            seconds_left=seconds,
            credentials=wish.credentials,
            is_single=wish.is_single,
            closes_for=wish.closes_for,
        )
        conditions = write_conditions(wish.validators)
        asked, read = {"Accept": wish.accept, **conditions}, partial(read_answer, limit=limit)
        answer = await self._travel(journey, asked, read, gate)
        if _is_sent_on(journey, answer):
            answer = await self._travel(journey, asked, read, gate)
        # Some servers answer 304 without having been asked: that is an error then.
        if answer.status == HTTPStatus.NOT_MODIFIED and conditions:
            return _not_modified(url, journey, answer, wish.validators)
        # Some protections answer 200 and say only in a header that it is not the site's page.
        if not answer.is_whole or is_challenge(answer.status, answer.headers, b""):
            wait = retry_after(answer.headers, self._time_of_day())
            raise refusal(url, answer, wait, has_login=journey.sends_login)
        return _fetched(url, journey, answer)

    async def _travel(
        self, journey: Journey, asked: Mapping[str, str], read: _Reader, gate: _Gate
    ) -> HttpAnswer:
        """Follows redirects to an answer; one whose compression cannot be read is asked for once
        more without.
        """
        offered = offered_encodings()
        while True:
            pause = await gate(journey.url) if is_web_url(journey.url) else _NO_PAUSE
            headers = {**asked, "Accept-Encoding": offered}
            try:
                answer = await self._hop(journey, headers, read, pause)
            except FetchError as error:
                if offered == _UNCOMPRESSED or not isinstance(error.__cause__, BrokenBody):
                    raise
                offered = _UNCOMPRESSED
                continue
            if not answer.is_redirect:
                return answer
            journey.follow(answer)

    async def _get_robots(self, url: str) -> HttpAnswer:
        """Returns a robots.txt, of its text the beginning."""
        # That its server fails lets pages wait, and is no word on feeds (RFC 9309 §2.3.1.4).
        journey = Journey(
            url,
            seconds_left=self._options.deadline.total_seconds(),
            closing={HTTPStatus.TOO_MANY_REQUESTS},
            closes_for=LONGEST_PAUSE,
        )
        read = partial(read_beginning, limit=MAX_ROBOTS_BYTES)
        return await self._travel(journey, {"Accept": "*/*"}, read, _always(_NO_PAUSE))

    async def post(
        self,
        url: str,
        *,
        body: bytes,
        headers: Mapping[str, str],
        deadline: timedelta,
        pause: timedelta | None = None,
    ) -> Posted:
        """Posts a body once; no redirect is followed and no status is an error.

        Args:
            pause: waits for the host's turn as `fetch` does, so long after the last request to it;
                None does not wait.

        Raises:
            AddressBlocked: the address is not public.
            DeadlineExceeded: no answer within `deadline`.
            HostHeld: with a `pause`, the host has asked to be left alone.
            FetchError: no answer at all.
        """
        journey = Journey(url, seconds_left=deadline.total_seconds())
        # A connection of its own: what one receiver sends beyond its answer is nobody's else.
        alone = {"Accept-Encoding": _UNCOMPRESSED, "Connection": "close"}
        own = {"User-Agent": self._options.user_agent, **alone}
        request = _Request("POST", url, {**own, **headers}, body)
        exchange = partial(self._send_post, request, journey)
        if pause is None:
            async with self._lanes.place() as place:
                return _posted(await _bounded(journey, partial(exchange, place)))
        host = urlsplit(url).netloc.lower()
        async with self._limits.turn(host, pause), self._lanes.place() as place:
            known = await check_open(self._host_state, host, url, self._now())
            answer = await _bounded(journey, partial(exchange, place))
            if answer.asks_to_wait:
                await self._close_host(host, known, answer, retry_after(answer.headers))
            return _posted(answer)

    async def _send_post(self, request: _Request, journey: Journey, place: Place) -> HttpAnswer:
        loop = asyncio.get_running_loop()
        end = loop.time() + journey.seconds_left * _SHARE_FOR_WORDS
        async with self._response(request, place) as response:
            headers = read_headers(response)
            # Accepted is accepted, whatever becomes of the words that come with it.
            encoding, seconds = headers.get("content-encoding", ""), end - loop.time()
            start = await read_if_it_comes(response, encoding, seconds=seconds)
            return HttpAnswer(
                request.url, response.status_code, headers, start[:_POST_ANSWER_BYTES]
            )

    async def _hop(
        self, journey: Journey, asked: Mapping[str, str], read: _Reader, pause: timedelta
    ) -> HttpAnswer:
        """Makes one request of a journey, when it is the host's turn and unless the host has asked
        to wait.
        """
        host = urlsplit(journey.url).netloc.lower() if is_web_url(journey.url) else ""
        agent = {"User-Agent": self._options.user_agent}
        headers = {**agent, **asked, **journey.own_headers()}
        request = _Request("GET", journey.url, headers, is_single=journey.is_single)
        await check_open(self._host_state, host, journey.url, self._now())
        async with self._limits.turn(host, pause), self._lanes.place() as place:
            # While this one waited for its turn, another may have been refused.
            known = await check_open(self._host_state, host, journey.url, self._now())
            answer = await _bounded(journey, partial(self._send_get, request, read, place))
            await self._remember(host, known, answer, journey)
        journey.cookies.keep(answer.url, answer.cookies)
        return answer

    async def _send_get(self, request: _Request, read: _Reader, place: Place) -> HttpAnswer:
        async with self._response(request, place) as response:
            answer, cookies = await read(request.url, response), read_cookies(response)
            return replace(answer, cookies=cookies) if cookies else answer

    async def _remember(
        self, host: str, known: HostPause | None, answer: HttpAnswer, journey: Journey
    ) -> None:
        """Records that a host asked to be left alone, or that it answers again."""
        if answer.status in journey.closing:
            wait = retry_after(answer.headers, self._time_of_day())
            # What one page says for weeks must not hold the host's feeds for so long.
            bounded = None if wait is None else min(wait, journey.closes_for)
            await self._close_host(host, known, answer, bounded)
        elif known is not None and not answer.asks_to_wait:
            await self._host_state.put_pause(host, None)

    async def _close_host(
        self, host: str, known: HostPause | None, answer: HttpAnswer, wait: timedelta | None
    ) -> None:
        pause = next_pause(known, wait, self._now(), f"it answered {answer.status}")
        await self._host_state.put_pause(host, pause)

    def _now(self) -> datetime:
        return self._clock() if self._clock else _EPOCH + timedelta(seconds=self._monotonic.time())

    def _time_of_day(self) -> datetime | None:
        return self._clock() if self._clock else None

    @asynccontextmanager
    async def _response(self, request: _Request, place: Place) -> AsyncIterator[httpx.Response]:
        """Sends a request and closes its response; an unfinished one costs the connection."""
        if not is_web_url(request.url):
            raise httpx.InvalidURL("no http(s) address, or one with credentials in it")
        client = self._clients.single if request.is_single else self._clients.pooled
        url = remembered_url(request.url) if request.is_single else httpx.URL(request.url)
        sent = build_request(request.method, url, request.headers, request.body)
        response = await client.send(sent, stream=True)
        try:
            await place.answered()
            yield response
        finally:
            await response.aclose()


def _always(pause: timedelta) -> _Gate:
    """Returns a gate that lets every hop pass with the same pause."""

    async def allow(_: str) -> timedelta:
        return pause

    return allow


async def _bounded(journey: Journey, exchange: Callable[[], Awaitable[_Result]]) -> _Result:
    """Runs one exchange within what is left of the journey's time; translates foreign errors."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.timeout(max(journey.seconds_left, 0.0)):
            return await exchange()
    except MonitorError:
        raise
    except _FOREIGN as error:
        raise translated(journey.url, error) from error
    finally:
        journey.seconds_left -= loop.time() - start


def _is_sent_on(journey: Journey, answer: HttpAnswer) -> bool:
    """Lets a journey go on where a page sends its readers; returns whether it does."""
    if not answer.is_whole or read_content_type(answer.headers).media_type not in _HTML:
        return False
    target = find_refresh(answer.body)
    return target is not None and journey.refresh(target)


def _not_modified(
    url: str, journey: Journey, answer: HttpAnswer, validators: Validators
) -> NotModified:
    return NotModified(
        url=url,
        validators=read_validators(answer.headers, validators),
        max_age=max_age(answer.headers),
        final_url=journey.url,
        permanent_url=journey.permanent_url,
    )


def _fetched(url: str, journey: Journey, answer: HttpAnswer) -> Fetched:
    content_type = read_content_type(answer.headers)
    return Fetched(
        url=url,
        final_url=journey.url,
        status=answer.status,
        body=answer.body,
        media_type=content_type.media_type,
        charset=content_type.charset,
        content_language=answer.headers.get("content-language"),
        validators=read_validators(answer.headers, _NOTHING_KNOWN),
        permanent_url=journey.permanent_url,
        max_age=max_age(answer.headers),
    )


def _posted(answer: HttpAnswer) -> Posted:
    return Posted(answer.status, retry_after(answer.headers), answer.body)
