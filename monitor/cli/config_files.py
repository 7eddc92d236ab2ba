"""Changing a config folder: a file is written whole or not at all, and stays as it was where the
change would make the config wrong.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from monitor.cli.state import GlobalOptions
from monitor.errors import MonitorError


def write_checked(state: GlobalOptions, path: Path, text: str) -> None:
    """Writes a file of the config and reads the config with it; what was there comes back where
    that goes wrong.

    Raises:
        ConfigErrors: what would be wrong.
        OSError: the file cannot be written; it is as it was.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else None
    write_whole(path, text)
    # Judged where it stands: line numbers and other files count in what is said of it.
    try:
        state.load()
    except MonitorError:
        _restore(path, before)
        raise


def _restore(path: Path, before: str | None) -> None:
    # A file that did not exist does not exist again.
    if before is None:
        path.unlink(missing_ok=True)
    else:
        write_whole(path, before)


def write_whole(path: Path, text: str) -> None:
    """Writes a file so that a full disk or a crash leaves the old one.

    Raises:
        OSError: it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # Through a link: the file that it leads to is what somebody keeps in version control.
    target = path.resolve()
    number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o600)
        os.replace(name, target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def join_tables(parts: list[str]) -> str:
    """Returns parts of a TOML file with an empty line between them; empty ones are left out."""
    return "\n\n".join(filter(None, map(str.rstrip, parts))) + "\n"
