"""What a sentence says of an act beside it: how many, on which day, where, which step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from monitor.novelty.nlp.dates import ArticleDay, SentenceDays, read_days
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.numbers import read_numbers
from monitor.novelty.nlp.tokens import Tokens

_SLOT = re.compile(r"\{(\w+)\}")
_ORDINAL = re.compile(r"^\d{1,3}(?:st|nd|rd|th|o|a)$")
_STEP_SPAN = 2  # words after an ordinal that may hold what it counts
_PLACE_SPAN = 6  # words after an act that may hold its place
_PLACE_WORDS = 4  # of a place's name
_INTO = frozenset({"in", "to", "at", "en", "a", "al"})
_UP_TO = frozenset({"to", "a", "hasta", "en"})
_ARTICLES = frozenset({"the", "el", "la", "los", "las"})
_LINKS = frozenset({"of", "de", "del", "la"})


@dataclass(frozen=True, slots=True)
class ActPlace:
    """An act in a sentence.

    Attributes:
        place: of the word that names it.
        day: on which the sentence was told.
    """

    tokens: Tokens
    place: int
    day: date

    @property
    def clause(self) -> tuple[int, int]:
        """The places between the marks around the act."""
        breaks = self.tokens.breaks
        start = max((mark for mark in breaks if mark <= self.place), default=0)
        after = (mark for mark in breaks if mark > self.place)
        return start, min(after, default=len(self.tokens.words))

    @property
    def days(self) -> SentenceDays:
        """The days of the sentence."""
        local = ArticleDay(self.day, self.day)
        return read_days(self.tokens.words, self.tokens.raws, local)


def read_detail(act: ActPlace, template: str) -> str | None:
    """Returns a template of `data/case_state.toml` filled with what the sentence says of an act;
    None where it has no slot, or the sentence does not say.
    """
    slot = _SLOT.search(template)
    if slot is None:
        return None
    found = _READERS[slot[1]](act)
    return template.replace(slot[0], found) if found else None


def _read_number(act: ActPlace) -> str:
    """Returns the number of an act: that before it in its clause, else what it rose to."""
    tokens, place, days = act.tokens, act.place, act.days
    start, end = act.clause
    before = _numbers(tokens, days, range(start, place))
    if before:
        return before[0]
    for at in range(place, end):
        if tokens.words[at] in _UP_TO and (risen := _numbers(tokens, days, range(at + 1, end))):
            return risen[0]
    after = _numbers(tokens, days, range(place, end))
    return after[0] if after else ""


def _numbers(tokens: Tokens, days: SentenceDays, places: range) -> tuple[str, ...]:
    # The words of dates are blank, so that no number is made of them.
    words = ["" if at in days.used else tokens.words[at] for at in places]
    blank = SentenceDays((), days.years, is_coarse=False, used=frozenset())
    return read_numbers(words, blank, "")


def _read_day(act: ActPlace) -> str:
    """Returns the last day ahead that a sentence names."""
    ahead = [named for named in act.days.named if named > act.day]
    return max(ahead).isoformat() if ahead else ""


def _read_place(act: ActPlace) -> str:
    """Returns the name after "in" or "to" behind an act."""
    tokens, used = act.tokens, act.days.used
    _, end = act.clause
    for at in range(act.place + 1, min(end, act.place + _PLACE_SPAN)):
        if tokens.words[at - 1] in _INTO and at not in used and (name := _name(tokens, at, end)):
            return name
    return ""


def _name(tokens: Tokens, at: int, end: int) -> str:
    """Returns the capitalised words from a place on, small links between them included."""
    if tokens.words[at] in _ARTICLES:
        at += 1
    words: list[str] = []
    for raw, word in zip(tokens.raws[at:end], tokens.words[at:end], strict=True):
        is_part = raw[0].isupper() or (words and word in _LINKS)
        if not is_part or len(words) == _PLACE_WORDS or _is_time(word):
            break
        words.append(raw)
    while words and words[-1][0].islower():
        words.pop()
    return " ".join(words)


def _is_time(word: str) -> bool:
    dates = lexicon().dates
    return word in dates.months or word in dates.weekdays


def _read_step(act: ActPlace) -> str:
    """Returns the last ordinal with what it counts: "second lane", "tercer carril"."""
    tokens, found = act.tokens, ""
    for at, word in enumerate(tokens.words):
        if word in lexicon().ordinals.values or _ORDINAL.match(word):
            found = _counted(tokens, at) or found
    return found


def _counted(tokens: Tokens, at: int) -> str:
    """Returns an ordinal with what it counts; nothing where that does not come in steps."""
    for end in range(at + 1, min(at + 1 + _STEP_SPAN, len(tokens.words))):
        if tokens.words[end] in lexicon().ordinals.counted:
            return " ".join(tokens.raws[at : end + 1]).lower()
    return ""


_READERS: Mapping[str, Callable[[ActPlace], str]] = {
    "number": _read_number,
    "day": _read_day,
    "place": _read_place,
    "step": _read_step,
}
