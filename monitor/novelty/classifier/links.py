"""Do two articles tell of the same development? The figures by which an article is linked with a
stored one.

Nearly every article of a case that brings nothing tells some known development again, in words of
its own. So what is new is found by what is old: an article is compared with each recent one as a
whole (words, typed terms), by what it says first, and by its days, names, numbers and event
classes. Known in the field as story link detection.

Source: J. Allan et al., "Topic detection and tracking pilot study", 1998 (the link detection task).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from monitor.model import Sentence
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.index.recent import HEAD, ArticleProfile, WeightedTerms
from monitor.novelty.nlp.event_keys import TermKind, TypedTerm, explicit_terms, stems

# Articles that are compared sentence by sentence: those that share most with the new one.
CANDIDATES = 40
_BODY = 6  # sentences of an article that are compared
_TERM_SENTENCES = 5  # sentences whose typed terms are compared
_NEAR_HOURS = 96  # from here on two articles are far apart in time
_UNDECIDED = 0.5  # the share of nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFeatures:
    """The figures of an article beside a stored one, named as the terms of `data/weights.json`.

    Shares are 0-1, of words by inverse document frequency, of typed terms by their weight.

    Attributes:
        words: cosine of all their words.
        first_words: cosine of the words of headline and first sentences.
        terms: share of its leading typed terms that the stored one has.
        sentences: how much of its first sentences one stored sentence each has, on average.
        title: how much of its headline one stored sentence has.
        title_back: how much of the stored headline one of its sentences has.
        titles: how much both headlines have of each other.
        first_sentences: the same of the two most alike of their first sentences.
        hours: log of the hours between them.
        far: the hours as a share of four days, at most 1.
        same_language: both are of one language.
        names, numbers, days, classes: share of those of its first sentences that the stored one
            has.
    """

    words: float
    first_words: float
    terms: float
    sentences: float
    title: float
    title_back: float
    titles: float
    first_sentences: float
    hours: float
    far: float
    same_language: float
    names: float
    numbers: float
    days: float
    classes: float


@dataclass(frozen=True, slots=True)
class LinkCandidate:
    """A stored article with the figures of a link to it."""

    profile: ArticleProfile
    features: LinkFeatures


def link_candidates(assessment: Assessment) -> list[LinkCandidate]:
    """Returns the stored articles that share most with an article, in the order in which they were
    stored.
    """
    query = _Query.of(assessment)
    if not query.sentence_stems:
        return []
    rated = [(query.rough(profile), profile) for profile in assessment.index.profiles()]
    # The latest of equally alike ones: a development is told again soon or not at all.
    rated.reverse()
    rated.sort(key=lambda pair: -pair[0].nearness)
    nearest = rated[:CANDIDATES]
    nearest.reverse()
    return [LinkCandidate(profile, query.features(profile, rough)) for rough, profile in nearest]


@dataclass(frozen=True, slots=True)
class _Rough:
    """What can be told of two articles at once."""

    words: float
    terms: float

    @property
    def nearness(self) -> float:
        return self.words + self.terms


class _Idf:
    """The inverse document frequencies of the case, looked up once an article."""

    def __init__(self, index: CaseIndex) -> None:
        self._index = index
        self._known: dict[str, float] = {}

    def __call__(self, stem: str) -> float:
        found = self._known.get(stem)
        if found is None:
            found = self._known[stem] = self._index.sentences.idf(stem)
        return found

    def mass(self, words: Set[str]) -> float:
        return math.fsum(map(self, words))

    def norm(self, words: Set[str]) -> float:
        return math.sqrt(math.fsum(self(word) ** 2 for word in words))

    def cosine(self, a: Set[str], b: Set[str]) -> float:
        whole = self.norm(a) * self.norm(b)
        return math.fsum(self(word) ** 2 for word in a & b) / whole if whole else 0.0


@dataclass(frozen=True)
class _Query:
    """What an article says that is to be found in others.

    Of an addition to a known text only what was added is looked for: the rest is known.

    Attributes:
        sentence_stems: stems of the headline, where it counts, and of the sentences.
        first_terms: typed terms of the first of them, by kind.
    """

    assessment: Assessment
    idf: _Idf
    sentence_stems: tuple[frozenset[str], ...]
    body_start: int
    first_terms: Mapping[TermKind, frozenset[TypedTerm]]
    leading_terms: WeightedTerms

    @classmethod
    def of(cls, assessment: Assessment) -> _Query:
        title, index = assessment.analysis.title, assessment.index
        body = _queried_sentences(assessment)
        has_title = bool(title.text) and not assessment.article.is_addition
        sentences = [title, *body] if has_title else body
        return cls(
            assessment=assessment,
            idf=_Idf(index),
            sentence_stems=tuple(stems(one.text) for one in sentences),
            body_start=int(has_title and len(sentences) > 1),
            first_terms=_terms_by_kind(sentences[:HEAD]),
            leading_terms=index.weighted_terms(body[:_TERM_SENTENCES]),
        )

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset().union(*self.sentence_stems)

    @cached_property
    def head_stems(self) -> frozenset[str]:
        return frozenset().union(*self.sentence_stems[:HEAD])

    @cached_property
    def body(self) -> tuple[frozenset[str], ...]:
        return self.sentence_stems[self.body_start :][:_BODY]

    def rough(self, profile: ArticleProfile) -> _Rough:
        return _Rough(
            words=self.idf.cosine(self.stems, profile.stems),
            terms=self.leading_terms.term_coverage(profile.terms),
        )

    def features(self, profile: ArticleProfile, rough: _Rough) -> LinkFeatures:
        analysis, title = self.assessment.analysis, self.sentence_stems[0]
        stored_title = profile.sentence_stems[0] if profile.sentence_stems else frozenset()
        hours = abs((analysis.published_at - profile.at).total_seconds()) / 3600
        contained = [self._contained(own, profile.sentence_stems) for own in self.body]
        return LinkFeatures(
            words=rough.words,
            first_words=self.idf.cosine(self.head_stems, profile.head_stems),
            terms=rough.terms,
            sentences=math.fsum(contained) / len(contained),
            title=self._contained(title, profile.sentence_stems),
            title_back=self._contained(stored_title, self.sentence_stems),
            titles=self._mutual(title, stored_title),
            first_sentences=self._nearest_first(profile),
            hours=math.log1p(hours),
            far=min(hours, _NEAR_HOURS) / _NEAR_HOURS,
            same_language=float(analysis.lang == profile.lang),
            names=self._share("name", profile),
            numbers=self._share("number", profile),
            days=self._share("day", profile),
            classes=self._share("class", profile),
        )

    def _contained(self, own: Set[str], others: Sequence[Set[str]]) -> float:
        """Returns the largest share of some words that one of some sentences has."""
        whole = self.idf.mass(own)
        shared = (self.idf.mass(own & other) for other in others)
        return max(shared, default=0.0) / whole if whole else 0.0

    def _mutual(self, a: Set[str], b: Set[str]) -> float:
        larger = max(self.idf.mass(a), self.idf.mass(b))
        return self.idf.mass(a & b) / larger if larger else 0.0

    def _nearest_first(self, profile: ArticleProfile) -> float:
        pairs = (
            self._mutual(own, other)
            for own in self.sentence_stems[:HEAD]
            for other in profile.sentence_stems[:HEAD]
        )
        return max(pairs, default=0.0)

    def _share(self, kind: TermKind, profile: ArticleProfile) -> float:
        terms, articles = self.first_terms.get(kind, frozenset()), self.assessment.index.articles
        weights = {term: articles.article_idf(term) for term in sorted(terms)}
        whole = math.fsum(weights.values())
        if whole <= 0:
            return _UNDECIDED
        return math.fsum(weights[term] for term in weights if term in profile.terms) / whole


def _queried_sentences(assessment: Assessment) -> list[Sentence]:
    article = assessment.article
    rows = article.unexplained if article.is_addition else article.aligned
    return [row.sentence for row in rows or article.aligned]


def _terms_by_kind(sentences: Sequence[Sentence]) -> dict[TermKind, frozenset[TypedTerm]]:
    found: dict[TermKind, set[TypedTerm]] = {}
    for term in _all_terms(sentences):
        found.setdefault(term.kind, set()).add(term)
    return {kind: frozenset(terms) for kind, terms in found.items()}


def _all_terms(sentences: Sequence[Sentence]) -> Iterator[TypedTerm]:
    for sentence in sentences:
        yield from explicit_terms(sentence.facts)


@dataclass(frozen=True, slots=True)
class Link:
    """A stored article, and the probability that it tells a development of the new one."""

    profile: ArticleProfile
    probability: float


@dataclass(frozen=True, slots=True)
class Links:
    """The stored articles that may tell the same, in the order in which they were stored."""

    links: tuple[Link, ...]
    index: CaseIndex

    def told(self) -> float:
        """Returns the largest probability of those that people were told of, 0 without any."""
        return max((one.probability for one in self.links if self._is_told(one)), default=0.0)

    def untold(self) -> list[Link]:
        """Returns those that people were not told of."""
        return [one for one in self.links if not self._is_told(one)]

    def told_profiles(self) -> list[ArticleProfile]:
        """Returns the compared articles that people were told of."""
        return [one.profile for one in self.links if self._is_told(one)]

    def expected(self) -> float:
        """Returns how many stored articles are expected to tell the same."""
        return math.fsum(one.probability for one in self.links)

    def _is_told(self, link: Link) -> bool:
        return self.index.is_told(link.profile.article_id)
