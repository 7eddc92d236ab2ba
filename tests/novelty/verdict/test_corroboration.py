"""Reports that confirm one another, and what a case keeps of an unconfirmed one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Analysis, KnownArticle, KnownDevelopment, Outcome
from monitor.novelty import (
    DEFAULT_SETTINGS,
    ArticleContext,
    CaseIndex,
    analyse,
    is_unconfirmed,
    judge,
    told_keys,
    with_vectors,
)
from monitor.novelty.classifier.links import LinkFeatures
from monitor.novelty.classifier.logistic import parse_regression
from tests.novelty.verdict.weights import of_logits, undecided
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


def test_another_newsroom_confirms_an_unconfirmed_article() -> None:
    verdict = case_waiting().judge(RETOLD, newsroom="Bay Courier", weights=undecided())

    assert verdict.confirms == 2
    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "confirms"


@pytest.mark.parametrize(
    ("newsroom", "hours", "text"),
    [
        ("Harbour Gazette", 0, RETOLD),
        ("", 0, RETOLD),
        ("Bay Courier", 49, RETOLD),
        (
            "Bay Courier",
            0,
            "A cousin of Kilmar Abrego Garcia opened a bakery in Elm Cove on Tuesday, with 12 "
            "loaves.",
        ),
    ],
)
def test_the_same_newsroom_a_late_one_and_another_matter_confirm_nothing(
    newsroom: str, hours: float, text: str
) -> None:
    verdict = case_waiting(hours).judge(text, newsroom=newsroom, weights=undecided())

    assert verdict.confirms is None


def test_an_article_read_again_elsewhere_does_not_confirm_itself() -> None:
    again, other = (
        case_waiting().judge(RETOLD, newsroom=newsroom, article_id=number, weights=undecided())
        for newsroom, number in (("Harbour Gazette | News", 2), ("Bay Courier", 3))
    )

    assert again.confirms is None
    assert other.confirms == 2


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

    verdict = case.judge(UNCONFIRMED, newsroom="Bay Courier", weights=undecided())

    assert verdict.confirms == confirms


def confirmed(
    logits: float = -1.0, link: float = 5.0, text: str = RETOLD, title: str = "A headline"
) -> int | None:
    """Returns what a report of another newsroom confirms, by its score and its links."""
    weights = of_logits(logits, link=link)
    case = Case()
    case.store(
        UNCONFIRMED, NEXT_DAY, "Council", newsroom="Gazette", is_told=False, is_unconfirmed=True
    )
    # The log odds count as they are: a case that knows little raises none.
    settings = replace(DEFAULT_SETTINGS, change_shift=0.0)
    verdict = case.judge(
        text, NEXT_DAY, title, newsroom="Bay Courier", weights=weights, settings=settings
    )
    return verdict.confirms


def test_a_link_to_what_was_in_doubt_confirms_it() -> None:
    assert confirmed() == 1


@pytest.mark.parametrize(
    "given",
    [{"logits": -2.0}, {"link": 1.0}, {"title": "Opinion | What the council should do"}],
    ids=["too little of it is new", "it tells something else", "an opinion"],
)
def test_what_is_no_news_itself_is_linked_weakly_or_retells_confirms_nothing(
    given: dict[str, object],
) -> None:
    assert confirmed(**given) is None  # type: ignore[arg-type]


def test_an_alert_stands_for_itself_and_confirms_nothing() -> None:
    assert confirmed(logits=-1.0, text=BAKERY) == 1
    assert confirmed(logits=2.0, text=BAKERY) is None


@pytest.mark.parametrize(("is_told", "expected"), [(True, None), (False, 1)])
def test_what_people_were_told_in_other_words_is_not_confirmed(
    is_told: bool, expected: int | None
) -> None:
    case = Case()
    case.store(UNCONFIRMED, NEXT_DAY, newsroom="Gazette", is_told=False, is_unconfirmed=True)
    case.store(COUNCIL, NEXT_DAY, newsroom="Elm Cove Post", is_told=is_told)

    weights = of_logits(-1.0, link=5.0)
    assert case.judge(RETOLD, newsroom="Bay Courier", weights=weights).confirms == expected


def test_of_several_in_doubt_the_most_probable_is_confirmed() -> None:
    case = case_waiting()
    case.store(BAKERY, NEXT_DAY, newsroom="Elm Cove Post", is_told=False, is_unconfirmed=True)

    assert case.judge(RETOLD, newsroom="Bay Courier", weights=undecided()).confirms == 2


@pytest.mark.parametrize(("link", "joins"), [(5.0, (9,)), (0.0, ())])
def test_an_article_joins_the_development_of_what_it_is_linked_with(
    link: float, joins: tuple[int, ...]
) -> None:
    case = Case()
    case.store(COUNCIL, NEXT_DAY)
    case.index.add_development(KnownDevelopment(9, 1, NEXT_DAY, frozenset()))

    verdict = case.judge(RETOLD, weights=of_logits(-5.0, link=link))

    assert verdict.joins == joins


@pytest.mark.parametrize(("second", "joins"), [(4.0, (8, 9)), (0.8, (9,))])
def test_it_joins_no_other_development_that_is_much_less_alike(
    second: float, joins: tuple[int, ...]
) -> None:
    """Both links are likely, that with the council's article by far the more if both are not."""
    case = Case()
    case.store(BAKERY, NEXT_DAY)
    case.store(COUNCIL, NEXT_DAY + timedelta(hours=1))
    case.index.add_development(KnownDevelopment(8, 1, NEXT_DAY, frozenset()))
    case.index.add_development(KnownDevelopment(9, 2, NEXT_DAY, frozenset()))
    words = {"bias": second, "terms": [["words", 0.0, 1.0, 6.0]]}
    weights = replace(of_logits(-5.0), link=parse_regression(words, LinkFeatures))

    assert set(case.judge(RETOLD, weights=weights).joins) == set(joins)
