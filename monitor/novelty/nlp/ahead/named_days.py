"""Which days a sentence names, and where, when it may look ahead: for the calendar of a case.

What the judge weighs is read by `dates`: a weekday there is one that has passed more often, and its
weights and stored facts were made so. Here a day without a year, or a weekday, lies ahead where the
words before it or behind it say that something is to happen on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from monitor.novelty.nlp.dates import DAY, WEEK, YEAR, ArticleDay, DayReader
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.terms import Terms
from monitor.novelty.nlp.tokens import Tokens

_LONG_PAST = timedelta(days=30)  # what is to happen on a day that passed longer ago is next year's
_CLAUSE_WORDS = 8  # words behind a day at the front of a sentence that may hold its verb
_SET_WORDS = 12  # words before "to Tuesday" that may hold what was moved there
_FRONT_WORDS = 3  # words before a day that stands at the front: "early on Monday"
_FUTURE_ENDINGS = ("rá", "rán")
_PAST_ENDINGS = ("ó", "aron", "ieron")
_ARTICLES = frozenset({"the", "el", "la", "este", "on", "del"})
_TIMES = frozenset({"noon", "midnight", "mediodia", "medianoche", "late", "early", "least", "end"})
_FRONTS = frozenset({"on", "el", "este", "early", "late", "and", "but", "y", "pero", "then", "by"})
_LAST_BEFORE = frozenset({"last", "past", "pasado", "pasada"})
_ANY = frozenset({"a", "un", "every", "each", "cada"})  # "on a Tuesday" is no day
_TO = frozenset({"to", "al", "a", "for"})
_AND = frozenset({"and", "y", "e"})
_BETWEEN_DAYS = _AND | {"to", "al", "a", "through"}
# What may follow several days of a month; another word would be what the last number counts.
_BEHIND_DAYS = frozenset(
    {"in", "at", "on", "before", "for", "with", "when", "as", "by", "until", "of", "de", "del"}
    | {"en", "ante", "para", "por", "con", "and", "but", "y", "pero", "instead"}
)
_MORNING = frozenset(
    {"la", "esta", "una", "cada", "media", "toda", "misma", "aquella", "buena", "primera", "ayer"}
)
# What sets a day or moves one, so that "to Tuesday" names it.
_SETS: Terms[str] = Terms(
    {
        "": (
            *("mov*", "reschedul*", "schedul*", "postpon*", "push*", "delay*", "put off", "set"),
            *("put back", "adjourn*", "brought forward", "bring* ~ forward", "shift*", "defer*"),
            *("extend*", "fix*", "plan*", "aplaz*", "pospon*", "pospu*", "traslad*", "retras*"),
            *("adelant*", "reprogram*", "fij*", "cit*", "convoc*", "senal*", "prorrog*"),
        )
    }
)
# The present tense of what is to happen: "the strike ends Sunday".
_PRESENT: Terms[str] = Terms(
    {
        "": (
            *("ends", "end", "expires", "expire", "hears", "hear", "opens", "closes", "returns"),
            *("testifies", "testify", "appears", "appear", "faces", "face", "votes", "vote"),
            *("meets", "decides", "finishes", "concludes", "runs out", "reconvenes", "goes to"),
            *("arrives", "goes on trial", "has until", "have until", "declara", "declaran"),
            *("comparece", "comparecen", "vence", "vencen", "termina", "terminan", "acaba"),
            *("expira", "concluye", "vota", "votan", "decide", "reanuda", "reune", "abre"),
        )
    }
)
_PLANS: Terms[str] = Terms({"": ("has to", "have to", "can", "could", "may", "faces", "ha de")})
_PAST_WORDS = frozenset(
    {"was", "were", "had", "gave", "went", "took", "came", "began", "spoke", "saw", "did", "got"}
    | {"fell", "rose", "struck", "drew", "wrote", "fue", "fueron", "hizo", "dio", "ha", "han"}
    | {"sank", "left", "ran", "broke", "won", "lost", "met", "held", "sent", "made", "ended"}
    | {"habia", "habian", "estaba", "estaban", "has", "have", "since", "desde"}
)
_DISTANCES: Mapping[int, tuple[str, ...]] = {
    -2: ("day before yesterday", "anteayer", "antier", "antes de ayer"),
    2: ("day after tomorrow", "pasado manana"),
    -1: ("yesterday", "ayer"),
    1: ("tomorrow", "manana"),
}
_RELATIVE = Terms(_DISTANCES)
_FARTHEST = 2  # days by which a phrase of three words names a day


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a sentence names.

    Attributes:
        start, end: the place of its first word, and the one behind its last.
        is_weekday: it is named by its weekday alone.
    """

    day: date
    start: int
    end: int
    is_weekday: bool = False


