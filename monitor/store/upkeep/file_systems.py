"""The file system that a database lies on.

SQLite's log needs memory that all who use it share, and locks that hold; network file systems
promise neither (https://sqlite.org/wal.html, https://sqlite.org/howtocorrupt.html)."""

from __future__ import annotations

import re
from pathlib import Path

ADVICE = "put the database on a disk of this machine, or move to PostgreSQL with `monitor db copy`"
_MOUNTS = Path("/proc/self/mounts")
# What begins so is another machine's, or a program's own: sshfs, s3fs and their like.
_REMOTE = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "glusterfs", "lustre", "fuse.")
_ESCAPED = re.compile(r"\\([0-7]{3})")


def find_network_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """Returns the kind of the network file system that a file lies on, or would; empty where it
    lies on none, or where the machine does not say.

    Args:
        mounts: the list of what is mounted, see proc(5).
    """
    if not mounts.exists():
        return ""
    kinds: dict[Path, str] = {}
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, point, kind, *_ = line.split(" ")
        # Of two at one place the later one lies above.
        kinds[Path(_ESCAPED.sub(_character, point))] = kind
    place = next((folder for folder in path.resolve().parents if folder in kinds), None)
    kind = kinds[place] if place else ""
    return kind if kind.startswith(_REMOTE) else ""


def _character(escaped: re.Match[str]) -> str:
    # A blank in the name of a folder stands there as its number in base 8.
    return chr(int(escaped[1], 8))
