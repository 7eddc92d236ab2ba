"""Environments of peers: made once by pip, kept in a folder beside the code that git ignores."""

from __future__ import annotations

import functools
import subprocess
import sys
from pathlib import Path

CACHE = Path(__file__).resolve().parents[2] / ".bench"
# Pinned, so that two runs compare with the same program. reader imports sgmllib3k unasked.
READER = ("reader==3.26", "sgmllib3k==1.0.0")
_SET_UP_S = 240


class NoPeer(Exception):
    """A peer cannot be had here; says why."""


@functools.cache
def find_python(name: str, packages: tuple[str, ...]) -> Path:
    """Returns the interpreter of an environment with these packages, made when it is not there.

    Raises:
        NoPeer: it cannot be made, such as without a package index.
    """
    folder = CACHE / name
    python, mark = folder / "bin" / "python", folder / "installed.txt"
    wanted = "\n".join(packages)
    if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(python), "-m", "pip", "install", "--quiet", *packages)
        mark.write_text(wanted, encoding="utf-8")
    return python


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SET_UP_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoPeer(str(error)) from error
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["failed without a word"]
        raise NoPeer(f"{' '.join(command[1:4])}: {lines[-1]}")
