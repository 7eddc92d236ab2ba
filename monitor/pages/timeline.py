"""The timeline of a case: its developments by the day on which they happened, newest first, with
what was new in each and how many newsrooms have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from sqlmodel import Session

from monitor.alerts.calendar import Agenda, said_on
from monitor.store.views.cases import CaseView, list_cases
from monitor.store.views.developments import (
    DevelopmentView,
    count_articles_by_day,
    get_quotes,
)
from monitor.text import short_line

_LOOK_BACK = timedelta(days=200)  # a day without a year that was named longer ago is another year's
_WIDEST = 180  # days of the chart; the last ones of a longer case


@dataclass(frozen=True, slots=True)
class Ahead:
    """A day that lies ahead, and the development that told of it."""

    day: date
    text: str
    development: DevelopmentView


@dataclass(frozen=True, slots=True)
class Bar:
    """A day of the chart: how many articles, and how many developments, in all and in percent of
    the tallest bar.
    """

    day: date
    articles: int
    developments: int
    height: float


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the pages, feeds and calendars of a case are made of.

    Attributes:
        quotes: the new sentences of each development, by its row.
        ahead: known days that lie ahead, the next one first.
        made_at: the time for which it was made.
    """

    case: CaseView
    developments: Sequence[DevelopmentView]
    quotes: Mapping[int, Sequence[str]]
    articles_by_day: Mapping[date, int]
    ahead: Sequence[Ahead]
    made_at: datetime

    @property
    def days(self) -> list[tuple[date, list[DevelopmentView]]]:
        """The developments by the day on which they happened, the last day first."""
        # The sort is stable: on one day what was found last stays first.
        ordered = sorted(self.developments, key=_happened, reverse=True)
        return [(day, list(group)) for day, group in groupby(ordered, key=_happened)]

    @property
    def bars(self) -> list[Bar]:
        """Articles and developments of each day, to the last one with any."""
        counted = dict.fromkeys(self.articles_by_day, 0)
        for one in self.developments:
            counted[_happened(one)] = counted.get(_happened(one), 0) + 1
        # Quiet days have a bar, too: a gap is what one looks for.
        shown = list(_every_day(counted))[-_WIDEST:]
        tallest = max((self.articles_by_day.get(day, 0) for day in shown), default=0) or 1
        return [self._bar(day, counted.get(day, 0), tallest) for day in shown]

    def _bar(self, day: date, developments: int, tallest: int) -> Bar:
        articles = self.articles_by_day.get(day, 0)
        return Bar(day, articles, developments, round(100 * articles / tallest, 1))


def read_timeline(
    session: Session, slug: str, developments: Sequence[DevelopmentView], *, now: datetime
) -> Timeline:
    """Reads what belongs to the developments of a case.

    Args:
        developments: those that are to be shown.
        now: what lies ahead is counted from here; on the clock of the place where the case
            happens.
    """
    quotes = get_quotes(session, [one.row_id for one in developments])
    return Timeline(
        next(case for case in list_cases(session) if case.slug == slug),
        developments,
        quotes,
        count_articles_by_day(session, slug),
        list(_days_ahead(developments, quotes, now)),
        now.astimezone(UTC),
    )


def _happened(development: DevelopmentView) -> date:
    return development.event_date or development.first_found_at.date()


def _every_day(days: Iterable[date]) -> Iterator[date]:
    """Yields all days from the first to the last."""
    ordered = sorted(days)
    if ordered:
        for distance in range((ordered[-1] - ordered[0]).days + 1):
            yield ordered[0] + timedelta(days=distance)


def _days_ahead(
    developments: Sequence[DevelopmentView], quotes: Mapping[int, Sequence[str]], now: datetime
) -> Iterator[Ahead]:
    """Yields the days ahead that developments name, each with the newest that does."""
    agenda, named_by = Agenda(now.date()), dict[date, DevelopmentView]()
    for one in sorted(developments, key=_found_at, reverse=True):
        # The newest come first: all that follow are older still.
        if now - one.first_found_at > _LOOK_BACK:
            break
        said = said_on(one.first_published_at, one.first_found_at, now.tzinfo)
        # A date that was moved is told by the newer report, which is met first.
        for known in agenda.read((one.summary, *quotes.get(one.row_id, ())), said):
            named_by[known.day] = one
    for day in sorted(named_by):
        yield Ahead(day, short_line(agenda.days[day].text, limit=300), named_by[day])


def _found_at(development: DevelopmentView) -> datetime:
    return development.first_found_at
