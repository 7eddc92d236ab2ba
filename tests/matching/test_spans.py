"""Where words, phrases and NEARs stand in a text, as places of its words."""

from __future__ import annotations

import sys
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching.folding import FoldedText, WordGroup
from monitor.matching.nodes import AnyOfNode, NearNode, Piece, Spanning, TermNode
from monitor.matching.parsing import parse
from monitor.matching.spans import MAX_GLUED, MAX_SPANS, Span, find_spans, glued_forms
from tests.matching.reading import places

WORDS = st.lists(st.sampled_from(["ferry", "tram", "pier", "dog"]), max_size=12)
# Words joined by NEARs in all ways in which they can be put in brackets, alternatives among them.
CHAINS = st.recursive(
    st.sampled_from(["ferry", "tram", "pier", '"ferry tram"', "(dog OR pier)"]),
    lambda inner: st.tuples(inner, st.sampled_from([0, 1, 5]), inner).map(
        lambda near: f"({near[0]} NEAR/{near[1]} {near[2]})"
    ),
    max_leaves=4,
)
PHRASES = st.lists(st.sampled_from(["ferry", "tram", "pier"]), min_size=1, max_size=3)


def spans(query: str, text: str, limit: int = 99) -> list[tuple[int, int]]:
    node = parse(query)
    assert isinstance(node, Spanning)
    return [(one.first, one.last) for one in find_spans(node, FoldedText(text), limit)]


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("ferry", "a ferry, a FERRY", [(1, 1), (3, 3)]),
        ("ferr*", "ferries and a ferry", [(0, 0), (3, 3)]),
        ('"night ferry"', "a night ferry at night, ferry!", [(1, 2), (4, 5)]),
        ('"night ferry"', "a night; the ferry", []),
        ('"ferr* captain"', "ferry captain, ferries captain", [(0, 1), (2, 3)]),
        ('"a a"', "a a a", [(0, 1), (1, 2)]),
        ("ferry", "", []),
        ('"night ferry"', "a night", []),
    ],
)
def test_a_term_stands_where_all_its_words_follow_each_other(
    query: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert spans(query, text) == expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("ferry NEAR/0 captain", "ferry captain", [(0, 1)]),
        ("ferry NEAR/0 captain", "captain ferry", [(0, 1)]),
        ("ferry NEAR/0 captain", "ferry old captain", []),
        ("ferry NEAR/1 captain", "ferry old captain", [(0, 2)]),
        ("ferry NEAR/1 captain", "captain ferry captain", [(0, 1), (1, 2)]),
        ("ferry NEAR/9 captain", "captain captain ferry", [(1, 2)]),
        ("ferry NEAR/9 ferry", "ferry", []),
        ("ferry NEAR/9 ferry", "ferry ferry", [(0, 1)]),
        ('"night ferry" NEAR/0 ferry', "night ferry", []),
        ("(tram OR ferry) NEAR/0 captain", "tram captain ferry", [(0, 1), (1, 2)]),
        ("ferry NEAR/1 captain NEAR/1 dog", "ferry captain dog", [(0, 2)]),
        ("ferry NEAR/1 captain NEAR/1 dog", "ferry captain and a dog", []),
    ],
)
def test_a_near_reaches_from_one_operand_to_the_nearest_other(
    query: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert spans(query, text) == expected


@pytest.mark.parametrize("query", ["ferry", "ferry NEAR/1 ferry", "(ferry OR tram) NEAR/0 ferry"])
@pytest.mark.parametrize("limit", [0, 1, 3])
def test_no_more_places_than_asked_for(query: str, limit: int) -> None:
    assert len(spans(query, "ferry " * 20, limit)) == limit


@pytest.mark.parametrize(
    ("words", "place", "forms", "prefixes"),
    [
        ("night", 0, {"night"}, set()),
        ("night ferry", 0, {"night", "nightferry"}, set()),
        ("night ferry", 1, {"ferry", "nightferry"}, set()),
        ("night ferr*", 1, set(), {"ferr", "nightferr"}),
        ("nigh* ferry", 1, {"ferry"}, set()),
        ("a b c d", 1, {"b", "ab", "bc", "abc", "bcd"}, set()),
    ],
)
def test_a_word_of_a_phrase_may_be_glued_to_its_neighbours(
    words: str, place: int, forms: set[str], prefixes: set[str]
) -> None:
    pieces = tuple(Piece(word.rstrip("*"), word.endswith("*")) for word in words.split())

    assert glued_forms(pieces, place) == WordGroup(frozenset(forms), frozenset(prefixes))


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ('"night ferry"', "night\u00adferry", [(0, 0)]),
        ('"the night ferry"', "the night\u00adferry", [(0, 1)]),
        ('"night ferry sank"', "night\u00adferry sank", [(0, 1)]),
        ('"a b c"', "a\u00adb\u00adc", [(0, 0)]),
        ('"a b c d"', "a\u00adb\u00adc\u00add", []),
        ('"night ferr*"', "night\u00adferries", [(0, 0)]),
        ('"nigh* ferry"', "night\u00adferry", []),
        ("nightferry", "night\u00adferry", [(0, 0)]),
        ("night", "night\u00adferry", []),
    ],
)
def test_a_soft_hyphen_may_have_glued_words(
    query: str, text: str, expected: list[tuple[int, int]]
) -> None:
    assert spans(query, text) == expected
    assert MAX_GLUED == 3


