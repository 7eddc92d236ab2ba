"""Whose name it is: the subject's, a namesake's, a relative's."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty import analyse
from monitor.novelty.bearers import strangeness
from tests.novelty.world import NEXT_DAY, Case, text_of

SUBJECT = frozenset({"ferrol"})


def case_of(articles: int) -> Case:
    """A case about Alma Ferrol, a pilot."""
    case = Case()
    for number in range(articles):
        case.store(
            text_of(
                f"The pilot Alma Ferrol was questioned for {number + 2} hours{'' if number % 3 else ' in Port Amber'}.",
                "Ferrol landed the mail plane on a beach in March.",
            ),
            NEXT_DAY + timedelta(hours=number),
        )
    return case


def strange(text: str, case: Case) -> float:
    analysis = analyse("Ferrol in court", text, published_at=NEXT_DAY)
    return strangeness(analysis.sentences, SUBJECT, case.memory)


@pytest.mark.parametrize(
    "text",
    [
        "The winger Jon Ferrol scored twice on Friday in Port Amber. Ferrol was pleased.",
        "Two houses burned in Ferrol Street on Sunday night.",
        "La cantante Lía Ferrol llenó el teatro.",
    ],
)
def test_other_names_beside_the_subjects_make_a_namesake_even_in_the_cases_own_town(text: str) -> None:
    assert strange(text, case_of(6)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "A judge freed Alma Ferrol on Friday.",
        "On Friday Judge Ferrol's ruling was read. Alma Ferrol was not in the room.",
        "Ferrol was freed on Friday, and Captain Ferrol smiled.",
        "Nobody was named in the report.",
        "Her brother Piers Ferrol met Alma at the gate.",
    ],
)
def test_the_subject_alone_with_a_usual_name_or_with_a_relative_is_none(text: str) -> None:
    assert strange(text, case_of(6)) == 0


def test_a_young_case_cannot_tell() -> None:
    assert strange("The winger Jon Ferrol scored twice.", case_of(3)) == 0


@given(st.text(alphabet="aeFJ .,'\n", max_size=60))
def test_any_text_has_a_strangeness_between_none_and_all(text: str) -> None:
    analysis = analyse("", f"{text} Jon Ferrol.", published_at=NEXT_DAY)

    assert 0 <= strangeness(analysis.sentences, SUBJECT, CASE.memory) <= 1


CASE = case_of(5)
