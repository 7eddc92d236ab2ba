"""What a verdict quotes, and beside what."""

from datetime import timedelta

import pytest

from monitor.model import FactKind, NewSentence
from monitor.novelty import analyse
from monitor.novelty.classifier.assessment import Assessment, assess
from monitor.novelty.classifier.logistic import shipped_weights
from monitor.novelty.verdict.quotes import changed_claims, pick_quotes
from tests.novelty.verdict.weights import holding_for_new
from tests.novelty.world import SINKING, THURSDAY, TRIAL, TUESDAY, Case, text_of

COLOUR = "A goat stood on the roof of the post office for nine hours."
ACT = "Police arrested the mate of the Alondra, Dario Finch, on Wednesday."


def assessment(case: Case, text: str, title: str = "") -> Assessment:
    at = TUESDAY + timedelta(days=1)
    return assess(analyse(title, text, published_at=at), case.index)


def texts(quotes: tuple[NewSentence, ...]) -> list[str]:
    return [quote.text for quote in quotes]


@pytest.mark.parametrize("place", [0, 2, 5])
def test_of_an_addition_what_was_added_is_quoted(young: Case, place: int) -> None:
    paragraphs = SINKING.split("\n\n")
    text = text_of(*paragraphs[:place], ACT, *paragraphs[place:])

    assert texts(pick_quotes(assessment(young, text), None, is_needed=False)) == [ACT]


def test_paragraphs_of_an_addition_that_only_look_back_are_left_out(young: Case) -> None:
    background = "The Golondrina had been lost on a reef in March 1951."

    quotes = pick_quotes(
        assessment(young, text_of(SINKING, ACT, background)), None, is_needed=False
    )

    assert texts(quotes) == [ACT]


def test_if_all_that_was_added_looks_back_it_is_quoted(young: Case) -> None:
    background = "The Golondrina had been lost on a reef in March 1951."

    quotes = pick_quotes(assessment(young, text_of(SINKING, background)), None, is_needed=False)

    assert texts(quotes) == [background]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (text_of(ACT, COLOUR), [ACT, COLOUR]),
        (text_of(*(f"{COLOUR[:-1]} of day{n}." for n in range(6)), ACT), 4),
        (text_of(ACT, '"It was dark and cold, and nobody came for us," he said.'), [ACT]),
    ],
    ids=["the lead", "the first four paragraphs", "no reactions below the first paragraph"],
)
def test_by_rule_the_top_of_a_new_text_is_quoted(
    young: Case, text: str, expected: list[str] | int
) -> None:
    quotes = texts(pick_quotes(assessment(young, text), None, is_needed=False))

    assert (len(quotes) if isinstance(expected, int) else quotes) == expected


def test_by_weight_all_that_they_hold_for_new_is_quoted_in_order(grown: Case) -> None:
    found = assess(analyse("", TRIAL, published_at=THURSDAY), grown.index)

    quotes = pick_quotes(found, holding_for_new(True), is_needed=False)

    assert [quote.index for quote in quotes] == [0, 1, 2, 3]


def test_by_weight_at_least_the_likeliest_is_quoted(grown: Case) -> None:
    weights = shipped_weights()
    assert weights is not None
    text = text_of(*(f"A goat stood on roof{number}." for number in range(3)))

    quotes = pick_quotes(assessment(grown, text), weights, is_needed=False)

    assert quotes


@pytest.mark.parametrize(("is_needed", "count"), [(True, 1), (False, 0)])
def test_a_known_text_is_quoted_only_where_a_quotation_is_needed(
    young: Case, is_needed: bool, count: int
) -> None:
    assert len(pick_quotes(assessment(young, SINKING), None, is_needed=is_needed)) == count


def test_at_most_twenty_five_sentences_are_quoted(young: Case) -> None:
    added = text_of(*(f"A diver named Ada{n} found {n} coats on Wednesday." for n in range(30)))
    text = text_of(*([SINKING] * 12), added)

    assert len(pick_quotes(assessment(young, text), None, is_needed=False)) == 25


def test_a_quotation_stands_beside_the_stored_sentence_with_most_words(young: Case) -> None:
    text = "Captain Rufo Calder, 58, was taken on Wednesday to a prison in Villa Clara."

    (quote,) = pick_quotes(assessment(young, text), None, is_needed=True)

    assert quote.nearest is not None
    assert quote.nearest.text.startswith("Captain Rufo Calder, 58, was pulled")
    assert quote.nearest.article_id == 1
    assert 0 < quote.nearest.score < 1


def test_a_quotation_without_a_word_in_common_stands_alone(young: Case) -> None:
    (quote,) = pick_quotes(assessment(young, "Xylophones sound."), None, is_needed=True)

    assert quote.nearest is None


def test_a_changed_claim_shows_both_sentences() -> None:
    case = Case()
    offer = "Lantern Lines offered 25,000 crowns to the family of each victim."
    case.store(offer, TUESDAY)
    raised = offer.replace("25,000", "40,000")

    (claim,) = changed_claims(assessment(case, raised).article, TUESDAY.date())

    assert (claim.before, claim.after) == (offer, raised)
    assert (claim.slot, claim.before_article_id) == (FactKind.NUMBER, 1)
