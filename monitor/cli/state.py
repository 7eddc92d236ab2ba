"""What every command starts from: the config folder, the store, the clock; and times as people type
them.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.errors import NotFound, StoreError

if TYPE_CHECKING:
    from monitor.settings import CaseSettings, Settings
    from monitor.store import Store
    from monitor.store.views.cases import CaseView

# What a new case is given, by `init` and by `cases add`.
QueryOption = Annotated[
    str,
    typer.Option("--query", help="What belongs to the case; the name as a phrase when left out."),
]
NoteOption = Annotated[
    str, typer.Option("--note", help="Why you follow it; printed in every alert.")
]
# Longer numbers are typing errors, and would overflow.
_AGO = re.compile(r"(\d{1,5})\s*([mhdw])")
_UNITS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The global options."""

    config: Path
    is_verbose: bool = False
    is_quiet: bool = False

    def load(self) -> Settings:
        """Reads the config.

        Raises:
            ConfigErrors: it has mistakes; all of them.
        """
        from monitor.settings import load_settings

        return load_settings(self.config, os.environ)


def get_state(ctx: typer.Context) -> GlobalOptions:
    """Returns the global options of this call."""
    state = ctx.find_object(GlobalOptions)
    # Without the callback there is no command: this cannot fail for what somebody types.
    assert state is not None, "the callback sets it"
    return state


def utc_now() -> datetime:
    """Returns the time of day; the daemon and the CLI are the only ones that read it."""
    return datetime.now(UTC)  # noqa: TID251


def command_name() -> str:
    """Returns how this program is called from here: by its name where the shell finds it, else by
    its path.
    """
    called = sys.argv[0]
    found = shutil.which("monitor")
    if "/" not in called or (found and Path(found).resolve() == Path(called).resolve()):
        return "monitor"
    return os.path.relpath(called)


@contextmanager
def open_reader(settings: Settings) -> Iterator[Store]:
    """Opens the store for a command that reads it or changes a little.

    Raises:
        StoreError: there is no database yet, or it has another schema.
    """
    from monitor.store import Store
    from monitor.store.schema.migrate import require_current

    store = Store(settings.database_url)
    try:
        _require_file(store)
        require_current(store)
        yield store
    # SQLite keeps its -wal file beside the database until the last connection closes.
    finally:
        store.close()


def has_database(settings: Settings) -> bool:
    """Whether there is a database to be read; of a server only a connection would tell."""
    path = database_file(settings)
    return path is None or path.exists()


def database_file(settings: Settings) -> Path | None:
    """Returns the file of an SQLite database, be it there or not; None for a server."""
    from monitor.store import Store

    # Only to ask where it would be; opening connects to nothing yet.
    store = Store(settings.database_url)
    store.close()
    return store.path


def _require_file(store: Store) -> None:
    """Refuses an SQLite database that does not exist.

    Raises:
        StoreError: there is none yet.
    """
    # SQLite would make an empty file, which looks like a database that lost everything.
    if store.path is not None and not store.path.exists():
        hint = "start it with `monitor poll` or `monitor run`"
        raise StoreError(f"{store.path}: no database yet", hint=hint)


def require_case(settings: Settings, store: Store, slug: str | None) -> None:
    """Refuses a slug that no case has, neither in the config nor in the store.

    Raises:
        NotFound: there is no such case.
    """
    # A case of the config may have nothing stored yet; one that left it is still stored.
    if slug is not None and slug not in _slugs(settings.cases):
        require_stored_case(store, slug)


def require_channels(settings: Settings, names: Iterable[str]) -> None:
    """Refuses names that no channel has, all of them before anything is done.

    Raises:
        NotFound: one is neither in the config nor the console.
    """
    from monitor.settings.settings import CONSOLE

    for name in names:
        if name not in settings.channels and name != CONSOLE:
            known = ", ".join(settings.channels) or "none"
            hint = f"channels.toml has {known}; {CONSOLE} is always there"
            raise NotFound(f"no channel {name!r}", hint=hint)


def require_stored_case(store: Store, slug: str) -> None:
    """Refuses a slug that no case of the store has.

    Raises:
        NotFound: there is no such case.
    """
    from monitor.store.views.cases import list_cases

    if slug not in _slugs(store.read(list_cases)):
        raise NotFound(f"no case {slug!r}", hint="`monitor cases list` shows them")


def _slugs(cases: Iterable[CaseSettings | CaseView]) -> set[str]:
    return {case.slug for case in cases}


@dataclass(frozen=True, slots=True)
class Window:
    """A span of time that a reading command is limited to; None is no limit."""

    since: datetime | None
    until: datetime | None


def parse_window(since: str | None, until: str | None, zone: tzinfo) -> Window:
    """Reads the options `--since` and `--until`.

    Raises:
        typer.BadParameter: one of them is not a time, or nothing can lie between them.
    """
    window = Window(parse_time(since, zone), parse_time(until, zone, option="--until"))
    if window.since and window.until and window.until <= window.since:
        raise typer.BadParameter("it is not after --since", param_hint="--until")
    return window


def parse_time(text: str | None, zone: tzinfo, *, option: str = "--since") -> datetime | None:
    """Reads a time as people type it: `7d` (ago), `2025-06-06` (midnight in the config's time
    zone), or ISO 8601.

    Raises:
        typer.BadParameter: it is none of these.
    """
    if text is None:
        return None
    try:
        return _read_ago(text.strip()) or _read_moment(text.strip(), zone)
    # Overflow: year 1 in a zone east of Greenwich is before all time.
    except (ValueError, OverflowError) as error:
        raise _refusal(text, option) from error


def parse_day_end(text: str | None, zone: tzinfo, *, option: str) -> datetime | None:
    """Reads a time as `parse_time` does; a day alone means its last moment.

    Raises:
        typer.BadParameter: it is no time.
    """
    day = _read_day(text)
    if day is None:
        return parse_time(text, zone, option=option)
    # By the calendar, not by hours: a day has 23 or 25 of them when clocks change.
    try:
        end = datetime.combine(day + timedelta(days=1), time(), zone)
        return end.astimezone(UTC) - timedelta.resolution
    except OverflowError as error:
        raise _refusal(str(text), option) from error


def _read_day(text: str | None) -> date | None:
    """Returns the day that a text names; None for a time of day and for what is none."""
    try:
        return date.fromisoformat(text.strip()) if text else None
    except ValueError:
        return None


def _refusal(text: str, option: str) -> typer.BadParameter:
    said = f"{text!r} is no time; use 7d, 2025-06-06 or 2025-06-06T14:00Z"
    return typer.BadParameter(said, param_hint=option)


def _read_ago(text: str) -> datetime | None:
    """Returns the time that `7d` means now; None for what is no span."""
    ago = _AGO.fullmatch(text)
    return utc_now() - int(ago[1]) * _UNITS[ago[2]] if ago else None


def _read_moment(text: str, zone: tzinfo) -> datetime:
    """Returns an ISO 8601 time in UTC, read as one of `zone` where it names none.

    Raises:
        ValueError: it is no such time.
    """
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)
