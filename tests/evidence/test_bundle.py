"""A bundle shows every byte that was changed, and which file it belongs to."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.evidence.bundle import LIST, verify_bundle, write_bundle

FILES = {
    "README.txt": b"What this is.",
    "texts.warc": b"The harbour master closed the old pier.\n" * 9,
    "empty.jsonl": b"",
}


def made(files: dict[str, bytes] = FILES) -> tuple[bytes, str]:
    target = io.BytesIO()
    digest = write_bundle(target, [(name, [raw]) for name, raw in files.items()])
    return target.getvalue(), digest


BUNDLE, DIGEST = made()


def problems(folder: Path, raw: bytes, digest: str = "") -> list[str]:
    path = folder / "case.zip"
    path.write_bytes(raw)
    return verify_bundle(path, digest)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bundles")


def test_a_bundle_is_as_it_was_made(folder: Path) -> None:
    assert problems(folder, BUNDLE) == []
    assert problems(folder, BUNDLE, DIGEST.upper()) == []


def test_the_same_contents_make_the_same_bytes() -> None:
    assert made() == (BUNDLE, DIGEST)


@given(place=st.integers(0, len(BUNDLE) - 1), bit=st.integers(0, 7))
def test_no_byte_can_be_changed_unseen(folder: Path, place: int, bit: int) -> None:
    changed = bytearray(BUNDLE)
    changed[place] ^= 1 << bit

    assert problems(folder, bytes(changed))


@given(end=st.integers(0, len(BUNDLE) - 1))
def test_what_was_cut_off_is_missed(folder: Path, end: int) -> None:
    assert problems(folder, BUNDLE[:end])


@given(more=st.binary(min_size=1, max_size=40))
def test_nothing_can_be_added_at_the_end(folder: Path, more: bytes) -> None:
    assert problems(folder, BUNDLE + more)


@given(raw=st.binary(max_size=400))
def test_what_is_no_bundle_is_told_whatever_it_is(folder: Path, raw: bytes) -> None:
    assert problems(folder, raw)


def test_a_changed_text_is_named(folder: Path) -> None:
    place = BUNDLE.index(b"old pier")
    changed = BUNDLE[:place] + b"new pier" + BUNDLE[place + 8 :]

    (problem,) = problems(folder, changed)

    assert problem.startswith("texts.warc: ")


def rewritten(changes: dict[str, bytes | None]) -> bytes:
    """The bundle as somebody writes it again with another tool, the list left as it is."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(BUNDLE)) as old, zipfile.ZipFile(target, "w") as new:
        there = {name: old.read(name) for name in old.namelist()}
        for name, raw in {**there, **changes}.items():
            if raw is not None:
                new.writestr(name, raw)
    return target.getvalue()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"texts.warc": b"another"}, "texts.warc: it was changed"),
        ({"texts.warc": None}, "texts.warc: it is missing"),
        ({"more.txt": b"more"}, f"more.txt: it is not in {LIST}"),
        ({LIST: None}, f"{LIST}: it is missing, so nothing can be checked"),
        ({}, "case.zip: what holds its files together was changed"),
    ],
)
def test_what_was_done_to_it_is_told(
    folder: Path, changes: dict[str, bytes | None], expected: str
) -> None:
    assert problems(folder, rewritten(changes)) == [expected]


def test_a_list_that_is_none_is_told(folder: Path) -> None:
    (problem,) = problems(folder, rewritten({LIST: b"nonsense\n"}))

    assert "a line that is no digest with a name" in problem


def test_a_bundle_that_was_made_anew_is_found_by_its_digest(folder: Path) -> None:
    forged, _ = made({**FILES, "texts.warc": b"Nothing was closed.\n"})

    assert problems(folder, forged) == []
    (problem,) = problems(folder, forged, DIGEST)
    assert problem.startswith(f"{LIST}: it is another one")


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
def test_it_can_be_checked_without_this_program(tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(BUNDLE)) as archive:
        archive.extractall(tmp_path)

    def check() -> int:
        command = ["sha256sum", "--check", "--strict", LIST]
        return subprocess.run(command, cwd=tmp_path, capture_output=True).returncode

    assert check() == 0
    (tmp_path / "texts.warc").write_bytes(b"another")
    assert check() == 1
