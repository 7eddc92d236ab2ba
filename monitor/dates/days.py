"""The day in a date string: names of months, or numbers in whatever order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.dates.words import MONTH, NOISE, WEEKDAY

_FIRST_YEAR_OF_CENTURY = 70  # two digits are a year of 1970 to 2069, as in RFC 822's successors
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{1,4})(?!\d)")
TOKEN = re.compile(r"\d+|[^\W\d_]+")


@dataclass(slots=True)
class _DayParts:
    """What was found of a day while its words are read.

    Attributes:
        text: the whole text that the words stand in.
        weekday: 0 is Monday.
    """

    text: str
    numbers: list[str]
    month: int | None = None
    weekday: int | None = None

    def take(self, token: str) -> bool:
        """Reads one more word or number; returns whether it may stand in a date."""
        word = _strip_accents(token)
        if token.isdigit():
            self.numbers.append(token)
        elif self.month is None and word in MONTH and not self._is_weekday_first(word):
            self.month = MONTH[word]
        elif self.weekday is None and word in WEEKDAY:
            self.weekday = WEEKDAY[word]
        else:
            return word in NOISE
        return True

    def _is_weekday_first(self, word: str) -> bool:
        """Whether a word that names a month and a weekday (`mar., 01 déc. 2020`) is the weekday."""
        is_first = self.weekday is None and not self.numbers
        return is_first and word in WEEKDAY and _has_two_months(self.text)


def read_day(text: str, lang: str | None) -> date | None:
    """Reads the day from what is left without time and zone."""
    numeric = _NUMERIC.search(text)
    parts = _DayParts(text, [])
    if numeric:
        parts = _DayParts(f"{text[: numeric.start()]} {text[numeric.end() :]}", [*numeric.groups()])
    if not all(map(parts.take, TOKEN.findall(parts.text))):
        return None
    if parts.month:
        return _named_day(parts.numbers, parts.month)
    return _numeric_day(parts.numbers, parts.weekday, month_first=is_american(lang))


def _has_two_months(text: str) -> bool:
    return sum(_strip_accents(token) in MONTH for token in TOKEN.findall(text)) > 1


def _strip_accents(word: str) -> str:
    """Returns a word in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def _named_day(numbers: Sequence[str], month: int) -> date | None:
    """Reads day and year beside a month's name: `11 April 2025`, `April 11 2025`, `11-Apr-25`;
    `Nov. 2020` is its first day.
    """
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return date(int(numbers[0]), month, 1)
    if len(numbers) != 2:
        return None
    first, second = numbers
    if len(first) > 2:
        first, second = second, first
    return make_date(_full_year(second), month, int(first)) if len(first) <= 2 else None


def _numeric_day(numbers: Sequence[str], weekday: int | None, *, month_first: bool) -> date | None:
    """Reads three numbers; their order is decided by the year, a number over 12, the weekday, the
    language, in this order.
    """
    if len(numbers) != 3:
        return None
    if len(numbers[0]) == 4:
        return make_date(*map(int, numbers))
    if len(numbers[0]) > 2 or len(numbers[2]) == 3:
        return None
    return _year_last_day(numbers, weekday, month_first=month_first)


def _year_last_day(
    numbers: Sequence[str], weekday: int | None, *, month_first: bool
) -> date | None:
    first, second, year = int(numbers[0]), int(numbers[1]), _full_year(numbers[2])
    by_day, by_month = make_date(year, second, first), make_date(year, first, second)
    if by_day is None or by_month is None:
        return by_day or by_month
    return _choose_order(by_day, by_month, weekday, month_first=month_first)


def _choose_order(by_day: date, by_month: date, weekday: int | None, *, month_first: bool) -> date:
    """Returns the one of two readings that the weekday fits, else the one usual in the language."""
    fits_day, fits_month = by_day.weekday() == weekday, by_month.weekday() == weekday
    if fits_day != fits_month:
        return by_day if fits_day else by_month
    return by_month if month_first else by_day


def _full_year(number: str) -> int:
    year = int(number)
    if len(number) > 2:
        return year
    return year + (1900 if year >= _FIRST_YEAR_OF_CENTURY else 2000)


def make_date(year: int, month: int, day: int) -> date | None:
    """Returns a day; None where the calendar has none."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def is_american(lang: str | None) -> bool:
    """Says whether a document in this language writes the month first."""
    return (lang or "").lower() == "en-us"
