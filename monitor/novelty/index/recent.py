"""The articles that a case learned last, whole: what one of them reports need not be reported
again.

Kept beside the sentence index because a retelling merges, splits and rewords sentences: it is found
by what one article says in all, and by what one of its sentences says, not by any one sentence's
words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.novelty.nlp.event_keys import TypedTerm

KeyT = TypeVar("KeyT", TypedTerm, str)

USUAL_ARTICLES = 60  # articles whose mean says what is usual
# From here the article is a copy, which shows nothing of what two reports share.
COPY_COVERAGE = 0.97
# What is usual in the streams that were measured, and how many articles that counts for.
ASSUMED_COVERAGE, ASSUMED_ARTICLES = 0.45, 8
RECENT_LIMIT = 300  # articles; more than one case has in the span in which an event is reported


@dataclass(frozen=True, slots=True)
class ArticleProfile:
    """What one stored article says.

    Attributes:
        terms: typed terms of all its sentences.
        stems: stems of its title and sentences.
        sentence_terms: typed terms of each sentence.
        title_coverage: share of its title that the most alike earlier article near in time has,
            0-1.
    """

    article_id: int
    at: datetime
    terms: frozenset[TypedTerm]
    stems: frozenset[str]
    sentence_terms: tuple[frozenset[TypedTerm], ...]
    title_coverage: float


@dataclass(frozen=True, slots=True)
class WeightedTerms:
    """Typed terms and word stems with their weights within the case.

    Attributes:
        term_mass, stem_mass: sums of the weights.
    """

    terms: Mapping[TypedTerm, float]
    stems: Mapping[str, float]
    term_mass: float
    stem_mass: float

    def term_coverage(self, known: Set[TypedTerm]) -> float:
        """Returns the share of the terms' weight that is known, 0-1; 0 without terms."""
        return _coverage(self.terms, self.term_mass, known)

    def word_coverage(self, known: Set[str]) -> float:
        """Returns the share of the words' weight that is known, 0-1; 0 without words."""
        return _coverage(self.stems, self.stem_mass, known)


def _coverage(weights: Mapping[KeyT, float], mass: float, known: Set[KeyT]) -> float:
    if not mass:
        return 0.0
    return sum(weight for key, weight in weights.items() if key in known) / mass


class RecentArticles:
    """A bounded list of the articles learned last."""

    def __init__(self, limit: int = RECENT_LIMIT) -> None:
        self._profiles: deque[ArticleProfile] = deque(maxlen=limit)

    def add(self, profile: ArticleProfile) -> None:
        """Adds an article, the latest last."""
        self._profiles.append(profile)

    def near(self, at: datetime, span: timedelta) -> Iterator[ArticleProfile]:
        """Yields the articles published within a span of a time, in the order in which they were
        added.
        """
        for profile in self._profiles:
            if abs(profile.at - at) <= span:
                yield profile

    def usual_title_coverage(self) -> float:
        """Returns the mean of `title_coverage` over the articles added last, 0-1, copies left
        out.

        In a young case it is drawn towards what was usual in other cases (a prior that counts for
        `ASSUMED_ARTICLES` articles)."""
        # The latest only: a case changes from a few short reports a week to long ones every day.
        last = list(self._profiles)[-USUAL_ARTICLES:]
        shares = [known.title_coverage for known in last if known.title_coverage < COPY_COVERAGE]
        total = sum(shares) + ASSUMED_COVERAGE * ASSUMED_ARTICLES
        return total / (len(shares) + ASSUMED_ARTICLES)
