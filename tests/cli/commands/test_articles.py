"""`search` and `articles …`: what is stored, found and shown."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command
from tests.world import Outlet, Story

# Ábrego García in nine ways: NFC, NFD, hyphen, possessive, capitals, no-break space, soft hyphen,
# in a sentence of plurals.
SPELLINGS = (
    "Abrego Garcia was named.",
    "\u00c1brego Garc\u00eda was named.",
    "A\u0301brego Garci\u0301a was named.",
    "Abrego-Garcia was named.",
    "Abrego Garcia\u2019s name was called.",
    "ABREGO GARCIA was named.",
    "Abrego\u00a0Garcia was named.",
    "Abrego\u00adGarcia was named.",
    "Both lawyers of Abrego Garcia and two judges were named.",
)


VIGIL = [
    (
        "About 200 people held a vigil for Kilmar Abrego Garcia in front of the town hall of Marlow"
        " on Sunday evening."
    ),
    (
        "A choir sang on the steps, while shopkeepers of the old town handed out tea and blankets"
        " to everybody who came."
    ),
    (
        "Organiser Petra Lindqvist said that the group did not plan another march before the end of"
        " the month."
    ),
]


def test_a_wrong_query_gets_a_caret_and_exits_2(config: Path) -> None:
    done = run_command(config, "search", 'judge AND ("order', check=False)

    assert done.returncode == 2
    assert "^" in done.stderr


def test_the_seed_is_article_one_and_found_by_search(config: Path) -> None:
    rows = read_rows(config, "search", '"abrego garcia" bukele')

    assert [row["url"] for row in rows] == ["seed:000_39b7992f23781b65"]
    assert {
        "id",
        "url",
        "title",
        "outlet",
        "lang",
        "published_at",
        "found_at",
        "extraction",
        "cases",
        "snippet",
        "score",
    } <= set(rows[0])
    assert "Abrego Garcia" in rows[0]["snippet"]


@pytest.mark.parametrize("spelling", range(len(SPELLINGS)))
def test_every_spelling_of_the_name_belongs_to_the_case_and_is_found(
    config: Path, outlet: Outlet, spelling: int
) -> None:
    sentence = SPELLINGS[spelling]
    rest = (
        "The hearing in Greenbelt went on until the evening, and the clerk read out a long list of"
        " names to those outside."
    )
    outlet.publish(
        Story(
            f"/{spelling}",
            "A list of names",
            [sentence, rest, rest.replace("Greenbelt", "Baltimore")],
            utc_now(),
            sentence,
        )
    )
    run_command(config, "poll")

    found = {row["url"] for row in read_rows(config, "search", '"abrego garcia"')}
    assert f"{outlet.base}/{spelling}" in found


def test_formats_agree(config: Path) -> None:
    as_json = json.loads(run_command(config, "articles", "list", "--format", "json").stdout)

    assert as_json == read_rows(config, "articles", "list")
    assert (
        run_command(config, "articles", "list", "--format", "csv")
        .stdout.splitlines()[0]
        .startswith("id,url,title,outlet,lang")
    )
    assert run_command(config, "articles", "list", "--format", "md").stdout.startswith("| id |")


def test_one_revision_has_nothing_to_compare(config: Path) -> None:
    seed = read_rows(config, "articles", "list")[0]["id"]

    done = run_command(config, "articles", "diff", seed, check=False)

    assert done.returncode == 1
    assert "nothing to compare" in done.stderr


def test_an_edit_is_shown_with_its_class_by_show_log_diff_and_why(
    config: Path, outlet: Outlet
) -> None:
    outlet.publish(
        Story("/ferry", "Vigil for Abrego Garcia", VIGIL, utc_now(), "Kilmar Abrego Garcia")
    )
    run_command(config, "poll")
    outlet.stories[0].paragraphs = [VIGIL[0].replace("200", "300"), *VIGIL[1:]]
    later = utc_now() + timedelta(hours=2)

    done = run_command(config, "poll", "--at", later.isoformat())

    article = next(
        row["id"] for row in read_rows(config, "articles", "list") if row["url"].endswith("/ferry")
    )
    assert "pages: 1 asked again" in done.stderr
    assert [row["change"] for row in read_rows(config, "articles", "log", article)] == [
        None,
        "substantive",
    ]
    assert "revision 2 (substantive)" in run_command(config, "articles", "diff", article).stdout
    (shown,) = read_rows(config, "articles", "show", article)
    assert [edit["kind"] for edit in shown["edits"]] == ["substantive"]
    assert (shown["page"]["state"], shown["page"]["checks"]) == ("there", 1)
    assert (
        "number: About 200 people"
        in run_command(config, "why", article, "--format", "table").stdout
    )
