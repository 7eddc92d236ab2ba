"""Loads the config folder: every file is read and checked, and all that is wrong is said at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import ConfigError, ConfigErrors
from monitor.settings.cases import CaseReader
from monitor.settings.environment import apply_environment
from monitor.settings.files import ConfigFile, check, print_place, read_file, suggest
from monitor.settings.models import (
    CHANNEL_TYPES,
    ChannelSettings,
    FeedSettings,
    FeedsFile,
    MonitorFile,
    Section,
    known_keys,
)
from monitor.settings.secrets import resolve_secrets
from monitor.settings.settings import Settings

MONITOR_FILE, FEEDS_FILE, CHANNELS_FILE, CASES_FOLDER = (
    "monitor.toml",
    "feeds.toml",
    "channels.toml",
    "cases",
)
CREATE = "`monitor init` writes one to start from"


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
        self.check_folder()
        monitor = self.read_monitor()
        feeds = self.read_feeds()
        channels = self.read_channels()
        reader = CaseReader(feeds, channels)
        cases = reader.read(self.folder / CASES_FOLDER)
        self.errors += reader.errors
        for file in reader.files:
            self.note_origins(file, f"cases.{file.path.stem}")
        if self.errors:
            raise ConfigErrors(_in_order(self.errors))
        assert feeds is not None
        return Settings(
            folder=self.folder,
            database_url=_absolute_database(monitor.database_url, self.folder),
            timezone=monitor.timezone,
            fetch=monitor.fetch,
            schedule=monitor.schedule,
            smtp=monitor.smtp,
            alerts=monitor.alerts,
            http=monitor.http,
            judge=monitor.judge,
            feeds=feeds,
            channels=channels,
            cases=cases,
            origins=self.origins,
        )

    def check_folder(self) -> None:
        """Stops where nothing could run: no folder, or one without feeds."""
        files = (
            {path.name for path in self.folder.glob("*.toml")} if self.folder.is_dir() else set()
        )
        if not files and not (self.folder / CASES_FOLDER).is_dir():
            raise ConfigErrors(
                (
                    ConfigError(
                        self.folder, 0, "config", "there is no config in this folder", hint=CREATE
                    ),
                )
            )
        known = (MONITOR_FILE, FEEDS_FILE, CHANNELS_FILE)
        for name in sorted(files - set(known)):
            if close := difflib.get_close_matches(name, known, n=1):
                message = "no file of this name is read"
                self.errors.append(
                    ConfigError(
                        self.folder / name, 1, "file", message, hint=f"did you mean {close[0]}?"
                    )
                )

    def open(self, name: str) -> ConfigFile:
        try:
            return read_file(self.folder / name)
        except ConfigError as error:
            self.errors.append(error)
            return ConfigFile(self.folder / name)

    def read_monitor(self) -> MonitorFile:
        file = self.open(MONITOR_FILE)
        self.errors += apply_environment(file, self.environ)
        for key, field in known_keys(MonitorFile).items():
            section, table = field.annotation, file.data.get(key)
            if (
                isinstance(section, type)
                and issubclass(section, Section)
                and isinstance(table, dict)
            ):
                self.errors += resolve_secrets(file, table, section, (key,), self.environ)
        self.note_origins(file, "")
        try:
            monitor = MonitorFile.model_validate(file.data)
        except ValidationError as error:
            self.errors += check(file, error, MonitorFile)
            return MonitorFile()
        if (path := monitor.smtp.ca_file) is not None and not (self.folder / path).is_file():
            self.errors.append(
                file.error(
                    ("smtp", "ca_file"), f"{path} does not exist", "paths are relative to this file"
                )
            )
        return monitor

    def read_feeds(self) -> tuple[FeedSettings, ...] | None:
        """Returns the feeds; None when the file is so wrong that nobody can say which feeds were
        meant.
        """
        before = len(self.errors)
        file = self.open(FEEDS_FILE)
        self.note_origins(file, "")
        if not file.path.exists():
            self.errors.append(
                ConfigError(
                    file.path,
                    1,
                    "feed",
                    "there is no feed to poll",
                    hint=f"add a [[feed]]; {CREATE}",
                )
            )
        if len(self.errors) > before:
            return None
        try:
            feeds = FeedsFile.model_validate(file.data).feed
        except ValidationError as error:
            self.errors += check(file, error, FeedsFile)
            if not isinstance(file.data.get("feed"), list):
                return None
            feeds = self.feeds_one_by_one(file.data["feed"])
        self.check_twice(file, feeds)
        return feeds

    def feeds_one_by_one(self, tables: list[Any]) -> tuple[FeedSettings, ...]:
        """Returns the names of feeds where some are wrong, so that cases that name them are not
        blamed.
        """
        feeds = []
        for table in tables:
            try:
                feeds.append(FeedSettings.model_validate(table))
            except ValidationError:
                url, title, tags = (_get(table, key) for key in ("url", "title", "tags"))
                names = tuple(map(str, tags)) if isinstance(tags, list) else ()
                feeds.append(
                    FeedSettings.model_construct(url=str(url), title=str(title), tags=names)
                )
        return tuple(feeds)

    def check_twice(self, file: ConfigFile, feeds: tuple[FeedSettings, ...]) -> None:
        for key in ("url", "title"):
            seen: dict[str, int] = {}
            for number, feed in enumerate(feeds):
                value = getattr(feed, key)
                if value and value in seen:
                    first = file.line_of(("feed", seen[value], key))
                    hint = (
                        "keep one of them"
                        if key == "url"
                        else "give each its own, cases may name it"
                    )
                    self.errors.append(
                        file.error(("feed", number, key), f"the same stands in line {first}", hint)
                    )
                elif value:
                    seen[value] = number

    def read_channels(self) -> dict[str, ChannelSettings]:
        file = self.open(CHANNELS_FILE)
        channels = {name: self.read_channel(file, name, table) for name, table in file.data.items()}
        self.note_origins(file, "channels")
        return channels

    def read_channel(self, file: ConfigFile, name: str, table: Any) -> ChannelSettings:
        """Returns a channel; for one that is wrong, and reported, one that cases may name."""
        if not isinstance(table, dict):
            self.errors.append(
                file.error(
                    (name,), "must be a table", f'write [{name}] and below it type = "email"'
                )
            )
            return CHANNEL_TYPES["console"].model_construct()
        model = CHANNEL_TYPES.get(str(table.get("type")))
        if model is None:
            hint = (
                suggest(str(table.get("type") or ""), CHANNEL_TYPES)
                if "type" in table
                else 'add type = "email" or "webhook"'
            )
            message = (
                f"there is no type {table['type']!r}" if "type" in table else "the type is missing"
            )
            self.errors.append(file.error((name, "type"), message, hint))
            return CHANNEL_TYPES["console"].model_construct()
        self.errors += resolve_secrets(file, table, model, (name,), self.environ)
        try:
            return model.model_validate(table)
        except ValidationError as error:
            self.errors += check(file, error, model, (name,))
            return CHANNEL_TYPES["console"].model_construct()

    def note_origins(self, file: ConfigFile, root: str) -> None:
        for place, line in file.lines.items():
            self.origins[f"{root}.{print_place(place)}" if root else print_place(place)] = (
                f"{file.path}:{line}"
            )
        for place, variable in file.origins.items():
            self.origins[print_place(place)] = variable


def _in_order(errors: list[ConfigError]) -> tuple[ConfigError, ...]:
    """Sorts errors by line within each file, files in the order in which they were read."""
    files = {error.path: number for number, error in reversed(list(enumerate(errors)))}
    return tuple(sorted(errors, key=lambda error: (files[error.path], error.line)))


def _absolute_database(url: str, folder: Path) -> str:
    prefix = "sqlite:///"
    if not url.startswith(prefix):
        return url
    return f"{prefix}{(folder / url.removeprefix(prefix)).resolve()}"


def _get(table: object, key: str) -> object:
    return table.get(key, "") if isinstance(table, dict) else ""
