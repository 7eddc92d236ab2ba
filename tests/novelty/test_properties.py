"""What holds for any text."""

import math
import pickle
from dataclasses import astuple
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.model import Outcome
from monitor.novelty import ArticleContext, CaseIndex, analyse, judge
from monitor.novelty.alignment.align import AlignmentState
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.prediction import predict
from monitor.novelty.nlp.sentences import split_paragraphs, split_sentences
from monitor.text import fold_words, normalise
from tests.costs import LINEAR, growth
from tests.novelty.verdict.weights import of_logits
from tests.novelty.world import Case, seeded

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)
PIECES = st.sampled_from(
    [
        "The judge ordered Marlow to pay $6 million on Wednesday.",
        '"Nothing was done," she said.',
        "U.S. officials didn't reply",
        "El Sr. Ruiz viajó ayer a EE. UU.…",
        "10:26 - Live.",
        "By Ana Reyes",
        "No. 25 v. 3:30 p.m. (CP) - ",
        "¿Qué? Feb. 29, 30 de febrero, 31/12",
        "\n",
        "\n\n",
        "' \" \u2028 \u00ad \u0130 ß \U0001f600",
    ]
)
NEWS_LIKE = st.lists(PIECES | st.text(max_size=40), max_size=12).map(" ".join)


@given(
    st.text(max_size=300) | NEWS_LIKE,
    st.text(max_size=60) | NEWS_LIKE,
    st.datetimes(timezones=st.just(UTC)),
)
@example(text="", title="WEDNESDAY", at=datetime.min.replace(tzinfo=UTC))
@example(
    text="Next Wednesday, tomorrow and on 3 May.", title="", at=datetime.max.replace(tzinfo=UTC)
)
@settings(deadline=None)
def test_any_text_is_read_and_the_reading_pickles(text, title, at):
    analysis = analyse(title, text, summary=title, published_at=at)

    assert pickle.loads(pickle.dumps(analysis)) == analysis


@given(NEWS_LIKE)
@settings(deadline=None)
def test_a_text_judged_against_itself_is_silent(text):
    case = Case()
    case.store(text, AT)

    assert case.judge(text, AT + timedelta(hours=2), "").outcome is Outcome.SILENT


@given(NEWS_LIKE, NEWS_LIKE)
@settings(deadline=None)
def test_judging_twice_gives_the_same_verdict(known, text):
    case = seeded()
    case.store(known, AT)

    assert case.judge(text, AT) == case.judge(text, AT)


@given(NEWS_LIKE)
@settings(deadline=None)
def test_an_alert_always_quotes(text):
    analysis = analyse("Title", text, published_at=AT)

    verdict = judge(analysis, CaseIndex(), ArticleContext(now=AT, is_subject=True))

    assert verdict.outcome is not Outcome.ALERT or verdict.new_sentences


SHARES = (
    "reporting",
    "title_reporting",
    "addition_reporting",
    "usual_copies",
    "same_day_coverage",
    "foreign_names",
    "background",
    "coverage",
    "known_share",
    "lead_overlap",
)


@given(NEWS_LIKE, NEWS_LIKE)
@settings(deadline=None)
def test_any_article_has_features_within_their_range(known, text):
    case = seeded()
    case.store(known, AT)

    assessment = assess(analyse("A", text, published_at=AT), case.index)
    weights = of_logits(0.0, link=0.0)
    features = predict(assessment, weights).features

    assert all(math.isfinite(value) for value in astuple(features))
    assert all(0 <= getattr(features, name) <= 1.000001 for name in SHARES)


@given(NEWS_LIKE)
@settings(deadline=None)
def test_every_sentence_is_known_cut_or_unexplained(text):
    case = seeded()

    article = assess(analyse("A", text, published_at=AT), case.index).article

    assert set(article.lead) <= set(article.unexplained) <= set(article.aligned)
    assert 0 <= article.known_share <= 1
    for row in article.aligned:
        assert (row.change is not None) is (row.state is AlignmentState.CHANGED)


@given(NEWS_LIKE)
def test_splitting_keeps_all_words_in_order(text):
    text = normalise(text)
    split = [
        word
        for paragraph in split_paragraphs(text)
        for sentence in split_sentences(paragraph)
        for word in fold_words(sentence)
    ]

    assert split == [word for paragraph in split_paragraphs(text) for word in fold_words(paragraph)]


def test_other_time_zones_are_read():
    east = datetime(2025, 7, 24, 1, tzinfo=timezone(timedelta(hours=9)))

    assert analyse("A", "The judge ruled.", published_at=east).local_day == date(2025, 7, 23)


@pytest.mark.parametrize("unit", ["a. ", "A", '"', "Sen. ", "(", "will on Monday "])
def test_a_hostile_text_is_read_in_linear_time(unit):
    def read(size):
        return analyse((unit * size)[:2_000], unit * size, published_at=AT)

    assert growth(read, 4_000, times=2) < LINEAR
