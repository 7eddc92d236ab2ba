"""`replay`: another judge on what is stored; nothing is written."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.config import read_rows, run_command


def test_replay_with_the_same_judge_changes_nothing(judged: Path) -> None:
    done = run_command(judged, "replay", "abrego-garcia", "--format", "jsonl")

    assert done.stdout == ""
    assert "3 verdicts, 0 would change; alerts 1 before, 1 now" in done.stderr


def test_replay_with_another_threshold_shows_only_what_changes(judged: Path) -> None:
    rows = read_rows(judged, "replay", "abrego-garcia", "--all")

    assert {row["before"] for row in rows} == {"baseline", "alert", "silent"}
    assert run_command(judged, "replay", "nobody", check=False).returncode == 1


def test_replay_with_the_shift_of_today_is_told_apart_from_the_one_of_then(judged: Path) -> None:
    done = run_command(judged, "replay", "abrego-garcia", "--feedback", "--format", "jsonl")

    assert done.stdout == ""  # no feedback, no shift
    assert "--feedback judges" not in done.stderr
