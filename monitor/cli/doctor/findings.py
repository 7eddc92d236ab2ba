"""What was looked at, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from monitor.errors import MonitorError
from monitor.text import short_line
from monitor.urls import shown_in

_MAX_CHARS = 300


class Health(StrEnum):
    """How something does: the daemon cannot do without what fails."""

    OK = "ok"
    DOUBTFUL = "doubtful"
    FAILS = "fails"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check.

    Attributes:
        to_do: empty where all is well.
    """

    check: str
    health: Health
    found: str
    to_do: str = ""


def well(check: str, found: str) -> Finding:
    """Returns that something does well."""
    return Finding(check, Health.OK, _clean(found))


def doubtful(check: str, found: str, to_do: str) -> Finding:
    """Returns that somebody should look at something when there is time."""
    return Finding(check, Health.DOUBTFUL, _clean(found), to_do)


def failing(check: str, found: str, to_do: str) -> Finding:
    """Returns that something does not work."""
    return Finding(check, Health.FAILS, _clean(found), to_do)


def failed(check: str, error: Exception, to_do: str) -> Finding:
    """Returns that something does not work, by its error, which may say what to do itself."""
    # Those of the system are told with their kind: "timed out" alone says little.
    if not isinstance(error, MonitorError):
        return failing(check, f"{type(error).__name__}: {error}", to_do)
    return failing(check, error.message, error.hint or to_do)


def attempted(
    check: str, examine: Callable[[], Iterator[Finding]], to_do: str
) -> Iterator[Finding]:
    """Yields what is found; an error of ours, or of the system, is a finding."""
    try:
        yield from examine()
    except (MonitorError, OSError) as error:
        yield failed(check, error, to_do)


def _clean(text: str) -> str:
    return short_line(shown_in(text), limit=_MAX_CHARS)
