"""Do two articles tell of the same development? The figures by which an article is linked with a
stored one.

Nearly every article of a case that brings nothing tells some known development again, in words of
its own. So what is new is found by what is old: an article is compared with each recent one as a
whole (words, typed terms), by what it says first, and by its days, names, numbers and event
classes. Known in the field as story link detection. Left out is what spoke for two developments the
more two articles have in common: how much two headlines have of each other, or two sentences.

Source: J. Allan et al., "Topic detection and tracking pilot study", 1998 (the link detection task).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from monitor.model import Sentence
from monitor.novelty.classifier.assessment import Assessment
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.index.recent import HEAD, ArticleProfile, WeightedTerms
from monitor.novelty.nlp.event_keys import TermKind, TypedTerm, explicit_terms, stems

# Articles that are compared sentence by sentence: those that share most with the new one.
CANDIDATES = 40
_READ = 40  # sentences of an article that are compared
_BODY = 6  # of them those whose likeness is averaged
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
    """Returns the stored articles that share most with an article, the nearest last."""
    query = _Query.of(assessment)
    if not query.sentence_stems:
        return []
    rated = [(query.rough(profile), profile) for profile in assessment.index.profiles()]
    # The latest of equally alike ones: a development is told again soon or not at all.
    rated.reverse()
    rated.sort(key=lambda pair: -pair[0].nearness)
    nearest = rated[:CANDIDATES]
    nearest.reverse()
    return [
        LinkCandidate(profile, query.features(_Stored.of(profile), rough))
        for rough, profile in nearest
    ]


@dataclass(frozen=True, slots=True)
class _Stored:
    """A stored article, with the stems of its sentences as they are compared."""

    profile: ArticleProfile
    stems: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, profile: ArticleProfile) -> _Stored:
        return cls(profile, profile.read_stems())


@dataclass(frozen=True, slots=True)
class _Rough:
    """What can be told of two articles at once."""

    words: float
    terms: float

    @property
    def nearness(self) -> float:
        return self.words + self.terms


@dataclass(frozen=True)
class _Query:
    """What an article says that is to be found in others.

    Of an addition to a known text only what was added is looked for: the rest is known.

    Attributes:
        sentence_stems: stems of the headline, where it counts, and of the sentences.
        first_terms: typed terms of the first of them, by kind.
    """

    assessment: Assessment
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
            sentence_stems=tuple(stems(one.text) for one in sentences[:_READ]),
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
    def idf(self) -> Mapping[str, float]:
        """The weights of its own stems: what two texts share is among them."""
        weigh = self.assessment.index.sentences.idf
        return {stem: weigh(stem) for stem in self.stems}

    @cached_property
    def masses(self) -> tuple[float, ...]:
        return tuple(map(self._mass, self.sentence_stems))

    @cached_property
    def norm(self) -> float:
        return math.sqrt(self._squares(self.stems))

    @cached_property
    def head_norm(self) -> float:
        return math.sqrt(self._squares(self.head_stems))

    @cached_property
    def weights_by_kind(self) -> Mapping[TermKind, Mapping[TypedTerm, float]]:
        weigh = self.assessment.index.articles.article_idf
        return {
            kind: {term: weigh(term) for term in terms} for kind, terms in self.first_terms.items()
        }

    def rough(self, profile: ArticleProfile) -> _Rough:
        whole = self.norm * profile.norm
        shared = self._squares(profile.shared_stems(self.stems))
        return _Rough(
            words=_share(shared, whole),
            terms=self.leading_terms.term_coverage(profile.terms),
        )

    def features(self, stored: _Stored, rough: _Rough) -> LinkFeatures:
        analysis, profile = self.assessment.analysis, stored.profile
        hours = abs((analysis.published_at - profile.at).total_seconds()) / 3600
        places = range(self.body_start, len(self.sentence_stems))[:_BODY]
        contained = [self._contained(place, stored) for place in places]
        return LinkFeatures(
            words=rough.words,
            first_words=self._first_words(stored),
            terms=rough.terms,
            sentences=math.fsum(contained) / len(contained),
            title=self._contained(0, stored),
            hours=math.log1p(hours),
            far=min(hours, _NEAR_HOURS) / _NEAR_HOURS,
            same_language=float(analysis.lang == profile.lang),
            names=self._share("name", profile),
            numbers=self._share("number", profile),
            days=self._share("day", profile),
            classes=self._share("class", profile),
        )

    def _mass(self, own: Set[str]) -> float:
        return math.fsum(map(self.idf.__getitem__, own))

    def _squares(self, own: Set[str]) -> float:
        return math.fsum(self.idf[stem] ** 2 for stem in own)

    def _first_words(self, stored: _Stored) -> float:
        whole = self.head_norm * stored.profile.head_norm
        head = frozenset[str]().union(*stored.stems[:HEAD])
        return _share(self._squares(self.head_stems & head), whole)

    def _contained(self, place: int, stored: _Stored) -> float:
        """Returns the largest share of a sentence's words that one stored sentence has."""
        own, whole = self.sentence_stems[place], self.masses[place]
        shared = (self._mass(own & other) for other in stored.stems)
        return max(shared, default=0.0) / whole if whole else 0.0

    def _share(self, kind: TermKind, profile: ArticleProfile) -> float:
        weights = self.weights_by_kind.get(kind, {})
        whole = math.fsum(weights.values())
        if whole <= 0:
            return _UNDECIDED
        return math.fsum(weights[term] for term in weights.keys() & profile.terms) / whole


def _share(part: float, whole: float) -> float:
    """Returns part/whole, 0-1; 0 of nothing.

    What a stored article weighs as a whole is of the day on which it was stored, and words have
    become more usual or rarer since."""
    return min(1.0, part / whole) if whole else 0.0


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
    """The stored articles that may tell the same, the nearest last.

    Attributes:
        at: when the article that they are linked with was published.
    """

    links: tuple[Link, ...]
    index: CaseIndex
    at: datetime

    def told(self) -> float:
        """Returns the largest probability of those that people were told of, 0 without any."""
        nearest = self.nearest_told()
        return nearest.probability if nearest else 0.0

    def untold(self) -> list[Link]:
        """Returns those that people were not told of."""
        return [one for one in self.links if not self._is_told(one)]

    def told_profiles(self) -> list[ArticleProfile]:
        """Returns the compared articles that people were told of."""
        return [one.profile for one in self.links if self._is_told(one)]

    def nearest_told(self) -> Link | None:
        """Returns the one that people were told of and that most probably tells the same."""
        told = filter(self._is_told, self.links)
        return max(told, key=lambda link: link.probability, default=None)

    def _is_told(self, link: Link) -> bool:
        return self.index.is_told(link.profile, self.at)
