"""Copies by containment of word 3-grams."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Relation
from monitor.novelty import fingerprint, relate, shingles
from tests.novelty.world import PARAGRAPHS, SEED

LIMIT = 2**64 // 32
WORDS = st.lists(st.text("abcdefgh", min_size=1, max_size=5), min_size=3, max_size=400)


def kind(new: str, old: str) -> Relation:
    return relate(1, shingles(new), shingles(old)).relation


def test_the_same_words_are_exact_whatever_their_spelling():
    assert kind(SEED.upper().replace("’", "'"), SEED) is Relation.EXACT


def test_a_few_other_words_are_a_copy():
    assert kind(SEED.replace("stated", "said"), SEED) is Relation.COPY


def test_half_of_a_text_is_an_excerpt_and_the_whole_an_expansion_of_the_half():
    half = "\n".join(PARAGRAPHS[:4])

    assert kind(half, SEED) is Relation.EXCERPT
    assert kind(SEED, half) is Relation.EXPANSION


def test_other_texts_are_distinct():
    assert (
        kind("A goat stood on the roof of the post office for nine hours.", SEED)
        is Relation.DISTINCT
    )
    assert kind("", SEED) is Relation.DISTINCT


@pytest.mark.parametrize(
    ("new", "old", "shared", "relation"),
    [
        (0, 100, 0, Relation.DISTINCT),
        (100, 0, 0, Relation.DISTINCT),
        (100, 100, 100, Relation.EXACT),
        (100, 100, 90, Relation.COPY),
        (100, 100, 89, Relation.EXCERPT),
        (100, 1000, 60, Relation.EXCERPT),
        (100, 1000, 59, Relation.RELATED),
        (1000, 100, 60, Relation.EXPANSION),
        (1000, 100, 59, Relation.RELATED),
        (100, 100, 20, Relation.RELATED),
        (100, 100, 19, Relation.DISTINCT),
        (1000, 100, 20, Relation.RELATED),
    ],
)
def test_texts_relate_by_what_they_share_of_either(
    new: int, old: int, shared: int, relation: Relation
) -> None:
    first = shared - new

    likeness = relate(7, frozenset(range(first, shared)), frozenset(range(old)))

    assert (likeness.article_id, likeness.relation) == (7, relation)


SHINGLES = st.frozensets(st.integers(0, 40), max_size=40)


@given(SHINGLES, SHINGLES)
def test_seen_from_the_other_text_an_excerpt_is_an_expansion(
    one: frozenset[int], other: frozenset[int]
) -> None:
    there, back = relate(1, one, other), relate(1, other, one)

    assert (there.new_in_old, there.old_in_new) == (back.old_in_new, back.new_in_old)
    if there.new_in_old != there.old_in_new:
        assert (there.relation is Relation.EXCERPT) is (back.relation is Relation.EXPANSION)


def test_a_cut_copy_shares_stored_hashes():
    words = SEED.split()
    cut = " ".join(words[: len(words) // 2])

    assert len(set(fingerprint(cut)) & set(fingerprint(SEED))) >= 2


@given(WORDS, st.data())
def test_of_a_part_every_hash_under_the_limit_is_one_of_the_whole(words, data):
    end = data.draw(st.integers(3, len(words)))
    part, whole = " ".join(words[:end]), " ".join(words)

    kept = {value for value in fingerprint(part) if 0 <= value < LIMIT}

    assert kept <= set(fingerprint(whole))


@given(WORDS)
def test_a_fingerprint_is_sorted_signed_and_a_sample(words):
    text = " ".join(words)
    found = fingerprint(text)

    assert list(found) == sorted(found)
    assert {value % 2**64 for value in found} <= shingles(text)
    assert len(found) >= min(24, len(shingles(text)))


def test_a_fingerprint_is_about_one_hash_in_thirty_two():
    rng = random.Random(7)
    text = " ".join(str(rng.randrange(10_000)) for _ in range(6_400))

    assert 130 <= len(fingerprint(text)) <= 280
