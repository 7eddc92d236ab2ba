"""Power cuts: every write of the program to its files is recorded, and the disk is rebuilt as it
would be found had the power gone right after an acknowledged commit.

A disk may lose whatever no `fsync` has confirmed. So each cut is rebuilt twice: with what is
confirmed alone, and with a random part of the rest as well, as a disk writes in its own order.
"""

from __future__ import annotations

import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.trust.figures import Figure, Finding, Skipped
from tests.trust.world import open_world, write_config

PROMISE = "power cuts"
CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,unlinkat,lseek"
LIMIT_S = 400.0
# What the recorded program writes after each commit: how often, and what is then in the database.
ACKS = "acks"
_LINE = re.compile(r"^(?:\d+\s+)?(\w+)\((.*)\)\s+= (-?\d+|0x[0-9a-f]+)")
_PLACE = re.compile(r"^(\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_VERSION = re.compile(r'validators (.*)"\d+-(\d+)"')
_FACTS = (
    "SELECT 'entry ' || key FROM entries",
    "SELECT 'verdict ' || revision_id || outcome FROM case_articles",
    "SELECT 'alert ' || uid FROM alerts",
    "SELECT 'delivery ' || uid FROM deliveries",
    "SELECT 'sent ' || uid FROM deliveries WHERE state = 'sent'",
    "SELECT 'validators ' || url || etag FROM feeds WHERE etag IS NOT NULL",
)


def read_facts(path: Path) -> frozenset[str]:
    """Returns what a database says that must not be lost."""
    with closing(sqlite3.connect(path)) as database:
        return frozenset(row[0] for sql in _FACTS for row in database.execute(sql))


@dataclass
class File:
    """A file on a disk.

    Attributes:
        confirmed: what is there for certain.
        waiting: writes since, as place and bytes; None as bytes cuts the file to that length.
    """

    confirmed: bytearray = field(default_factory=bytearray)
    waiting: list[tuple[int, bytes | None]] = field(default_factory=list)

    def confirm(self) -> None:
        for change in self.waiting:
            _change(self.confirmed, *change)
        self.waiting.clear()

    def found_after_a_cut(self, chance: random.Random | None) -> bytes:
        """Returns what a cut leaves: what is confirmed, and what `chance` lets through of the
        rest.
        """
        content = bytearray(self.confirmed)
        for place, data in self.waiting:
            if chance is not None and chance.random() < 0.5:
                _change(content, place, data)
        return bytes(content)


def _change(content: bytearray, place: int, data: bytes | None) -> None:
    if data is None:
        del content[place:]
        content.extend(bytes(place - len(content)))
        return
    content.extend(bytes(max(0, place - len(content))))
    content[place : place + len(data)] = data


@dataclass(frozen=True)
class Call:
    """A recorded system call on a file."""

    name: str
    path: str
    data: bytes
    place: int


class Disk:
    """Files rebuilt from recorded calls."""

    def __init__(self) -> None:
        self.files: dict[str, File] = {}

    def take(self, call: Call) -> None:
        file = self.files.setdefault(call.path, File())
        if call.name in ("fsync", "fdatasync"):
            file.confirm()
        elif call.name == "unlink":
            del self.files[call.path]
        elif call.name == "ftruncate":
            file.waiting.append((call.place, None))
        else:
            file.waiting.append((call.place, call.data))

    def write_out(self, folder: Path, chance: random.Random | None) -> None:
        for path, file in self.files.items():
            (folder / Path(path).name).write_bytes(file.found_after_a_cut(chance))


def read_calls(trace: Path, name: str) -> Iterator[Call]:
    """Yields the calls on a database and its log, and a call "ack" for each acknowledged commit."""
    pending: dict[str, str] = {}
    with trace.open(encoding="latin-1") as lines:
        for line in lines:
            whole = _joined(line.rstrip("\n"), pending)
            call = _read_call(whole, name) if whole else None
            if call:
                yield call


def _joined(line: str, pending: dict[str, str]) -> str | None:
    """Returns a call as one line where another thread has cut it in two."""
    thread = line.split(maxsplit=1)[0]
    if line.endswith("<unfinished ...>"):
        pending[thread] = line.removesuffix("<unfinished ...>")
        return None
    _, mark, rest = line.partition(" resumed>")
    return pending.pop(thread, "") + rest if mark else line


def _read_call(line: str, name: str) -> Call | None:
    found = _LINE.match(line)
    if not found or int(found[3], 0) < 0:
        return None
    kind, arguments = found[1], found[2]
    if kind in ("unlink", "unlinkat"):
        path = _bytes_in(arguments).decode()
        is_ours = Path(path).name in (name, f"{name}-wal", f"{name}-journal")
        return Call("unlink", path, b"", 0) if is_ours else None
    place = _PLACE.match(arguments)
    if not place:
        return None
    path = bytes(place[2], "latin-1").decode("unicode_escape")
    if Path(path).name == ACKS and kind == "write":
        return Call("ack", path, _bytes_in(arguments), 0)
    if Path(path).name not in (name, f"{name}-wal", f"{name}-journal"):
        return None
    return _file_call(kind, path, arguments)


def _file_call(kind: str, path: str, arguments: str) -> Call | None:
    if kind in ("fsync", "fdatasync"):
        return Call(kind, path, b"", 0)
    if kind in ("pwrite64", "ftruncate"):
        data = _bytes_in(arguments) if kind == "pwrite64" else b""
        return Call(kind, path, data, int(arguments.rsplit(", ", 1)[1]))
    return None


def _bytes_in(arguments: str) -> bytes:
    found = _TEXT.search(arguments)
    return bytes.fromhex(found[1].replace("\\x", "")) if found else b""


@dataclass
class CutCount:
    """What was found after the cuts.

    Attributes:
        lost: cuts after which something acknowledged was missing.
        damaged: cuts after which the database was not sound.
    """

    cuts: int = 0
    lost: int = 0
    damaged: int = 0


def power_cuts(cuts: int, *, broken: str = "") -> list[Finding]:
    """Records the program until it has committed so often, and cuts the power after each commit."""
    why = why_not()
    if why:
        return [Skipped(PROMISE, why)]
    with TemporaryDirectory(prefix="trust-") as scratch:
        folder = Path(scratch)
        trace, name = _record(folder, cuts, broken)
        found = _cut_everywhere(trace, name, folder, cuts)
    return [
        Figure(f"{PROMISE}: made", found.cuts, cuts, ">="),
        Figure(f"{PROMISE}: acknowledged commits lost", found.lost, 0),
        Figure(f"{PROMISE}: databases damaged", found.damaged, 0),
    ]


def why_not() -> str:
    """Returns why system calls cannot be recorded here; empty where they can."""
    strace = shutil.which("strace")
    if strace is None:
        return "strace is not installed"
    tried = subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True, text=True)
    return f"strace is not allowed: {tried.stderr.strip()}" if tried.returncode else ""


