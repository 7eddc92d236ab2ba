"""The builder hands traits on, and asks the older counts only of streams without traits."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from training.build_stream import build, count_traits, main

WRITTEN = {
    "id": "a001",
    "outlet": "orlay-herald.example",
    "family": None,
    "published_at": "2025-01-07T09:00:00Z",
    "lang": "en",
    "title": "Ferry sinks",
    "summary": "",
    "kind": "news",
    "relation": {"type": "original", "of": None},
    "subject": "subject",
    "paragraphs": [[{"t": "A ferry sank on Tuesday.", "d": ["D01"]}]],
}
DEVELOPMENT = {"id": "D01", "date": "2025-01-07", "fact": "A ferry sinks.", "tier": 1}


def write_folder(folder: Path, *articles: dict[str, Any]) -> Path:
    lines = "".join(json.dumps(one) + "\n" for one in articles)
    (folder / "articles.jsonl").write_text(lines, encoding="utf-8")
    (folder / "developments.json").write_text(json.dumps([DEVELOPMENT]), encoding="utf-8")
    return folder


def run(monkeypatch: pytest.MonkeyPatch, folder: Path, *options: str) -> int:
    monkeypatch.setattr(sys, "argv", ["build_stream", str(folder), *options])
    return main()


def test_a_row_has_the_traits_of_its_line(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, {**WRITTEN, "traits": ["deck-lead", "steps"]})

    stream, _ = build(folder)

    assert stream.rows[0]["traits"] == ["deck-lead", "steps"]
    assert count_traits(stream) == {"deck-lead": 1, "steps": 1}


@pytest.mark.parametrize("line", [WRITTEN, {**WRITTEN, "traits": []}])
def test_a_row_without_traits_has_no_such_key(tmp_path: Path, line: dict[str, Any]) -> None:
    stream, _ = build(write_folder(tmp_path, line))

    assert "traits" not in stream.rows[0]


def test_the_traits_of_a_source_are_not_those_of_its_copy(tmp_path: Path) -> None:
    copy = {
        **{key: value for key, value in WRITTEN.items() if key != "paragraphs"},
        "id": "a002",
        "published_at": "2025-01-07T10:00:00Z",
        "relation": {"type": "copy", "of": "a001"},
        "traits": ["sister-domain"],
    }

    stream, _ = build(write_folder(tmp_path, {**WRITTEN, "traits": ["deck-lead"]}, copy))

    assert [row["traits"] for row in stream.rows] == [["deck-lead"], ["sister-domain"]]


@pytest.mark.parametrize(("traits", "status"), [([], 1), (["deck-lead"], 0)])
def test_only_a_stream_without_traits_fails_on_short_counts(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    traits: list[str],
    status: int,
) -> None:
    folder = write_folder(tmp_path, {**WRITTEN, "traits": traits})
    run(monkeypatch, folder)

    assert run(monkeypatch, folder, "--check") == status


def test_a_stream_with_traits_still_fails_when_it_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path, {**WRITTEN, "traits": ["deck-lead"]})

    assert run(monkeypatch, folder, "--check") == 1


def test_the_report_counts_traits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, write_folder(tmp_path, {**WRITTEN, "traits": ["deck-lead"]}))

    assert "trait deck-lead                        1\n" in capsys.readouterr().out
