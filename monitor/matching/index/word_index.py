"""Which of many queries an item may meet, told by its words alone.

To ask each query costs as much as there are queries, though nearly all say no. Each names the ways
in which it may be met, and the words that each of them needs; looked up from the item's side, by
the rarest of these words, they cost what the item's words do, whether ten queries stand behind them
or ten thousand. The index only leaves out: what it finds is still to be asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from monitor.matching.folding import Folded, WordGroup
from monitor.matching.plan import Way

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A way to meet a query, as it stands under its rarest words.

    Attributes:
        place: of the query among the others.
        words: of groups of which an item must hold a word each, too.
        rest: the same for groups that have beginnings of words as well.
    """

    place: int
    words: tuple[frozenset[str], ...]
    rest: Way

    def is_met(self, folded: Folded) -> bool:
        """Whether an item with one of its rarest words holds the others as well."""
        if any(map(folded.known.isdisjoint, self.words)):
            return False
        return all(map(folded.holds_any, self.rest))


class WordIndex(Generic[K]):
    """Finds the keys whose words an item holds.

    Args:
        ways: what is to be found, with the ways to meet it, see `Query.match_ways`; none where no
            words can be named, which every item may meet.
    """

    def __init__(self, ways: Iterable[tuple[K, Sequence[Way]]]) -> None:
        known = list(ways)
        self._keys: list[K] = []
        self._always: set[int] = set()
        self._words: dict[str, list[_Entry]] = {}
        # By length: of a word those beginnings are looked up that somebody asks for.
        self._prefixes: dict[int, dict[str, list[_Entry]]] = {}
        counts = _count_words(own for _, own in known)
        for place, (key, own) in enumerate(known):
            self._keys.append(key)
            if not own:
                self._always.add(place)
            for way in own:
                self._add(place, way, counts)

    def _add(self, place: int, way: Way, counts: Counter[str]) -> None:
        rarest = min(way, key=lambda group: _frequency(group, counts))
        others = [group for group in way if group is not rarest]
        words = tuple(group.words for group in others if not group.prefixes)
        entry = _Entry(place, words, tuple(group for group in others if group.prefixes))
        for word in rarest.words:
            self._words.setdefault(word, []).append(entry)
        for prefix in rarest.prefixes:
            of_length = self._prefixes.setdefault(len(prefix), {})
            of_length.setdefault(prefix, []).append(entry)

    def find(self, folded: Folded) -> list[K]:
        """Returns the keys that an item may meet, in the order in which they were given."""
        places = set(self._always)
        for entry in self._entries_of(folded):
            if entry.place not in places and entry.is_met(folded):
                places.add(entry.place)
        return list(map(self._keys.__getitem__, sorted(places)))

    def _entries_of(self, folded: Folded) -> Iterator[_Entry]:
        for word in self._words.keys() & folded.known:
            yield from self._words[word]
        for length, prefixes in self._prefixes.items():
            for start in prefixes.keys() & {word[:length] for word in folded.known}:
                yield from prefixes[start]


def _count_words(ways: Iterable[Sequence[Way]]) -> Counter[str]:
    """Returns in how many groups of all ways each word or beginning stands."""
    counts: Counter[str] = Counter()
    for own in ways:
        for way in own:
            for group in way:
                counts.update(group.words | group.prefixes)
    return counts


def _frequency(group: WordGroup, counts: Counter[str]) -> tuple[int, int]:
    """Sorts groups by how many ways they are likely to bring up: a beginning stands for many."""
    return len(group.prefixes), sum(map(counts.__getitem__, group.words | group.prefixes))
