"""Answers of servers, read within bounds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

import httpcore
import httpx

from monitor.fetching.bodies import BrokenBody, TooLarge, read_body, read_start
from monitor.fetching.challenge import START_BYTES
from monitor.fetching.headers import read_headers

# What an error page says only names the refusal better; it is not waited for.
_EXPLANATION_SECONDS = 5.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# 206 is a part that nobody asked for, 204 and 205 have no body, 202 says "later".
_WHOLE = frozenset({200, 203})
ASKS_TO_WAIT = frozenset({429, 503})
_MAX_LENGTH_DIGITS = 18  # of Content-Length: more would be refused by `int`, and are too large


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """An answer to one request.

    Attributes:
        url: the address that answered.
        headers: with lower-case names.
        body: decompressed; of an error the beginning, of a redirect nothing.
        cookies: its Set-Cookie headers.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    cookies: tuple[str, ...] = ()

    @property
    def is_redirect(self) -> bool:
        """Whether it sends the client to another address."""
        return self.status in _REDIRECTS

    @property
    def is_whole(self) -> bool:
        """Whether it brings the document that was asked for."""
        return self.status in _WHOLE

    @property
    def asks_to_wait(self) -> bool:
        """Whether the server wants no requests for a while."""
        return self.status in ASKS_TO_WAIT


async def read_answer(url: str, response: httpx.Response, limit: int) -> HttpAnswer:
    """Reads an answer; of an error's body the beginning, of a redirect's nothing.

    Args:
        url: the address that was asked.
        limit: bytes of the body, as sent and decompressed.

    Raises:
        TooLarge: the body is over the limit. BrokenBody: it cannot be decompressed.
    """
    answer = HttpAnswer(url, response.status_code, read_headers(response))
    if answer.is_redirect or answer.status == HTTPStatus.NOT_MODIFIED:
        return answer
    if not answer.is_whole:
        return _with_body(answer, await read_if_it_comes(response, _encoding(answer)))
    if _stated_length(answer) > limit:
        raise TooLarge
    return _with_body(answer, await read_body(response.aiter_raw(), _encoding(answer), limit))


async def read_beginning(url: str, response: httpx.Response, limit: int) -> HttpAnswer:
    """Reads an answer with at most the first bytes of its document; of others no body.

    Raises:
        BrokenBody: it cannot be decompressed.
    """
    answer = HttpAnswer(url, response.status_code, read_headers(response))
    if not answer.is_whole:
        return answer
    return _with_body(answer, await read_start(response.aiter_raw(), _encoding(answer), limit))


def _with_body(answer: HttpAnswer, body: bytes) -> HttpAnswer:
    return HttpAnswer(answer.url, answer.status, answer.headers, body)


def _encoding(answer: HttpAnswer) -> str:
    return answer.headers.get("content-encoding", "")


def _stated_length(answer: HttpAnswer) -> int:
    """Returns the Content-Length, 0 where none is stated; a body may be longer all the same."""
    length = answer.headers.get("content-length", "")
    return int(length[:_MAX_LENGTH_DIGITS]) if length.isascii() and length.isdecimal() else 0


async def read_if_it_comes(
    response: httpx.Response, encoding: str, *, seconds: float = _EXPLANATION_SECONDS
) -> bytes:
    """Returns the beginning of a body that only explains the status, nothing where it does not
    come: the status is known and counts more.
    """
    try:
        async with asyncio.timeout(min(seconds, _EXPLANATION_SECONDS)):
            return await read_start(response.aiter_raw(), encoding, START_BYTES)
    except (
        TimeoutError,
        BrokenBody,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
    ):
        return b""
