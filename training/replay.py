"""A case that is fed a labelled stream: the product's own judge, without network or store.

Every article is judged on what the earlier ones told, in the order of publication, as the daemon
would judge it with the news of a few hours at a time.
"""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from monitor.matching import compile_query
from monitor.model import (
    Analysis,
    Fields,
    KnownArticle,
    KnownDevelopment,
    Likeness,
    Match,
    Outcome,
    Verdict,
)
from monitor.novelty import (
    DEFAULT_SETTINGS,
    ArticleContext,
    CaseIndex,
    JudgeSettings,
    analyse,
    is_unconfirmed,
    judge,
    relate,
    shingles,
)
from monitor.novelty.classifier.logistic import Weights
from monitor.text import fold
from training.streams import SEEDED_AT, Corpus, LabelledArticle

STEP = timedelta(hours=6)  # of news between two polls
_ANALYSES = 20_000  # articles whose analysis is remembered; a stream is replayed many times


@dataclass(frozen=True)
class JudgedArticle:
    """An article of the stream with its verdict, and the number of the poll that brought it."""

    step: int
    article: LabelledArticle
    verdict: Verdict


class Replay:
    """A case that follows a corpus.

    Args:
        weights: other weights than the shipped ones.

    Attributes:
        index: what the case knows.
        cpu_seconds: spent on reading and judging.
    """

    def __init__(
        self,
        corpus: Corpus,
        settings: JudgeSettings = DEFAULT_SETTINGS,
        weights: Weights | None = None,
        step: timedelta = STEP,
    ) -> None:
        self.corpus = corpus
        self.settings = settings
        self.weights = weights
        self.step = step
        self.index = CaseIndex()
        self.cpu_seconds = 0.0
        self._query = compile_query(corpus.query)
        self._names = re.compile(rf"\b(?:{corpus.names})\w*")
        self._unconfirmed: dict[int, tuple[LabelledArticle, Verdict]] = {}
        self._shingles: dict[int, frozenset[int]] = {}
        if corpus.seed:
            self._store_seed(corpus.seed.read_text(encoding="utf-8"))

    def run(self, articles: Sequence[LabelledArticle]) -> list[JudgedArticle]:
        """Judges articles in order of publication; what is confirmed late comes once more."""
        start = start_of(articles)
        judged: list[JudgedArticle] = []
        for article in articles:
            match = self.match(article)
            if match is None:
                continue
            step = int((article.published_at - start) / self.step)
            verdict = self._judge(article, match, start + self.step * (step + 1))
            judged.append(JudgedArticle(step, article, verdict))
            if verdict.confirms is not None:
                confirmed, earlier = self._unconfirmed[verdict.confirms]
                late = replace(earlier, outcome=Outcome.ALERT)
                judged.append(JudgedArticle(step, confirmed, late))
        return judged

    def match(self, article: LabelledArticle) -> Match | None:
        """Returns what the matching stage finds; None for what the case would not take."""
        fields = Fields(
            article.title, article.summary, article.text, article.url, at=article.published_at
        )
        return self._query.match(fields, now=article.published_at)

    def subject_terms(self, article: LabelledArticle) -> frozenset[str]:
        """Returns the words of the article that name the case."""
        text = fold(" ".join([article.title, *article.paragraphs]))
        return frozenset(match[0] for match in self._names.finditer(text))

    def analyse(self, article: LabelledArticle) -> Analysis:
        """Reads an article; each text is read once, however often it is replayed."""
        return _analyse(article, self.corpus.utc_offset)

    def learn(
        self, article: LabelledArticle, *, is_unconfirmed: bool = False, is_told: bool = False
    ) -> int:
        """Adds an article to what the case knows; returns its number."""
        analysis = self.analyse(article)
        number = self._next_number()
        known = _known_article(number, analysis, article.outlet)
        self.index.add(replace(known, is_unconfirmed=is_unconfirmed, is_told=is_told))
        self._shingles[number] = _shingles(article.text)
        return number

    def _judge(self, article: LabelledArticle, match: Match, now: datetime) -> Verdict:
        began = time.process_time()
        verdict = judge(
            self.analyse(article),
            self.index,
            ArticleContext(
                now=now,
                is_subject=match.is_subject,
                likeness=self._nearest_copy(article),
                subject_terms=self.subject_terms(article),
                newsroom=article.outlet,
            ),
            settings=self.settings,
            weights=self.weights,
        )
        self.cpu_seconds += time.process_time() - began
        self._remember(article, verdict, now)
        return verdict

    def _remember(self, article: LabelledArticle, verdict: Verdict, now: datetime) -> None:
        code = verdict.reasons[0].code
        is_waiting = is_unconfirmed(verdict.outcome.value, code, is_baseline=False)
        number = self.learn(article, is_unconfirmed=is_waiting)
        if is_waiting:
            self._unconfirmed[number] = (article, verdict)
        if verdict.outcome is Outcome.ALERT:
            self._add_development(number, verdict, now)
        if verdict.confirms is not None:
            self._add_development(verdict.confirms, self._unconfirmed[verdict.confirms][1], now)

    def _add_development(self, number: int, verdict: Verdict, now: datetime) -> None:
        keys = frozenset(sentence.key for sentence in verdict.new_sentences)
        development = KnownDevelopment(number, number, now, frozenset(verdict.event_keys), keys)
        self.index.add_development(development)

    def _nearest_copy(self, article: LabelledArticle) -> Likeness | None:
        own = _shingles(article.text)
        found = [relate(number, own, other) for number, other in self._shingles.items()]
        return max(found, key=lambda likeness: likeness.new_in_old, default=None)

    def _store_seed(self, text: str) -> None:
        analysis = analyse("", text, published_at=SEEDED_AT, utc_offset=self.corpus.utc_offset)
        number = self._next_number()
        self.index.add(replace(_known_article(number, analysis, "seed"), is_told=True))
        self._shingles[number] = _shingles(text)

    def _next_number(self) -> int:
        return len(self._shingles) + 1


def _known_article(number: int, analysis: Analysis, newsroom: str) -> KnownArticle:
    return KnownArticle(
        sequence=number,
        article_id=number,
        title=analysis.title,
        sentences=analysis.sentences,
        lang=analysis.lang,
        at=analysis.published_at,
        found_at=analysis.published_at,
        newsroom=newsroom,
    )


def start_of(articles: Sequence[LabelledArticle]) -> datetime:
    """Returns when the first poll of a stream is due."""
    first = articles[0].published_at.replace(minute=0, second=0)
    return first - timedelta(hours=1)


@lru_cache(maxsize=_ANALYSES)
def _analyse(article: LabelledArticle, utc_offset: timedelta) -> Analysis:
    return analyse(
        article.title,
        article.text,
        summary=article.summary,
        lang=article.lang,
        published_at=article.published_at,
        utc_offset=utc_offset,
    )


@lru_cache(maxsize=_ANALYSES)
def _shingles(text: str) -> frozenset[int]:
    return shingles(text)
