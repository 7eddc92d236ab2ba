"""Which calendar days a sentence speaks of.

A day is the local calendar day at the place of the case. A weekday is the latest such day not after
the article's own, or the next one when the words before it look ahead ("by", "next", "is set for").
A month and a day take the year that lies nearest before publication, at most 200 days ahead of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.novelty.nlp.lexicon import lexicon

_AHEAD_LIMIT = timedelta(days=200)  # a date without a year is not further ahead than this
_LOOK_BACK_WORDS = 8  # words before a weekday in which "will" or "set for" makes it lie ahead
_FUTURE_ENDINGS = ("ará", "erá", "irá", "arán", "erán", "irán")
_ARTICLES = frozenset({"el", "este", "the", "on", "del", "proximo", "next"})
_YEAR = re.compile(r"^(?:1[89]|20)\d\d$")
_DAY = re.compile(r"^([12]?\d|3[01])(?:st|nd|rd|th|o)?$")
_ISO = re.compile(r"\b(20\d\d)-(\d\d)-(\d\d)\b")
EVENT_SPAN = timedelta(days=2)  # what an article reports as news happened at most so long before it


@dataclass(frozen=True, slots=True)
class Days:
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


def read_days(words: Sequence[str], raws: Sequence[str], published: date, latest: date) -> Days:
    """Reads the days of a sentence from its folded words and the same words as written.

    Args:
        published: the article's local day.
        latest: the last day that it can mean by a weekday without looking ahead; a newsroom further
            east may be a day ahead.
    """
    named: dict[date, None] = {}
    used: set[int] = set()
    is_coarse = False
    for place, word in enumerate(words):
        if word in lexicon().months and place not in used:
            found, span = _month_day(words, raws, place, published)
            used.update(span)
            if found:
                named[found] = None
            elif span:
                is_coarse = True
        elif word in lexicon().weekdays:
            named[_weekday(words, raws, place, latest)] = None
    for label, place in lexicon().relative.places(words):
        if not _is_quoted_tomorrow(words, place):
            named[published + timedelta(days=int(label))] = None
    years = tuple(
        dict.fromkeys(
            int(w) for i, w in enumerate(words) if _YEAR.match(w) and not _is_amount(words, i)
        )
    )
    is_coarse = (
        is_coarse
        or any(y != published.year for y in years)
        or bool(lexicon().past.find(words))
        or _is_pluperfect(words)
    )
    return Days(tuple(named), years, is_coarse, frozenset(used))


def _is_quoted_tomorrow(words: Sequence[str], place: int) -> bool:
    """Of "pasado mañana por" only the first reading counts."""
    return place > 0 and words[place] == "manana" and words[place - 1] in ("la", "esta", "pasado")


def _is_amount(words: Sequence[str], place: int) -> bool:
    following = words[place + 1] if place + 1 < len(words) else ""
    return following in ("people", "men", "women", "dollars", "euros", "personas", "km", "miles")


def _month_day(
    words: Sequence[str], raws: Sequence[str], place: int, published: date
) -> tuple[date | None, tuple[int, ...]]:
    """Returns the day at a month's name and the positions it takes; no day but positions when only
    the month is meant.
    """
    month = lexicon().months[words[place]]
    before, after = (
        words[place - 1] if place else "",
        words[place + 1] if place + 1 < len(words) else "",
    )
    day_at = None
    if (match := _DAY.match(after)) and not _is_clock(words, place + 1):
        day_at, year_at = place + 1, place + 2
    elif match := _DAY.match(before):
        day_at, year_at = place - 1, place + 1
    elif before in ("de", "of") and place > 1 and (match := _DAY.match(words[place - 2])):
        day_at, year_at = place - 2, place + 1
    if day_at is None or match is None:
        is_month = (
            len(words[place]) > 4
            or words[place] in ("may", "mayo")
            or _YEAR.match(after) is not None
        )
        is_meant = before in lexicon().before_month or _YEAR.match(after) is not None
        return None, (place,) if is_month and is_meant and not (
            words[place] in ("may", "march", "mar") and raws[place][0].islower()
        ) else ()
    if year_at < len(words) and words[year_at] in ("de", "del", "of"):
        year_at += 1
    year = int(words[year_at]) if year_at < len(words) and _YEAR.match(words[year_at]) else None
    return _make_day(year, month, int(match[1]), published), (place, day_at)


def _is_clock(words: Sequence[str], place: int) -> bool:
    return place + 1 < len(words) and words[place + 1] in ("am", "pm")


def _make_day(year: int | None, month: int, day: int, published: date) -> date | None:
    try:
        if year is not None:
            return date(year, month, day)
        found = (
            date(published.year + 1, month, day)
            if (month, day) != (2, 29)
            else date(published.year, month, day)
        )
        while found > published + _AHEAD_LIMIT:
            found = found.replace(year=found.year - 1)
    except ValueError:
        return None
    return found


def _weekday(words: Sequence[str], raws: Sequence[str], place: int, published: date) -> date:
    back = (published.weekday() - lexicon().weekdays[words[place]]) % 7
    before = words[max(0, place - _LOOK_BACK_WORDS) : place]
    near = before[-2:] if before and before[-1] in _ARTICLES else before[-1:]
    if any(word in lexicon().ahead_near for word in near):
        return published + timedelta(days=7 - back)
    said = max((at for at, word in enumerate(before) if word in lexicon().saying), default=-1)
    will = any(
        raw.endswith(_FUTURE_ENDINGS) for raw in raws[place - len(before) + said + 1 : place]
    )
    if will or lexicon().ahead.find(before[said + 1 :]):
        return published + timedelta(days=(7 - back) % 7)
    following = words[place + 1 : place + 3]
    if following[:1] and following[0] in ("proximo", "proxima"):
        return published + timedelta(days=7 - back)
    return published - timedelta(days=back)


def _is_pluperfect(words: Sequence[str]) -> bool:
    """`had` or `habia` with a participle after it."""
    lex = lexicon()
    for place, word in enumerate(words):
        if word in lex.had:
            for following in words[place + 1 : place + 4]:
                if following in lex.participles or following.endswith(lex.participle_endings):
                    return True
                if following not in lex.had_skip:
                    break
    return False


def event_days(days: Days, published: date, latest: date) -> tuple[date, ...]:
    """Returns the days on which what the sentence reports as news may have happened; empty for
    background.

    Its own days within `EVENT_SPAN`; the article's day when it names none, or only days ahead, and
    does not look back."""
    recent = tuple(day for day in days.named if published - EVENT_SPAN <= day <= latest)
    if recent:
        return recent
    looks_back = days.is_coarse or any(day < published for day in days.named)
    return () if looks_back else (published,)
