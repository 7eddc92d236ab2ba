"""Variants of a labelled stream: articles left out, labels computed anew.

One stream gives many, so that what an article looks like in one story ("rewrites are known",
"Spanish is late") is not taken for what makes it new.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from training.replay import Replay
from training.streams import Corpus, LabelledArticle

BACKGROUND_AGE = timedelta(days=3)  # of an article whose sentences are appended as background
_BORROWED_ARTICLES, _BORROWED_SENTENCES = 4, 3
_KEPT_AND_LENGTHENED = (0.5, 0.5, 0.8)  # shares of articles that stay and gain background
_RANDOM_SHARE = 0.55
_ENGLISH_SHARE = 0.45

Articles = Sequence[LabelledArticle]


def relabel(articles: Iterable[LabelledArticle], known: Iterable[str]) -> list[LabelledArticle]:
    """Returns the articles in order with their new developments computed anew.

    Args:
        known: developments that are known before the first article.
    """
    seen = set(known)
    labelled = []
    for article in articles:
        new = [name for name in article.developments if name not in seen]
        seen.update(article.developments, article.recalled)
        brought = tuple(new) if article.may_bring_news else ()
        labelled.append(replace(article, new_developments=brought))
    return labelled


def draw_variants(corpus: Corpus) -> list[list[LabelledArticle]]:
    """Returns the variants of a corpus, labelled anew; the same ones every time."""
    # A fixed seed: the weights come out the same on every machine.
    rng = random.Random(0)  # noqa: S311 (nothing here is secret)
    analyses = Replay(corpus)
    variants: list[Articles] = [
        *(
            _with_borrowed_background(corpus, analyses, share, rng)
            for share in _KEPT_AND_LENGTHENED
        ),
        *(_thin(corpus.articles, _keep_random, rng) for _ in range(2)),
        *(_half_of_the_outlets(corpus.articles, rng) for _ in range(2)),
        _thin(corpus.articles, _keep_half_of_originals, rng),
        *(_thin(corpus.articles, _keep_half_of_first_reports, rng) for _ in range(2)),
        _begun_late(corpus.articles, rng),
        _thin(corpus.articles, _keep_spanish, rng),
    ]
    return [relabel(variant, corpus.known_before) for variant in variants]


def _keep_random(_: LabelledArticle) -> float:
    return _RANDOM_SHARE


def _keep_half_of_originals(article: LabelledArticle) -> float:
    return 0.5 if article.relation in ("original", "update") else 1.0


def _keep_half_of_first_reports(article: LabelledArticle) -> float:
    return 0.5 if article.new_developments else 1.0


def _keep_spanish(article: LabelledArticle) -> float:
    return 1.0 if article.lang == "es" else _ENGLISH_SHARE


def _thin(
    articles: Articles, share: Callable[[LabelledArticle], float], rng: random.Random
) -> list[LabelledArticle]:
    return [article for article in articles if rng.random() < share(article)]


def _half_of_the_outlets(articles: Articles, rng: random.Random) -> list[LabelledArticle]:
    outlets = sorted({article.outlet for article in articles})
    kept = set(rng.sample(outlets, len(outlets) // 2))
    return [article for article in articles if article.outlet in kept]


def _begun_late(articles: Articles, rng: random.Random) -> Articles:
    return articles[rng.randrange(len(articles) // 4, len(articles) // 2) :]


def _with_borrowed_background(
    corpus: Corpus, replay: Replay, share: float, rng: random.Random
) -> list[LabelledArticle]:
    """Returns a share of the stream; each article gains undated sentences of older dropped ones.

    So an article that is mostly background is not told from one that is mostly news by length.
    """
    kept: list[LabelledArticle] = []
    dropped: list[LabelledArticle] = []
    for article in corpus.articles:
        (kept if rng.random() < share else dropped).append(article)
    lenders = [one for one in dropped if one.kind == "news" and one.may_bring_news]
    return [
        _borrow(article, lenders, replay, rng) if article.may_bring_news else article
        for article in kept
    ]


def _borrow(
    article: LabelledArticle, lenders: Articles, replay: Replay, rng: random.Random
) -> LabelledArticle:
    limit = article.published_at - BACKGROUND_AGE
    older = [one for one in lenders if one.lang == article.lang and one.published_at < limit]
    paragraphs, recalled = list(article.paragraphs), set(article.recalled)
    for lender in rng.sample(older, min(_BORROWED_ARTICLES, len(older))):
        sentences = replay.analyse(lender).sentences
        undated = [sentence.text for sentence in sentences if not sentence.facts.days]
        if undated:
            drawn = rng.sample(undated, min(_BORROWED_SENTENCES, len(undated)))
            paragraphs.append(" ".join(drawn))
            recalled.update(lender.developments, lender.recalled)
    return replace(article, paragraphs=tuple(paragraphs), recalled=tuple(sorted(recalled)))
