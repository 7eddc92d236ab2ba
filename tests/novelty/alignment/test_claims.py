"""Which statements are shown as changed: one statement with another fact, and not two events."""

from datetime import datetime, timedelta

import pytest

from monitor.model import ChangedClaim
from monitor.novelty import analyse
from monitor.novelty.alignment.article import align_article
from monitor.novelty.thresholds import DEFAULT_SETTINGS
from monitor.novelty.verdict.quotes import changed_claims
from tests.novelty.world import THURSDAY, Case

# A Thursday in March.
LATER = THURSDAY + timedelta(days=4)


def claims(before: str, after: str, at: datetime = LATER) -> list[ChangedClaim]:
    """Returns the claims that change from a stored report to a later one with a new lead."""
    case = Case()
    case.store(f"The council met in Port Amber. {before}", THURSDAY)
    text = f"Something else was told in the harbour. {after}"
    analysis = analyse("", text, published_at=at)
    article = align_article(analysis, case.index, DEFAULT_SETTINGS, frozenset())
    return list(changed_claims(article, at.date()))


@pytest.mark.parametrize(
    ("before", "after", "slot"),
    [
        (
            "The number of confirmed dead rose to 24, and 20 people are still missing.",
            "The number of confirmed dead rose to 25, and 19 people are still missing.",
            "number",
        ),
        (
            "Elm Line offered 40,000 crowns to the family of each victim of the ferry.",
            "Elm Line offered 65,000 crowns to the family of each victim of the ferry.",
            "number",
        ),
        (
            "The trial of Captain Calder will open in Port Amber on 5 October, the court said.",
            "The trial of Captain Calder will open in Port Amber on 12 October, the court said.",
            "date",
        ),
        (
            "Elm Line will appeal against the fine, its lawyer said.",
            "Elm Line will not appeal against the fine, its lawyer said.",
            "negation",
        ),
        (
            "Rescuers suspended their search for the ferry because of snow and the ice.",
            "Rescuers resumed their search for the ferry in spite of snow and the ice.",
            "negation",
        ),
    ],
)
def test_one_statement_with_another_fact_is_shown_as_before_and_after(
    before: str, after: str, slot: str
) -> None:
    (claim,) = claims(before, after)

    assert (claim.before, claim.after, claim.slot) == (before, after, slot)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "The body of a second victim of the ferry was found on Tuesday.",
            "The body of a third victim of the ferry was found on Saturday.",
        ),
        (
            "A judge on Tuesday ordered Elm Line to hand over the log of the ferry.",
            "A judge on Saturday ordered Elm Line to hand over the log of the ferry.",
        ),
        (
            "A court on Tuesday ordered Elm Line to hand over its log by 30 March.",
            "A court on Saturday stayed the order to hand over its log by 30 March.",
        ),
        (
            "A magistrate ordered Rufo Calder held for 30 days in Port Amber.",
            "A magistrate ordered Odile Fenn held for 60 days in Port Amber.",
        ),
        (
            "The families of the ferry sued Elm Line for 180 million crowns on Tuesday.",
            "Elm Line offered 42 million crowns to the families of the ferry on Saturday.",
        ),
        (
            "Envoys of both sides met in Port Amber on Tuesday to talk about the ferry.",
            "Envoys of both sides met in Port Amber on Saturday to talk about the ferry and parted"
            " without an agreement.",
        ),
    ],
    ids=[
        "the next step",
        "the same on another day",
        "a stay",
        "somebody else",
        "another act",
        "a longer sentence that says no to something else",
    ],
)
def test_two_events_in_much_the_same_words_are_no_changed_claim(before: str, after: str) -> None:
    assert claims(before, after) == []


def test_a_dateline_is_no_name_of_the_statement() -> None:
    told = "The trial of Captain Calder will open on {} October, the court said."

    (claim,) = claims(
        f"PORT AMBER (Upland Wire) - {told.format(5)}", f"CORRIE HEAD (Bay) - {told.format(12)}"
    )

    assert claim.slot == "date"
