"""Reads cases: their queries, the feeds and channels they name, their seeds.

The last part of loading: what a case names must exist, so feeds and channels are read before. A
case that is wrong is left out, and what is wrong with it collected, so that all errors of a folder
come at once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard, TypeVar

from pydantic import ValidationError

from monitor.errors import ConfigError, MonitorError, QueryError
from monitor.matching import Query, compile_query
from monitor.settings.files import ConfigFile, check, read_file, suggest
from monitor.settings.locate import Path as KeyPath
from monitor.settings.models import CaseFile, FeedSettings, SeedEntry, SeedsFile
from monitor.settings.seeds import read_seed_text
from monitor.settings.settings import ALL_FEEDS, CONSOLE, CaseSettings, SeedSettings, feed_names

if TYPE_CHECKING:
    from monitor.novelty import OwnEvents

SEEDS_FILE = "seeds.toml"
MAX_CASES = 1_000  # a folder with more holds something else

T = TypeVar("T")

# Goes into mail headers, URLs and commands.
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


def is_slug(text: str) -> bool:
    """Whether a text can be the name of a case's file, and its slug."""
    return _SLUG.fullmatch(text) is not None


class CaseReader:
    """Reads the case files of a folder against the feeds and channels that exist, and collects what
    is wrong.

    Args:
        feeds: None when nobody can say which feeds there are; then no name of one is checked.
        channels: the names of those that exist.

    Attributes:
        errors: what was wrong so far.
        files: those that were read.
    """

    def __init__(self, feeds: tuple[FeedSettings, ...] | None, channels: Collection[str]) -> None:
        self.are_feeds_known = feeds is not None
        self.feed_names = _all_names(feeds or ())
        # In the order of the file, as hints show them.
        self.channels = list(dict.fromkeys([*channels, CONSOLE]))
        self.errors: list[ConfigError] = []
        self.files: list[ConfigFile] = []
        self._seeds: dict[Path, dict[str, SeedEntry]] = {}
        self._seed_files: dict[str, Path] = {}

    def read(self, folder: Path) -> tuple[CaseSettings, ...]:
        """Returns the cases that can be read, by slug."""
        cases = []
        for path in sorted(folder.glob("*.toml"))[:MAX_CASES]:
            if path.name == SEEDS_FILE:  # describes seeds that lie among the cases
                continue
            case = self._read_path(path)
            if case is not None:
                cases.append(case)
        return tuple(cases)

    def _read_path(self, path: Path) -> CaseSettings | None:
        """Returns the case of a file, None where it is wrong, which is reported."""
        try:
            file = read_file(path)
        except ConfigError as error:
            self.errors.append(error)
            return None
        self.files.append(file)
        return self._read_case(file)

    def _read_case(self, file: ConfigFile) -> CaseSettings | None:
        self._check_slug(file)
        try:
            raw = CaseFile.model_validate(file.data)
        except ValidationError as error:
            self.errors += check(file, error, CaseFile)
            # A case without its query is no use, but all errors come at once.
            self._check_rest(file)
            return None
        # All that is wrong is reported, so nothing returns before the last check.
        self._check_feeds(file, raw.feeds)
        self._check_channels(file, list(map(attrgetter("channel", "tiers"), raw.alert)))
        self._check_tiers(file, raw.tiers, raw.events)
        return self._make_case(file, raw)

    def _make_case(self, file: ConfigFile, raw: CaseFile) -> CaseSettings | None:
        """Returns a case, None where one of its queries is wrong, which is reported."""
        query = self._compile(file, "query", raw.query)
        candidates = query
        urgent = [self._compile(file, "urgent", rule.urgent) for rule in raw.alert if rule.urgent]
        # Compiled also after a wrong query: all errors come at once.
        if raw.candidates is not None:
            candidates = self._compile(file, "candidates", raw.candidates)
        if query is None or candidates is None or None in urgent:
            return None
        return CaseSettings(
            slug=file.path.stem,
            title=raw.title,
            note=raw.note,
            languages=raw.languages,
            timezone=raw.timezone,
            query=raw.query,
            candidates=raw.candidates,
            events=_read_events(raw),
            feeds=raw.feeds,
            seeds=self._read_seeds(file, raw.seeds),
            alerts=raw.alert,
            compiled=query,
            compiled_candidates=candidates,
            tiers=raw.tiers,
            alerts_per_week=raw.alerts_per_week,
        )

    def _check_slug(self, file: ConfigFile) -> None:
        """Reports a file whose name cannot be the slug of its case."""
        slug = file.path.stem
        if not is_slug(slug):
            hint = "name the file with small letters, digits and hyphens"
            self._report(file, (), f"{slug!r} is no slug", hint)

    def _report(self, file: ConfigFile, place: KeyPath, message: str, hint: str) -> None:
        self.errors.append(file.error(place, message, hint))

    def _check_rest(self, file: ConfigFile) -> None:
        """Reports what else is wrong in a file of which a key is wrong in itself: all errors come
        at once.
        """
        # Each only where it has the right type: a wrong type is reported already.
        self._check_raw_queries(file)
        feeds, seeds = file.data.get("feeds"), file.data.get("seeds")
        if _is_list_of(feeds, str):
            self._check_feeds(file, feeds)
        if _is_list_of(seeds, str):
            self._read_seeds(file, seeds)
        self._check_raw_rules(file, file.data.get("alert"))
        self._check_tiers(
            file, _as_table(file.data.get("tiers")), _as_table(file.data.get("events"))
        )

    def _check_raw_queries(self, file: ConfigFile) -> None:
        for key in ("query", "candidates"):
            text = file.data.get(key)
            if isinstance(text, str):
                self._compile(file, key, text)

    def _check_raw_rules(self, file: ConfigFile, rules: object) -> None:
        if not _is_list_of(rules, dict):
            return
        channels = [rule.get("channel") for rule in rules]
        if _is_list_of(channels, str):
            known = map(_raw_tiers, rules)
            self._check_channels(file, list(zip(channels, known, strict=True)))

    def _compile(self, file: ConfigFile, key: str, text: str) -> Query | None:
        """Returns a query, None where it is wrong, which is reported."""
        try:
            return compile_query(text)
        except QueryError as error:
            # Not `file.error`: the line within the query says more than that of its key.
            self.errors.append(
                ConfigError(file.path, _query_line(file, key, error), key, str(error))
            )
            return None

    def _check_feeds(self, file: ConfigFile, names: Sequence[str]) -> None:
        """Reports names that select no feed."""
        if not self.are_feeds_known:
            return
        for number, name in enumerate(names):
            if name != ALL_FEEDS and name not in self.feed_names:
                self._report_feed(file, number, name)

    def _report_feed(self, file: ConfigFile, number: int, name: str) -> None:
        # A URL with an @ may hold a password, and is reported where it stands.
        known = [ALL_FEEDS, *(known for known in self.feed_names if "@" not in known)]
        written = "this" if "@" in name else repr(name)
        self._report(file, ("feeds", number), f"{written} selects no feed", suggest(name, known))

    def _check_channels(self, file: ConfigFile, rules: Sequence[tuple[str, Sequence[int]]]) -> None:
        """Reports channels that do not exist, or that two rules name for the same tiers."""
        for number, (name, tiers) in enumerate(rules):
            place = ("alert", number, "channel")
            if name not in self.channels:
                hint = f"{suggest(name, self.channels)} (channels stand in channels.toml)"
                self._report(file, place, f"there is no channel {name!r}", hint)
            # A channel twice would get each alert twice, or at two times.
            elif any(one == name and _meet(tiers, other) for one, other in rules[:number]):
                message = f"{name!r} gets the alerts already"
                hint = "keep one [[alert]] for it, or give each its own tiers"
                self._report(file, place, message, hint)

    def _check_tiers(
        self, file: ConfigFile, names: Collection[str], own_events: Iterable[str]
    ) -> None:
        """Reports classes of events that neither the program nor the case has."""
        # Few cases name any, and all classes stand in a file of five hundred lines.
        if not names:
            return
        known = [*own_events, *shipped_classes()]
        for name in names:
            if name not in known:
                hint = suggest(name, known)
                self._report(file, ("tiers", name), "there is no event class of this name", hint)

    def _read_seeds(self, file: ConfigFile, names: Sequence[str]) -> tuple[SeedSettings, ...]:
        """Returns the seeds of a case, in the order of the file."""
        return tuple(self._read_seed(file, number, name) for number, name in enumerate(names))

    def _read_seed(self, file: ConfigFile, number: int, name: str) -> SeedSettings:
        """Returns a seed with what the seeds.toml beside it says; reports one that nobody can read,
        or tell from another.
        """
        # Resolved, so that a seed that two cases name is one file.
        path = (file.path.parent / name).resolve()
        slug = file.path.stem
        if not path.is_file():
            hint = "paths are relative to this file"
            self._report(file, ("seeds", number), f"{name!r} does not exist", hint)
            return SeedSettings(path, slug)
        try:
            read_seed_text(path)
        except MonitorError as error:
            self._report(file, ("seeds", number), error.message, error.hint)
        # It is stored under its name, so that its address may be corrected.
        if self._seed_files.setdefault(path.stem, path) != path:
            hint = f"give one another name: {self._seed_files[path.stem]} has the same"
            self._report(file, ("seeds", number), f"{name!r} is named as another seed", hint)
        return _describe_seed(path, slug, self._seed_entries(path.parent).get(path.name))

    def _seed_entries(self, folder: Path) -> Mapping[str, SeedEntry]:
        """Returns what the seeds.toml of a folder says, by file name; read once."""
        # Cases share a folder of seeds, and its errors are to be reported once.
        if folder not in self._seeds:
            self._seeds[folder] = self._read_seeds_file(folder)
        return self._seeds[folder]

    def _read_seeds_file(self, folder: Path) -> dict[str, SeedEntry]:
        """Returns what a seeds.toml says, nothing where it is wrong, which is reported."""
        try:
            file = read_file(folder / SEEDS_FILE)
        except ConfigError as error:
            self.errors.append(error)
            return {}
        entries = self._validate_seeds(file)
        self._check_seed_files(file, entries)
        return {entry.file: entry for entry in entries}

    def _validate_seeds(self, file: ConfigFile) -> tuple[SeedEntry, ...]:
        try:
            return SeedsFile.model_validate(file.data).seed
        except ValidationError as error:
            self.errors += check(file, error, SeedsFile)
            return ()

    def _check_seed_files(self, file: ConfigFile, entries: Sequence[SeedEntry]) -> None:
        """Reports entries of a seeds.toml that describe no file."""
        folder = file.path.parent
        for number, entry in enumerate(entries):
            if not (folder / entry.file).is_file():
                hint = suggest(entry.file, sorted(path.name for path in folder.glob("*.txt")))
                place = ("seed", number, "file")
                self._report(file, place, f"{entry.file!r} does not exist", hint)


