"""Variants leave articles out and label the rest anew, the same way every time."""

from __future__ import annotations

import pytest

from tests.training.articles import article
from training.streams import Corpus, read_corpora
from training.variants import draw_variants, relabel

CLOSED = article("closed", developments=("D1",))
COPIED = article("copied", hours=1, developments=("D1",), new=())
OPINION = article("opinion", hours=2, developments=("D2",), kind="opinion", new=())
ORDERED = article("ordered", hours=3, developments=("D2",), recalled=("D1",))


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return min(read_corpora(), key=lambda one: len(one.articles))


def test_a_development_is_new_in_the_first_article_that_is_left() -> None:
    relabelled = relabel([COPIED, ORDERED], known=())

    assert [one.new_developments for one in relabelled] == [("D1",), ("D2",)]


def test_what_is_known_before_is_never_new() -> None:
    assert relabel([CLOSED], known=["D1"])[0].new_developments == ()


def test_what_a_retelling_names_is_known_but_not_new_in_it() -> None:
    relabelled = relabel([OPINION, ORDERED], known=())

    assert [one.new_developments for one in relabelled] == [(), ()]


def test_what_is_recalled_is_known_from_then_on() -> None:
    later = article("later", hours=4, developments=("D1",))

    assert relabel([ORDERED, later], known=())[1].new_developments == ()


def test_variants_are_the_same_every_time(corpus: Corpus) -> None:
    assert draw_variants(corpus) == draw_variants(corpus)


def test_every_variant_leaves_articles_out(corpus: Corpus) -> None:
    assert all(len(variant) < len(corpus.articles) for variant in draw_variants(corpus))


def test_some_variants_give_articles_background_of_older_ones(corpus: Corpus) -> None:
    lengths = {one.id: len(one.paragraphs) for one in corpus.articles}

    lengthened = draw_variants(corpus)[0]

    assert any(len(one.paragraphs) > lengths[one.id] for one in lengthened)
