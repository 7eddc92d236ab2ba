"""Reports that confirm one another, and what a case keeps of an unconfirmed one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Analysis, KnownArticle, KnownDevelopment, Outcome
from monitor.novelty import (
    ArticleContext,
    CaseIndex,
    analyse,
    is_unconfirmed,
    judge,
    told_keys,
    with_vectors,
)
from tests.novelty.world import NEXT_DAY, SEED, SEED_AT, Case, seeded, text_of

NEWS = text_of(
    "A judge on Wednesday ordered four officials to testify about Abrego Garcia.",
    "The hall was full.",
)


@pytest.mark.parametrize(
    ("outcome", "code", "is_baseline", "expected"),
    [
        ("digest", "weak", False, True),
        ("digest", "weak", True, False),
        ("digest", "retold", False, False),
        ("silent", "weak", False, False),
        ("silent", "faint", False, True),
        ("silent", "faint", True, False),
        ("digest", "faint", False, False),
        ("alert", "new_event", False, False),
    ],
)
def test_unconfirmed_is_a_digest_for_weak_evidence_and_a_silence_for_faint_evidence(
    outcome, code, is_baseline, expected
):
    assert is_unconfirmed(outcome, code, is_baseline=is_baseline) is expected


def test_a_confirmed_article_tells_the_events_of_the_sentences_that_were_new():
    analysis = analyse("", NEWS, published_at=NEXT_DAY)

    told, keys = told_keys(analysis.sentences, [analysis.sentences[0].key])

    assert told == [analysis.sentences[0]]
    assert any(key.startswith("role JUDGE") for key in keys)
    assert told_keys(analysis.sentences, [analysis.sentences[1].key])[1] == []


def encoded(analysis: Analysis) -> Analysis:
    return with_vectors(analysis, [bytes((100, 0, 0))] * (1 + len(analysis.sentences)))


def test_vectors_decide_nothing_but_what_is_shown_as_nearest():
    """A replay leaves them out; when this fails, it has to read them."""
    pytest.importorskip("numpy")
    verdicts = []
    for encode in (lambda analysis: analysis, encoded):
        index = CaseIndex()
        seed = encode(analyse("", SEED, published_at=SEED_AT))
        index.add(KnownArticle(1, 1, seed.title, seed.sentences, "en", SEED_AT, SEED_AT))
        analysis = encode(analyse("", NEWS, published_at=NEXT_DAY))
        given = ArticleContext(now=NEXT_DAY + timedelta(hours=1), is_subject=True)
        verdict = judge(analysis, index, given)
        nearest = [new.nearest for new in verdict.new_sentences]
        verdicts.append(
            replace(
                verdict,
                new_sentences=tuple(replace(new, nearest=None) for new in verdict.new_sentences),
            )
        )

    assert verdicts[0] == verdicts[1]
    assert any(near is not None and near.score == 1.0 for near in nearest)
    assert verdicts[0].outcome is Outcome.ALERT


UNCONFIRMED = (
    "The town council of Harbour Falls discussed the case of Kilmar Abrego Garcia on Wednesday. "
    "It voted for a statement of support."
)
RETOLD = (
    "Harbour Falls council members voted on Wednesday to support Kilmar Abrego Garcia, whose "
    "case they discussed in the town."
)


def case_waiting(hours: float = 0) -> Case:
    """Returns a case with an unconfirmed article, so many hours older than the news."""
    case, at = seeded(), NEXT_DAY - timedelta(hours=hours)
    analysis = analyse("Council meets", UNCONFIRMED, published_at=at)
    case.index.add(
        KnownArticle(
            2,
            2,
            analysis.title,
            analysis.sentences,
            "en",
            at,
            at,
            "Harbour Gazette",
            is_unconfirmed=True,
        )
    )
    return case


def test_another_outlet_confirms_an_unconfirmed_article() -> None:
    verdict = case_waiting().judge(RETOLD, outlet="Bay Courier")

    assert verdict.confirms == 2
    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "confirms"


@pytest.mark.parametrize(
    ("outlet", "hours", "text"),
    [
        ("Harbour Gazette", 0, RETOLD),
        ("HARBOUR GAZETTE", 0, RETOLD),
        ("Bay Courier", 49, RETOLD),
        (
            "Bay Courier",
            0,
            "A cousin of Kilmar Abrego Garcia opened a bakery in Elm Cove on Tuesday, with 12 "
            "loaves.",
        ),
    ],
)
def test_the_same_outlet_a_late_one_and_another_matter_confirm_nothing(
    outlet: str, hours: float, text: str
) -> None:
    assert case_waiting(hours).judge(text, outlet=outlet).confirms is None


def test_an_article_read_again_under_another_outlets_name_does_not_confirm_itself() -> None:
    assert (
        case_waiting().judge(RETOLD, outlet="Harbour Gazette | News", article_id=2).confirms is None
    )
    assert case_waiting().judge(RETOLD, outlet="Bay Courier", article_id=3).confirms == 2


COUNCIL = (
    "On Wednesday the council of Harbour Falls took up the case of Kilmar Abrego Garcia and "
    "voted to support him."
)
BAKERY = "A bakery opened in Elm Cove on Sunday, with 12 loaves on its shelf."


@pytest.mark.parametrize(("alerted", "confirms"), [(COUNCIL, None), (BAKERY, 2)])
def test_a_copy_confirms_nothing_that_an_alert_told_in_other_words(
    alerted: str, confirms: int | None
) -> None:
    case = case_waiting()
    analysis = analyse("Council meets", alerted, published_at=NEXT_DAY)
    case.index.add(
        KnownArticle(
            3, 3, analysis.title, analysis.sentences, "en", NEXT_DAY, NEXT_DAY, "Elm Cove Post"
        )
    )
    case.index.add_development(KnownDevelopment(3, 3, NEXT_DAY, frozenset(), frozenset()))

    assert case.judge(UNCONFIRMED, outlet="Bay Courier").confirms == confirms


@pytest.mark.parametrize(("place", "confirms"), [(0, None), (1, 2)])
def test_what_begins_with_the_words_of_an_alert_is_confirmed_by_nobody(
    place: int, confirms: int | None
) -> None:
    """It is that alert's report in another outlet; a later sentence may be anybody's background."""
    case = case_waiting()
    told = analyse("Council meets", UNCONFIRMED, published_at=NEXT_DAY).sentences[place]
    case.index.add_development(KnownDevelopment(3, 3, NEXT_DAY, frozenset(), frozenset({told.key})))

    assert case.judge(RETOLD, outlet="Bay Courier").confirms == confirms
