"""Which calendar days a sentence speaks of.

A day is the local calendar day at the place of the case. A weekday is the latest such day not after
the article's own, or the next one when the words before it look ahead ("by", "next", "is set for").
A month and a day take the year that lies nearest before publication, at most 200 days ahead of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.novelty.nlp.lexicon import lexicon

_AHEAD_LIMIT = timedelta(days=200)  # a date without a year is not further ahead than this
_LOOK_BACK_WORDS = 8  # words before a weekday in which "will" or "set for" makes it lie ahead
_PLUPERFECT_WORDS = 3  # words after "had" among which its participle stands
WEEK = 7  # days
_FUTURE_ENDINGS = ("ará", "erá", "irá", "arán", "erán", "irán")
_ARTICLES = frozenset({"el", "este", "the", "on", "del", "proximo", "next"})
_NEXT_AFTER = ("proximo", "proxima")  # behind the weekday, as in "el lunes próximo"
_LAST_AFTER = ("pasado", "pasada")
_COUNTED = frozenset({"people", "men", "women", "dollars", "euros", "personas", "km", "miles"})
# Verbs in small letters ("may march"); of these a capital makes the month.
_MONTHS_THAT_ARE_VERBS = ("may", "march", "mar")
_SHORT_MONTHS = ("may", "mayo")  # whole names; other names of so few letters are abbreviations
YEAR = re.compile(r"^(?:1[89]|20)\d\d$")
DAY = re.compile(r"^([12]?\d|3[01])(?:st|nd|rd|th|o)?$")
EVENT_SPAN = timedelta(days=2)  # what an article reports as news happened at most so long before it


@dataclass(frozen=True, slots=True)
class ArticleDay:
    """The day from which the days of an article's sentences are counted.

    Attributes:
        local: the article's day at the place of the case.
        latest: the last day that it can mean by a weekday without looking ahead; a newsroom further
            east may be a day ahead.
    """

    local: date
    latest: date


@dataclass(frozen=True, slots=True)
class SentenceDays:
    """The days of a sentence.

    Attributes:
        named: all of them, in order of first mention.
        years: years named, with or without a day.
        is_coarse: it speaks of an older time without naming a day ("in March", "last week", "had
            been").
        used: positions of words that belong to a date, so that no number is made of them.
    """

    named: tuple[date, ...]
    years: tuple[int, ...]
    is_coarse: bool
    used: frozenset[int]


@dataclass(frozen=True, slots=True)
class _MonthMention:
    """What a month's name stands for.

    Attributes:
        day: the day that it is part of; None for the month as a whole, or a day that does not
            exist.
        used: positions of its words; empty if the word is not a month at all.
    """

    day: date | None
    used: tuple[int, ...]


def read_days(words: Sequence[str], raws: Sequence[str], day: ArticleDay) -> SentenceDays:
    """Reads the days of a sentence from its folded words and the same words as written."""
    reader = DayReader(words, raws, day)
    found = _Found({}, set())
    for place, word in enumerate(words):
        if word in lexicon().dates.months and place not in found.used:
            found.add(reader.month(place))
        elif word in lexicon().dates.weekdays:
            found.named[reader.weekday(place)] = None
    found.named.update(dict.fromkeys(reader.relative()))
    years = tuple(dict.fromkeys(reader.years()))
    is_coarse = found.has_whole_month or _looks_back(words, years, day)
    return SentenceDays(tuple(found.named), years, is_coarse, frozenset(found.used))


@dataclass(slots=True)
class _Found:
    """The days found so far, in order, and the positions of their words."""

    named: dict[date, None]
    used: set[int]
    has_whole_month: bool = False

    def add(self, mention: _MonthMention) -> None:
        self.used.update(mention.used)
        if mention.day:
            self.named[mention.day] = None
        elif mention.used:
            self.has_whole_month = True


def event_days(days: SentenceDays, day: ArticleDay) -> tuple[date, ...]:
    """Returns the days on which what the sentence reports as news may have happened; empty for
    background.

    Its own days within `EVENT_SPAN`; the article's day when it names none, or only days ahead, and
    does not look back."""
    recent = tuple(named for named in days.named if day.local - EVENT_SPAN <= named <= day.latest)
    if recent:
        return recent
    looks_back = days.is_coarse or any(named < day.local for named in days.named)
    return () if looks_back else (day.local,)


@dataclass(frozen=True, slots=True)
class DayReader:
    """Reads the days of one sentence."""

    words: Sequence[str]
    raws: Sequence[str]
    article_day: ArticleDay

    def relative(self) -> Iterator[date]:
        """Yields the days named by their distance: "yesterday", "esta mañana"."""
        for distance, place in lexicon().dates.relative.places(self.words):
            if not self._is_quoted_tomorrow(place):
                yield self.article_day.local + timedelta(days=distance)

    def _is_quoted_tomorrow(self, place: int) -> bool:
        """Of "pasado mañana por" only the first reading counts."""
        return self._word(place) == "manana" and self._before(place) in ("la", "esta", "pasado")

    def years(self) -> Iterator[int]:
        """Yields the years named; "2000 people" is an amount."""
        for place, word in enumerate(self.words):
            if YEAR.match(word) and self._word(place + 1) not in _COUNTED:
                yield int(word)

    def _word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""

    def _before(self, place: int) -> str:
        return self._word(place - 1)

    def month(self, place: int) -> _MonthMention:
        """Returns what the month's name at a place stands for."""
        found = self._day_beside(place)
        if found is None:
            return _MonthMention(None, (place,) if self._is_whole_month(place) else ())
        day_at, day, year_at = found
        month = lexicon().dates.months[self.words[place]]
        return _MonthMention(self._make_day(self._year(year_at), month, day), (place, day_at))

    def _year(self, place: int) -> int | None:
        """Returns the year that stands at a place, or behind the word that links it there."""
        # "15 de marzo de 2024" has a word between.
        at = place + (self._word(place) in ("de", "del", "of"))
        return int(self._word(at)) if YEAR.match(self._word(at)) else None

    def _day_beside(self, place: int) -> tuple[int, int, int] | None:
        """Returns the position of the day of a month's name, the day, and where its year may stand;
        None without a day.
        """
        # What stands before is the month's own: "on 3 March, 31 minutes later".
        if before := DAY.match(self._before(place)):
            return place - 1, int(before[1]), place + 1
        linked = DAY.match(self._word(place - 2))
        if linked and self._before(place) in ("de", "of"):
            return place - 2, int(linked[1]), place + 1
        after = DAY.match(self._word(place + 1))
        # In "the shows in May, 7 pm" the number is a clock time.
        if after and not self._is_clock(place + 1):
            return place + 1, int(after[1]), place + 2
        return None

    def _is_clock(self, place: int) -> bool:
        return self._word(place + 1) in ("am", "pm")

    def _is_whole_month(self, place: int) -> bool:
        """Says whether a month's name without a day means the month: "in March", "March 2024"."""
        word = self.words[place]
        has_year = YEAR.match(self._word(place + 1)) is not None
        is_name = has_year or len(word) > 4 or word in _SHORT_MONTHS
        is_verb = word in _MONTHS_THAT_ARE_VERBS and self.raws[place][0].islower()
        is_meant = has_year or self._before(place) in lexicon().dates.before_month
        return is_name and is_meant and not is_verb

    def _make_day(self, year: int | None, month: int, day: int) -> date | None:
        """Returns a day; without a year the nearest before publication or not far ahead. None if
        there is no such day.
        """
        published = self.article_day.local
        is_leap_day = (month, day) == (2, 29)
        try:
            if year is not None:
                return date(year, month, day)
            found = date(published.year + (not is_leap_day), month, day)
            # From the year after publication backwards: in December "January 5" lies ahead.
            while found > published + _AHEAD_LIMIT:
                found = found.replace(year=found.year - 1)
        except ValueError:
            return None
        return found

    def weekday(self, place: int) -> date:
        """Returns the day that a weekday's name at a place means."""
        latest = self.article_day.latest
        back = (latest.weekday() - lexicon().dates.weekdays[self.words[place]]) % WEEK
        if self._word(place + 1) in _LAST_AFTER:
            return latest - timedelta(days=back or WEEK)
        if self._is_next(place):
            return latest + timedelta(days=WEEK - back)
        if self._is_ahead(place):
            return latest + timedelta(days=(WEEK - back) % WEEK)
        if self._word(place + 1) in _NEXT_AFTER:
            return latest + timedelta(days=WEEK - back)
        return latest - timedelta(days=back)

    def _is_next(self, place: int) -> bool:
        """Says whether the words right before a weekday make it the next one: "by", "next"."""
        first = place - 2 if self._before(place) in _ARTICLES else place - 1
        near = self.words[max(0, first) : place]
        return not lexicon().dates.ahead_near.isdisjoint(near)

    def _is_ahead(self, place: int) -> bool:
        """Says whether the clause before a weekday looks ahead: "will", "se celebrará"."""
        first = max(0, place - _LOOK_BACK_WORDS)
        for at in range(first, place):
            if self.words[at] in lexicon().saying:
                first = at + 1  # what somebody said is a clause of its own
        if any(raw.endswith(_FUTURE_ENDINGS) for raw in self.raws[first:place]):
            return True
        return bool(lexicon().dates.ahead.find(self.words[first:place]))


def _looks_back(words: Sequence[str], years: Sequence[int], day: ArticleDay) -> bool:
    """Says whether a sentence looks back to an older time, apart from the days that it names."""
    is_of_another_year = not set(years) <= {day.local.year}
    return is_of_another_year or bool(lexicon().dates.past.find(words)) or _is_pluperfect(words)


def _is_pluperfect(words: Sequence[str]) -> bool:
    """Says whether `had` or `había` has a participle after it."""
    for place, word in enumerate(words):
        following = words[place + 1 : place + 1 + _PLUPERFECT_WORDS]
        if word in lexicon().dates.had and _begins_with_participle(following):
            return True
    return False


def _begins_with_participle(words: Sequence[str]) -> bool:
    dates = lexicon().dates
    for word in words:
        if word in dates.participles or word.endswith(dates.participle_endings):
            return True
        if word not in dates.had_skip:
            return False
    return False
