"""Which of many queries an item is shown to: never too few, and hardly more than it meets."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.matching import Folded, Query, WordIndex, compile_query
from monitor.model import Fields
from tests.matching.asking import NOW
from tests.matching.test_properties import FIELDS, NAMES, QUERIES

MANY = st.lists(QUERIES.map(compile_query), min_size=1, max_size=8)
# Words of scripts that are folded, cut and joined in other ways than ASCII.
ODD = st.sampled_from(["García", "渡輪", "التحقيق", "תחקיר", "straße", "Ferry\u00adTram", "naïve"])
ODD_TEXTS = st.lists(ODD | NAMES, max_size=8).map(" ".join)
ODD_QUERIES = st.lists(
    st.lists(ODD | NAMES, min_size=1, max_size=3).map(lambda some: f'"{" ".join(some)}"')
    | ODD.map(lambda word: f"{word[:2]}*"),
    min_size=1,
    max_size=3,
).map(" OR ".join)


def index_of(queries: Sequence[Query]) -> WordIndex[int]:
    return WordIndex((place, query.match_ways) for place, query in enumerate(queries))


def candidates_of(queries: Sequence[Query]) -> WordIndex[int]:
    return WordIndex((place, query.candidate_ways) for place, query in enumerate(queries))


def found(queries: Sequence[Query], folded: Folded) -> list[int]:
    """The places of the queries that match, each asked by itself."""
    return [at for at, query in enumerate(queries) if query.match(folded, now=NOW) is not None]


def wanting(queries: Sequence[Query], folded: Folded) -> list[int]:
    """The places of the queries that an item is a candidate of, each asked by itself."""
    return [at for at, query in enumerate(queries) if query.candidate(folded, now=NOW)]


@given(MANY, FIELDS)
@settings(max_examples=500)
def test_asking_those_that_are_found_is_asking_all(queries: list[Query], fields: Fields) -> None:
    folded = Folded.of(fields)
    asked = index_of(queries).find(folded)

    again = [at for at in asked if queries[at].match(folded, now=NOW) is not None]

    assert again == found(queries, folded)


@given(MANY, FIELDS)
@settings(max_examples=500)
def test_every_candidate_is_among_those_that_are_found(
    queries: list[Query], fields: Fields
) -> None:
    folded = Folded.of(fields)

    assert set(wanting(queries, folded)) <= set(candidates_of(queries).find(folded))


@given(st.lists(ODD_QUERIES.map(compile_query), min_size=1, max_size=4), ODD_TEXTS, ODD_TEXTS)
@settings(max_examples=500)
def test_scripts_without_spaces_and_glued_words_are_found_as_well(
    queries: list[Query], title: str, text: str
) -> None:
    slug = "-".join(title.split())
    folded = Folded.of(Fields(title=title, text=text, url=f"https://quay.example/{slug}"))

    assert set(found(queries, folded)) <= set(index_of(queries).find(folded))
    assert set(wanting(queries, folded)) <= set(candidates_of(queries).find(folded))


@pytest.mark.parametrize(
    ("text", "is_asked"),
    [
        ('"tide mill"', False),
        ('"mill race"', True),
        ("mill -race", True),
        ("tide OR race", True),
        ("mill (tide OR weir)", False),
        ("mill (tide OR race)", True),
        ("tid*", False),
        ("rac*", True),
        ("mill NEAR/3 tide", False),
        ("tide OR NOT weir", True),
        ("/m.ll/", True),
        ("title:tide", False),
        ("lang:en", True),
        ("outlet:courier", True),
    ],
)
def test_a_query_is_asked_where_the_words_of_one_of_its_ways_are_there(
    text: str, is_asked: bool
) -> None:
    folded = Folded.of(Fields(title="The old mill", text="by the race"))

    assert bool(index_of([compile_query(text)]).find(folded)) == is_asked


def test_a_slug_that_lost_letters_brings_its_candidates() -> None:
    query = compile_query('"Ábrego García"')
    folded = Folded.of(Fields(url="https://quay.example/brego-garca-hearing"))

    assert query.candidate(folded, now=NOW)
    assert candidates_of([query]).find(folded) == [0]


def test_keys_come_once_and_in_the_order_in_which_they_were_given() -> None:
    ways = compile_query("mill OR race OR weir").match_ways
    index = WordIndex([("weir", ways), ("any", ()), ("mill", ways)])

    assert index.find(Folded.of(Fields(title="mill race weir"))) == ["weir", "any", "mill"]
    assert index.find(Folded.of(Fields(title="a dry bed"))) == ["any"]


def test_an_index_of_nothing_finds_nothing() -> None:
    empty: WordIndex[str] = WordIndex([])

    assert empty.find(Folded.of(Fields(title="mill"))) == []


@pytest.mark.parametrize("form", ["mill weir{}", '"mill weir{}"', "mill NEAR/4 weir{}"])
def test_a_common_word_brings_up_no_query_whose_rare_word_is_missing(form: str) -> None:
    queries = [compile_query(form.format(number)) for number in range(2_000)]
    folded = Folded.of(Fields(title="The old mill by weir7 and the mill weir12"))

    # Among the entries that are looked at at all, not only among those that are given back.
    looked_at = {entry.place for entry in index_of(queries)._entries_of(folded)}

    assert looked_at == {7, 12}


def test_of_beginnings_and_words_the_words_are_looked_up() -> None:
    queries = [compile_query(f"mi* weir{number}") for number in range(100)]

    looked_at = list(index_of(queries)._entries_of(Folded.of(Fields(title="mill and moor"))))

    assert looked_at == []