def _all_names(feeds: Iterable[FeedSettings]) -> list[str]:
    """Returns all names by which cases can ask for feeds, in the order of the file."""
    names = []
    for feed in feeds:
        names += feed_names(feed.url, feed.title, feed.tags)
    return names


def _describe_seed(path: Path, slug: str, entry: SeedEntry | None) -> SeedSettings:
    """Returns a seed with what is known about it."""
    if entry is None:
        return SeedSettings(path, slug)
    published_at = _as_moment(entry.published_at)
    return SeedSettings(path, slug, entry.title, entry.outlet, entry.lang, entry.url, published_at)


@cache
def shipped_classes() -> tuple[str, ...]:
    """Returns the names of the event classes that come with the program."""
    text = files("monitor").joinpath("novelty", "data", "events.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text))


def _as_table(value: object) -> Mapping[str, object]:
    """Returns a table as it was read; an empty one where something else stands in its place."""
    return value if isinstance(value, dict) else {}


def _raw_tiers(rule: Mapping[str, object]) -> tuple[int, ...]:
    """Returns the tiers of a rule; none where they are of a wrong type, which is reported."""
    tiers = rule.get("tiers")
    return tuple(tiers) if _is_list_of(tiers, int) else ()


def _meet(tiers: Sequence[int], others: Sequence[int]) -> bool:
    """Says whether two rules ask for a tier in common; a rule without tiers asks for all."""
    return not tiers or not others or not set(tiers).isdisjoint(others)


def _read_events(raw: CaseFile) -> OwnEvents | None:
    """Returns the event classes of a case's own; None when it names none, as most do: then the
    judge need not be loaded for them.
    """
    if not raw.events:
        return None
    from monitor.novelty import read_events

    return read_events(raw.events)


def _is_list_of(value: object, kind: type[T]) -> TypeGuard[list[T]]:
    return isinstance(value, list) and all(isinstance(one, kind) for one in value)


def _query_line(file: ConfigFile, key: str, error: QueryError) -> int:
    """Returns the line of the file on which a query goes wrong; a query may go over several."""
    line = file.line_of((key,))
    return line + _opens_text(file, line) + error.query.count("\n", 0, error.position)


def _opens_text(file: ConfigFile, line: int) -> bool:
    """Whether a line ends with the quotes that open a text of several lines."""
    source = file.source.split("\n")
    opening = source[line - 1].rstrip() if line <= len(source) else ""
    # The line break right after an opening ''' is not part of the text.
    return opening.endswith(("'''", '"""'))


def _as_moment(value: datetime | date | None) -> datetime | None:
    """Returns a date or time as aware UTC; without an offset it is UTC."""
    if value is None:
        return None
    # A day alone is its first moment: a seed is older than what is said of it later that day.
    moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