def read_named_days(tokens: Tokens, told_on: date) -> tuple[NamedDay, ...]:
    """Returns the days that a sentence names, in its order.

    Args:
        told_on: the day on which it was told, from which weekdays are counted.
    """
    reader = _Reader(tokens.words, tokens.raws, ArticleDay(told_on, told_on))
    dated = [*reader.dates(), *reader.written_dates()]
    starts = frozenset(map(attrgetter("start"), dated))
    found = [*dated, *reader.weekdays(starts), *reader.distances()]
    return tuple(sorted(found, key=attrgetter("start")))


def preposition_place(words: Sequence[str], place: int) -> int:
    """Returns the place of the word before a day, articles and times of it left out: "until noon
    Tuesday"; -1 where there is none.
    """
    skipped = _ARTICLES | _TIMES | lexicon().dates.weekdays.keys()
    at = place - 1
    while at >= 0 and words[at] in skipped:
        at -= 1
    return at


class _Reader(DayReader):
    """Reads the days of a sentence that may look ahead."""

    __slots__ = ()

    def dates(self) -> Iterator[NamedDay]:
        """Yields the days of months: "June 10", "10, 11 y 12 de junio"."""
        for place, word in enumerate(self.words):
            if word in lexicon().dates.months:
                yield from self._days_of_month(place)

    def _days_of_month(self, place: int) -> Iterator[NamedDay]:
        found = self._day_beside(place)
        if found is None:
            return
        day_at, _, year_at = found
        listed = self._listed(place, day_at)
        year = self._year(max(year_at, listed[-1] + 1))
        for at in listed:
            day = self._dated(year, place, at)
            if day:
                # The month belongs to the day beside it.
                both = (at, place) if at == day_at else (at, at)
                yield NamedDay(day, min(both), max(both) + 1)

    def _listed(self, place: int, day_at: int) -> list[int]:
        """Returns the places of the days that share a month's name, in order: "10, 11 and 12"."""
        step = 1 if day_at > place else -1
        listed, joined, at = [day_at], 1, day_at + step
        while True:
            is_linked = self._word(at) in _BETWEEN_DAYS
            at += step * is_linked
            if step * (self._number(at) - self._number(listed[-1])) <= 0 or not self._number(at):
                break
            listed.append(at)
            # A list is closed by "and"; without one a number counts something else.
            joined = len(listed) if is_linked or (joined > 1 and step < 0) else joined
            at += step
        return sorted(listed[: joined if step < 0 or self._ends_list(listed[-1] + 1) else 1])

    def _ends_list(self, at: int) -> bool:
        word = self._word(at)
        return word in _BEHIND_DAYS | {""} or YEAR.match(word) is not None

    def _number(self, at: int) -> int:
        """Returns the day of a month at a place, 0 where there is none."""
        found = DAY.match(self._word(at))
        return int(found[1]) if found else 0

    def _dated(self, year: int | None, place: int, at: int) -> date | None:
        """Returns the day of a month, in the year that is meant; None if there is no such day."""
        month = lexicon().dates.months[self.words[place]]
        found = self._make_day(year, month, self._number(at))
        told_on = self.article_day.local
        if (
            year
            or not found
            or found >= told_on - _LONG_PAST
            or not self._lies_ahead(min(place, at))
        ):
            return found
        return self._make_day(found.year + 1, month, found.day) or found

    def written_dates(self) -> Iterator[NamedDay]:
        """Yields the days of figures: "2025-06-05"."""
        for place, word in enumerate(self.words[:-2]):
            month, day = self.raws[place + 1 : place + 3]
            is_date = YEAR.match(word) and len(month) == len(day) == 2
            if is_date and (month + day).isascii() and (month + day).isdigit():
                found = self._make_day(int(word), int(month), int(day))
                if found:
                    yield NamedDay(found, place, place + 3)

    def weekdays(self, dated: frozenset[int]) -> Iterator[NamedDay]:
        """Yields the days that are named by their weekday alone.

        Args:
            dated: where days of months stand: "Monday, June 9" is one of them.
        """
        for place, word in enumerate(self.words):
            if word not in lexicon().dates.weekdays or self._before(place) in _ANY:
                continue
            after = place + 1 + (self._word(place + 1) in _ARTICLES)
            if after not in dated:
                yield NamedDay(self._weekday(place), place, place + 1, is_weekday=True)

    def _weekday(self, place: int) -> date:
        told_on = self.article_day.local
        back = (told_on.weekday() - lexicon().dates.weekdays[self.words[place]]) % WEEK
        if self._before(place) in _LAST_BEFORE or self._word(place + 1) in _LAST_BEFORE:
            return told_on - timedelta(days=back or WEEK)
        if self._preposition(place) in lexicon().dates.ahead_near:
            return told_on + timedelta(days=WEEK - back)
        if self._lies_ahead(place):
            return told_on + timedelta(days=-back % WEEK)
        return DayReader.weekday(self, place)

    def distances(self) -> Iterator[NamedDay]:
        """Yields the days that are named by their distance: "tomorrow", "pasado mañana"."""
        taken: set[int] = set()
        for distance, place in _RELATIVE.places(self.words):
            if place in taken or self._is_morning(place):
                continue
            words = range(place, place + (_FARTHEST + 1 if abs(distance) == _FARTHEST else 1))
            taken.update(words)
            day = self.article_day.local + timedelta(days=distance)
            yield NamedDay(day, place, words.stop)

    def _is_morning(self, place: int) -> bool:
        return self._word(place) == "manana" and self._before(place) in _MORNING

    def _preposition(self, place: int) -> str:
        return self._word(preposition_place(self.words, place))

    def _lies_ahead(self, place: int) -> bool:
        """Says whether something is to happen on the day at a place."""
        before = self.words[max(0, place - _SET_WORDS) : place]
        if "had" in before or "habia" in before:
            return False
        preposition = self._preposition(place)
        if preposition == "para" or (preposition in _TO and _SETS.find(before)):
            return True
        return self._is_planned(place) or self._is_front_of_plan(place)

    def _is_planned(self, place: int) -> bool:
        """Says whether the words before a day tell what is to happen, and nothing that has."""
        if self._is_ahead(place):
            return True
        first = max(0, place - _CLAUSE_WORDS)
        told = _PRESENT.places(self.words[first:place])
        last = first + told[-1][1] if told else place
        return last < place and not any(map(self._is_past, range(last + 1, place)))

    def _is_front_of_plan(self, place: int) -> bool:
        """Says whether a day stands at the front of a clause that tells what is to happen."""
        if not set(self.words[max(0, place - _FRONT_WORDS) : place]) <= _FRONTS:
            return False
        for at in range(place + 1, min(len(self.words), place + 1 + _CLAUSE_WORDS)):
            if self._is_plan(at):
                return True
            if self._is_past(at):
                return False
        return False

    def _is_plan(self, at: int) -> bool:
        rest = self.words[at : at + _FRONT_WORDS]
        terms = (lexicon().dates.ahead, _PRESENT, _PLANS)
        is_future = self.raws[at].endswith(_FUTURE_ENDINGS)
        return is_future or any(one.starts(rest) for one in terms)

    def _is_past(self, at: int) -> bool:
        word = self.words[at]
        is_told = word in _PAST_WORDS or word in lexicon().saying
        return is_told or word.endswith("ed") or self.raws[at].endswith(_PAST_ENDINGS)
