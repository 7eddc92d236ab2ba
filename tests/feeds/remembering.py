"""Two documents of a feed, one after the other: the second read as a whole, and without what is
remembered of the first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from monitor.errors import FeedParseError
from monitor.feeds.parse import parse_feed
from monitor.feeds.pruning import Memory, Pruned, cut_document, prune, remember
from monitor.model import FeedDocument, FeedItem

URL = "https://quarry.example/rss"
AT = datetime(2025, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def memory_of(body: bytes, *, url: str = URL, at: datetime = AT) -> Memory | None:
    """What is remembered of a document whose items were all stored; None where nothing is."""
    cut = cut_document(body, url)
    if cut is None:
        return None
    items = remember(cut, parse_feed(body, url=url), None, unsettled=())
    return None if items is None else Memory(cut.frame, at, items)


@dataclass(frozen=True)
class Rest:
    """What is left of a document, and what was read of it; None where the whole is to be read."""

    pruned: Pruned | None
    document: FeedDocument | None

    @property
    def items(self) -> tuple[FeedItem, ...] | None:
        return None if self.document is None else self.document.items


def read_rest(before: bytes, after: bytes, *, url: str = URL, at: datetime = AT + HOUR) -> Rest:
    """Reads of a document what the one before it did not have."""
    memory, cut = memory_of(before, url=url), cut_document(after, url)
    pruned = prune(cut, memory, at) if cut and memory else None
    if pruned is None:
        return Rest(None, None)
    if not pruned.kept:
        return Rest(pruned, FeedDocument("", (), passed=pruned.passed))
    try:
        document = parse_feed(pruned.body, url=url)
    except FeedParseError:
        return Rest(pruned, None)
    return Rest(pruned, document if pruned.fits(document) else None)


def agrees(rest: Rest, before: bytes, after: bytes, *, url: str = URL) -> bool:
    """Whether the rest of a document, with what was read before, says what the whole says."""
    known, whole = set(parse_feed(before, url=url).items), parse_feed(after, url=url).items
    read = rest.items or ()
    new = [item for item in whole if item not in known]
    # An item may have other bytes and say the same: it is read again, and that is all.
    return [item for item in read if item not in known] == new and set(read) <= set(whole)


def without(body: bytes, place: int, *, url: str = URL) -> bytes | None:
    """A document without one of its items; None where it cannot be cut."""
    cut = cut_document(body, url)
    if cut is None or len(cut.spans) < 2:
        return None
    return cut.without({cut.spans[place % len(cut.spans)].hash})


def edited(body: bytes, place: int, *, url: str = URL) -> bytes | None:
    """A document with another word in one title; None where there is none to put it into."""
    cut = cut_document(body, url)
    if cut is None:
        return None
    span = cut.spans[place % len(cut.spans)]
    end = body.find(b"</title>", span.start, span.end)
    return None if end < 0 else body[:end] + b" again" + body[end:]


def settle(memory: Memory, keys: set[bytes]) -> Memory:
    """What is remembered where the items of some keys were not stored as they are."""
    return replace(memory, items=tuple(item for item in memory.items if item.key not in keys))
