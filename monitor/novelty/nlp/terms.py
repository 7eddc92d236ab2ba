"""Finds the terms of word lists in folded words (the notation is described in `data/events.toml`).

A list of terms is turned into two dictionaries, one of whole words and one of beginnings, so that a
sentence is read in one pass with a few look-ups a word, however many terms there are: one regular
expression for each class cost 62 ms an article, this costs 2."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Generic, TypeVar

LabelT = TypeVar("LabelT", bound=Hashable)

_GAP = "~"  # stands for up to _GAP_WORDS other words
_GAP_WORDS = 5
_SHORTEST_BEGINNING = 2  # letters before the star of `be*`


@dataclass(frozen=True, slots=True)
class _Term(Generic[LabelT]):
    """A term under its first word: the parts that must follow, and the words that must not."""

    label: LabelT
    rest: tuple[str, ...]
    barred: tuple[str, ...]

    def end(self, words: Sequence[str], place: int) -> int | None:
        """Returns the place after the term whose first word stands before `place`; None if its rest
        does not follow there.
        """
        gap = 0
        for part in self.rest:
            if part == _GAP:
                gap = _GAP_WORDS
                continue
            found = _find_part(part, words[place : place + gap + 1])
            if found is None:
                return None
            place, gap = place + found + 1, 0
        return None if self._is_barred(words, place) else place

    def _is_barred(self, words: Sequence[str], end: int) -> bool:
        return end < len(words) and any(_fits(part, words[end]) for part in self.barred)


class Terms(Generic[LabelT]):
    """A labelled list of terms, ready to be found in folded words.

    Most words begin like no term, which their first two letters show: nothing is remembered of
    them, since the program's 21 lists would take 40 MB for fifty thousand words each.
    """

    def __init__(self, labelled: Mapping[LabelT, Iterable[str]]) -> None:
        self._whole: dict[str, list[_Term[LabelT]]] = {}
        self._begin: dict[str, list[_Term[LabelT]]] = {}
        # How long the beginnings of words are that begin with two letters, shortest first.
        self._lengths: dict[str, list[int]] = {}
        for label, terms in labelled.items():
            for term in terms:
                self._add(label, term.split())

    def _add(self, label: LabelT, parts: list[str]) -> None:
        required: list[str] = []
        barred: list[str] = []
        for part in parts:
            (barred if part.startswith("!") else required).append(part.removeprefix("!"))
        first, *rest = required
        table, key = (self._begin, first[:-1]) if first.endswith("*") else (self._whole, first)
        table.setdefault(key, []).append(_Term(label, tuple(rest), tuple(barred)))
        if table is self._begin:
            lengths = self._lengths.setdefault(key[:_SHORTEST_BEGINNING], [])
            lengths[:] = sorted({*lengths, len(key)})

    def find(self, words: Sequence[str]) -> set[LabelT]:
        """Returns the labels of all terms that occur in the words."""
        return {label for label, _ in self._found(words)}

    def places(self, words: Sequence[str]) -> list[tuple[LabelT, int]]:
        """Returns each term's label with the position of its first word, in order."""
        return list(self._found(words))

    def starts(self, words: Sequence[str]) -> bool:
        """Says whether the words begin with one of the terms."""
        return any(place == 0 for _, place in self._found(words))

    def fit(self, words: Sequence[str]) -> bool:
        """Says whether the words are one of the terms and nothing else."""
        return any(place == 0 and end == len(words) for _, place, end in self._spans(words))

    def _found(self, words: Sequence[str]) -> Iterator[tuple[LabelT, int]]:
        for label, place, _ in self._spans(words):
            yield label, place

    def _spans(self, words: Sequence[str]) -> Iterator[tuple[LabelT, int, int]]:
        for place, word in enumerate(words):
            for term in self._starting(word):
                end = term.end(words, place + 1)
                if end is not None:
                    yield term.label, place, end

    def _starting(self, word: str) -> Sequence[_Term[LabelT]]:
        """Returns the terms whose first part fits a word."""
        whole = self._whole.get(word, ())
        lengths = self._lengths.get(word[:_SHORTEST_BEGINNING])
        if not lengths:
            return whole
        fitting = [self._begin.get(word[:size], ()) for size in lengths if size <= len(word)]
        return [*whole, *chain.from_iterable(fitting)]


def _find_part(part: str, words: Sequence[str]) -> int | None:
    """Returns the place of the first word that fits a part of a term."""
    for place, word in enumerate(words):
        if _fits(part, word):
            return place
    return None


def _fits(part: str, word: str) -> bool:
    return word.startswith(part[:-1]) if part.endswith("*") else word == part
