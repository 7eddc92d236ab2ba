"""In which fact two sentences differ: against a stored sentence, and between two revisions."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import FactKind, Facts, Sentence
from monitor.novelty import analyse
from monitor.novelty.alignment.compare import (
    SetChange,
    changed_fact,
    has_turned,
    revised_fact,
)
from monitor.novelty.index.packing import StoredSentence
from monitor.novelty.index.sentence_index import Neighbour
from monitor.novelty.nlp.event_keys import stems
from monitor.text import fold_words

AT = datetime(2026, 3, 4, 16, tzinfo=UTC)  # a Wednesday
ALIKE = 0.8


def sentence(text: str) -> Sentence:
    # The second sentence shows which words are written small.
    return analyse("", f"{text}\n\nIt was so.", published_at=AT).sentences[0]


def beside(text: str, overlap: float = ALIKE) -> Neighbour:
    """Returns a sentence as a stored one that shares most words with another."""
    stored = StoredSentence(text, 1, AT, sentence(text).facts, stems(text))
    return Neighbour(stored, overlap, overlap)


def changed(before: str, after: str, overlap: float = ALIKE, *, known: str = "") -> FactKind | None:
    return changed_fact(
        sentence(after), beside(before, overlap), AT.date(), known.split().__contains__
    )


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("The court meets on March 9.", "The court meets on March 16.", FactKind.DATE),
        ("The court met on Tuesday.", "The court met on Wednesday.", FactKind.DATE),
        ("He was freed in 2024.", "He was freed in 2025.", FactKind.DATE),
        ("They offered 25,000 crowns.", "They offered 40,000 crowns.", FactKind.NUMBER),
        ("Two weeks were given.", "Three weeks were given.", FactKind.NUMBER),
        ("He denied the charge.", "He admitted the charge.", FactKind.NEGATION),
        ("The judge stayed the order.", "The judge upheld the order.", FactKind.NEGATION),
        ("The mayor did not sell it.", "The mayor did sell it.", FactKind.NEGATION),
        ("An appeals court ruled on it.", "The supreme court ruled on it.", FactKind.STATUS),
        ("They took Ada Marlow away.", "They took Ines Brook away.", FactKind.NAME),
        ("It sailed to Corrie Head.", "It sailed to Grandel.", FactKind.PLACE),
        ("Zarpó hacia Villa Clara.", "Zarpó hacia Grandel.", FactKind.PLACE),
    ],
)
def test_another_fact_in_the_same_words_is_a_change(
    before: str, after: str, kind: FactKind
) -> None:
    assert changed(before, after) is kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The court met.", "The court has met."),
        ("The court met on February 9.", "The court met on February 2."),
        ("Overnight the ferry sank.", "The ferry sank overnight."),
        ("They offered 25,000 crowns.", "They offered money."),
        ("They offered money.", "They offered 25,000 crowns."),
        ("He denied it.", "He did not admit it."),
        ("The appeals court ruled on it.", "A judge of the appeals court ruled on it."),
        ("They took Ada Marlow away.", "They took the nurse away."),
        ("They took the nurse away.", "They took Ada Marlow away."),
        ("The mayor did not sell the boats to them.", "The mayor did sell."),
    ],
    ids=[
        "other words",
        "days long past",
        "the same day in a word",
        "a number less",
        "a number more",
        "no in another form",
        "a court more closely named",
        "a name less",
        "a name more",
        "cut short",
    ],
)
def test_a_fact_more_or_less_or_in_other_words_is_none(before: str, after: str) -> None:
    assert changed(before, after) is None


def test_a_name_that_the_case_has_elsewhere_is_no_change() -> None:
    before, after = "They took Ada Marlow away.", "They took Ines Brook away."

    assert changed(before, after, known="ines brook") is None
    assert changed(before, after, known="ines") is FactKind.NAME


@pytest.mark.parametrize(
    ("overlap", "kind"), [(0.5, None), (0.64, None), (0.65, FactKind.NEGATION)]
)
def test_only_in_much_the_same_words_does_a_claim_turn(
    overlap: float, kind: FactKind | None
) -> None:
    assert changed("He denied the charge.", "He admitted the charge.", overlap) is kind


@pytest.mark.parametrize(("overlap", "kind"), [(0.9, FactKind.DATE), (0.97, None)])
def test_a_weekday_moves_when_a_text_is_printed_again_a_week_later(
    overlap: float, kind: FactKind | None
) -> None:
    before, after = "The court meets on March 4.", "The court meets on March 11."

    assert changed(before, after, overlap) is kind


def revised(before: str, after: str, *, elsewhere: str = "") -> FactKind | None:
    known_words = set(fold_words(f"{before} {elsewhere}"))
    return revised_fact(sentence(before), sentence(after), known_words)


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ("The mayor did not sell it.", "The mayor did sell it.", FactKind.NEGATION),
        ("He denied it.", "He admitted it.", FactKind.NEGATION),
        ("The vote was 7 to 4.", "The vote was 8 to 4.", FactKind.NUMBER),
        ("Many people came.", "Some 40 people came.", FactKind.NUMBER),
        ("It meets at 9 a.m. there.", "It meets at 10 a.m. there.", FactKind.NUMBER),
        ("They voted on Monday.", "They voted on Tuesday.", FactKind.DATE),
        ("They voted on Monday.", "They voted.", FactKind.DATE),
        ("It was built in 1951.", "It was built in 1952.", FactKind.DATE),
        ("They took Ada Marlow away.", "They took Ines Brook away.", FactKind.NAME),
        ("They took the nurse away.", "They took Ines Brook away.", FactKind.NAME),
        ("He was charged in the town.", "He was freed in the town.", FactKind.STATUS),
    ],
)
def test_every_fact_that_an_editor_touches_counts(before: str, after: str, kind: FactKind) -> None:
    assert revised(before, after) is kind


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("The council has voted.", "The town council has voted."),
        ("The judge freed him.", "The judge freed him, and he spoke."),
    ],
)
def test_other_words_are_no_fact(before: str, after: str) -> None:
    assert revised(before, after) is None


def test_a_misspelling_put_right_is_no_fact_only_if_the_text_has_the_right_name() -> None:
    before, after = "They took Ines Broook away.", "They took Ines Brook away."

    assert revised(before, after, elsewhere="Brook spoke.") is None
    assert revised(before, after) is FactKind.NAME


CLASSES = st.lists(st.sampled_from(["STAY", "UPHOLD", "DENY", "GRANT", "SAY", "BAR"]), max_size=4)
FACTS = st.builds(Facts, classes=CLASSES.map(tuple), is_negated=st.booleans())


@given(FACTS, FACTS)
def test_a_claim_turns_both_ways_or_not_at_all(one: Facts, other: Facts) -> None:
    assert has_turned(one, other) is has_turned(other, one)
    assert not has_turned(one, one)


@pytest.mark.parametrize(
    ("old", "new", "is_any", "is_swap"),
    [
        ("", "", False, False),
        ("ab", "ba", False, False),
        ("a", "ab", True, False),
        ("ab", "a", True, False),
        ("ab", "ac", True, True),
    ],
)
def test_something_comes_goes_or_takes_the_place_of_another(
    old: str, new: str, is_any: bool, is_swap: bool
) -> None:
    change = SetChange.between(old, new)

    assert (change.is_any, change.is_swap) == (is_any, is_swap)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Police held Ada Marlow on Wednesday.", "Police held Ada Marlow yesterday."),
        ("Police held Ada Marlow yesterday.", "Police held Ada Marlow on Wednesday."),
        ("La policía detuvo el miércoles a Ada.", "La policía detuvo ayer a Ada."),
    ],
)
def test_a_copy_may_keep_its_yesterday_for_a_day(before: str, after: str) -> None:
    assert changed(before, after) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Police held Ada Marlow on Monday.", "Police held Ada Marlow on Tuesday."),
        ("Police held Ada Marlow on Sunday.", "Police held Ada Marlow yesterday."),
        ("Police held Ada Marlow on Wednesday.", "Police freed Ada Marlow yesterday."),
    ],
)
def test_another_day_or_deed_is_no_kept_yesterday(before: str, after: str) -> None:
    assert changed(before, after) is FactKind.DATE
