"""Streams outside the repository are found by the environment, and are followed as a file says."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.matching import compile_query
from training.outside import OUTSIDE, VARIABLE, find_outside, read_outside

TABLES = tomllib.loads(OUTSIDE.read_text(encoding="utf-8"))["corpus"]


def with_streams(root: Path, *folders: str) -> Path:
    for folder in folders:
        (root / folder).mkdir(parents=True)
        (root / folder / "stream.jsonl").write_text("", encoding="utf-8")
    return root


def test_without_the_variable_there_is_nothing_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)

    assert find_outside() is None


@pytest.mark.parametrize("named", [".", "suites"])
def test_the_folder_and_the_suites_in_it_name_the_same(
    tmp_path: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / named))

    assert find_outside() == tmp_path.resolve()


def test_only_the_streams_that_are_there_are_read(tmp_path: Path) -> None:
    found = read_outside(with_streams(tmp_path, "replay/ferry", "replay/real"))

    assert [corpus.name for corpus in found] == ["ferry", "real"]


def test_a_stream_has_the_query_seed_and_place_of_its_case(tmp_path: Path) -> None:
    found = read_outside(with_streams(tmp_path, "replay"))[0]

    assert found.query == '"abrego garcia" OR "marisol"'
    assert found.utc_offset == timedelta(hours=-5)
    assert found.seed is not None
    assert found.seed.exists()
    assert not found.is_fitted_to


@pytest.mark.parametrize("query", [table["query"] for table in TABLES if "query" in table])
def test_the_queries_can_be_read(query: str) -> None:
    assert compile_query(query)
