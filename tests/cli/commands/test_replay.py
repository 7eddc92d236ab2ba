"""`replay`: another judge on what is stored; nothing is written."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli.commands.replay import _without_rates
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.upkeep.prune import prune_all
from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read


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


def test_a_young_case_is_judged_by_rules_that_no_threshold_moves(read: Read) -> None:
    assert read_rows(read.config, "replay", "abrego-garcia", "--alert-at", "1") == []


@pytest.mark.parametrize(("alert_at", "expected"), [(None, 3), (0.5, None)])
def test_a_threshold_that_is_asked_for_stands_above_a_rate(
    tmp_path: Path, alert_at: float | None, expected: float | None
) -> None:
    (tmp_path / "cases").mkdir()
    text = 'title = "Harbour"\nquery = "harbour"\nalerts_per_week = 3\n'
    (tmp_path / "cases" / "harbour.toml").write_text(text)
    (tmp_path / "feeds.toml").write_text("")

    found = _without_rates(load_settings(tmp_path, {}), alert_at)

    assert [case.alerts_per_week for case in found.cases] == [expected]


def test_a_replay_says_what_it_comes_to_on_stderr(read: Read) -> None:
    done = run_command(read.config, "replay", "abrego-garcia")

    assert done.stderr == "4 verdicts, 0 would change; alerts 1 before, 1 now\n"


def test_all_verdicts_stand_in_the_order_in_which_the_case_learned(read: Read) -> None:
    rows = read_rows(read.config, "replay", "abrego-garcia", "--all")

    assert rows[0]["url"].startswith("seed:")
    assert [row["before"] for row in rows] == [row["after"] for row in rows]


def test_a_replay_writes_nothing(read: Read) -> None:
    before = (read.config / "monitor.db").read_bytes()

    run_command(read.config, "replay", "abrego-garcia", "--alert-at", "0")

    assert (read.config / "monitor.db").read_bytes() == before


@pytest.mark.parametrize("threshold", ["-0.1", "1.1", "high"])
def test_a_threshold_is_a_number_from_0_to_1(read: Read, threshold: str) -> None:
    words = ("replay", "abrego-garcia", "--alert-at", threshold)

    done = run_command(read.config, *words, check=False)

    assert (done.returncode, done.stdout) == (2, "")


def test_a_replay_of_no_case_says_which_there_are(read: Read) -> None:
    done = run_command(read.config, "replay", "nobody", check=False)

    assert done.returncode == 1
    assert done.stderr == "error: no case 'nobody'; `monitor cases list` shows them\n"


def test_what_was_pruned_is_left_out_and_counted(judged: Path) -> None:
    store = Store(load_settings(judged, {}).database_url)
    with closing(sqlite3.connect(judged / "monitor.db")) as database, database:
        database.execute("UPDATE pages SET next_check_at = NULL")
        database.execute(
            "DELETE FROM development_carriers WHERE article_id NOT IN "
            "(SELECT article_id FROM developments)"
        )
    prune_all(store, datetime.now(UTC) + timedelta(days=1))
    store.close()

    done = run_command(judged, "replay", "abrego-garcia", "--all", "--format", "jsonl")

    assert '"before": "alert"' in done.stdout
    assert len(done.stdout.splitlines()) == 2
    assert "2 verdicts, 0 would change; alerts 1 before, 1 now; left out 1 text" in done.stderr
