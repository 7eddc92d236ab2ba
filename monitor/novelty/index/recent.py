"""The articles that a case learned last, whole: what one of them reports need not be reported
again.

Kept beside the sentence index because a retelling merges, splits and rewords sentences: it is found
by what one article says in all, and by what one of its sentences says, not by any one sentence's
words."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from monitor.novelty.nlp.event_keys import EventKey, TypedTerm

KeyT = TypeVar("KeyT", TypedTerm, str)

USUAL_ARTICLES = 60  # articles whose mean says what is usual
# From here the article is a copy, which shows nothing of what two reports share.
COPY_COVERAGE = 0.97
# Of its sentences known word for word; what has less may be news with old background.
_COPY_SHARE = 0.9
# What is usual in the streams that were measured, and how many articles that counts for.
ASSUMED_COVERAGE, ASSUMED_ARTICLES = 0.45, 8
RECENT_LIMIT = 300  # articles; more than one case has in the span in which an event is reported
# Of copies the three real streams have 0 to .04; invented ones have more.
ASSUMED_COPIES, ASSUMED_STRENGTH = 0.02, 0.6
HEAD = 4  # a headline and the sentences after it that say what an article reports


@dataclass(frozen=True, slots=True)
class ArticleProfile:
    """What one stored article says.

    Attributes:
        terms: typed terms of all its sentences.
        sentence_terms: typed terms of each sentence.
        words: stems of its title, where it has one, and of its first sentences, one sentence behind
            the other: a set of them takes three to ten times the memory, and one for each sentence
            five times.
        word_ends: where each of those sentences ends in them.
        norm, head_norm: lengths of the vectors of all its stems and of those of headline and first
            sentences, by the weights of stems when it was added.
        event_keys: what it reports, with the days.
        title_coverage: share of its title that the most alike earlier article near in time has,
            0-1.
        known_share: share of its sentences that the case had word for word, 0-1.
        event_strength: strength of its strongest new event, from 0.
    """

    article_id: int
    at: datetime
    lang: str
    terms: frozenset[TypedTerm]
    sentence_terms: tuple[tuple[TypedTerm, ...], ...]
    words: tuple[str, ...]
    word_ends: tuple[int, ...]
    norm: float
    head_norm: float
    event_keys: tuple[EventKey, ...]
    title_coverage: float
    known_share: float
    event_strength: float

    def shared_stems(self, own: frozenset[str]) -> frozenset[str]:
        """Returns those of another article's stems that its title or sentences have."""
        return own.intersection(self.words)

    def read_stems(self) -> tuple[frozenset[str], ...]:
        """Returns the stems of its title, where it has one, and of each of its first sentences."""
        starts = (0, *self.word_ends)
        return tuple(
            frozenset(self.words[start:end])
            for start, end in zip(starts, self.word_ends, strict=False)
        )


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

    def term_coverage(self, known: Collection[TypedTerm]) -> float:
        """Returns the share of the terms' weight that is known, 0-1; 0 without terms."""
        return _coverage(self.terms, self.term_mass, known)

    def word_coverage(self, known: Collection[str]) -> float:
        """Returns the share of the words' weight that is known, 0-1; 0 without words."""
        return _coverage(self.stems, self.stem_mass, known)


def _coverage(weights: Mapping[KeyT, float], mass: float, known: Collection[KeyT]) -> float:
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

    def all(self) -> Iterator[ArticleProfile]:
        """Yields the articles in the order in which they were added."""
        yield from self._profiles

    def usual_copies(self) -> float:
        """Returns the share of copies among the articles added last, 0-1."""
        copies = [float(known.known_share >= _COPY_SHARE) for known in self._last()]
        return _drawn_mean(copies, ASSUMED_COPIES)

    def usual_event_strength(self) -> float:
        """Returns the mean of `event_strength` over the articles added last, from 0."""
        strengths = [known.event_strength for known in self._last()]
        return _drawn_mean(strengths, ASSUMED_STRENGTH)

    def _last(self) -> list[ArticleProfile]:
        # The latest only: a case changes from a few short reports a week to long ones every day.
        return list(self._profiles)[-USUAL_ARTICLES:]

    def usual_title_coverage(self) -> float:
        """Returns the mean of `title_coverage` over the articles added last, 0-1, copies left
        out.

        In a young case it is drawn towards what was usual in other cases (a prior that counts for
        `ASSUMED_ARTICLES` articles)."""
        covered = [known.title_coverage for known in self._last()]
        return _drawn_mean([one for one in covered if one < COPY_COVERAGE], ASSUMED_COVERAGE)


def _drawn_mean(values: Sequence[float], assumed: float) -> float:
    """Returns a mean that is drawn towards what was usual in other cases while there are few."""
    return (sum(values) + assumed * ASSUMED_ARTICLES) / (len(values) + ASSUMED_ARTICLES)
