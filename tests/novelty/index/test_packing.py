"""Packed sentences come back as they were."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Facts
from monitor.novelty.index.packing import (
    PackedSentences,
    StoredSentence,
    add_place,
    read_places,
)

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
TEXTS = st.text(max_size=30)
NAMES = st.lists(TEXTS, max_size=3).map(tuple)
DAYS = st.lists(st.dates(), max_size=2).map(tuple)
FACTS = st.builds(
    Facts,
    classes=NAMES,
    roles=NAMES,
    names=NAMES,
    numbers=NAMES,
    days=DAYS,
    is_negated=st.booleans(),
    is_background=st.booleans(),
    is_fresh=st.booleans(),
    quotes=NAMES,
    speaker=TEXTS,
    years=st.lists(st.integers(1, 3000), max_size=2).map(tuple),
    event_days=DAYS,
    is_note=st.booleans(),
    quoted_share=st.floats(0, 1),
)
SENTENCES = st.builds(
    StoredSentence,
    text=st.text(st.characters(), max_size=60),
    article_id=st.integers(0, 1 << 62),
    at=st.timedeltas(timedelta(), timedelta(days=900)).map(lambda span: BEGAN + span),
    facts=FACTS,
    stems=st.frozensets(TEXTS, max_size=12),
)


@given(st.lists(SENTENCES, max_size=8))
def test_every_sentence_comes_back_as_it_was(sentences: list[StoredSentence]) -> None:
    packed = PackedSentences()
    for sentence in sentences:
        packed.add(sentence)

    assert len(packed) == len(sentences)
    assert [packed[number] for number in range(len(sentences))] == sentences
    for number, sentence in enumerate(sentences):
        assert packed.article_id(number) == sentence.article_id
        assert sorted(packed.words_of(number)) == sorted(sentence.stems)


@given(st.lists(SENTENCES, max_size=8))
def test_words_are_numbered_in_the_order_in_which_they_come(
    sentences: list[StoredSentence],
) -> None:
    packed, seen = PackedSentences(), 0
    for sentence in sentences:
        numbers = packed.add(sentence)
        fresh = sorted(number for number in numbers if number >= seen)
        assert fresh == list(range(seen, seen + len(fresh)))
        seen += len(fresh)
    assert sorted(packed.ids.values()) == list(range(seen))


def test_half_a_letter_comes_back_too() -> None:
    packed = PackedSentences()
    broken = StoredSentence("half \ud83d a letter", 1, BEGAN, Facts(), frozenset({"half"}))
    packed.add(broken)
    packed.add(StoredSentence("", 2, BEGAN, Facts(days=(date(2026, 2, 1),)), frozenset()))

    assert packed[0] == broken
    assert packed[1].text == ""
    assert packed[1].facts.days == (date(2026, 2, 1),)


@given(st.lists(st.integers(0, 1 << 31), max_size=20, unique=True).map(sorted))
def test_places_come_back_in_their_order(numbers: list[int]) -> None:
    places = None
    for number in numbers:
        places = add_place(places, number)

    assert list(read_places(places)) == numbers


def test_one_place_is_no_more_than_its_number() -> None:
    assert add_place(None, 7) == 7
