"""What a chat shows of an event: a title, a few lines, a link. Read from the event itself, so that
every format tells what the webhook's own payload says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from monitor.alerts.payload import MIDDLE_TIER
from monitor.alerts.views.digest import UNCONFIRMED
from monitor.alerts.views.wording import TIERS, count_of, safe_url
from monitor.dates.printing import print_iso_day
from monitor.text import cut, one_line

MAX_QUOTED = 3
MAX_ITEMS = 10  # alerts of a digest that a chat names
_MAX_LINE = 280

_Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of a card; the address is empty unless it may be made clickable."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A message for a chat.

    Attributes:
        tier: 1 to 3, for colours and priorities; 0 for news about the monitor itself.
        url: where its title leads; empty for nowhere.
    """

    title: str
    lines: tuple[CardLine, ...]
    url: str
    tier: int
    at: str


def read_card(event: str, subject: str) -> Card:
    """Returns what a chat shows of an event.

    Args:
        event: the JSON text of a webhook's body.
        subject: of the message, which titles a digest and a notice.
    """
    whole = json.loads(event)
    data, at = whole["data"], whole["timestamp"]
    if "notice" in data:
        # News about the monitor itself lead nowhere.
        lines = tuple(map(_plain_line, data["notice"]["lines"]))
        return Card(_line(data["notice"]["title"]), lines, "", 0, at)
    if "digest" in data:
        return _digest_card(data, subject, at)
    tier = _tier(data)
    lines = tuple(map(_plain_line, _alert_lines(data)))
    return Card(_title(data), lines, _url(data), tier, at)


def _title(data: _Data) -> str:
    return _line(f"[{data['case']['title']}] {_lead(data)}")


def _lead(data: _Data) -> str:
    return str(data["development"]["summary_sentence"] or data["article"]["title"])


def _url(data: _Data) -> str:
    return safe_url(str(data["article"]["url"]))


def _plain_line(text: str) -> CardLine:
    return CardLine(_line(text))


def _line(text: str) -> str:
    return cut(one_line(text, limit=2_000), _MAX_LINE)


def _alert_lines(data: _Data) -> Iterator[str]:
    """Yields what stands below the title of an alert."""
    yield " · ".join(filter(None, _facts(data)))
    yield from map(_change, data["state"])
    # The title says it already.
    quoted = [one["text"] for one in data["new_sentences"] if one["text"] != _lead(data)]
    yield from map("“{}”".format, quoted[:MAX_QUOTED])
    for claim in data["changed_claims"][:MAX_QUOTED]:
        yield f"Before: {claim['before']} After: {claim['after']}"
    yield data["links"]["why"]


def _change(part: _Data) -> str:
    before = f"{part['before']} → " if part["before"] else ""
    return f"{part['what'].capitalize()}: {before}{part['after']}"


def _facts(data: _Data) -> Iterator[str]:
    """Yields kind, outlet, corroboration and day of an alert."""
    is_held = data["alert"]["kind"] == UNCONFIRMED
    yield "In doubt" if is_held else TIERS.get(data["development"]["tier"], "")
    yield data["article"]["outlet"]
    told = data["corroboration"]
    if told:
        yield "one newsroom so far" if told["is_single"] else f"{told['newsrooms']} newsrooms"
    day = print_iso_day(data["development"]["event_date"])
    yield f"happened {day}" if day else ""


def _digest_card(data: _Data, subject: str, at: str) -> Card:
    """Returns what a chat shows of a digest: its first alerts, and how many there are."""
    items = data["items"][:MAX_ITEMS]
    lines = list(map(_item_line, items))
    more = data["digest"]["count"] - len(items)
    if more > 0:
        lines.append(CardLine(f"and {count_of(more, 'development')} more"))
    # The strongest of them gives the colour.
    tier = min(map(_tier, items), default=MIDDLE_TIER)
    return Card(_line(subject), tuple(lines), "", tier, at)


def _item_line(item: _Data) -> CardLine:
    return CardLine(_line(_lead(item)), _url(item))


def _tier(data: _Data) -> int:
    # One from before there were tiers stands in the middle.
    return int(data["development"]["tier"] or MIDDLE_TIER)
