"""The index of sentence vectors: nearest first, and nothing across encoders."""

import math
import random

import pytest

from monitor.novelty.index.vectors import VectorIndex

pytest.importorskip("numpy")


def packed(*components: int) -> bytes:
    return bytes(component & 0xFF for component in components)


def cosine(one: bytes, other: bytes) -> float:
    a, b = ([byte - 256 if byte > 127 else byte for byte in vector] for vector in (one, other))
    return sum(x * y for x, y in zip(a, b, strict=True)) / (math.hypot(*a) * math.hypot(*b))


def index_of(*vectors: bytes) -> VectorIndex:
    index = VectorIndex()
    for number, vector in enumerate(vectors):
        index.add(number * 10, vector)
    return index


def test_the_nearest_direction_comes_first_whatever_its_length():
    index = index_of(packed(1, 0), packed(100, 100), packed(-3, 0))

    found = index.nearest([packed(50, 10)], limit=3)

    assert [number for number, _ in found[0]] == [0, 10, 20]
    assert found[0][0][1] == pytest.approx(cosine(packed(50, 10), packed(1, 0)), abs=1e-5)
    assert found[0][2][1] < 0


def test_many_blocks_give_what_comparing_one_by_one_gives():
    rng = random.Random(0)
    stored = [bytes(rng.randrange(256) for _ in range(16)) for _ in range(5_000)]
    index = index_of(*stored)

    for asked in (stored[4_999], bytes(rng.randrange(256) for _ in range(16))):
        (number, value), *_ = index.nearest([asked], limit=1)[0]
        best = max(range(len(stored)), key=lambda at: cosine(asked, stored[at]))
        assert (number, value) == (best * 10, pytest.approx(cosine(asked, stored[best]), abs=1e-5))


def test_a_vector_of_another_encoder_is_neither_stored_nor_found():
    index = index_of(packed(1, 0))
    index.add(50, packed(1, 0, 0))

    assert len(index) == 1
    assert index.nearest([packed(1, 0, 0), b"", packed(1, 0)], limit=2)[:2] == [[], []]


def test_a_vector_without_direction_is_near_to_nothing():
    assert index_of(packed(1, 0)).nearest([packed(0, 0)], limit=1) == [[(0, 0.0)]]


def test_an_empty_index_finds_nothing():
    assert VectorIndex().nearest([packed(1, 0)], limit=3) == [[]]
