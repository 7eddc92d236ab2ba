"""Leaving out what was read before: of a document that holds forty items and brings one, one is
parsed.

Parsing is most of what a poll costs, and most items say byte for byte what they said at the last
poll. A document is cut into its items and the frame around them; items whose bytes are remembered
are passed over, the others are parsed inside the same frame. A changed item has other bytes, so
edits arrive as ever.

Whether that gives the same as reading the whole depends on what items have to do with each other:
repeated guids, links that differ by their fragments, faults that make a parser read differently. So
only a document that was read whole and without a fault is remembered, only the same frame is
trusted, only a faultless reading of the rest counts, and once a day the whole is read anyway. JSON
and documents that are no superset of ASCII are never cut."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.model import FeedDocument, FeedItem, Precision, ReadItem

WHOLE_EVERY = timedelta(hours=24)
MAX_SPANS = 2_000
MAX_FRAME_BYTES = 65_536
_HASH_BYTES = 8
_BEGIN = re.compile(rb"<((?:[\w.-]{1,40}:)?(?:item|entry))(?=[\s>])")
_END = re.compile(rb"\s{0,20}>")
_EDGE = re.compile(rb"</?(?:[\w.-]{1,40}:)?(?:item|entry)[\s/>]", re.IGNORECASE)
# Says when a document was made, which changes though nothing else does. Quantifiers are bounded:
# hostile documents must not make a pattern walk them again and again.
_VOLATILE = re.compile(
    rb"<!--.{0,1000}?-->|<(lastBuildDate|pubDate|updated|modified|dc:date)>[^<]{0,100}</\1>",
    re.DOTALL,
)
# NUL stands in wide encodings, ESC in those that look like ASCII until they are shifted.
_NOT_CUT = (b"\0", b"\x1b")
_HEAD = struct.Struct(">8sq")
_ITEM = struct.Struct(">8s8sq")
_UNDATED = -(2**63)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class ItemSpan:
    """The bytes of one item: where they stand, and their hash."""

    start: int
    end: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Cut:
    """A document cut into items.

    Attributes:
        spans: of its items, in their order; no two of them are the same.
        frame: hash of what stands around them, and of what its headers say.
    """

    body: bytes
    spans: tuple[ItemSpan, ...]
    frame: bytes

    def without(self, passed: Collection[bytes]) -> bytes:
        """Returns the document without the items of these hashes."""
        parts, place = [], 0
        for span in self.spans:
            if span.hash in passed:
                parts.append(self.body[place : span.start])
                place = span.end
        return b"".join([*parts, self.body[place:]])


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a feed's last document.

    Attributes:
        read_at: when it was last read whole.
        items: those that say what is stored of them.
    """

    frame: bytes
    read_at: datetime
    items: tuple[ReadItem, ...]

    def to_bytes(self) -> bytes:
        """Returns what `from_bytes` reads: 16 bytes, and 24 for each item."""
        items = (
            _ITEM.pack(item.span, item.key, _to_number(item.published_at)) for item in self.items
        )
        return _HEAD.pack(self.frame, _to_number(self.read_at)) + b"".join(items)

    @classmethod
    def from_bytes(cls, packed: bytes) -> Memory | None:
        """Reads what `to_bytes` wrote; None where it is something else."""
        if len(packed) < _HEAD.size or (len(packed) - _HEAD.size) % _ITEM.size:
            return None
        frame, number = _HEAD.unpack_from(packed)
        read_at = _from_number(number)
        if read_at is None:
            return None
        items = (
            ReadItem(span, key, _from_number(at))
            for span, key, at in _ITEM.iter_unpack(packed[_HEAD.size :])
        )
        return cls(frame, read_at, tuple(items))


@dataclass(frozen=True, slots=True)
class Pruned:
    """A document without what is remembered of it.

    Attributes:
        body: is still a document; empty where nothing is left to be read.
        kept: the spans of the items that are left.
        passed: what is remembered of those that are not.
    """

    body: bytes
    kept: tuple[ItemSpan, ...]
    passed: tuple[ReadItem, ...]

    def fits(self, document: FeedDocument) -> bool:
        """Whether what was read of the rest is what would have been read of it in the whole."""
        items = document.items
        if not is_faultless(document) or len(items) != len(self.kept):
            return False
        keys = {item.key for item in self.passed}
        # The same guid on another item, or on one more: what it is worth shows in the whole only.
        if any(hash_key(item.key) in keys for item in items):
            return False
        instants = {item.published_at for item in self.passed}
        return not any(_may_repeat(item, instants) for item in items)


