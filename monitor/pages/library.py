"""What the pages read: the store and the config in force, each question in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.alerts.actions.signed import SignedAct
from monitor.errors import NotFound
from monitor.matching import compile_query
from monitor.pages.timeline import Timeline, read_timeline
from monitor.pipeline.search import SearchHit, search_articles
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.pages import EditView, list_edits
from monitor.store.schema.selection import resolve_uid
from monitor.store.schema.tables import developments
from monitor.store.silences.links import ActedOn, act_once, get_acted_on
from monitor.store.views.articles import (
    ArticleView,
    RevisionView,
    get_article,
    get_new_sentences,
    list_articles,
    list_revisions,
)
from monitor.store.views.cases import CaseView, get_case_titles, list_cases
from monitor.store.views.developments import (
    CarrierView,
    DevelopmentView,
    choose_top,
    count_articles_by_day,
    get_quotes,
    list_carriers,
    list_developments,
)
from monitor.store.views.feeds import FeedView, list_feeds
from monitor.store.views.timeline.mentions import list_mentions, weigh_days
from monitor.store.views.timeline.stories import StoryText, StoryView, get_story, list_stories

PAGE = 200  # developments, stories or hits of a page
_RECENT = timedelta(days=60)  # of a sparkline


@dataclass(frozen=True, slots=True)
class Choice:
    """Which developments are asked for; see `list_developments` and `choose_top`."""

    limit: int | None = PAGE
    tiers: tuple[int, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    top: int | None = None


@dataclass(frozen=True, slots=True)
class FoundDevelopment:
    """A development with what was new in it and who carries it."""

    development: DevelopmentView
    quotes: list[str]
    carriers: list[CarrierView]


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article with all its texts, the sentences that were new, and what became of its page."""

    article: ArticleView
    revisions: list[RevisionView]
    new_sentences: list[str]
    edits: list[EditView]


