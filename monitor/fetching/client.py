"""The one HTTP client: feeds, pages, webhooks and pings all go through it, so that one guard and
one set of limits hold for all.

It is httpx's client over a transport with a guarded network backend, with what httpx does by itself
switched off: cookies between polls, unjudged redirects, proxies from the environment,
decompression. httpx bounds neither time nor memory (timeouts are per read, a first decompressed
chunk was 67 MB), so one deadline stands round all hops of an exchange, waiting for a host's turn
not counted, and bodies are read raw. Errors of all libraries are translated in one place,
`_translated`."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import TypeVar
from urllib.parse import urlsplit

import httpcore
import httpx

from monitor.errors import FetchError, MonitorError
from monitor.fetching.bodies import BrokenBody, TooLarge, read_body, read_start
from monitor.fetching.challenge import START_BYTES, is_challenge
from monitor.fetching.failures import refusal, shown, translated
from monitor.fetching.guard import GuardedBackend, Lookup, RefusedAddress
from monitor.fetching.limits import HostLimits, LoopPace, MemoryBook, Pace, check_open, next_pause
from monitor.fetching.robots import MAX_ROBOTS_BYTES, Robots
from monitor.fetching.transport import LOCATION, GuardedTransport
from monitor.fetching.waiting import max_age, retry_after
from monitor.model import Fetched, NotModified, Validators
from monitor.politeness import HostBook, HostPause
from monitor.urls import is_web_url, resolve

_MAX_HOPS = 5
_POST_ANSWER_BYTES = 4_096
_KEEP_ALIVE_SECONDS = 15.0
_CONNECT_SECONDS = 10.0
# What an error page says only names the refusal better; it is not waited for.
_ERROR_PAGE_SECONDS = 5.0
_MAX_VALIDATOR_CHARS = 4_096  # a longer one would be refused on its way back, and the feed with it
_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, text/html;q=0.8, */*;q=0.5"
_COMPRESSIONS = "gzip, deflate"
_UNCOMPRESSED = "identity"
_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT_REDIRECTS = {301, 308}
# 206 is a part that nobody asked for, 204 and 205 have no body, 202 says "later".
_WHOLE = {200, 203}
_ASKS_TO_WAIT = {429, 503}
# Headers that stand once; of several the first counts, joined ones would be no value at all.
_SINGLE = {
    "etag",
    "last-modified",
    "retry-after",
    "date",
    "expires",
    "content-type",
    "content-length",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# What the libraries raise besides their own errors: InvalidURL for redirects into nowhere,
# UnicodeError for endless hosts.
_FOREIGN = (
    httpx.InvalidURL,
    RefusedAddress,
    TooLarge,
    BrokenBody,
    httpcore.UnsupportedProtocol,
    OSError,
    ValueError,
)
_NOTHING_KNOWN = Validators()
_NO_PAUSE = timedelta()
_Result = TypeVar("_Result")
_Reader = Callable[[str, httpx.Response], Awaitable["_Answer"]]


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
        allow_private: connect to addresses that are not public (tests, intranets).
        heeds_robots: ask robots.txt before a page.
    """

    user_agent: str
    concurrency: int = 8
    per_host: int = 1
    per_host_delay: timedelta = timedelta(seconds=2)
    deadline: timedelta = timedelta(seconds=30)
    max_bytes: int = 10_000_000
    allow_private: bool = False
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
                self.url,
                f"{shown(self.url)} redirects more than {_MAX_HOPS} times",
                status=answer.status,
                permanent=True,
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
        book: remembers which hosts asked to be left alone, and robots.txt files; ends with the
            client by default.
        clock: the time of day, aware UTC; without one moments are counted from the client's own
            time.
        pace: what requests are spaced by; the event loop's time by default.
    """

    def __init__(
        self,
        options: FetchOptions,
        *,
        ssl_context: ssl.SSLContext | None = None,
        lookup: Lookup | None = None,
        book: HostBook | None = None,
        clock: Callable[[], datetime] | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._options = options
        self._pace = pace or LoopPace()
        self._clock = clock
        self._book = book or MemoryBook()
        self._robots = Robots(self._book, self._get_robots, self._now)
        self._hosts = HostLimits(
            per_host=options.per_host, delay=options.per_host_delay, pace=self._pace
        )
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
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes idle connections."""
        await self._client.aclose()

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

        async def usual(_: str) -> timedelta:
            return pause

        return await self._fetch(url, validators, max_bytes, usual)

    async def fetch_page(
        self, url: str, *, validators: Validators = _NOTHING_KNOWN, max_bytes: int | None = None
    ) -> Fetched | NotModified:
        """Gets a page that a feed named: as `fetch`, where robots.txt allows it, and as slowly as
        that asks for.

        Raises:
            RobotsDisallow: robots.txt does not allow the page or a redirect of it, or could not be
            read. FetchError: as `fetch`.
        """
        if not self._options.heeds_robots:
            return await self.fetch(url, validators=validators, max_bytes=max_bytes)
        return await self._fetch(url, validators, max_bytes, self._robots.allow)

    async def _fetch(
        self,
        url: str,
        validators: Validators,
        max_bytes: int | None,
        gate: Callable[[str], Awaitable[timedelta]],
    ) -> Fetched | NotModified:
        """Travels to a document; `gate` is asked before each hop and returns the pause since the
        host's last request.
        """
        limit = min(max_bytes or self._options.max_bytes, self._options.max_bytes)
        journey = _Journey(url, seconds_left=self._options.deadline.total_seconds())
        conditions = _conditions(validators)

        async def read(place: str, response: httpx.Response) -> _Answer:
            return await _read(place, response, limit)

        answer = await self._travel(journey, conditions, read, gate)
        if answer.status == HTTPStatus.NOT_MODIFIED and conditions:
            return NotModified(
                url,
                _validators(answer.headers, validators),
                max_age(answer.headers),
                journey.url,
                journey.permanent_url,
            )
        if answer.status not in _WHOLE or is_challenge(answer.status, answer.headers, b""):
            wait = retry_after(answer.headers, self._time_of_day())
            raise refusal(url, answer.url, answer.status, answer.headers, answer.body, wait)
        return _fetched(url, journey, answer)

    async def _travel(
        self,
        journey: _Journey,
        conditions: Mapping[str, str],
        read: _Reader,
        gate: Callable[[str], Awaitable[timedelta]],
    ) -> _Answer:
        """Follows redirects to an answer; one whose compression cannot be read is asked for once
        more without.
        """
        offered = _COMPRESSIONS
        while True:
            pause = await gate(journey.url) if is_web_url(journey.url) else _NO_PAUSE
            try:
                answer = await self._hop(
                    journey, {**conditions, "Accept-Encoding": offered}, read, pause
                )
            except FetchError as error:
                if offered == _UNCOMPRESSED or not isinstance(error.__cause__, BrokenBody):
                    raise
                offered = _UNCOMPRESSED
                continue
            if answer.status not in _REDIRECTS:
                return answer
            journey.follow(answer)

    async def _get_robots(self, url: str) -> tuple[int, bytes]:
        """Returns the status and the beginning of a robots.txt."""

        async def read(place: str, response: httpx.Response) -> _Answer:
            headers = _headers(response)
            if response.status_code not in _WHOLE:
                return _Answer(place, response.status_code, headers)
            start = await read_start(
                response.aiter_raw(), headers.get("content-encoding", ""), MAX_ROBOTS_BYTES
            )
            return _Answer(place, response.status_code, headers, start)

        async def usual(_: str) -> timedelta:
            return _NO_PAUSE

        journey = _Journey(url, seconds_left=self._options.deadline.total_seconds())
        answer = await self._travel(journey, {}, read, usual)
        return answer.status, answer.body

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
                return Posted(
                    response.status_code,
                    retry_after(_headers(response)),
                    start[:_POST_ANSWER_BYTES],
                )

        if pause is None:
            async with self._slots:
                return await _bounded(journey, exchange)
        host = urlsplit(url).netloc.lower()
        async with self._hosts.turn(host, pause), self._slots:
            known = await check_open(self._book, host, url, self._now())
            posted = await _bounded(journey, exchange)
            if posted.status in _ASKS_TO_WAIT:
                reason = f"it answered {posted.status}"
                await self._book.put_pause(
                    host, next_pause(known, posted.retry_after, self._now(), reason)
                )
            return posted

    async def _hop(
        self, journey: _Journey, asked: Mapping[str, str], read: _Reader, pause: timedelta
    ) -> _Answer:
        """Makes one request of a journey, when it is the host's turn and unless the host has asked
        to wait.
        """
        host = urlsplit(journey.url).netloc.lower() if is_web_url(journey.url) else ""
        headers = {"User-Agent": self._options.user_agent, "Accept": _ACCEPT, **asked}

        async def exchange() -> _Answer:
            async with self._response("GET", journey.url, headers, b"") as response:
                return await read(journey.url, response)

        await check_open(self._book, host, journey.url, self._now())
        async with self._hosts.turn(host, pause), self._slots:
            # While this one waited for its turn, another may have been refused.
            known = await check_open(self._book, host, journey.url, self._now())
            answer = await _bounded(journey, exchange)
            await self._remember(host, known, answer)
        return answer

    async def _remember(self, host: str, known: HostPause | None, answer: _Answer) -> None:
        """Writes down that a host asked to be left alone, or that it answers again."""
        if answer.status in _ASKS_TO_WAIT:
            now = self._now()
            wait = retry_after(answer.headers, self._time_of_day())
            await self._book.put_pause(
                host, next_pause(known, wait, now, f"it answered {answer.status}")
            )
        elif known is not None:
            await self._book.put_pause(host, None)

    def _now(self) -> datetime:
        return self._clock() if self._clock else _EPOCH + timedelta(seconds=self._pace.time())

    def _time_of_day(self) -> datetime | None:
        return self._clock() if self._clock else None

    @asynccontextmanager
    async def _response(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes
    ) -> AsyncIterator[httpx.Response]:
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


