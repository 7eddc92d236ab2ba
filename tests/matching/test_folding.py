"""The fields of an item, folded once: what of them is searched, and by which words."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.matching import compile_query
from monitor.matching.folding import (
    MAX_URL_LENGTH,
    Folded,
    FoldedText,
    WordGroup,
    searched_in,
    slug,
    without_accents,
)
from monitor.model import Fields
from monitor.text import without_prefix
from tests.matching.asking import NOW


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://news.example/the-old-pier-closes", "the-old-pier-closes"),
        ("https://news.example/2025/06/01/the-old-pier.html", "the-old-pier.html"),
        ("https://news.example/the-old-pier/1234567890123456", "the-old-pier"),
        ("https://news.example/story/pier?from=the-old-harbour-news", "story"),
        ("https://old-pier-news.example/", ""),
        ("https://news.example/caf%C3%A9-del-mar/x", "café-del-mar"),
        ("https://news.example", ""),
        ("https://[broken/the-old-pier", ""),
        ("", ""),
    ],
)
def test_a_slug_is_the_part_of_the_path_with_the_most_words(url: str, expected: str) -> None:
    assert slug(url) == expected


def test_an_endless_address_is_cut() -> None:
    assert slug("https://news.example/" + "-".join(["pier"] * 9_999)).startswith("pier-pier")
    assert len(slug("https://news.example/" + "x" * 99_999)) < MAX_URL_LENGTH


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ábrego García", "Abrego Garcia"),
        ("naïve façade", "naive facade"),
        ("Øresund Łódź", "Oresund Lodz"),
        ("Ærø", "Æro"),
        ("ﬁre", "ﬁre"),
        ("½ ferry", "½ ferry"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_letters_lose_their_accents_and_keep_their_places(text: str, expected: str) -> None:
    assert without_accents(text) == expected


@given(st.text())
def test_a_text_without_accents_is_as_long_as_before(text: str) -> None:
    plain = without_accents(text)

    assert len(plain) == len(text)
    assert without_accents(plain) == plain


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (None, ("title", "summary", "text", "slug")),
        ("title", ("title",)),
        ("url", ("url",)),
        ("outlet", ("outlet",)),
    ],
)
def test_a_term_without_a_field_is_looked_for_in_texts_and_slug(
    field: str | None, expected: tuple[str, ...]
) -> None:
    assert searched_in(field) == expected


ITEM = Folded.of(
    Fields(
        title="Pier closed",
        summary="A crack",
        text="Ferries leave.",
        url="https://news.example/old-harbour",
        outlet="Gazette",
        feed="Front page",
    )
)


@pytest.mark.parametrize(
    ("words", "prefixes", "is_held"),
    [
        ({"pier"}, set(), True),
        ({"crack"}, set(), True),
        ({"ferries"}, set(), True),
        ({"harbour"}, set(), True),
        ({"tram", "pier"}, set(), True),
        ({"gazette"}, set(), False),
        ({"front"}, set(), False),
        ({"example"}, set(), False),
        ({"ferry"}, set(), False),
        (set(), {"ferr"}, True),
        (set(), {"pier"}, True),
        (set(), {"piers"}, False),
        (set(), {"zebra"}, False),
        (set(), {"a"}, True),
        (set(), {"zz", "clos"}, True),
        (set(), set(), False),
    ],
)
def test_an_item_holds_a_group_by_the_words_of_its_texts(
    words: set[str], prefixes: set[str], is_held: bool
) -> None:
    assert ITEM.holds_any(WordGroup(frozenset(words), frozenset(prefixes))) is is_held


def test_groups_join_word_by_word() -> None:
    joined = WordGroup(frozenset({"a"}), frozenset({"x"})) | WordGroup(frozenset({"b"}))

    assert joined == WordGroup(frozenset({"a", "b"}), frozenset({"x"}))


def test_a_folded_text_knows_all_places_of_a_word() -> None:
    folded = FoldedText("Pier after PIER, a night\u00adferry")

    assert folded.places["pier"] == [0, 2]
    assert folded.seamed == (4,)


@example("a\u00adb it's caf\u00e9 \u0648\u0627\u0644\u0645\u064a\u0646\u0627\u0621")
@example("plain O'Neill's night-ferry")
@given(st.text(max_size=80))
def test_forms_are_the_words_that_have_places(text: str) -> None:
    assert set(FoldedText(text).forms) == set(FoldedText(text).places)


def test_what_a_quick_look_refuses_is_never_split_into_places() -> None:
    item = Folded.of(Fields(title="Rain over Calder Bay", summary="All day."))

    assert not item.holds_any(WordGroup(frozenset({"pier"})))
    assert "places" not in vars(item.texts["title"])


@example("\u0628\u062000")
@given(st.text(max_size=80))
def test_every_word_is_found_at_its_places(text: str) -> None:
    folded = FoldedText(text)

    for word, places in folded.places.items():
        forms = [
            (folded.words[at].folded, *without_prefix(folded.words[at].folded)) for at in places
        ]
        assert all(word in found for found in forms)
    whole = {word.folded for word in folded.words}
    assert sum(len(folded.places[word]) for word in whole) >= len(folded.words)


@pytest.mark.parametrize(
    ("query", "lang", "asked"),
    [
        ("pier", "", 0),
        ("pier AND lang:en", "es", 0),
        ("harbour AND lang:en", "", 0),
        ("pier AND (lang:en OR lang:fr)", "", 1),
    ],
)
def test_a_language_is_guessed_once_and_only_where_a_query_asks_and_none_is_named(
    query: str, lang: str, asked: int
) -> None:
    guessed: list[Fields] = []

    def guess(fields: Fields) -> str:
        guessed.append(fields)
        return "fr"

    fields = Fields(text="Le pier", lang=lang)
    folded = Folded.of(fields, guess_lang=guess)
    for _ in range(3):
        compile_query(query).match(folded, now=NOW)

    assert guessed == [fields] * asked


def test_a_named_language_is_believed_before_a_guess() -> None:
    assert Folded.of(Fields(lang="ES-mx"), guess_lang=lambda _: "fr").lang == "es-mx"
    assert Folded.of(Fields(), guess_lang=lambda _: "fr").lang == "fr"
    assert Folded.of(Fields()).lang == ""
