"""Reads config files and keeps where everything in them stands."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from monitor.errors import ConfigError
from monitor.settings.locate import Path as KeyPath
from monitor.settings.locate import locate
from monitor.settings.models import Section, known_keys

MAX_FILE_BYTES = 1_000_000

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
# What pydantic says about a type, in the words of TOML.
_TYPES = {
    "string_type": 'must be text, in "quotes"',
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": "must be a list, in [brackets]",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


@dataclass(slots=True)
class ConfigFile:
    """One file as read, with the line of every key.

    Attributes:
        origins: for values that come from the environment, the variable.
        told: places whose error was found before the models looked at them.
    """

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    source: str = ""
    origins: dict[KeyPath, str] = field(default_factory=dict)
    told: set[KeyPath] = field(default_factory=set)

    def line_of(self, place: KeyPath) -> int:
        """Returns the line of a key, else of the nearest table around it, else 1."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def error(self, place: KeyPath, message: str, hint: str = "") -> ConfigError:
        """Returns the error of a place; one that comes from the environment names the variable
        instead.
        """
        if variable := self.origins.get(place):
            return ConfigError(Path("environment"), 0, variable, message, hint=hint)
        return ConfigError(self.path, self.line_of(place), print_place(place), message, hint=hint)


def print_place(place: KeyPath) -> str:
    """Prints a key path: `fetch.deadline`, `feed[2].url` (tables and elements counted from 1);
    `file` for the whole file.
    """
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text or "file"


def read_file(path: Path) -> ConfigFile:
    """Reads a TOML file; one that does not exist is an empty file.

    Raises:
        ConfigError: it cannot be read or is no TOML.
    """
    try:
        raw = path.read_bytes() if path.stat().st_size <= MAX_FILE_BYTES else None
    except FileNotFoundError:
        return ConfigFile(path)
    except OSError as error:
        raise ConfigError(
            path, 1, "file", f"cannot be read: {error.strerror}", hint="check its permissions"
        ) from error
    if raw is None:
        raise ConfigError(
            path,
            1,
            "file",
            f"is larger than {MAX_FILE_BYTES // 1_000_000} MB",
            hint="this is no config file",
        )
    try:
        source = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise ConfigError(path, line, "file", "is not UTF-8", hint="save it as UTF-8") from error
    try:
        return ConfigFile(path, tomllib.loads(source), locate(source), source)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, source, str(error)) from error
    except RecursionError as error:
        raise ConfigError(
            path, 1, "file", "is nested too deep", hint="this is no config file"
        ) from error


def _syntax_error(path: Path, source: str, text: str) -> ConfigError:
    found = _PLACE.search(text)
    line = int(found[1]) if found and found[1] else source.rstrip().count("\n") + 1
    message = _PLACE.sub("", text)
    return ConfigError(
        path,
        line,
        "syntax",
        f"{message[:1].lower()}{message[1:]}",
        hint="text stands in quotes, lists in brackets",
    )


def check(
    file: ConfigFile, error: ValidationError, model: type[Section], root: KeyPath = ()
) -> list[ConfigError]:
    """Returns what pydantic found wrong, each with its line, what is wrong and what to do."""
    found = error.errors(include_url=False, include_input=False)
    return [
        _check_one(file, dict(one), model, root)
        for one in found
        if (*root, *one["loc"]) not in file.told
    ]


def _check_one(
    file: ConfigFile, one: dict[str, Any], model: type[Section], root: KeyPath
) -> ConfigError:
    place: KeyPath = (*root, *one["loc"])
    kind, context = one["type"], one.get("ctx") or {}
    if kind == "wrong":
        return file.error(place, context["what"], context["hint"])
    if kind == "extra_forbidden":
        known = known_keys(_model_at(model, one["loc"][:-1]))
        return file.error(place, "unknown key", suggest(str(one["loc"][-1]), known))
    if kind == "missing":
        return file.error(place, "is missing", f"add {one['loc'][-1]} = …")
    if kind == "literal_error":
        return file.error(
            place, "is none of the words allowed", f"write {context['expected']}".replace("'", '"')
        )
    if kind == "too_short" or kind == "string_too_short":
        return file.error(place, "is empty", "write at least one")
    if kind in ("greater_than_equal", "less_than_equal"):
        return file.error(
            place,
            f"must be {context['ge']} or more"
            if "ge" in context
            else f"must be {context['le']} or less",
        )
    message = _TYPES.get(
        kind, one["msg"].replace("Input should be", "must be").replace("should", "must")
    )
    return file.error(place, message[:1].lower() + message[1:])


def _model_at(model: type[Section], place: KeyPath) -> type[Section]:
    """Returns the section that a key path inside a model leads to."""
    for part in place:
        if isinstance(part, int):
            continue
        annotation = known_keys(model)[part].annotation
        inner = [annotation, *getattr(annotation, "__args__", ())]
        model = next(one for one in inner if isinstance(one, type) and issubclass(one, Section))
    return model


def suggest(name: str, known: Iterable[str]) -> str:
    """Returns the hint for a name that does not exist: the one that was probably meant, else all
    that exist.
    """
    names = list(dict.fromkeys(known))
    by_fold = {one.casefold(): one for one in names}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1)
    if close:
        return f'did you mean "{by_fold[close[0]]}"?'
    listed = ", ".join(names[:12])
    return f"known: {listed}{', …' if len(names) > 12 else ''}" if names else ""
