"""Secrets: `x` itself, `x_env` (the name of a variable) or `x_file` (a file that holds it).

Resolved before the models look at a table, so that they know secrets in one form only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from monitor.errors import ConfigError
from monitor.settings.files import ConfigFile
from monitor.settings.locate import Path as KeyPath
from monitor.settings.models import Section

MAX_SECRET_BYTES = 10_000  # more is a file that was named by mistake
FORMS = ("", "_env", "_file")


def secret_keys(model: type[Section]) -> list[str]:
    """Returns the keys of a section that hold secrets."""
    return [name for name, field in model.model_fields.items() if field.annotation is SecretStr]


def resolve_secrets(
    file: ConfigFile,
    place: str | KeyPath,
    model: type[Section],
    environ: Mapping[str, str],
    *,
    are_used: bool = False,
) -> list[ConfigError]:
    """Puts the secrets that a table names into it, in place; returns what is wrong with them.

    A variable that is not set leaves a secret with a default at its default: it may belong to
    something that is not used.

    Args:
        place: of the table in the file: its name, or its key path.
        model: what the table is read as.
        environ: where variables are looked up.
        are_used: whoever names a secret here uses it, so that its variable has to be set.
    """
    path = (place,) if isinstance(place, str) else place
    reader = _SecretReader(file, path, environ)
    for key in secret_keys(model):
        reader.resolve(key, is_required=are_used or model.model_fields[key].is_required())
    return reader.errors


class _SecretReader:
    """Reads the secrets of one table.

    Attributes:
        errors: what was wrong so far.
    """

    def __init__(self, file: ConfigFile, path: KeyPath, environ: Mapping[str, str]) -> None:
        self.errors: list[ConfigError] = []
        self._file = file
        self._path = path
        self._environ = environ
        table: Any = file.data
        for part in path:
            table = table[part]
        self._table: dict[str, Any] = table

    def resolve(self, key: str, *, is_required: bool) -> None:
        """Reads a secret in whatever form it is given."""
        forms = [key + form for form in FORMS if key + form in self._table]
        # Both are read all the same, so that what is wrong with either is reported too.
        self._check_single(forms)
        for form in forms:
            self._resolve_form(key, form, is_required=is_required)

    def _check_single(self, forms: Sequence[str]) -> None:
        """Reports a secret that is given in several forms: nobody knows which one is meant."""
        if len(forms) > 1:
            message, hint = f"{forms[0]} is given too", f"keep one of {' and '.join(forms)}"
            self.errors.append(self._file.error((*self._path, forms[1]), message, hint))

    def _resolve_form(self, key: str, form: str, *, is_required: bool) -> None:
        """Replaces a form of a secret by the secret itself."""
        place, target = (*self._path, form), (*self._path, key)
        try:
            value = self._read(form, self._table.pop(form), place)
        except ConfigError as error:
            self._report(error, target)
            self._table[key] = SecretStr("")
            return
        if value is None and is_required:
            self._report_unset(place, target)
        self._table[key] = SecretStr(value or "")
        self._place_as(place, target)

    def _report_unset(self, place: KeyPath, target: KeyPath) -> None:
        hint = "export it before the start, or use secret_file"
        self._report(self._file.error(place, "the variable is not set", hint), target)

    def _place_as(self, place: KeyPath, target: KeyPath) -> None:
        """Lets the secret stand where its form does, for errors and for what shows origins."""
        self._file.lines.setdefault(target, self._file.line_of(place))
        if place in self._file.origins:
            self._file.origins.setdefault(target, self._file.origins[place])

    def _report(self, error: ConfigError, target: KeyPath) -> None:
        """Notes an error, so that the model does not report the empty secret once more."""
        self.errors.append(error)
        self._file.reported.add(target)

    def _read(self, form: str, value: object, place: KeyPath) -> str | None:
        """Returns a secret, None when its variable is not set."""
        if not isinstance(value, str):
            raise self._file.error(place, 'must be text, in "quotes"')
        # A key whose own name ends so would be read as a form; there is none.
        if form.endswith("_env"):
            return self._environ.get(value)
        if form.endswith("_file"):
            return self._read_file(self._file.path.parent / value, place)
        return value

    def _read_file(self, path: Path, place: KeyPath) -> str:
        """Returns the secret that a file holds.

        Raises:
            ConfigError: it is too large, not text, or cannot be read.
        """
        # Editors end a file with a line break, which is not part of the secret.
        try:
            self._require_small(path, place)
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            hint = "check its name and permissions"
            raise self._file.error(place, f"{path} cannot be read", hint) from error

    def _require_small(self, path: Path, place: KeyPath) -> None:
        if path.stat().st_size > MAX_SECRET_BYTES:
            hint = "name the file that holds nothing else"
            raise self._file.error(place, f"{path} is too large for a secret", hint)
