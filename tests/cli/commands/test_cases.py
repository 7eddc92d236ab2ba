"""`cases …`: what is followed, and what a query would find before it counts."""

from __future__ import annotations

import tomllib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.cli.commands.cases import _calibration, _check_row
from monitor.novelty import Label
from monitor.pipeline.simulation.query_check import QueryCheck
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.conftest import Read
from tests.world import Hook, Outlet


def test_a_query_is_tried_on_what_is_stored(judged: Path) -> None:
    run = read_rows(judged, "cases", "test", "--query", "bukele AND oath")[0]

    assert (run["items"], run["hits"]) == (2, 1)
    assert any("President says no" in miss for miss in run["near_misses"])
    assert read_rows(judged, "cases", "test", "abrego-garcia")[0]["hits"] == 2
    assert run_command(judged, "cases", "test", check=False).returncode == 2
    assert run_command(judged, "cases", "test", "--query", '"open', check=False).returncode == 2


def test_list_counts_what_each_case_holds(read: Read) -> None:
    (row,) = read_rows(read.config, "cases", "list")

    assert (row["slug"], row["articles"], row["developments"]) == ("abrego-garcia", 4, 1)
    assert row["is_enabled"] is True
    assert row["last_development_at"] == read_rows(read.config, "timeline")[0]["first_found_at"]


def test_show_says_what_feedback_would_take_to_count(read: Read) -> None:
    (row,) = read_rows(read.config, "cases", "show", "abrego-garcia")

    assert row["note"] == "A test."
    assert row["feedback"].startswith("0 verdicts judged by people, 0 as news")
    assert "from 30 on, 5 of each kind, the case learns" in row["feedback"]


def test_show_counts_developments_by_tier(read: Read) -> None:
    (row,) = read_rows(read.config, "cases", "show", "abrego-garcia")
    (told,) = read_rows(read.config, "timeline")

    assert row["tiers"] == {str(told["tier"]): 1}


def test_enough_feedback_moves_the_scores_and_says_how_far() -> None:
    labels = [Label(0.3, is_new=True)] * 20 + [Label(0.2, is_new=False)] * 10

    assert _calibration(labels).startswith("30 verdicts judged by people, 20 as news")
    assert "its scores are moved by +" in _calibration(labels)


def test_a_case_that_left_the_config_is_still_shown(judged: Path) -> None:
    (judged / "cases" / "abrego-garcia.toml").rename(judged / "kept.txt")
    (judged / "cases" / "gull.toml").write_text('title = "Gull"\nquery = "gull"\nfeeds = ["*"]\n')

    (row,) = read_rows(judged, "cases", "show", "abrego-garcia")
    assert row["articles"] == 3
    assert len(read_rows(judged, "timeline", "abrego-garcia")) == 1


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        ([], 2, "give a case of the config, or --query alone"),
        (["abrego-garcia", "--query", "x"], 2, "give a case of the config, or --query alone"),
        (["nobody"], 1, "no case 'nobody' in the config; `monitor cases list` shows them"),
        (["--query", '"open'], 2, "^"),
        (["abrego-garcia", "--since", "soon"], 2, "--since"),
    ],
)
def test_a_trial_needs_one_query_that_can_be_read(
    read: Read, words: list[str], code: int, message: str
) -> None:
    done = run_command(read.config, "cases", "test", *words, check=False)

    assert (done.returncode, done.stdout) == (code, "")
    assert message in done.stderr


def test_a_trial_writes_nothing(read: Read) -> None:
    before = (read.config / "monitor.db").read_bytes()

    run_command(read.config, "cases", "test", "--query", "oath")

    assert (read.config / "monitor.db").read_bytes() == before


@pytest.mark.parametrize(
    ("days", "expected"), [(10, 2.0), (40, 0.5), (0.5, 20.0)], ids=["10 d", "40 d", "half a day"]
)
def test_hits_a_day_are_counted_over_the_whole_span_of_a_day_at_least(
    days: float, expected: float
) -> None:
    until = datetime(2025, 6, 6, tzinfo=UTC)
    found = QueryCheck(
        since=until - timedelta(days=days),
        until=until,
        items=100,
        hits=20,
        read=5,
        hits_by_day=Counter({date(2025, 6, 4): 8, date(2025, 6, 5): 12}),
    )

    row = _check_row(found)

    assert row["hits_a_day"] == expected
    assert row["busiest_days"] == ["2025-06-05: 12", "2025-06-04: 8"]


def test_show_says_what_holds_now_and_what_said_so(read: Read) -> None:
    (row,) = read_rows(read.config, "cases", "show", "abrego-garcia")
    (told,) = read_rows(read.config, "timeline")

    assert [[one["aspect"], one["value"]] for one in row["state"]] == told["changes"]
    assert {one["development_id"] for one in row["state"]} == {told["id"]}
    assert ("orders", "one issued") in {(one["aspect"], one["value"]) for one in row["state"]}


def test_show_says_which_known_days_are_ahead(read: Read) -> None:
    (row,) = read_rows(read.config, "cases", "show", "abrego-garcia")
    words = ("cases", "show", "abrego-garcia", "--format", "md")

    lines = run_command(read.config, *words).stdout.splitlines()

    # Every day that this news names has passed.
    assert row["ahead"] == []
    assert "What is ahead" in lines


