"""`feedback`: what people think of a verdict is kept beside it and shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read, publish_news
from tests.world import Outlet, Story


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


@pytest.mark.parametrize("kind", ["not-relevant", "not-new", "missed", "new"])
def test_each_word_is_kept_with_its_note_and_told_back(
    judged: Path, outlet: Outlet, kind: str
) -> None:
    done = run_command(judged, "feedback", f"{outlet.base}/copy", f"--{kind}", "--note", "so")

    (row,) = read_rows(judged, "feedback")
    assert (row["kind"], row["note"]) == (kind.replace("-", "_"), "so")
    assert done.stderr == f"kept for abrego-garcia: {kind.replace('-', ' ')}\n"
    assert done.stdout == ""


def test_an_alert_stands_for_the_article_that_raised_it(judged: Path, outlet: Outlet) -> None:
    (development,) = read_rows(judged, "timeline")

    run_command(judged, "feedback", development["id"], "--new")

    (row,) = read_rows(judged, "feedback")
    assert row["article_id"] == development["article_id"]


def test_feedback_on_an_alert_is_for_its_case_alone(config: Path, outlet: Outlet) -> None:
    """A button of its mail is, and the command that stands there without pages says the same."""
    case = (config / "cases" / "abrego-garcia.toml").read_text()
    (config / "cases" / "twin.toml").write_text(case.replace("Kilmar", "Another"))
    run_command(config, "poll")
    publish_news(outlet)
    run_command(config, "poll")
    of_twin = read_rows(config, "timeline", "twin")[0]

    run_command(config, "feedback", of_twin["id"], "--not-relevant")
    by_development = [row["case"] for row in read_rows(config, "feedback")]
    run_command(config, "feedback", of_twin["article_id"], "--not-relevant")

    assert by_development == ["twin"]
    cases = {row["case"] for row in read_rows(config, "feedback")}
    assert cases == {"abrego-garcia", "twin"}


def test_feedback_is_shown_for_one_case_or_all(judged: Path, outlet: Outlet) -> None:
    run_command(judged, "feedback", f"{outlet.base}/copy", "--missed")

    assert len(read_rows(judged, "feedback", "--case", "abrego-garcia")) == 1
    assert read_rows(judged, "feedback", "--case", "gull") == []


@pytest.mark.parametrize("target", ["zzz", "https://nobody.example/x"])
def test_feedback_on_what_was_never_seen_is_refused(read: Read, target: str) -> None:
    done = run_command(read.config, "feedback", target, "--missed", check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")


def test_feedback_on_an_item_that_no_case_wanted_says_where_to_look(
    polled: Path, outlet: Outlet
) -> None:
    url = outlet.publish(Story("/wall", "Harbour wall repaired", ["It holds."], utc_now()))
    run_command(polled, "poll")

    done = run_command(polled, "feedback", url, "--missed", check=False)

    assert done.returncode == 1
    assert "was seen, but no article of it is stored" in done.stderr
    assert f"`monitor why {url}` tells why" in done.stderr
