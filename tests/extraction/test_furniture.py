"""Lines that are no part of an article, and sentences that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.extraction.furniture import drop_furniture

STORY = [f"Sentence {number} of the story tells what the judge said about the harbor." for number in range(12)]


@pytest.mark.parametrize(
    "line",
    [
        "Read more: Stock markets fall",
        "READ MORE",
        "Also read: Ferry line adds a night boat",
        "Related: Ten harbors in pictures",
        "Don't miss",
        "You may also like...",
        "Most read in Courts",
        "Lea también: Nueva audiencia para el martes",
        "Le puede interesar | Familias piden información",
        "Nota relacionada: Puerto cerrado",
        "Lesen Sie auch: Hafen gesperrt",
        "Sign up here for the daily newsletter",
        "Follow Jane Roe on Twitter",
        "Síguenos en Facebook",
        "Únete a nuestro canal de WhatsApp",
        "Additional reporting by Leo Loe",
        "Roe reported from Greenbelt.",
        "The Associated Press contributed to this report.",
        "Photo: Pat Example/Example Wire",
        "Con información de EFE",
        "Tags: courts, harbor",
        "12 comments",
        "Advertisement",
    ],
)
def test_furniture_is_dropped_wherever_it_stands(line: str) -> None:
    for place in (0, 5, len(STORY)):
        assert drop_furniture([*STORY[:place], line, *STORY[place:]], []) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "He said he did not follow through on suggestions from the authority.",
        "More than 200 people watched the hearing.",
        "Read the full order, the judge told the lawyers, before you come back.",
        "Related cases were heard in April and May.",
        "Además, el juez pidió los documentos.",
        "Lee: I never saw the order.",
        "The watch was found in the harbor.",
        "See you in court, he said.",
        "Photos of the pier were shown to the jury.",
        "Roe, 34, reported the theft to the police in March.",
        "Subscribers to the port's bulletin were told in March.",
        "Correction: the pier was closed in March.",
        "Popular support for the port has fallen.",
    ],
)
def test_sentences_that_only_look_like_furniture_stay(line: str) -> None:
    assert line in drop_furniture([*STORY[:6], line, *STORY[6:]], [])


@pytest.mark.parametrize(
    "line", ["jane.roe@herald.example", "https://herald.example/tips", "Jane Roe is a courts reporter for the Herald.", "___"]
)
def test_some_lines_are_furniture_at_the_end_only(line: str) -> None:
    assert drop_furniture([*STORY, line], []) == STORY
    assert line in drop_furniture([line, *STORY], [])


def test_the_headline_repeated_at_the_top_is_dropped() -> None:
    title = "Harbor case: judge wants records"

    assert drop_furniture(["HARBOR CASE — Judge wants records", *STORY], [title]) == STORY
    assert title in drop_furniture([*STORY, title], [title])


@given(st.lists(st.text(max_size=400), max_size=30), st.lists(st.text(max_size=60), max_size=3))
def test_what_stays_is_a_part_of_what_was_there_in_order(paragraphs: list[str], titles: list[str]) -> None:
    kept = drop_furniture(paragraphs, titles)

    remaining = iter(paragraphs)
    assert all(paragraph in remaining for paragraph in kept)
    assert all(paragraph in kept for paragraph in paragraphs if len(paragraph) > 320)
