"""Rows of real stories are kept without a word of their texts, and refused when they are stale."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sklearn")

from monitor.novelty import JUDGE_VERSION
from tests.training.stories import full_story
from training.examples import FEATURE_NAMES, Story
from training.rows import REAL_WEIGHT, read_stories, write_story

KEPT = ("link", "about", "article")


def stored_in(path: Path) -> dict[str, Any]:
    stored: dict[str, Any] = json.loads(gzip.decompress(path.read_bytes()))
    return stored


def rewrite(path: Path, **changes: object) -> None:
    path.write_bytes(gzip.compress(json.dumps({**stored_in(path), **changes}).encode()))


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    story = full_story("bridge", weight=REAL_WEIGHT)

    write_story(story, "79a1", tmp_path)

    kept = Story("bridge", REAL_WEIGHT, {name: story.rows[name] for name in KEPT})
    assert read_stories(tmp_path) == [kept]


def test_real_stories_count_for_more_than_invented_ones(tmp_path: Path) -> None:
    write_story(full_story("bridge", weight=1.0), "79a1", tmp_path)

    assert read_stories(tmp_path)[0].weight == REAL_WEIGHT > 1


def test_a_file_names_its_stream_its_judge_and_its_features(tmp_path: Path) -> None:
    write_story(full_story("bridge"), "79a1", tmp_path)

    stored = stored_in(tmp_path / "bridge.json.gz")
    assert (stored["story"], stored["digest"], stored["judge"]) == ("bridge", "79a1", JUDGE_VERSION)
    for name in KEPT:
        assert tuple(stored["rows"][name]["features"]) == FEATURE_NAMES[name]


def test_the_same_rows_are_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_story(full_story("bridge"), "79a1", tmp_path / folder)

    first, second = (tmp_path / folder / "bridge.json.gz" for folder in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    "features",
    [FEATURE_NAMES["link"][:-1], (*FEATURE_NAMES["link"], "luck"), FEATURE_NAMES["link"][::-1]],
    ids=["one less", "one more", "another order"],
)
def test_rows_of_other_features_are_refused(tmp_path: Path, features: tuple[str, ...]) -> None:
    write_story(full_story("bridge"), "79a1", tmp_path)
    path = tmp_path / "bridge.json.gz"
    rows = stored_in(path)["rows"]
    rewrite(path, rows={**rows, "link": {**rows["link"], "features": features}})

    with pytest.raises(
        ValueError, match=r"^bridge\.json\.gz: rows of other features; draw them again$"
    ):
        read_stories(tmp_path)


def test_rows_of_a_regression_that_there_is_not_are_refused(tmp_path: Path) -> None:
    write_story(full_story("bridge"), "79a1", tmp_path)
    path = tmp_path / "bridge.json.gz"
    rewrite(path, rows={"mood": {"features": ["luck"], "rows": [[0.5, 1]]}})

    with pytest.raises(
        ValueError, match=r"^bridge\.json\.gz: rows of other features; draw them again$"
    ):
        read_stories(tmp_path)


def test_stories_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("strike", "bridge", "inquiry"):
        write_story(full_story(name), "79a1", tmp_path)

    assert [story.name for story in read_stories(tmp_path)] == ["bridge", "inquiry", "strike"]


def test_the_kept_rows_are_of_the_features_of_this_judge() -> None:
    stories = read_stories()

    assert stories
    for story in stories:
        assert set(story.rows) == set(KEPT)
        for name, rows in story.rows.items():
            assert {len(row.values) for row in rows} == {len(FEATURE_NAMES[name])}
            assert {row.label for row in rows} == {False, True}
