"""Story 7, a student who asks on 31 December 2025 what changed since the 20th, rulings only: two
orders of two Tuesdays stay two, and a report of the 27th is no event of the 30th.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.acceptance.config import run_command
from tests.acceptance.stories.case import AUTUMN, SUMMER
from tests.acceptance.stories.desk import CASE, Desk, Page, open_desk

DECEMBER = (
    "2025-12-13",
    "Judge forbids to detain glazier again",
    """District Judge Miriam Oakes forbade immigration officers on Friday to detain Aurelio
Benavent again, a day after she had ordered his release from the detention centre in Farmdale.

His trial in Nolan City is to begin on 27 January before Judge Harold Lindgren.""",
)
DEADLINES = Page(
    "Ellery Post",
    "2025-12-22 21:00",
    "Judge keeps glazier out of detention and sets deadlines",
    """District Judge Miriam Oakes on Monday extended the order that forbids officers to detain
Aurelio Benavent, and gave the government until 26 December to say whether it will try to.

His lawyers have until 30 December to answer, she ruled after a hearing of an hour in Port
Ellery. The order is at https://court.example/8-25-cv-01902/112.""",
)
CANCELLED = Page(
    "Capital Wire",
    "2025-12-23 19:00",
    "Judge cancels trial of glazier and orders hearing on vindictive prosecution",
    """Judge Harold Lindgren on Tuesday cancelled the trial of Aurelio Benavent, which was to begin
in Nolan City on 27 January, and set a hearing for 28 January on whether the charges are vindictive.

The government will have to explain at the hearing why it charged him, the judge wrote.""",
)
LOOKING_BACK = Page(
    "Valley Ledger",
    "2025-12-27 12:00",
    "Glazier's year: from prison abroad to home",
    """Aurelio Benavent will see the new year at home. On Tuesday, Judge Harold Lindgren cancelled
the trial of the glazier, which was to begin in Nolan City on 27 January.

The glazier was deported to Talvera in March because of an administrative error. He was brought
back in June and charged with smuggling migrants.""",
)
UNSEALED = Page(
    "Capital Wire",
    "2025-12-30 22:00",
    "Unsealed order: high officials pushed to prosecute glazier",
    """High officials of the Justice Department pushed the prosecutors in Nolan City to charge
Aurelio Benavent, according to an order by Judge Harold Lindgren that was unsealed on Tuesday.

In the order of 3 December, the judge told the government to hand over documents that show it: the
deputy of the deputy attorney general had called the case a top priority. The order is at
https://court.example/3-25-cr-00441/241.""",
)
ESSAY = Page(
    "Coast Radio",
    "2025-12-31 09:00",
    "Opinion: a year of Benavent",
    """I have written of Aurelio Benavent before, and I will write of him again, because I believe
that his year was ours.

We should not forget how it began. I think that nobody who says that the law is the law has read
what the judges wrote.""",
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    outlets = ("Ellery Post", "Capital Wire", "Valley Ledger", "Coast Radio")
    folder = tmp_path_factory.mktemp("since") / "config"
    known = (*SUMMER, *AUTUMN, DECEMBER)
    with open_desk(folder, "2025-12-20 08:00", outlets, known=known) as opened:
        opened.play(DEADLINES, CANCELLED, LOOKING_BACK, UNSEALED, ESSAY)
        yield opened


def test_each_ruling_is_told_with_the_day_of_its_event_and_of_its_page(desk: Desk) -> None:
    rows = desk.rows("timeline", CASE, "--since", "2025-12-20", "--tier", "1", "--tier", "2")

    assert [(row["event_date"], row["first_published_at"][:10]) for row in reversed(rows)] == [
        ("2025-12-22", "2025-12-22"),
        ("2025-12-23", "2025-12-23"),
        ("2025-12-30", "2025-12-30"),
    ]


def test_a_person_sees_when_each_was_published_and_where_what_was_filed_is(desk: Desk) -> None:
    asked = ("timeline", CASE, "--since", "2025-12-20", "--tier", "1", "--tier", "2")

    shown = run_command(desk.config, *asked, "--format", "table").stdout

    assert [line.split()[-1] for line in shown.splitlines() if " Wire  " in line] == [
        "2025-12-30",
        "2025-12-23",
    ]
    assert "filed: https://court.example/3-25-cr-00441/241" in shown


def test_an_essay_and_a_look_back_are_no_event(desk: Desk) -> None:
    outlets = {row["outlet"] for row in desk.rows("timeline", CASE, "--since", "2025-12-20")}

    assert outlets == {"Ellery Post", "Capital Wire"}


def test_the_links_to_what_was_filed_are_exported_with_the_news(desk: Desk) -> None:
    exported = run_command(desk.config, "export", CASE).stdout

    for filed in ("8-25-cv-01902/112", "3-25-cr-00441/241"):
        assert f"https://court.example/{filed}" in exported
