"""The developments of a case as a feed (RFC 4287, RSS 2.0) and what lies ahead as a calendar
(RFC 5545).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import format_datetime
from operator import attrgetter

from icalendar import Calendar, Event, vText
from lxml import etree
from lxml.builder import ElementMaker

from monitor.pages.rendering import TIERS
from monitor.pages.timeline import Ahead, Timeline
from monitor.store.views.developments import DevelopmentView
from monitor.text import clean_text, one_line, short_line
from monitor.urls import is_web_url

_ATOM = "http://www.w3.org/2005/Atom"
_MAX_TITLE = 200


def to_atom(timeline: Timeline, *, self_url: str = "") -> bytes:
    """Returns the developments of a case as an Atom feed, newest first.

    Args:
        self_url: where the feed is served; empty for a file.
    """
    make = ElementMaker(namespace=_ATOM, nsmap={None: _ATOM})
    feed = make.feed(
        make.title(_title(timeline)),
        make.id(_case_id(timeline)),
        make.updated(_rfc3339(_updated(timeline))),
        make.author(make.name("monitor")),
    )
    if self_url:
        feed.append(make.link(rel="self", href=self_url))
    for one in timeline.developments:
        feed.append(_atom_entry(make, one, timeline))
    return _to_bytes(feed)


def _atom_entry(make: ElementMaker, one: DevelopmentView, timeline: Timeline) -> etree._Element:
    entry = make.entry(
        make.title(short_line(one.summary, limit=_MAX_TITLE)),
        make.id(f"urn:monitor:development:{one.id}"),
        make.updated(_rfc3339(one.first_found_at)),
        make.content("\n\n".join(_lines(one, timeline)), type="text"),
    )
    if one.first_published_at:
        entry.append(make.published(_rfc3339(one.first_published_at)))
    # A seed has an address that leads nowhere.
    if is_web_url(one.url):
        entry.append(make.link(rel="alternate", href=clean_text(one.url)))
    if one.tier:
        entry.append(make.category(term=f"tier-{one.tier}", label=TIERS[one.tier]))
    return entry


def to_rss(timeline: Timeline) -> bytes:
    """Returns the developments of a case as an RSS feed, newest first."""
    make = ElementMaker()
    channel = make.channel(
        make.title(_title(timeline)),
        make.link(_whole_link(timeline)),
        make.description(clean_text(timeline.case.note) or _title(timeline)),
        make.lastBuildDate(format_datetime(_updated(timeline))),
    )
    for one in timeline.developments:
        channel.append(_rss_item(make, one, timeline))
    return _to_bytes(make.rss(channel, version="2.0"))


def _whole_link(timeline: Timeline) -> str:
    """Returns the address of a feed as a whole, which RSS wants: a file has none."""
    urls = filter(is_web_url, map(attrgetter("url"), timeline.developments))
    # The last report is the nearest to it; without one it is named as Atom names it.
    return next(urls, _case_id(timeline))


def _case_id(timeline: Timeline) -> str:
    return f"urn:monitor:case:{timeline.case.slug}"


def _rss_item(make: ElementMaker, one: DevelopmentView, timeline: Timeline) -> etree._Element:
    item = make.item(
        make.title(short_line(one.summary, limit=_MAX_TITLE)),
        make.guid(f"urn:monitor:development:{one.id}", isPermaLink="false"),
        make.pubDate(format_datetime(one.first_found_at)),
        # Readers take it for HTML: the text is escaped once for them, and once for XML.
        make.description(_escaped("\n\n".join(_lines(one, timeline)))),
    )
    if is_web_url(one.url):
        item.append(make.link(clean_text(one.url)))
    return item


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(one: DevelopmentView, timeline: Timeline) -> Iterator[str]:
    yield from map(clean_text, timeline.quotes.get(one.row_id, ()) or (one.summary,))
    sources = f"{one.newsrooms} newsrooms" if one.newsrooms > 1 else "one newsroom so far"
    yield one_line(f"{one.outlet}; {sources}")


def _title(timeline: Timeline) -> str:
    return short_line(f"{timeline.case.title}: developments", limit=_MAX_TITLE)


def _updated(timeline: Timeline) -> datetime:
    newest = (one.first_found_at for one in timeline.developments)
    return max(newest, default=timeline.made_at)


def _rfc3339(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _to_bytes(root: etree._Element) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def to_calendar(timeline: Timeline) -> bytes:
    """Returns the known days ahead of a case as all-day events."""
    calendar = Calendar()
    # Required by RFC 5545, 3.6: programs refuse a calendar without it.
    calendar.add("prodid", "-//monitor//timeline//EN")
    calendar.add("version", "2.0")
    # The library knows no type of this one: as a text its commas are escaped (RFC 5545, 3.3.11).
    calendar.add("x-wr-calname", vText(short_line(timeline.case.title, limit=_MAX_TITLE)))
    for one in timeline.ahead:
        calendar.add_component(_event(timeline, one))
    return bytes(calendar.to_ical())


def _event(timeline: Timeline, ahead: Ahead) -> Event:
    event = Event()
    # By its day: a calendar that is fetched again moves nothing and doubles nothing.
    event.add("uid", f"{timeline.case.slug}-{ahead.day}@monitor")
    event.add("dtstamp", ahead.development.first_found_at)
    event.add("dtstart", ahead.day)
    # The end of a whole day is the next one (RFC 5545, 3.6.1).
    event.add("dtend", ahead.day + timedelta(days=1))
    event.add("summary", short_line(ahead.text, limit=_MAX_TITLE))
    event.add("description", one_line(f"{ahead.development.outlet}: {ahead.text}"))
    if is_web_url(ahead.development.url):
        event.add("url", clean_text(ahead.development.url))
    return event
