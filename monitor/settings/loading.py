"""Loads the config folder: every file is read and checked, and all that is wrong is said at once.

The entry of this package: files (`files`), variables (`environment`), secrets (`secrets`), then the
models (`models`) and the cases (`cases`) become `Settings`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import ConfigError, ConfigErrors
from monitor.settings.cases import CaseReader
from monitor.settings.environment import apply_environment
from monitor.settings.files import ConfigFile, check, print_place, read_file, suggest
from monitor.settings.locate import Path as KeyPath
from monitor.settings.models import (
    CHANNEL_TYPES,
    ChannelSettings,
    FeedAuth,
    FeedSettings,
    FeedsFile,
    MonitorFile,
    is_section,
    known_keys,
)
from monitor.settings.secrets import resolve_secrets
from monitor.settings.settings import CaseSettings, Settings

MONITOR_FILE = "monitor.toml"
FEEDS_FILE = "feeds.toml"
CHANNELS_FILE = "channels.toml"
CASES_FOLDER = "cases"
CREATE = "`monitor init` writes one to start from"
# In the order in which they are read, which is that of what is reported.
_KNOWN_FILES = (MONITOR_FILE, FEEDS_FILE, CHANNELS_FILE)
# What no two feeds may share, and what to do about it.
_UNIQUE_KEYS = {"url": "keep one of them", "title": "give each its own, cases may name it"}


def load_settings(folder: Path, environ: Mapping[str, str]) -> Settings:
    """Returns the settings of a config folder, overridden by the environment.

    Args:
        environ: the environment; only variables with the prefix `MONITOR_`, and those named by
            `…_env` keys, are looked at.

    Raises:
        ConfigErrors: with everything that is wrong in any file, in the order of files and lines.
    """
    return _Loader(folder, environ).load()


class _Loader:
    """Collects errors file by file; what could not be read stands at its default until they are
    raised.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self.environ = environ
        self.errors: list[ConfigError] = []
        self.origins: dict[str, str] = {}

    def load(self) -> Settings:
        """Reads everything; raises what was collected."""
        self.check_folder()
        monitor = self.read_monitor()
        feeds = self.read_feeds()
        channels = self.read_channels()
        cases = self.read_cases(feeds, channels)
        if self.errors:
            raise ConfigErrors(_in_order(self.errors))
        assert feeds is not None  # or there would be an error
        return self.join(monitor, feeds, channels, cases)

    def join(
        self,
        monitor: MonitorFile,
        feeds: tuple[FeedSettings, ...],
        channels: Mapping[str, ChannelSettings],
        cases: tuple[CaseSettings, ...],
    ) -> Settings:
        """Returns the settings that the files make together."""
        return Settings(
            folder=self.folder,
            database_url=_absolute_database(monitor.database_url, self.folder),
            timezone=monitor.timezone,
            fetch=monitor.fetch,
            schedule=monitor.schedule,
            smtp=monitor.smtp,
            alerts=monitor.alerts,
            healthcheck_url=monitor.healthcheck_url,
            http=monitor.http,
            storage=monitor.storage,
            judge=monitor.judge,
            publishers=monitor.publishers,
            feeds=feeds,
            channels=channels,
            cases=cases,
            origins=self.origins,
        )

    def read_cases(
        self, feeds: tuple[FeedSettings, ...] | None, channels: Mapping[str, ChannelSettings]
    ) -> tuple[CaseSettings, ...]:
        """Returns the cases that can be read."""
        reader = CaseReader(feeds, channels)
        cases = reader.read(self.folder / CASES_FOLDER)
        self.errors += reader.errors
        for file in reader.files:
            self.note_origins(file, f"cases.{file.path.stem}")
        return cases

    def check_folder(self) -> None:
        """Stops where nothing could run: no folder, or one without feeds."""
        # A folder that does not exist has no files either.
        files = {path.name for path in self.folder.glob("*.toml")}
        if not files and not (self.folder / CASES_FOLDER).is_dir():
            message = "there is no config in this folder"
            raise ConfigErrors((ConfigError(self.folder, 0, "config", message, hint=CREATE),))
        for name in sorted(files - set(_KNOWN_FILES)):
            self.check_file_name(name)

    def check_file_name(self, name: str) -> None:
        """Reports a file whose name is nearly one that is read; others may be anybody's."""
        close = difflib.get_close_matches(name, _KNOWN_FILES, n=1)
        if close:
            message, hint = "no file of this name is read", f"did you mean {close[0]}?"
            self.errors.append(ConfigError(self.folder / name, 1, "file", message, hint=hint))

    def open(self, name: str) -> ConfigFile:
        """Returns a file, an empty one where it cannot be read, which is reported."""
        try:
            return read_file(self.folder / name)
        except ConfigError as error:
            self.errors.append(error)
            return ConfigFile(self.folder / name)

    def read_monitor(self) -> MonitorFile:
        """Returns monitor.toml; the defaults where it is wrong, which is reported."""
        file = self.open(MONITOR_FILE)
        # First, so that a secret from the environment is read like one of the file.
        self.errors += apply_environment(file, self.environ)
        self.resolve_service_secrets(file)
        self.note_origins(file, "")
        try:
            monitor = MonitorFile.model_validate(file.data)
        except ValidationError as error:
            self.errors += check(file, error, MonitorFile)
            return MonitorFile()
        self.check_ca_file(file, monitor.smtp.ca_file)
        return monitor

    def resolve_service_secrets(self, file: ConfigFile) -> None:
        """Puts the secrets of monitor.toml into its tables."""
        for key, field in known_keys(MonitorFile).items():
            if is_section(field.annotation) and isinstance(file.data.get(key), dict):
                self.errors += resolve_secrets(file, key, field.annotation, self.environ)

    def check_ca_file(self, file: ConfigFile, path: Path | None) -> None:
        """Reports certificates that are not there: only the first mail would show it."""
        if path is not None and not (self.folder / path).is_file():
            hint = "paths are relative to this file"
            self.report(file, ("smtp", "ca_file"), f"{path} does not exist", hint)

    def report(self, file: ConfigFile, place: KeyPath, message: str, hint: str) -> None:
        """Notes an error, to be raised when all files are read."""
        self.errors.append(file.error(place, message, hint))

    def read_feeds(self) -> tuple[FeedSettings, ...] | None:
        """Returns the feeds; None when the file is so wrong that nobody can say which feeds were
        meant.
        """
        # How many there are already: only what is wrong with this file counts here.
        before = len(self.errors)
        file = self.open(FEEDS_FILE)
        self.note_origins(file, "")
        if not file.path.exists():
            hint = f"add a [[feed]]; {CREATE}"
            self.report(file, ("feed",), "there is no feed to poll", hint)
        # Then nothing is known of the feeds, and no case is blamed for naming one.
        if len(self.errors) > before:
            return None
        self.resolve_logins(file)
        feeds = self.validate_feeds(file)
        if feeds is not None:
            self.check_twice(file, feeds)
        return feeds

    def resolve_logins(self, file: ConfigFile) -> None:
        """Puts the secrets of feeds into their tables."""
        tables = file.data.get("feed")
        for number, table in enumerate(tables if isinstance(tables, list) else ()):
            if isinstance(_get(table, "auth"), dict):
                place = ("feed", number, "auth")
                wrong = resolve_secrets(file, place, FeedAuth, self.environ, are_used=True)
                # The model would find half a login, and say so once more.
                file.reported |= {place} if wrong else set()
                self.errors += wrong

    def validate_feeds(self, file: ConfigFile) -> tuple[FeedSettings, ...] | None:
        """Returns the feeds of a file, also where some of them are wrong, which is reported."""
        try:
            return FeedsFile.model_validate(file.data).feed
        except ValidationError as error:
            self.errors += check(file, error, FeedsFile)
        tables = file.data.get("feed")
        return tuple(map(_salvage_feed, tables)) if isinstance(tables, list) else None

    def check_twice(self, file: ConfigFile, feeds: tuple[FeedSettings, ...]) -> None:
        """Reports feeds that have the address or the title of an earlier one."""
        for key, hint in _UNIQUE_KEYS.items():
            values = [getattr(feed, key) for feed in feeds]
            for number, first in _iter_repeated(values):
                message = f"the same stands in line {file.line_of(('feed', first, key))}"
                self.report(file, ("feed", number, key), message, hint)

    def read_channels(self) -> dict[str, ChannelSettings]:
        """Returns the channels by name, also those that are wrong, which is reported."""
        file = self.open(CHANNELS_FILE)
        channels = {name: self.read_channel(file, name) for name in file.data}
        self.note_origins(file, "channels")
        return channels

    def read_channel(self, file: ConfigFile, name: str) -> ChannelSettings:
        """Returns a channel; for one that is wrong, and reported, one that cases may name."""
        model = self.find_channel_type(file, name)
        # Cases may go on naming it: its own error is enough.
        if model is None:
            return _any_channel()
        self.errors += resolve_secrets(file, name, model, self.environ)
        try:
            return model.model_validate(file.data[name])
        except ValidationError as error:
            self.errors += check(file, error, model, (name,))
            return _any_channel()

    def find_channel_type(self, file: ConfigFile, name: str) -> type[ChannelSettings] | None:
        """Returns what a channel is read as; None, and a report, when its type is not known."""
        table = file.data[name]
        if not isinstance(table, dict):
            hint = f'write [{name}] and below it type = "email"'
            self.report(file, (name,), "must be a table", hint)
            return None
        model = CHANNEL_TYPES.get(str(table.get("type")))
        if model is None:
            self.report_channel_type(file, name, table)
        return model

    def report_channel_type(self, file: ConfigFile, name: str, table: Mapping[str, Any]) -> None:
        """Reports a channel whose type is missing or not known."""
        message, hint = "the type is missing", 'add type = "email" or "webhook"'
        if "type" in table:
            message = f"there is no type {table['type']!r}"
            hint = suggest(str(table["type"] or ""), CHANNEL_TYPES)
        self.report(file, (name, "type"), message, hint)

    def note_origins(self, file: ConfigFile, root: str) -> None:
        """Remembers where the values of a file stand, or from which variable they come."""
        for place, line in file.lines.items():
            self.origins[_full_key(root, place)] = f"{file.path}:{line}"
        # Last: what the environment says took the place of what stands in the file.
        for place, variable in file.origins.items():
            self.origins[print_place(place)] = variable


