"""What a case knows, held in memory for judging: sentences by hash and by word, event keys by day,
recent articles, developments.

Built from the store by `add` in order of `sequence`, and kept up to date the same way. The lexical
index is inverted and read rarest words first under a budget, so that judging an article costs the
same at 50,000 sentences as at 5,000. Every distinct sentence is held once."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Facts, KnownArticle, KnownDevelopment, Sentence
from monitor.novelty.index.recent import ArticleProfile, RecentArticles, WeightedTerms
from monitor.novelty.index.vectors import VectorIndex
from monitor.novelty.nlp.case_events import OwnEvents
from monitor.novelty.nlp.event_keys import event_keys, frame_elements, stated_elements, stems

BACKGROUND_ARTICLES = 3  # a sentence in so many articles is background
COVERAGE_SPAN = timedelta(hours=96)  # articles so near in time may tell the same event
_RECENT_LIMIT = 2_000  # articles, latest learned, among which the recent ones are looked for
_OLDER_LIMIT = 20_000  # articles, latest learned, among which an old report is looked for
_POSTING_BUDGET = 4_000  # index entries read for one sentence
_CANDIDATES = 12  # sentences compared exactly
_DOUBTED_CORE = 5  # sentences, the core of `JudgeSettings`
# Sentences assumed beside the stored ones, so that in a young case no word looks rare or common too
# soon
_DAMPING = 20
ELEMENT_WEIGHTS = {"day": 2.5, "number": 2.0, "name": 2.0, "class": 1.5, "role": 0.8}


@dataclass(frozen=True, slots=True)
class Stored:
    """A distinct sentence of the case, as first stored."""

    text: str
    article_id: int
    at: datetime
    facts: Facts
    stems: frozenset[str]


@dataclass(frozen=True, slots=True)
class Near:
    """A stored sentence that shares words with a new one.

    Attributes:
        contained: share of the new sentence's words, weighted by rarity, that the stored one has;
            0-1.
        containing: the same the other way round.
    """

    stored: Stored
    contained: float
    containing: float


@dataclass(frozen=True, slots=True)
class UnconfirmedArticle:
    """An article whose evidence was too weak to alert at once, and the frame of what was new in it.

    Attributes:
        elements: frame elements of its first new sentences; none if most of its sentences were
            known, since then they tell what is new too seldom.
        lead: key of its first sentence.
    """

    article_id: int
    outlet: str
    at: datetime
    elements: frozenset[str]
    lead: int


class CaseIndex:
    """The known sentences, events and developments of one case.

    Attributes:
        events: event classes of the case's own.
        doubted: articles whose evidence was too weak to alert at once, by id; of many the latest.
    """

    def __init__(self, events: OwnEvents | None = None) -> None:
        self.events = events
        self.last_sequence = -1
        self.article_count = 0
        self.developments: list[KnownDevelopment] = []
        self.doubted: dict[int, UnconfirmedArticle] = {}
        self._article_counts: Counter[int] = Counter()
        self._article_ids: set[int] = set()
        self._sentences: list[Stored] = []
        self._postings: dict[str, array[int]] = {}
        self._vectors = VectorIndex()
        self._event_keys: set[str] = set()
        self._element_postings: dict[str, array[int]] = {}
        self._articles: list[tuple[int, datetime]] = []
        self._recent = RecentArticles()

    def __len__(self) -> int:
        return len(self._sentences)

    def add(self, article: KnownArticle) -> None:
        """Learns an article. A later revision of a known article is added the same way; its old
        sentences stay known.
        """
        article = self.events.of_article(article) if self.events else article
        self.last_sequence = max(self.last_sequence, article.sequence)
        is_new = article.article_id not in self._article_ids
        self._article_ids.add(article.article_id)
        self.article_count += is_new
        told = article.sentences or (article.title,)
        if article.is_unconfirmed:
            self._remember_doubt(article)
        elements: set[str] = set()
        for sentence in told:
            self._event_keys.update(event_keys(sentence.facts))
            elements.update(frame_elements(sentence.facts))
        for key, sentence in {
            sentence.key: sentence for sentence in (article.title, *told)
        }.items():
            self._article_counts[key] += 1
            if self._article_counts[key] == 1 and sentence.text:
                self._index(sentence, article)
        for element in elements:
            self._element_postings.setdefault(element, array("L")).append(len(self._articles))
        self._articles.append((article.article_id, article.at))
        self._recent.add(self._told(article))

    def _remember_doubt(self, article: KnownArticle) -> None:
        self.doubted.pop(article.article_id, None)  # to come last
        self.doubted[article.article_id] = self._doubted(article)
        if (
            len(self.doubted) > _RECENT_LIMIT
        ):  # `covered` looks no further back, so nothing can confirm the oldest any more
            del self.doubted[next(iter(self.doubted))]

    def _doubted(self, article: KnownArticle) -> UnconfirmedArticle:
        told = article.sentences or (article.title,)
        own = [sentence for sentence in told if sentence.key not in self._article_counts]
        core = own[:_DOUBTED_CORE] if len(own) > len(told) / 2 else []
        elements = frozenset(
            element for sentence in core for element in frame_elements(sentence.facts)
        )
        return UnconfirmedArticle(
            article.article_id, article.outlet, article.at, elements, told[0].key
        )

    def _told(self, article: KnownArticle) -> ArticleProfile:
        """Returns what an article tells, and how much of its title the articles before it had told."""
        told = article.sentences or (article.title,)
        frames = tuple(frozenset(stated_elements(sentence.facts)) for sentence in told)
        words = frozenset(
            stem for sentence in (article.title, *told) for stem in stems(sentence.text)
        )
        title = self.said([article.title])
        title_told = max(
            (title.framed(other.elements) for other in self.recent(article.at)), default=0.0
        )
        elements = frozenset(element for frame in frames for element in frame)
        return ArticleProfile(article.article_id, article.at, elements, words, frames, title_told)

    def said(self, sentences: Iterable[Sentence]) -> WeightedTerms:
        """Returns what some sentences say, weighed by how much each part tells within the case."""
        elements = {
            e: self.telling_weight(e)
            for one in sentences
            for e in sorted(stated_elements(one.facts))
        }
        words = {stem: self.rarity(stem) for one in sentences for stem in sorted(stems(one.text))}
        return WeightedTerms(
            elements, words, math.fsum(elements.values()), math.fsum(words.values())
        )

    def usual_title_cover(self) -> float:
        """Returns how much of a headline of this case one earlier article usually has told."""
        return self._recent.usual_title_cover()

    def add_development(self, development: KnownDevelopment) -> None:
        """Learns a development; the latest come last."""
        self.developments.append(development)

    def _index(self, sentence: Sentence, article: KnownArticle) -> None:
        number = len(self._sentences)
        stored = Stored(
            sentence.text, article.article_id, article.at, sentence.facts, stems(sentence.text)
        )
        self._sentences.append(stored)
        for stem in stored.stems:
            self._postings.setdefault(stem, array("L")).append(number)
        if sentence.vector:
            self._vectors.add(number, sentence.vector)

    def knows(self, key: int) -> bool:
        """Whether a sentence with this key is stored."""
        return key in self._article_counts

    def is_background(self, key: int) -> bool:
        """Whether the sentence stands in so many articles that it is the case's background."""
        return self._article_counts[key] >= BACKGROUND_ARTICLES

    def has_event(self, key: str) -> bool:
        """Whether a stored sentence has this event key."""
        return key in self._event_keys

    def has_element(self, element: str) -> bool:
        """Whether any stored article has this frame element ("name marlow", "number 30")."""
        return element in self._element_postings

    def has_word(self, stem: str) -> bool:
        """Whether any stored sentence has this word."""
        return stem in self._postings

    def is_kin(self, name: str) -> bool:
        """Whether a name belongs to the case: several articles have it, though not nearly all, as
        they have the subject's.
        """
        known = len(self._element_postings.get(f"name {name}", ()))
        return 2 <= known <= self.article_count * 0.5

    def name_share(self, name: str) -> float:
        """Returns the share of the case's articles that have a name, 0-1."""
        return len(self._element_postings.get(f"name {name}", ())) / max(1, len(self._articles))

    def rarity(self, stem: str) -> float:
        """Returns how much a word says within the case; the subject's own name says next to
        nothing.
        """
        known = self._postings.get(stem)
        return math.log(1 + (len(self._sentences) + _DAMPING) / (1 + (len(known) if known else 0)))

    def element_weight(self, element: str) -> float:
        """Returns the weight of a frame element: its kind's, by its rarity within the case."""
        rarity = math.log(
            1 + (self.article_count + _DAMPING) / (1 + len(self._element_postings.get(element, ())))
        )
        return ELEMENT_WEIGHTS[element.split(" ", 1)[0]] * rarity

    def telling_weight(self, element: str) -> float:
        """Returns the same, by how much the element tells one article of the case from the others;
        nothing if all have it.
        """
        known = len(self._element_postings.get(element, ()))
        return ELEMENT_WEIGHTS[element.split(" ", 1)[0]] * math.log(
            (self.article_count + _DAMPING + 1) / (1 + known)
        )

    def nearest(self, words: frozenset[str]) -> list[Near]:
        """Returns the stored sentences that share most with a sentence's stems, nearest first."""
        weights = {stem: self.rarity(stem) for stem in words}
        best = _most_shared(self._postings, weights)[: _CANDIDATES * 3]
        near = [self._compare(weights, self._sentences[number]) for number in best]
        near.sort(
            key=lambda found: (-(found.contained + found.containing), found.stored.article_id)
        )
        return near[:_CANDIDATES]

    def nearest_in_meaning(
        self, vectors: Sequence[bytes], limit: int
    ) -> list[list[tuple[Stored, float]]]:
        """Returns for each vector the stored sentences nearest to it in any language, with the
        cosines, nearest first.
        """
        found = self._vectors.nearest(vectors, limit)
        return [[(self._sentences[number], cosine) for number, cosine in near] for near in found]

    def _compare(self, weights: Mapping[str, float], stored: Stored) -> Near:
        shared = math.fsum(weight for stem, weight in weights.items() if stem in stored.stems)
        whole = math.fsum(weights.values())
        other = math.fsum(
            weights[stem] if stem in weights else self.rarity(stem) for stem in stored.stems
        )
        return Near(stored, shared / whole if whole else 0.0, shared / other if other else 0.0)

    def recent(self, at: datetime) -> Iterator[ArticleProfile]:
        """Yields what the articles near a time tell."""
        return self._recent.near(at, COVERAGE_SPAN)

    def covered(self, elements: Iterable[str], at: datetime) -> tuple[float, int | None]:
        """Returns how much of a frame the one article near a time holds that holds most, 0-1 by
        weight, and its id.
        """
        first = max(0, len(self._articles) - _RECENT_LIMIT)
        return self._best(elements, first, lambda _, known: abs(known - at) <= COVERAGE_SPAN)

    def alerted(self, elements: Iterable[str], at: datetime, span: timedelta) -> float:
        """Returns how much of a frame the one article holds that alerted, is near a time, and holds
        most; 0-1 by weight.
        """
        first = max(0, len(self._articles) - _RECENT_LIMIT)
        alerts = {development.article_id for development in self.developments}

        def is_asked(article_id: int, known: datetime) -> bool:
            return article_id in alerts and abs(known - at) <= span

        return self._best(elements, first, is_asked)[0]

    def covered_before(self, elements: Iterable[str], at: datetime) -> tuple[float, int | None]:
        """Returns the same for the articles published longer than `COVERAGE_SPAN` before a time."""
        first = max(0, len(self._articles) - _OLDER_LIMIT)
        return self._best(elements, first, lambda _, known: at - known > COVERAGE_SPAN)

    def _best(
        self, elements: Iterable[str], first: int, is_asked: Callable[[int, datetime], bool]
    ) -> tuple[float, int | None]:
        weights = {element: self.element_weight(element) for element in sorted(elements)}
        shared: dict[int, float] = {}
        for element, weight in weights.items():
            for number in reversed(self._element_postings.get(element, ())):
                if number < first:
                    break
                shared[number] = shared.get(number, 0.0) + weight
        asked = (
            (score, -number)
            for number, score in shared.items()
            if is_asked(*self._articles[number])
        )
        best, number = max(asked, default=(0.0, 0))
        whole = sum(weights.values())
        return (
            (min(1.0, best / whole), self._articles[-number][0]) if whole and best else (0.0, None)
        )


def _most_shared(postings: Mapping[str, array[int]], weights: Mapping[str, float]) -> list[int]:
    """Returns the numbers of the sentences that share most weight, most first; rare parts are read
    first, under a budget.
    """
    scores: dict[int, float] = {}
    budget = _POSTING_BUDGET
    for part in sorted(weights, key=lambda part: (len(postings.get(part, ())), part)):
        known = postings.get(part)
        if known is None:
            continue
        if len(known) > budget and scores:
            break
        for number in known[-budget:]:
            scores[number] = scores.get(number, 0.0) + weights[part]
        budget -= len(known)
        if budget <= 0:
            break
    return sorted(scores, key=lambda number: (-scores[number], number))


def frame_weight(memory: CaseIndex, elements: Iterable[str]) -> float:
    """Returns the summed weight of frame elements."""
    return math.fsum(memory.element_weight(element) for element in elements)
