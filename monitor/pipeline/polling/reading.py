"""Reading a document beside what the store holds of it: only what is new in it, where it is known
what is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from monitor.errors import BotProtection, FeedParseError
from monitor.feeds.pruning import Cut, Memory, Pruned, cut_document, prune, remember
from monitor.model import FeedDocument, FeedItem, Fetched
from monitor.pipeline.context import Context
from monitor.pipeline.polling.identity import Recognised, recognise
from monitor.pipeline.polling.parse import parse_fetched
from monitor.pipeline.polling.selection import is_changed, keeps_fragments, may_requeue
from monitor.store.entries import KnownEntry
from monitor.store.feeds import DueFeed


# No slots: what its items say is compared with the store once, when it is asked for.
@dataclass(frozen=True)
class ReadDocument:
    """A feed's document beside what the store holds of it.

    Attributes:
        feed: with what this poll has shown of its guids.
        known: the stored entries of its items, by key.
        memory: what was remembered of the document before.
        cut: the document in pieces; None where it could not be cut.
        pruned: what was left of it to be read; None where the whole was.
        renamed: keys of entries that items were recognised as, though they have other keys.
    """

    feed: DueFeed
    document: FeedDocument
    known: Mapping[str, KnownEntry]
    memory: Memory | None = None
    cut: Cut | None = None
    pruned: Pruned | None = None
    renamed: frozenset[str] = frozenset()

    @property
    def size(self) -> int:
        """How many items the document holds."""
        return len(self.document.items) + len(self.document.passed)

    @property
    def overlap(self) -> float:
        """The share of items that were known, 0 to 1; 1 for an empty document, 0 where what is
        known of it is pinned above what came since.
        """
        if self._is_pinned:
            return 0.0
        known = len(self.known) + len(self.document.passed)
        return known / self.size if self.size else 1.0

    @property
    def _is_pinned(self) -> bool:
        """Whether the document ends with an item that is newer than all of the last poll: newest
        first, the oldest that was missed would stand behind it.
        """
        newest_at, last = self.feed.newest_at, self._last
        if newest_at is None or last is None or last.key in self.known:
            return False
        dates = [item.published_at for item in self.fresh if item.published_at]
        return len(dates) > 1 and dates[0] > dates[-1] > newest_at

    @property
    def _last(self) -> FeedItem | None:
        """The last item of the document; None where that was passed over."""
        items = self.document.items
        if not items or (self.pruned and self.cut and self.pruned.kept[-1] != self.cut.spans[-1]):
            return None
        return items[-1]

    @property
    def has_known(self) -> bool:
        """Whether any item was known."""
        return bool(self.known or self.document.passed)

    @property
    def is_baseline(self) -> bool:
        """Whether this is the first document of a feed, which is old news, however new its items
        are; a known one says that the feed was asked under another address before, or that no
        document of it was whole yet.
        """
        return self.feed.is_baseline and (not self.has_known or self.feed.whole_at is None)

    @property
    def was_known(self) -> bool:
        """Whether every item was passed over: then nothing was parsed."""
        return self.pruned is not None and not self.pruned.kept

    @property
    def fresh(self) -> list[FeedItem]:
        """The items that nobody has seen."""
        return [item for item in self.document.items if item.key not in self.known]

    def find_changed(self, now: datetime) -> list[FeedItem]:
        """Returns the items that say something else than what is stored of them."""
        changed = (item for item in self.document.items if item.key in self._differing)
        return [item for item in changed if may_requeue(self.known[item.key], item, now)]

    def remembered(self, changed: Sequence[str], now: datetime) -> bytes | None:
        """Returns what the next poll needs to know of this document; None for nothing.

        Args:
            changed: keys of the items whose change is stored with this poll.
        """
        if self.cut is None:
            return None
        if self.was_known and self.memory and len(self.cut.spans) == len(self.memory.items):
            return self.feed.read_items
        unsettled = self.find_postponed(changed) | self.renamed
        items = remember(self.cut, self.document, self.pruned, unsettled=unsettled)
        # The day until the next whole reading is counted from the last one.
        read_at = self.memory.read_at if self.pruned and self.memory else now
        return None if items is None else Memory(self.cut.frame, read_at, items).to_bytes()

    def find_postponed(self, changed: Iterable[str]) -> set[str]:
        """Returns the keys of items that differ from what is stored of them, and stay so for now.

        Args:
            changed: keys of the items whose change is stored with this poll.
        """
        return set(self._differing.difference(changed))

    @cached_property
    def _differing(self) -> frozenset[str]:
        """The keys of items that say something else than what is stored of them."""
        known = (item for item in self.document.items if item.key in self.known)
        return frozenset(item.key for item in known if is_changed(self.known[item.key], item))


async def read_document(ctx: Context, feed: DueFeed, got: Fetched) -> ReadDocument:
    """Reads a document as far as it is not known, and finds what the store holds of it.

    Raises:
        FeedParseError: it is not a feed. WorkerError: reading it took too much time or memory.
    """
    cut = cut_document(got.body, _described(got))
    memory = Memory.from_bytes(feed.read_items) if feed.read_items else None
    pruned = prune(cut, memory, ctx.clock()) if cut and memory else None
    read = await _read_rest(ctx, feed, got, pruned) if pruned else None
    return replace(read or await _read_whole(ctx, feed, got), cut=cut, memory=memory)


def _described(got: Fetched) -> str:
    """Returns what decides on the meaning of a document besides its bytes."""
    return "\n".join((got.final_url, got.media_type, got.charset or "", got.content_language or ""))


async def _read_rest(
    ctx: Context, feed: DueFeed, got: Fetched, pruned: Pruned
) -> ReadDocument | None:
    """Reads what is left of a document; None where only the whole tells."""
    if not pruned.kept:
        return ReadDocument(feed, FeedDocument("", (), passed=pruned.passed), {}, pruned=pruned)
    rest = replace(got, body=pruned.body)
    try:
        document = await parse_fetched(ctx.pool, rest, trust_guids=feed.trusts_guids)
    except (FeedParseError, BotProtection):
        return None
    if not pruned.fits(document):
        return None
    document = replace(document, passed=pruned.passed)
    found = await ctx.read_together(recognise, feed.id, document, keep_fragment=feed.takes_all)
    if found.has_reused_guids and feed.trusts_guids:
        return None
    return replace(_beside(feed, document, found), pruned=pruned)


async def _read_whole(ctx: Context, feed: DueFeed, got: Fetched) -> ReadDocument:
    """Reads a whole document.

    Guids that were reused once say nothing: from then on items of the feed are distinguished by
    their links.
    """
    document = await parse_fetched(ctx.pool, got, trust_guids=feed.trusts_guids)
    if document.has_repeated_guids and feed.trusts_guids:
        feed = replace(feed, trusts_guids=False)
        document = await parse_fetched(ctx.pool, got, trust_guids=False)
    # What the first reading shows of fragments holds for the second one, too.
    keep = keeps_fragments(feed, document)
    found = await ctx.read_together(recognise, feed.id, document, keep_fragment=keep)
    if found.has_reused_guids and feed.trusts_guids:
        feed = replace(feed, trusts_guids=False)
        document = await parse_fetched(ctx.pool, got, trust_guids=False)
        found = await ctx.read_together(recognise, feed.id, document, keep_fragment=keep)
    return _beside(feed, document, found)


def _beside(feed: DueFeed, document: FeedDocument, found: Recognised) -> ReadDocument:
    stated = {item.key for item in document.items}
    renamed = frozenset(item.key for item in found.document.items if item.key not in stated)
    return ReadDocument(feed, found.document, found.known, renamed=renamed)
