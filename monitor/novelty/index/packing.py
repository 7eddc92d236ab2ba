"""Sentences packed tightly: thirty cases of fifty thousand sentences fit into a small machine.

As objects each took 3.7 kB, most of it the sets of its words. Here texts and facts lie one behind
the other in one row of bytes, words are numbers, and a sentence is made again when it is asked
for, which is for a few of those that are compared."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import TypeAlias

from monitor.model import Facts
from monitor.novelty.serial import facts_from_json, facts_to_json

_JSON = json.JSONEncoder(separators=(",", ":"))

# Where a word or a name stands, as rising numbers. Most stand in one place for ever, and a row of
# one number takes four times that number: there is one from the second place on.
Places: TypeAlias = "int | array[int]"


def add_place(places: Places | None, number: int) -> Places:
    """Returns places with a further one behind them; a row is the same row, grown."""
    if places is None:
        return number
    if isinstance(places, int):
        return array("I", (places, number))
    places.append(number)
    return places


def read_places(places: Places | None) -> Sequence[int]:
    """Returns places as a sequence, the first one first."""
    if places is None:
        return ()
    return (places,) if isinstance(places, int) else places


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A distinct sentence of the case, as first stored."""

    text: str
    article_id: int
    at: datetime
    facts: Facts
    stems: frozenset[str]


class PackedSentences:
    """Sentences by their numbers, from 0 on.

    Attributes:
        ids: the number of each word.
    """

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self._words: list[str] = []
        # For each sentence its text, and behind it its facts: where they end.
        self._bytes = bytearray()
        self._text_ends = array("Q")
        self._ends = array("Q")
        self._word_ids = array("I")
        self._word_ends = array("Q")
        self._article_ids = array("q")
        self._times: list[datetime] = []

    def __len__(self) -> int:
        return len(self._ends)

    def add(self, sentence: StoredSentence) -> Sequence[int]:
        """Adds a sentence; returns the numbers of its words, new ones counting up."""
        numbers = array("I", map(self._number, sentence.stems))
        # Any text, half a surrogate pair included, comes back as it was.
        self._bytes += sentence.text.encode("utf-8", "surrogatepass")
        self._text_ends.append(len(self._bytes))
        self._bytes += _pack(sentence.facts)
        self._ends.append(len(self._bytes))
        self._word_ids += numbers
        self._word_ends.append(len(self._word_ids))
        self._article_ids.append(sentence.article_id)
        self._times.append(sentence.at)
        return numbers

    def _number(self, word: str) -> int:
        number = self.ids.get(word)
        if number is None:
            number = len(self._words)
            # Interned: the cases of one desk share most of their words.
            shared = intern(word)
            self.ids[shared] = number
            self._words.append(shared)
        return number

    def article_id(self, number: int) -> int:
        """Returns the article that a sentence was first stored with."""
        return self._article_ids[number]

    def words_of(self, number: int) -> list[str]:
        """Returns the stems of a sentence, each once."""
        start = self._word_ends[number - 1] if number else 0
        words = self._words
        return [words[word] for word in self._word_ids[start : self._word_ends[number]]]

    def __getitem__(self, number: int) -> StoredSentence:
        start = self._ends[number - 1] if number else 0
        text_end, end = self._text_ends[number], self._ends[number]
        return StoredSentence(
            self._bytes[start:text_end].decode("utf-8", "surrogatepass"),
            self._article_ids[number],
            self._times[number],
            _unpack(self._bytes[text_end:end]),
            frozenset(self.words_of(number)),
        )


def _pack(facts: Facts) -> bytes:
    """Returns facts as short JSON; most sentences have few."""
    stored = facts_to_json(facts)
    return _JSON.encode(stored).encode() if stored else b""


def _unpack(packed: bytes | bytearray) -> Facts:
    return facts_from_json(json.loads(packed)) if packed else Facts()
