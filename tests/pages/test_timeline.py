"""The timeline: by the day of the event, with what lies ahead, as a page, a feed or a calendar."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from lxml import etree, html

from monitor.pages.markdown import to_markdown
from monitor.pages.rendering import PageValues, print_span, render, split_addresses
from monitor.pages.syndication import to_atom, to_calendar, to_rss
from monitor.pages.timeline import Timeline, read_timeline
from monitor.store import Store
from monitor.store.views.cases import CaseView
from monitor.store.views.developments import DevelopmentView, list_developments
from tests.pages.conftest import HOSTILE
from tests.store.rows import NOW
from tests.store.views.stored import alert

JUNE = date(2025, 6, 1)
DAY = timedelta(days=1)


def told(number: int, summary: str = "The pier was closed.", **other: object) -> DevelopmentView:
    """A development that was found on so many days after the first of June."""
    found_at = datetime(2025, 6, 1, 12, tzinfo=UTC) + number * DAY
    view = DevelopmentView(
        id=f"{number:016x}",
        case="harbour",
        summary=summary,
        outlet="Gazette",
        url=f"https://news.example/{number}",
        article_id=f"a{number}",
        first_found_at=found_at,
        first_published_at=found_at,
        carriers=1,
        alert_id=f"b{number}",
        row_id=number,
        tier=1,
        newsrooms=1,
        event_date=found_at.date(),
    )
    return replace(view, **other)  # type: ignore[arg-type]


def timeline_of(
    developments: Sequence[DevelopmentView], counts: dict[date, int] | None = None
) -> Timeline:
    case = CaseView("harbour", "Harbour", "Who closed it?", "pier", 9, 3, NOW, True)
    quotes = {one.row_id: [one.summary, "It opens on 9 August."] for one in developments}
    return Timeline(case, developments, quotes, counts or {}, (), NOW)


def test_developments_stand_under_the_day_on_which_they_happened() -> None:
    late = told(3, event_date=JUNE)
    undated = told(2, event_date=None)

    days = timeline_of([late, undated, told(0)]).days

    assert [(day, [one.row_id for one in found]) for day, found in days] == [
        (JUNE + 2 * DAY, [2]),
        (JUNE, [3, 0]),
    ]


def test_the_chart_has_every_day_and_its_tallest_bar_is_whole() -> None:
    bars = timeline_of([told(3)], {JUNE: 2, JUNE + DAY: 4}).bars

    assert [(bar.day.day, bar.articles, bar.developments, bar.height) for bar in bars] == [
        (1, 2, 0, 50.0),
        (2, 4, 0, 100.0),
        (3, 0, 0, 0.0),
        (4, 0, 1, 0.0),
    ]


def test_a_short_chart_does_not_fill_its_place() -> None:
    made = timeline_of([told(0)], {JUNE: 2})

    page = render("timeline", PageValues(UTC, values={"timeline": made, "older": None}))

    assert 'viewBox="0 0 300 110"' in page
    assert "Sunday 1 June 2025 to Sunday 1 June 2025: articles a day" in page


def test_a_chart_of_years_shows_the_last_half_year() -> None:
    bars = timeline_of([], {JUNE: 1, JUNE + 900 * DAY: 1}).bars

    assert (len(bars), bars[-1].day) == (180, JUNE + 900 * DAY)


def test_a_case_without_anything_has_an_empty_timeline() -> None:
    empty = timeline_of([])

    page = render("timeline", PageValues(UTC, values={"timeline": empty, "older": None}))

    assert (empty.days, empty.bars) == ([], [])
    assert "Nothing is told yet." in page
    assert feedparser.parse(io.BytesIO(to_atom(empty))).entries == []


def test_what_lies_ahead_is_read_from_the_store(store: Store) -> None:
    text = "The court set the hearing of the harbour master for 4 July 2025."
    store.write(alert, 1, title=text)

    found = store.read(list_developments, limit=9)
    ahead = [replace(one, summary=text) for one in found]
    read = store.read(read_timeline, "harbour", ahead, now=NOW)

    assert [(one.day, one.text) for one in read.ahead] == [(date(2025, 7, 4), text)]
    assert read.quotes[found[0].row_id] == ["The harbour master closed the old pier on Sunday."]
    assert sum(read.articles_by_day.values()) == 1


def test_a_day_that_a_late_found_article_announces_may_have_passed(store: Store) -> None:
    store.write(alert, 1)
    (found,) = store.read(list_developments, limit=9)
    fresh = replace(found, summary="The harbour master will testify on Thursday.")
    late = replace(fresh, first_published_at=found.first_found_at - 7 * DAY)

    (ahead,) = store.read(read_timeline, "harbour", [fresh], now=NOW).ahead
    assert ahead.day == date(2025, 6, 5)
    assert store.read(read_timeline, "harbour", [late], now=NOW).ahead == []


def test_what_lies_ahead_is_counted_on_the_clock_of_the_case(store: Store) -> None:
    store.write(alert, 1)
    (found,) = store.read(list_developments, limit=9)
    late = datetime(2025, 6, 1, 2, tzinfo=UTC)  # Saturday evening in New York
    summary = "The harbour master will testify tomorrow."
    told_late = replace(found, summary=summary, first_found_at=late, first_published_at=late)
    now = late.astimezone(ZoneInfo("America/New_York"))

    (ahead,) = store.read(read_timeline, "harbour", [told_late], now=now).ahead

    assert ahead.day == date(2025, 6, 1)


@pytest.mark.parametrize("write", [to_atom, to_rss])
def test_a_feed_is_read_as_it_was_told(write: object) -> None:
    developments = [told(2, HOSTILE), told(1)]

    document = write(timeline_of(developments))  # type: ignore[operator]

    read = feedparser.parse(io.BytesIO(document))
    assert not read.bozo
    assert [entry.id for entry in read.entries] == [
        f"urn:monitor:development:{one.id}" for one in developments
    ]
    assert [entry.link for entry in read.entries] == [one.url for one in developments]
    assert etree.fromstring(document).xpath("//*[local-name()='title']/text()")[1] == HOSTILE
    # Atom says that it is text; who reads RSS takes it for HTML.
    is_text = read.entries[0].get("content", [{}])[0].get("type") == "text/plain"
    assert is_text or "<script" not in read.entries[0].summary


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_makes_feeds_calendars_and_pages_that_can_be_read(text: str, url: str) -> None:
    one = told(1, text, outlet=text, url=url)
    made = timeline_of([one])

    etree.fromstring(to_atom(made))
    etree.fromstring(to_rss(made))
    page = html.fromstring(
        render("timeline", PageValues(UTC, values={"timeline": made, "older": None}))
    )
    assert page.xpath("//script | //img") == []


def test_a_day_that_was_given_without_a_time_is_told_as_a_day() -> None:
    midnight = datetime(2025, 6, 2, tzinfo=UTC)
    one = replace(
        told(1), first_published_at=midnight, first_found_at=midnight + timedelta(hours=5)
    )

    west = ZoneInfo("America/New_York")
    page = render(
        "timeline", PageValues(west, values={"timeline": timeline_of([one]), "older": None})
    )

    assert "found 2 Jun 2025, 01:00 · published 2 Jun 2025</p>" in page


@pytest.mark.parametrize(
    ("at", "zone", "said"),
    [
        (datetime(9999, 12, 31, 23, 30, tzinfo=UTC), "Asia/Tokyo", "31 Dec 9999, 23:30"),
        (datetime(1, 1, 1, 1, 30, tzinfo=UTC), "America/New_York", "1 Jan 1, 01:30"),
    ],
)
def test_the_first_and_the_last_hours_of_all_can_be_shown(
    at: datetime, zone: str, said: str
) -> None:
    timeline = replace(timeline_of([]), made_at=at)

    page = render(
        "timeline", PageValues(ZoneInfo(zone), values={"timeline": timeline, "older": None})
    )

    assert f"Made by monitor at {said}" in page


def test_a_day_in_what_changed_is_written_out() -> None:
    assert "<strong>trial</strong>: set for 28 January 2026</li>" in page_of(
        replace(told(1), changes=(("trial", "set for 2026-01-28"),))
    )


def test_a_calendar_has_the_days_ahead_as_whole_days() -> None:
    from monitor.pages.timeline import Ahead

    ahead = Ahead(date(2025, 7, 4), "Hearing; the harbour master, and others\n" + "x" * 90, told(1))
    calendar = Calendar.from_ical(to_calendar(replace(timeline_of([told(1)]), ahead=[ahead])))

    (event,) = calendar.walk("VEVENT")
    assert event.decoded("dtstart") == date(2025, 7, 4)
    assert event.decoded("dtend") == date(2025, 7, 5)
    assert str(event["summary"]).startswith("Hearing; the harbour master, and others x")
    assert str(event["uid"]) == "harbour-2025-07-04@monitor"


def test_the_name_of_a_calendar_is_escaped_as_its_other_texts() -> None:
    made = timeline_of([])
    case = replace(made.case, title="Pier; ferry, and \\harbour")

    document = to_calendar(replace(made, case=case)).decode()

    assert "\r\nX-WR-CALNAME:Pier\\; ferry\\, and \\\\harbour\r\n" in document


@pytest.mark.parametrize("developments", [[], [told(1, url="seed:1")]], ids=["none", "a seed"])
def test_a_feed_in_rss_leads_somewhere_whatever_was_told(
    developments: list[DevelopmentView],
) -> None:
    document = etree.fromstring(to_rss(timeline_of(developments)))

    assert document.findtext("channel/link") == "urn:monitor:case:harbour"


def test_the_document_of_a_timeline_has_days_quotes_and_sources() -> None:
    document = to_markdown(timeline_of([told(1), told(0, newsrooms=3)]))

    assert document.splitlines()[:5] == [
        "# Harbour",
        "",
        "Who closed it?",
        "",
        "## Monday 2 June 2025",
    ]
    assert "> It opens on 9 August\\." in document
    published = "published 1 June 2025, 12:00 UTC"
    assert f"Gazette, 3 newsrooms, {published}: `https://news.example/0`" in document


def test_the_document_has_what_was_filed_and_days_without_a_time() -> None:
    midnight = datetime(2025, 6, 2, tzinfo=UTC)
    filed = ("https://court.example/`12`",)

    document = to_markdown(timeline_of([told(1, first_published_at=midnight, named_urls=filed)]))

    assert "so far, published 2 June 2025: `https://news.example/1`" in document
    assert "Filed: `https://court.example/%6012%60`" in document


LED = {"first_outlet": "Courier", "next_outlet": "Gazette", "lead_seconds": 5_340}


def page_of(one: DevelopmentView, quote: str = "") -> str:
    """The document of a timeline with one development."""
    made = replace(timeline_of([one]), quotes={one.row_id: [one.summary, quote]})
    return render("timeline", PageValues(UTC, values={"timeline": made, "older": None}))


def test_the_lead_of_the_first_newsroom_is_told() -> None:
    one = told(1, newsrooms=2, **LED)

    text = html.fromstring(page_of(one)).text_content()

    assert "Courier was first, 1 h 29 min before Gazette" in text
    assert "First: Courier, 1 h 29 min before Gazette" in to_markdown(timeline_of([one]))
    assert "was first" not in page_of(told(1, newsrooms=2))


def test_a_document_in_markdown_does_not_quote_its_summary_again() -> None:
    document = to_markdown(timeline_of([told(1, "Pier closed.")]))

    assert document.count("Pier closed") == 1
    assert "> It opens on 9 August" in document


def test_a_document_in_markdown_cuts_no_text() -> None:
    summary, quote = ("closed " * 400).strip(), ("opens " * 400).strip()
    url = "https://news.example/" + "p" * 1_500
    one = told(1, summary, url=url, named_urls=(url,), outlet="Gazette " * 90)
    made = replace(timeline_of([one]), quotes={1: [summary, quote]})
    case = replace(made.case, note="note " * 300)

    document = to_markdown(replace(made, case=case))

    assert f"**{summary}**" in document
    assert f"> {quote}\n" in document
    assert document.count(f"`{url}`") == 2
    assert document.count("note") == 300
    assert document.count("Gazette") == 90


def test_what_was_filed_can_be_opened_from_the_text() -> None:
    quote = "The order is at https://court.example/8-25/112."

    (link,) = html.fromstring(page_of(told(1), quote)).xpath("//blockquote//a")

    assert (link.get("href"), link.text) == (quote[16:-1], quote[16:-1])
    assert link.get("rel") == "noopener noreferrer"
    assert link.getparent().text_content() == quote


def test_a_report_that_was_changed_says_so() -> None:
    assert "the report has had 3 texts" in page_of(told(1, revisions=3))
    assert "has had" not in page_of(told(1))


@given(st.text(max_size=80))
def test_addresses_are_found_in_a_text_and_nothing_of_it_is_lost(text: str) -> None:
    pieces = split_addresses(f"{text} https://court.example/1 ")

    assert "".join(piece for _, piece in pieces) == f"{text} https://court.example/1 "
    assert (True, "https://court.example/1") in pieces


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a minute"),
        (59, "less than a minute"),
        (60, "1 min"),
        (5_340, "1 h 29 min"),
        (7_200, "2 h"),
        (90_061, "1 d 1 h"),
        (86_400 + 120, "1 d 2 min"),
    ],
)
def test_a_span_is_said_in_its_largest_units(seconds: int, said: str) -> None:
    assert print_span(seconds) == said
