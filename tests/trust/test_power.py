"""How a disk is rebuilt from recorded calls."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.trust.power import Call, Disk, read_calls, read_version

TRACE = r"""
7  openat(AT_FDCWD</x>, "\x6d", O_RDWR) = 5</x/monitor.db>
7  pwrite64(5<\x2f\x78\x2f\x6d\x6f\x6e\x69\x74\x6f\x72\x2e\x64\x62>, "\x61\x62\x63", 3, 0) = 3
7  fdatasync(5<\x2f\x78\x2f\x6d\x6f\x6e\x69\x74\x6f\x72\x2e\x64\x62>) = 0
8  pwrite64(5<\x2f\x78\x2f\x6d\x6f\x6e\x69\x74\x6f\x72\x2e\x64\x62>, "\x7a", 1, 2 <unfinished ...>
7  write(6<\x2f\x78\x2f\x61\x63\x6b\x73>, "\x6f\x6e\x65", 3) = 3
8  <... pwrite64 resumed>) = 1
7  pwrite64(9<\x2f\x78\x2f\x6f\x74\x68\x65\x72>, "\x61", 1, 0) = 1
7  pwrite64(5<\x2f\x78\x2f\x6d\x6f\x6e\x69\x74\x6f\x72\x2e\x64\x62>, "\x61", 1, 0) = -1 EIO (x)
7  ftruncate(5<\x2f\x78\x2f\x6d\x6f\x6e\x69\x74\x6f\x72\x2e\x64\x62>, 1) = 0
"""


@pytest.fixture
def calls(tmp_path: Path) -> list[Call]:
    trace = tmp_path / "trace"
    trace.write_text(TRACE.lstrip())
    return list(read_calls(trace, "monitor.db"))


def test_calls_on_the_database_and_acknowledgements_are_read_in_order(calls: list[Call]) -> None:
    said = [(call.name, call.data, call.place) for call in calls]

    assert said == [
        ("pwrite64", b"abc", 0),
        ("fdatasync", b"", 0),
        ("ack", b"one", 0),
        ("pwrite64", b"z", 2),
        ("ftruncate", b"", 1),
    ]


def test_a_cut_keeps_what_was_confirmed_and_perhaps_some_of_the_rest(
    calls: list[Call], tmp_path: Path
) -> None:
    disk = Disk()
    for call in calls:
        if call.name != "ack":
            disk.take(call)

    def found(chance: random.Random | None) -> bytes:
        disk.write_out(tmp_path, chance)
        return (tmp_path / "monitor.db").read_bytes()

    assert found(None) == b"abc"
    assert {found(random.Random(seed)) for seed in range(40)} == {b"abc", b"abz", b"a"}


def test_a_write_beyond_the_end_leaves_zeros_between() -> None:
    disk = Disk()
    disk.take(Call("pwrite64", "f", b"x", 3))
    disk.take(Call("fsync", "f", b"", 0))

    assert disk.files["f"].found_after_a_cut(None) == b"\0\0\0x"


@pytest.mark.parametrize(
    ("fact", "version"),
    [
        ('validators http://127.0.3.1:80/feed.xml"1-12"', ("http://127.0.3.1:80/feed.xml", 12)),
        ("alert 01234567", None),
        ("validators ", None),
    ],
)
def test_validators_say_of_which_document_they_are(
    fact: str, version: tuple[str, int] | None
) -> None:
    assert read_version(fact) == version
