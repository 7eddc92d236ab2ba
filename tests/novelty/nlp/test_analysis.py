"""One reading of an article: what is read of it, and what is left out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from monitor.model import Genre
from monitor.novelty import analyse, fingerprint, sentence_key, with_vectors
from monitor.novelty.nlp.analysis import SENTENCE_LIMIT
from tests.novelty.world import text_of

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)


def test_boilerplate_and_headings_are_left_out() -> None:
    text = text_of("By Ana Reyes", "The trial", "A judge ruled. She left.", "Read more: all of it")

    analysis = analyse("Judge rules", text, published_at=AT)

    assert [sentence.text for sentence in analysis.sentences] == ["A judge ruled. She left."]
    assert analysis.genre is Genre.NEWS


def test_a_text_of_headings_alone_keeps_them() -> None:
    analysis = analyse("", text_of("A goat on a roof", "A dog below"), published_at=AT)

    assert [sentence.paragraph for sentence in analysis.sentences] == [0, 1]


def test_sentences_are_numbered_through_and_keep_their_paragraph() -> None:
    text = text_of("The judge ruled on it. The lawyers left at noon.", "The town was quiet then.")

    sentences = analyse("", text, published_at=AT).sentences

    assert [(one.index, one.paragraph) for one in sentences] == [(0, 0), (1, 0), (2, 1)]


def test_the_title_stands_before_the_text() -> None:
    analysis = analyse("Judge\nrules", "A judge ruled on it today.", published_at=AT)

    assert (analysis.title.index, analysis.title.paragraph) == (-1, -1)
    assert analysis.title.text == "Judge rules"


def test_an_item_without_a_text_is_known_by_its_title() -> None:
    analysis = analyse("Judge rules on the ferry", "", published_at=AT)

    assert analysis.sentences == ()
    assert analysis.fingerprint == fingerprint("Judge rules on the ferry")


@pytest.mark.parametrize(
    ("hour", "offset", "day"),
    [(2, -5, 22), (16, -5, 23), (23, 2, 24), (0, 0, 23)],
)
def test_the_day_is_the_one_at_the_place_of_the_case(hour: int, offset: int, day: int) -> None:
    at = datetime(2025, 7, 23, hour, tzinfo=UTC)

    analysis = analyse("", "It sank.", published_at=at, utc_offset=timedelta(hours=offset))

    assert analysis.local_day == date(2025, 7, day)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Judge tells Marlow to leave Corrie Head", ("marlow", "corrie", "head")),
        ("Judge Tells Marlow To Leave Corrie Head", ("marlow",)),
        ("JUDGE TELLS MARLOW TO LEAVE", ("marlow",)),
    ],
    ids=["sentence case", "title case", "capitals"],
)
def test_a_headline_in_capitals_has_only_names_of_the_text(
    title: str, names: tuple[str, ...]
) -> None:
    analysis = analyse(title, "The judge told Ada Marlow to go.", published_at=AT)

    assert analysis.title.facts.names == names


def test_a_book_is_read_for_four_hundred_sentences() -> None:
    text = " ".join(f"The man number {number} came there." for number in range(900))

    assert len(analyse("", text, published_at=AT).sentences) == SENTENCE_LIMIT


def test_vectors_go_to_the_title_and_then_to_each_sentence() -> None:
    analysis = analyse("A headline", "The judge ruled on it. She left at noon.", published_at=AT)

    encoded = with_vectors(analysis, [b"0", b"1", b"2"])

    assert encoded.title.vector == b"0"
    assert [sentence.vector for sentence in encoded.sentences] == [b"1", b"2"]
    assert encoded == analysis


def test_a_vector_too_few_is_an_error() -> None:
    analysis = analyse("A headline", "The judge ruled on it.", published_at=AT)

    with pytest.raises(ValueError, match="zip"):
        with_vectors(analysis, [b"0"])


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("The judge ruled.", "THE JUDGE RULED!", True),
        ("The judge ruled.", "PORT ANSLEY - The judge ruled.", True),
        ("The judge ruled.", "17:55 - The judge ruled.", True),
        ("The judge ruled.", "The judges ruled.", False),
        ("The judge ruled.", "Ruled the judge.", False),
        ("...", "!!!", True),
    ],
)
def test_a_key_is_of_the_words_in_their_order(one: str, other: str, is_same: bool) -> None:
    assert (sentence_key(one) == sentence_key(other)) is is_same


def test_a_key_is_the_same_on_every_machine() -> None:
    """It is stored: another hash would make every stored sentence new."""
    assert sentence_key("The judge ruled.") == 6382056834474684823
