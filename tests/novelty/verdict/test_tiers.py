"""How much a development weighs, by the sentence that reports it."""

import pytest

from monitor.model import Facts, Sentence
from monitor.novelty.verdict.tiers import development_tier


def tier(*texts: str, classes: tuple[str, ...] = (), **overrides: int) -> int:
    sentences = [Sentence(0, 0, text, 1, Facts(classes=classes)) for text in texts]
    return development_tier(sentences, overrides)


@pytest.mark.parametrize(
    "text",
    [
        "A judge on Tuesday ordered the port of Velmora to be closed.",
        "Police arrested the harbour master, Otto Quern, on Friday.",
        "Otto Quern has resigned as harbour master.",
        "Divers recovered the bodies of two sailors from the Velmora.",
        "The shipyard was awarded the contract for two ferries.",
        "The court rejected the appeal of Otto Quern.",
        "El alcalde de Ribaluz, Tomás Arce, ha dimitido.",
        "La policía detuvo este lunes al capitán del Velmora.",
        "El tribunal condenó a Otto Quern a seis años de prisión.",
        "The number of people known to have died has risen to nine.",
    ],
)
def test_a_change_of_state_is_of_the_first_tier(text: str) -> None:
    assert tier(text) == 1


@pytest.mark.parametrize(
    "text",
    [
        "The widow sued the shipyard in the High Court.",
        "A former mate testified before the committee on Monday.",
        "Otto Quern's lawyer filed a complaint against the judge.",
        "The judge postponed the hearing to 4 May.",
        "Inspectors found cracks in the hull.",
        "La exconsejera declaró ante la jueza durante dos horas.",
    ],
)
def test_a_procedure_or_finding_is_of_the_second_tier(text: str) -> None:
    assert tier(text) == 2


@pytest.mark.parametrize(
    "text",
    [
        "The minister said that nobody had been warned.",
        "Families demand that the harbour master resign.",
        "Documents show that the alarm had been dead for a year.",
        "Los vecinos piden la dimisión del alcalde.",
    ],
)
def test_talk_and_demands_are_of_the_third_tier(text: str) -> None:
    assert tier(text) == 3


@pytest.mark.parametrize(
    "text",
    [
        "The prosecutor will ask the court to arrest Otto Quern.",
        "The ministry plans to close the port of Velmora.",
        "The union would accept a settlement of two million.",
    ],
)
def test_what_is_only_planned_or_asked_for_changes_nothing_yet(text: str) -> None:
    assert tier(text) > 1


def test_what_a_sentence_names_in_passing_does_not_count() -> None:
    text = "The committee that looks into the deaths heard the jailed captain testify."

    assert tier(text) == 2


def test_a_refusal_is_a_ruling_when_a_court_gives_it() -> None:
    assert tier("The judge rejected the request of the shipyard.") == 1
    assert tier("The guild rejected the proposal of the shipyard.") == 2


def test_the_next_sentence_is_read_when_one_names_no_event() -> None:
    assert tier("Not a word.", "Otto Quern was arrested on Friday.") == 1
    assert tier("Not a word.") == 2
    assert tier() == 2


def test_a_case_may_weigh_a_class_in_another_way() -> None:
    text = "Otto Quern has resigned as harbour master."

    assert tier(text, RESIGN=3) == 3


def test_a_class_of_a_case_itself_has_the_tier_that_the_case_gives_it() -> None:
    text = "Not a word of it."

    assert tier(text, classes=("DOCKING",), DOCKING=1) == 1
    assert tier(text, classes=("DOCKING",)) == 2