async def _bounded(journey: _Journey, exchange: Callable[[], Awaitable[_Result]]) -> _Result:
    """Runs one exchange within what is left of the journey's time, with foreign errors translated."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    try:
        async with asyncio.timeout(max(journey.seconds_left, 0.0)):
            return await exchange()
    except MonitorError:
        raise
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        *_FOREIGN,
    ) as error:
        raise translated(journey.url, error) from error
    finally:
        journey.seconds_left -= loop.time() - start


async def _read(url: str, response: httpx.Response, limit: int) -> _Answer:
    """Reads an answer; of an error's body the beginning, of a redirect's nothing."""
    headers = _headers(response)
    encoding = headers.get("content-encoding", "")
    if response.status_code in _REDIRECTS or response.status_code == HTTPStatus.NOT_MODIFIED:
        return _Answer(url, response.status_code, headers)
    if response.status_code not in _WHOLE:
        return _Answer(url, response.status_code, headers, await _error_page(response, encoding))
    length = headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and int(length[:18]) > limit:
        raise TooLarge
    return _Answer(
        url, response.status_code, headers, await read_body(response.aiter_raw(), encoding, limit)
    )


async def _error_page(response: httpx.Response, encoding: str) -> bytes:
    """Returns the beginning of an error page, nothing where it does not come: the status is known
    and counts more.
    """
    try:
        async with asyncio.timeout(_ERROR_PAGE_SECONDS):
            return await read_start(response.aiter_raw(), encoding, START_BYTES)
    except (
        TimeoutError,
        BrokenBody,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
    ):
        return b""


def _headers(response: httpx.Response) -> dict[str, str]:
    """Returns the headers with lower-case names; repeated ones are joined (RFC 9110 §5.3) where
    they are lists.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name not in _SINGLE:
            headers[name] = f"{headers[name]}, {value}"
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
    etag, last_modified = (
        value if len(value) <= _MAX_VALIDATOR_CHARS else "" for value in _stated(headers)
    )
    return Validators(etag or known.etag, last_modified or known.last_modified)


def _stated(headers: Mapping[str, str]) -> tuple[str, str]:
    return headers.get("etag", ""), headers.get("last-modified", "")


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
