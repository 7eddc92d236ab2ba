"""Text: what may be stored and shown, one spelling of marks, and folding for comparison."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text import (
    Word,
    clean_text,
    fold,
    fold_words,
    normalise,
    one_line,
    short_line,
    word_starts,
    words,
)


@pytest.mark.parametrize(
    "spelling",
    [
        "Abrego Garcia",
        "\u00c1brego Garc\u00eda",
        "A\u0301brego Garci\u0301a",
        "Abrego-Garcia",
        "Abrego\u2011Garcia\u2019s",
        "ABREGO GARCIA",
        "Abrego\u00a0Garcia",
        "Abrego\u00adGarcia",
        "Abre\u00adgo Garcia",
    ],
)
def test_every_spelling_of_a_name_folds_to_the_same(spelling: str) -> None:
    assert fold(spelling) == "abrego garcia"


def test_words_know_their_place_in_the_text() -> None:
    text = "Señor Ábrego’s son"

    assert [text[word.start : word.end] for word in words(text)] == ["Señor", "Ábrego", "son"]


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_both_ways_of_splitting_into_words_agree(text: str) -> None:
    assert [word.folded for word in words(text)] == fold_words(text)


@given(st.text())
def test_words_stand_in_order_and_inside_the_text(text: str) -> None:
    places = [(word.start, word.end) for word in words(text)]

    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@given(st.text(), st.sampled_from(["NFC", "NFD"]))
def test_the_form_of_accents_does_not_matter(text: str, form: str) -> None:
    assert fold(unicodedata.normalize(form, text)) == fold(text)


@given(st.text(alphabet=st.characters(codec=None)))
def test_clean_text_holds_nothing_that_a_store_or_terminal_refuses(text: str) -> None:
    cleaned = clean_text(text)

    cleaned.encode("utf-8")
    assert not any(unicodedata.category(char) == "Cc" and char not in "\n" for char in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
    assert clean_text(cleaned) == cleaned


@given(st.text(), st.integers(1, 30))
def test_limits_hold(text: str, limit: int) -> None:
    assert len(clean_text(text, limit=limit)) <= limit
    assert len(one_line(text, limit=limit)) <= limit
    assert "\n" not in one_line(text, limit=limit)


def test_paragraphs_survive_cleaning() -> None:
    assert clean_text("One  two\r\n\r\n\r\n three\x00 \t four ") == "One two\n\nthree four"


def test_normalising_gives_one_spelling_of_marks() -> None:
    assert normalise("“It’s so”—she said\u00a0«now»") == '"It\'s so"-she said "now"'


@pytest.mark.parametrize("family", ["👨‍👩‍👧", "🏳️‍🌈", "👩🏽‍⚕️", "❤️‍🔥"])
def test_a_picture_that_is_joined_of_several_is_shown_whole(family: str) -> None:
    text = f"They came as {family} did"

    assert normalise(text) == text
    assert fold(normalise(text)) == "they came as did"


@pytest.mark.parametrize("mark", "\u00ad\u200b\u200c\u200d\u2060")
def test_a_mark_that_joins_no_pictures_is_not_shown(mark: str) -> None:
    assert normalise(f"har{mark}bour 👨{mark} {mark}👩") == "harbour 👨 👩"


def test_letters_that_are_apostrophes_are_shown_as_written() -> None:
    assert normalise("Hawai\u02bbi") == "Hawai\u02bbi"


@pytest.mark.parametrize(
    ("text", "folded", "seams"),
    [
        ("hos\u00adpital", ["hospital"], [(3,)]),
        ("Abrego\u00adGarcia", ["abrego", "garcia"], [(), ()]),
        ("hos\u200bpi\u00adtal", ["hospital"], [(3, 5)]),
        ("plain", ["plain"], [()]),
    ],
)
def test_a_word_knows_where_a_soft_mark_may_have_glued_it(
    text: str, folded: list[str], seams: list[tuple[int, ...]]
) -> None:
    found = words(text)

    assert [word.folded for word in found] == folded
    assert [word.seams for word in found] == seams


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("\ufb01nal", [(0, 4)]),
        ("stra\u00dfe weg", [(0, 6), (7, 10)]),
        ("a\u0301b c", [(0, 3), (4, 5)]),
    ],
    ids=["a ligature is two letters", "so is a sharp s", "an accent of its own is none"],
)
def test_places_are_those_of_the_text_as_written(text: str, places: list[tuple[int, int]]) -> None:
    assert [(word.start, word.end) for word in words(text)] == places


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Straße", "strasse"),
        ("ﬁnal", "final"),
        ("Ærø", "aero"),
        ("the court's order", "the court order"),
        ("it’s", "it"),
        ("O'Brien", "o brien"),
        ("snake_case", "snake case"),
        ("—", ""),
    ],
)
def test_folding_keeps_the_letters_and_drops_the_marks(text: str, folded: str) -> None:
    assert fold(text) == folded


# Hawaiian, Arabic and Slavic names, and the letter of several African and American languages.
APOSTROPHES = [
    "\u02bb",
    "\u02bc",
    "\u02be",
    "\u02bf",
    "\u02b9",
    "\u02bd",
    "\ua78c",
    "\ua78b",
    "\u2019",
]


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
@pytest.mark.parametrize("written", ["Hawai'i", "Qur'an", "'Ali", "Kazan'", "Kaua'i's"])
def test_a_letter_that_is_an_apostrophe_folds_as_one(written: str, apostrophe: str) -> None:
    assert fold(written.replace("'", apostrophe)) == fold(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("DİYARBAKIR", "Diyarbakır"),
        ("Işık", "isik"),
        ("ISPARTA", "ısparta"),
        ("محمـــد", "محمد"),
        ("ـمحمدـ", "محمد"),
        ("बाज़ार", "बाजार"),
    ],
)
def test_what_readers_take_for_one_word_folds_to_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert len(words(one)) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("रोम", "राम"),
        ("कया", "क्या"),
        ("রোম", "রাম"),
        ("ரோம்", "ராம"),
        ("కై", "కె"),
        ("ក\u17b6", "ក\u17b7"),
        ("က\u102d", "က\u102f"),
        ("กิน", "กัน"),
        ("กุ", "กู"),
        ("ག\u0f72", "ག\u0f7c"),
        ("ދިވެ", "ދުވަ"),
    ],
)
def test_vowels_that_are_marks_are_letters(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "count"), [("हिन्दी राम।", 2), ("தமிழ் நாடு", 2), ("กินข้าว", 5), ("Pier में 7", 3)]
)
def test_a_vowel_that_is_a_mark_cuts_no_word(text: str, count: int) -> None:
    assert len(fold_words(text)) == count
    assert len(words(text)) == count


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Łódź", "lodz"),
        ("Øresund", "oresund"),
        ("Đà Nẵng", "da nang"),
        ("Ǿ", "o"),
        ("cœur", "coeur"),
        ("Þórður Æsir", "thordur aesir"),
        ("Ħamrun", "hamrun"),
    ],
)
def test_letters_with_a_stroke_or_joined_are_as_the_press_abroad_spells_them(
    name: str, folded: str
) -> None:
    assert fold(name) == folded
    assert fold(name.upper()) == folded


def test_letters_of_other_alphabets_stay_what_they_are() -> None:
    assert fold("Жук ξένα ə") == "жук ξενα ə"


def test_a_line_is_cut_where_it_is_too_long_and_keeps_no_blank_at_its_end() -> None:
    assert one_line("The old\n pier  was closed", limit=8) == "The old"


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("The pier was closed", 19, "The pier was closed"),
        ("The pier was closed", 18, "The pier was…"),
        ("The pier, was closed", 12, "The pier…"),
        ("The\npier\twas closed", 10, "The pier…"),
        ("https://gazette.example/pier", 12, "https://gaz…"),
        ("", 5, ""),
    ],
)
def test_a_line_for_a_person_is_cut_between_words(text: str, limit: int, shown: str) -> None:
    assert short_line(text, limit=limit) == shown


@given(st.text(max_size=80), st.integers(2, 60))
def test_a_line_for_a_person_never_exceeds_its_limit(text: str, limit: int) -> None:
    shown = short_line(text, limit=limit)

    assert len(shown) <= limit
    assert "\n" not in shown
    whole = one_line(text)
    assert shown == whole or shown.endswith("…")


@given(st.lists(st.sampled_from(["pier", "closed", "a", "harbour"]), min_size=9, max_size=30))
def test_every_word_of_a_line_for_a_person_is_whole(parts: list[str]) -> None:
    shown = short_line(" ".join(parts), limit=30)

    assert set(shown.rstrip("…").split()) <= set(parts)


def test_a_text_that_is_mostly_dropped_is_not_cut_short() -> None:
    assert clean_text("\x00" * 8 + "pier", limit=4) == "pier"


@given(st.text(st.characters(max_codepoint=127), max_size=60))
def test_words_of_ascii_are_those_of_the_same_text_beside_an_accent(text: str) -> None:
    """ASCII takes a shorter way, and must come to the same."""
    beside = words(f"{text} é")

    assert beside[-1] == Word("e", len(text) + 1, len(text) + 2)
    assert words(text) == beside[:-1]
    assert fold(text) == " ".join(word.folded for word in words(text))
    assert word_starts(text) == [word.start for word in words(text)]
