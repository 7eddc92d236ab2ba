"""Writes docs/config.md: every file, table and key that the models know."""

from __future__ import annotations

import types
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from monitor.settings.describing import print_value
from monitor.settings.models import (
    AlertRule,
    CaseFile,
    ConsoleSettings,
    EmailSettings,
    FeedSettings,
    MonitorFile,
    Section,
    SeedEntry,
    WebhookSettings,
    known_keys,
)
from monitor.settings.secrets import FORMS
from monitor.settings.values import Cadence, read_size

_FILES: tuple[tuple[str, str, tuple[tuple[str, type[Section]], ...]], ...] = (
    (
        "monitor.toml",
        "The service. Every value can be overridden by the variable named with it.",
        (("", MonitorFile),),
    ),
    ("feeds.toml", "What is polled: one `[[feed]]` for each feed.", (("[[feed]]", FeedSettings),)),
    (
        "channels.toml",
        "Where alerts can go: one table for each channel, its name is yours to choose. `console` exists without one.",
        (("email", EmailSettings), ("webhook", WebhookSettings), ("console", ConsoleSettings)),
    ),
    (
        "cases/SLUG.toml",
        "One case; the file's name is its slug.",
        (("", CaseFile), ("[[alert]]", AlertRule)),
    ),
    ("seeds.toml", "What is known about the seed files beside it.", (("[[seed]]", SeedEntry),)),
)

_TYPE_NAMES: dict[Any, str] = {
    str: "text",
    int: "number",
    bool: "true or false",
    timedelta: "duration",
    SecretStr: "secret",
    Cadence: "time",
    ZoneInfo: "zone",
    Path: "path",
    date: "date",
    datetime: "time",
}


def reference_markdown() -> str:
    """Returns docs/config.md: every file, table and key with type, default and meaning."""
    parts = ["# Configuration", "", "Generated from the program; unknown keys are errors.", ""]
    for name, text, sections in _FILES:
        parts += [f"## {name}", "", text, ""]
        for title, model in sections:
            parts += _reference_section(title, model)
    return "\n".join(parts).rstrip() + "\n"


def _reference_section(title: str, model: type[Section], variable: str = "") -> list[str]:
    fields = known_keys(model)
    has_variables = bool(variable) or model is MonitorFile
    header = ["| key | type | default | meaning |", "|---|---|---|---|"]
    rows = [
        _reference_row(key, field, variable or "MONITOR_", has_variables=has_variables)
        for key, field in _plain(fields)
    ]
    lines = [f"### {title}", "", (model.__doc__ or "").strip(), ""] if title else []
    lines += [*header, *rows, ""] if rows else []
    for key, field in fields.items():
        section = field.annotation
        if isinstance(section, type) and issubclass(section, Section):
            lines += _reference_section(f"[{key}]", section, f"MONITOR_{key.upper()}__")
    return lines


def _plain(fields: dict[str, FieldInfo]) -> list[tuple[str, FieldInfo]]:
    """Returns the fields that are values, secrets in all their forms; tables have a section of
    their own.
    """
    plain = []
    for key, field in fields.items():
        parts = [field.annotation, *get_args(field.annotation)]
        if any(isinstance(part, type) and issubclass(part, Section) for part in parts):
            continue
        plain += [
            (key + form, field) for form in (FORMS if field.annotation is SecretStr else ("",))
        ]
    return plain


def _reference_row(key: str, field: FieldInfo, prefix: str, *, has_variables: bool) -> str:
    form = next(
        (form for form in FORMS[1:] if field.annotation is SecretStr and key.endswith(form)), ""
    )
    meaning = {"_env": "Name of a variable that holds it.", "_file": "File that holds it."}.get(
        form, field.description or ""
    )
    if has_variables and not form:
        meaning += f" `{prefix}{key.upper()}`"
    default = "" if form else _print_default(field)
    type_ = "text" if form else "size" if _is_size(field) else _print_type(field.annotation)
    return f"| `{key}` | {type_} | {default} | {meaning.replace('|', chr(92) + '|')} |"


def _print_default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    value = field.default
    match value:
        case None:
            return ""
        case int() if _is_size(field):
            return f'`"{value // 10**6}MB"`'
        case bool() | int():
            return f"`{str(value).lower()}`"
        case tuple():
            return f"`[{', '.join(f'{chr(34)}{one}{chr(34)}' for one in value)}]`"
        case SecretStr():
            return '`""`'
        case _:
            return f'`"{print_value(value)}"`'


def _is_size(field: FieldInfo) -> bool:
    return any(getattr(part, "func", None) is read_size for part in field.metadata)


def _print_type(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return " or ".join(_print_type(arg) for arg in args if arg is not type(None))
    if origin is tuple:
        return f"list of {_print_type(args[0])}"
    if origin is Literal:
        return " or ".join(f'`"{arg}"`' for arg in args)
    if hasattr(annotation, "__metadata__"):
        return _print_type(args[0])
    return _TYPE_NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))
