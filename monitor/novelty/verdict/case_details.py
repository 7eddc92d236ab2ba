"""What a sentence says of an act beside it: how many, on which day, where, which step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from monitor.novelty.nlp.ahead.called_off import standing_days
from monitor.novelty.nlp.dates import ArticleDay, SentenceDays, read_days
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.numbers import read_numbers
from monitor.novelty.nlp.tokens import Tokens

_SLOT = re.compile(r"\{(\w+)\}")
_ORDINAL = re.compile(r"^\d{1,3}(?:st|nd|rd|th|o|a)$")
_STEP_SPAN = 2  # words after an ordinal that may hold what it counts
_PLACE_SPAN = 6  # words after an act that may hold its place
_PLACE_WORDS = 4  # of a place's name
# What stands before a place in the languages of the texts, by the word in the template.
_BEFORE_PLACE = {"in": frozenset({"in", "at", "en"}), "to": frozenset({"to", "a", "al"})}
_MORE = frozenset({"more", "further", "another", "mas", "otros", "otras"})
_UNITS = frozenset(
    {"year", "years", "hours", "days", "weeks", "months", "percent", "metres", "tonnes", "ano"}
    | {"anos", "horas", "dias", "semanas", "meses", "metros", "toneladas", "millones", "million"}
)
_MORE_SPAN = 2  # words after a number in which "more" belongs to it
_AND = frozenset({"and", "y", "e"})
_UP_TO = frozenset({"to", "a", "hasta", "at"})
_ARTICLES = frozenset({"the", "el", "la", "los", "las"})
_LINKS = frozenset({"of", "de", "del", "la"})


@dataclass(frozen=True, slots=True)
class ActPlace:
    """An act in a sentence.

    Attributes:
        place: of the word that names it.
        day: on which the sentence was told.
        before: words that stand before a place that belongs to the act.
    """

    tokens: Tokens
    place: int
    day: date
    before: frozenset[str] = frozenset()

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
    word = template[: slot.start()].split()[-1:]
    before = _BEFORE_PLACE.get("".join(word), frozenset())
    found = _READERS[slot[1]](replace(act, before=before))
    return template.replace(slot[0], found) if found else None


def _read_number(act: ActPlace) -> str:
    """Returns the number of an act in its clause: what it rose to, else the one before or after."""
    start, end = act.clause
    # "Two more died and the number of cases rose to 41" is of two things.
    joined = (at for at in range(act.place, end) if act.tokens.words[at] in _AND)
    end = next(joined, end)
    risen = [at + 1 for at in range(start, end - 1) if act.tokens.words[at] in _UP_TO]
    spans = [
        *(range(at, at + 1) for at in risen),
        range(start, act.place),
        range(act.place, end),
    ]
    found = [number for span in spans for number in _numbers(act, span)]
    return found[0] if found else ""


def _numbers(act: ActPlace, places: range) -> list[str]:
    # The words of dates are blank, so that no number is made of them.
    used = act.days.used
    words = [
        "" if at in used or _is_further(act.tokens, at) else act.tokens.words[at] for at in places
    ]
    blank = SentenceDays((), act.days.years, is_coarse=False, used=frozenset())
    # People are counted one by one: "40m" is money.
    return [number for number in read_numbers(words, blank, "") if number.isdigit()]


def _is_further(tokens: Tokens, at: int) -> bool:
    """Says whether a number comes on top of another or counts no people: "three more bodies",
    "otros dos", "71 years".
    """
    after = tokens.words[at + 1 : at + 1 + _MORE_SPAN]
    is_more = not _MORE.isdisjoint((*tokens.words[max(0, at - 1) : at], *after))
    return is_more or not _UNITS.isdisjoint(after[:1])


def _read_day(act: ActPlace) -> str:
    """Returns the last day ahead that a sentence names and lets stand."""
    ahead = filter(act.day.__lt__, standing_days(act.tokens, act.day))
    last = max(ahead, default=None)
    return last.isoformat() if last else ""


def _read_place(act: ActPlace) -> str:
    """Returns the name after "in" or "to" behind an act."""
    tokens, used = act.tokens, act.days.used
    _, end = act.clause
    for at in range(act.place + 1, min(end, act.place + _PLACE_SPAN)):
        if (
            tokens.words[at - 1] in act.before
            and at not in used
            and (name := _name(tokens, at, end))
        ):
            return name
    return ""


def _name(tokens: Tokens, at: int, end: int) -> str:
    """Returns the capitalised words from a place on, small links between them included."""
    # "In the harbour", but "in El Salvador".
    if tokens.words[at] in _ARTICLES and tokens.raws[at][0].islower():
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