def _record(folder: Path, commits: int, broken: str) -> tuple[Path, str]:
    world = open_world(2, lambda: datetime.now(UTC))
    trace = folder / "trace"
    try:
        config = write_config(folder / "config", world)
        arguments = [sys.executable, "-m", "tests.trust.power", str(config), str(commits), broken]
        recorder = ["strace", "-f", "-y", "-xx", "-s", "1000000", "-e", f"trace={CALLS}"]
        subprocess.run(
            [*recorder, "-o", str(trace), *arguments],
            check=True,
            capture_output=True,
            timeout=LIMIT_S,
        )
    finally:
        world.close()
    return trace, "monitor.db"


def _cut_everywhere(trace: Path, name: str, folder: Path, cuts: int) -> CutCount:
    disk, count = Disk(), CutCount()
    for call in read_calls(trace, name):
        if call.name != "ack":
            disk.take(call)
        elif count.cuts < cuts:
            facts = frozenset(call.data.decode().splitlines())
            for chance in (None, random.Random(count.cuts)):
                _cut(disk, folder / "found", facts, chance, count)
            count.cuts += 1
    return count


def _cut(
    disk: Disk, folder: Path, facts: frozenset[str], chance: random.Random | None, count: CutCount
) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    disk.write_out(folder, chance)
    path = folder / "monitor.db"
    count.damaged += not _is_sound(path)
    count.lost += not _holds(path, facts)


def _is_sound(path: Path) -> bool:
    try:
        with closing(sqlite3.connect(path)) as database:
            return bool(database.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def _holds(path: Path, facts: frozenset[str]) -> bool:
    try:
        found = read_facts(path)
    except sqlite3.DatabaseError:
        return False
    newest = dict(filter(None, map(read_version, found)))
    return all(fact in found or _is_superseded(fact, newest) for fact in facts)


def read_version(fact: str) -> tuple[str, int] | None:
    """Returns a feed and the number of the document whose validators a fact names; None for every
    other fact.
    """
    version = _VERSION.fullmatch(fact)
    return (version[1], int(version[2])) if version else None


def _is_superseded(fact: str, newest: Mapping[str, int]) -> bool:
    # Between the look at the facts and their acknowledgement another thread may have committed the
    # next document of the feed; all other facts are only ever added to.
    version = read_version(fact)
    return version is not None and newest.get(version[0], 0) > version[1]


def main(arguments: Sequence[str]) -> None:
    """Works as the recorded program: acknowledges each commit with what is then in the database."""
    import asyncio

    from tests.trust import breaks, product
    from tests.trust.lives import Order

    config, commits, broken = Path(arguments[0]), int(arguments[1]), arguments[2]
    breaks.apply(broken)
    left = iter(range(commits, -1, -1))
    with (config / ACKS).open("wb", buffering=0) as acks:

        def acknowledge(point: str) -> None:
            if point.startswith("after ") and point != "after send":
                acks.write("\n".join(sorted(read_facts(config / "monitor.db"))).encode())
                if not next(left):
                    os._exit(0)

        # It ends at its last commit, not when there is nothing to do for a moment.
        order = Order(str(config), kill_after_s=LIMIT_S)
        asyncio.run(product.work_with(order, acknowledge))


if __name__ == "__main__":
    main(sys.argv[1:])
