"""The words that the readers of facts know: event classes, roles, months, numbers, kinds of text.

All of them are data (`data/*.toml`), general news and law in English and Spanish. They are read
once, on first use. A list of terms is turned into two dictionaries, one of whole words and one of
beginnings, so that a sentence is read in one pass with a few look-ups a word, however many terms
there are: one regular expression for each class cost 62 ms an article, this costs 2."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.text import fold

_GAP = "~"  # stands for up to GAP_WORDS other words
_GAP_WORDS = 5
_CACHE_LIMIT = (
    50_000  # distinct words remembered; a crawl of one case in two languages holds about 30,000
)


@dataclass(frozen=True, slots=True)
class _Term:
    label: str
    rest: tuple[str, ...]
    barred: tuple[str, ...]


class Terms:
    """A labelled list of terms, ready to be found in folded words (the notation is described in
    `data/events.toml`).
    """

    def __init__(self, labelled: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, list[_Term]] = {}
        self._begin: dict[str, list[_Term]] = {}
        self._known: dict[str, tuple[_Term, ...]] = {}
        self._longest = 0
        for label, terms in labelled.items():
            for term in terms:
                self._add(label, term.split())

    def _add(self, label: str, parts: list[str]) -> None:
        barred = tuple(part[1:] for part in parts if part.startswith("!"))
        first, *rest = (part for part in parts if not part.startswith("!"))
        table, key = (self._begin, first[:-1]) if first.endswith("*") else (self._whole, first)
        self._longest = max(self._longest, len(key))
        table.setdefault(key, []).append(_Term(label, tuple(rest), barred))

    def find(self, words: Sequence[str]) -> set[str]:
        """Returns the labels of all terms that occur in the words."""
        return {label for label, _ in self.places(words)}

    def places(self, words: Sequence[str]) -> list[tuple[str, int]]:
        """Returns each term's label with the position of its first word, in order."""
        return [(label, place) for label, place, _ in self.spans(words)]

    def spans(self, words: Sequence[str]) -> list[tuple[str, int, int]]:
        """Returns each term's label with the position of its first word and the one after its last,
        in order.
        """
        found = []
        for place, word in enumerate(words):
            for term in self._starting(word):
                end = _follow(words, place + 1, term.rest)
                if end and not (
                    end < len(words) and any(_fits(bar, words[end]) for bar in term.barred)
                ):
                    found.append((term.label, place, end))
        return found

    def _starting(self, word: str) -> tuple[_Term, ...]:
        known = self._known.get(word)
        if known is None:
            terms = list(self._whole.get(word, ()))
            for length in range(2, min(len(word), self._longest) + 1):
                terms.extend(self._begin.get(word[:length], ()))
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            known = self._known[word] = tuple(terms)
        return known


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part


def _follow(words: Sequence[str], place: int, rest: tuple[str, ...]) -> int:
    """Returns the place after the rest of a term, 0 when it does not follow."""
    gap = 0
    for part in rest:
        if part == _GAP:
            gap = _GAP_WORDS
            continue
        for at in range(place, min(place + gap + 1, len(words))):
            if _fits(part, words[at]):
                place = at + 1
                break
        else:
            return 0
        gap = 0
    return place


@dataclass(frozen=True)
class Lexicon:
    """All word lists, compiled. Shared and read-only but for the bounded word caches of its
    `Terms`.
    """

    facts: Terms
    weak: frozenset[str]
    keyless: frozenset[str]
    stop_side: frozenset[str]
    go_side: frozenset[str]
    abbreviations: frozenset[str]
    closing_abbreviations: frozenset[str]
    saying: frozenset[str]
    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    relative: Terms
    ahead: Terms
    ahead_near: frozenset[str]
    past: Terms
    had: frozenset[str]
    had_skip: frozenset[str]
    participles: frozenset[str]
    participle_endings: tuple[str, ...]
    before_month: frozenset[str]
    numbers: Mapping[str, Mapping[str, int]]
    magnitudes: Mapping[str, Mapping[str, int]]
    weeks: frozenset[str]
    negations: frozenset[str]
    idle_negations: Terms
    common_names: frozenset[str]
    language_words: Mapping[str, frozenset[str]]
    stop_words: frozenset[str]
    forms: Mapping[str, Any]
    folds: dict[str, str] = field(default_factory=dict)

    def fold_token(self, token: str) -> str:
        """Returns the folded form of one word, remembered; a number keeps its separators."""
        folded = self.folds.get(token)
        if folded is None:
            if len(self.folds) >= _CACHE_LIMIT:
                self.folds.clear()
            folded = self.folds[token] = (
                token if token[0].isdigit() and token.isascii() else fold(token).replace(" ", "")
            )
        return folded


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(
        files("monitor.novelty").joinpath("data", name).read_text(encoding="utf-8")
    )


@cache
def lexicon() -> Lexicon:
    """Returns the word lists; reads and compiles them on first use (about 10 ms)."""
    events, roles, language = _read("events.toml"), _read("roles.toml"), _read("language.toml")
    labelled = {f"class {name}": entry["terms"] for name, entry in events.items()}
    labelled |= {f"role {name}": entry["terms"] for name, entry in roles.items()}
    marked = {key: {n for n, e in events.items() if e.get(field_) == key} for field_, key in _MARKS}
    time, names = language["time_words"], language["names"]
    return Lexicon(
        facts=Terms(labelled),
        weak=frozenset(marked["weak"]),
        keyless=frozenset(marked["never"]),
        stop_side=frozenset(marked["stop"]),
        go_side=frozenset(marked["go"]),
        abbreviations=frozenset(language["abbreviations"]),
        closing_abbreviations=frozenset(language["closing_abbreviations"]),
        saying=frozenset(language["saying"]),
        months=language["months"],
        weekdays=language["weekdays"],
        relative=Terms(language["relative"]),
        ahead=Terms({"ahead": time["ahead"]}),
        ahead_near=frozenset(time["ahead_near"]),
        past=Terms({"past": time["past"]}),
        had=frozenset(time["had"]),
        had_skip=frozenset(time["had_skip"]),
        participles=frozenset(time["participle_exact"]),
        participle_endings=tuple(time["participle_endings"]),
        before_month=frozenset(time["preposition_month"]),
        numbers=language["numbers"],
        magnitudes=language["magnitudes"],
        weeks=frozenset(language["durations"]["weeks"]),
        negations=frozenset(language["negation"]["words"]),
        idle_negations=Terms({"idle": language["negation"]["phrases_without"]}),
        common_names=frozenset(names["common"])
        | frozenset(language["months"])
        | frozenset(language["weekdays"]),
        language_words={lang: frozenset(words) for lang, words in language["language"].items()},
        stop_words=frozenset(language["stop"]["words"]),
        forms=_compile_forms(_read("forms.toml")),
    )


_MARKS = (("strength", "weak"), ("strength", "never"), ("turn", "stop"), ("turn", "go"))


def _compile_forms(forms: dict[str, Any]) -> dict[str, Any]:
    """Turns every list of phrases of `forms.toml` into `Terms`."""
    return {
        f"{kind} {name}": Terms({name: phrases})
        for kind, lists in forms.items()
        for name, phrases in lists.items()
    }
