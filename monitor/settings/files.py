"""Reads config files, keeps where everything in them stands, and says what is wrong where.

The first step of loading: `loading` and `cases` check what is read here against the models."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import filterfalse
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import ConfigError
from monitor.settings.locate import Path as KeyPath
from monitor.settings.locate import locate
from monitor.settings.models import Section, is_section, known_keys

MAX_FILE_BYTES = 1_000_000  # a thousand feeds take a tenth of it
_MAX_LISTED = 12  # names in a hint

_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)")
# What pydantic says about a type, in the words of TOML.
_TYPES = {
    "string_type": 'must be text, in "quotes"',
    "int_type": "must be a whole number, without quotes",
    "bool_type": "must be true or false, without quotes",
    "tuple_type": "must be a list, in [brackets]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
}


@dataclass(slots=True)
class ConfigFile:
    """One file as read, with the line of every key.

    Attributes:
        origins: for values that come from the environment, the variable.
        reported: places whose error was found before the models looked at them.
    """

    path: Path
    data: dict[str, Any] = field(default_factory=dict)
    lines: dict[KeyPath, int] = field(default_factory=dict)
    source: str = ""
    origins: dict[KeyPath, str] = field(default_factory=dict)
    reported: set[KeyPath] = field(default_factory=set)

    def line_of(self, place: KeyPath) -> int:
        """Returns the line of a key, else of the nearest table around it, else 1."""
        # A key that is missing is reported at its table.
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
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if text else part
    return text or "file"


def read_file(path: Path) -> ConfigFile:
    """Reads a TOML file; one that does not exist is an empty file.

    Raises:
        ConfigError: it cannot be read or is not TOML.
    """
    raw = _read_bytes(path)
    if raw is None:
        return ConfigFile(path)
    source = _decode(path, raw)
    try:
        return ConfigFile(path, tomllib.loads(source), locate(source), source)
    except tomllib.TOMLDecodeError as error:
        raise _syntax_error(path, source, str(error)) from error
    # tomllib reads brackets in brackets by recursion.
    except RecursionError as error:
        raise _file_error(path, "is nested too deep", "this is no config file") from error


def _read_bytes(path: Path) -> bytes | None:
    """Returns what a file holds, None when there is none."""
    try:
        if path.stat().st_size <= MAX_FILE_BYTES:
            return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        message = f"cannot be read: {error.strerror}"
        raise _file_error(path, message, "check its permissions") from error
    message = f"is larger than {MAX_FILE_BYTES // 1_000_000} MB"
    raise _file_error(path, message, "this is no config file")


def _decode(path: Path, raw: bytes) -> str:
    """Returns the text of a file without a byte order mark, its lines ended by a line feed."""
    try:
        return raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line, hint = _line_at(raw, error.start), "save it as UTF-8"
        raise ConfigError(path, line, "file", "is not UTF-8", hint=hint) from error


def _line_at(raw: bytes, place: int) -> int:
    return raw.count(b"\n", 0, place) + 1


def _file_error(path: Path, message: str, hint: str) -> ConfigError:
    return ConfigError(path, 1, "file", message, hint=hint)


def _syntax_error(path: Path, source: str, text: str) -> ConfigError:
    """Returns what the parser says, with its place as the place of the error."""
    message = _lower_first(_PLACE.sub("", text))
    hint = "text stands in quotes, lists in brackets"
    return ConfigError(path, _syntax_line(source, text), "syntax", message, hint=hint)


def _syntax_line(source: str, text: str) -> int:
    """Returns the line that the parser names."""
    # It has none where the document ends too early: it is the last one.
    found = _PLACE.search(text)
    return int(found[1]) if found and found[1] else source.rstrip().count("\n") + 1


def _lower_first(message: str) -> str:
    return message[:1].lower() + message[1:]


def check(
    file: ConfigFile, error: ValidationError, model: type[Section], root: KeyPath = ()
) -> list[ConfigError]:
    """Returns what pydantic found wrong, each with its line, what is wrong and what to do.

    Args:
        model: what was validated.
        root: the place of its table in the file.
    """
    errors = []
    found = error.errors(include_url=False, include_input=False)
    for details in filterfalse(partial(_is_echo, found=found), found):
        place: KeyPath = (*root, *details["loc"])
        # A secret that could not be read is empty to the model, which would report that too.
        if place not in file.reported:
            problem = _describe(details, model)
            errors.append(file.error(place, problem.message, problem.hint))
    return errors


def _is_echo(details: ErrorDetails, found: Sequence[ErrorDetails]) -> bool:
    """Says whether a list is only called empty because nothing that it holds is right."""
    return details["type"] == "too_short" and details["loc"] in map(_holder, found)


def _holder(details: ErrorDetails) -> KeyPath:
    """Returns the place of what holds the value that an error is about."""
    return details["loc"][:-1]


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a value, and what to do."""

    message: str
    hint: str = ""


