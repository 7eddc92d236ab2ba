"""`feedback`: what people think of a verdict is kept beside it and shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.config import read_rows, run_command
from tests.world import Outlet


def test_feedback_is_kept_shown_and_held_against_the_judge(judged: Path, outlet: Outlet) -> None:
    run_command(
        judged, "feedback", f"{outlet.base}/order", "--not-new", "--note", "told in a newsletter"
    )
    run_command(judged, "feedback", f"{outlet.base}/copy", "--not-new")

    assert {row["kind"] for row in read_rows(judged, "feedback")} == {"not_new"}
    assert (
        "told in a newsletter"
        in run_command(judged, "why", f"{outlet.base}/order", "--format", "table").stdout
    )
    assert "agrees with 1 of 2 verdicts" in run_command(judged, "replay", "abrego-garcia").stderr


def test_the_latest_word_on_an_article_counts(judged: Path, outlet: Outlet) -> None:
    run_command(judged, "feedback", f"{outlet.base}/copy", "--not-new")
    run_command(judged, "feedback", f"{outlet.base}/copy", "--missed")

    assert [row["kind"] for row in read_rows(judged, "feedback")] == ["missed"]


@pytest.mark.parametrize("words", [[], ["--missed", "--not-new"]])
def test_feedback_wants_exactly_one_word(judged: Path, outlet: Outlet, words: list[str]) -> None:
    assert (
        run_command(judged, "feedback", f"{outlet.base}/copy", *words, check=False).returncode == 2
    )
