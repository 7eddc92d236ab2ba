"""The word lists hang together."""

import re
import tomllib
from dataclasses import fields
from importlib.resources import files

import pytest

from monitor.novelty.nlp.lexicon import FrameLabel, TextPhrases, lexicon
from monitor.text import fold_words


@pytest.mark.parametrize("name", ["events.toml", "roles.toml", "genres.toml", "corrections.toml"])
def test_every_term_is_folded_or_it_would_never_be_found(name: str) -> None:
    data = files("monitor.novelty").joinpath("data", name).read_text(encoding="utf-8")
    for section in tomllib.loads(data).values():
        lists = section.values() if isinstance(section, dict) else [section]
        for terms in lists:
            for term in terms if isinstance(terms, list) else ():
                for part in term.split():
                    word = part.strip("!*~")
                    assert not word or fold_words(word) in ([word], word.split("'"))


def test_an_event_has_a_side_or_a_strength_that_exist() -> None:
    events = lexicon().events

    assert not events.go_side & events.stop_side
    assert not events.weak & events.keyless
    assert {"STAY", "BAR", "DENY"} <= events.stop_side
    assert {"GRANT", "RELEASE"} <= events.go_side


def test_every_event_has_a_tier_from_one_to_three() -> None:
    assert set(lexicon().events.tiers.values()) == {1, 2, 3}


def test_every_event_and_role_has_a_name_for_readers_of_its_own() -> None:
    shown = lexicon().events.shown

    assert {name for kind, name in shown if kind == "class"} == set(lexicon().events.tiers)
    assert len(set(shown.values())) == len(shown)
    assert all(re.fullmatch("[a-z][a-z ]+", phrase) for phrase in shown.values())


def test_the_inventory_stays_small_enough_to_be_looked_over() -> None:
    assert len(lexicon().events.tiers) <= 90


def test_stored_event_keys_keep_their_classes() -> None:
    # Their names are written in databases; a class may be added, never renamed.
    stored = {"EXPEL", "DETAIN", "ORDER", "STAY", "DENY", "GRANT", "HIRE", "RESUME", "SENDBACK"}

    assert stored <= set(lexicon().events.tiers)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the judge stayed the order", FrameLabel("class", "STAY")),
        ("the judge stayed the order", FrameLabel("role", "JUDGE")),
        ("la jueza suspendio el decreto", FrameLabel("class", "STAY")),
        ("his wife came", FrameLabel("role", "FAMILY")),
    ],
)
def test_classes_and_roles_are_found_under_their_labels(text: str, label: FrameLabel) -> None:
    assert label in lexicon().events.terms.find(text.split())


@pytest.mark.parametrize(
    ("token", "folded"),
    [
        ("Ábrego", "abrego"),
        ("1.200,50", "1.200,50"),
        ("7%", "7%"),
        ("O'Hara", "ohara"),
        ("ß", "ss"),
    ],
)
def test_a_word_is_folded_and_a_number_keeps_its_separators(token: str, folded: str) -> None:
    assert lexicon().fold_token(token) == folded
    assert lexicon().fold_token(token) == folded


def test_every_list_of_phrases_has_terms() -> None:
    assert all(getattr(lexicon().phrases, field.name) for field in fields(TextPhrases))


def test_months_and_weekdays_name_nobody() -> None:
    dates = lexicon().dates

    assert set(dates.months.values()) == set(range(1, 13))
    assert set(dates.weekdays.values()) == set(range(7))
    assert {*dates.months, *dates.weekdays} <= lexicon().common_names


def test_number_words_of_all_languages_are_known_to_all() -> None:
    numbers = lexicon().any_numbers

    assert numbers.values["seis"] == numbers.values["six"] == 6
    assert numbers.powers["millones"] == numbers.powers["million"] == 6
