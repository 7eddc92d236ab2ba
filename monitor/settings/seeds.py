"""Seed files: texts of articles that a case knows from the start."""

from __future__ import annotations

from pathlib import Path

from monitor.errors import MonitorError

# A seed is one article; a larger file is a mistake.
MAX_SEED_BYTES = 1_000_000


def read_seed_text(path: Path) -> str:
    """Returns the text of a seed file.

    Raises:
        MonitorError: it cannot be read, is larger than a seed may be, or is not UTF-8.
    """
    try:
        if path.stat().st_size > MAX_SEED_BYTES:
            raise MonitorError(
                f"{path}: the seed is over {MAX_SEED_BYTES // 1_000_000} MB",
                hint="name the text of one article",
            )
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise MonitorError(
            f"{path}: the seed cannot be read: {error}", hint="it must be a UTF-8 text file"
        ) from error
