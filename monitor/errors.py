"""The one error tree: every failure that a person or the pipeline has to act on.

    MonitorError                  message + hint
    ├── ConfigError               file, line, key
    ├── QueryError                query, position
    ├── FetchError                url, status, permanent, retry_after
    │   ├── AddressBlocked        an address that is not public
    │   ├── BodyTooLarge
    │   ├── HostHeld              the host asked to wait; nothing was sent
    │   ├── BotProtection         a challenge for browsers stands before the URL
    │   ├── RobotsDisallow        robots.txt does not allow a page; nothing was sent
    │   └── DeadlineExceeded
    ├── FeedParseError            the document is not a feed
    ├── WorkerError               a worker process was killed (time, memory) or died
    ├── StoreError
    │   ├── SchemaMismatch        the database is older or newer than the code
    │   └── LeaseLost             another worker has taken the work over
    ├── NotFound                  what a command asked for is not stored
    └── DeliveryError             permanent, retry_after

Each says what failed, why, and what to do next (`hint`), and none holds a secret: whatever address
is put into one is `shown`. Libraries' own errors are translated at
the edges, never above."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from monitor.urls import shown_in

_EXCERPT = 120  # characters of a query shown in its error: a terminal's width


class MonitorError(Exception):
    """Base of all errors of this program.

    Args:
        message: what failed and why, one line, naming the feed, URL, file or id.
        hint: what to do next; empty when there is nothing to do.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        # Errors go everywhere: to logs, the database, the health page and mails.
        self.message, self.hint = shown_in(message), shown_in(hint)
        super().__init__(self.message)

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class ConfigError(MonitorError):
    """One wrong place in the config; `str()` is `file:line: key: message; hint`.

    A value that comes from the environment has the variable as key, `environment` as path and line
    0, which is not printed."""

    def __init__(self, path: Path, line: int, key: str, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.path = path
        self.line = line
        self.key = key

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{place}: {self.key}: {super().__str__()}"


class ConfigErrors(MonitorError):
    """All wrong places of all config files, in the order of files and lines."""

    def __init__(self, errors: tuple[ConfigError, ...]) -> None:
        super().__init__("\n".join(map(str, errors)))
        self.errors = errors


class QueryError(MonitorError):
    """A query that cannot be read.

    Args:
        query: the whole query.
        position: index of the character at which it goes wrong, 0 to `len(query)`.
    """

    def __init__(self, query: str, position: int, message: str, *, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.query = query
        self.position = position

    def __str__(self) -> str:
        return f"{super().__str__()}\n{_point_at(self.query, self.position)}"


def _point_at(query: str, position: int) -> str:
    """Returns two lines: the one of a query that holds a position, printable and cut round it to
    `_EXCERPT` characters, and a caret under the place.
    """
    first = max(query.rfind("\n", 0, position) + 1, position - _EXCERPT // 2)
    end = query.find("\n", position)
    line = query[first : min(len(query) if end < 0 else end, first + _EXCERPT)]
    # A query may hold anything; a terminal must not be given it.
    shown = "".join(char if char.isprintable() else " " for char in line)
    return f"  {shown}\n  {' ' * (position - first)}^"


class FetchError(MonitorError):
    """A URL that could not be fetched.

    Args:
        status: HTTP status, None when no response came.
        permanent: asking again will not help.
        retry_after: how long the server asked to wait.
    """

    def __init__(  # noqa: PLR0913 (callers name them)
        self,
        url: str,
        message: str,
        *,
        status: int | None = None,
        permanent: bool = False,
        retry_after: timedelta | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.url = url
        self.status = status
        self.permanent = permanent
        self.retry_after = retry_after


class AddressBlocked(FetchError):
    """The URL, or a redirect of it, leads to an address that is not public."""


class BodyTooLarge(FetchError):
    """The body is over the size limit, as sent or after decompression."""


class HostHeld(FetchError):
    """The host has asked for no requests for a while; nothing was sent, and nothing is wrong with
    the URL.
    """


class BotProtection(FetchError):
    """A challenge that only a browser passes stands before the URL."""


class RobotsDisallow(FetchError):
    """The site's robots.txt does not allow the page, or could not be read; the page was not asked
    for.
    """


class DeadlineExceeded(FetchError):
    """The whole exchange took longer than allowed."""


class FeedParseError(MonitorError):
    """The document is not a feed, or none that can be read."""


class WorkerError(MonitorError):
    """A worker process was killed because of its time or memory limit, or died."""


class StoreError(MonitorError):
    """The database cannot do what was asked."""


class SchemaMismatch(StoreError):
    """The database's schema is not the one this version works with."""


class LeaseLost(StoreError):
    """The work was taken over by another worker; its result must be dropped."""


class NotFound(MonitorError):
    """What a command asked for is not stored."""


class DeliveryError(MonitorError):
    """A channel did not accept a message.

    Args:
        permanent: sending again will not help.
        is_gone: the receiver is no more: nothing else will be accepted, either.
        retry_after: how long the receiver asked to wait.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        is_gone: bool = False,
        retry_after: timedelta | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(message, hint=hint)
        self.permanent = permanent
        self.is_gone = is_gone
        self.retry_after = retry_after
