"""A timeline as a Markdown document, in which no address is a link: whoever reads it somewhere else
clicks on nothing by accident, and no program fetches a preview.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from monitor.dates.printing import is_day, print_date, print_day
from monitor.pages.escaping import as_code, escape
from monitor.pages.rendering import TIERS, print_span
from monitor.pages.timeline import Timeline
from monitor.store.views.developments import DevelopmentView


def to_markdown(timeline: Timeline) -> str:
    """Returns the developments of a case by day, newest first."""
    return "\n".join(_lines(timeline)) + "\n"


def _lines(timeline: Timeline) -> Iterator[str]:
    yield f"# {escape(timeline.case.title)}"
    if timeline.case.note:
        yield from ("", escape(timeline.case.note))
    for day, developments in timeline.days:
        yield from ("", f"## {print_day(day)}")
        for one in developments:
            yield from _development(one, timeline)


def _development(one: DevelopmentView, timeline: Timeline) -> Iterator[str]:
    tier = f" ({TIERS[one.tier]})" if one.tier else ""
    yield from ("", f"**{escape(one.summary)}**{tier}", "")
    quotes = timeline.quotes.get(one.row_id, ())
    # The summary is the first of them, and stands above.
    for text in filter(one.summary.__ne__, quotes):
        yield f"> {escape(text)}"
        yield ">"
    count = f"{one.newsrooms} newsrooms" if one.newsrooms > 1 else "one newsroom so far"
    published = _published(one.first_published_at)
    yield from ("", f"{escape(one.outlet)}, {count}{published}: {as_code(one.url)}")
    for url in one.named_urls:
        yield from ("", f"Filed: {as_code(url)}")
    if one.lead_seconds is not None:
        before = f"{print_span(one.lead_seconds)} before {escape(one.next_outlet)}"
        yield from ("", f"First: {escape(one.first_outlet)}, {before}")


def _published(at: datetime | None) -> str:
    if at is None:
        return ""
    return f", published {print_date(at)}" + ("" if is_day(at) else f", {at:%H:%M %Z}")
