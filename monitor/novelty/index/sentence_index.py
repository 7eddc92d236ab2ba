"""The distinct sentences of a case, found by shared words or by meaning.

An inverted index whose postings are read rarest word first under a budget, so that judging an
article costs the same at 50,000 sentences as at 5,000. What is found is then compared exactly, by
containment weighted with each word's inverse document frequency.

Source: K. Spärck Jones, "A statistical interpretation of term specificity", 1972 (idf)."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter

from monitor.model import KnownArticle, Sentence
from monitor.novelty.index.packing import (
    PackedSentences,
    Places,
    StoredSentence,
    add_place,
    read_places,
)
from monitor.novelty.index.vectors import VectorIndex
from monitor.novelty.nlp.event_keys import stems

_POSTING_BUDGET = 4_000  # index entries read for one sentence
_CANDIDATES = 12  # sentences returned
_COMPARED = _CANDIDATES * 3  # sentences compared exactly
# Sentences assumed beside the stored ones, so that in a young case no word looks rare or common too
# soon
DAMPING = 20


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A stored sentence that shares words with a new one.

    Attributes:
        overlap: share of the new sentence's words, weighted by idf, that the stored one has; 0-1.
        overlap_back: share of the stored sentence's words that the new one has, likewise.
    """

    stored: StoredSentence
    overlap: float
    overlap_back: float

    @property
    def mutual_overlap(self) -> float:
        """The smaller of both overlaps: 1 if the sentences have the same words."""
        return min(self.overlap, self.overlap_back)


class SentenceIndex:
    """The distinct sentences of a case."""

    def __init__(self) -> None:
        self._sentences = PackedSentences()
        self._postings: list[Places] = []
        self._vectors = VectorIndex()
        # Asked for ten thousand times while an article is judged, and the same until one is added.
        self._idf: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._sentences)

    def add(self, sentence: Sentence, article: KnownArticle) -> None:
        """Stores a sentence of an article; the caller sees to it that each is added once."""
        self._idf.clear()
        number = len(self._sentences)
        stored = StoredSentence(
            sentence.text, article.article_id, article.at, sentence.facts, stems(sentence.text)
        )
        for word in self._sentences.add(stored):
            if word == len(self._postings):
                self._postings.append(number)
            else:
                self._postings[word] = add_place(self._postings[word], number)
        if sentence.vector:
            self._vectors.add(number, sentence.vector)

    def idf(self, stem: str) -> float:
        """Returns the smoothed inverse document frequency of a word within the case.

        ln(1 + (N + 20) / (1 + n)) for n of N sentences with the word: above ln 2 for one that all
        have, as the subject's own name, up to ln(N + 21) for an unseen one."""
        known = self._idf.get(stem)
        if known is None:
            ratio = (len(self._sentences) + DAMPING) / (1 + self._frequency(stem))
            known = self._idf[stem] = math.log(1 + ratio)
        return known

    def _posting(self, stem: str) -> Sequence[int]:
        word = self._sentences.ids.get(stem)
        return () if word is None else read_places(self._postings[word])

    def _frequency(self, stem: str) -> int:
        return len(self._posting(stem))

    def nearest(self, words: frozenset[str]) -> list[Neighbour]:
        """Returns the stored sentences that share most with a sentence's stems, nearest first."""
        weights = {stem: self.idf(stem) for stem in words}
        query = _Query(weights, self.idf)
        compared = []
        for number in self._most_shared(weights):
            overlaps = query.compare(self._sentences.words_of(number))
            place = (-sum(overlaps), self._sentences.article_id(number))
            compared.append((place, number, overlaps))
        # Few of those that are compared are shown, and only they are unpacked.
        compared.sort(key=itemgetter(0))
        return [
            Neighbour(self._sentences[number], *overlaps)
            for _, number, overlaps in compared[:_CANDIDATES]
        ]

    def nearest_in_meaning(
        self, vectors: Sequence[bytes], limit: int
    ) -> list[list[tuple[StoredSentence, float]]]:
        """Returns for each vector the stored sentences nearest to it in any language, with the
        cosines, nearest first.
        """
        found = self._vectors.nearest(vectors, limit)
        return [[(self._sentences[number], cosine) for number, cosine in near] for near in found]

    def _most_shared(self, weights: Mapping[str, float]) -> list[int]:
        """Returns the numbers of the `_COMPARED` sentences that share most weight, most first; rare
        words are read first, under a budget.
        """
        scores: dict[int, float] = {}
        budget = _POSTING_BUDGET
        for stem in sorted(weights, key=self._rare_first):
            postings = self._posting(stem)
            if not postings:
                continue
            # A common word says little and costs most; but the first one is read in any case.
            if budget <= 0 or (len(postings) > budget and scores):
                break
            for number in postings[-budget:]:
                scores[number] = scores.get(number, 0.0) + weights[stem]
            budget -= len(postings)
        return _largest(scores, _COMPARED)

    def _rare_first(self, stem: str) -> tuple[int, str]:
        return self._frequency(stem), stem


@dataclass(frozen=True)
class _Query:
    """The words of a sentence that others are compared with.

    Attributes:
        weights: its stems with their idf.
        idf: that of any stem.
    """

    weights: Mapping[str, float]
    idf: Callable[[str], float]

    @cached_property
    def _whole(self) -> float:
        return math.fsum(self.weights.values())

    def compare(self, stored: Collection[str]) -> tuple[float, float]:
        """Returns the idf-weighted containment of two sentences, both ways, of the stored one's
        words.
        """
        # Exact sums: the order of the words does not show in them.
        shared = math.fsum(self.weights[stem] for stem in stored if stem in self.weights)
        other = math.fsum(map(self.idf, stored))
        return shared / self._whole if self._whole else 0.0, shared / other if other else 0.0


def _largest(scores: Mapping[int, float], count: int) -> list[int]:
    """Returns the numbers with the largest scores, largest first; of equals the smaller number."""
    if len(scores) > count:
        # Few of some thousand are wanted, and bare numbers sort faster than by a key.
        least = sorted(scores.values())[-count]
        scores = {number: score for number, score in scores.items() if score >= least}
    return sorted(scores, key=lambda number: (-scores[number], number))[:count]
