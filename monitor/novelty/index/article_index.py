"""The articles of a case by their typed terms: how usual a term is, and how much of a text one
stored article has."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import KnownArticle
from monitor.novelty.index.packing import Places, add_place, read_places
from monitor.novelty.index.sentence_index import DAMPING
from monitor.novelty.nlp.event_keys import TermKind, TypedTerm

COVERAGE_SPAN = timedelta(hours=96)  # articles so near in time may report the same event
RECENT_ARTICLES = 2_000  # articles, latest added, among which the recent ones are looked for
_ARCHIVE_ARTICLES = 20_000  # articles, latest added, among which an old report is looked for
_CASE_NAME_ARTICLES = 2  # articles with a name from which it belongs to the case
_SUBJECT_SHARE = 0.5  # of the articles; a name in more of them is the subject's
# By how much each kind says what is reported. Prototype, as `JudgeSettings` says.
_KIND_WEIGHTS: dict[TermKind, float] = {
    "day": 2.5,
    "number": 2.0,
    "name": 2.0,
    "class": 1.5,
    "role": 0.8,
}


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a text one stored article has.

    Attributes:
        share: of the text's typed terms, by weight, 0-1.
        article_id: the article; None if none has any.
    """

    share: float
    article_id: int | None


class ArticleIndex:
    """The articles of a case, each with its typed terms.

    Attributes:
        count: number of distinct articles; revisions of one count once.
    """

    def __init__(self) -> None:
        self.count = 0
        self._ids: set[int] = set()
        self._revisions: list[tuple[int, datetime]] = []
        self._postings: dict[TypedTerm, Places] = {}
        # Each by itself: the one that is held for all articles that have it.
        self._terms: dict[TypedTerm, TypedTerm] = {}

    def add(self, article: KnownArticle, terms: Iterable[TypedTerm]) -> None:
        """Adds an article, or another revision of one."""
        # Postings are of revisions, since each may add terms; what is usual is counted in articles.
        self.count += article.article_id not in self._ids
        self._ids.add(article.article_id)
        for term in self.share(terms):
            self._postings[term] = add_place(self._postings.get(term), len(self._revisions))
        self._revisions.append((article.article_id, article.at))

    def share(self, terms: Iterable[TypedTerm]) -> tuple[TypedTerm, ...]:
        """Returns terms as they are held for all articles: a name stands in hundreds."""
        return tuple(self._terms.setdefault(term, term) for term in terms)

    def has_term(self, term: TypedTerm) -> bool:
        """Whether any stored article has this term."""
        return term in self._postings

    def has_name(self, name: str) -> bool:
        """Whether any stored article has this name."""
        return TypedTerm("name", name) in self._postings

    def is_known_name(self, name: str) -> bool:
        """Whether a name belongs to the case: several articles have it, though not nearly all, as
        they have the subject's.
        """
        frequency = self._frequency(TypedTerm("name", name))
        return _CASE_NAME_ARTICLES <= frequency <= self.count * _SUBJECT_SHARE

    def name_share(self, name: str) -> float:
        """Returns the share of the case's articles that have a name, 0-1."""
        return self._frequency(TypedTerm("name", name)) / max(1, len(self._revisions))

    def term_weight(self, term: TypedTerm) -> float:
        """Returns the weight of a term: that of its kind (0.8 to 2.5), times its smoothed inverse
        document frequency among the articles.

        The latter is ln(1 + (N + 20) / (1 + n)) for n of N articles with the term; never below
        ln 2."""
        idf = math.log(1 + (self.count + DAMPING) / (1 + self._frequency(term)))
        return _KIND_WEIGHTS[term.kind] * idf

    def article_idf(self, term: TypedTerm) -> float:
        """Returns the weight by which a term separates one article from the others: that of its
        kind, times ln((N + 21) / (1 + n)) for n of N articles with the term.

        Unlike `term_weight` it tends to nothing for what all articles have; it may be a little
        below 0 where an article has several revisions."""
        ratio = (self.count + DAMPING + 1) / (1 + self._frequency(term))
        return _KIND_WEIGHTS[term.kind] * math.log(ratio)

    def total_weight(self, terms: Iterable[TypedTerm]) -> float:
        """Returns the summed `term_weight` of terms."""
        return math.fsum(map(self.term_weight, terms))

    def coverage(self, terms: Iterable[TypedTerm]) -> Coverage:
        """Returns how much of a text the one article of any time has that has most."""
        return self._best(terms, _ARCHIVE_ARTICLES, lambda _known: True)

    def recent_coverage(self, terms: Iterable[TypedTerm], at: datetime) -> Coverage:
        """Returns how much of a text the one article within `COVERAGE_SPAN` of a time has that has
        most.
        """
        return self._best(terms, RECENT_ARTICLES, lambda known: abs(known - at) <= COVERAGE_SPAN)

    def archive_coverage(self, terms: Iterable[TypedTerm], at: datetime) -> Coverage:
        """Returns the same for the articles published longer than `COVERAGE_SPAN` before a time."""
        return self._best(terms, _ARCHIVE_ARTICLES, lambda known: at - known > COVERAGE_SPAN)

    def _frequency(self, term: TypedTerm) -> int:
        return len(read_places(self._postings.get(term)))

    def _best(
        self,
        terms: Iterable[TypedTerm],
        limit: int,
        is_eligible: Callable[[datetime], bool],
    ) -> Coverage:
        """Returns the coverage by the one article that has most, of the latest `limit`."""
        # Sorted, since the order of a floating-point sum shows in its last digits.
        weights = {term: self.term_weight(term) for term in sorted(terms)}
        whole = sum(weights.values())
        best, number = 0.0, 0
        for candidate, weight in self._shared_weights(weights, limit).items():
            is_better = (weight, -candidate) > (best, -number)
            if is_better and is_eligible(self._revisions[candidate][1]):
                best, number = weight, candidate
        if not whole or not best:
            return Coverage(0.0, None)
        return Coverage(min(1.0, best / whole), self._revisions[number][0])

    def _shared_weights(self, weights: dict[TypedTerm, float], limit: int) -> dict[int, float]:
        """Returns the summed weight of the terms that each of the latest revisions has."""
        first = max(0, len(self._revisions) - limit)
        shared: dict[int, float] = {}
        for term, weight in weights.items():
            # The latest come last in a posting, so that older ones need not be looked at.
            for number in reversed(read_places(self._postings.get(term))):
                if number < first:
                    break
                shared[number] = shared.get(number, 0.0) + weight
        return shared
