"""How strongly an article's leading sentences speak of something new: event keys on days that the
case does not have, and how much of them one stored article has.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Facts
from monitor.novelty.alignment.align import AlignedSentence
from monitor.novelty.alignment.article import AlignedArticle, terms_of
from monitor.novelty.index.article_index import Coverage
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import (
    EventKey,
    EventKind,
    TypedTerm,
    event_keys,
)
from monitor.novelty.thresholds import JudgeSettings

# Weights of new event keys, fixed with the prototype before its unseen streams were scored.
KEY_WEIGHTS: dict[EventKind, float] = {"class": 2.0, "role": 0.6, "name": 0.8}
_MANY = 3  # names and numbers; fewer are together in some old article by chance
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What a sentence reports that the case does not have.

    Attributes:
        keys: the new event keys, sorted.
        strength: their weighted number, from 0.
    """

    keys: tuple[EventKey, ...]
    strength: float

    @property
    def has_act(self) -> bool:
        """Whether one of them is of a strong class: something happened, beyond talk and papers."""
        return any(key.is_act for key in self.keys)

    @property
    def classes(self) -> list[str]:
        """The new event classes, sorted."""
        return [key.label for key in self.keys if key.kind == "class"]


@dataclass(frozen=True, slots=True)
class EventEvidence:
    """What some sentences report as new.

    Attributes:
        strength: strongest new event, weighted by the rank of its sentence, from 0.
        keys: all new event keys, sorted.
        has_act: a strong event class is new.
        is_fresh: they name the article's day or the day before.
        quoted_share: share of their text inside quotation marks, 0-1.
    """

    strength: float
    keys: tuple[EventKey, ...]
    has_act: bool
    is_fresh: bool
    quoted_share: float

    @property
    def has_actor(self) -> bool:
        """Whether a role is new with a class for that day."""
        return any(key.kind == "role" for key in self.keys)


@dataclass(frozen=True, slots=True)
class CoverageEvidence:
    """How much of an article one stored article has; shares of typed terms by weight, 0-1.

    Attributes:
        recent: the most that one recent article has of the leading sentences.
        stale_coverage: the most that one article older than `COVERAGE_SPAN` has of the leading
            sentences, days left aside; 0 unless they have neither a day nor a name or number of
            their own, and so may be an old report published late.
    """

    recent: Coverage
    stale_coverage: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the untrained rule decides on."""

    event: EventEvidence
    coverage: CoverageEvidence


def gather_evidence(
    article: AlignedArticle, index: CaseIndex, at: datetime, settings: JudgeSettings
) -> Evidence:
    """Returns what the leading sentences of an article say for and against its being new.

    Args:
        at: when the article was published; the articles of `COVERAGE_SPAN` around it may report the
            same.
    """
    event = gather_events(article.lead, index, settings)
    terms = terms_of(article.lead)
    coverage = CoverageEvidence(
        recent=_rounded(index.articles.recent_coverage(terms, at)),
        stale_coverage=0.0 if event.is_fresh else _stale_coverage(terms, index, at),
    )
    return Evidence(event, coverage)


def gather_events(
    lead: Sequence[AlignedSentence], index: CaseIndex, settings: JudgeSettings
) -> EventEvidence:
    """Returns what sentences report as new, the first of them weighing most."""
    strongest, has_act = 0.0, False
    keys: set[EventKey] = set()
    for rank, row in enumerate(lead):
        event = new_event(row.facts, index)
        strongest = max(strongest, event.strength * math.exp(-rank / settings.rank_decay))
        has_act |= event.has_act
        keys.update(event.keys)
    return EventEvidence(
        strength=round(strongest, 3),
        keys=tuple(sorted(keys)),
        has_act=has_act,
        is_fresh=any(row.facts.is_fresh for row in lead),
        quoted_share=_quoted_share(lead),
    )


def new_event(facts: Facts, index: CaseIndex) -> NewEvent:
    """Returns what a sentence reports that no stored sentence reports for that day."""
    keys = [key for key in event_keys(facts) if not _is_reported(key, facts, index)]
    return NewEvent(tuple(sorted(keys)), _strength(keys))


def _strength(keys: Iterable[EventKey]) -> float:
    counts = Counter(key.kind for key in keys)
    strength = 0.0
    # Kind by kind, since the order of a floating-point sum shows in its last digits.
    for kind, weight in KEY_WEIGHTS.items():
        strength += weight * counts[kind]
    return strength


def _is_reported(key: EventKey, facts: Facts, index: CaseIndex) -> bool:
    """Says whether an event is stored for its day; for a sentence without a day also for the day
    before, since it may be repeated next morning.
    """
    if index.has_event(key):
        return True
    if key.day in facts.days:
        return False
    # A day that is named is meant; one that is implied may be off by a night.
    return index.has_event(key._replace(day=key.day - _ONE_DAY))


def _rounded(coverage: Coverage) -> Coverage:
    return Coverage(round(coverage.share, 3), coverage.article_id)


def _stale_coverage(terms: Iterable[TypedTerm], index: CaseIndex, at: datetime) -> float:
    if not all(map(index.articles.has_term, _names_and_numbers(terms))):
        return 0.0
    undated = [term for term in terms if term.kind != "day"]
    return round(index.articles.archive_coverage(undated, at).share, 3)


def _names_and_numbers(terms: Iterable[TypedTerm]) -> set[TypedTerm]:
    return {term for term in terms if term.kind in ("name", "number")}


def _quoted_share(lead: Sequence[AlignedSentence]) -> float:
    whole = 0
    quoted: list[float] = []
    for row in lead:
        length = len(row.sentence.text)
        whole += length
        quoted.append(length * row.facts.quoted_share)
    return round(math.fsum(quoted) / whole, 3) if whole else 0.0
