"""What words mean alike, across wordings and languages: synonyms, spellings of names, opposites, courts (`data/concepts.toml`).

A word's meanings are short labels: of the concepts that it may stand for, else of its own stem, so that cognates without an
entry ("regional", "inspección") meet as well. Two words agree when they share a label.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from monitor.model import Facts
from monitor.novelty.nlp.lexicon import Terms, lexicon
from monitor.text import fold_words

_CACHE_LIMIT = 50_000
_STEM = 7  # letters of a word without entry
_SHORTEST = 4  # letters that stay when an ending is left away
_COGNATE = 6  # letters that cognates of two languages share
_LONG = 8  # letters from which a word may be such a cognate


@dataclass(frozen=True)
class Thesaurus:
    """The tables of meanings, compiled; read-only but for the bounded cache of words."""

    whole: Mapping[str, frozenset[str]]
    begin: Mapping[str, frozenset[str]]
    longest: int
    names: Terms
    opposites: Mapping[str, frozenset[str]]
    courts: Mapping[str, str]
    court_nouns: frozenset[str]
    lone_courts: frozenset[str]
    spans: Terms
    grammar: Mapping[str, frozenset[str]]
    accented_endings: tuple[str, ...]
    word_endings: tuple[str, ...]
    _known: dict[str, frozenset[str]] = field(default_factory=dict)

    def meanings(self, word: str) -> frozenset[str]:
        """Returns the labels of a folded word; never empty."""
        known = self._known.get(word)
        if known is None:
            if len(self._known) >= _CACHE_LIMIT:
                self._known.clear()
            known = self._known[word] = self._look_up(word)
        return known

    def _look_up(self, word: str) -> frozenset[str]:
        if found := self.whole.get(word):
            return found
        for length in range(min(len(word), self.longest), 2, -1):
            if found := self.begin.get(word[:length]):
                return found
        return self.stem_labels(word)

    def stem_labels(self, word: str) -> frozenset[str]:
        """Returns the labels of a word that the tables do not know."""
        stem = word
        for ending in self.word_endings:
            if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
                stem = word[: -len(ending)]
                break
        labels = (f"~{stem[:_STEM]}", f"~{word[:_COGNATE]}")
        return frozenset(labels if len(word) >= _LONG else labels[:1])

    def opposes(self, one: frozenset[str], other: frozenset[str]) -> bool:
        """Whether a meaning of the one takes back a meaning of the other."""
        return any(not self.opposites.get(label, frozenset()).isdisjoint(other) for label in one)


@cache
def thesaurus() -> Thesaurus:
    """Returns the tables; reads and compiles them on first use."""
    data: dict[str, Any] = tomllib.loads(files(__package__).joinpath("data", "concepts.toml").read_text(encoding="utf-8"))
    whole: dict[str, set[str]] = {}
    begin: dict[str, set[str]] = {}
    for concept, terms in data["concepts"].items():
        for term in terms.split():
            _enter(concept, term, whole, begin, data["verbs"]["endings"])
    opposites: dict[str, set[str]] = {}
    for pair in data["opposites"]["pairs"]:
        one, other = pair.split()
        opposites.setdefault(one, set()).add(other)
        opposites.setdefault(other, set()).add(one)
    kinds = {word: kind for kind, words in data["courts"]["kinds"].items() for word in words}
    kinds |= {word: ordinal for ordinal, words in data["courts"]["ordinals"].items() for word in words}
    grammar = {key: frozenset(words) for key, words in data["grammar"].items()}
    return Thesaurus(
        whole=_frozen(whole),
        begin=_frozen(begin),
        longest=max(map(len, begin)),
        names=Terms(data["names"]),
        opposites=_frozen(opposites),
        courts=kinds,
        court_nouns=frozenset(data["courts"]["nouns"]),
        lone_courts=frozenset(data["courts"]["alone"]),
        spans=Terms(data["spans"]),
        grammar=grammar,
        accented_endings=tuple(data["grammar"]["accented_endings"]),
        word_endings=tuple(data["verbs"]["word_endings"]),
    )


def _enter(concept: str, term: str, whole: dict[str, set[str]], begin: dict[str, set[str]], endings: Sequence[str]) -> None:
    if term.endswith("*"):
        begin.setdefault(term[:-1], set()).add(concept)
    elif term.endswith("~"):
        for ending in endings:
            whole.setdefault(term[:-1] + ending, set()).add(concept)
    else:
        whole.setdefault(term, set()).add(concept)


def _frozen(table: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    return {key: frozenset(values) for key, values in table.items()}


def meant_by(text: str, facts: Facts) -> frozenset[str]:
    """Returns what a sentence is found by across wordings and languages: its words' meanings, its numbers, its days."""
    thes = thesaurus()
    labels = {label for word in fold_words(text) if not (is_small(word) or is_time(word)) for label in thes.meanings(word)}
    labels.update(f"#{number}" for number in facts.numbers)
    labels.update(f"@{day}" for day in facts.days)
    return frozenset(labels)


def is_small(word: str) -> bool:
    """Whether a folded word only holds a sentence together."""
    grammar = thesaurus().grammar
    return word in lexicon().stop_words or word in grammar["auxiliaries"] or word in grammar["prepositions"]


def is_time(word: str) -> bool:
    """Whether a folded word belongs to a date or number, which are compared as facts and not as words."""
    lex = lexicon()
    return (
        word[0].isdigit()
        or word in lex.months
        or word in lex.weekdays
        or any(word in table for table in (*lex.numbers.values(), *lex.magnitudes.values()))
    )
