"""What an XML feed says about how it should be polled, read from its text.

`feedparser` keeps the last of several hours to skip and loses the links that RFC 5005 and WebSub
add to RSS, so these few elements are looked up in the text of the channel, outside its items.

Source: https://www.rssboard.org/rss-specification, RFC 5005 §3 and §4,
https://www.w3.org/TR/websub/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from monitor.urls import resolve

_PART_CHARS = 65_536  # before the first item, and after the last one
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
# Quantifiers are bounded: hostile documents must not make a pattern walk them again and again.
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_SKIP_HOURS = re.compile(
    r"<skipHours\b[^>]{0,200}>(.{0,4000}?)</skipHours", re.IGNORECASE | re.DOTALL
)
_SKIP_DAYS = re.compile(r"<skipDays\b[^>]{0,200}>(.{0,4000}?)</skipDays", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour\b[^>]{0,200}>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(r"<day\b[^>]{0,200}>\s*([a-z]{3})[a-z]*\s*<", re.IGNORECASE)
_LINK = re.compile(r"<(?:\w+:)?link\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
# By their first three letters: feeds write them out or not.
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class PollingHints:
    """See `monitor.model.FeedDocument` for the meaning of the fields."""

    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    older_url: str | None = None
    hub_url: str | None = None


def read_polling_hints(text: str, url: str) -> PollingHints:
    """Returns the polling hints of an XML feed; never raises.

    Args:
        text: the document.
        url: its address, which links are resolved against.
    """
    channel = _COMMENT.sub("", _cut_items(text))
    links = _read_links(channel)
    return PollingHints(
        skip_hours=_read_hours(channel),
        skip_days=_read_days(channel),
        # An archive stays as it is; the pages of a feed move on, and lead as far back.
        older_url=_resolve_link(url, links.get("prev-archive") or links.get("next")),
        hub_url=_resolve_link(url, links.get("hub")),
    )


def _cut_items(text: str) -> str:
    """Returns the document without its items, and of it only what stands near them: at most
    `_PART_CHARS` before them and after.
    """
    # What an item quotes (CDATA, escaped HTML) is not the feed's own word.
    first = _ITEM.search(text)
    if first is None:
        return text[: 2 * _PART_CHARS]
    tail = text[max(first.start(), len(text) - _PART_CHARS) :]
    end = max((match.end() for match in _ITEM_END.finditer(tail)), default=len(tail))
    return text[: min(first.start(), _PART_CHARS)] + tail[end:]


def _read_hours(channel: str) -> tuple[int, ...]:
    """Returns the hours of `skipHours`, 0-23, sorted; some feeds write midnight as 24."""
    hours = list(map(int, _find_inside(channel, _SKIP_HOURS, _HOUR)))
    return tuple(sorted({hour % 24 for hour in hours if hour <= 24}))


def _read_days(channel: str) -> tuple[int, ...]:
    """Returns the days of `skipDays`, 0 is Monday, sorted."""
    days = [day.lower() for day in _find_inside(channel, _SKIP_DAYS, _DAY)]
    return tuple(sorted({_DAYS.index(day) for day in days if day in _DAYS}))


def _find_inside(channel: str, block: re.Pattern[str], part: re.Pattern[str]) -> Iterator[str]:
    for found in block.findall(channel):
        yield from part.findall(found)


def _read_links(channel: str) -> dict[str, str]:
    """Returns the address of the first link of each relation, where that one has an address."""
    links: dict[str, str] = {}
    for match in _LINK.finditer(channel):
        attributes = _read_attributes(match[1])
        for relation in attributes.get("rel", "").lower().split():
            links.setdefault(relation, attributes.get("href", ""))
    return links


def _read_attributes(tag: str) -> dict[str, str]:
    attributes: dict[str, str] = {}
    for name, in_double_quotes, in_single_quotes in _ATTRIBUTE.findall(tag):
        attributes[name.lower()] = unescape(in_double_quotes or in_single_quotes)
    return attributes


def _resolve_link(url: str, href: str | None) -> str | None:
    return resolve(url, href) if href else None
