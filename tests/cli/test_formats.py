"""Every reading command in every form: the same rows, the fields that scripts rely on, and nothing
that a headline can do to a terminal, a table or a spreadsheet.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from typing import Any

import pytest

from tests.acceptance.config import read_rows, run_command
from tests.cli.commands.stories import HOSTILE_TITLE
from tests.cli.conftest import Read

CASE = "abrego-garcia"
LISTS = {
    "articles list": "id url title outlet lang published_at found_at extraction cases",
    "search garcia": "id url title outlet lang published_at found_at extraction snippet score",
    "timeline": "id case first_found_at outlet carriers summary alert_id article_id",
    "developments list": "id case first_found_at outlet carriers summary alert_id article_id",
    "alerts list": "id created_at case channel state attempts summary error",
    "cases list": "slug title note query articles developments last_development_at is_enabled",
    "feeds list": "title url state outcome entries last_ok_at next_poll_at error failures tags",
    "channels list": "name type used_by",
    "config show": "key value origin",
    f"replay {CASE} --all": "id url title before after score_before score_after why feedback",
}
RECORDS = {
    "status": "daemon feeds failing silent last_poll_at next_poll_at articles developments queued"
    " waiting pending dead database_bytes encoder troubles",
    "feeds show Harbour": "title url state because etag interval_seconds skip_days moved_to",
    f"cases show {CASE}": "slug title note query articles developments feedback",
    f"cases test {CASE}": "items hits read_in_full hits_a_day busiest_days alerts_a_week"
    " near_misses",
    "articles show ARTICLE": "id url title text revision sha256_text edits page",
    "developments show DEVELOPMENT": "id case new_sentences carriers",
    "why ARTICLE": "entries article verdicts edits page developments alerts feedback",
}
ALL = {**LISTS, **RECORDS}


def arguments(read: Read, command: str) -> list[str]:
    """Returns a command with the ids of the world in the place of words in capitals."""
    ids = {"ARTICLE": "articles list", "DEVELOPMENT": "timeline", "ALERT": "alerts list"}
    words = command.split()
    for number, word in enumerate(words):
        if word in ids:
            rows = read_rows(read.config, *ids[word].split())
            news = [row for row in rows if row.get("url", "/order").endswith("/order")]
            words[number] = news[0]["id"]
    return words


def printed(read: Read, words: list[str], form: str) -> str:
    return run_command(read.config, *words, "--format", form).stdout


def is_control(char: str) -> bool:
    return char != "\n" and unicodedata.category(char) in ("Cc", "Cf")


@pytest.mark.parametrize("command", ALL)
def test_every_form_holds_the_same_rows_with_the_fields_of_the_docs(
    read: Read, command: str
) -> None:
    words = arguments(read, command)

    rows = json.loads(printed(read, words, "json"))
    lines = [json.loads(line) for line in printed(read, words, "jsonl").splitlines()]
    table = list(csv.DictReader(io.StringIO(printed(read, words, "csv"))))

    assert rows
    assert lines == rows
    assert [list(row) for row in table] == [list(row) for row in rows]
    assert set(ALL[command].split()) <= set(rows[0])
    assert len({tuple(row) for row in rows}) == 1, "all rows have the same fields"


@pytest.mark.parametrize("command", LISTS)
def test_a_markdown_list_has_a_line_for_each_row_and_no_cell_too_many(
    read: Read, command: str
) -> None:
    words = arguments(read, command)

    head, rule, *lines = printed(read, words, "md").splitlines()

    assert len(lines) == len(read_rows(read.config, *words))
    bars = head.count("|")
    assert rule.count("|") == bars
    assert {line.replace("\\|", "").count("|") for line in lines} == {bars}


@pytest.mark.parametrize("form", ["table", "md", "csv", "json", "jsonl"])
@pytest.mark.parametrize("command", ["articles list", "search garcia", f"replay {CASE} --all"])
def test_a_hostile_headline_is_harmless_in_every_form(read: Read, command: str, form: str) -> None:
    text = printed(read, command.split(), form)

    # Markup is not read, and Markdown shows it by escaping it.
    added = str.maketrans("", "", "»«\\" if form == "md" else "»«")
    assert "[bold]Abrego" in text.translate(added)
    assert not [char for char in text if is_control(char)]


def test_a_hostile_headline_is_no_formula_in_a_spreadsheet(read: Read) -> None:
    rows = csv.DictReader(io.StringIO(printed(read, ["articles", "list"], "csv")))

    (title,) = [row["title"] for row in rows if "[bold]" in row["title"]]
    assert HOSTILE_TITLE.startswith("=")
    assert title.startswith("'=")


def test_times_are_utc_with_a_z_for_programs_and_to_the_minute_for_people(read: Read) -> None:
    row = read_rows(read.config, "articles", "list")[0]
    table = printed(read, ["articles", "list"], "table")

    assert row["published_at"].endswith("Z")
    assert row["published_at"][:16].replace("T", " ") in table
    assert row["published_at"] not in table


def test_an_empty_list_is_empty_for_programs_and_says_so_to_people(read: Read) -> None:
    words = ["articles", "list", "--outlet", "nobody"]

    assert {form: printed(read, words, form) for form in ("json", "jsonl", "csv")} == {
        "json": "[]\n",
        "jsonl": "",
        "csv": "",
    }
    assert "nothing found" in printed(read, words, "table")


def published(read: Read, *options: str) -> list[dict[str, Any]]:
    return read_rows(read.config, "articles", "list", *options)


def test_since_and_until_cut_a_list_in_two_without_a_row_in_both_or_none(read: Read) -> None:
    everything = {row["id"] for row in published(read)}

    late = {row["id"] for row in published(read, "--since", "1d")}
    early = {row["id"] for row in published(read, "--until", "1d")}

    assert late
    assert early
    assert late | early == everything
    assert not late & early


def test_limit_keeps_the_newest_rows(read: Read) -> None:
    assert published(read, "--limit", "2") == published(read)[:2]
    assert run_command(read.config, "articles", "list", "--limit", "0", check=False).returncode == 2


def test_as_of_shows_only_what_was_known_at_that_time(read: Read) -> None:
    assert len(read_rows(read.config, "timeline")) == 1
    assert read_rows(read.config, "timeline", "--as-of", "1d") == []


@pytest.mark.parametrize("option", ["--since", "--until", "--as-of"])
def test_a_time_that_is_none_names_its_option(read: Read, option: str) -> None:
    done = run_command(read.config, "timeline", option, "soon", check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert option in done.stderr
    assert "2025-06-06" in done.stderr
