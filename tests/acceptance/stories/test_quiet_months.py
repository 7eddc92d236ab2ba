"""Story 8, a lawyer from January 2026 to the spring: weeks without news are told as such, a ruling
that resembles an old one is told at once, and the end of the charges is told with its one source.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.stories.case import AUTUMN, SUMMER
from tests.acceptance.stories.desk import Desk, Page, open_desk

DECEMBER = (
    "2025-12-13",
    "Judge forbids to detain glazier again",
    """District Judge Miriam Oakes on Friday issued a temporary restraining order that forbids
immigration officers to detain Aurelio Benavent again, a day after she had ordered his release from
the detention centre in Farmdale.

Judge Harold Lindgren later cancelled the trial, which was to begin in Nolan City on 27 January,
and will hear in February whether the charges are vindictive.""",
)
RULING = Page(
    "Ellery Post",
    "2026-02-17 17:00",
    "Judge rules that glazier cannot be detained again",
    """District Judge Miriam Oakes ruled on Tuesday that immigration officers must not detain
Aurelio Benavent again, and turned her restraining order into an injunction without an end.

The 90 days in which the government could have detained him for a removal have passed, she wrote,
and it has no viable plan to send him anywhere: one empty threat after another to remove him to
countries in Africa.""",
)
DISMISSED = Page(
    "Trend Digest",
    "2026-04-09 18:00",
    "Charges against Benavent thrown out",
    """Judge Harold Lindgren dismissed the indictment against Aurelio Benavent on Thursday because
the prosecution was vindictive, ending the smuggling case in Nolan City.

The government would not have charged him had he not sued over his deportation, the judge wrote in
an opinion of 52 pages.""",
)
APPEAL = Page(
    "Capital Wire",
    "2026-04-10 15:00",
    "Government appeals dismissal of glazier's charges",
    """The Justice Department on Friday appealed to the appeals court in Colton against the ruling
that threw out the charges against Aurelio Benavent.

In its notice of appeal it asked that the judge's ruling be put on hold. A spokeswoman called the
judge an activist.""",
)
RULES = '[[alert]]\nchannel = "hook"\n[[alert]]\nchannel = "desk"\n'


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = ("Ellery Post", "Capital Wire", "Trend Digest", "Valley Ledger")
    folder = tmp_path_factory.mktemp("quiet") / "config"
    known = (*SUMMER, *AUTUMN, DECEMBER)
    with open_desk(folder, "2026-01-05 12:00", outlets, known=known, rules=RULES) as opened:
        opened.break_feed("Valley Ledger")
        for day in (9, 10, 11):
            opened.poll(f"2026-01-{day:02} 12:00")
        opened.poll("2026-01-12 15:00")
        opened.play(RULING, DISMISSED, APPEAL)
        yield opened


def test_a_week_without_news_says_that_it_had_none_and_which_feed_fails(desk: Desk) -> None:
    heartbeats = [subject for subject in desk.subjects() if "Watching" in subject]

    assert heartbeats[0] == "[monitor] Watching 4 feeds, 1 in trouble since 9 January, nothing new"


def test_a_failing_feed_is_told_once(desk: Desk) -> None:
    assert len([one for one in desk.subjects() if one.endswith("Valley Ledger")]) == 1


def test_a_ruling_that_resembles_an_old_one_is_told_at_once(desk: Desk) -> None:
    assert desk.told()[0][1].startswith("District Judge Miriam Oakes ruled on Tuesday")
    assert desk.alert_subjects()[0].endswith("(Ellery Post)")


def test_the_end_of_the_charges_is_told_with_its_one_newsroom(desk: Desk) -> None:
    told = desk.events()[1]

    assert (told["development"]["tier"], told["corroboration"]["is_single"]) == (1, True)
    assert {one["after"] for one in told["state"]} == {"dismissed"}
    mail = next(mail for mail in desk.mailbox.messages if "dismissed" in str(mail["Subject"]))
    assert "One newsroom so far." in mail.get_body(("plain",)).get_content()


def test_the_appeal_is_an_item_of_its_own(desk: Desk) -> None:
    assert len(desk.told()) == 3
    assert desk.told()[2][1].startswith("The Justice Department on Friday appealed")
