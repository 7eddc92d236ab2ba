"""`why`: the chain of an item in words."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command
from tests.cli.commands.stories import SEED_PARAGRAPHS
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
