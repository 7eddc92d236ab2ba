"""`stories …`: each text of a story once, with the outlets that have it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.acceptance.config import read_rows, run_command
from tests.cli.conftest import Read


def test_a_story_is_listed_with_how_many_have_it(read: Read) -> None:
    rows = read_rows(read.config, "stories", "list", "--case", "abrego-garcia")

    assert {row["case"] for row in rows} == {"abrego-garcia"}
    assert all(row["title"] for row in rows)
    assert all(row["articles"] >= row["outlets"] >= 1 for row in rows)


def test_a_story_is_found_by_its_id_and_by_the_address_of_an_article(read: Read) -> None:
    address = f"{read.outlet.base}/order"

    (by_address,) = read_rows(read.config, "stories", "show", address)
    (by_id,) = read_rows(read.config, "stories", "show", by_address["id"][:8])

    assert by_address == by_id
    carried = [one for text in by_id["texts"] for one in text["articles"]]
    assert address in [one["url"] for one in carried]
    assert [one["has_news"] for one in carried if one["url"] == address] == [True]


def test_a_person_sees_whose_text_it_is_before_who_has_it(read: Read) -> None:
    done = run_command(
        read.config, "stories", "show", f"{read.outlet.base}/order", "--format", "table"
    )

    head, text, article, *rest = done.stdout.splitlines()
    assert head.startswith("abrego-garcia · ")
    assert re.search(r": \d articles?$", text)
    assert any(line.endswith(f"{read.outlet.base}/order  NEWS") for line in (article, *rest))


def test_what_is_no_story_is_told(read: Read) -> None:
    done = run_command(read.config, "stories", "show", "ffffff", check=False)

    assert (done.returncode, "no story has an id" in done.stderr) == (1, True)
    done = run_command(read.config, "stories", "list", "--case", "none", check=False)
    assert (done.returncode, done.stdout) == (1, "")


def test_stories_are_split_joined_and_brought_back_by_command(judged: Path) -> None:
    (story,) = read_rows(judged, "stories", "list")
    (shown,) = read_rows(judged, "stories", "show", story["id"])
    article = shown["texts"][-1]["articles"][-1]["id"]

    run_command(judged, "stories", "split", story["id"], article, "--comment", "another court")
    first, second = (row["id"] for row in read_rows(judged, "stories", "list"))
    run_command(judged, "stories", "merge", first, second, "--comment", "the same after all")

    shown = run_command(judged, "stories", "show", second, "--format", "table").stdout
    assert "another court" in shown
    assert "the same after all" in shown
    (row,) = read_rows(judged, "stories", "show", first)
    for change in reversed(row["changes"]):
        done = run_command(judged, "stories", "undo", change["id"][:8])
        assert "1 article moved back" in done.stderr or "articles moved back" in done.stderr
    (back,) = read_rows(judged, "stories", "list")
    assert (back["id"], back["articles"]) == (story["id"], story["articles"])


def test_who_changes_stories_says_why(judged: Path) -> None:
    (story,) = read_rows(judged, "stories", "list")

    done = run_command(judged, "stories", "merge", story["id"], story["id"], check=False)

    assert (done.returncode, "say why" in done.stderr) == (2, True)
