"""What a case knows, held in memory for judging: sentences by hash and by word, event keys by day,
recent articles, developments.

Built from the store by `add` in order of `sequence`, and kept up to date the same way. Every
distinct sentence is held once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, chain
from sys import intern

from monitor.model import KnownArticle, KnownDevelopment, Sentence
from monitor.novelty.index.article_index import COVERAGE_SPAN, RECENT_ARTICLES, ArticleIndex
from monitor.novelty.index.recent import (
    HEAD,
    RECENT_LIMIT,
    ArticleProfile,
    RecentArticles,
    WeightedTerms,
)
from monitor.novelty.index.sentence_index import SentenceIndex
from monitor.novelty.nlp.case_events import OwnEvents
from monitor.novelty.nlp.event_keys import (
    EventKey,
    TypedTerm,
    event_keys,
    explicit_terms,
    stems,
    typed_terms,
)

# What nobody was told of in this time stood in a digest, and is history when it is told again.
STALE_AFTER = timedelta(hours=72)
_PROFILE_SENTENCES = 40  # of one article that others are compared with
_LEAD = 5  # sentences, the `lead_sentences` of `JudgeSettings`
# Articles: those that a new one is compared with, and those that they were compared with.
_COMPARED_WITH = 2 * RECENT_LIMIT


@dataclass(frozen=True, slots=True)
class UnconfirmedArticle:
    """An article whose evidence was too weak to alert at once."""

    article_id: int
    newsroom: str
    at: datetime


class CaseIndex:
    """The known sentences, articles, events and developments of one case.

    Attributes:
        events: event classes of the case's own.
        last_sequence: the highest `KnownArticle.sequence` that was added; -1 at first.
        developments: those that may take in further reports, the latest last.
        unconfirmed: articles whose evidence was too weak to alert at once, by id; of many the
            latest.
        told: ids of the articles that people were told of: what alerted, what was there when the
            case began, the seeds.
        sentences: the distinct sentences.
        articles: the articles by their typed terms.
    """

    def __init__(self, events: OwnEvents | None = None) -> None:
        self.events = events
        self.last_sequence = -1
        self.developments: list[KnownDevelopment] = []
        self.unconfirmed: dict[int, UnconfirmedArticle] = {}
        self.told: set[int] = set()
        self.sentences = SentenceIndex()
        self.articles = ArticleIndex()
        self._sentence_keys: set[int] = set()
        # Each by itself: the one that is held for all articles that have it.
        self._event_keys: dict[EventKey, EventKey] = {}
        self._recent = RecentArticles()

    def __len__(self) -> int:
        """Returns the number of distinct sentences."""
        return len(self.sentences)

    @property
    def article_count(self) -> int:
        """The number of distinct articles."""
        return self.articles.count

    def add(self, article: KnownArticle, *, further: int = 0) -> None:
        """Adds an article. A later revision of a known article is added the same way; its old
        sentences stay known.

        Args:
            further: how many articles are about to be added after it. One that many follow is
                compared with none, so what that takes is left out; what is known is the same.
        """
        article = self.events.of_article(article) if self.events else article
        self.last_sequence = max(self.last_sequence, article.sequence)
        # Before its sentences are known: what is new in it is what no other article has.
        if article.is_unconfirmed:
            self._add_unconfirmed(article)
        if article.is_told:
            self.told.add(article.article_id)
        terms: set[TypedTerm] = set()
        keys: set[EventKey] = set()
        for sentence in _body(article):
            terms.update(typed_terms(sentence.facts))
            keys.update(event_keys(sentence.facts))
        shared = self._share_keys(keys)
        if further < _COMPARED_WITH:
            self._recent.add(self._profile(article, shared))
        self._event_keys.update(zip(shared, shared, strict=True))
        self._add_sentences(article)
        self.articles.add(article, terms)

    def _add_sentences(self, article: KnownArticle) -> None:
        # Of two sentences with one key the later is stored.
        distinct = {sentence.key: sentence for sentence in (article.title, *_body(article))}
        for key, sentence in distinct.items():
            if key not in self._sentence_keys and sentence.text:
                self.sentences.add(sentence, article)
            self._sentence_keys.add(key)

    def _add_unconfirmed(self, article: KnownArticle) -> None:
        self.unconfirmed.pop(article.article_id, None)  # to come last
        waiting = UnconfirmedArticle(article.article_id, article.newsroom, article.at)
        self.unconfirmed[article.article_id] = waiting
        if len(self.unconfirmed) > RECENT_ARTICLES:
            # Coverage looks no further back, so nothing can confirm the oldest any more.
            del self.unconfirmed[next(iter(self.unconfirmed))]

    def _profile(self, article: KnownArticle, keys: tuple[EventKey, ...]) -> ArticleProfile:
        """Returns what an article says, beside what the case had before it."""
        body = _body(article)
        texts = [article.title, *article.sentences] if article.title.text else body
        # The same words stand in hundreds of profiles, and in every case: each is held once.
        sentences = [tuple(map(intern, stems(one.text))) for one in texts[:_PROFILE_SENTENCES]]
        words, head = frozenset(chain(*sentences)), frozenset(chain(*sentences[:HEAD]))
        terms = [self.articles.share(explicit_terms(one.facts)) for one in body]
        title = self.weighted_terms([article.title])
        earlier = map(title.term_coverage, (known.terms for known in self.recent(article.at)))
        leading = [event_keys(one.facts) for one in body[:_LEAD]]
        known = sum(self.has_sentence(one.key) for one in body)
        return ArticleProfile(
            article_id=article.article_id,
            at=article.at,
            lang=article.lang,
            terms=frozenset(chain(*terms)),
            sentence_terms=tuple(terms),
            words=tuple(chain(*sentences)),
            word_ends=tuple(accumulate(map(len, sentences))),
            norm=self._norm(words),
            head_norm=self._norm(head),
            event_keys=keys,
            title_coverage=max(earlier, default=0.0),
            known_share=known / len(body),
            event_strength=self._strongest(leading),
        )

    def _share_keys(self, keys: Iterable[EventKey]) -> tuple[EventKey, ...]:
        """Returns keys, those that are known as they are held already."""
        return tuple(self._event_keys.get(key, key) for key in keys)

    def _norm(self, words: Iterable[str]) -> float:
        return math.sqrt(math.fsum(self.sentences.idf(word) ** 2 for word in words))

    def _strongest(self, keys: Sequence[set[EventKey]]) -> float:
        """Returns the largest number of new event classes of one of the first sentences."""
        counts = [
            sum(key.kind == "class" and not self.has_event(key) for key in own) for own in keys
        ]
        return math.log1p(max(counts, default=0))

    def weighted_terms(self, sentences: Sequence[Sentence]) -> WeightedTerms:
        """Returns the typed terms and words of some sentences with their weights within the case:
        `article_idf` and `idf`.
        """
        terms: dict[TypedTerm, float] = {}
        words: dict[str, float] = {}
        # Sorted, since the order of a floating-point sum shows in its last digits.
        for sentence in sentences:
            for term in sorted(explicit_terms(sentence.facts)):
                terms[term] = self.articles.article_idf(term)
            for stem in sorted(stems(sentence.text)):
                words[stem] = self.sentences.idf(stem)
        return WeightedTerms(terms, words, math.fsum(terms.values()), math.fsum(words.values()))

    def profiles(self) -> Iterator[ArticleProfile]:
        """Yields what the latest articles say, in the order in which they were added."""
        return self._recent.all()

    def is_told(self, profile: ArticleProfile, at: datetime) -> bool:
        """Whether what an article says counts as told at a time: people were told of it, or it is
        so old that it is no news any more.
        """
        return profile.article_id in self.told or at - profile.at > STALE_AFTER

    def usual_copies(self) -> float:
        """Returns the share of copies among the latest articles of this case, 0-1."""
        return self._recent.usual_copies()

    def usual_event_strength(self) -> float:
        """Returns how many new event classes an article of this case usually has, as ln(1 + n)."""
        return self._recent.usual_event_strength()

    def usual_title_coverage(self) -> float:
        """Returns how much of a headline of this case one earlier article usually has, 0-1."""
        return self._recent.usual_title_coverage()

    def add_development(self, development: KnownDevelopment) -> None:
        """Adds a development that people were told of; the latest come last."""
        self.developments.append(development)
        self.told.add(development.article_id)

    def has_sentence(self, key: int) -> bool:
        """Whether a sentence with this key is stored."""
        return key in self._sentence_keys

    def has_event(self, key: EventKey) -> bool:
        """Whether a stored sentence has this event key."""
        return key in self._event_keys

    def recent(self, at: datetime) -> Iterator[ArticleProfile]:
        """Yields what the articles within `COVERAGE_SPAN` of a time say."""
        return self._recent.near(at, COVERAGE_SPAN)


def _body(article: KnownArticle) -> Sequence[Sentence]:
    """Returns the sentences of an article; of one that is a bare headline, that."""
    return article.sentences or (article.title,)