def _iter_repeated(values: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yields the place of each value that stands twice, with the place of the first; empty ones may
    stand as often as they like.
    """
    first: dict[str, int] = {}
    for number, value in enumerate(values):
        if value and first.setdefault(value, number) != number:
            yield number, first[value]


def _full_key(root: str, place: KeyPath) -> str:
    """Returns the name of a key among those of all files: that of a case begins with its slug."""
    key = print_place(place)
    return f"{root}.{key}" if root else key


def _any_channel() -> ChannelSettings:
    """Returns what stands for a channel that is wrong, until the errors are raised."""
    return CHANNEL_TYPES["console"].model_construct()


def _salvage_feed(table: object) -> FeedSettings:
    """Returns a feed; of a wrong one its names, so that cases that name it are not blamed."""
    try:
        return FeedSettings.model_validate(table)
    except ValidationError:
        return FeedSettings.model_construct(
            url=str(_get(table, "url")), title=str(_get(table, "title")), tags=_salvage_tags(table)
        )


def _salvage_tags(table: object) -> tuple[str, ...]:
    tags = _get(table, "tags")
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def _in_order(errors: list[ConfigError]) -> tuple[ConfigError, ...]:
    """Returns errors by line within each file, files in the order in which they were read."""
    # Not by name: monitor.toml comes before the files that hang on it.
    files: dict[Path, int] = {}
    for error in errors:
        files.setdefault(error.path, len(files))
    return tuple(sorted(errors, key=lambda error: (files[error.path], error.line)))


def _absolute_database(url: str, folder: Path) -> str:
    """Returns a database URL with the path of a file made absolute."""
    # Relative to the config, not to where the program was started: there is one database.
    prefix = "sqlite:///"
    if not url.startswith(prefix):
        return url
    return f"{prefix}{(folder / url.removeprefix(prefix)).resolve()}"


def _get(table: object, key: str) -> object:
    """Returns a value of what should be a table."""
    return table.get(key, "") if isinstance(table, dict) else ""
