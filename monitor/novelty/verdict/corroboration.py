"""What an article reports again: known developments, by copies of their reports or the same event
keys within 72 hours, and articles in doubt, by what they tell."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime

from monitor.model import Analysis, KnownDevelopment, Likeness, Relation
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.evidence import CLASS_WEIGHT, NAME_WEIGHT, ROLE_WEIGHT
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import event_keys, frame_elements
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.novelty.verdict.rules import RETELLING
from monitor.text import fold

_WEIGHTS = {"class": CLASS_WEIGHT, "role": ROLE_WEIGHT, "name": NAME_WEIGHT}
_SHARED_SENTENCES = 0.5  # of a development's new sentences, told word for word
_TOLD = frozenset(
    {Relation.COPY, Relation.COPY_CHANGED, Relation.EXCERPT, Relation.EXACT, Relation.EXPANSION}
)


def find_joins(
    analysis: Analysis,
    memory: CaseIndex,
    now: datetime,
    settings: JudgeSettings,
    likeness: Likeness | None,
) -> tuple[int, ...]:
    """Returns the ids of the developments at most `join_span` old that the article reports, the
    most alike first.
    """
    sentences = analysis.sentences or (analysis.title,)
    own_keys = {key for sentence in sentences for key in event_keys(sentence.facts)}
    own_sentences = {sentence.key for sentence in sentences}
    copied = likeness.article_id if likeness is not None and likeness.relation in _TOLD else None
    found = []
    for development in memory.developments:
        if now - development.created_at > settings.join_span:
            continue
        alike = _likeness(development, own_keys, own_sentences)
        if alike >= settings.join_share or (alike > 0 and development.article_id == copied):
            found.append((-alike, -development.development_id))
    return tuple(-number for _, number in sorted(found))


def find_confirmed(
    analysis: Analysis,
    reading: AlignedArticle,
    memory: CaseIndex,
    outlet: str,
    article_id: int | None,
    settings: JudgeSettings,
) -> tuple[int, float] | None:
    """Returns the id of the article in doubt that this one, of another outlet, tells again, and how
    much of this one it has.

    What surrounds a known event (colour, an outlet's own details) stays with one outlet; what
    happened is told by several."""
    core = (
        reading.core or reading.rows[: settings.core]
    )  # of a text without a new sentence, what it begins with
    elements = {element for row in core for element in frame_elements(row.sentence.facts)}
    coverage, covered_by = memory.covered(elements, analysis.published_at)
    doubted = memory.doubted.get(covered_by) if covered_by is not None else None
    if doubted is None or coverage < settings.confirm_cover or analysis.genre in RETELLING:
        return None
    if doubted.article_id == article_id:
        return None  # the same article, read under another outlet's name
    if any(known.article_id == doubted.article_id for known in memory.developments):
        return None  # it was confirmed before
    if any(doubted.lead in known.sentence_keys for known in memory.developments):
        return None  # it begins with the words of an alert
    if (
        memory.alerted(doubted.elements, doubted.at, settings.confirm_told_span)
        >= settings.confirm_told
    ):
        return None  # what it tells has alerted in other words
    is_near = abs(analysis.published_at - doubted.at) <= settings.confirm_span
    return (
        (doubted.article_id, round(coverage, 3))
        if is_near and fold(outlet) != fold(doubted.outlet)
        else None
    )


def _likeness(development: KnownDevelopment, own_keys: set[str], own_sentences: set[int]) -> float:
    told = development.sentence_keys
    if told and len(told & own_sentences) >= _SHARED_SENTENCES * len(told):
        return 1.0
    whole = _weight(development.event_keys)
    shared = development.event_keys & own_keys
    has_act = any(
        key.startswith("class ") and key.split()[1] not in lexicon().weak for key in shared
    )
    return _weight(shared) / whole if whole and has_act else 0.0


def _weight(keys: Iterable[str]) -> float:
    return math.fsum(_WEIGHTS[key.split(" ", 1)[0]] for key in keys)
