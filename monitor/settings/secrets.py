"""Secrets: `x` itself, `x_env` (the name of a variable) or `x_file` (a file that holds it)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from monitor.errors import ConfigError
from monitor.settings.files import ConfigFile
from monitor.settings.locate import Path as KeyPath
from monitor.settings.models import Section

MAX_SECRET_BYTES = 10_000
FORMS = ("", "_env", "_file")


def secret_keys(model: type[Section]) -> list[str]:
    """Returns the keys of a section that hold secrets."""
    return [name for name, field in model.model_fields.items() if field.annotation is SecretStr]


def resolve_secrets(
    file: ConfigFile,
    table: dict[str, Any],
    model: type[Section],
    root: KeyPath,
    environ: Mapping[str, str],
) -> list[ConfigError]:
    """Puts the secrets that a table names into it, in place; returns what is wrong with them.

    A variable that is not set leaves a secret with a default at its default: it may belong to
    something that is not used."""
    errors = []
    for key in secret_keys(model):
        forms = [key + form for form in FORMS if key + form in table]
        if len(forms) > 1:
            errors.append(
                file.error(
                    (*root, forms[1]),
                    f"{forms[0]} is given too",
                    f"keep one of {' and '.join(forms)}",
                )
            )
        for form in forms:
            try:
                value = _read(file, form, table.pop(form), (*root, form), environ)
            except ConfigError as error:
                errors.append(error)
                file.told.add((*root, key))
                table[key] = SecretStr("")
                continue
            if value is None and model.model_fields[key].is_required():
                file.told.add((*root, key))
                errors.append(
                    file.error(
                        (*root, form),
                        "the variable is not set",
                        "export it before the start, or use secret_file",
                    )
                )
            table[key] = SecretStr(value or "")
            file.lines.setdefault((*root, key), file.line_of((*root, form)))
            if (*root, form) in file.origins:
                file.origins.setdefault((*root, key), file.origins[(*root, form)])
    return errors


def _read(
    file: ConfigFile, form: str, value: object, place: KeyPath, environ: Mapping[str, str]
) -> str | None:
    if not isinstance(value, str):
        raise file.error(place, 'must be text, in "quotes"')
    if form.endswith("_env"):
        return environ.get(value)
    if form.endswith("_file"):
        return _read_secret_file(file, file.path.parent / value, place)
    return value


def _read_secret_file(file: ConfigFile, path: Path, place: KeyPath) -> str:
    try:
        if path.stat().st_size > MAX_SECRET_BYTES:
            raise file.error(
                place, f"{path} is too large for a secret", "name the file that holds nothing else"
            )
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise file.error(
            place, f"{path} cannot be read", "check its name and permissions"
        ) from error
