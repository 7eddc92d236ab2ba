"""The one HTTP client: feeds, pages, webhooks and pings all go through it, so that one guard and one set of limits hold for
all.

It is httpx's client over a transport with a guarded network backend, with what httpx does by itself switched off: cookies
between polls, unjudged redirects, proxies from the environment, decompression. httpx bounds neither time nor memory
(timeouts are per read, a first decompressed chunk was 67 MB), so one deadline stands round all hops of an exchange, waiting
for a host's turn not counted, and bodies are read raw. Errors of all libraries are translated in one place, `_translated`.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from monitor.errors import AddressBlocked, BodyTooLarge, DeadlineExceeded, FetchError, HostHeld, MonitorError
from monitor.fetching.guard import GuardedBackend, Lookup, RefusedAddress
from monitor.fetching.limits import BrokenBody, HostLimits, TooLarge, max_age, read_body, retry_after
from monitor.fetching.transport import LOCATION, GuardedTransport
from monitor.model import Fetched, NotModified, Validators
from monitor.text import one_line
from monitor.urls import is_web_url, resolve

_MAX_HOPS = 5
_POST_ANSWER_BYTES = 4_096
_KEEP_ALIVE_SECONDS = 15.0
_CONNECT_SECONDS = 10.0
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT_REDIRECTS = {301, 308}
_PERMANENT = {400, 401, 402, 403, 404, 405, 406, 410, 414, 451}
_ASKS_TO_WAIT = {429, 503}
# What the libraries raise besides their own errors: InvalidURL for redirects into nowhere, UnicodeError for endless hosts.
_FOREIGN = (httpx.InvalidURL, RefusedAddress, TooLarge, BrokenBody, httpcore.UnsupportedProtocol, OSError, ValueError)
_NOTHING_KNOWN = Validators()
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How the client behaves.

    Attributes:
        user_agent: names the program and whom to write to.
        concurrency: exchanges at a time.
        per_host: exchanges with one host at a time.
        per_host_delay: least time between two starts with one host.
        deadline: for an exchange with all its redirects.
        max_bytes: of a body, as sent and decompressed.
        allow_private: connect to addresses that are not public (tests, intranets).
    """

    user_agent: str
    concurrency: int = 32
    per_host: int = 2
    per_host_delay: timedelta = timedelta(seconds=1)
    deadline: timedelta = timedelta(seconds=30)
    max_bytes: int = 10_000_000
    allow_private: bool = False


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
class _Answer:
    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(slots=True)
class _Journey:
    """The hops of one exchange."""

    url: str
    permanent_url: str | None = None
    seconds_left: float = 0.0
    hops: int = 0
    is_permanent: bool = True

    def follow(self, answer: _Answer) -> None:
        """Goes on to where a redirect points.

        Raises:
            FetchError: too many hops, no target, or one that is no web address.
        """
        target = resolve(self.url, answer.headers.get("location", ""))
        if target is None:
            raise FetchError(
                self.url,
                f"{shown(self.url)} redirects ({answer.status}) to no web address",
                status=answer.status,
                permanent=True,
            )
        self.hops += 1
        if self.hops > _MAX_HOPS:
            raise FetchError(
                self.url, f"{shown(self.url)} redirects more than {_MAX_HOPS} times", status=answer.status, permanent=True
            )
        self.is_permanent = self.is_permanent and answer.status in _PERMANENT_REDIRECTS
        if self.is_permanent:
            self.permanent_url = target
        self.url = target


