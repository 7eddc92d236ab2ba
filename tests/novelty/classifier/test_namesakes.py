"""Whose name it is: the subject's, a namesake's or a relative's."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty import analyse
from monitor.novelty.classifier.namesakes import foreign_name_share
from tests.novelty.world import NEXT_DAY, Case, text_of

SUBJECT = frozenset({"ferrol"})


def case_of(articles: int) -> Case:
    """A case about Alma Ferrol, a pilot."""
    case = Case()
    for number in range(articles):
        place = "" if number % 3 else " in Port Amber"
        text = text_of(
            f"The pilot Alma Ferrol was questioned for {number + 2} hours{place}.",
            "Ferrol landed the mail plane on a beach in March.",
        )
        case.store(text, NEXT_DAY + timedelta(hours=number))
    return case


def foreign(text: str, case: Case, subject: frozenset[str] = SUBJECT) -> float:
    analysis = analyse("Ferrol in court", text, published_at=NEXT_DAY)
    return foreign_name_share(analysis.sentences, subject, case.index.articles)


@pytest.mark.parametrize(
    "text",
    [
        "The winger Jon Ferrol scored twice on Friday in Port Amber. Ferrol was pleased.",
        "Two houses burned in Ferrol Street on Sunday night.",
        "Two houses burned in Ferrol Street, behind Ferrol Hall.",
        "La cantante Lía Ferrol llenó el teatro.",
        "Cortan la calle Ferrol por obras.",
        "El colegio de Ferrol abre en mayo.",
        "The brother of the winger Jon Ferrol was pleased.",
        "The winger's brother, in Port Amber, is called Jon Ferrol.",
    ],
)
def test_other_names_beside_the_subjects_make_a_namesake_even_in_the_cases_town(
    text: str,
) -> None:
    assert foreign(text, case_of(6)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A judge freed Alma Ferrol on Friday.",
        "On Friday Judge Ferrol's ruling was read. Alma Ferrol was not in the room.",
        "Ferrol was freed on Friday, and Captain Ferrol smiled.",
        "Nobody was named in the report.",
        "Her brother Piers Ferrol met Alma at the gate.",
        "In Elm Cove, Ferrol was asked nothing.",
        "En la calle, Ferrol no dijo nada.",
    ],
)
def test_the_subject_alone_with_a_usual_name_or_with_a_relative_is_none(text: str) -> None:
    assert foreign(text, case_of(6)) == 0


def test_a_street_of_the_name_is_none_of_the_case_that_happened_in_a_street() -> None:
    case = case_of(6)
    for number in range(4):
        case.store("Alma Ferrol was held in Elm Street.", NEXT_DAY + timedelta(hours=9 + number))

    assert foreign("Two houses burned in Ferrol Street.", case) == 1


def test_a_case_about_a_street_knows_it() -> None:
    case = Case()
    for number in range(6):
        case.store(f"Ferrol Street was dug up, part {number}.", NEXT_DAY + timedelta(hours=number))

    assert foreign("Two houses burned in Ferrol Street.", case) == 0


def test_two_of_the_subjects_own_names_are_the_subject_whoever_stands_beside() -> None:
    text = "Lieutenant Alma Ferrol of Squadron Osprey was freed."

    assert foreign(text, case_of(6), frozenset({"alma", "ferrol"})) == 0


def test_a_word_of_the_query_that_the_case_does_not_use_as_a_name_bears_nothing() -> None:
    text = "Mail Company Osprey grew."

    assert foreign(text, case_of(6), frozenset({"ferrol", "osprey"})) == 0


def test_a_young_case_cannot_tell() -> None:
    assert foreign("The winger Jon Ferrol scored twice.", case_of(3)) == 0


@given(st.text(alphabet="aeFJ .,'\n", max_size=60))
def test_in_any_text_between_none_and_all_of_the_names_are_foreign(text: str) -> None:
    analysis = analyse("", f"{text} Jon Ferrol.", published_at=NEXT_DAY)

    assert 0 <= foreign_name_share(analysis.sentences, SUBJECT, CASE.index.articles) <= 1


CASE = case_of(5)