@dataclass(frozen=True, slots=True)
class Library:
    """Answers what the pages ask.

    Attributes:
        settings: returns the config in force.
        clock: the time of day, aware UTC.
    """

    store: Store
    settings: Callable[[], Settings]
    clock: Callable[[], datetime]

    def cases(self) -> list[CaseView]:
        """Returns all cases."""
        return self.store.read(list_cases)

    def titles(self) -> dict[str, str]:
        """Returns the titles of the cases by slug."""
        return self.store.read(get_case_titles)

    def recent_counts(self, slug: str) -> list[int]:
        """Returns the articles of a case on each of the last sixty days, the oldest first."""
        counted = self.store.read(count_articles_by_day, slug)
        today = self.clock().date()
        days = (today - timedelta(days=back) for back in range(_RECENT.days - 1, -1, -1))
        return [counted.get(day, 0) for day in days]

    def developments(self, slug: str, choice: Choice) -> list[DevelopmentView]:
        """Returns the developments of a case that are asked for, newest first.

        Raises:
            NotFound: there is no such case.
        """
        self._require_case(slug)
        found = self.store.read(
            list_developments,
            # What matters most can stand anywhere in the case.
            limit=None if choice.top else choice.limit,
            case=slug,
            tiers=choice.tiers,
            since=choice.since,
            until=choice.until,
            as_of=choice.as_of,
        )
        if choice.top is None:
            return found
        weights = weigh_days(self.store.read(list_mentions, slug, as_of=choice.as_of))
        return choose_top(found, weights, choice.top)

    def timeline(self, slug: str, choice: Choice) -> Timeline:
        """Returns the timeline of a case.

        Raises:
            NotFound: there is no such case.
        """
        return self._timeline(slug, self.developments(slug, choice), choice)

    def page(self, slug: str, choice: Choice) -> tuple[Timeline, datetime | None]:
        """Returns a page of the timeline of a case, and the time before which the next one goes on;
        None where there is none. A page holds all that were found at its last moment.

        Raises:
            NotFound: there is no such case.
        """
        found = self.developments(slug, choice)
        # One that is chosen by weight has no next one.
        last = found[-1].first_found_at if _is_full(found, choice) else None
        if last:
            tied = replace(choice, limit=None, since=last, until=last + timedelta.resolution)
            found = [one for one in found if one.first_found_at > last]
            found += self.developments(slug, tied)
        return self._timeline(slug, found, choice), last

    def _timeline(self, slug: str, found: Sequence[DevelopmentView], choice: Choice) -> Timeline:
        now = self.settings().local_time(slug, choice.as_of or self.clock())
        return self.store.read(read_timeline, slug, found, now=now)

    def _require_case(self, slug: str | None) -> None:
        # None is every case.
        if slug is not None and not any(case.slug == slug for case in self.cases()):
            raise NotFound(f"there is no case {slug!r}")

    def development(self, prefix: str) -> FoundDevelopment:
        """Returns the development whose id begins so.

        Raises:
            NotFound: there is none, or more than one.
        """
        # Two looks at the store: what is deleted in between reads as not found.
        row_id = self.store.read(resolve_uid, developments, prefix, "development")
        found = self.store.read(list_developments, limit=1, only=row_id)
        # What is not confirmed is told in digests only, and has no page.
        if not found:
            raise NotFound(f"no development has an id that begins with {prefix}")
        quotes = self.store.read(get_quotes, [row_id])
        carried = self.store.read(list_carriers, row_id)
        return FoundDevelopment(found[0], quotes.get(row_id, []), carried)

    def articles(self, *, case: str | None, limit: int) -> list[ArticleView]:
        """Returns articles, newest first.

        Raises:
            NotFound: there is no such case.
        """
        self._require_case(case)
        return self.store.read(list_articles, limit=limit, case=case)

    def article(self, prefix: str) -> FoundArticle:
        """Returns the article whose id begins so.

        Raises:
            NotFound: there is none, or more than one.
        """
        article = self.store.read(get_article, prefix)
        return FoundArticle(
            article,
            self.store.read(list_revisions, article.row_id),
            self.store.read(get_new_sentences, article.row_id),
            self.store.read(list_edits, article.row_id),
        )

    def stories(self, *, case: str | None, limit: int) -> list[StoryView]:
        """Returns stories, the one with the newest article first.

        Raises:
            NotFound: there is no such case.
        """
        self._require_case(case)
        return self.store.read(list_stories, case=case, limit=limit)

    def story(self, prefix: str) -> tuple[StoryView, list[StoryText]]:
        """Returns the story whose id begins so, with its texts.

        Raises:
            NotFound: there is none, or more than one.
        """
        return self.store.read(get_story, prefix)

    def feeds(self) -> list[FeedView]:
        """Returns all feeds."""
        return self.store.read(list_feeds)

    def acted_on(self, alert_id: str) -> ActedOn:
        """Returns the alert that a link of a mail is about.

        Raises:
            NotFound: it is not stored any more.
        """
        return self.store.read(get_acted_on, alert_id)

    def act(self, token: str, what: SignedAct) -> bool:
        """Does what a link of a mail says; returns whether it had not been used before.

        Raises:
            NotFound: what it is about is not stored any more.
        """
        return self.store.write(act_once, token, what, self.clock())

    def search(self, query: str, *, case: str | None, limit: int) -> list[SearchHit]:
        """Returns what a query finds, best first.

        Raises:
            QueryError: the query cannot be read.
            MonitorError: a regular expression in it takes too long.
            NotFound: there is no such case.
        """
        self._require_case(case)
        # Compiled before the store is asked: a mistake costs no transaction.
        compile_query(query)
        return self.store.read(search_articles, query, now=self.clock(), limit=limit, case=case)


def _is_full(found: Sequence[DevelopmentView], choice: Choice) -> bool:
    """Whether more may follow what was found."""
    return choice.top is None and len(found) == choice.limit
