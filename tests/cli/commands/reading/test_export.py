"""`export`: what a case has, whole, for other programs."""

from __future__ import annotations

import csv
import io
import json

import feedparser
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.acceptance.config import read_rows, run_command
from tests.cli.commands.stories import HOSTILE_TITLE
from tests.cli.conftest import Read

CASE = "abrego-garcia"


def exported(read: Read, *options: str) -> str:
    return run_command(read.config, "export", CASE, *options).stdout


def test_developments_come_with_their_new_sentences(read: Read) -> None:
    (row,) = map(json.loads, exported(read).splitlines())

    (listed,) = read_rows(read.config, "timeline", CASE)
    assert {name: row[name] for name in listed} == listed
    assert "ordered four officials" in row["new_sentences"][0]


def test_articles_come_with_their_texts(read: Read) -> None:
    rows = [json.loads(line) for line in exported(read, "--what", "articles").splitlines()]

    assert {row["id"] for row in rows} == {
        row["id"] for row in read_rows(read.config, "articles", "list", "--case", CASE)
    }
    order = next(row for row in rows if row["title"] == "Judge orders testimony")
    assert "ordered four officials" in order["text"]


def test_no_cell_is_a_formula(read: Read) -> None:
    rows = list(
        csv.DictReader(io.StringIO(exported(read, "--what", "articles", "--format", "csv")))
    )

    assert rows
    assert [cell for row in rows for cell in row.values() if cell[:1] in "=+-@" and cell] == []


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_feed_of_a_case_can_be_read_by_others(read: Read, form: str) -> None:
    feed = feedparser.parse(io.BytesIO(exported(read, "--format", form).encode()))

    (entry,) = feed.entries
    assert (feed.bozo, "ordered four officials" in entry.title) == (False, True)


def test_no_address_in_a_document_is_a_link(read: Read) -> None:
    document = exported(read, "--format", "md")

    assert document.startswith("# Kilmar Abrego Garcia\n")
    assert document.count("http") == document.count("`http")


def test_articles_come_as_an_archive_that_others_read(read: Read) -> None:
    archive = io.BytesIO(exported(read, "--format", "warc").encode())

    kinds = [record.rec_type for record in ArchiveIterator(archive, check_digests="raise")]

    articles = read_rows(read.config, "articles", "list", "--case", CASE)
    assert kinds == ["warcinfo", *["conversion"] * len(articles)]


def test_a_window_narrows_what_is_exported(read: Read) -> None:
    assert exported(read, "--until", "2020-01-01") == ""
    assert exported(read, "--what", "articles", "--until", "2020-01-01") == ""


@pytest.mark.parametrize("form", ["rss", "atom", "md"])
def test_articles_are_no_feed(read: Read, form: str) -> None:
    done = run_command(
        read.config, "export", CASE, "--what", "articles", "--format", form, check=False
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "jsonl, csv or warc" in done.stderr


def test_nothing_of_an_outlet_reaches_a_terminal_as_a_command(read: Read) -> None:
    assert "\u202e" in HOSTILE_TITLE
    for options in (("--what", "articles"), ("--what", "articles", "--format", "csv")):
        assert "txt.exe" in exported(read, *options)
        assert "\u202e" not in exported(read, *options)
