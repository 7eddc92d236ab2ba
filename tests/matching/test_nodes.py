"""The tree of a query: what it says of its leaves, and that it prints as it is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.nodes import (
    AndNode,
    AnyOfNode,
    BoundNode,
    LangNode,
    NearNode,
    Node,
    NotNode,
    OrNode,
    Piece,
    TermNode,
    WordTable,
    iter_leaves,
    iter_terms,
    words_of,
)
from monitor.matching.parsing import parse

NOW = datetime(2025, 4, 11, 21, tzinfo=UTC)
DAY = timedelta(days=1)


def term(text: str, field: str | None = None) -> TermNode:
    return TermNode(tuple(Piece(word) for word in text.split()), text, field)


FERRY, PIER, STRIKE = term("ferry"), term("pier"), term("dock strike", "title")
LEAVES = st.sampled_from([FERRY, PIER, STRIKE, LangNode("en")])
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.builds(NotNode, inner)
        | st.builds(AndNode, st.tuples(inner, inner))
        | st.builds(OrNode, st.tuples(inner, inner, inner))
    ),
    max_leaves=8,
)


def test_a_piece_is_a_word_or_its_beginning() -> None:
    assert Piece("deport").matches("deport")
    assert not Piece("deport").matches("deported")
    assert Piece("deport", is_prefix=True).matches("deported")
    assert Piece("deport", is_prefix=True).matches("deport")
    assert not Piece("deport", is_prefix=True).matches("depo")


@pytest.mark.parametrize(
    ("node", "printed"),
    [
        (FERRY, '"ferry"'),
        (STRIKE, 'title:"dock strike"'),
        (TermNode((Piece("deport", is_prefix=True),), "deport*"), '"deport*"'),
        (LangNode("es"), "lang:es"),
        (BoundNode("2025-04-11", is_upper=False, moment=NOW), "since:2025-04-11"),
        (BoundNode("7d", is_upper=True, age=7 * DAY), "until:7d"),
        (NotNode(FERRY), 'NOT "ferry"'),
        (AndNode((FERRY, PIER)), '("ferry" AND "pier")'),
        (OrNode((FERRY, NotNode(PIER))), '("ferry" OR NOT "pier")'),
        (NearNode(FERRY, PIER, 5, "x"), '("ferry" NEAR/5 "pier")'),
        (
            NearNode(AnyOfNode((FERRY, PIER)), STRIKE, 2, "x", "title"),
            'title:(("ferry" OR "pier") NEAR/2 title:"dock strike")',
        ),
    ],
)
def test_a_tree_is_printed_quoted_and_in_parentheses(node: Node, printed: str) -> None:
    assert str(node) == printed


@pytest.mark.parametrize(
    ("bound", "at", "admitted"),
    [
        (BoundNode("d", is_upper=False, moment=NOW), NOW, True),
        (BoundNode("d", is_upper=False, moment=NOW), NOW - DAY, False),
        # An upper bound is the first moment that is too late.
        (BoundNode("d", is_upper=True, moment=NOW), NOW, False),
        (BoundNode("d", is_upper=True, moment=NOW), NOW - DAY, True),
        (BoundNode("2d", is_upper=False, age=2 * DAY), NOW - DAY, True),
        (BoundNode("2d", is_upper=False, age=2 * DAY), NOW - 3 * DAY, False),
        (BoundNode("2d", is_upper=True, age=2 * DAY), NOW - DAY, False),
        (BoundNode("2d", is_upper=True, age=2 * DAY), NOW - 3 * DAY, True),
    ],
)
def test_a_bound_is_a_moment_or_an_age_that_goes_with_the_clock(
    bound: BoundNode, at: datetime, admitted: bool
) -> None:
    assert bound.admits(at, NOW) is admitted


def test_leaves_come_in_the_order_written_with_what_they_are_for() -> None:
    tree = AndNode((FERRY, NotNode(OrNode((PIER, NotNode(STRIKE)))), LangNode("en")))

    assert list(iter_leaves(tree)) == [
        (FERRY, True),
        (PIER, False),
        (STRIKE, True),
        (LangNode("en"), True),
    ]


def test_the_terms_of_a_near_are_those_inside() -> None:
    near = NearNode(AnyOfNode((FERRY, NearNode(PIER, STRIKE, 1, "x"))), FERRY, 3, "x")

    assert list(iter_terms(near)) == [FERRY, PIER, STRIKE, FERRY]
    assert list(iter_terms(PIER)) == [PIER]
    assert list(iter_terms(LangNode("en"))) == []


def words_named(words: str) -> list[str] | None:
    return words.split() if words else None


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ([], [""]),
        (["night"], ["night ferry", ""]),
        (["tram", "ferry"], ["night ferry", "", "tram"]),
        (["pier"], [""]),
    ],
)
def test_nodes_are_looked_up_by_one_of_their_words_in_their_order(
    known: list[str], found: list[str]
) -> None:
    table = WordTable(["night ferry", "", "tram"], words_named)

    assert list(table.find(frozenset(known))) == found


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ('"night ferry"', ["night"]),
        ("title:ferry", ["ferry"]),
        ("ferr*", None),
        ("ferr* NEAR/2 pier", ["pier"]),
        ("(pier OR tram) NEAR/2 ferr*", ["pier", "tram"]),
        ("(pier OR tra*) NEAR/2 ferr*", None),
        ("url:ferry", None),
        ("outlet:courier", None),
        ("/ferry/", None),
        ("lang:en", None),
    ],
)
def test_a_leaf_names_words_without_which_it_stands_nowhere(
    query: str, words: list[str] | None
) -> None:
    named = words_of(parse(query))

    assert (None if named is None else list(named)) == words


@given(tree=TREES)
def test_denied_as_a_whole_every_leaf_is_for_the_opposite(tree: Node) -> None:
    turned = [(leaf, not asked) for leaf, asked in iter_leaves(NotNode(tree))]

    assert turned == list(iter_leaves(tree))
