"""What a verdict quotes: the new sentences, each beside the stored one that comes nearest, and the
claims that changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from monitor.model import ChangedClaim, Nearest, NewSentence
from monitor.novelty.alignment.align import AlignedSentence, FactChange
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.alignment.claims import changed_claim
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.evidence import new_event
from monitor.novelty.classifier.logistic import Weights
from monitor.novelty.classifier.sentence_features import quote_candidates
from monitor.novelty.index.packing import StoredSentence
from monitor.novelty.nlp.event_keys import typed_terms

_LEAD_PARAGRAPHS = 4  # new sentences of a text that is not mostly known are quoted from these
# In these, what looks back ("said that he had refused") is quoted too when it is unlike all that is
# stored
_TOP_PARAGRAPHS = 3
_QUOTE_LIMIT = 25
# Cosine from which a stored sentence is near in meaning; unrelated ones of one case lie at .2 to .4
_MEANING_COSINE = 0.5
# Share of words under which the stored sentence nearest by words is near by chance
_CHANCE_OVERLAP = 0.4


def pick_quotes(
    assessment: Assessment, weights: Weights | None, *, is_needed: bool
) -> tuple[NewSentence, ...]:
    """Returns the sentences to quote, by the weights or else by rule, each beside the stored one
    that comes nearest.

    Args:
        weights: None where the untrained rule decides.
        is_needed: at least one is returned, if the article has any sentence.
    """
    article = assessment.article
    picked = _pick_by_weight(assessment, weights) if weights else _pick_by_rule(assessment)
    # An alert without a quotation would ask people to find the news themselves.
    if not picked and is_needed:
        picked = (article.lead or article.notes or article.aligned)[:1]
    rows = picked[:_QUOTE_LIMIT]
    vectors = [row.sentence.vector for row in rows]
    in_meaning = assessment.index.sentences.nearest_in_meaning(vectors, 1)
    return tuple(map(_new_sentence, rows, in_meaning))


def changed_claims(article: AlignedArticle, today: date) -> tuple[ChangedClaim, ...]:
    """Returns the stored statements that the article makes again with another fact, in its order.

    Args:
        today: the article's local day.
    """
    claims = (_claim(row, row.change, today) for row in article.unexplained if row.change)
    return tuple(filter(None, claims))[:_QUOTE_LIMIT]


def _claim(row: AlignedSentence, change: FactChange, today: date) -> ChangedClaim | None:
    before, kind = change.before.stored, changed_claim(row.sentence, change.before, today)
    if kind is None:
        return None
    return ChangedClaim(before.text, row.sentence.text, kind, before.article_id)


def _pick_by_weight(assessment: Assessment, weights: Weights) -> Sequence[AlignedSentence]:
    """Picks the sentences that the weights hold for new, else the one they hold for newest."""
    rated = [
        (weights.sentence.probability(candidate.features), candidate.row)
        for candidate in quote_candidates(assessment)
    ]
    picked = [row for probability, row in rated if probability >= assessment.settings.quote_at]
    if picked or not rated:
        return picked
    return [max(rated, key=_likeliest_first)[1]]


def _likeliest_first(rated: tuple[float, AlignedSentence]) -> tuple[float, int]:
    probability, row = rated
    return probability, -row.sentence.index


def _pick_by_rule(assessment: Assessment) -> Sequence[AlignedSentence]:
    """Picks, of an addition, the paragraphs that do not only look back; of another text what is
    unlike the stored sentences.
    """
    article = assessment.article
    if not article.is_addition:
        return [row for row in article.unexplained if _is_quotable(row, assessment)]
    paragraphs: set[int] = set()
    for row in article.unexplained:
        if not row.facts.is_background:
            paragraphs.add(row.sentence.paragraph)
    if not paragraphs:
        return article.unexplained
    return [row for row in article.unexplained if row.sentence.paragraph in paragraphs]


def _is_quotable(row: AlignedSentence, assessment: Assessment) -> bool:
    settings, facts = assessment.settings, row.facts
    if not _is_placed_for_quoting(row, assessment):
        return False
    if row.has_hard_change:
        return True
    if row.overlap >= settings.quote_overlap:
        return False
    is_unlike = _nearest_coverage(row, assessment) <= settings.quote_coverage
    return is_unlike or bool(new_event(facts, assessment.index).keys)


def _is_placed_for_quoting(row: AlignedSentence, assessment: Assessment) -> bool:
    """Says whether a sentence stands high enough; reactions and what looks back must stand higher
    than news.
    """
    settings, facts, paragraph = assessment.settings, row.facts, row.sentence.paragraph
    if paragraph >= _LEAD_PARAGRAPHS:
        return False
    if paragraph and facts.quoted_share >= settings.reaction_quoted_share:
        return False
    if not facts.is_background:
        return True
    return paragraph < _TOP_PARAGRAPHS and row.overlap < settings.distant_overlap


def _nearest_coverage(row: AlignedSentence, assessment: Assessment) -> float:
    """Returns the largest share of the sentence's terms in one of its nearest stored sentences,
    0-1 by weight.
    """
    articles, own = assessment.index.articles, typed_terms(row.facts)
    whole, largest = articles.total_weight(own), 0.0
    if not whole:
        return 0.0
    for neighbour in row.neighbours:
        shared = own & typed_terms(neighbour.stored.facts)
        largest = max(largest, articles.total_weight(shared) / whole)
    return largest


def _new_sentence(
    row: AlignedSentence, in_meaning: Sequence[tuple[StoredSentence, float]]
) -> NewSentence:
    sentence = row.sentence
    return NewSentence(sentence.text, sentence.index, sentence.key, _nearest(row, in_meaning))


def _nearest(
    row: AlignedSentence, in_meaning: Sequence[tuple[StoredSentence, float]]
) -> Nearest | None:
    """Returns the stored sentence that shares most words; where none shares many, the one that an
    encoder holds for nearest.
    """
    best = max(row.neighbours, key=lambda neighbour: neighbour.overlap, default=None)
    # Words first: a sentence with the same words shows at once what is different.
    if best is None or best.overlap < _CHANCE_OVERLAP:
        for stored, cosine in in_meaning:
            if cosine >= _MEANING_COSINE:
                return Nearest(stored.text, stored.article_id, round(min(cosine, 1.0), 3))
    if best is None:
        return None
    return Nearest(best.stored.text, best.stored.article_id, round(min(best.overlap, 1.0), 3))
