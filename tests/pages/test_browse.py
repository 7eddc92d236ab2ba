"""A case that has more than one page holds: nothing is lost between them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import httpx
import pytest
from icalendar import Calendar
from lxml import html
from sqlalchemy import update
from sqlmodel import Session

from monitor.daemon.observability.web_server import serve
from monitor.daemon.pulse import Pulse
from monitor.pages.library import PAGE, Library
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.schema.tables import developments
from tests.pages.conftest import METRICS, Desk
from tests.pipeline.program import start_program
from tests.store.rows import NOW
from tests.store.views.stored import HOUR, alert

HEARING = "The court set the hearing of the harbour master for 4 July 2025."


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Desk]:
    """The pages of a store without anything in it."""
    settings = load_settings(start_program(tmp_path / "config").folder, {})
    library = Library(Store(settings.database_url), lambda: settings, lambda: NOW + 9 * HOUR)
    server = serve("127.0.0.1:0", "", library, Pulse(), lambda: METRICS)
    with httpx.Client(base_url="http://{}:{}".format(*server.address), timeout=120) as client:
        yield Desk(library, client, client)
    server.stop()
    library.store.close()


def tell(session: Session, *hours: int) -> None:
    """Stores a development found at each of these hours, with tiers 1, 2, 3, 1, and so on."""
    for number, hour in enumerate(hours):
        alert(session, number, hours=hour, tier=number % 3 + 1)


def tell_of_hearing(session: Session) -> None:
    """Stores two hundred developments and, before them, one that announces a hearing."""
    tell(session, 0, *[1] * PAGE)
    first = developments.c.created_at == NOW
    session.execute(update(developments).where(first).values(summary=HEARING))


def read_pages(desk: Desk, query: str) -> Iterator[list[str]]:
    """Yields the ids of the developments on a page of the harbour, and on each that follows it."""
    while query:
        page = html.fromstring(desk.open.get(f"/cases/harbour{query}").text)
        yield page.xpath("//li[contains(@class, 'told-item')]/@id")
        query = "".join(page.xpath("//a[text()='Older']/@href"))


def chosen(desk: Desk, query: str = "") -> list[str]:
    """The ids of all developments that a query of the API chooses, the newest first."""
    rows = desk.open.get(f"/api/cases/harbour/developments?limit=1000{query}").json()
    return [row["id"] for row in rows]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 6])
def test_what_was_found_at_one_moment_stands_on_one_page(empty: Desk, limit: int) -> None:
    empty.library.store.write(tell, 1, 2, 2, 2, 3, 3)

    pages = list(read_pages(empty, f"?limit={limit}"))

    assert list(chain.from_iterable(pages)) == chosen(empty)


@pytest.mark.parametrize(
    "asked", ["&tier=1&tier=3", "&as_of=2025-06-01T16:30Z", "&since=2025-06-01T14:00%2B00:00"]
)
def test_older_pages_are_chosen_by_what_the_first_one_was(empty: Desk, asked: str) -> None:
    empty.library.store.write(tell, 1, 2, 3, 4, 5, 6)

    first, *others = read_pages(empty, f"?limit=2{asked}")

    assert len(first) == 2
    assert [*first, *chain.from_iterable(others)] == chosen(empty, asked) != chosen(empty)


def test_what_is_chosen_by_weight_is_on_one_page(empty: Desk) -> None:
    empty.library.store.write(tell, 1, 2, 2)

    assert len(list(read_pages(empty, "?top=2&limit=2"))) == 1


def test_a_calendar_has_days_that_no_page_of_newest_names(empty: Desk) -> None:
    empty.library.store.write(tell_of_hearing)

    answer = empty.open.get("/cases/harbour/calendar.ics")

    (event,) = Calendar.from_ical(answer.text).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == "2025-07-04"
