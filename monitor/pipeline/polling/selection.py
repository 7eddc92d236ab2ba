"""From a feed's items to entries: what is stored of an item, and which cases want its page read.

The query's terms decide, and the optional, wider `candidates`; where headlines leave the name out,
words that are much more common in the case's articles than in the feeds at large do. Of an item
that is a headline and nothing else the page is read in any case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import urlsplit

from monitor.dates import why_refused
from monitor.matching import Folded, PatternBudget, WordIndex
from monitor.matching.related import is_live_on_case, is_related
from monitor.model import (
    DateFlag,
    DateOrigin,
    DateSource,
    FeedDocument,
    FeedItem,
    Fields,
    MatchedTerm,
    PageStatus,
)
from monitor.pipeline.context import Vocabulary, WatchedCase, log
from monitor.pipeline.fields import item_fields
from monitor.settings import CaseSettings
from monitor.store.entries import CaseTerms, EntrySpec, KnownEntry
from monitor.store.feeds import DueFeed, FeedName
from monitor.text import fold_words
from monitor.urls import canonical_url

# Interstitials that resolve by script only: their text is never an article.
UNREADABLE_HOSTS = frozenset({"news.google.com"})

# An item that says something else is read again, but not at every poll: some feeds put the time of
# day into their items.
CHANGE_PAUSE = timedelta(hours=1)
MAX_CHANGES = 24  # from then on once a day
# A live blog says something else all day long, and that is what it is for.
LIVE_PAUSE = timedelta(minutes=5)
MAX_LIVE_CHANGES = 1_000
LATE_PAUSE = timedelta(days=1)
# Items of a poll whose page is read because the feed gives nothing but a headline.
MAX_HEADLINES = 100
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


# Here and below no slots: what is made of the rest is made when it is asked for, and once.
@dataclass(frozen=True)
class _Asked:
    """An item as cases are asked about it.

    Attributes:
        case_ids: those that may find a term in it.
    """

    fields: Fields
    folded: Folded
    case_ids: frozenset[int]

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of its title and teaser."""
        return frozenset(fold_words(f"{self.fields.title} {self.fields.summary}"))


@dataclass(frozen=True)
class EntrySelector:
    """Makes entries of the items of one poll.

    Attributes:
        cases: all of the config.
        case_words: finds those of them that may want an item, see `index_cases`.
        vocabulary: which words are common in each case and in the feeds at large.
        budget: what regular expressions may take on all items together.
    """

    cases: Sequence[WatchedCase]
    case_words: WordIndex[int]
    vocabulary: Vocabulary
    feed: DueFeed
    document: FeedDocument
    now: datetime
    budget: PatternBudget = field(default_factory=PatternBudget)

    def select_new(self, items: Sequence[FeedItem]) -> list[EntrySpec]:
        """Returns the entries of items that nobody has seen, with the cases that want them."""
        return self._with_headlines(list(map(self.select, items)))

    def select(self, item: FeedItem) -> EntrySpec:
        """Returns the entry of an item with the cases that want to look at it."""
        origin = date_origin(item, self.now)
        if item.published_at and origin.flag:
            self._warn_of_date(item, origin.flag)
            item = replace(item, published_at=None)
        return EntrySpec(
            item=item,
            item_hash=hash_item(item),
            canonical_url=self._canonical_url(item),
            wanted_by=self._wanted_by(item),
            date_origin=origin,
            restated_at=self._restated_at(item),
        )

    def _restated_at(self, item: FeedItem) -> datetime | None:
        """Returns the latest date that an item states and that can be believed."""
        stated = (at for at in (item.published_at, item.updated_at) if at is not None)
        return max((at for at in stated if not why_refused(at, now=self.now)), default=None)

    def _warn_of_date(self, item: FeedItem, why: DateFlag) -> None:
        log.warning(
            "date_refused",
            feed=self.feed.url,
            item=item.url,
            published=item.published_raw,
            why=why,
        )

    def _canonical_url(self, item: FeedItem) -> str | None:
        keep_fragment = keeps_fragments(self.feed, self.document)
        return canonical_url(item.url, keep_fragment=keep_fragment) if item.url else None

    def _wanted_by(self, item: FeedItem) -> tuple[CaseTerms, ...]:
        fields = item_fields(item, self.document, self.feed.name, self.now)
        folded = Folded.of(fields, self.budget)
        asked = _Asked(fields, folded, frozenset(self.case_words.find(folded)))
        wanted = []
        for case in self._takers:
            terms = self._find_terms(case, asked)
            if terms is not None:
                wanted.append(CaseTerms(case.id, terms))
        return tuple(wanted)

    @cached_property
    def _takers(self) -> list[WatchedCase]:
        """The cases that take items of the feed."""
        feed = self.feed
        return [
            case for case in self.cases if case.settings.selects(feed.url, feed.title, feed.tags)
        ]

    def _find_terms(self, case: WatchedCase, asked: _Asked) -> tuple[MatchedTerm, ...] | None:
        """Returns what made a case want an item, None when it does not want it.

        A feed with `match = "all"` gives everything to the cases that name it, or to those that
        take all feeds when none does.
        """
        if self.feed.takes_all and takes_everything(self.cases, case, self.feed.name):
            return ()
        # Most cases have no word of an item, and are not asked.
        if case.id in asked.case_ids:
            terms = case.settings.find_candidate(asked.folded, now=self.now)
            if terms:
                return terms
        return () if self._may_belong(case, asked) else None

    def _may_belong(self, case: WatchedCase, asked: _Asked) -> bool:
        """Says whether the words of an item are those of the case, though no term is among them."""
        counts = self.vocabulary.cases.get(case.id)
        if counts is None or not counts.texts:
            return False
        is_close = is_related(asked.words, counts, self.vocabulary.everywhere)
        return is_close or is_live_on_case(asked.fields.title, asked.words, counts)

    def _with_headlines(self, specs: list[EntrySpec]) -> list[EntrySpec]:
        """Gives the newest items that are a headline and nothing else to every case of the feed:
        only their page says more.

        Not at a feed's first poll, which may bring the headlines of a month.
        """
        cases = tuple(CaseTerms(case.id, ()) for case in self._takers)
        if self.feed.is_baseline or not cases:
            return specs
        for place in _newest_headlines(specs)[:MAX_HEADLINES]:
            specs[place] = replace(specs[place], wanted_by=cases)
        return specs


