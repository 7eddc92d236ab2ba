"""An article is about the case, or only mentions it."""

import pytest

from tests.matching.asking import match

QUERY = '"nora ferris" OR (nora NEAR/3 ferris)'
OTHER = "The harbour board met on Tuesday and spoke at length about the price of bread."


def test_a_name_in_the_title_the_teaser_or_the_address_makes_a_subject():
    text = "\n\n".join([OTHER] * 6 + ["So did Nora Ferris once."])

    assert match(QUERY, text, title="Nora Ferris speaks").is_subject
    assert match(QUERY, text, summary="On Nora Ferris").is_subject
    assert match(QUERY, text, url="https://x.example/nora-ferris-speaks").is_subject
    assert not match(QUERY, text, title="Bread").is_subject


@pytest.mark.parametrize(
    ("paragraph", "is_subject"), [(0, True), (1, True), (2, False), (5, False)]
)
def test_a_name_in_the_first_two_paragraphs_makes_a_subject(paragraph, is_subject):
    paragraphs = [OTHER] * 6
    paragraphs[paragraph] += " So did Nora Ferris, a clerk who was there."

    assert is_subject == match(QUERY, "\n\n".join(paragraphs)).is_subject


def test_bylines_and_datelines_do_not_count_as_paragraphs():
    paragraphs = [
        "By A. Writer",
        "NORTHPORT",
        OTHER,
        "So did Nora Ferris, a clerk who was there all day.",
        OTHER,
        OTHER,
    ]

    assert match(QUERY, "\n\n".join(paragraphs)).is_subject


@pytest.mark.parametrize(("count", "is_subject"), [(1, False), (2, False), (3, True)])
def test_a_name_three_times_in_a_long_text_makes_a_subject(count, is_subject):
    text = "\n\n".join([OTHER] * 10 + [f"{OTHER} So did Nora Ferris."] * count)

    assert is_subject == match(QUERY, text).is_subject


def test_one_place_found_by_two_terms_counts_once():
    text = "\n\n".join([OTHER] * 10 + ["Nora Ferris left."] * 2)

    assert not match(QUERY, text).is_subject


def test_a_name_in_a_quarter_of_a_short_text_makes_a_subject():
    text = "\n\n".join(
        [OTHER, OTHER, f"{OTHER} So did Nora Ferris.", OTHER, f"{OTHER} Nora Ferris left.", OTHER]
    )

    assert match(QUERY, text).is_subject


def test_a_common_word_that_is_also_required_does_not_make_a_subject():
    text = "\n\n".join([OTHER] * 8 + ["So did Nora Ferris once."])

    assert not match('"nora ferris" AND (harbour OR bread)', text, title="Bread").is_subject


def test_a_match_through_its_feed_alone_is_a_subject():
    assert match('"nora ferris" OR feed:docket', OTHER, feed="Docket 12").is_subject


def test_a_text_without_paragraphs_has_a_lead_all_the_same():
    text = " ".join([OTHER] * 40)

    assert match(QUERY, f"Nora Ferris spoke. {text}").is_subject
    assert not match(QUERY, f"{text} Nora Ferris spoke.").is_subject