def test_what_holds_now_is_a_table_for_a_person(read: Read) -> None:
    words = ("cases", "show", "abrego-garcia", "--format", "md")

    lines = run_command(read.config, *words).stdout.splitlines()

    at = lines.index("What holds now")
    assert lines[at + 1] == "| aspect | value | since | development_id | title |"
    assert any(line.startswith("| orders | one issued | ") for line in lines[at + 2 :])


def test_a_trial_shows_what_other_rates_of_alerts_would_have_brought(read: Read) -> None:
    (row,) = read_rows(read.config, "cases", "test", "abrego-garcia")

    assert [one["rate"] for one in row["rates"]] == ["half", "same", "double"]
    assert {"per_week", "threshold", "alerts", "marked_new", "marked_not_new", "missed_new"} < set(
        row["rates"][0]
    )
    (asked,) = read_rows(read.config, "cases", "test", "--query", '"abrego garcia"')
    assert [one["rate"] for one in asked["rates"]] == ["half", "same", "double"]


def test_the_rates_are_a_table_for_a_person(read: Read) -> None:
    words = ("cases", "test", "abrego-garcia", "--format", "md")

    lines = run_command(read.config, *words).stdout.splitlines()

    at = lines.index("What a rate of alerts would have brought (alerts_per_week)")
    assert lines[at + 1].startswith("| rate | per_week | threshold | alerts |")
    assert len(lines) == at + 6


def test_a_renamed_case_keeps_its_history(judged: Path) -> None:
    done = run_command(judged, "cases", "rename", "abrego-garcia", "abrego")

    assert "abrego-garcia is abrego now" in done.stderr
    run_command(judged, "poll")
    (row,) = read_rows(judged, "cases", "list")
    assert (row["slug"], row["articles"], row["developments"]) == ("abrego", 3, 1)


def test_a_file_renamed_by_hand_is_told_with_the_command(config: Path) -> None:
    cases = config / "cases"
    (cases / "abrego-garcia.toml").rename(cases / "abrego.toml")

    done = run_command(config, "poll", check=False)

    assert done.returncode == 1
    assert "monitor cases rename abrego-garcia abrego" in done.stderr
    run_command(config, "cases", "rename", "abrego-garcia", "abrego")
    run_command(config, "poll")


@pytest.fixture
def extendable(tmp_path: Path, outlet: Outlet, hook: Hook) -> Path:
    return write_config(tmp_path / "config", [outlet], hook=hook)


def test_a_case_is_added_beside_the_others_and_found_by_check(extendable: Path) -> None:
    done = run_command(extendable, "cases", "add", "Night ferry", "--note", "For the desk.")

    path = extendable / "cases" / "night-ferry.toml"
    assert str(path) in done.stderr
    case = tomllib.loads(path.read_text())
    assert (case["query"], case["feeds"], case["note"]) == ('"Night ferry"', ["*"], "For the desk.")
    assert [rule["channel"] for rule in case["alert"]] == ["hook"]
    assert "night-ferry: 1 feed" in run_command(extendable, "check").stderr


def test_a_case_is_added_for_some_feeds_and_channels(extendable: Path, outlet: Outlet) -> None:
    words = ("--query", "ferry*", "--feed", outlet.feed_url, "--channel", "console")

    run_command(extendable, "cases", "add", "Ferries", *words)

    case = tomllib.loads((extendable / "cases" / "ferries.toml").read_text())
    assert (case["query"], case["feeds"]) == ("ferry*", [outlet.feed_url])
    assert [rule["channel"] for rule in case["alert"]] == ["console"]


@pytest.mark.parametrize(
    ("options", "told"),
    [((), '"pier sale" OR (marlow NEAR/3 sale)'), (("--query", "pier"), "")],
    ids=["the name alone", "a query"],
)
def test_what_a_new_case_looks_for_is_told_where_nobody_said_it(
    extendable: Path, options: tuple[str, ...], told: str
) -> None:
    said = run_command(extendable, "cases", "add", "Marlow Pier Sale", *options).stderr

    assert (f"no --query: it looks for {told}" in said) == bool(told)
    query = tomllib.loads((extendable / "cases" / "marlow-pier-sale.toml").read_text())["query"]
    assert query == (told or "pier")


@pytest.mark.parametrize(
    "wrong",
    [("--query", "(night"), ("--feed", "tag:nowhere"), ("--channel", "nowhere")],
)
def test_a_case_that_would_be_wrong_is_not_added(extendable: Path, wrong: tuple[str, str]) -> None:
    done = run_command(extendable, "cases", "add", "Night ferry", *wrong, check=False)

    assert done.returncode == 2
    assert "night-ferry.toml" in done.stderr
    assert not (extendable / "cases" / "night-ferry.toml").exists()


def test_a_case_is_never_written_over(extendable: Path) -> None:
    before = (extendable / "cases" / "abrego-garcia.toml").read_text()

    done = run_command(extendable, "cases", "add", "Abrego Garcia", check=False)

    assert done.returncode == 1
    assert (extendable / "cases" / "abrego-garcia.toml").read_text() == before


def test_cases_are_listed_before_the_first_poll_and_right_after_they_were_added(
    extendable: Path,
) -> None:
    assert [row["slug"] for row in read_rows(extendable, "cases", "list")] == ["abrego-garcia"]
    run_command(extendable, "poll")
    run_command(extendable, "cases", "add", "Night ferry")

    rows = read_rows(extendable, "cases", "list")

    assert [(row["slug"], row["articles"]) for row in rows] == [
        ("abrego-garcia", 1),
        ("night-ferry", 0),
    ]
