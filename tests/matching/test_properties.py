"""What holds for all queries and all texts."""

import unicodedata
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.errors import QueryError
from monitor.matching import Folded, Query, compile_query, slug
from monitor.matching.nodes import SearchedLeaf, iter_leaves
from monitor.matching.parsing import parse
from monitor.model import Fields
from monitor.text import fold, words
from tests.matching.asking import NOW, finds
from tests.matching.reading import holds

NAMES = st.sampled_from(["abrego", "garcía", "Kilmar", "ferry", "tram", "harbour"])
TEXTS = st.lists(
    st.one_of(NAMES, st.sampled_from(["-", "\n\n", ".", "’s", "\u00ad", "Ferry-Tram"])), max_size=30
).map(" ".join)
LEAVES = st.one_of(
    NAMES,
    NAMES.map(lambda word: f"{word[:3]}*"),
    st.lists(NAMES, min_size=2, max_size=3).map(lambda some: f'"{" ".join(some)}"'),
    st.tuples(NAMES, st.integers(0, 4), NAMES).map(
        lambda near: f"({near[0]} NEAR/{near[1]} {near[2]})"
    ),
    st.tuples(NAMES, NAMES, NAMES).map(lambda near: f"(({near[0]} OR {near[1]}) NEAR/2 {near[2]})"),
    st.tuples(st.sampled_from(["title", "summary", "text", "url", "outlet", "feed"]), NAMES).map(
        ":".join
    ),
    st.tuples(NAMES, NAMES).map(lambda pair: f"title:({pair[0]} OR {pair[1]})"),
    st.sampled_from(
        ["lang:en", "lang:es", "since:7d", "until:2025-06-01", "/ferr(y|ies)/", "title:/tra./"]
    ),
)
QUERIES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' '.join(some)})"),
        st.lists(inner, min_size=2, max_size=3).map(lambda some: f"({' OR '.join(some)})"),
        inner.map(lambda one: f"ferry -{one}"),
        inner.map(lambda one: f"(tram OR NOT {one})"),
    ),
    max_leaves=8,
)
FIELDS = st.builds(
    Fields,
    title=TEXTS,
    summary=TEXTS,
    text=TEXTS,
    url=st.lists(NAMES, max_size=4).map(lambda some: f"https://x.example/{'-'.join(some)}"),
    outlet=NAMES,
    lang=st.sampled_from(["", "en", "es-MX"]),
    feed=NAMES,
    at=st.one_of(st.none(), st.integers(0, 20).map(lambda days: NOW - timedelta(days=days))),
)


@given(st.text(max_size=200) | st.text(alphabet='ab "()/*-:ORNEAT3', max_size=80))
@settings(max_examples=400)
def test_any_text_is_a_query_or_a_query_error_with_a_place_in_it(text):
    query = read(text)
    if isinstance(query, QueryError):
        assert 0 <= query.position <= len(text)
        assert "\n" in str(query)
    else:
        query.match(Fields(title=text, text=text), now=NOW)
        query.candidate(Fields(title=text, url=text), now=NOW)


def read(text: str) -> Query | QueryError:
    try:
        return compile_query(text)
    except QueryError as error:
        return error


@given(QUERIES, FIELDS)
@settings(max_examples=300)
def test_a_printed_query_finds_the_same(text, fields):
    query = compile_query(text)
    again = compile_query(str(query))

    first, second = query.match(fields, now=NOW), again.match(fields, now=NOW)

    assert (first is None) == (second is None)
    assert str(again) == str(query)
    if first and second:
        assert first.is_subject == second.is_subject
        assert [(term.field, term.snippet) for term in first.terms] == [
            (term.field, term.snippet) for term in second.terms
        ]


@given(QUERIES, FIELDS)
@settings(max_examples=500)
def test_a_query_finds_what_is_found_when_its_tree_is_read_word_by_word(text, fields):
    root = parse(text)
    positive = [leaf for leaf, is_positive in iter_leaves(root) if is_positive]

    match = compile_query(text).match(fields, now=NOW)

    assert (match is not None) == holds(root, fields)
    if match is not None:
        shown = {
            leaf.source
            for leaf in positive
            if isinstance(leaf, SearchedLeaf) and holds(leaf, fields)
        }
        assert {term.term for term in match.terms} == shown


@given(QUERIES, FIELDS)
@settings(max_examples=300)
def test_every_match_holds_a_word_of_each_group_of_the_prefilter(text, fields):
    query = compile_query(text)
    groups = query.prefilter()
    if query.match(fields, now=NOW) is None or groups is None:
        return
    known = {
        word.folded
        for part in (fields.title, fields.summary, fields.text, slug(fields.url))
        for word in words(part)
    }

    for group in groups:
        assert any(
            word.startswith(entry[:-1]) if entry.endswith("*") else word == entry
            for entry in group
            for word in known
        )


@given(QUERIES, FIELDS)
@settings(max_examples=300)
def test_every_match_with_a_word_to_show_is_a_candidate_on_the_same_fields(text, fields):
    query = compile_query(text)
    found = query.match(fields, now=NOW)

    if found and any(term.field not in ("outlet", "feed") for term in found.terms):
        assert query.candidate(fields, now=NOW)


@given(
    st.lists(NAMES, min_size=2, max_size=6).map(" ".join),
    st.sampled_from(
        [
            str.upper,
            str.title,
            lambda text: unicodedata.normalize("NFD", text),
            lambda text: text.replace(" ", "-"),
            lambda text: text.replace(" ", "\u00a0"),
            lambda text: text.replace(" ", "’s "),
            lambda text: text[:3] + "\u00ad" + text[3:],
            lambda text: text.replace("i", "í").replace("e", "é"),
        ]
    ),
)
def test_case_accents_hyphens_apostrophes_and_spaces_never_matter(text, change):
    phrase = f'"{text}"'

    assert finds(phrase, f"x {text} y")
    assert finds(phrase, f"x {change(text)} y")
    assert finds(f'"{change(text)}"', f"x {text} y")


@given(st.text())
def test_folding_is_idempotent_and_agrees_with_the_words(text):
    folded = fold(text)

    assert folded == fold(folded)
    assert folded == " ".join(word.folded for word in words(text))


@given(st.text())
def test_words_stand_where_they_say(text):
    last = 0
    for word in words(text):
        assert (
            last <= word.start < word.end <= len(text)
        )  # one character may hold two words, as ¼ does
        assert all(0 < seam < len(word.folded) for seam in word.seams)
        last = word.start


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800", "x" * 100_000, "\u00ad" * 1_000, "a\u0301" * 1_000]
)
def test_hostile_texts_are_folded(text):
    assert Folded.of(Fields(title=text, text=text, url=text)) is not None
