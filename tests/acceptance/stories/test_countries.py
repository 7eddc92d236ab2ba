"""Story 4, a researcher on 9 to 11 October 2025 who follows third countries: each step of a country
is a dated fact with its sources, and all of them can be exported.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from tests.acceptance.config import run_command
from tests.acceptance.stories.case import AUTUMN, SUMMER
from tests.acceptance.stories.desk import CASE, Desk, Page, needs_judge, open_desk

NOTICE = Page(
    "Ellery Post",
    "2025-10-09 20:00",
    "Government names Ghana as next place for glazier",
    """The government told the lawyers of Aurelio Benavent on Thursday that it intends to deport
him to Ghana, according to a notice that was filed with the court in Port Ellery.

Ghana is the third African country that the government has named, after Uganda and Eswatini. Mr
Benavent has never been there.

His lawyers said that he would go to Costa Rica, which has offered him refugee status.""",
)
WITHDRAWN = Page(
    "Capital Wire",
    "2025-10-10 15:00",
    "Government withdraws notice on Ghana; official says Uganda refused glazier",
    """The government on Friday withdrew its notice that it would deport Aurelio Benavent to
Ghana; it had been sent prematurely, a lawyer of the Justice Department told Judge Miriam Oakes.

John Scholl, an official of the immigration service, testified at the hearing in Port Ellery that
Uganda had refused to accept Mr Benavent.

He had not asked Costa Rica, he said, and knew of no other country that would take him.""",
)
REFUSAL = Page(
    "Accra Observer",
    "2025-10-10 19:00",
    "Ghana will not accept Benavent, says minister",
    """Ghana will not accept Aurelio Benavent, Foreign Minister Kwesi Amankwah said on Friday,
rejecting reports that he could be sent to Accra.

"This has been communicated directly and clearly to the ambassador," the minister wrote.

Ghana agreed in September to take only a limited number of West Africans on humanitarian
grounds, he said.""",
)
MACHINE = Page(
    "World Buzz",
    "2025-10-11 08:00",
    "State court and heads of state fight over Benavent",
    """Heads of state fought on Friday over Aurelio Benavent, whom a state court wanted to send
to Ghana, the third African country that was named, after Uganda and Eswatini.

A notice to Ghana was withdrawn because it had been sent prematurely. Uganda had refused to accept
him. Ghana will not accept him either, the minister wrote.""",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = ("Ellery Post", "Capital Wire", "Accra Observer", "World Buzz")
    folder = tmp_path_factory.mktemp("countries") / "config"
    known = (*SUMMER, *AUTUMN[:2])
    with open_desk(folder, "2025-10-09 08:00", outlets, known=known) as opened:
        opened.play(NOTICE, WITHDRAWN, REFUSAL, MACHINE, until="2025-10-12 13:00")
        yield opened


@needs_judge
def test_notice_withdrawal_and_refusal_are_three_facts(desk: Desk) -> None:
    assert [outlet for outlet, _ in desk.told()] == [
        "Ellery Post",
        "Capital Wire",
        "Accra Observer",
    ]


def test_notice_and_withdrawal_are_told_with_their_days(desk: Desk) -> None:
    days = {
        event["article"]["outlet"]: event["development"]["event_date"] for event in desk.events()
    }

    assert days["Ellery Post"] == "2025-10-09"
    assert days["Capital Wire"] == "2025-10-10"


def test_what_a_witness_said_of_another_country_is_quoted(desk: Desk) -> None:
    (told,) = [one for one in desk.events() if one["article"]["outlet"] == "Capital Wire"]

    assert any("Uganda had refused" in one["text"] for one in told["new_sentences"])


def test_what_the_minister_said_stands_in_the_digest(desk: Desk) -> None:
    assert [one for one in desk.held() if "Foreign Minister Kwesi Amankwah" in one]


def test_a_weak_page_tells_nothing_by_itself(desk: Desk) -> None:
    assert "World Buzz" not in {outlet for outlet, _ in desk.told()}
    assert not [one for one in desk.held() if "Heads of state" in one]


def test_all_that_is_told_of_a_country_is_exported_with_day_and_source(desk: Desk) -> None:
    exported = run_command(desk.config, "export", CASE, "--format", "csv").stdout

    rows = [row for row in csv.DictReader(io.StringIO(exported)) if "Ghana" in row["summary"]]
    assert [(row["outlet"], row["event_date"]) for row in rows] == [
        ("Capital Wire", "2025-10-10"),
        ("Ellery Post", "2025-10-09"),
    ]
    assert all(row["url"].startswith("http://127.0.5.") for row in rows)
