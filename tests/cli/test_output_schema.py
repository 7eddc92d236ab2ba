"""Every command that prints JSON keeps the published schema of its rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read
from tests.cli.test_help import COMMANDS
from tests.world import Outlet, Story

FILE = Path(__file__).parents[2] / "docs" / "output.schema.json"
SCHEMAS: Mapping[str, Any] = json.loads(FILE.read_text())["$defs"]
CASE = "abrego-garcia"
# What a command is asked about; "article" and the like stand for an id of one.
ABOUT: Mapping[str, tuple[str, ...]] = {
    "check": ("--live",),
    "doctor": ("--offline",),
    "search": ("judge",),
    "articles show": ("article",),
    "articles log": ("article",),
    "stories show": ("story",),
    "timeline": (CASE,),
    "developments show": ("development",),
    "why": ("article",),
    "alerts show": ("alert",),
    "feeds show": ("Harbour",),
    "cases show": (CASE,),
    "cases test": (CASE,),
    "replay": (CASE, "--all"),
}
LISTS = {
    "article": "articles list",
    "story": "stories list",
    "development": "timeline",
    "alert": "alerts list",
}
# What there is nothing of in the world that is only read.
EMPTY = ("silence list", "feedback")
PRINTING = [
    command
    for command, parts in COMMANDS.items()
    if any(part.name == "form" for part in parts.params) and command != "export"
]


def rows_of(folder: Path, command: str, *about: str) -> list[dict[str, Any]]:
    """What a command prints as one array of JSON."""
    words = [
        read_rows(folder, *LISTS[word].split())[0]["id"] if word in LISTS else word
        for word in about
    ]
    done = run_command(folder, *command.split(), *words, "--format", "json", check=False)
    assert "Traceback" not in done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)
    return found


def errors(command: str, rows: list[dict[str, Any]]) -> list[str]:
    validator = Draft202012Validator(SCHEMAS[command], format_checker=FormatChecker())
    return [error.message for row in rows for error in validator.iter_errors(row)]


def test_every_command_that_prints_json_has_a_schema() -> None:
    assert sorted(SCHEMAS) == sorted([*PRINTING, "search --count-by"])
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    "command",
    [one for one in PRINTING if one not in (*EMPTY, "feeds discover", "articles diff")],
)
def test_what_a_command_prints_keeps_its_schema(read: Read, command: str) -> None:
    rows = rows_of(read.config, command, *ABOUT.get(command, ()))

    assert rows
    assert errors(command, rows) == []
    # Nothing is printed that the schema does not know.
    assert {name for row in rows for name in row} == set(SCHEMAS[command]["properties"])


@pytest.mark.parametrize("facet", ["outlet", "month"])
def test_counts_of_hits_keep_their_schema(read: Read, facet: str) -> None:
    rows = rows_of(read.config, "search", "garcia", "--count-by", facet)

    assert errors("search --count-by", rows) == []
    assert {name for row in rows for name in row} == set(SCHEMAS["search --count-by"]["properties"])


def test_silences_and_feedback_keep_their_schemas(judged: Path) -> None:
    run_command(judged, "silence", "add", "--case", CASE, "--for", "2d", "--comment", "a week off")
    article = read_rows(judged, "articles", "list")[0]["id"]
    run_command(judged, "feedback", article, "--not-new")

    for command in EMPTY:
        (row,) = rows_of(judged, command)

        assert errors(command, [row]) == []
        assert set(row) == set(SCHEMAS[command]["properties"])


def test_what_changed_in_an_article_keeps_its_schema(config: Path, outlet: Outlet) -> None:
    words = "Neighbours held a vigil for Kilmar Abrego Garcia outside the court on Friday."
    outlet.publish(Story("/vigil", "Vigil for Abrego Garcia", [words], utc_now(), "Abrego Garcia"))
    run_command(config, "poll")
    outlet.stories[0].paragraphs = [words.replace("Friday", "Monday, and 300 people came")]
    run_command(config, "poll", "--at", (utc_now() + timedelta(hours=2)).isoformat())
    listed = read_rows(config, "articles", "list")
    (article,) = [row["id"] for row in listed if row["url"].endswith("/vigil")]

    rows = rows_of(config, "articles diff", article)

    assert len(rows) == 1
    assert errors("articles diff", rows) == []
    assert set(rows[0]) == set(SCHEMAS["articles diff"]["properties"])


def test_what_a_site_offers_keeps_its_schema(read: Read) -> None:
    page = f'<link rel="alternate" type="application/rss+xml" href="{read.outlet.feed_url}">'
    read.outlet.answers["/"] = lambda: (200, "text/html", f"<head>{page}</head>".encode())

    rows = rows_of(read.config, "feeds discover", f"{read.outlet.base}/")

    assert len(rows) == 1
    assert errors("feeds discover", rows) == []


@pytest.mark.parametrize(
    ("command", "change"),
    [
        ("timeline", {"tier": 4}),
        ("timeline", {"event_date": "Friday"}),
        ("articles list", {"found_at": None}),
        ("articles list", {"cases": CASE}),
        ("status", {"feeds": "one"}),
        ("search", {"score": "high"}),
    ],
)
def test_a_schema_refuses_what_is_never_printed(
    read: Read, command: str, change: dict[str, Any]
) -> None:
    row = rows_of(read.config, command, *ABOUT.get(command, ()))[0]

    assert errors(command, [{**row, **change}])
    assert errors(command, [{name: row[name] for name in row if name not in change}])
