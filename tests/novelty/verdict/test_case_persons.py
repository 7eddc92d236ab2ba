"""Whose state an act changes."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.novelty.verdict.case_persons import PERSONAL, CasePerson
from monitor.novelty.verdict.case_state import ToldDevelopment, read_case_state

FRIDAY = date(2025, 6, 6)
QUERN = "Otto Marius Quern"


def state_of(text: str, subject: str = QUERN) -> dict[str, str]:
    told = ToldDevelopment("d1", (), FRIDAY, text, "Headline", 1, subject)
    return {one.aspect: one.value for one in read_case_state([told]).holds}


@pytest.mark.parametrize(
    ("text", "aspect", "value"),
    [
        ("Otto Marius Quern died on Friday.", "life", "dead"),
        ("Quern died in prison on Friday, his wife said.", "life", "dead"),
        ("He was released on Friday.", "custody", "released"),
        ("Police arrested Otto Quern on Friday.", "custody", "detained"),
        ("Quern was deported to El Salvador.", "custody", "deported to El Salvador"),
        ("Prosecutors charged Quern with two counts of fraud.", "charges", "charged"),
        ("A judge dismissed all charges against Otto Quern.", "charges", "dismissed"),
        ("La policía detuvo el viernes a Otto Quern.", "custody", "detained"),
        ("Detuvieron a Otto Quern el viernes.", "custody", "detained"),
        ("Quern, a clerk of Velmora, was arrested on Friday.", "custody", "detained"),
        ("Quern fue condenado a tres años.", "charges", "convicted"),
        ("The minister was sacked on Friday.", "office", "dismissed"),
        ("Quern was moved to a prison in Ribaluz.", "custody", "moved"),
        ("The port of Velmora was closed on Friday.", "access", "closed"),
    ],
)
def test_what_happened_to_the_person_of_the_case_is_told(
    text: str, aspect: str, value: str
) -> None:
    assert state_of(text)[aspect] == value


@pytest.mark.parametrize(
    "text",
    [
        "The father of Otto Quern died on Friday.",
        "His father died on Friday.",
        "El padre de Otto Quern murió el viernes.",
        "Falleció el viernes el padre de Quern.",
        "His brother was deported on Friday.",
        "A judge dismissed the charges against his brother on Friday.",
        "La policía detuvo a su hermano el viernes.",
    ],
)
def test_what_happened_to_a_relative_says_nothing(text: str) -> None:
    assert state_of(text) == {}
    assert state_of(text, "Velmora harbour") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested 14 protesters outside the courthouse.",
        "Protesters were arrested outside the court.",
        "Two guards were arrested on Friday.",
        "La policía detuvo a 14 manifestantes.",
        "Dos guardias fueron detenidos el viernes.",
        "Authorities released twelve sailors on Friday.",
        "Three ministers resigned on Friday.",
    ],
)
def test_what_happened_to_several_says_nothing(text: str) -> None:
    assert state_of(text) == {}
    assert state_of(text, "Velmora harbour") == {}


@pytest.mark.parametrize(
    "text",
    [
        "Police arrested Dale Rook on Friday.",
        "Dale Rook, who guarded Otto Quern, was arrested on Friday.",
        "Dale Rook was arrested at the jail that held Otto Quern.",
        "A man was arrested for threatening the judge.",
        "The lawyer of Otto Quern was arrested on Friday.",
        "Inés Rolff died on Friday.",
    ],
)
def test_what_happened_to_another_person_says_nothing_of_the_one_of_the_case(text: str) -> None:
    assert state_of(text) == {}


def test_a_case_that_is_no_person_has_the_state_of_whoever_is_named() -> None:
    assert state_of("Police arrested Dale Rook.", "Velmora harbour") == {"custody": "detained"}


@pytest.mark.parametrize(
    "text",
    [
        "He nearly died in prison.",
        "Quern almost resigned on Friday.",
        "He escaped deportation on Friday.",
        "Quern avoided arrest on Friday.",
        "The minister denied that he was sacked on Friday.",
        "Quern casi muere en prisión.",
        "El ministro negó que fuera destituido el viernes.",
    ],
)
def test_what_nearly_happened_or_is_denied_says_nothing(text: str) -> None:
    assert state_of(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "Quern was taken to a hospital after he collapsed in his cell.",
        "He was released from hospital on Friday.",
        "Officials released the names of the dead on Friday.",
        "The mayor was moved to tears by the prison visit.",
        "A judge scrapped the June 17 hearing of Otto Quern.",
        "The judge closed the case on Friday.",
        "The judge closed the hearing to the press on Friday.",
        "La fiscalía cerró el caso el viernes.",
    ],
)
def test_words_that_mean_something_else_there_set_nothing(text: str) -> None:
    assert not {"custody", "access"} & state_of(text).keys()


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (QUERN, {"otto", "marius", "quern"}),
        ("Inés de Rolff", {"ines", "de", "rolff"}),
        ("Velmora harbour", set()),
        ("Velmora Bridge", set()),
        ("Quern", set()),
        ("", set()),
    ],
)
def test_a_case_is_about_the_person_that_its_title_names(title: str, expected: set[str]) -> None:
    assert CasePerson.of(title).words == expected


def test_the_aspects_of_a_person_are_those_of_the_table() -> None:
    assert {"custody", "charges", "life", "office"} == PERSONAL
