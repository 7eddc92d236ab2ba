"""What the weights are fitted to: an article as the judge meets it, as figures with labels.

Every earlier article of the stream is known to the case; the labels are "is about the case",
"brings a new development" and, for each of its unexplained sentences, "is new". Articles that a
rule decides about (retelling genres, corrections, nothing unexplained) give no example.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from monitor.model import Analysis, Genre
from monitor.novelty.classifier.article_features import article_features
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.sentence_features import quote_candidates
from monitor.novelty.verdict.rules import is_correction
from monitor.text import fold_words
from training.replay import Replay
from training.scoring import is_same_sentence
from training.streams import Corpus, LabelledArticle
from training.variants import draw_variants, relabel

VARIANT_WEIGHT = 0.35  # an example of a variant is like others of the same article
_RULED_GENRES = frozenset({Genre.OPINION, Genre.EXPLAINER, Genre.DIGEST})
_PART = 0.95  # of the words of a sentence that is a part of another one
_SHORT = 4  # words; a part as short as this says too little

Features = Mapping[str, float]


@dataclass(frozen=True)
class SentenceExample:
    """An unexplained sentence; `is_new` is None where the labels do not say."""

    features: Features
    is_new: bool | None


@dataclass(frozen=True)
class ArticleExample:
    """An article with its labels.

    Attributes:
        is_subject: what the matching stage says; `is_about` is the label.
        weight: how much the example counts.
    """

    features: Features
    is_about: bool
    is_subject: bool
    is_new: bool
    sentences: tuple[SentenceExample, ...]
    weight: float


class _Labeller:
    """Says of sentences whether they assert what no earlier article of the stream did.

    Args:
        is_whole: the stream is whole; only then do the labels of untagged streams hold.
    """

    def __init__(self, corpus: Corpus, *, is_whole: bool) -> None:
        self._tagged = corpus.tagged_sentences
        self._is_whole = is_whole
        self._seen = set(corpus.known_before)

    def is_new(self, article: LabelledArticle, text: str) -> bool | None:
        if self._tagged:
            return article.may_bring_news and self._asserts_something_new(article, text)
        if not self._is_whole:
            return None
        return any(is_same_sentence(text, new) for new in article.new_sentences)

    def learn(self, article: LabelledArticle) -> None:
        self._seen.update(article.developments, article.recalled)
        for sentence in self._tagged.get(article.id, ()):
            self._seen |= sentence.asserted

    def _asserts_something_new(self, article: LabelledArticle, text: str) -> bool:
        words = set(fold_words(text))
        return any(
            sentence.asserted - self._seen
            and _is_same_or_part(words, set(fold_words(sentence.text)))
            for sentence in self._tagged[article.id]
        )


def _is_same_or_part(own: set[str], other: set[str]) -> bool:
    shared = len(own & other)
    is_close = shared >= 0.8 * min(len(own), len(other)) and shared >= 0.5 * max(
        len(own), len(other)
    )
    is_part = len(own) > _SHORT and shared >= _PART * len(own)
    return bool(own and other) and (is_close or is_part)


def draw_examples(corpus: Corpus) -> list[ArticleExample]:
    """Returns the examples of a stream and of its variants; the same ones every time."""
    whole = relabel(corpus.articles, corpus.known_before)
    examples = _examples_of(corpus, whole, weight=1.0, is_whole=True)
    for variant in draw_variants(corpus):
        examples += _examples_of(corpus, variant, weight=VARIANT_WEIGHT, is_whole=False)
    return examples


def _examples_of(
    corpus: Corpus, articles: Sequence[LabelledArticle], *, weight: float, is_whole: bool
) -> list[ArticleExample]:
    replay, labeller = Replay(corpus), _Labeller(corpus, is_whole=is_whole)
    examples = []
    for article in articles:
        match = replay.match(article)
        if match is not None:
            example = _example_of(article, replay, labeller, match.is_subject, weight)
            examples += [example] if example else []
            replay.learn(article)
        labeller.learn(article)
    return examples


def _example_of(
    article: LabelledArticle, replay: Replay, labeller: _Labeller, is_subject: bool, weight: float
) -> ArticleExample | None:
    analysis = replay.analyse(article)
    assessment = assess(analysis, replay.index, subject_terms=replay.subject_terms(article))
    aligned = assessment.article
    if _is_ruled(analysis) or not aligned.unexplained or is_correction(aligned):
        return None
    sentences = [
        SentenceExample(
            asdict(candidate.features), labeller.is_new(article, candidate.row.sentence.text)
        )
        for candidate in quote_candidates(assessment)
    ]
    return ArticleExample(
        features=asdict(article_features(assessment)),
        is_about=article.is_about,
        is_subject=is_subject,
        is_new=bool(article.new_developments),
        sentences=tuple(sentences),
        weight=weight,
    )


def _is_ruled(analysis: Analysis) -> bool:
    return analysis.genre in _RULED_GENRES
