"""Two rules that need no judge, as a measure of what one adds.

every article   alerts on every article that matches the case
no near-copies  on every one but those of which an earlier one has nearly all words in their order
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from monitor.model import Outcome, Verdict
from monitor.text import fold_words
from training.replay import STEP, JudgedArticle, Replay, start_of
from training.scoring import Score, score
from training.streams import Corpus, LabelledArticle

GRAM = 5  # words of a shingle
NEAR_COPY = 0.8  # share of an article's shingles that one earlier article has

_ALERT = Verdict(Outcome.ALERT, 1.0, 0.0, ())


class CopyFilter:
    """Tells articles of which an earlier one has nearly everything."""

    def __init__(self) -> None:
        self._holders: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
        self._count = 0

    def add(self, text: str) -> bool:
        """Learns a text; returns whether it is a near-copy of one that was learned before."""
        own = word_shingles(text)
        shared = Counter(number for shingle in own for number in self._holders.get(shingle, ()))
        for shingle in own:
            self._holders[shingle].append(self._count)
        self._count += 1
        return bool(own) and max(shared.values(), default=0) >= NEAR_COPY * len(own)


def word_shingles(text: str) -> frozenset[tuple[str, ...]]:
    """Returns the runs of five words of a text; one of fewer words is one run."""
    words = fold_words(text)
    last = max(1, len(words) - GRAM + 1)
    return frozenset(tuple(words[at : at + GRAM]) for at in range(last) if words)


def without_near_copies(
    articles: Iterable[LabelledArticle], known: Iterable[str] = ()
) -> list[LabelledArticle]:
    """Returns the articles that are no near-copies of earlier ones.

    Args:
        known: texts that the case knows from the start.
    """
    copies = CopyFilter()
    for text in known:
        copies.add(text)
    return [article for article in articles if not copies.add(article.text)]


def alert_on(
    articles: Iterable[LabelledArticle], start: datetime, step: timedelta
) -> list[JudgedArticle]:
    """Returns an alert for each of the articles, in the poll that brings it."""
    return [
        JudgedArticle(int((article.published_at - start) / step), article, _ALERT)
        for article in articles
    ]


def score_plain_rules(corpus: Corpus, step: timedelta = STEP) -> tuple[Score, Score]:
    """Returns the figures of "every article" and of "no near-copies" on a corpus."""
    replay = Replay(corpus)
    matching = [article for article in corpus.articles if replay.match(article)]
    seeds = [corpus.seed.read_text(encoding="utf-8")] if corpus.seed else []
    return (
        _score(corpus, matching, step),
        _score(corpus, without_near_copies(matching, seeds), step),
    )


def _score(corpus: Corpus, articles: Sequence[LabelledArticle], step: timedelta) -> Score:
    return score(corpus, alert_on(articles, start_of(corpus.articles), step), step)
