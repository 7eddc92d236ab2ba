"""An article beside a case: what is worked out once for a verdict."""

from dataclasses import replace

import pytest

from monitor.novelty import DEFAULT_SETTINGS, CaseIndex, analyse, read_events
from monitor.novelty.classifier.assessment import assess
from tests.novelty.world import SATURDAY, SINKING, TUESDAY, Case


@pytest.mark.parametrize(
    ("articles", "sentences", "is_young"),
    [(1, 6, False), (2, 6, True), (1, 7, True), (2, 7, True)],
    ids=["enough of both", "too few articles", "too few sentences", "too few of both"],
)
def test_a_young_case_has_few_articles_or_few_sentences(
    articles: int, sentences: int, is_young: bool
) -> None:
    case = Case()
    case.store(SINKING, TUESDAY)
    settings = replace(DEFAULT_SETTINGS, young_articles=articles, young_distinct=sentences)

    found = assess(analyse("", "", published_at=TUESDAY), case.index, settings=settings)

    assert len(case.index) == 6
    assert found.is_young is is_young


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
