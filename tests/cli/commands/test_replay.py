"""People in the loop: feedback is kept and shown, replay changes nothing, a query can be tried
before it counts.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command, write_config
from tests.conftest import SEED
from tests.world import Outlet, Story

SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
ORDER = (
    "A federal judge in Maryland on {day} ordered four officials to answer questions under oath"
    " about Abrego Garcia."
)


@pytest.fixture
def config(tmp_path: Path, outlet: Outlet) -> Path:
    """A case with its seed, one alert and one copy."""
    folder = write_config(tmp_path / "config", [outlet])
    run_command(folder, "poll")
    now = utc_now()
    news = ORDER.format(day=f"{now - timedelta(hours=6):%A}")
    outlet.publish(
        Story(
            "/order",
            "Judge orders testimony",
            [news, *SEED_PARAGRAPHS],
            now,
            "Kilmar Abrego Garcia",
        )
    )
    outlet.publish(
        Story("/copy", "President says no", SEED_PARAGRAPHS[:5], now, "Kilmar Abrego Garcia")
    )
    run_command(folder, "poll")
    return folder


def test_replay_with_the_same_judge_changes_nothing(config: Path) -> None:
    done = run_command(config, "replay", "abrego-garcia", "--format", "jsonl")

    assert done.stdout == ""
    assert "3 verdicts, 0 would change; alerts 1 before, 1 now" in done.stderr


def test_replay_with_another_threshold_shows_only_what_changes(config: Path) -> None:
    rows = read_rows(config, "replay", "abrego-garcia", "--all")

    assert {row["before"] for row in rows} == {"baseline", "alert", "silent"}
    assert run_command(config, "replay", "nobody", check=False).returncode == 1


def test_replay_with_the_shift_of_today_is_told_apart_from_the_one_of_then(config: Path) -> None:
    done = run_command(config, "replay", "abrego-garcia", "--feedback", "--format", "jsonl")

    assert done.stdout == ""  # no feedback, no shift
    assert "--feedback judges" not in done.stderr


def test_feedback_is_kept_shown_and_held_against_the_judge(config: Path, outlet: Outlet) -> None:
    run_command(
        config, "feedback", f"{outlet.base}/order", "--not-new", "--note", "told in a newsletter"
    )
    run_command(config, "feedback", f"{outlet.base}/copy", "--not-new")

    assert {row["kind"] for row in read_rows(config, "feedback")} == {"not_new"}
    assert (
        "told in a newsletter"
        in run_command(config, "why", f"{outlet.base}/order", "--format", "table").stdout
    )
    assert "agrees with 1 of 2 verdicts" in run_command(config, "replay", "abrego-garcia").stderr


def test_the_latest_word_on_an_article_counts(config: Path, outlet: Outlet) -> None:
    run_command(config, "feedback", f"{outlet.base}/copy", "--not-new")
    run_command(config, "feedback", f"{outlet.base}/copy", "--missed")

    assert [row["kind"] for row in read_rows(config, "feedback")] == ["missed"]


@pytest.mark.parametrize("words", [[], ["--missed", "--not-new"]])
def test_feedback_wants_exactly_one_word(config: Path, outlet: Outlet, words: list[str]) -> None:
    assert (
        run_command(config, "feedback", f"{outlet.base}/copy", *words, check=False).returncode == 2
    )


def test_a_query_is_tried_on_what_is_stored(config: Path) -> None:
    run = read_rows(config, "cases", "test", "--query", "bukele AND oath")[0]

    assert (run["items"], run["hits"]) == (2, 1)
    assert any("President says no" in miss for miss in run["near_misses"])
    assert read_rows(config, "cases", "test", "abrego-garcia")[0]["hits"] == 2
    assert run_command(config, "cases", "test", check=False).returncode == 2
    assert run_command(config, "cases", "test", "--query", '"open', check=False).returncode == 2
