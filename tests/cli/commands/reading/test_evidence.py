"""`evidence`: a bundle of what is stored of a case, and whether it is as it was made."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from monitor.errors import StoreError
from monitor.store.articles.values import hash_text
from tests.acceptance.config import read_rows, run_command
from tests.cli.commands.stories import SEED_PARAGRAPHS
from tests.cli.conftest import Read
from tests.world import Outlet, Story

CASE = "abrego-garcia"


@pytest.fixture(scope="module")
def bundle(read: Read, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A bundle of the whole case, and its digest."""
    path = tmp_path_factory.mktemp("evidence") / "case.zip"
    said = run_command(read.config, "evidence", "bundle", CASE, "--output", str(path))
    return path, said.stdout.strip()


def lines(path: Path, name: str) -> list[dict[str, object]]:
    with zipfile.ZipFile(path) as archive:
        return [json.loads(line) for line in archive.read(name).splitlines()]


def test_a_bundle_holds_every_article_of_the_case(read: Read, bundle: tuple[Path, str]) -> None:
    held = lines(bundle[0], "articles.jsonl")

    listed = read_rows(read.config, "articles", "list", "--case", CASE)
    assert {one["id"] for one in held} == {one["id"] for one in listed}


def test_each_text_is_there_with_the_hash_that_is_listed(bundle: tuple[Path, str]) -> None:
    (order,) = [
        one
        for one in lines(bundle[0], "articles.jsonl")
        if one["title"] == "Judge orders testimony"
    ]
    with zipfile.ZipFile(bundle[0]) as archive:
        texts = archive.read("texts.warc").decode()

    begin = texts.index("Judge orders testimony\n\n")
    title, _, text = texts[begin : texts.index("\r\n\r\nWARC/", begin)].partition("\n\n")
    assert order["texts"][0]["sha256_text"] == hash_text(title, text)


def test_what_was_told_is_there_as_it_was_sealed(read: Read, bundle: tuple[Path, str]) -> None:
    sealed = lines(bundle[0], "messages.jsonl")

    assert {one["channel"] for one in sealed} == {"hook", "desk"}
    assert all(one["state"] == "sent" and one["sent_at"] for one in sealed)
    (told,) = lines(bundle[0], "developments.jsonl")
    assert told["id"] == read_rows(read.config, "timeline", CASE)[0]["id"]


def test_no_title_and_no_guid_names_a_file_outside_its_folder(
    config: Path, outlet: Outlet, tmp_path: Path
) -> None:
    about = "Kilmar Abrego Garcia"
    outlet.publish(Story("/x", "../../x", SEED_PARAGRAPHS[:4], utc_now(), about, guid="../../x/y"))
    run_command(config, "poll")
    folder = tmp_path / "outer" / "middle" / "inner"
    folder.mkdir(parents=True)
    path = folder / "case.zip"

    run_command(config, "evidence", "bundle", CASE, "-o", str(path))

    assert "../../x" in [one["title"] for one in lines(path, "articles.jsonl")]
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            assert (folder / name).resolve().parent == folder.resolve()
    files = [one for one in (tmp_path / "outer").rglob("*") if one.is_file()]
    assert files == [path]


def test_a_bundle_is_verified_without_config_and_database(
    bundle: tuple[Path, str], tmp_path: Path
) -> None:
    path, digest = bundle

    done = run_command(tmp_path / "nowhere", "evidence", "verify", str(path), "--digest", digest)

    assert "is as it was made" in done.stderr


def test_a_changed_bundle_fails_and_names_the_file(
    bundle: tuple[Path, str], tmp_path: Path
) -> None:
    raw = bundle[0].read_bytes().replace(b"four officials", b"five officials", 1)
    changed = tmp_path / "changed.zip"
    changed.write_bytes(raw)

    done = run_command(tmp_path, "evidence", "verify", str(changed), check=False)

    assert done.returncode == 1
    assert done.stdout.startswith("texts.warc: ")


def test_another_digest_is_told(bundle: tuple[Path, str], tmp_path: Path) -> None:
    done = run_command(
        tmp_path, "evidence", "verify", str(bundle[0]), "--digest", "0" * 64, check=False
    )

    assert (done.returncode, "another one" in done.stdout) == (1, True)


def test_two_bundles_of_one_case_are_equal(
    read: Read, bundle: tuple[Path, str], tmp_path: Path
) -> None:
    again = tmp_path / "again.zip"

    run_command(read.config, "evidence", "bundle", CASE, "-o", str(again))

    assert again.read_bytes() == bundle[0].read_bytes()


def test_a_window_narrows_a_bundle(read: Read, tmp_path: Path) -> None:
    path = tmp_path / "old.zip"

    run_command(read.config, "evidence", "bundle", CASE, "--until", "2020-01-01", "-o", str(path))

    assert lines(path, "articles.jsonl") == lines(path, "messages.jsonl") == []


def test_no_file_is_written_over(read: Read, bundle: tuple[Path, str]) -> None:
    before = bundle[0].read_bytes()

    done = run_command(read.config, "evidence", "bundle", CASE, "-o", str(bundle[0]), check=False)

    assert (done.returncode, bundle[0].read_bytes() == before) == (1, True)


def test_what_ends_half_way_leaves_no_file(
    read: Read, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_options: object) -> Iterator[bytes]:
        yield b"a part"
        raise StoreError("the disk is gone")

    monkeypatch.setattr("monitor.evidence.warc.write_warc", broken)

    done = run_command(
        read.config, "evidence", "bundle", CASE, "-o", str(tmp_path / "case.zip"), check=False
    )

    assert (done.returncode, list(tmp_path.iterdir())) == (1, [])


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    done = run_command(tmp_path, "evidence", "verify", str(tmp_path / "none.zip"), check=False)

    assert (done.returncode, "there is no file" in done.stderr) == (1, True)
