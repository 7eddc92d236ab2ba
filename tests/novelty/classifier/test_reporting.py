"""Which sentence of a text reports its news, by what it looks like."""

import math
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty import analyse
from monitor.novelty.classifier.logistic import shipped_weights
from monitor.novelty.classifier.reporting import (
    ReportingFeatures,
    features_of_text,
    reporting_features,
)
from tests.novelty.world import THURSDAY

ACT = "A court in Corrie Head on Thursday sentenced the baker Odile Fenn to two years in prison."


def features(text: str, place: int = 0) -> ReportingFeatures:
    sentence = analyse("", text, published_at=THURSDAY).sentences[0]
    return reporting_features(sentence, place, opens=True)


def rating(text: str, place: int = 0) -> float:
    weights = shipped_weights()
    assert weights is not None
    return weights.reporting.probability(features(text, place))


@pytest.mark.parametrize(
    "other",
    [
        '"We all knew what she baked, and we all ate it gladly," said a neighbour, Ines Vidal.',
        "Odile Fenn outside the bakery in Corrie Head.",
        "The bakery had been opened by her grandmother in 1951.",
        "What will become of the bakery?",
        "Rain fell on the square in front of the court.",
    ],
    ids=["a quotation", "a caption", "background", "a question", "colour"],
)
def test_a_main_clause_with_an_act_reports_rather_than(other: str) -> None:
    assert rating(ACT) > rating(other)


def test_of_two_equal_sentences_the_earlier_reports() -> None:
    assert rating(ACT, 0) > rating(ACT, 12)


def test_an_act_of_the_day_shows_all_its_marks() -> None:
    found = features(ACT)

    assert (found.fresh, found.dated, found.act) == (1, 1, 1)
    assert (found.background, found.quoted, found.question, found.short) == (0, 0, 0, 0)
    assert found.depth == 1
    assert found.names > 0


def test_talk_is_told_from_acts() -> None:
    found = features("The mayor said on Thursday that the town was in mourning.")

    assert (found.talk, found.act) == (1, 0)


def test_the_first_sentence_of_each_paragraph_opens_it() -> None:
    text = "A goat came. It stood there.\n\nThe mayor laughed. Nobody else did."
    found = features_of_text(analyse("", text, published_at=THURSDAY).sentences)

    assert [one.opens for one in found] == [1, 0, 1, 0]


DECK = "The square was empty. The bakery had been its pride for years. It smells of bread still."


def test_what_stands_before_the_first_act_makes_nothing_of_it_less() -> None:
    plain, behind = (
        list(features_of_text(analyse("", text, published_at=THURSDAY).sentences))
        for text in (ACT, f"{DECK} {ACT}")
    )

    assert plain[0].depth == behind[-1].depth == 1


def test_each_act_before_it_makes_a_sentence_less() -> None:
    found = features_of_text(analyse("", f"{ACT} {ACT} {DECK}", published_at=THURSDAY).sentences)

    assert [round(3 * -math.log(one.depth)) for one in found] == [0, 1, 2, 2, 2]


def test_an_act_in_a_quotation_or_of_the_past_is_not_the_texts_own() -> None:
    quoted = '"They arrested the baker and charged her," said a neighbour.'
    past = "She had been arrested in 1951."
    found = features_of_text(analyse("", f"{quoted} {past} {ACT}", published_at=THURSDAY).sentences)

    assert [one.depth for one in found] == [1, 1, 1]


@given(st.lists(st.sampled_from([ACT, '"No," she said.', "Who?", "In 1951 it rained."])))
def test_figures_of_any_text_are_within_their_range(texts: list[str]) -> None:
    sentences = analyse("", " ".join(texts), published_at=THURSDAY).sentences

    for found in features_of_text(sentences):
        values = asdict(found)
        logs = {values.pop(name) for name in ("events", "names", "numbers", "roles")}
        assert all(0 <= value <= 1 for value in values.values())
        assert all(0 <= value < math.inf for value in logs)
