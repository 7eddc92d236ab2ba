"""What a labelled stream gives to fit to: which rows are drawn, and with which label."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.novelty.classifier.article_features import ArticleFeatures
from monitor.novelty.classifier.links import LinkFeatures
from monitor.novelty.classifier.logistic import Regression
from monitor.novelty.classifier.reporting import ReportingFeatures
from monitor.novelty.classifier.sentence_features import SentenceFeatures
from tests.training.articles import article
from training import examples
from training.examples import FEATURE_NAMES, HISTORIES, History, draw_article_rows, draw_rows
from training.streams import Corpus, LabelledArticle

# Judges everything as undecided: what is drawn does not hang on what the weights say.
UNDECIDED = Regression(0.0, ())

CLOSED = article(
    "closed",
    developments=("closed",),
    title="Tarn bridge closed after crack is found",
    paragraphs=(
        "The Tarn bridge was closed on Monday after an inspector found a crack in a pier.",
        "Lorries must take the coast road, the county of Ardmore said.",
    ),
)
RETOLD = article(
    "retold",
    hours=3,
    outlet="Ardmore Echo",
    developments=("closed",),
    new=(),
    title="Crack shuts crossing over the Tarn",
    paragraphs=(
        "An inspector discovered a crack in a pier of the Tarn bridge, and it was shut on Monday.",
        "Drivers queued for an hour at Mellin Cross, where the diversion begins.",
    ),
)
CHARGED = article(
    "charged",
    hours=30,
    developments=("charged",),
    title="Builder of Tarn bridge charged with fraud",
    paragraphs=(
        "Prosecutors charged the builder of the Tarn bridge, Osric Penhale, with fraud on Tuesday.",
        "He is accused of selling 40 tonnes of steel that was meant for the piers.",
    ),
)
CHARGED_TOO = article(
    "charged-too",
    hours=33,
    outlet="Ardmore Echo",
    developments=("charged",),
    new=(),
    title="Penhale accused of fraud over the Tarn bridge",
    paragraphs=(
        "Osric Penhale, who built the Tarn bridge, was charged with fraud by prosecutors.",
        "Fishermen on the quay had little to say about it in the rain.",
    ),
)
COLUMN = article(
    "column",
    hours=35,
    kind="opinion",
    title="Opinion: what the Tarn bridge tells about us",
    paragraphs=(
        "I have crossed the Tarn bridge every day of my life, and I think we deserve better.",
        "In my opinion nobody in the county ever cared for it.",
    ),
)
ARTICLES = (CLOSED, RETOLD, CHARGED, CHARGED_TOO, COLUMN)


def tag(one: LabelledArticle) -> dict[str, Any]:
    """An article as a person tags it: its first sentence tells its developments."""
    first, *rest = one.paragraphs
    told = [{"t": first, "d": list(one.developments)}]
    return {
        "id": one.id,
        "relation": one.relation,
        "paragraphs": [told, *([{"t": text}] for text in rest)],
    }


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    return corpus_of(tmp_path, *ARTICLES)


def corpus_of(folder: Path, *articles: LabelledArticle) -> Corpus:
    lines = "\n".join(json.dumps(tag(one)) for one in articles)
    (folder / "articles.jsonl").write_text(lines, encoding="utf-8")
    corpus = Corpus("tarn", folder, "tarn", timedelta())
    corpus.__dict__["articles"] = articles
    return corpus


def labels(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus, history: History, name: str = "article"
) -> list[bool]:
    """The labels that a history gives to the articles after the first that weights decide on."""
    monkeypatch.setattr(examples, "HISTORIES", (history,))
    return [row.label for row in draw_article_rows(corpus, UNDECIDED, UNDECIDED)[name]]


@pytest.mark.parametrize(
    ("name", "features"),
    [
        ("link", LinkFeatures),
        ("reporting", ReportingFeatures),
        ("sentence", SentenceFeatures),
        ("about", ArticleFeatures),
        ("article", ArticleFeatures),
    ],
)
def test_a_row_has_the_features_in_their_order(name: str, features: Any) -> None:
    values = {field.name: place / 8 for place, field in enumerate(fields(features))}
    one = features(**values)

    drawn = examples._row(one, label=True)

    assert FEATURE_NAMES[name] == tuple(values)
    assert dict(zip(FEATURE_NAMES[name], drawn.values, strict=True)) == asdict(one)


def test_the_same_rows_are_drawn_every_time(corpus: Corpus) -> None:
    assert draw_rows(corpus) == draw_rows(corpus)
    drawn = draw_article_rows(corpus, UNDECIDED, UNDECIDED)
    assert drawn == draw_article_rows(corpus, UNDECIDED, UNDECIDED)


def test_a_link_is_two_articles_that_tell_a_development_in_common(corpus: Corpus) -> None:
    rows = draw_rows(corpus)["link"]

    # closed-retold; charged beside both; charged-too beside the three; the column tells nothing.
    assert [row.label for row in rows] == [True, False, False, False, False, True]


def test_articles_far_apart_in_time_are_no_example_of_a_link(tmp_path: Path) -> None:
    late = article("late", hours=300, developments=("closed",), paragraphs=RETOLD.paragraphs)

    assert draw_rows(corpus_of(tmp_path, CLOSED, late))["link"] == []


def test_a_sentence_reports_when_it_tells_a_development_as_news(corpus: Corpus) -> None:
    rows = draw_rows(corpus)["reporting"]

    assert [row.label for row in rows] == [True, False] * 4 + [False, False]


def test_a_sentence_that_stands_in_many_articles_is_one_example(tmp_path: Path) -> None:
    copy = article("copy", hours=2, developments=("closed",), paragraphs=CLOSED.paragraphs)

    assert len(draw_rows(corpus_of(tmp_path, CLOSED, copy))["reporting"]) == 2


def test_sentences_are_drawn_of_articles_that_bring_something(corpus: Corpus) -> None:
    rows = draw_rows(corpus)["sentence"]

    # The first article and the charge; its second newsroom has no new development.
    assert [row.label for row in rows] == [True, False, True, False]


def test_a_stream_without_tagged_sentences_has_no_rows_of_them(tmp_path: Path) -> None:
    corpus = corpus_of(tmp_path, *ARTICLES)
    (tmp_path / "articles.jsonl").unlink()

    drawn = draw_rows(corpus)

    assert drawn["reporting"] == []
    assert len(drawn["link"]) == 6


def test_where_all_news_was_told_its_second_report_is_no_news(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus
) -> None:
    told = History(told_news=1.0, told_rest=0.0, seed=0)

    # retold, charged, charged-too; rules decide on the first article and on the column.
    assert labels(monkeypatch, corpus, told) == [False, True, False]


def test_where_news_was_missed_its_second_report_is_news(
    monkeypatch: pytest.MonkeyPatch, corpus: Corpus
) -> None:
    missed = History(told_news=0.0, told_rest=0.0, seed=0)

    assert labels(monkeypatch, corpus, missed) == [False, True, True]


def test_the_first_article_of_a_case_is_always_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    missed = History(told_news=0.0, told_rest=0.0, seed=0)

    assert labels(monkeypatch, corpus_of(tmp_path, CLOSED, RETOLD), missed) == [False]


def test_what_was_missed_is_no_news_any_more_when_it_is_stale(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    late = article(
        "late", hours=30 + 73, developments=("charged",), paragraphs=CHARGED_TOO.paragraphs
    )
    missed = History(told_news=0.0, told_rest=0.0, seed=0)

    assert labels(monkeypatch, corpus_of(tmp_path, CLOSED, CHARGED, late), missed) == [True, False]


def test_a_share_of_the_news_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    half = History(told_news=0.5, told_rest=0.0, seed=1)
    pairs = [
        article(
            f"{name}-{at}",
            hours=1 + at,
            developments=(name,),
            title=f"Tarn bridge: {name}",
            paragraphs=(f"An engineer named {name} was arrested at the Tarn bridge {how}.",),
        )
        for name in ("Orlo", "Vesk", "Maddern", "Quill", "Sarno", "Trevane", "Ilse", "Dorrin")
        for at, how in enumerate(("by two officers", "as police say"))
    ]

    drawn = labels(monkeypatch, corpus_of(tmp_path, CLOSED, *pairs), half)

    second = drawn[1::2]
    assert all(drawn[::2])
    assert 0 < sum(second) < len(second)


def test_what_was_told_shows_in_the_rows(monkeypatch: pytest.MonkeyPatch, corpus: Corpus) -> None:
    rows = {}
    for share in (0.0, 1.0):
        monkeypatch.setattr(examples, "HISTORIES", (History(share, 0.0, 0),))
        rows[share] = draw_article_rows(corpus, UNDECIDED, UNDECIDED)["article"]

    # Before the charge was told or missed nothing differs, after it something does.
    assert rows[0.0][:2] == rows[1.0][:2]
    assert rows[0.0][2].values != rows[1.0][2].values


def test_articles_are_drawn_under_every_history_but_what_they_are_about_once(
    corpus: Corpus,
) -> None:
    drawn = draw_article_rows(corpus, UNDECIDED, UNDECIDED)

    assert len(drawn["about"]) == 3
    assert len(drawn["article"]) == len(HISTORIES) * 3


def test_an_article_that_only_names_the_case_is_not_about_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mention = article(
        "mention",
        hours=4,
        is_about=False,
        developments=("regatta",),
        paragraphs=("Rowers of Mellin Cross won a regatta below the Tarn bridge on Monday.",),
    )
    corpus = corpus_of(tmp_path, CLOSED, mention, CHARGED)

    assert labels(monkeypatch, corpus, HISTORIES[0], "about") == [False, True]
    assert labels(monkeypatch, corpus, HISTORIES[0]) == [False, True]


def test_the_first_history_is_one_in_which_everything_new_was_told() -> None:
    first, *others = HISTORIES

    assert (first.told_news, first.told_rest) == (1.0, 0.0)
    assert all(0 < one.told_news < 1 and 0 < one.told_rest < 0.5 for one in others)
