"""Shows the settings in force and where each comes from, secrets masked.

For `monitor config show`: what a person needs to see why a value is what it is. Masked are secrets,
passwords in database URLs, and the paths of webhooks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from monitor.settings.models import (
    ChatSettings,
    MonitorFile,
    Section,
    WebhookSettings,
    known_keys,
)
from monitor.settings.settings import CaseSettings, Settings
from monitor.settings.values import print_duration
from monitor.urls import shown, shown_in

MASK = "********"
DEFAULT = "default"
NOT_SHOWN = "…"
_CASE_KEYS = (
    *("title", "note", "languages", "query", "candidates", "tiers", "feeds", "seeds"),
    "alerts_per_week",
)


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One value in force: its key, the value with secrets masked, and `file:line`, a variable or
    "default".
    """

    key: str
    value: str
    origin: str


def describe(settings: Settings) -> tuple[SettingRow, ...]:
    """Returns every value of monitor.toml, and what feeds, channels and cases set, in the order of
    the files.
    """
    rows = list(_iter_service(settings))
    # Of these only what is set: each feed has a dozen defaults, and nobody looks for them here.
    for number, feed in enumerate(settings.feeds, start=1):
        rows += _iter_set(settings, f"feed[{number}]", feed)
    for name, channel in settings.channels.items():
        rows += _iter_set(settings, f"channels.{name}", channel)
    for case in settings.cases:
        rows += _iter_case(settings, case)
    return tuple(rows)


def _iter_case(settings: Settings, case: CaseSettings) -> Iterator[SettingRow]:
    """Yields what the file of a case sets."""
    for key in _CASE_KEYS:
        name = f"cases.{case.slug}.{key}"
        if name in settings.origins:
            yield SettingRow(name, print_value(getattr(case, key)), settings.origins[name])
    for number, rule in enumerate(case.alerts, start=1):
        yield from _iter_set(settings, f"cases.{case.slug}.alert[{number}]", rule)


def _iter_service(settings: Settings) -> Iterator[SettingRow]:
    """Yields every value of monitor.toml, also those at their default."""
    for key in known_keys(MonitorFile):
        value = getattr(settings, key)
        if isinstance(value, Section):
            yield from _iter_table(settings, key, value)
        else:
            yield SettingRow(key, _print_top(key, value), settings.origins.get(key, DEFAULT))


def _print_top(key: str, value: Any) -> str:
    """Prints a value of monitor.toml that stands in no table."""
    return shown(value, mark=MASK) if key == "database_url" else print_value(value)


def _iter_table(settings: Settings, root: str, section: Section) -> Iterator[SettingRow]:
    """Yields every value of a table, also those at their default."""
    for key, field in known_keys(type(section)).items():
        name = f"{root}.{key}"
        shown = print_value(getattr(section, _attribute(type(section), field)))
        yield SettingRow(name, shown, settings.origins.get(name, DEFAULT))


def _iter_set(settings: Settings, root: str, section: Section) -> Iterator[SettingRow]:
    """Yields the values of a table that its file sets."""
    for key, field in known_keys(type(section)).items():
        origin = settings.origins.get(f"{root}.{key}")
        if origin:
            value = getattr(section, _attribute(type(section), field))
            yield SettingRow(f"{root}.{key}", _print_of(section, key, value), origin)


def _print_of(section: Section, key: str, value: Any) -> str:
    """Prints a value of a table, without what only its receiver should know."""
    if isinstance(section, WebhookSettings | ChatSettings) and key == "url":
        return _mask_hook(value)
    return print_value(value)


def _attribute(model: type[Section], field: FieldInfo) -> str:
    """Returns the name of a field in Python: `from_` for the key `from`."""
    return next(name for name, known in model.model_fields.items() if known is field)


def _mask_hook(url: str) -> str:
    """Hides the path and query of a webhook: on many services they are its key."""
    # The host stays: it is what a person looks for.
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{NOT_SHOWN}"


def _print_section(section: Section) -> str:
    """Prints what an inline table sets."""
    parts = {key: print_value(getattr(section, key)) for key in known_keys(type(section))}
    return ", ".join(f"{key} = {shown}" for key, shown in parts.items() if shown)


def print_value(value: Any) -> str:
    """Prints a value as a config file would have it, without quotes; a secret as a mask."""
    match value:
        case SecretStr():
            return MASK if value.get_secret_value() else ""
        case timedelta():
            return print_duration(value)
        case bool():  # as TOML writes it
            return str(value).lower()
        # A seed is shown by its file; what is known about it stands in seeds.toml.
        case tuple():
            return ", ".join(shown_in(str(getattr(one, "path", one))) for one in value)
        case dict():
            return ", ".join(f"{key} = {print_value(one)}" for key, one in value.items())
        case Section():
            return _print_section(value)
        case None:
            return ""
        case _:
            return shown_in(str(value))