def _newest_headlines(specs: Sequence[EntrySpec]) -> list[int]:
    """Returns the places of unwanted items that are a headline and nothing else, newest first."""
    bare = []
    for place, spec in enumerate(specs):
        if not spec.wanted_by and _is_headline_only(spec.item):
            bare.append(place)
    # Stable, so items without a date stay in the order of the feed.
    bare.sort(key=lambda place: specs[place].item.published_at or _LONG_AGO, reverse=True)
    return bare


def keeps_fragments(feed: DueFeed, document: FeedDocument) -> bool:
    """Says whether the items of a feed may share a page and differ by fragment."""
    return feed.takes_all or document.keeps_fragments


def _is_headline_only(item: FeedItem) -> bool:
    host = urlsplit(item.url or "").hostname
    return bool(host) and host not in UNREADABLE_HOSTS and not item.summary and not item.content


def may_requeue(known: KnownEntry, item: FeedItem, now: datetime) -> bool:
    """Says whether an item that is stored says something else now and may be read again."""
    if not is_changed(known, item):
        return False
    return known.changed_at is None or now - known.changed_at >= _pause_of(known)


def is_changed(known: KnownEntry, item: FeedItem) -> bool:
    """Says whether an item says something else than what is stored of it."""
    return known.item_hash != hash_item(item)


def _pause_of(known: KnownEntry) -> timedelta:
    """Returns after which time a changed item is read again."""
    is_live = known.last_status == PageStatus.LIVE
    if known.changes >= (MAX_LIVE_CHANGES if is_live else MAX_CHANGES):
        return LATE_PAUSE
    return LIVE_PAUSE if is_live else CHANGE_PAUSE


def hash_item(item: FeedItem) -> str:
    """Returns what an item says as a short hash: another hash, another text."""
    text = "\x1f".join((item.title, item.summary, item.content, item.url or ""))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def date_origin(item: FeedItem, now: datetime) -> DateOrigin:
    """Returns where an item's date comes from; one that cannot be read or believed stays as it is
    written, with the reason.
    """
    raw = item.published_raw
    if item.published_at is None:
        return DateOrigin(DateSource.FIRST_SEEN, raw, DateFlag.UNREADABLE if raw else None)
    flag = why_refused(item.published_at, now=now)
    if flag:
        return DateOrigin(DateSource.FIRST_SEEN, raw, flag)
    return DateOrigin(
        item.published_source, raw, None, item.published_precision, item.is_zone_assumed
    )


def takes_everything(cases: Sequence[WatchedCase], case: WatchedCase, feed: FeedName) -> bool:
    """Says whether every item of a `match = "all"` feed belongs to one case of `cases`."""
    return is_given_all(case.settings, [other.settings for other in cases], feed)


def is_given_all(case: CaseSettings, cases: Sequence[CaseSettings], feed: FeedName) -> bool:
    """Says whether every item of a `match = "all"` feed belongs to one case of `cases`."""
    if case.names(feed.url, feed.title, feed.tags):
        return True
    return not any(other.names(feed.url, feed.title, feed.tags) for other in cases)
