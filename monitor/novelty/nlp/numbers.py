"""The numbers of a sentence in one form, however they are written.

`6m`, `6,000,000`, `six million` and `6 millones` are all "6m"; `two weeks` and `fourteen days` are
both "14"; "the third body" is "3", for it tells the same step as "three bodies". Years and the
numbers of dates are left to `dates`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import takewhile
from typing import NamedTuple

from monitor.novelty.nlp.dates import SentenceDays
from monitor.novelty.nlp.lexicon import NumberWords, lexicon

_NUMBER = re.compile(r"^\d+(?:[.,]\d+)*%?$")
_GLUED = re.compile(r"^([0-9]{1,9})(bn|mn|m|tn)$")
_ORDINAL = re.compile(r"^(\d{1,3})(?:st|nd|rd|th|o|a)$")
_GROUPED = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_SEPARATORS = re.compile(r"[.,]")
_LONGEST_NUMBER = 15  # characters; longer ones are codes
_POWERS_IN_A_ROW = 2  # "two hundred thousand"
_WHOLE_POWER = 2  # from a hundred on "a" before a power is a one
_SMALLEST_TEN = 20
_REST_LIMIT = 10_000  # "and" after a larger number begins another one
_DAYS_OF_WEEK = 7
_FIRST_STEP = 2  # "the first report" repeats nothing
_ORDINAL_SPAN = 4  # words after an ordinal that may hold what it counts ("sixth and last victim")
# Shares are numbers of their own: "7 per cent" is not "7 people".
_PERCENT = frozenset({"percent", "pct"})
_PER_CENT = frozenset({("per", "cent"), ("por", "ciento")})
_UNITS = ((9, "b"), (6, "m"))


class _Numeral(NamedTuple):
    """A value that is read so far, and the place after its last word."""

    value: Decimal
    end: int


def read_numbers(words: Sequence[str], days: SentenceDays, lang: str) -> tuple[str, ...]:
    """Returns the canonical numbers of a sentence, each once, in order of first mention.

    Args:
        words: the sentence's folded words.
        days: its days, whose words and years are no numbers.
        lang: the language whose number words count; with another one those of all count.
    """
    reader = _Reader(words, days, lexicon().numbers.get(lang) or lexicon().any_numbers)
    found: dict[str, None] = {}
    place = 0
    while place < len(words):
        if ordinal := reader.ordinal(place):
            found[_canonical(ordinal.value)] = None
            place = ordinal.end
            continue
        first = reader.first(place)
        if first is None:
            place += 1
        # A year says when, not how many.
        elif reader.is_year(first.value):
            place = first.end
        else:
            number = reader.scaled(first)
            found[reader.canonical(number, words[place])] = None
            place = number.end
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the numbers of one sentence."""

    words: Sequence[str]
    days: SentenceDays
    known: NumberWords

    def is_year(self, value: Decimal) -> bool:
        return value == value.to_integral() and int(value) in self.days.years

    def first(self, place: int) -> _Numeral | None:
        """Returns the number whose first word stands at a place, without powers of ten after it."""
        word = self.words[place]
        value = self._digits(word) if place not in self.days.used else None
        if value is not None:
            return _Numeral(value, place + 1)
        if word in self.known.values:
            return self._compound(place)
        return _Numeral(Decimal(1), place) if self._is_one_power(place) else None

    def ordinal(self, place: int) -> _Numeral | None:
        """Returns the step that an ordinal at a place counts ("third body", "tercera prórroga")."""
        value, end = self._ordinal_value(self.words[place]), place + 1
        ten = self.known.values.get(self.words[place], 0)
        unit = self._ordinal_value(self._word(end))
        # "twenty third"
        if ten >= _SMALLEST_TEN and 0 < unit < 10:
            value, end = ten + unit, end + 1
        if value < _FIRST_STEP or place in self.days.used:
            return None
        near = self.words[end : end + _ORDINAL_SPAN]
        # "The Fourth Circuit heard the case": what an article stands before is another thing.
        counted = takewhile(lambda word: word not in lexicon().clauses.determiners, near)
        is_counting = not lexicon().ordinals.counted.isdisjoint(counted)
        return _Numeral(Decimal(value), end) if is_counting else None

    def _ordinal_value(self, word: str) -> int:
        match = _ORDINAL.match(word)
        return int(match[1]) if match else lexicon().ordinals.values.get(word, 0)

    def scaled(self, number: _Numeral) -> _Numeral:
        """Multiplies a number by what follows it: powers of ten, then weeks."""
        for _ in range(_POWERS_IN_A_ROW):
            power = self.known.powers.get(self._word(number.end))
            if power is not None:
                scaled = _Numeral(number.value.scaleb(power), number.end + 1)
                number = self._with_rest(scaled)
        if self._word(number.end) in lexicon().weeks:
            return number._replace(value=number.value * _DAYS_OF_WEEK)
        return number

    def canonical(self, number: _Numeral, first_word: str) -> str:
        """Returns a number in its one form, with "%" if it is a share."""
        is_share = first_word.endswith("%") or self._is_percent(number.end)
        return _canonical(number.value) + ("%" if is_share else "")

    def _word(self, place: int) -> str:
        return self.words[place] if place < len(self.words) else ""

    def _digits(self, word: str) -> Decimal | None:
        """Returns the value of a word of digits, "1,200", "7%" or "6m"."""
        if match := _GLUED.match(word):
            power = self.known.powers.get(match[2])
            return None if power is None else Decimal(match[1]).scaleb(power)
        if not _NUMBER.match(word) or len(word) > _LONGEST_NUMBER:
            return None
        plain = word.rstrip("%")
        is_grouped = _GROUPED.match(plain)
        plain = _SEPARATORS.sub("", plain) if is_grouped else plain.replace(",", ".")
        return Decimal(plain) if plain.count(".") <= 1 and plain.isascii() else None

    def _compound(self, place: int) -> _Numeral:
        """Returns the number that begins at a number word ("twenty five", "treinta y un")."""
        value = self.known.values[self.words[place]]
        unit_at = place + 2 if self._word(place + 1) == "y" else place + 1
        unit = self._unit(self._word(unit_at))
        if value >= _SMALLEST_TEN and 0 < unit < 10:
            return _Numeral(Decimal(value + unit), unit_at + 1)
        return _Numeral(Decimal(value), place + 1)

    def _unit(self, word: str) -> int:
        """Returns the value of a word after a ten: "one" counts there, alone it is an article."""
        return 1 if word in ("one", "un", "uno", "una") else self.known.values.get(word, 0)

    def _is_one_power(self, place: int) -> bool:
        """Says whether "a hundred" or "one thousand" ends here; "hundreds" are not a number."""
        word = self.words[place]
        is_one = place > 0 and self.words[place - 1] in ("a", "one")
        is_power = self.known.powers.get(word, 0) >= _WHOLE_POWER
        return is_one and is_power and not word.endswith("s")

    def _with_rest(self, number: _Numeral) -> _Numeral:
        """Adds what follows a hundred: "a hundred and twenty-five"."""
        value, place = number
        is_hundreds = value == value.to_integral() and not value % 100 and value < _REST_LIMIT
        is_followed = self._word(place) == "and" and self._word(place + 1) in self.known.values
        if not (is_hundreds and is_followed):
            return number
        rest = self._compound(place + 1)
        return _Numeral(value + rest.value, rest.end) if rest.value < 100 else number

    def _is_percent(self, place: int) -> bool:
        first = self._word(place)
        return first in _PERCENT or (first, self._word(place + 1)) in _PER_CENT


def _canonical(value: Decimal) -> str:
    for power, unit in _UNITS:
        if value >= Decimal(10) ** power:
            return _plain(value.scaleb(-power)) + unit
    return _plain(value)


def _plain(value: Decimal) -> str:
    """Returns a number in digits, without an exponent or zeros at its end."""
    return f"{value.normalize():f}"
