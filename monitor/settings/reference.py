"""Writes docs/config.md: every file, table and key that the models know.

Generated from the models, so that a key cannot be missing from it; a test compares the two."""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from monitor.settings.describing import print_value
from monitor.settings.environment import PREFIX
from monitor.settings.models import (
    PRIVATE,
    AlertRule,
    AppriseSettings,
    CaseFile,
    ChatSettings,
    ConsoleSettings,
    EmailSettings,
    FeedSettings,
    MonitorFile,
    Section,
    SeedEntry,
    WebhookSettings,
    is_section,
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
        "Where alerts can go: one table for each channel, its name is yours to choose. `console` "
        "exists without one.",
        (
            ("email", EmailSettings),
            ("webhook", WebhookSettings),
            ("slack, teams, discord, ntfy, matrix", ChatSettings),
            ("apprise", AppriseSettings),
            ("console", ConsoleSettings),
        ),
    ),
    (
        "cases/SLUG.toml",
        "One case; the file's name is its slug.",
        (("", CaseFile), ("[[alert]]", AlertRule)),
    ),
    ("seeds.toml", "What is known about the seed files beside it.", (("[[seed]]", SeedEntry),)),
)

_FORM_MEANINGS = {"_env": "Name of a variable that holds it.", "_file": "File that holds it."}
_TYPE_NAMES: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "true or false",
    PRIVATE: "true, false or list of text",
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
    """Returns the lines of a table and of the tables in it.

    Args:
        title: empty for the keys at the top of a file.
        variable: how the variables for its keys begin; empty when there are none.
    """
    fields = known_keys(model)
    # The docstrings of sections are the text of the page.
    lines = [f"### {title}", "", (model.__doc__ or "").strip(), ""] if title else []
    lines += _reference_table(model, variable)
    for key, field in fields.items():
        if is_section(field.annotation):
            lines += _reference_section(f"[{key}]", field.annotation, f"{PREFIX}{key.upper()}__")
        elif inline := _inline_table(field):
            lines += _reference_section(f"{key} = {{ … }}", inline)
    return lines


def _inline_table(field: FieldInfo) -> type[Section] | None:
    """Returns what a table is read as that may be left out, None for other keys."""
    tables = list(filter(is_section, get_args(field.annotation)))
    return tables[0] if tables and type(None) in get_args(field.annotation) else None


def _reference_table(model: type[Section], variable: str) -> list[str]:
    """Returns the lines for the keys of a section that are values; none when all are tables."""
    if not variable and model is MonitorFile:
        variable = PREFIX
    rows = [_reference_row(key, field, variable) for key, field in _value_fields(model)]
    header = ["| key | type | default | meaning |", "|---|---|---|---|"]
    return [*header, *rows, ""] if rows else []


def _value_fields(model: type[Section]) -> Iterator[tuple[str, FieldInfo]]:
    """Yields the fields that are values by their key, secrets in all their forms; tables have a
    section of their own.
    """
    for key, field in known_keys(model).items():
        if any(map(is_section, (field.annotation, *get_args(field.annotation)))):
            continue
        for form in FORMS if field.annotation is SecretStr else ("",):
            yield key + form, field


def _reference_row(key: str, field: FieldInfo, variable: str) -> str:
    # What says where a secret stands is never a secret itself, and has no default.
    form = _secret_form(key, field)
    if form:
        return _table_row(key, "text", "", _FORM_MEANINGS[form])
    meaning = field.description or ""
    if variable and get_origin(field.annotation) is not dict:
        meaning += f" `{variable}{key.upper()}`"
    type_ = "size" if _is_size(field) else _print_type(field.annotation)
    return _table_row(key, type_, _print_default(field), meaning)


def _secret_form(key: str, field: FieldInfo) -> str:
    """Returns "_env" or "_file" for a key that only says where a secret is, else nothing."""
    if field.annotation is not SecretStr:
        return ""
    return next((form for form in _FORM_MEANINGS if key.endswith(form)), "")


def _table_row(key: str, type_: str, default: str, meaning: str) -> str:
    # A stroke would end the cell.
    return f"| `{key}` | {type_} | {default} | {meaning.replace('|', chr(92) + '|')} |"


def _print_default(field: FieldInfo) -> str:
    """Returns a default as TOML has it; "required" where there is none."""
    if field.default is PydanticUndefined:
        return "required"
    if _is_size(field):
        return f'`"{field.default // 10**6}MB"`'
    return _print_toml(field.default)


def _print_toml(value: Any) -> str:
    """Returns a value as TOML has it, to be read in Markdown; nothing for None."""
    match value:
        case None:
            return ""
        case bool() | int():
            return f"`{str(value).lower()}`"
        case tuple():
            return f"`[{', '.join(map(_quote, value))}]`"
        case SecretStr():
            return '`""`'
        case dict():
            return "`{}`"
        case _:
            return f'`"{print_value(value)}"`'


def _quote(value: object) -> str:
    return f'"{value}"'


def _is_size(field: FieldInfo) -> bool:
    """Returns whether a number of bytes is written as text, such as "10MB"."""
    return any(getattr(part, "func", None) is read_size for part in field.metadata)


def _print_type(annotation: Any) -> str:
    """Returns a type in words for people who write TOML."""
    origin, args = get_origin(annotation), get_args(annotation)
    # That a key may be left out is said by its default.
    if origin in (Union, types.UnionType):
        return " or ".join(_print_type(arg) for arg in args if arg is not type(None))
    if origin is tuple:
        return f"list of {_print_type(args[0])}"
    if origin is dict:
        return f"table of {_print_type(args[1])}"
    if origin is Literal:
        return " or ".join(f'`"{arg}"`' for arg in args)
    return _print_plain_type(annotation)


def _print_plain_type(annotation: Any) -> str:
    """Returns a type that is made of no others; its validators do not show."""
    if hasattr(annotation, "__metadata__"):
        return _print_type(get_args(annotation)[0])
    return _TYPE_NAMES.get(annotation, getattr(annotation, "__name__", str(annotation)))
