"""The days of a case: on which day something happened, and which known day comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter

from monitor.alerts.payload import AlertPayload
from monitor.novelty.nlp.dates import ArticleDay, read_days
from monitor.novelty.nlp.event_keys import EventKey
from monitor.novelty.nlp.tokens import read_tokens


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
    for day in named_days(summary, told_on):
        if day in days:
            return day
    # Of several days with as many acts the last one: what came before led to it.
    return max(days, key=lambda day: (days[day], day), default=None)


def named_days(text: str, told_on: date) -> Sequence[date]:
    """Returns the days that a sentence names, in its order."""
    tokens = read_tokens(text)
    return read_days(tokens.words, tokens.raws, ArticleDay(told_on, told_on)).named


def said_on(published_at: datetime | None, found_at: datetime) -> date:
    """Returns the day that "Monday" in a text is meant from: an article that was found late speaks
    of days that have passed.
    """
    return min(published_at or found_at, found_at).date()


def next_day(told: Iterable[tuple[str, date]], today: date) -> date | None:
    """Returns the first day after today that sentences name; None without one.

    Args:
        told: sentences, each with the day on which it was told.
    """
    ahead = [day for text, told_on in told for day in named_days(text, told_on) if day > today]
    return min(ahead, default=None)


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
        yield from named_days(text, said)
