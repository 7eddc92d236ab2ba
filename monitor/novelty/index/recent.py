"""The articles that a case learned last, whole: what one of them tells, a retelling need not be
told again.

Kept beside the sentence index because a retelling merges, splits and rewords sentences: it is found
by what one article says in all, and by what one of its sentences says, not by any one sentence's
words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

USUAL_SPAN = 60  # articles whose mean says what is usual
COPY = 0.97  # from here the article is a copy, which says nothing of how much retellings share
ASSUMED, ASSUMED_WEIGHT = (
    0.45,
    8,
)  # what is usual in the streams that were measured, and how many articles it counts for
RECENT_LIMIT = 300  # articles; more than one case has in the span in which the same event is told


@dataclass(frozen=True, slots=True)
class ArticleProfile:
    """What one stored article tells.

    Attributes:
        elements: frame elements of all its sentences.
        words: stems of its title and sentences.
        frames: frame elements of each sentence.
        title_told: share of its title that the most alike earlier article near in time had told.
    """

    article_id: int
    at: datetime
    elements: frozenset[str]
    words: frozenset[str]
    frames: tuple[frozenset[str], ...]
    title_told: float


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """Frame elements and words with their weights within the case."""

    elements: Mapping[str, float]
    words: Mapping[str, float]
    mass: float
    weight: float

    def framed(self, known: Set[str]) -> float:
        """Returns the share of the elements' weight that is known."""
        return (
            sum(w for e, w in self.elements.items() if e in known) / self.mass if self.mass else 0.0
        )

    def worded(self, known: Set[str]) -> float:
        """Returns the share of the words' weight that is known."""
        return (
            sum(w for e, w in self.words.items() if e in known) / self.weight
            if self.weight
            else 0.0
        )


class RecentArticles:
    """A bounded list of what was told last."""

    def __init__(self, limit: int = RECENT_LIMIT) -> None:
        self._told: deque[ArticleProfile] = deque(maxlen=limit)

    def add(self, told: ArticleProfile) -> None:
        """Learns an article."""
        self._told.append(told)

    def near(self, at: datetime, span: timedelta) -> Iterator[ArticleProfile]:
        """Yields the articles published within a span of a time, in the order in which they were
        learned.
        """
        for told in self._told:
            if abs(told.at - at) <= span:
                yield told

    def usual_title_cover(self) -> float:
        """Returns the mean of `title_told` over the articles learned last, copies left out."""
        last = list(self._told)[-USUAL_SPAN:]
        shares = [told.title_told for told in last if told.title_told < COPY]
        return (sum(shares) + ASSUMED * ASSUMED_WEIGHT) / (len(shares) + ASSUMED_WEIGHT)
