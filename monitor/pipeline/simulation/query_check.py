"""Trying a query on what is stored before it counts: what it would find, and how often it would
alert.

Nothing is written: the hits are judged in the order of publication as if the case had followed
them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from monitor.matching import Folded, Query
from monitor.model import Analysis, Likeness, Match
from monitor.newsrooms import find_credit, newsroom_of, shipped_families
from monitor.novelty import (
    DEFAULT_SETTINGS,
    DEFAULT_UTC_OFFSET,
    ScoredArticle,
    analyse,
    relate,
    shingles,
)
from monitor.pipeline.cases.seeds import read_seed
from monitor.pipeline.fields import article_fields, fold_article, short_lang
from monitor.pipeline.polling.selection import is_given_all
from monitor.pipeline.simulation.replay import PAGE, CaseReplay, ReplayedArticle
from monitor.pipeline.verdicts.thresholds import get_settings
from monitor.settings import CaseSettings
from monitor.store import Store
from monitor.store.articles import FetchedArticle
from monitor.store.views.replays import StoredText, get_stored_texts

MAX_NEAR_MISSES = 10
WEEK = timedelta(days=7)
# Copies are only looked for among the latest texts; here is no index of hashes.
COMPARED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryUser:
    """Whose query it is: its feeds, seeds, clocks, event classes and feedback count.

    Attributes:
        case: None asks all feeds.
        cases: all of the config.
    """

    case: CaseSettings | None = None
    cases: Sequence[CaseSettings] = ()

    def takes(self, item: StoredText) -> bool:
        """Says whether the case takes items of the feed that brought one."""
        feed = item.feed
        return self.case is None or self.case.selects(feed.url, feed.title, feed.tags)

    def is_given(self, item: StoredText) -> bool:
        """Says whether an item belongs to the case whatever it says."""
        if self.case is None or not item.feed_takes_all:
            return False
        return is_given_all(self.case, self.cases, item.feed)

    def utc_offset(self, at: datetime) -> timedelta:
        """Returns how far the clocks of the case are ahead of UTC."""
        return self.case.utc_offset(at) if self.case else DEFAULT_UTC_OFFSET


@dataclass(slots=True)
class QueryCheck:
    """What a query finds in what is stored.

    Attributes:
        hits_by_day: how many articles belong to the case, by the day of publication.
        near_misses: items of which a term was found but that do not belong.
        alerts: how many alerts the hits would have brought, late ones for unconfirmed articles
            among them.
        since: the beginning of the time looked at.
        scores: of the hits.
    """

    since: datetime
    until: datetime
    items: int = 0
    hits: int = 0
    read: int = 0
    alerts: int = 0
    hits_by_day: Counter[date] = field(default_factory=Counter)
    near_misses: list[StoredText] = field(default_factory=list)
    scores: list[ScoredArticle] = field(default_factory=list)

    @property
    def alerts_a_week(self) -> float:
        """Forecast of alerts a week, from the share of the time that the store covers."""
        # Less than a day of items says nothing of a week.
        weeks = max((self.until - self.since) / WEEK, 1 / 7)
        return self.alerts / weeks

    def count(self, item: StoredText) -> None:
        """Counts an item that belongs to the case."""
        self.hits += 1
        self.hits_by_day[item.at.date()] += 1
        self.read += item.is_read


@dataclass(frozen=True, slots=True)
class _Hit:
    """An item that the query finds."""

    item: StoredText
    match: Match


def check_query(  # noqa: PLR0913 (callers name them)
    store: Store,
    query: Query,
    *,
    case: CaseSettings | None = None,
    cases: Sequence[CaseSettings] = (),
    since: datetime,
    until: datetime,
) -> QueryCheck:
    """Returns what a query would have found and alerted on among the items seen since a time.

    Args:
        case: whose query it is: its feeds, seeds, clocks, event classes and feedback count. Without
            one all feeds are asked.
        cases: all of the config.

    Raises:
        MonitorError: a seed of the case cannot be read.
    """
    user = QueryUser(case=case, cases=cases)
    check = QueryCheck(since, until)
    _forecast(store, check, query, _find_hits(store, check, query, user), user)
    return check


def _find_hits(store: Store, check: QueryCheck, query: Query, user: QueryUser) -> list[_Hit]:
    """Returns the items that belong to the case, each article once; counts the others."""
    hits: dict[str, _Hit] = {}
    for item in _get_items(store, check.since):
        if not user.takes(item):
            continue
        check.items += 1
        match = _match(check, query, item, user)
        if match is not None:
            # Several feeds may bring one article.
            hits.setdefault(item.key, _Hit(item, match))
    return list(hits.values())


def _get_items(store: Store, since: datetime) -> Iterator[StoredText]:
    after = 0
    while page := store.read(get_stored_texts, since=since, after=after, limit=PAGE):
        after = page[-1].entry_id
        yield from page


def _match(check: QueryCheck, query: Query, item: StoredText, user: QueryUser) -> Match | None:
    folded = fold_article(article_fields(item, feed=item.feed.label, at=item.at))
    match = query.match(folded, now=check.until)
    if match is not None:
        return match
    if user.is_given(item):
        return Match((), is_subject=True)
    _note_near_miss(check, query, item, folded)
    return None


def _note_near_miss(check: QueryCheck, query: Query, item: StoredText, folded: Folded) -> None:
    # A few show what the query leaves out; asking for all of them would take as long as matching.
    has_room = len(check.near_misses) < MAX_NEAR_MISSES
    if has_room and query.candidate(folded, now=check.until):
        check.near_misses.append(item)


def _forecast(
    store: Store, check: QueryCheck, query: Query, hits: list[_Hit], user: QueryUser
) -> None:
    """Judges the hits in the order of publication as if the case had followed them."""
    case = user.case
    settings = store.read(get_settings, case.slug) if case else DEFAULT_SETTINGS
    replay = _start_replay(query, case)
    # The case knew its seeds before the first article; their alerts do not count.
    for article in _seeds(user, check.since):
        replay.judge(article, settings)
    recent = _RecentTexts()
    hits.sort(key=lambda hit: (hit.item.at, hit.item.entry_id))
    for number, hit in enumerate(hits, start=1):
        check.count(hit.item)
        article = _article_of(number, hit, user)
        likeness = recent.compare(number, hit.item.text)
        check.alerts += replay.judge(replace(article, likeness=likeness), settings).alerts
    check.scores = replay.scores()


def _start_replay(query: Query, case: CaseSettings | None) -> CaseReplay:
    if case is None:
        return CaseReplay(query.folded_terms, None)
    return CaseReplay(query.folded_terms, case.events, case.tiers, case.alerts_per_week)


class _RecentTexts:
    """The shingles of the latest texts, to find copies among them."""

    def __init__(self) -> None:
        self._texts: deque[tuple[int, frozenset[int]]] = deque(maxlen=COMPARED)

    def compare(self, article_id: int, text: str) -> Likeness | None:
        """Returns the text that has most of this one, None while there is none; remembers this one
        for the next.
        """
        own = shingles(text)
        found = [relate(other_id, own, other) for other_id, other in self._texts]
        self._texts.append((article_id, own))
        return max(found, key=lambda one: (one.new_in_old, one.old_in_new), default=None)


def _article_of(number: int, hit: _Hit, user: QueryUser) -> ReplayedArticle:
    item = hit.item
    analysis = analyse(
        item.title,
        item.text,
        summary=item.summary,
        lang=short_lang(item.lang) or None,
        published_at=item.at,
        utc_offset=user.utc_offset(item.at),
    )
    article = _published(number, analysis, _newsroom(item.url, item.text), item.at)
    return replace(article, is_subject=hit.match.is_subject)


def _newsroom(url: str, text: str) -> str:
    return newsroom_of(url, find_credit(text), shipped_families())


def _seeds(user: QueryUser, now: datetime) -> Iterator[ReplayedArticle]:
    seeds = user.case.seeds if user.case else ()
    for number, seed in enumerate(seeds, start=1):
        article = read_seed(seed, now)
        analysis, at = _analyse_seed(article, user), article.published_at
        # Below zero, so that no seed has the number of a hit.
        yield replace(_published(-number, analysis, "", at), is_baseline=True)


def _analyse_seed(article: FetchedArticle, user: QueryUser) -> Analysis:
    return analyse(
        article.title,
        article.text,
        lang=article.lang,
        published_at=article.published_at,
        utc_offset=user.utc_offset(article.published_at),
    )


def _published(number: int, analysis: Analysis, newsroom: str, at: datetime) -> ReplayedArticle:
    """Returns an article on the subject that is judged when it is published and stored as it was
    read.
    """
    return ReplayedArticle(
        id=number,
        analysis=analysis,
        stored=analysis,
        at=at,
        found_at=at,
        newsroom=newsroom,
        now=at,
        is_subject=True,
        is_baseline=False,
    )
