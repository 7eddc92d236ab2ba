"""Vectors are kept by sentence and encoder; those of another encoder say nothing."""

from __future__ import annotations

from monitor.store import Store
from monitor.store.cases import get_sentences
from monitor.store.vectors import (
    get_encoder_state,
    get_unencoded,
    get_vectors,
    set_encoder_state,
    store_vectors,
)
from tests.store.rows import NOW, add_article, fetched

TEXT = "The old pier was closed on Sunday.\n\nFerries leave from the north quay."


def keys_of(store: Store) -> list[int]:
    key = store.write(add_article, fetched(1, TEXT))
    found = store.read(get_sentences, [key.revision_id])[key.revision_id]
    return [sentence.key for sentence in found]


def test_each_sentence_waits_for_its_vector_once(store: Store) -> None:
    keys = keys_of(store)
    store.write(add_article, fetched(2, TEXT))

    waiting = store.read(get_unencoded, "mini 1", limit=9)
    assert sorted(sentence.key for sentence in waiting) == sorted(keys)
    assert len(store.read(get_unencoded, "mini 1", limit=1)) == 1

    store.write(store_vectors, "mini 1", dict.fromkeys(keys, b"\x01"))
    assert store.read(get_unencoded, "mini 1", limit=9) == []


def test_another_encoder_replaces_vectors(store: Store) -> None:
    keys = keys_of(store)
    store.write(store_vectors, "mini 1", dict.fromkeys(keys, b"\x01"))

    store.write(store_vectors, "mini 2", {keys[0]: b"\x02", keys[1]: b""})

    assert store.read(get_vectors, "mini 2", keys) == {keys[0]: b"\x02"}
    assert store.read(get_vectors, "mini 1", keys) == dict.fromkeys(keys[1:], b"\x01")


def test_an_encoders_last_failure_is_kept_until_it_works(store: Store) -> None:
    keys = keys_of(store)
    store.write(store_vectors, "mini 1", {keys[0]: b"\x01"})
    store.write(set_encoder_state, "mini 1", failed_at=NOW, error="out of memory")

    state = store.read(get_encoder_state, "mini 1")
    assert (state.sentences, state.encoded) == (len(keys), 1)
    assert (state.failed_at, state.error) == (NOW, "out of memory")

    store.write(set_encoder_state, "mini 1", failed_at=None, error="")
    assert store.read(get_encoder_state, "mini 1").failed_at is None


def test_an_encoder_that_was_never_used_has_made_nothing_and_never_failed(store: Store) -> None:
    keys = keys_of(store)

    state = store.read(get_encoder_state, "mini 1")

    assert (state.sentences, state.encoded) == (len(keys), 0)
    assert (state.failed_at, state.error) == (None, "")


def test_more_vectors_than_a_statement_takes_are_kept(store: Store) -> None:
    vectors = {key: key.to_bytes(2) for key in range(1, 1_202)}

    store.write(store_vectors, "mini 1", vectors)

    assert store.read(get_vectors, "mini 1", list(vectors)) == vectors


def test_an_empty_vector_is_none(store: Store) -> None:
    keys = keys_of(store)

    store.write(store_vectors, "mini 1", dict.fromkeys(keys, b""))

    assert store.read(get_vectors, "mini 1", keys) == {}
    assert len(store.read(get_unencoded, "mini 1", limit=9)) == len(keys)
