"""Known developments that an article reports again, and unconfirmed articles that it confirms.

A development is reported again by a copy of one of its reports, or by an article that is linked
with one, within 72 hours. An unconfirmed article is one whose evidence was too weak to alert by
itself; a second newsroom with the same makes it an alert. What surrounds a known event (colour, a
newsroom's own details) stays with it; what happened is reported by several. The daemon keeps
unconfirmed articles in the store, replays in memory: `is_unconfirmed` and `told_keys` say to both
what is kept."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from monitor.model import Analysis, KnownDevelopment, Likeness, Relation, Sentence
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.evidence import KEY_WEIGHTS
from monitor.novelty.classifier.prediction import Prediction
from monitor.novelty.index.case_index import UnconfirmedArticle
from monitor.novelty.nlp.event_keys import EventKey, event_keys
from monitor.novelty.verdict.reasons import UNCONFIRMED_REASONS
from monitor.novelty.verdict.rules import RETELLING

# Probability by which a development may be less alike than the nearest. Without a bound 80 of the
# attachments on two real streams were wrong instead of 65, and 137 articles right instead of 135.
_ABOUT_AS_ALIKE = 0.1
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


def find_joins(
    assessment: Assessment,
    prediction: Prediction | None,
    now: datetime,
    likeness: Likeness | None,
) -> tuple[int, ...]:
    """Returns the ids of the developments at most `join_span` old that the article reports: the
    most alike one first, then those that are about as alike, of equally alike ones the latest.

    On a day of much news all that was told is somewhat alike.

    Args:
        prediction: of the trained weights; without one event keys and sentences decide.
        likeness: the nearest stored copy, if any; its development is reported again.
    """
    report = _Report.of(assessment.analysis, prediction, likeness)
    settings = assessment.settings
    found: list[tuple[float, int]] = []  # negated, so that the most alike and latest come first
    for development in assessment.index.developments:
        if now - development.created_at > settings.join_span:
            continue
        similarity = report.similarity(development)
        if similarity >= settings.join_share:
            found.append((-similarity, -development.development_id))
    found.sort()
    nearest = found[0][0] if found else 0.0
    return tuple(-own for negated, own in found if negated - nearest <= _ABOUT_AS_ALIKE)


@dataclass(frozen=True, slots=True)
class _Report:
    """What an article reports.

    Attributes:
        copied: the stored article that it is a copy of; None if it is nobody's.
        links: probability that it tells a development of a stored article, by the article; None
            where nothing is trained.
    """

    event_keys: Set[EventKey]
    sentence_keys: Set[int]
    copied: int | None
    links: Mapping[int, float] | None

    @classmethod
    def of(
        cls, analysis: Analysis, prediction: Prediction | None, likeness: Likeness | None
    ) -> _Report:
        sentences = analysis.sentences or (analysis.title,)
        copied = links = None
        if likeness is not None and likeness.relation in _COPIES:
            copied = likeness.article_id
        if prediction:
            found = prediction.links.links
            links = {link.profile.article_id: link.probability for link in found}
        keys = {sentence.key for sentence in sentences}
        return cls(_event_keys(sentences), keys, copied, links)

    def similarity(self, development: KnownDevelopment) -> float:
        """Returns how much of a development it reports, 0-1: all if it has half of its new
        sentences or is a copy, else the probability of a link, or the weighted share of event keys.
        """
        if self._has_sentences_of(development) or development.article_id == self.copied:
            return 1.0
        if self.links is not None:
            return self.links.get(development.article_id, 0.0)
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
        probability: that both tell the same development, 0-1.
    """

    article_id: int
    probability: float


def find_confirmed(
    assessment: Assessment, prediction: Prediction | None, newsroom: str, article_id: int | None
) -> Confirmation | None:
    """Returns the unconfirmed article that this one, of another newsroom, reports again.

    Both have news value by themselves, and people were told of nothing like it.

    Args:
        newsroom, article_id: of this article; empty where nobody can say whose text it is, None
            for one that is not stored.
    """
    index, at, settings = assessment.index, assessment.analysis.published_at, assessment.settings
    if prediction is None or assessment.analysis.genre in RETELLING:
        return None
    if prediction.probability < settings.digest_at:
        return None
    if prediction.links.told() >= settings.confirm_told:
        return None
    best: Confirmation | None = None
    for link in prediction.links.untold():
        waiting = index.unconfirmed.get(link.profile.article_id)
        # The same article may be read again at another address.
        if waiting is None or waiting.article_id == article_id:
            continue
        # Days later it is a report on what followed, or a retrospect.
        if abs(at - waiting.at) > settings.confirm_span or not _is_other(newsroom, waiting):
            continue
        if link.probability >= max(settings.confirm_link, _probability(best)):
            best = Confirmation(waiting.article_id, round(link.probability, 3))
    return best


def _is_other(newsroom: str, waiting: UnconfirmedArticle) -> bool:
    """Says whether two articles are of different newsrooms; what nobody knows of confirms none."""
    return bool(newsroom and waiting.newsroom) and newsroom != waiting.newsroom


def _probability(confirmation: Confirmation | None) -> float:
    return confirmation.probability if confirmation else 0.0