def cut_document(body: bytes, described: str) -> Cut | None:
    """Cuts a feed into items; None where that cannot be done safely.

    Args:
        described: what its address and its headers say of it.
    """
    if any(mark in body for mark in _NOT_CUT):
        return None
    places = _find_items(body)
    if not places:
        return None
    frame = _frame_around(body, places)
    spans = tuple(ItemSpan(start, end, _hash(body[start:end])) for start, end in places)
    is_clear = len(frame) <= MAX_FRAME_BYTES and not _EDGE.search(frame)
    if not is_clear or len({span.hash for span in spans}) < len(spans):
        return None
    return Cut(body, spans, _hash(described.encode() + b"\n" + _VOLATILE.sub(b"", frame)))


def _find_items(body: bytes) -> list[tuple[int, int]]:
    """Returns where items begin and end; none where one does not end."""
    places: list[tuple[int, int]] = []
    place = 0
    while begin := _BEGIN.search(body, place):
        closing = b"</" + begin[1]
        start = body.find(closing, begin.end())
        end = _END.match(body, start + len(closing)) if start >= 0 else None
        if end is None or len(places) == MAX_SPANS:
            return []
        places.append((begin.start(), end.end()))
        place = end.end()
    return places


def _frame_around(body: bytes, places: Sequence[tuple[int, int]]) -> bytes:
    """Returns what stands around items; white space between them is nothing."""
    starts = [0, *(end for _, end in places)]
    ends = [*(start for start, _ in places), len(body)]
    parts = (body[start:end].strip() for start, end in zip(starts, ends, strict=True))
    return b"\n".join(filter(None, parts))


def prune(cut: Cut, memory: Memory, now: datetime) -> Pruned | None:
    """Leaves out of a document what is remembered of it; None where the whole is to be read."""
    if cut.frame != memory.frame or not timedelta() <= now - memory.read_at < WHOLE_EVERY:
        return None
    known = {item.span: item for item in memory.items}
    passed = tuple(known[span.hash] for span in cut.spans if span.hash in known)
    kept = tuple(span for span in cut.spans if span.hash not in known)
    if not passed:
        return None
    body = cut.without(known) if kept else b""
    return Pruned(body, kept, passed) if _decodes_alike(cut.body, body) else None


def _decodes_alike(body: bytes, part: bytes) -> bool:
    """Whether a part of a document is read in the encoding in which the whole would be."""
    return _is_utf8(body) or part.isascii() or not _is_utf8(part)


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def is_faultless(document: FeedDocument) -> bool:
    """Whether each item of a document was read as it would be read by itself."""
    return not (
        document.warning
        or document.is_truncated
        or document.has_repeated_guids
        or document.has_shared_links
        or document.keeps_fragments
    )


def _may_repeat(item: FeedItem, instants: Collection[datetime | None]) -> bool:
    """Whether an item may be one that was passed over, under another link."""
    url = item.url or ""
    is_tracked = "?" in url and item.published_precision is not Precision.DAY
    return "#" in url or (is_tracked and item.published_at in instants)


def remember(
    cut: Cut, document: FeedDocument, pruned: Pruned | None, *, unsettled: Collection[str]
) -> tuple[ReadItem, ...] | None:
    """Returns what is to be remembered of a document's items; None for nothing.

    Args:
        document: as it was read: of a pruned one the rest.
        unsettled: keys of items that say something else than what is stored of them.
    """
    spans, passed = (pruned.kept, pruned.passed) if pruned else (cut.spans, ())
    if not is_faultless(document) or len(spans) != len(document.items):
        return None
    read = tuple(
        ReadItem(span.hash, hash_key(item.key), item.published_at)
        for span, item in zip(spans, document.items, strict=True)
        if item.key not in unsettled
    )
    return passed + read


def hash_key(key: str) -> bytes:
    """Returns an item's key as it is remembered."""
    return _hash(key.encode("utf-8", "surrogatepass"))


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=_HASH_BYTES).digest()


def _to_number(at: datetime | None) -> int:
    return _UNDATED if at is None else (at - _EPOCH) // _MICROSECOND


def _from_number(number: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=number)
    except OverflowError:  # among them the number that stands for no date
        return None