@given(WORDS, PHRASES)
def test_a_phrase_is_found_where_a_plain_search_finds_it(
    text: list[str], phrase: list[str]
) -> None:
    size = len(phrase)
    expected = [at for at in range(len(text)) if text[at : at + size] == phrase]
    node = TermNode(tuple(map(Piece, phrase)), "")

    found = find_spans(node, FoldedText(" ".join(text)))

    assert found == [Span(at, at + size - 1) for at in expected]


@given(WORDS, st.integers(0, 4))
def test_a_near_does_not_ask_which_operand_comes_first(text: list[str], distance: int) -> None:
    ferry, tram = (TermNode((Piece(word),), word) for word in ("ferry", "tram"))
    folded = FoldedText(" ".join(text))

    one_way = find_spans(NearNode(ferry, tram, distance, ""), folded)
    other_way = find_spans(NearNode(tram, ferry, distance, ""), folded)

    assert bool(one_way) == bool(other_way)
    for span in one_way + other_way:
        assert {text[span.first], text[span.last]} == {"ferry", "tram"}
        assert span.last - span.first - 1 <= distance


@given(WORDS, st.integers(0, 3))
def test_a_longer_distance_loses_no_place(text: list[str], distance: int) -> None:
    ferry, tram = (TermNode((Piece(word),), word) for word in ("ferry", "tram"))
    folded = FoldedText(" ".join(text))

    near = find_spans(NearNode(ferry, tram, distance, ""), folded)

    assert set(near) <= set(find_spans(NearNode(ferry, tram, distance + 1, ""), folded))


def mirrored(node: Spanning) -> Spanning:
    """The same with the operands of each NEAR changed about."""
    if not isinstance(node, NearNode):
        return node
    return NearNode(mirrored(node.right), mirrored(node.left), node.distance, "")


def chain(query: str) -> Spanning:
    node = parse(f"ferry NEAR/1 {query}")
    assert isinstance(node, NearNode)
    return node


@pytest.mark.parametrize(
    "query",
    [
        "mara NEAR/8 quist NEAR/1 fined",
        "quist NEAR/8 mara NEAR/1 fined",
        "fined NEAR/1 (mara NEAR/8 quist)",
        "(quist NEAR/8 mara) NEAR/1 fined",
    ],
)
def test_the_next_near_may_start_from_any_pair_of_the_one_before(query: str) -> None:
    assert spans(query, "Mara Quist said that Mrs Quist was fined")


def test_what_ends_nearest_before_an_operand_may_have_begun_early() -> None:
    assert spans("dog NEAR/0 (tram NEAR/5 pier)", "tram pier tram and pier dog")
    assert spans("dog NEAR/0 (ferry NEAR/9 pier)", "ferry ferry tram pier pier dog")


@given(CHAINS, WORDS)
def test_nears_in_nears_stand_where_a_reading_pair_by_pair_finds_them(
    query: str, text: list[str]
) -> None:
    node, read = chain(query), " ".join(text)
    expected = {Span(*place) for place in places(node, read)}

    found = find_spans(node, FoldedText(read))

    assert bool(found) == bool(expected)
    assert set(found) <= expected
    # In a group of alternatives it is what another NEAR is given.
    assert find_spans(AnyOfNode((node,)), FoldedText(read)) == sorted(expected)


@given(CHAINS, WORDS)
def test_nears_in_nears_do_not_ask_which_operand_comes_first(query: str, text: list[str]) -> None:
    node, folded = chain(query), FoldedText(" ".join(text))

    assert bool(find_spans(node, folded)) == bool(find_spans(mirrored(node), folded))


@pytest.mark.parametrize(
    "query",
    [
        "ferry NEAR/100 tram NEAR/100 ferry NEAR/100 tram",
        "ferry NEAR/100 (tram NEAR/100 (ferry NEAR/100 tram))",
        "(ferry NEAR/100 tram) NEAR/100 (tram NEAR/100 ferry)",
    ],
)
def test_a_text_that_repeats_its_words_costs_a_bounded_number_of_places(query: str) -> None:
    """Counted, not timed: three NEARs and four words, each with a share of its own."""
    made = 0

    def count(frame: FrameType, event: str, _: object) -> None:
        nonlocal made
        made += event == "call" and frame.f_code is Span.__init__.__code__

    node = parse(query)
    assert isinstance(node, NearNode)
    text = FoldedText("ferry tram " * 3 * MAX_SPANS)
    sys.setprofile(count)
    try:
        found = find_spans(node, text)
    finally:
        sys.setprofile(None)

    assert 0 < len(found) <= MAX_SPANS
    assert made <= (3 * 2 + 4) * MAX_SPANS


@given(WORDS)
def test_alternatives_stand_where_any_of_them_stands_each_place_once(text: list[str]) -> None:
    ferry, tram = (TermNode((Piece(word),), word) for word in ("ferry", "tram"))
    folded = FoldedText(" ".join(text))

    both = find_spans(AnyOfNode((ferry, tram, ferry)), folded)

    assert both == sorted({*find_spans(ferry, folded), *find_spans(tram, folded)})
