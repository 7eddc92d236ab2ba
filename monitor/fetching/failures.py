"""Errors of the libraries below and refusals of servers, in our own words: what failed and why,
without secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

import httpcore
import httpx

from monitor.errors import AddressBlocked, BodyTooLarge, BotProtection, DeadlineExceeded, FetchError
from monitor.fetching.bodies import BrokenBody, TooLarge
from monitor.fetching.challenge import is_challenge
from monitor.fetching.guard import RefusedAddress
from monitor.text import one_line

_PERMANENT = {300, 400, 401, 402, 403, 404, 405, 406, 410, 414, 451}


def shown(url: str) -> str:
    """Returns a URL for messages: without credentials, query and fragment, which may hold secrets."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
    except ValueError:
        return one_line(url.split("?")[0], limit=60)
    query = "?…" if parts.query else ""
    return one_line(
        f"{parts.scheme}://{host}{parts.path}{query}" if host else f"{parts.scheme}:…", limit=200
    )


def translated(url: str, error: Exception) -> FetchError:
    """Turns any error of the libraries below into one of ours: what failed and why, in words
    without secrets.
    """
    place = shown(url)
    if isinstance(error, RefusedAddress):
        return AddressBlocked(
            url, f"{place}: {error}", permanent=True, hint="set fetch.allow_private for an intranet"
        )
    if isinstance(error, TooLarge):
        return BodyTooLarge(
            url,
            f"{place} is larger than allowed",
            permanent=True,
            hint="raise fetch.max_bytes if this is expected",
        )
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        return DeadlineExceeded(
            url,
            f"{place} took too long",
            hint="it is tried again; raise fetch.deadline for a slow server",
        )
    if isinstance(error, httpx.InvalidURL | UnicodeError | ValueError):
        return FetchError(
            url, f"{place} is no address that can be fetched: {_words(error)}", permanent=True
        )
    if isinstance(error, BrokenBody):
        return FetchError(url, f"{place} sent a body that cannot be read: {_words(error)}")
    return FetchError(url, f"{place} cannot be reached: {_words(error)}")


def _words(error: BaseException) -> str:
    """Returns an error's own words, or its kind; libraries below wrap the telling one."""
    while error.__cause__ is not None and not str(error).strip():
        error = error.__cause__
    return one_line(str(error), limit=120) or type(error).__name__


def refusal(
    url: str,
    asked: str,
    status: int,
    headers: Mapping[str, str],
    start: bytes,
    wait: timedelta | None,
) -> FetchError:
    """Describes an answer that brings no document.

    Args:
        url: what was wanted.
        asked: the address that answered, after redirects.
        start: the first bytes of the body.
        wait: how long the server asks to wait.
    """
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    said = f"{shown(asked)} answered {status} {phrase}"
    if is_challenge(status, headers, start):
        hint = "the site's bot protection stands before it: ask the site for access, or follow another feed of it"
        return BotProtection(url, said, status=status, permanent=True, retry_after=wait, hint=hint)
    hint = (
        "look for its new address on the site"
        if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
        else ""
    )
    return FetchError(
        url, said, status=status, permanent=status in _PERMANENT, retry_after=wait, hint=hint
    )
