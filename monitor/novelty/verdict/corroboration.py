"""Known developments that an article reports again, and unconfirmed articles that it confirms.

A development is reported again by a copy of one of its reports, or by the same event keys within 72
hours. An unconfirmed article is one whose evidence was too weak to alert by itself; a second outlet
with the same makes it an alert. What surrounds a known event (colour, an outlet's own details)
stays with one outlet; what happened is reported by several. The daemon keeps unconfirmed articles
in the store, replays in memory: `is_unconfirmed` and `told_keys` say to both what is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Analysis, KnownDevelopment, Likeness, Relation, Sentence
from monitor.novelty.alignment.article import terms_of
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.evidence import KEY_WEIGHTS
from monitor.novelty.index.case_index import UnconfirmedArticle
from monitor.novelty.nlp.event_keys import EventKey, TypedTerm, event_keys
from monitor.novelty.verdict.reasons import UNCONFIRMED_REASONS
from monitor.novelty.verdict.rules import RETELLING
from monitor.text import fold

_SHARED_SENTENCES = 0.5  # of a development's new sentences, word for word
_COPIES = frozenset(
    {Relation.COPY, Relation.COPY_CHANGED, Relation.EXCERPT, Relation.EXACT, Relation.EXPANSION}
)


def is_unconfirmed(outcome: str, reason_code: str, *, is_baseline: bool) -> bool:
    """Says whether the evidence of a verdict was too weak for an alert by itself and too strong to
    be forgotten.

    Args:
        reason_code: of the reason that decided.
    """
    return not is_baseline and (outcome, reason_code) in UNCONFIRMED_REASONS


def told_keys(
    sentences: Iterable[Sentence], new_keys: Iterable[int]
) -> tuple[list[Sentence], list[str]]:
    """Returns the sentences of an unconfirmed article that were held for new, and the event keys of
    those, in their text form, sorted.

    Args:
        sentences: the article's, the headline among them.
        new_keys: of the sentences that its verdict holds for new.
    """
    wanted = frozenset(new_keys)
    new = [sentence for sentence in sentences if sentence.key in wanted]
    return new, sorted(map(str, _event_keys(new)))


def _event_keys(sentences: Iterable[Sentence]) -> set[EventKey]:
    keys: set[EventKey] = set()
    for sentence in sentences:
        keys |= event_keys(sentence.facts)
    return keys


def find_joins(assessment: Assessment, now: datetime, likeness: Likeness | None) -> tuple[int, ...]:
    """Returns the ids of the developments at most `join_span` old that the article reports, the
    most alike first, of equally alike ones the latest.

    Args:
        likeness: the nearest stored copy, if any; its development is reported again as soon as one
            act is the same.
    """
    report, settings = _Report.of(assessment.analysis, likeness), assessment.settings
    found: list[tuple[float, int]] = []
    for development in assessment.index.developments:
        if now - development.created_at > settings.join_span:
            continue
        similarity = report.similarity(development)
        # Of a copy any shared act is enough: the outlet may have changed or cut the rest.
        is_copy = development.article_id == report.copied and similarity > 0
        if is_copy or similarity >= settings.join_share:
            found.append((-similarity, -development.development_id))
    return tuple(-negated_id for _, negated_id in sorted(found))


@dataclass(frozen=True, slots=True)
class _Report:
    """What an article reports.

    Attributes:
        copied: the stored article that it is a copy of; None if it is nobody's.
    """

    event_keys: Set[EventKey]
    sentence_keys: Set[int]
    copied: int | None

    @classmethod
    def of(cls, analysis: Analysis, likeness: Likeness | None) -> _Report:
        sentences = analysis.sentences or (analysis.title,)
        copied = None
        if likeness is not None and likeness.relation in _COPIES:
            copied = likeness.article_id
        return cls(_event_keys(sentences), {sentence.key for sentence in sentences}, copied)

    def similarity(self, development: KnownDevelopment) -> float:
        """Returns how much of a development it reports, 0-1: all if it has half of its new
        sentences, else the weighted share of its event keys, nothing without an act.
        """
        if self._has_sentences_of(development):
            return 1.0
        keys = set(map(EventKey.parse, development.event_keys))
        shared = keys & self.event_keys
        if not any(key.is_act for key in shared):
            return 0.0
        return _weight(shared) / _weight(keys)

    def _has_sentences_of(self, development: KnownDevelopment) -> bool:
        wanted = development.sentence_keys
        return bool(wanted) and len(wanted & self.sentence_keys) >= _SHARED_SENTENCES * len(wanted)


def _weight(keys: Iterable[EventKey]) -> float:
    return math.fsum(KEY_WEIGHTS[key.kind] for key in keys)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An unconfirmed article that another one confirms.

    Attributes:
        article_id: the unconfirmed article.
        coverage: share of the other's leading sentences that it has, 0-1.
    """

    article_id: int
    coverage: float


def find_confirmed(
    assessment: Assessment, outlet: str, article_id: int | None
) -> Confirmation | None:
    """Returns the unconfirmed article that this one, of another outlet, reports again.

    Args:
        outlet, article_id: of this article; None for one that is not stored.
    """
    index, at = assessment.index, assessment.analysis.published_at
    if assessment.analysis.genre in RETELLING:
        return None
    coverage = index.articles.recent_coverage(_lead_terms(assessment), at)
    if coverage.article_id is None or coverage.share < assessment.settings.confirm_coverage:
        return None
    waiting = index.unconfirmed.get(coverage.article_id)
    # The same article may be read again under another outlet's name.
    if waiting is None or waiting.article_id == article_id:
        return None
    # Days later it is a report on what followed, or a retrospect.
    is_near = abs(at - waiting.at) <= assessment.settings.confirm_span
    if not is_near or fold(outlet) == fold(waiting.outlet) or _has_alerted(waiting, assessment):
        return None
    return Confirmation(waiting.article_id, round(coverage.share, 3))


def _lead_terms(assessment: Assessment) -> set[TypedTerm]:
    """Returns the typed terms of the leading sentences; of a text without a new sentence, of what
    it begins with.
    """
    article = assessment.article
    return terms_of(article.lead or article.aligned[: assessment.settings.lead_sentences])


def _has_alerted(waiting: UnconfirmedArticle, assessment: Assessment) -> bool:
    """Says whether what an unconfirmed article reports has alerted: it was confirmed before, begins
    with the words of an alert, or an alert has it in other words.
    """
    index, settings = assessment.index, assessment.settings
    for development in index.developments:
        if development.article_id == waiting.article_id:
            return True
        if waiting.first_key in development.sentence_keys:
            return True
    alerted = index.alert_coverage(waiting.terms, waiting.at, settings.confirm_alerted_span)
    return alerted.share >= settings.confirm_alerted
