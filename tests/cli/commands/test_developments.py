"""`timeline` and `developments …`: what happened, who reported it first, who carries it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read, publish_news
from tests.world import Outlet, Story

CASE = "abrego-garcia"


def test_timeline_is_the_list_of_developments(read: Read) -> None:
    assert read_rows(read.config, "timeline") == read_rows(read.config, "developments", "list")


def test_a_case_is_named_as_an_argument_or_as_an_option(read: Read) -> None:
    by_argument = read_rows(read.config, "timeline", "abrego-garcia")

    assert by_argument == read_rows(read.config, "timeline", "--case", "abrego-garcia")
    assert [row["case"] for row in by_argument] == ["abrego-garcia"]


def test_the_timeline_shows_the_tiers_that_are_asked_for(read: Read) -> None:
    (row,) = read_rows(read.config, "timeline")
    others = [str(tier) for tier in (1, 2, 3) if tier != row["tier"]]

    assert read_rows(read.config, "timeline", "--tier", str(row["tier"])) == [row]
    options = [word for tier in others for word in ("--tier", tier)]
    assert read_rows(read.config, "timeline", *options) == []


def test_a_tier_that_does_not_exist_is_refused(read: Read) -> None:
    done = run_command(read.config, "timeline", "--tier", "4", check=False)

    assert (done.returncode, done.stdout) == (2, "")


def test_a_development_is_its_first_report(read: Read) -> None:
    (row,) = read_rows(read.config, "timeline")

    assert row["outlet"] == "Harbour Gazette"
    assert "ordered four officials" in row["summary"]


def test_show_has_the_new_sentences_and_everyone_who_carries_it(read: Read) -> None:
    (listed,) = read_rows(read.config, "timeline")

    (shown,) = read_rows(read.config, "developments", "show", listed["id"])

    assert len(shown["carriers"]) == listed["carriers"]
    assert shown["carriers"][0]["url"] == f"{read.outlet.base}/order"
    assert "ordered four officials" in shown["new_sentences"][0]


def test_show_prints_new_sentences_before_carriers(read: Read) -> None:
    (listed,) = read_rows(read.config, "timeline")
    words = ("developments", "show", listed["id"][:6], "--format", "table")

    head, *lines = run_command(read.config, *words).stdout.splitlines()

    assert head == f"abrego-garcia · {listed['id']} · alert {listed['alert_id']}"
    assert lines[0].startswith("  NEW: ")
    assert lines[-1].endswith(f"Harbour Gazette  {read.outlet.base}/order")


def test_an_id_of_nothing_is_refused(read: Read) -> None:
    done = run_command(read.config, "developments", "show", "zzz", check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")


def test_the_timeline_tells_a_person_what_changed_in_words(read: Read) -> None:
    printed = run_command(read.config, "timeline", "--format", "md").stdout

    assert "orders: one issued" in printed
    (listed,) = read_rows(read.config, "timeline")
    shown = run_command(read.config, "developments", "show", listed["id"], "--format", "table")
    assert "  NOW: orders: one issued" in shown.stdout


def test_as_of_a_day_means_what_was_known_at_its_end(read: Read) -> None:
    (row,) = read_rows(read.config, "timeline")
    day = row["first_found_at"][:10]
    before = (date.fromisoformat(day) - timedelta(days=1)).isoformat()

    assert read_rows(read.config, "timeline", "--as-of", day) == [row]
    assert read_rows(read.config, "timeline", "--as-of", before) == []


def test_the_timeline_of_all_cases_names_the_case_of_each_row(read: Read) -> None:
    of_all = run_command(read.config, "timeline", "--format", "table", columns=80).stdout
    of_one = run_command(read.config, "timeline", CASE, "--format", "table", columns=80).stdout

    assert "case" in of_all.splitlines()[0]
    assert CASE in of_all
    assert CASE not in of_one


def test_the_timeline_gives_the_summary_the_room_of_the_terminal(read: Read) -> None:
    shown = run_command(read.config, "timeline", CASE, "--format", "table", columns=80).stdout

    (row,) = read_rows(read.config, "timeline")
    below = [line.strip() for line in shown.splitlines() if line.startswith("    ")]
    assert row["summary"] in " ".join(below)
    assert max(map(len, shown.splitlines())) <= 80


def test_the_top_is_chosen_of_one_case(read: Read) -> None:
    (row,) = read_rows(read.config, "timeline", CASE)

    assert read_rows(read.config, "timeline", CASE, "--top", "1") == [row]
    done = run_command(read.config, "timeline", "--top", "1", check=False)
    assert (done.returncode, "name it" in done.stderr) == (1, True)


def test_a_development_has_the_day_on_which_it_happened(read: Read) -> None:
    (row,) = read_rows(read.config, "timeline", CASE)

    assert date.fromisoformat(row["event_date"]) <= date.fromisoformat(row["first_found_at"][:10])


def test_a_timeline_is_a_page_that_needs_nothing_else(read: Read) -> None:
    page = run_command(read.config, "timeline", CASE, "--format", "html").stdout

    assert page.startswith("<!doctype html>")
    assert "ordered four officials" in page
    assert "<nav" not in page
    assert "src=" not in page


@pytest.mark.parametrize(
    ("form", "beginning"),
    [("atom", "<?xml version='1.0' encoding='utf-8'?>\n<feed"), ("ics", "BEGIN:VCALENDAR")],
)
def test_a_timeline_is_a_feed_or_a_calendar(read: Read, form: str, beginning: str) -> None:
    assert run_command(read.config, "timeline", CASE, "--format", form).stdout.startswith(beginning)


def test_a_limit_holds_for_feeds_too(config: Path, outlet: Outlet) -> None:
    charged = [
        "Kilmar Abrego Garcia was flown back to the United States and charged with smuggling"
        " migrants, the Justice Department said.",
        "An indictment unsealed in Tennessee accuses him of transporting people for years.",
    ]
    outlet.publish(Story("/charged", "Abrego Garcia faces charges", charged, utc_now()))
    run_command(config, "poll")
    publish_news(outlet)
    run_command(config, "poll")

    def entries(*options: str) -> int:
        options = (CASE, "--format", "atom", *options)
        return run_command(config, "timeline", *options).stdout.count("<entry>")

    assert (entries(), entries("--limit", "1")) == (2, 1)


@pytest.mark.parametrize("form", ["html", "atom", "rss", "ics"])
def test_what_is_whole_is_of_one_case(read: Read, form: str) -> None:
    done = run_command(read.config, "timeline", "--format", form, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert "monitor timeline CASE" in done.stderr
