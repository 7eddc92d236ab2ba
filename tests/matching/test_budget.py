"""Regular expressions have a budget in common, so that a bad one holds up nothing else."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.matching import Folded, PatternBudget, compile_query
from monitor.matching.budget import FIELD_SECONDS, TOTAL_SECONDS
from monitor.model import Fields
from tests.store.rows import NOW

EVIL = "/(a|aa)+$/"
HOSTILE = "a" * 60 + "!"


def match_all(query: str, texts: list[str], budget: PatternBudget) -> list[str]:
    """Why each text stays undecided, as the items of one poll."""
    compiled = compile_query(query)
    found = []
    for text in texts:
        match = compiled.match(Folded.of(Fields(text=text), budget), now=NOW)
        found.append(match.undecided if match else "no match")
    return found


def test_after_some_that_took_too_long_the_others_are_not_tried() -> None:
    found = match_all(EVIL, [HOSTILE] * 30, PatternBudget())

    tried = [reason for reason in found if "took longer" in reason]
    assert 1 <= len(tried) <= TOTAL_SECONDS / FIELD_SECONDS + 1
    # It would have been looked for in the title first.
    assert set(found[len(tried) :]) == {
        f"{EVIL} was not tried, since expressions took too long before on the title"
    }


def test_what_words_decide_needs_no_expression() -> None:
    assert match_all(f"ferry OR {EVIL}", ["The ferry sank."], PatternBudget(0)) == [""]
    assert match_all(f"ferry AND {EVIL}", ["The goat ate."], PatternBudget(0)) == ["no match"]


def test_a_quick_expression_takes_next_to_nothing_of_it() -> None:
    budget = PatternBudget()

    found = match_all("/case [0-9]+/", ["The judge read case 12."] * 200, budget)

    assert set(found) == {""}
    assert budget.next_seconds == FIELD_SECONDS


def test_an_item_has_a_budget_of_its_own_unless_it_is_given_one() -> None:
    compiled = compile_query(EVIL)

    found = [compiled.match(Folded.of(Fields(text=HOSTILE)), now=NOW) for _ in range(3)]

    assert ["took longer" in one.undecided for one in found if one] == [True] * 3


def test_other_threads_go_on_meanwhile() -> None:
    """The expression is no reason for the event loop to stand still."""
    steps, is_over = 0, threading.Event()

    def work() -> None:
        match_all(EVIL, [HOSTILE] * 3, PatternBudget())
        is_over.set()

    thread = threading.Thread(target=work)
    thread.start()
    while not is_over.wait(0.005):
        steps += 1
    thread.join()

    # Three tenths of a second: held up, it would come to the first step and the last.
    assert steps > 10


@pytest.mark.parametrize(("seconds", "following"), [(0.0, 0.0), (0.04, 0.04), (9.0, FIELD_SECONDS)])
def test_the_next_one_gets_what_is_left_and_no_more_than_its_share(
    seconds: float, following: float
) -> None:
    assert PatternBudget(seconds).next_seconds == following


@given(spent=st.lists(st.floats(0, 5), max_size=20))
def test_what_is_left_is_never_negative(spent: list[float]) -> None:
    budget = PatternBudget()
    for seconds in spent:
        budget.spend(seconds)

    assert 0 <= budget.next_seconds <= FIELD_SECONDS
