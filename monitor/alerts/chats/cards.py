"""What a chat shows of an event: a title, a few lines, a link. Read from the event itself, so that
every format tells what the webhook's own payload says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.alerts.payload import MIDDLE_TIER
from monitor.alerts.views.digest import EDIT_WORDS, UNCONFIRMED
from monitor.alerts.views.wording import TIERS, count_of, held_line, safe_url
from monitor.dates.printing import print_iso_day
from monitor.text import short_line

MAX_QUOTED = 3
MAX_ITEMS = 10  # alerts of a digest that a chat names
MAX_BESIDE = 3  # edits, and feeds in trouble, that it names beside them
_MAX_LINE = 280
_MAX_MARKED = 160  # of what stands beside a remark
_MAX_REMARK = 100

_Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CardLine:
    """A line of a card.

    Attributes:
        url: empty unless it may be made clickable.
        is_item: it tells one of the developments that a digest counts.
    """

    text: str
    url: str = ""
    is_item: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A message for a chat.

    Attributes:
        tier: 1 to 3, for colours and priorities; 0 for news about the monitor itself.
        url: where its title leads; empty for nowhere.
        count: developments of a digest, those without a line among them; 0 for what is none.
    """

    title: str
    lines: tuple[CardLine, ...]
    url: str
    tier: int
    at: str
    count: int = 0


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
    return short_line(text, limit=_MAX_LINE)


def _alert_lines(data: _Data) -> Iterator[str]:
    """Yields what stands below the title of an alert."""
    yield " · ".join(filter(None, _facts(data)))
    if _is_held(data):
        yield held_line(data["alert"]["held_back"])
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
    yield "In doubt" if _is_held(data) else TIERS.get(data["development"]["tier"], "")
    yield data["article"]["outlet"]
    told = data["corroboration"]
    if told:
        yield "one newsroom so far" if told["is_single"] else f"{told['newsrooms']} newsrooms"
    day = print_iso_day(data["development"]["event_date"])
    yield f"happened {day}" if day else ""


def _digest_card(data: _Data, subject: str, at: str) -> Card:
    """Returns what a chat shows of a digest: its first alerts, what outlets edited, which feeds
    are in trouble.
    """
    # As a mail has it: what is told, what is in doubt, what somebody silenced.
    items = sorted(data["items"], key=_rank)
    lines = (
        *map(_item_line, items[:MAX_ITEMS]),
        *_beside("edit", list(map(_edit_line, data["edits"]))),
        *_beside("feed", list(map(_feed_line, data["feeds"]))),
    )
    # The first of them gives the colour: a doubt is not urgent where something is certain.
    tier = next(map(_tier, items), MIDDLE_TIER)
    return Card(_line(subject), lines, "", tier, at, data["digest"]["count"])


def _rank(item: _Data) -> tuple[bool, bool, int]:
    # False sorts before True.
    return bool(item["alert"]["silenced"]), _is_held(item), _tier(item)


def _is_held(data: _Data) -> bool:
    return bool(data["alert"]["kind"] == UNCONFIRMED)


def _item_line(item: _Data) -> CardLine:
    mark = _mark(item)
    # Who reads it at a glance must not take a doubt for news: the mark stands first.
    lead = short_line(_lead(item), limit=_MAX_MARKED if mark else _MAX_LINE)
    held = f" ({held_line(item['alert']['held_back'])})" if _is_held(item) else ""
    return CardLine(f"{mark}{lead}{held}", _url(item), is_item=True)


def _mark(item: _Data) -> str:
    """Returns what is said before an alert that is no plain news."""
    # Whatever it is, it is told as silenced.
    if silenced := item["alert"]["silenced"]:
        return f"Silenced ({short_line(silenced, limit=_MAX_REMARK)}): "
    return "In doubt: " if _is_held(item) else ""


def _beside(noun: str, lines: Sequence[CardLine]) -> Iterator[CardLine]:
    """Yields the first lines of a kind, and how many more there are."""
    yield from lines[:MAX_BESIDE]
    if more := len(lines[MAX_BESIDE:]):
        yield CardLine(f"and {count_of(more, noun)} more")


def _edit_line(edit: _Data) -> CardLine:
    outlet = short_line(edit["outlet"], limit=_MAX_REMARK)
    told = short_line(edit["summary"], limit=_MAX_MARKED)
    word = EDIT_WORDS.get(edit["kind"], "changed")
    return CardLine(f"{outlet} {word} this: {told}", safe_url(edit["url"]))


def _feed_line(feed: _Data) -> CardLine:
    name = short_line(feed["title"] or feed["url"], limit=_MAX_REMARK)
    reason = short_line(feed["reason"], limit=_MAX_MARKED)
    return CardLine(f"Feed in trouble: {name}: {reason}", safe_url(feed["url"]))


def _tier(data: _Data) -> int:
    # One from before there were tiers stands in the middle.
    return int(data["development"]["tier"] or MIDDLE_TIER)
