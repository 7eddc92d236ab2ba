"""What an XML feed says about how it wants to be polled, read by ourselves.

`feedparser` keeps the last of several hours to skip and loses the links that RFC 5005 and WebSub
add to RSS, so these few elements are looked up in the text of the channel, outside its items."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape

from monitor.urls import resolve

_PART_CHARS = 65_536  # before the first item, and after the last one
_ITEM = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_SKIP_HOURS = re.compile(
    r"<skipHours\b[^>]{0,200}>(.{0,4000}?)</skipHours", re.IGNORECASE | re.DOTALL
)
_SKIP_DAYS = re.compile(r"<skipDays\b[^>]{0,200}>(.{0,4000}?)</skipDays", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour\b[^>]{0,200}>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(r"<day\b[^>]{0,200}>\s*([a-z]{3})[a-z]*\s*<", re.IGNORECASE)
_LINK = re.compile(r"<(?:\w+:)?link\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([\w:-]{1,40})\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True)
class Wishes:
    """See `monitor.model.FeedDocument` for the meaning of the fields."""

    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    older_url: str | None = None
    hub_url: str | None = None


def read_wishes(text: str, url: str) -> Wishes:
    """Returns the wishes of an XML feed; never raises.

    Args:
        text: the document.
        url: its address, which links are resolved against.
    """
    channel = _COMMENT.sub("", _channel(text))
    links = _links(channel)
    return Wishes(
        skip_hours=tuple(
            sorted(
                {int(hour) % 24 for hour in _inside(channel, _SKIP_HOURS, _HOUR) if int(hour) <= 24}
            )
        ),
        skip_days=tuple(
            sorted(
                {
                    _DAYS.index(d)
                    for day in _inside(channel, _SKIP_DAYS, _DAY)
                    if (d := day.lower()) in _DAYS
                }
            )
        ),
        older_url=resolve(url, links["prev-archive"]) if "prev-archive" in links else None,
        hub_url=resolve(url, links["hub"]) if "hub" in links else None,
    )


def _channel(text: str) -> str:
    """Returns the document without its items, as far as it is short: what stands before them and
    what after.
    """
    first = _ITEM.search(text)
    if first is None:
        return text[: 2 * _PART_CHARS]
    tail = text[max(first.start(), len(text) - _PART_CHARS) :]
    end = max((match.end() for match in _ITEM_END.finditer(tail)), default=len(tail))
    return text[: min(first.start(), _PART_CHARS)] + tail[end:]


def _inside(channel: str, block: re.Pattern[str], part: re.Pattern[str]) -> list[str]:
    return [value for found in block.findall(channel) for value in part.findall(found)]


def _links(channel: str) -> dict[str, str]:
    """Returns the first link of each relation."""
    links: dict[str, str] = {}
    for match in _LINK.finditer(channel):
        attributes = {
            name.lower(): unescape(one or other)
            for name, one, other in _ATTRIBUTE.findall(match[1])
        }
        for relation in attributes.get("rel", "").lower().split():
            links.setdefault(relation, attributes.get("href", ""))
    return {relation: href for relation, href in links.items() if href}
