"""Is a sentence known, known with another fact, cut off, or unknown?"""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import FactKind
from monitor.novelty import DEFAULT_SETTINGS, analyse
from monitor.novelty.alignment.align import AlignedSentence, AlignmentState, align
from tests.novelty.world import Case, text_of

AT = datetime(2026, 3, 4, 16, tzinfo=UTC)  # a Wednesday
STORED = text_of(
    "Lantern Lines offered 25,000 crowns to the family of each victim of the sinking.",
    "The inquiry into the sinking of the Alondra opens on March 19 in Port Amber.",
    "The harbour master sold 12 boats to a yard in Corrie Head in spring.",
    '"We were asleep when the cars began to slide," a cook said to the paper.',
)


def aligned(text: str, stored: str = STORED) -> AlignedSentence:
    case = Case()
    case.store(stored, AT - timedelta(days=1))
    sentence = analyse("", text, published_at=AT).sentences[0]
    return align(sentence, case.index, AT.date(), DEFAULT_SETTINGS)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (STORED.split("\n\n")[0], AlignmentState.KNOWN),
        (STORED.split("\n\n")[0].upper(), AlignmentState.KNOWN),
        ("Lantern Lines offered 25,000 crowns to each victim's family.", AlignmentState.KNOWN),
        ("Each victim's family was offered 25,000 crowns by Lantern Lines.", AlignmentState.KNOWN),
        ("The harbour master sold boats to a yard in Corrie Head.", AlignmentState.KNOWN),
        (
            "Lantern Lines offered 40,000 crowns to the family of each victim.",
            AlignmentState.CHANGED,
        ),
        ("The inquiry into the sinking opens on March 12 in Port Amber.", AlignmentState.CHANGED),
        ("The inquiry into the sinking of the Alondra opens…", AlignmentState.CUT),
        ("A goat stood on the roof of the post office for nine hours.", AlignmentState.UNKNOWN),
        (
            "Lantern Lines said on Tuesday that it was helping the authorities.",
            AlignmentState.UNKNOWN,
        ),
    ],
)
def test_a_sentence_is_known_changed_cut_or_unknown(text: str, state: AlignmentState) -> None:
    assert aligned(text).state is state


def test_a_changed_sentence_shows_what_it_was_and_which_fact_differs() -> None:
    row = aligned("Lantern Lines offered 40,000 crowns to the family of each victim.")

    assert row.change is not None
    assert row.change.kind is FactKind.NUMBER
    assert "25,000" in row.change.before.stored.text
    assert row.has_hard_change
    assert row.is_unexplained


def test_a_name_alone_is_not_a_hard_change() -> None:
    row = aligned("Lantern Ferries offered 25,000 crowns to the family of each victim.")

    assert not row.has_hard_change


def test_word_for_word_is_verbatim_and_in_other_words_is_not() -> None:
    assert aligned(STORED.split("\n\n")[0]).is_verbatim
    assert not aligned("Lantern Lines offered 25,000 crowns to each victim's family.").is_verbatim


def test_who_said_a_stored_quotation_how_is_copy_editing() -> None:
    row = aligned('A cook recalled: "We were asleep when the cars began to slide."')

    assert row.state is AlignmentState.KNOWN


def test_a_sentence_merged_from_two_is_known() -> None:
    stored = text_of(
        "The yard in Corrie Head bought 12 boats from the harbour master.",
        "The harbour master sold 30 boats to a yard in Corrie Head, it says.",
    )

    row = aligned("The harbour master sold 12 boats to a yard in Corrie Head.", stored)

    assert row.state is AlignmentState.KNOWN


def test_the_overlap_is_the_largest_with_one_stored_sentence() -> None:
    row = aligned("The inquiry into the sinking of the Alondra hears a diver.")

    assert row.overlap == max(neighbour.overlap for neighbour in row.neighbours)
    assert 0.3 < row.overlap < 1
    assert aligned("Xylophones sound.").overlap == 0
