"""`why`: the chain of an item in words."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import CheckConstraint

from monitor.cli.commands.why import (
    OUTCOME_WORDS,
    RELATION_WORDS,
    STATE_WORDS,
    describe_date,
    print_edits,
    print_trace,
)
from monitor.cli.state import utc_now
from monitor.model import Outcome, Relation
from monitor.store.pages import EditView
from monitor.store.schema.tables import entries
from monitor.store.views.trace import EntryTrace, Trace
from tests.acceptance.config import read_rows, run_command
from tests.cli.commands.stories import SEED_PARAGRAPHS
from tests.cli.conftest import Read, publish_news
from tests.world import Outlet, Story


def test_why_tells_a_mention_and_a_page_that_was_gone(config: Path, outlet: Outlet) -> None:
    other = [
        (
            "The council of Calder Bay voted on Monday to repair the harbour wall, which a storm"
            " broke in March,."
        ),
        "Work begins in June and takes four months; boats will use the northern pier until then.",
        (
            "A speaker from the audience compared the delay with that of other courts and named"
            " Kilmar Abrego Garcia in passing."
        ),
        (
            "The council also heard a report on the library roof and put off a vote on parking fees"
            " until the autumn session."
        ),
    ]
    outlet.publish(
        Story(
            "/wall",
            "Council votes to repair harbour wall",
            other,
            utc_now(),
            "Two million for Calder Bay: Kilmar's wall",
        )
    )
    outlet.publish(
        Story(
            "/gone",
            "Kilmar Abrego Garcia: hearing moved",
            SEED_PARAGRAPHS,
            utc_now(),
            "Kilmar Abrego Garcia",
        )
    )
    outlet.answers["/gone"] = lambda: (404, "text/html", b"<h1>Not here</h1>")
    run_command(config, "poll")

    mention = read_rows(config, "why", f"{outlet.base}/wall")[0]
    assert [verdict["is_subject"] for verdict in mention["verdicts"]] == [False]
    assert mention["verdicts"][0]["outcome"] != "alert"
    assert "mention" in [reason["code"] for reason in mention["verdicts"][0]["reasons"]]
    gone = read_rows(config, "why", f"{outlet.base}/gone")[0]
    assert gone["article"]["extraction"] == "feed_only"
    assert "404" in gone["entries"][0]["reason"]
    said = run_command(config, "why", f"{outlet.base}/gone", "--format", "table").stdout
    assert "404" in said
    assert "fetched" in said
    assert "from the item's published" in said
    assert "from the feed" in said
    shown = run_command(
        config, "articles", "show", gone["article"]["id"], "--format", "table"
    ).stdout
    assert "published: from the feed" in shown
    assert gone["article"]["published_source"] == "feed"


@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["feeds", "show", "Harbour"],
        ["cases", "show", "abrego-garcia"],
        ["articles", "show", "SEED"],
        ["why", "SEED"],
    ],
)
def test_one_thing_in_a_pipe_is_one_line_of_json_and_comes_in_every_form(
    config: Path, arguments: list[str]
) -> None:
    seed = read_rows(config, "articles", "list")[0]["id"]
    command = [seed if argument == "SEED" else argument for argument in arguments]

    piped = run_command(config, *command).stdout

    assert piped == run_command(config, *command, "--format", "jsonl").stdout
    assert len(piped.splitlines()) == 1
    assert (
        len(list(csv.reader(io.StringIO(run_command(config, *command, "--format", "csv").stdout))))
        == 2
    )
    for form in ("table", "md"):
        assert run_command(config, *command, "--format", form).stdout


AT = datetime(2025, 6, 6, 12, tzinfo=UTC)
ENTRY = EntryTrace(
    feed="Tribune",
    title="Ferry logbooks opened",
    url="https://tribune.example/ferry",
    seen_at=AT,
    published_at=AT,
    state="stored",
    attempts=1,
    next_attempt_at=AT,
    status="",
    reason="",
    wanted_by=(),
)


@pytest.mark.parametrize(
    ("dated", "expected"),
    [
        ({}, ""),
        ({"published_source": "feed"}, "from the feed"),
        ({"published_source": "json-ld"}, "from the page's JSON-LD"),
        ({"published_source": "pubDate"}, "from the item's pubDate"),
        ({"published_source": "x\x1b[31m\ny"}, "from the item's x[31m y"),
        (
            {"published_source": "meta", "published_precision": "day"},
            "from a meta tag of the page; the day only",
        ),
        (
            {"published_source": "feed", "is_zone_assumed": True},
            "from the feed; it names no zone, read as UTC",
        ),
        (
            {
                "published_source": "first_seen",
                "published_raw": "1 Jan 2099",
                "published_flag": "future",
            },
            "no date could be used: when it was first seen; the written date '1 Jan 2099' lies in"
            " the future",
        ),
        (
            {"published_source": "time", "published_raw": "soon", "published_flag": "unreadable"},
            "from the page's <time>; the feed's date cannot be read",
        ),
    ],
)
def test_a_date_is_shown_with_where_it_comes_from_and_what_it_leaves_open(
    dated: dict[str, Any], expected: str
) -> None:
    assert describe_date(replace(ENTRY, **dated)) == expected


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            {"state": "queued", "attempts": 2, "status": "503"},
            ["waiting to be read; 2 tries; next try 2025-06-06 12:00 UTC; 503"],
        ),
        (
            {"state": "ignored"},
            [
                "not read: no case's query found anything in its title, teaser or address; "
                "`candidates` of a case widens what is read",
            ],
        ),
        ({"state": "failed", "reason": "HTTP 404"}, ["given up after repeated failures; HTTP 404"]),
        (
            {"wanted_by": (("ferry", ("logbook", "harbour")), ("court", ()))},
            ["ferry: logbook, harbour", "court: looks related, or the feed is taken whole"],
        ),
        ({"url": None}, ["2025-06-06 12:00 UTC; no link"]),
        ({"published_at": None}, ["undated"]),
    ],
)
def test_an_item_is_followed_to_where_it_stopped(
    changes: dict[str, Any],
    lines: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("COLUMNS", "200")

    print_trace(Trace((replace(ENTRY, **changes),)))

    shown = [line[13:] for line in capsys.readouterr().out.splitlines()]
    assert [line for line in lines if line not in shown] == []


def test_every_state_of_an_item_has_its_words() -> None:
    states = {
        str(constraint.sqltext)
        for constraint in entries.constraints
        if isinstance(constraint, CheckConstraint) and "state" in str(constraint.sqltext)
    }

    assert [state for state in STATE_WORDS if f"'{state}'" not in "".join(states)] == []


def test_why_finds_an_item_by_every_name_that_it_has(read: Read) -> None:
    url = f"{read.outlet.base}/order"
    trace = read_rows(read.config, "why", url)[0]
    names = [
        trace["article"]["id"],
        trace["article"]["id"][:6],
        trace["developments"][0]["id"],
        trace["alerts"][0]["id"],
        f"{url}?utm_source=newsletter#top",
    ]

    assert [read_rows(read.config, "why", name)[0] for name in names] == [trace] * len(names)


def test_why_says_that_an_alert_waits_for_a_further_newsroom(config: Path, outlet: Outlet) -> None:
    case = config / "cases" / "abrego-garcia.toml"
    case.write_text(case.read_text() + '[[alert]]\nchannel = "console"\nsources = 2\n')
    publish_news(outlet)
    run_command(config, "poll")

    told = run_command(config, "why", f"{outlet.base}/order", "--format", "table").stdout
    known = run_command(config, "why", f"{outlet.base}/copy", "--format", "table").stdout

    assert "nothing yet: its channels wait until more newsrooms have it" in squash(told)
    assert "nothing: it raised no alert of its own" in squash(known)


def squash(text: str) -> str:
    return " ".join(text.split())


def test_why_shows_each_gate_with_its_figures(read: Read) -> None:
    words = ("why", f"{read.outlet.base}/order", "--format", "table")

    shown = run_command(read.config, *words).stdout.splitlines()

    labels = list(dict.fromkeys(line[:12].strip() for line in shown))
    assert [label for label in labels if label] == [
        "feed",
        "seen",
        "dated",
        "matched",
        "fetched",
        "article",
        "published",
        "extracted",
        "case",
        "copy of",
        "verdict",
        "new",
        "page",
        "development",
        "delivered",
    ]
    (verdict,) = [line for line in shown if line.startswith("verdict")]
    assert re.search(r"alert: score 0\.\d\d, threshold 0\.\d\d; \d+% of its sentences", verdict)
    assert len([line for line in shown if line.startswith("delivered")]) == 2  # hook and desk


def test_why_stays_within_the_terminal_and_goes_on_behind_its_label(read: Read) -> None:
    words = ("why", f"{read.outlet.base}/order", "--format", "table")

    narrow = run_command(read.config, *words, columns=80).stdout
    wide = run_command(read.config, *words, columns=400).stdout

    assert squash(narrow) == squash(wide)
    assert max(map(len, narrow.splitlines())) <= 80
    assert {line[:13].strip() for line in narrow.splitlines() if line[:1] == " "} == {""}


def test_why_cuts_a_long_text_between_words(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["harbour", "council", "inquiry", "accounts"]
    text = " ".join(words * 60)
    claim = {"slot": "number", "before": text, "after": text}
    edit = EditView("e1", "silent_change", utc_now(), 2, "", (text,), (text,), (claim,))

    print_edits([edit], None)

    told = capsys.readouterr().out.partition("\n")[2].split()
    known = {*words, "number:", "->", "changed", "added", "taken", "out"}
    assert {word.rstrip("…") for word in told} <= known
    assert len([word for word in told if word.endswith("…")]) == 4


def test_why_says_what_a_verdict_means_and_puts_words_before_codes(read: Read) -> None:
    told = run_command(
        read.config, "why", f"{read.outlet.base}/order", "--format", "table", columns=400
    ).stdout.splitlines()

    place = next(number for number, line in enumerate(told) if line.startswith("verdict"))
    assert told[place + 1].strip() == "told, when its channels tell: it is new enough"
    assert re.fullmatch(r" {13}[a-z].* \([a-z_]+\)", told[place + 2])


@pytest.mark.parametrize(("kind", "words"), [(Outcome, OUTCOME_WORDS), (Relation, RELATION_WORDS)])
def test_every_outcome_likeness_and_extraction_has_its_words(
    kind: type[StrEnum], words: dict[str, str]
) -> None:
    assert {str(one) for one in kind} <= set(words)
