"""What the weights are fitted to: rows of figures with a label, drawn from a labelled stream.

Four of five regressions are drawn in one pass in which every earlier article is known:

    link       an article beside a stored one: do they tell a development in common?
    reporting  a sentence by itself: does it tell a development as news?
    sentence   an unexplained sentence of an article that brings something: is it new?
    about      an article: is it about the case?

    article    an article, beside what people were told: does it bring something they were not?

The last depends on what was told. A judge misses things and repeats things, so its rows are drawn
under several histories: one in which everything new was told, others in which a part of it was
missed and some of the rest told by mistake. Without them a second newsroom's report of what was
missed would be an example of nothing new.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime

from monitor.model import Analysis, Genre
from monitor.novelty.classifier.article_features import ArticleFeatures, article_features
from monitor.novelty.classifier.assessment import Assessment, assess
from monitor.novelty.classifier.links import LinkFeatures, link_candidates
from monitor.novelty.classifier.logistic import Regression
from monitor.novelty.classifier.prediction import find_links, rate_reports
from monitor.novelty.classifier.reporting import ReportingFeatures, features_of_text
from monitor.novelty.classifier.sentence_features import SentenceFeatures, quote_candidates
from monitor.novelty.index.case_index import STALE_AFTER
from monitor.novelty.verdict.rules import is_correction
from monitor.text import fold_words
from training.replay import Replay
from training.streams import Corpus, LabelledArticle

_RULED_GENRES = frozenset({Genre.OPINION, Genre.EXPLAINER, Genre.DIGEST})
_PART = 0.95  # of the words of a sentence that is a part of another one
_SHORT = 4  # words; a part as short as this says too little
# Further apart nothing is told again as news.
_LINK_HOURS = 240

Features = LinkFeatures | ReportingFeatures | SentenceFeatures | ArticleFeatures
FEATURE_NAMES: Mapping[str, tuple[str, ...]] = {
    name: tuple(one.name for one in fields(of))
    for name, of in (
        ("link", LinkFeatures),
        ("reporting", ReportingFeatures),
        ("sentence", SentenceFeatures),
        ("about", ArticleFeatures),
        ("article", ArticleFeatures),
    )
}


@dataclass(frozen=True, slots=True)
class Row:
    """Figures in the order of `FEATURE_NAMES`, and the label."""

    values: tuple[float, ...]
    label: bool


@dataclass(frozen=True)
class Story:
    """The rows of one stream, by regression.

    Attributes:
        weight: how much the story counts, beside others.
    """

    name: str
    weight: float
    rows: dict[str, list[Row]] = field(default_factory=dict)


@dataclass(frozen=True)
class History:
    """What people were told: a share of the news, and a share of what is none."""

    told_news: float
    told_rest: float
    seed: int


HISTORIES = (History(1.0, 0.0, 0), History(0.5, 0.04, 1), History(0.75, 0.04, 2))


def draw_rows(corpus: Corpus) -> dict[str, list[Row]]:
    """Returns the rows of link, reporting and sentence; the same ones every time."""
    rows: dict[str, list[Row]] = {"link": [], "reporting": [], "sentence": []}
    replay, labeller = Replay(corpus), _Labeller(corpus)
    by_number: dict[int, LabelledArticle] = {}
    wanted = frozenset(name for one in corpus.articles for name in one.new_developments)
    for article in corpus.articles:
        if replay.match(article) is not None:
            assessment = _assess(article, replay)
            rows["link"].extend(_link_rows(article, assessment, by_number, wanted))
            rows["sentence"].extend(_sentence_rows(article, assessment, labeller))
            rows["reporting"].extend(_reporting_rows(article, replay, labeller))
            by_number[replay.learn(article)] = article
        labeller.learn(article)
    return rows


def draw_article_rows(
    corpus: Corpus, link: Regression, reporting: Regression
) -> dict[str, list[Row]]:
    """Returns the rows of about and article, under all histories.

    Args:
        link, reporting: fitted to other stories, as a judge of a new story has them.
    """
    rows: dict[str, list[Row]] = {"about": [], "article": []}
    for history in HISTORIES:
        for features, article, is_new in _walk(corpus, history, link, reporting):
            rows["article"].append(_row(features, label=is_new))
            # What was told makes no difference to what an article is about.
            if history is HISTORIES[0]:
                rows["about"].append(_row(features, label=article.is_about))
    return rows


def _walk(
    corpus: Corpus, history: History, link: Regression, reporting: Regression
) -> Iterator[tuple[ArticleFeatures, LabelledArticle, bool]]:
    """Yields the articles that weights decide on, with whether they bring what was not told."""
    replay = Replay(corpus)
    # Fixed seeds: the weights come out the same on every machine.
    rng = random.Random(history.seed)  # noqa: S311 (nothing here is secret)
    told = set(corpus.known_before)
    first_told: dict[str, datetime] = {}
    for article in corpus.articles:
        if replay.match(article) is None:
            continue
        assessment = _assess(article, replay)
        is_first = not replay.index.article_count
        told.update(_stale(first_told, article.published_at))
        is_new = article.may_bring_news and bool(set(article.developments) - told)
        if not is_first and not _is_ruled(assessment):
            links = find_links(assessment, link)
            reports = rate_reports(assessment, reporting)
            yield article_features(assessment, links, reports), article, is_new
        share = history.told_news if is_new else history.told_rest
        is_told = is_first or rng.random() < share
        replay.learn(article, is_told=is_told)
        told.update(article.developments if is_told else ())
        for name in article.developments:
            first_told.setdefault(name, article.published_at)


def _stale(first_told: Mapping[str, datetime], at: datetime) -> Iterator[str]:
    """Yields the developments that are no news any more, whoever missed them."""
    for name, first in first_told.items():
        if at - first > STALE_AFTER:
            yield name


def _assess(article: LabelledArticle, replay: Replay) -> Assessment:
    analysis = replay.analyse(article)
    return assess(analysis, replay.index, subject_terms=replay.subject_terms(article))


def _is_ruled(assessment: Assessment) -> bool:
    """Says whether a rule decides: retelling genres, corrections, nothing unexplained."""
    article = assessment.article
    is_retelling = assessment.analysis.genre in _RULED_GENRES and not article.is_addition
    return is_retelling or not article.unexplained or is_correction(article)


def _row(features: Features, *, label: bool) -> Row:
    return Row(tuple(round(value, 5) for value in asdict(features).values()), label)


def _link_rows(
    article: LabelledArticle,
    assessment: Assessment,
    by_number: Mapping[int, LabelledArticle],
    wanted: frozenset[str],
) -> Iterator[Row]:
    own = set(article.developments) & wanted
    if not own:
        return
    for candidate in link_candidates(assessment):
        other = by_number.get(candidate.profile.article_id)
        hours = abs((article.published_at - candidate.profile.at).total_seconds()) / 3600
        if other is not None and hours <= _LINK_HOURS:
            yield _row(candidate.features, label=not own.isdisjoint(other.developments))


def _reporting_rows(article: LabelledArticle, replay: Replay, labeller: _Labeller) -> Iterator[Row]:
    analysis: Analysis = replay.analyse(article)
    features = features_of_text(analysis.sentences)
    for sentence, row in zip(analysis.sentences, features, strict=True):
        # A sentence that stands in many articles is one example.
        if not replay.index.has_sentence(sentence.key):
            label = labeller.reports_news(article, sentence.text)
            if label is not None:
                yield _row(row, label=label)


def _sentence_rows(
    article: LabelledArticle, assessment: Assessment, labeller: _Labeller
) -> Iterator[Row]:
    # Alerts are quoted from articles that bring something only.
    if not article.new_developments or _is_ruled(assessment):
        return
    for candidate in quote_candidates(assessment):
        label = labeller.is_new(article, candidate.row.sentence.text)
        if label is not None:
            yield _row(candidate.features, label=label)


class _Labeller:
    """Says of sentences whether they tell news, and whether no earlier article asserts the same."""

    def __init__(self, corpus: Corpus) -> None:
        self._tagged = corpus.tagged_sentences
        self._seen = set(corpus.known_before)

    def reports_news(self, article: LabelledArticle, text: str) -> bool | None:
        """Returns whether a sentence tells a development as news; None without a label."""
        if article.id not in self._tagged:
            return None
        told = set(article.developments)
        words = set(fold_words(text))
        for sentence in self._tagged[article.id]:
            if _is_same_or_part(words, set(fold_words(sentence.text))):
                return article.may_bring_news and not told.isdisjoint(sentence.asserted)
        return None

    def is_new(self, article: LabelledArticle, text: str) -> bool | None:
        """Returns whether a sentence asserts something new; None without a label."""
        if article.id not in self._tagged:
            return None
        words = set(fold_words(text))
        return article.may_bring_news and any(
            sentence.asserted - self._seen
            and _is_same_or_part(words, set(fold_words(sentence.text)))
            for sentence in self._tagged[article.id]
        )

    def learn(self, article: LabelledArticle) -> None:
        """Takes in what an article says."""
        self._seen.update(article.developments, article.recalled)
        for sentence in self._tagged.get(article.id, ()):
            self._seen |= sentence.asserted


def _is_same_or_part(own: set[str], other: set[str]) -> bool:
    shared = len(own & other)
    is_close = shared >= 0.8 * min(len(own), len(other)) and shared >= 0.5 * max(
        len(own), len(other)
    )
    is_part = len(own) > _SHORT and shared >= _PART * len(own)
    return bool(own and other) and (is_close or is_part)
