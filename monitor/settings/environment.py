"""Values of monitor.toml from the environment: `MONITOR_TIMEZONE`, `MONITOR_FETCH__CONCURRENCY`.

They are put into the file as read, before the models look at it: so a value from the environment is
checked like one of the file, and its error names the variable."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_origin

from monitor.errors import ConfigError
from monitor.settings.files import ConfigFile, suggest
from monitor.settings.locate import Path as KeyPath
from monitor.settings.models import PRIVATE, MonitorFile, Section, is_section, known_keys
from monitor.settings.secrets import FORMS, secret_keys

PREFIX = "MONITOR_"
NESTING = "__"
_FLAGS = {"true": True, "false": False}
_MAX_NUMBER_CHARS = 20  # Python refuses to read very long ones


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable that overrides a value of monitor.toml: its name, the value's place and type."""

    name: str
    place: KeyPath
    type: Any


def apply_environment(file: ConfigFile, environ: Mapping[str, str]) -> list[ConfigError]:
    """Lets the environment override monitor.toml, in place; returns the variables that name
    nothing.

    Only names with `__` must be known: others with the prefix may be secrets, or belong to other
    programs."""
    known = {variable.name: variable for variable in _iter_variables()}
    for name, variable in known.items():
        if name in environ:
            _override(file, variable, environ[name])
    unknown = [name for name in sorted(environ) if _is_ours(name) and name not in known]
    return [_unknown_variable(name, known) for name in unknown]


def _is_ours(name: str) -> bool:
    return name.startswith(PREFIX) and NESTING in name


def _unknown_variable(name: str, known: Iterable[str]) -> ConfigError:
    hint = suggest(name, known)
    return ConfigError(Path("environment"), 0, name, "unknown variable", hint=hint)


def _iter_variables() -> Iterator[Variable]:
    """Yields every variable that overrides a value of monitor.toml."""
    for key, field in known_keys(MonitorFile).items():
        # A text cannot say what stands in a table whose keys are names.
        if get_origin(field.annotation) is dict:
            continue
        if is_section(field.annotation):
            yield from _iter_table(key, field.annotation)
        else:
            yield Variable(f"{PREFIX}{key}".upper(), (key,), field.annotation)


def _iter_table(root: str, section: type[Section]) -> Iterator[Variable]:
    """Yields the variables of a table; a secret has one for each of its forms."""
    secrets = secret_keys(section)
    for key, field in known_keys(section).items():
        for form in FORMS if key in secrets else ("",):
            name = f"{PREFIX}{root}{NESTING}{key}{form}".upper()
            yield Variable(name, (root, key + form), field.annotation)


def _override(file: ConfigFile, variable: Variable, text: str) -> None:
    """Puts the value of a variable where its key stands in the file, and notes its origin."""
    *root, key = map(str, variable.place)
    table = _open_table(file, root)
    # But two variables for one secret are both kept, to be reported.
    for form in _other_forms(key):
        if (*root, form) not in file.origins:
            table.pop(form, None)
    table[key] = _read_text(text, variable.type)
    file.origins[variable.place] = variable.name


def _open_table(file: ConfigFile, path: Iterable[str]) -> dict[str, Any]:
    """Returns a table of a file, made where it is missing."""
    table = file.data
    for part in path:
        # What stands in the file for a table may be anything; it is overridden as a whole.
        inner = table.get(part)
        table[part] = table = inner if isinstance(inner, dict) else {}
    return table


def _other_forms(key: str) -> list[str]:
    """Returns the keys that hold the same secret in another form: the environment takes the place
    of them all.
    """
    base = key.removesuffix("_env").removesuffix("_file")
    return [base + form for form in FORMS if base + form != key]


def _read_text(text: str, type_: Any) -> Any:
    """Returns what a variable's text stands for in TOML; what does not fit its type is left as
    text, to be reported.
    """
    # As TOML writes them; "1" and "yes" are reported, so that each value has one spelling.
    if type_ is bool:
        return _FLAGS.get(text.strip().lower(), text)
    if type_ == PRIVATE:
        flag = _FLAGS.get(text.strip().lower(), text)
        return _read_list(text) if set(text) & set(".:/") else flag
    return int(text) if type_ is int and _is_number(text) else text


def _read_list(text: str) -> list[str]:
    """Returns the parts of a list, written bare with commas between them or as TOML writes it."""
    bare = text.strip()
    if bare.startswith(('["', "['")) and bare.endswith("]"):
        bare = bare[1:-1]
    return [one.strip().strip("\"'") for one in bare.split(",")]


def _is_number(text: str) -> bool:
    # Other scripts have digits too, which TOML does not read.
    digits = text.strip()
    return digits.isascii() and digits.isdigit() and len(text) < _MAX_NUMBER_CHARS
