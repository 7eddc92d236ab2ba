"""Typed terms and event keys: what can be looked up of a sentence."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Facts
from monitor.novelty import analyse, event_keys
from monitor.novelty.nlp.event_keys import EventKey, TypedTerm, explicit_terms, stems, typed_terms

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)
TODAY, TOMORROW = date(2025, 7, 23), date(2025, 7, 24)
LABELS = st.text("ABCabc_019é", min_size=1, max_size=8)
KEYS = st.one_of(
    st.builds(EventKey.of_class, LABELS, st.dates()),
    st.builds(EventKey.of_role, LABELS, LABELS, st.dates()),
    st.builds(EventKey.of_name, LABELS, st.dates()),
)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (EventKey.of_class("STAY", TODAY), "class STAY 2025-07-23"),
        (EventKey.of_role("JUDGE", "STAY", TODAY), "role JUDGE STAY 2025-07-23"),
        (EventKey.of_name("marlow", TODAY), "name marlow 2025-07-23"),
        (EventKey.of_name("marlow", date(907, 1, 2)), "name marlow 0907-01-02"),
    ],
)
def test_a_key_has_the_text_form_that_is_stored(key: EventKey, text: str) -> None:
    assert str(key) == text
    assert EventKey.parse(text) == key


@given(KEYS)
def test_a_key_comes_back_from_its_text(key: EventKey) -> None:
    assert EventKey.parse(str(key)) == key


@given(st.lists(KEYS, max_size=12))
def test_keys_are_ordered_as_their_texts_are(keys: list[EventKey]) -> None:
    assert list(map(str, sorted(keys))) == sorted(map(str, keys))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "class",
        "class STAY",
        "class STAY yesterday",
        "class JUDGE STAY 2025-07-23",
        "role STAY 2025-07-23",
        "number 30 2025-07-23",
        "name ada marlow 2025-07-23",
    ],
)
def test_what_is_not_the_text_of_a_key_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not an event key|isoformat"):
        EventKey.parse(text)


@pytest.mark.parametrize(
    ("key", "is_act"),
    [
        (EventKey.of_class("STAY", TODAY), True),
        (EventKey.of_class("SAY", TODAY), False),
        (EventKey.of_role("JUDGE", "STAY", TODAY), False),
        (EventKey.of_name("marlow", TODAY), False),
    ],
)
def test_an_act_is_a_class_beyond_talk(key: EventKey, is_act: bool) -> None:
    assert key.is_act is is_act


def test_a_sentence_has_keys_of_class_role_and_name_on_its_day() -> None:
    text = "Judge Marlow stayed the order on Wednesday."
    sentence = analyse("A", text, published_at=AT).sentences[0]

    assert {
        "class STAY 2025-07-23",
        "role JUDGE STAY 2025-07-23",
        "name marlow 2025-07-23",
    } <= set(map(str, event_keys(sentence.facts)))


FACTS = Facts(
    classes=("STAY", "ADMIT"),
    roles=("JUDGE",),
    names=("marlow",),
    numbers=("30",),
    event_days=(TODAY,),
)


def test_background_and_notes_have_no_keys() -> None:
    assert event_keys(Facts(classes=("STAY",))) == set()
    assert event_keys(Facts(classes=("STAY",), event_days=(TODAY,), is_note=True)) == set()


def test_a_class_that_makes_no_key_makes_none_with_a_role_either() -> None:
    assert event_keys(FACTS) == {
        EventKey.of_class("STAY", TODAY),
        EventKey.of_role("JUDGE", "STAY", TODAY),
        EventKey.of_name("marlow", TODAY),
    }


def test_a_sentence_with_two_days_has_all_keys_on_both() -> None:
    facts = Facts(classes=("STAY",), event_days=(TODAY, TOMORROW))

    assert event_keys(facts) == {EventKey.of_class("STAY", day) for day in (TODAY, TOMORROW)}


EXPLICIT = {
    TypedTerm("class", "STAY"),
    TypedTerm("class", "ADMIT"),
    TypedTerm("role", "JUDGE"),
    TypedTerm("name", "marlow"),
    TypedTerm("number", "30"),
}


def test_a_day_that_is_only_implied_is_a_term_but_not_an_explicit_one() -> None:
    assert explicit_terms(FACTS) == EXPLICIT
    assert typed_terms(FACTS) == EXPLICIT | {TypedTerm("day", "2025-07-23")}


def test_of_a_sentence_that_names_a_day_no_other_day_is_a_term() -> None:
    facts = Facts(days=(TOMORROW,), event_days=(TODAY,))

    assert typed_terms(facts) == explicit_terms(facts) == {TypedTerm.of_day(TOMORROW)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The judges decided.", {"judge", "decided"}),
        ("She decides, he decided, a decision.", {"decide", "decided", "decisio"}),
        ("Ábrego’s ss", {"abrego", "ss"}),
        ("of the", set()),
        ("", set()),
    ],
)
def test_stems_are_folded_words_without_small_ones(text: str, expected: set[str]) -> None:
    assert stems(text) == expected
