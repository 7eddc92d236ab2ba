"""The corpora are what `corpora.toml` says, and the shipped weights were fitted to them."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from monitor.novelty import JUDGE_VERSION
from training.build_stream import build
from training.rows import read_stories
from training.streams import CORPORA, Corpus, parse_article, read_corpora, read_lines
from training.train import WEIGHTS

TABLES = tomllib.loads(CORPORA.read_text(encoding="utf-8"))["corpus"]
STORED = json.loads(WEIGHTS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["name"])
def test_the_counts_of_a_corpus_are_those_of_its_stream(table: dict[str, Any]) -> None:
    articles = next(one for one in read_corpora() if one.name == table["name"]).articles

    brought = {name for article in articles for name in article.new_developments}
    assert table["articles"] == len(articles)
    assert table["developments"] == len(brought)
    assert table["languages"] == Counter(article.lang for article in articles)


@pytest.mark.parametrize("corpus", read_corpora(), ids=lambda corpus: corpus.name)
def test_a_stream_is_what_its_tagged_articles_build(corpus: Corpus) -> None:
    stream, _ = build(corpus.folder)

    assert stream.rows == read_lines(corpus.folder / "stream.jsonl")


def test_another_text_under_the_same_name_is_refused(tmp_path: Path) -> None:
    other = CORPORA.read_text(encoding="utf-8").replace(TABLES[0]["digest"], "0" * 16)
    path = tmp_path / "corpora.toml"
    path.write_text(other, encoding="utf-8")

    with pytest.raises(ValueError, match=f"{TABLES[0]['name']} has digest {TABLES[0]['digest']}"):
        read_corpora(path)


def test_the_weights_name_the_streams_that_they_were_fitted_to() -> None:
    fitted_to = [corpus for corpus in read_corpora() if corpus.is_fitted_to]

    named = [row for row in STORED["fitted_to"] if "digest" in row]
    assert named == [
        {"name": one.name, "digest": one.digest, "articles": len(one.articles)} for one in fitted_to
    ]


def test_the_weights_count_the_kept_rows_that_they_were_fitted_to() -> None:
    kept = [row for row in STORED["fitted_to"] if "digest" not in row]

    assert kept == [
        {"name": story.name, "rows": {name: len(rows) for name, rows in story.rows.items()}}
        for story in read_stories()
    ]


def test_the_weights_are_those_of_this_judge() -> None:
    assert STORED["version"] == JUDGE_VERSION


def test_the_weights_tell_how_each_story_of_theirs_is_judged_unseen() -> None:
    fitted_to = [one["name"] for one in TABLES if one["role"] == "train"]

    assert [row["story"] for row in STORED["unseen_stories"]] == fitted_to


def test_a_relation_without_a_source_may_be_a_plain_word() -> None:
    raw = read_lines(read_corpora()[0].folder / "stream.jsonl")[0]

    article = parse_article({**raw, "relation": "rewrite"})

    assert article.relation == "rewrite"


def test_a_text_is_its_paragraphs_with_blank_lines_between() -> None:
    raw = read_lines(read_corpora()[0].folder / "stream.jsonl")[0]

    article = parse_article({**raw, "paragraphs": ["A ferry sank.", "Two men are held."]})

    assert article.text == "A ferry sank.\n\nTwo men are held."


@pytest.mark.parametrize(
    ("subject", "kind", "may_bring_news"),
    [
        ("subject", "news", True),
        ("subject", "liveblog", True),
        ("subject", "opinion", False),
        ("subject", "explainer", False),
        ("subject", "digest", False),
        ("subject", "distractor", False),
        ("mention", "news", False),
        ("none", "news", False),
    ],
)
def test_only_reports_about_the_case_bring_news(
    subject: str, kind: str, may_bring_news: bool
) -> None:
    raw = read_lines(read_corpora()[0].folder / "stream.jsonl")[0]

    article = parse_article({**raw, "subject": subject, "kind": kind})

    assert article.may_bring_news is may_bring_news
