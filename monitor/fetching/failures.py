"""Errors of the libraries below and refusals of servers, in our own words: what failed and why,
without secrets.
"""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import httpcore
import httpx

from monitor.errors import AddressBlocked, BodyTooLarge, BotProtection, DeadlineExceeded, FetchError
from monitor.fetching.answers import HttpAnswer
from monitor.fetching.bodies import BrokenBody, TooLarge, UnknownEncoding
from monitor.fetching.challenge import is_challenge
from monitor.fetching.guard import RefusedAddress
from monitor.text import one_line
from monitor.urls import shown

# Statuses that will be the same at the next attempt.
_PERMANENT = frozenset({300, 400, 401, 402, 403, 404, 405, 406, 410, 414, 451})
_CHALLENGE_HINT = (
    "the site's bot protection stands before it: ask the site for access, or follow another feed "
    "of it"
)
_LOOK = "look for its new address on the site"
_HINTS = {
    404: _LOOK,
    410: _LOOK,
    401: "a feed that wants a login gets it by `auth` in feeds.toml",
}
# Of answers to a request that had a login.
_LOGIN_HINTS = dict.fromkeys((401, 403), "the login that `auth` in feeds.toml gives was refused")
_MAX_URL_CHARS = 200
_MAX_WORDS_CHARS = 120


def place_of(url: str) -> str:
    """Returns a URL for messages, shown on one line of bounded length."""
    return one_line(shown(url), limit=_MAX_URL_CHARS)


def translated(url: str, error: Exception) -> FetchError:
    """Turns any error of the libraries below into one of ours: what failed and why, in words
    without secrets.
    """
    place = place_of(url)
    if isinstance(error, RefusedAddress):
        return AddressBlocked(
            url,
            f"{place}: {error}",
            permanent=True,
            hint="name it in fetch.allow_private if it is yours",
        )
    if isinstance(error, TooLarge):
        hint = "raise fetch.max_bytes if this is expected"
        return BodyTooLarge(url, f"{place} is larger than allowed", permanent=True, hint=hint)
    if isinstance(error, TimeoutError | httpcore.TimeoutException):
        hint = "it is tried again; raise fetch.deadline for a slow server"
        return DeadlineExceeded(url, f"{place} took too long", hint=hint)
    # UnicodeError, which hosts of endless length raise, is a ValueError.
    if isinstance(error, httpx.InvalidURL | ValueError):
        message = f"{place} is no address that can be fetched: {_words(error)}"
        return FetchError(url, message, permanent=True)
    if isinstance(error, BrokenBody):
        message = f"{place} sent a body that cannot be read: {_words(error)}"
        return FetchError(url, message, permanent=isinstance(error, UnknownEncoding))
    return FetchError(url, f"{place} cannot be reached: {_words(error)}")


def _words(error: BaseException) -> str:
    """Returns what an error says, or its kind; libraries wrap the one that says something."""
    while error.__cause__ is not None and not str(error).strip():
        error = error.__cause__
    return one_line(str(error), limit=_MAX_WORDS_CHARS) or type(error).__name__


def refusal(
    url: str, answer: HttpAnswer, wait: timedelta | None, *, has_login: bool = False
) -> FetchError:
    """Describes an answer that brings no document.

    Args:
        url: what was wanted; the answer may be that of a redirect of it.
        wait: how long the server asks to wait.
        has_login: it was sent a login.
    """
    status = answer.status
    message = f"{place_of(answer.url)} answered {status} {_phrase(status)}"
    if is_challenge(status, answer.headers, answer.body):
        return BotProtection(
            url, message, status=status, permanent=True, retry_after=wait, hint=_CHALLENGE_HINT
        )
    hints = _HINTS | _LOGIN_HINTS if has_login else _HINTS
    return FetchError(
        url,
        message,
        status=status,
        permanent=status in _PERMANENT,
        retry_after=wait,
        hint=hints.get(status, ""),
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "unknown status"