class Client:
    """Fetches and posts; one for the whole program, used from one event loop.

    Args:
        options: see `FetchOptions`.
        ssl_context: trusted authorities; certifi's by default.
        lookup: answers host names; the system's resolver by default.
    """

    def __init__(
        self, options: FetchOptions, *, ssl_context: ssl.SSLContext | None = None, lookup: Lookup | None = None
    ) -> None:
        self._options = options
        self._hosts = HostLimits(per_host=options.per_host, delay=options.per_host_delay)
        self._slots = asyncio.Semaphore(options.concurrency)
        pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
            max_connections=2 * options.concurrency,
            max_keepalive_connections=options.concurrency,
            keepalive_expiry=_KEEP_ALIVE_SECONDS,
            network_backend=GuardedBackend(allow_private=options.allow_private, lookup=lookup),
        )
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(pool),
            cookies=CookieJar(policy=DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            timeout=httpx.Timeout(None, connect=_CONNECT_SECONDS),
            trust_env=False,
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._client.aclose()

    async def fetch(
        self, url: str, *, validators: Validators = _NOTHING_KNOWN, max_bytes: int | None = None
    ) -> Fetched | NotModified:
        """Gets a document, following up to five redirects.

        Args:
            validators: what the last response gave; makes the request conditional.
            max_bytes: limit for this body, when it is lower than the client's.

        Raises:
            AddressBlocked: the address, or a redirect, is not public.
            BodyTooLarge: the body is over the limit.
            DeadlineExceeded: it took too long.
            FetchError: anything else, with the status if there was one.
        """
        limit = min(max_bytes or self._options.max_bytes, self._options.max_bytes)
        journey = _Journey(url, seconds_left=self._options.deadline.total_seconds())
        headers = _conditions(validators)
        while True:
            answer = await self._hop(journey, headers, limit)
            if answer.status in _REDIRECTS:
                journey.follow(answer)
                continue
            if answer.status == HTTPStatus.NOT_MODIFIED and headers:
                return NotModified(url, _validators(answer.headers, validators), max_age(answer.headers))
            if not 200 <= answer.status < 300:
                raise _refusal(url, answer)
            return _fetched(url, journey, answer)

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str], deadline: timedelta) -> Posted:
        """Posts a body once; no redirect is followed and no status is an error.

        Raises:
            AddressBlocked: the address is not public.
            DeadlineExceeded: no answer within `deadline`.
            FetchError: no answer at all.
        """
        journey = _Journey(url, seconds_left=deadline.total_seconds())
        sent = {
            "User-Agent": self._options.user_agent,
            "Accept-Encoding": "identity",
            **headers,
        }

        async def exchange() -> Posted:
            async with self._response("POST", url, sent, body) as response:
                start = b""
                async for chunk in response.aiter_raw():
                    start += chunk
                    if len(start) >= _POST_ANSWER_BYTES:
                        break
                return Posted(response.status_code, retry_after(_headers(response)), start[:_POST_ANSWER_BYTES])

        async with self._slots:
            return await _bounded(journey, exchange)

    async def _hop(self, journey: _Journey, conditions: Mapping[str, str], limit: int) -> _Answer:
        """Makes one request of a journey, when it is the host's turn and unless the host has asked to wait."""
        host = urlsplit(journey.url).netloc.lower() if is_web_url(journey.url) else ""
        headers = {"User-Agent": self._options.user_agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip, deflate", **conditions}

        async def exchange() -> _Answer:
            async with self._response("GET", journey.url, headers, b"") as response:
                return await _read(journey.url, response, limit)

        self._check_open(journey.url, host)
        async with self._hosts.turn(host), self._slots:
            self._check_open(journey.url, host)
            answer = await _bounded(journey, exchange)
        wait = retry_after(answer.headers) if answer.status in _ASKS_TO_WAIT else None
        if wait:
            self._hosts.close(host, wait)
        return answer

    def _check_open(self, url: str, host: str) -> None:
        wait = self._hosts.closed_for(host)
        if wait is not None:
            raise HostHeld(
                url, f"{host} has asked for no requests for another {round(wait.total_seconds())} s", retry_after=wait
            )

    @asynccontextmanager
    async def _response(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> AsyncIterator[httpx.Response]:
        """Sends a request and closes its response; an unfinished one costs the connection."""
        if not is_web_url(url):
            raise httpx.InvalidURL("no http(s) address, or one with credentials in it")
        lines = [(name.encode("ascii"), _header_value(value)) for name, value in headers.items()]
        request = self._client.build_request(method, url, headers=lines, content=body or None)
        response = await self._client.send(request, stream=True)
        try:
            yield response
        finally:
            await response.aclose()


def shown(url: str) -> str:
    """Returns a URL for messages: without credentials, query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return one_line(url.split("?")[0], limit=60)
    query = "?…" if parts.query else ""
    return one_line(f"{parts.scheme}://{host}{parts.path}{query}" if host else f"{parts.scheme}:…", limit=200)


async def _bounded(journey: _Journey, exchange: Callable[[], Awaitable[_Result]]) -> _Result:
    """Runs one exchange within what is left of the journey's time, with foreign errors translated."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.timeout(max(journey.seconds_left, 0.0)):
            return await exchange()
    except MonitorError:
        raise
    except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, *_FOREIGN) as error:
        raise _translated(journey.url, error) from error
    finally:
        journey.seconds_left -= loop.time() - start


def _translated(url: str, error: Exception) -> FetchError:
    """Turns any error of the libraries below into one of ours: what failed and why, in words without secrets."""
    place = shown(url)
    if isinstance(error, RefusedAddress):
        return AddressBlocked(url, f"{place}: {error}", permanent=True, hint="set fetch.allow_private for an intranet")
    if isinstance(error, TooLarge):
        return BodyTooLarge(
            url, f"{place} is larger than allowed", permanent=True, hint="raise fetch.max_bytes if this is expected"
        )
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return DeadlineExceeded(url, f"{place} took too long", hint="it is tried again; raise fetch.deadline for a slow server")
    if isinstance(error, httpx.InvalidURL | UnicodeError | ValueError):
        return FetchError(url, f"{place} is no address that can be fetched: {_words(error)}", permanent=True)
    if isinstance(error, BrokenBody):
        return FetchError(url, f"{place} sent a body that cannot be read: {_words(error)}")
    return FetchError(url, f"{place} cannot be reached: {_words(error)}")


def _words(error: BaseException) -> str:
    """Returns an error's own words, or its kind; libraries below wrap the telling one."""
    while error.__cause__ is not None and not str(error).strip():
        error = error.__cause__
    return one_line(str(error), limit=120) or type(error).__name__


async def _read(url: str, response: httpx.Response, limit: int) -> _Answer:
    """Reads an answer; bodies of errors and redirects are left unread."""
    headers = _headers(response)
    if not 200 <= response.status_code < 300:
        return _Answer(url, response.status_code, headers)
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and int(length[:18]) > limit:
        raise TooLarge
    body = await read_body(response.aiter_raw(), headers.get("content-encoding", ""), limit)
    return _Answer(url, response.status_code, headers, body)


def _headers(response: httpx.Response) -> dict[str, str]:
    """Returns the headers with lower-case names; repeated ones are joined (RFC 9110 §5.3)."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    location = response.extensions.get(LOCATION)
    return {**headers, "location": location.decode("latin-1")} if location is not None else headers


def _header_value(value: str) -> bytes:
    """Validators go back byte for byte: they were read as Latin-1, so they are written as Latin-1."""
    return value.encode("latin-1", "replace")


def _conditions(validators: Validators) -> dict[str, str]:
    headers = {}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def _validators(headers: Mapping[str, str], known: Validators = _NOTHING_KNOWN) -> Validators:
    return Validators(headers.get("etag") or known.etag, headers.get("last-modified") or known.last_modified)


def _refusal(url: str, answer: _Answer) -> FetchError:
    """Describes a status that is no success."""
    try:
        phrase = HTTPStatus(answer.status).phrase
    except ValueError:
        phrase = "unknown status"
    hint = ""
    if "cf-mitigated" in answer.headers:
        hint = "the site's bot protection stands before it: ask the site for access, or follow another feed of it"
    elif answer.status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        hint = "look for its new address on the site"
    return FetchError(
        url,
        f"{shown(answer.url)} answered {answer.status} {phrase}",
        status=answer.status,
        permanent=answer.status in _PERMANENT,
        retry_after=retry_after(answer.headers),
        hint=hint,
    )


def _fetched(url: str, journey: _Journey, answer: _Answer) -> Fetched:
    media_type, charset = _content_type(answer.headers.get("content-type", ""))
    return Fetched(
        url=url,
        final_url=journey.url,
        status=answer.status,
        body=answer.body,
        media_type=media_type,
        charset=charset,
        content_language=answer.headers.get("content-language"),
        validators=_validators(answer.headers),
        permanent_url=journey.permanent_url,
        max_age=max_age(answer.headers),
    )


def _content_type(value: str) -> tuple[str, str | None]:
    media_type, _, parameters = value.partition(";")
    for parameter in parameters.split(";"):
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "charset" and text.strip():
            return media_type.strip().lower(), text.strip(" \"'")
    return media_type.strip().lower(), None
