"""The days of a case: on which day something happened, and which known day comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from operator import attrgetter

from monitor.alerts.payload import AlertPayload
from monitor.novelty.nlp.ahead.called_off import read_agenda
from monitor.novelty.nlp.dates import ArticleDay, read_days
from monitor.novelty.nlp.event_keys import EventKey
from monitor.novelty.nlp.tokens import read_tokens

_WEEK, _DAY = timedelta(days=7), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class KnownDay:
    """A day ahead, and the sentence that names it."""

    day: date
    text: str


@dataclass(slots=True)
class Agenda:
    """The days after today that reports name, read from the newest report to the oldest: what a
    newer one calls off is not ahead, however many older ones announce it.
    """

    today: date
    days: dict[date, KnownDay] = field(default_factory=dict)
    _called_off: set[date] = field(default_factory=set)

    def read(self, texts: Iterable[str], told_on: date) -> list[KnownDay]:
        """Reads the sentences of the next older report; returns the days that it adds.

        Args:
            told_on: the day on which it was told.
        """
        sentences = list(dict.fromkeys(texts))
        for text in sentences:
            self._called_off |= read_agenda(text, told_on).called_off
        added = []
        for text in sentences:
            for day in announced_days(text, told_on):
                if day > self.today and day not in self._called_off | self.days.keys():
                    self.days[day] = KnownDay(day, text)
                    added.append(self.days[day])
        return added

    @property
    def next_day(self) -> KnownDay | None:
        """The first day ahead; None without one."""
        return self.days[min(self.days)] if self.days else None


def event_day(event_keys: Iterable[str], summary: str, told_on: date) -> date | None:
    """Returns the day on which a development happened; None where its reports do not say.

    Args:
        event_keys: of the development, in their stored text form.
        summary: the sentence that reports it; where its events fall on several days, the one that
            this sentence names is meant.
        told_on: the day on which it was told.
    """
    keys = list(map(EventKey.parse, event_keys))
    # Who takes part is named for each day that a text speaks of; what happened says more.
    acts = [key for key in keys if key.kind != "name"] or keys
    days = Counter(map(attrgetter("day"), acts))
    for day in _days_named(summary, told_on):
        if day in days:
            return day
    # Of several days with as many acts the last one: what came before led to it.
    return max(days, key=lambda day: (days[day], day), default=None)


def _days_named(text: str, told_on: date) -> Sequence[date]:
    # As the judge reads them, who made the keys.
    tokens = read_tokens(text)
    return read_days(tokens.words, tokens.raws, ArticleDay(told_on, told_on)).named


def said_on(published_at: datetime | None, found_at: datetime, zone: tzinfo | None = UTC) -> date:
    """Returns the day that "Monday" in a text is meant from: an article that was found late speaks
    of days that have passed.

    Args:
        zone: of the place where it happens: late on Friday there is Saturday elsewhere.
    """
    return min(published_at or found_at, found_at).astimezone(zone).date()


def announced_days(text: str, told_on: date) -> Iterator[date]:
    """Yields the days that a sentence names and lets stand, in its order."""
    for named in read_agenda(text, told_on).standing:
        # "Before 5 p.m. on Thursday", said on a Thursday, is no day of next week.
        if not (named.is_weekday and named.day - told_on == _WEEK):
            yield named.day


def untold_day(day: str | None, told: Iterable[AlertPayload]) -> str | None:
    """Returns a day ahead, as ISO 8601, unless the sentences of alerts name it: there it is the
    news itself, and stands with what happens on it.
    """
    meant = day and date.fromisoformat(day)
    is_named = meant and any(meant in _days_of(payload) for payload in told)
    return None if is_named else day


def _days_of(payload: AlertPayload) -> Iterator[date]:
    """Yields the days that an alert names."""
    article = payload.article
    said = said_on(article.revised_at or article.published_at, article.found_at)
    sentences = map(attrgetter("text"), payload.new_sentences)
    for text in dict.fromkeys((payload.development.summary_sentence, *sentences)):
        # A payload does not say on whose clock it was told: in the west it may be the day before.
        for told_on in (said, said - _DAY):
            yield from map(attrgetter("day"), read_agenda(text, told_on).named)