def _describe(details: ErrorDetails, model: type[Section]) -> _Problem:
    """Returns an error of pydantic in our words."""
    loc = details["loc"]
    match details["type"]:
        case "extra_forbidden":
            known = known_keys(_model_at(model, loc[:-1]))
            return _Problem("unknown key", suggest(str(loc[-1]), known))
        case "missing":
            return _Problem("is missing", f"add {loc[-1]} = …")
        case _:
            return _describe_value(details)


def _describe_value(details: ErrorDetails) -> _Problem:
    """Returns what is wrong with the value of a key that is right."""
    context = details.get("ctx") or {}
    match details["type"]:
        case "wrong":  # `values.wrong`
            return _Problem(context["what"], context["hint"])
        case "literal_error":
            # Pydantic quotes as Python does, where TOML has no escapes.
            hint = f"write {context['expected']}".replace("'", '"')
            return _Problem("is none of the words allowed", hint)
        case "too_short" | "string_too_short":
            return _Problem("is empty", "write at least one")
        case _:
            return _Problem(_describe_type_or_range(details))


def _describe_type_or_range(details: ErrorDetails) -> str:
    """Returns what kind of value, or which values, a key takes."""
    kind, context = details["type"], details.get("ctx") or {}
    if kind == "greater_than_equal":
        return f"must be {_plain(context['ge'])} or more"
    if kind == "less_than_equal":
        return f"must be {_plain(context['le'])} or less"
    # What has no words of ours yet is said in pydantic's, which at least are right.
    message = details["msg"].replace("Input should be", "must be").replace("should", "must")
    return _lower_first(_TYPES.get(kind, message))


def _plain(limit: object) -> object:
    """Returns a limit as it would be written: 500, though the key takes 2.5 as well."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def _model_at(model: type[Section], place: KeyPath) -> type[Section]:
    """Returns the section that a key path inside a model leads to."""
    for part in place:
        # The place in a list does not change what the list holds.
        if not isinstance(part, int):
            model = _inner_model(known_keys(model)[part].annotation)
    return model


def _inner_model(annotation: Any) -> type[Section]:
    """Returns the section of an annotation: `tuple[FeedSettings, ...]` leads to what it holds."""
    inner = [annotation, *getattr(annotation, "__args__", ())]
    return next(kind for kind in inner if is_section(kind))


def _closest(name: str, names: list[str]) -> str | None:
    """Returns the name that is spelled most like another; None when none is like it."""
    # Compared without case: "Timezone" means "timezone".
    by_fold = dict(zip(map(str.casefold, names), names, strict=True))
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1)
    return by_fold[close[0]] if close else None


def suggest(name: str, known: Iterable[str]) -> str:
    """Returns the hint for a name that does not exist: the one that was probably meant, else all
    that exist.
    """
    names = list(dict.fromkeys(known))
    close = _closest(name, names)
    if close is not None:
        return f'did you mean "{close}"?'
    # "known:" and nothing after it would be no help.
    if not names:
        return ""
    more = ", …" if len(names) > _MAX_LISTED else ""
    return f"known: {', '.join(names[:_MAX_LISTED])}{more}"
