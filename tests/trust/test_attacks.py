"""A short form of the attacks from outside; `make trust` tries all of the corpus."""

from __future__ import annotations

import random

import pytest

from tests.trust.canaries import canaries
from tests.trust.figures import missed
from tests.trust.hostile.addresses import spellings_at_entries
from tests.trust.hostile.exchanges import hostile_exchanges
from tests.trust.hostile.feeds import hostile_feeds
from tests.trust.hostile.mutations import mutate, mutations
from tests.trust.hostile.pages import hostile_pages

pytestmark = pytest.mark.long


def test_no_spelling_of_a_private_address_gets_a_packet_through_any_entry() -> None:
    assert missed(spellings_at_entries()) == []


def test_no_secret_is_said_sent_or_kept() -> None:
    assert missed(canaries(commands=2)) == []


def test_mutated_input_neither_crashes_nor_hangs_anything() -> None:
    assert missed(mutations(300)) == []


def test_the_corpus_is_as_large_as_it_is_said_to_be() -> None:
    assert len(hostile_feeds()) >= 60
    assert len(hostile_pages()) >= 40
    assert len(hostile_exchanges()) >= 40


def test_a_mutation_is_the_same_for_the_same_chance_and_another_for_another() -> None:
    body = b"<rss><channel><item><title>Harbour</title></item></channel></rss>"

    assert mutate(body, random.Random(1)) == mutate(body, random.Random(1))
    assert len({mutate(body, random.Random(seed)) for seed in range(50)}) > 40
