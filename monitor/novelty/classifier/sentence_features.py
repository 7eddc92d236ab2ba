"""What the trained judge looks at in one unexplained sentence: is it what the article brings as
news?

Features are shares and logarithms of small counts, so that they mean the same in a case of ten
articles and of ten thousand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.novelty.alignment.align import AlignedSentence
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.classifier.evidence import new_event
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.index.recent import ArticleProfile, WeightedTerms
from monitor.novelty.nlp.event_keys import TermKind, TypedTerm, event_keys, stems

_READ = 40  # unexplained sentences of one article that are rated; more are not news
_RANK_DECAY, _DEPTH_DECAY = 4, 5  # sentences after which position counts for 1/e


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceFeatures:
    """The features of a sentence, named as the terms of `data/weights.json`.

    Shares are 0-1; "log" stands for ln(1 + x); the others are 0 or 1 unless said.

    Attributes:
        event_strength: log of the strength of its new event.
        new_acts, new_weak_classes: log of the number of new event classes, strong ones and talk.
        new_key_share: share of its event keys that are new.
        fresh: names the article's day or the day before.
        dated: names a day.
        background: looks back to an older time.
        quoted: share of quoted words.
        overlap: share of its words in one stored sentence.
        changed: is a stored sentence with another hard fact.
        new_names, new_numbers: log of the number of names and numbers that no stored article has.
        information: log of the weight of its terms within the case.
        has_role: says who acts.
        says: reports speech.
        coverage, sentence_coverage: largest share of its terms in one recent article, and in one
            sentence of such an article.
        word_coverage: largest share of its words in one recent article.
        rank: exp(-i/4) for the i-th unexplained sentence.
        depth: exp(-i/5) for the i-th sentence of the article.
        opens: is the first unexplained sentence of its paragraph.
        addition: was added to a known text.
        verbatim: was added to a text that is known word for word.
        known_share: share of the article's sentences that the case knows.
        title_overlap: share of the headline's words that it has.
        addition_opens, addition_fresh, addition_strength: products of these with `addition`.
    """

    event_strength: float
    new_acts: float
    new_weak_classes: float
    new_key_share: float
    fresh: float
    dated: float
    background: float
    quoted: float
    overlap: float
    changed: float
    new_names: float
    new_numbers: float
    information: float
    has_role: float
    says: float
    coverage: float
    sentence_coverage: float
    word_coverage: float
    rank: float
    depth: float
    opens: float
    addition: float
    verbatim: float
    known_share: float
    title_overlap: float
    addition_opens: float
    addition_fresh: float
    addition_strength: float


@dataclass(frozen=True, slots=True)
class QuoteCandidate:
    """An unexplained sentence with its features."""

    row: AlignedSentence
    features: SentenceFeatures


def quote_candidates(assessment: Assessment) -> list[QuoteCandidate]:
    """Returns the unexplained sentences of an article with their features, in order."""
    rows = assessment.article.unexplained[:_READ]
    context = _Context(assessment, _recent(assessment, rows), stems(assessment.analysis.title.text))
    candidates: list[QuoteCandidate] = []
    opened: set[int] = set()
    for rank, row in enumerate(rows):
        position = _Position(rank, is_first=row.sentence.paragraph not in opened)
        opened.add(row.sentence.paragraph)
        candidates.append(QuoteCandidate(row, context.features(row, position)))
    return candidates


@dataclass(frozen=True, slots=True)
class _Known:
    """What a stored article says, beside the sentences of another one.

    Attributes:
        stems: those of their stems that it has.
    """

    profile: ArticleProfile
    stems: frozenset[str]


def _recent(assessment: Assessment, rows: Sequence[AlignedSentence]) -> list[_Known]:
    """Returns the recent articles, read once for all sentences: three hundred are compared with
    each.
    """
    own = frozenset[str]().union(*(stems(row.sentence.text) for row in rows))
    recent = assessment.index.recent(assessment.analysis.published_at)
    return [_Known(profile, profile.shared_stems(own)) for profile in recent]


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a sentence stands among the unexplained ones; `is_first` in its paragraph."""

    rank: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class _Context:
    """What the features of a sentence are taken against."""

    assessment: Assessment
    recent: Sequence[_Known]
    title: frozenset[str]

    def features(self, row: AlignedSentence, position: _Position) -> SentenceFeatures:
        article, index = self.assessment.article, self.assessment.index
        facts = row.facts
        event, whole = new_event(facts, index), len(event_keys(facts))
        acts = sum(key.is_act for key in event.keys)
        terms = index.weighted_terms([row.sentence])
        coverage = _Coverage.of(terms, self.recent)
        strength = math.log1p(event.strength)
        opens, addition = float(position.is_first), float(article.is_addition)
        return SentenceFeatures(
            event_strength=strength,
            new_acts=math.log1p(acts),
            new_weak_classes=math.log1p(len(event.classes) - acts),
            new_key_share=len(event.keys) / whole if whole else 0.0,
            fresh=float(facts.is_fresh),
            dated=float(bool(facts.days)),
            background=float(facts.is_background),
            quoted=facts.quoted_share,
            overlap=row.overlap,
            changed=float(row.has_hard_change),
            new_names=_log_count_new("name", facts.names, index),
            new_numbers=_log_count_new("number", facts.numbers, index),
            information=math.log1p(terms.term_mass),
            has_role=float(bool(facts.roles)),
            says=float("SAY" in facts.classes),
            coverage=coverage.by_article,
            sentence_coverage=coverage.by_sentence,
            word_coverage=coverage.of_words,
            rank=math.exp(-position.rank / _RANK_DECAY),
            depth=math.exp(-row.sentence.index / _DEPTH_DECAY),
            opens=opens,
            addition=addition,
            verbatim=float(article.is_verbatim),
            known_share=article.known_share,
            title_overlap=self._title_overlap(row),
            addition_opens=addition * opens,
            addition_fresh=addition * facts.is_fresh,
            addition_strength=addition * strength,
        )

    def _title_overlap(self, row: AlignedSentence) -> float:
        own = stems(row.sentence.text)
        return len(self.title & own) / len(self.title) if self.title else 0.0


def _log_count_new(kind: TermKind, values: Sequence[str], index: CaseIndex) -> float:
    return math.log1p(sum(not index.articles.has_term(TypedTerm(kind, one)) for one in values))


@dataclass(frozen=True, slots=True)
class _Coverage:
    """The largest shares of a sentence in what was published recently, 0-1."""

    by_article: float
    by_sentence: float
    of_words: float

    @classmethod
    def of(cls, own: WeightedTerms, recent: Sequence[_Known]) -> _Coverage:
        by_article = by_sentence = of_words = 0.0
        for known in recent:
            covered = own.term_coverage(known.profile.terms)
            by_article = max(by_article, covered)
            of_words = max(of_words, own.word_coverage(known.stems))
            # No sentence of the article has more than the whole of it.
            if covered > by_sentence:
                by_sentence = max(
                    by_sentence, *map(own.term_coverage, known.profile.sentence_terms)
                )
        return cls(by_article, by_sentence, of_words)
