"""An article beside a case: what is worked out once for a verdict."""

from dataclasses import replace

import pytest

from monitor.novelty import DEFAULT_SETTINGS, CaseIndex, analyse, read_events
from monitor.novelty.classifier.assessment import assess
from tests.novelty.world import ARREST, SATURDAY, SINKING, TUESDAY, Case, text_of

ADDED = text_of("Police on Saturday arrested the mate, Dario Finch.", SINKING)


@pytest.mark.parametrize(
    ("text", "articles", "distinct", "is_young"),
    [
        (ADDED, 2, 1, True),
        (ADDED, 1, 100, True),
        (ADDED, 1, 1, False),
        (ARREST, 2, 100, False),
    ],
    ids=["few articles", "few sentences", "enough of both", "a text of its own"],
)
def test_the_rule_decides_on_additions_while_a_case_knows_little(
    young: Case, text: str, articles: int, distinct: int, is_young: bool
) -> None:
    settings = replace(DEFAULT_SETTINGS, young_articles=articles, young_distinct=distinct)

    found = assess(analyse("", text, published_at=SATURDAY), young.index, settings=settings)

    assert found.is_young is is_young


@pytest.mark.parametrize(
    ("articles", "distinct", "knows_little"), [(2, 1, True), (1, 100, True), (1, 1, False)]
)
def test_few_articles_or_sentences_are_little_whatever_comes(
    young: Case, articles: int, distinct: int, knows_little: bool
) -> None:
    settings = replace(DEFAULT_SETTINGS, young_articles=articles, young_distinct=distinct)

    found = assess(analyse("", ARREST, published_at=SATURDAY), young.index, settings=settings)

    assert found.knows_little is knows_little


def test_events_of_the_cases_own_are_read_before_anything_else() -> None:
    index = CaseIndex(read_events({"DELIST": ["struck off"]}))
    analysis = analyse("", "The ferry was struck off on Saturday.", published_at=SATURDAY)

    found = assess(analysis, index)

    assert "DELIST" in found.analysis.sentences[0].facts.classes
    assert any(key.label == "DELIST" for key in found.evidence.event.keys)


def test_a_case_without_articles_explains_nothing() -> None:
    found = assess(analyse("", SINKING, published_at=TUESDAY), CaseIndex())

    assert found.article.unexplained == found.article.aligned
    assert found.evidence.coverage.recent.article_id is None
    assert found.is_young
