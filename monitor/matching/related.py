"""Which items look as if they belong to a case though no term of its query stands in them.

Headlines leave out the name three times in ten: "Discovery paused in deportation case". Such an
item is worth reading when its words are much more common in the case's articles than in the feeds
at large. This only decides whether a page is fetched; whether it belongs to the case is decided on
its full text."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable

# A page that is read for nothing costs one polite request; one that is not read may be the news. So
# the bar is low: two words that are five times as common in the case as elsewhere reach it. Tuned
# on no corpus; raise it when too many pages are read for nothing.
THRESHOLD = 3.0
MAX_WEIGHT = 3.0
MIN_LENGTH = 4
MIN_TEXTS = 1
# A live blog reports many matters on one page and names few of them in its headline: two of the
# case's words are enough, common or not.
MIN_SHARED_LIVE = 2
_LIVE = re.compile(
    r"^live\b|\blive(?: updates| blog)?\s*(?:[:|–—-]|$)|\blive updates\b|\bliveblog\b"
    r"|\ben (?:vivo|directo)\b|\bminuto a minuto\b|\bas it happened\b",
    re.IGNORECASE,
)


class WordCounts:
    """In how many texts each word stands."""

    def __init__(self) -> None:
        self._texts = 0
        self._counts: Counter[str] = Counter()

    def add(self, words: Iterable[str]) -> None:
        """Counts one more text, given its folded words."""
        self._texts += 1
        self._counts.update(set(filter(_is_counted, words)))

    @property
    def texts(self) -> int:
        """How many texts were counted."""
        return self._texts

    def share(self, word: str) -> float:
        """Returns the share of texts with the word, 0-1, smoothed so that it is never 0."""
        return (self._counts[word] + 0.5) / (self._texts + 1)

    def shared(self, words: Collection[str]) -> set[str]:
        """Returns which of the words stand in any text."""
        # Between sets, which looks at no word in Python: most items share none with most cases.
        return self._counts.keys() & words


def _is_counted(word: str) -> bool:
    # Short words are articles and prepositions in most languages; numbers change from text to text.
    return len(word) >= MIN_LENGTH and not word.isdecimal()


def relatedness(words: Collection[str], case: WordCounts, everywhere: WordCounts) -> float:
    """Returns how much more common an item's words are in the case than in the feeds at large: the
    sum of their log odds `ln(share in the case / share everywhere)`, each at least 0 and at most
    `MAX_WEIGHT`.

    Args:
        words: folded words of the item's title and teaser.
        case: counted over the case's own articles.
        everywhere: counted over all items of all feeds.
    """
    if case.texts < MIN_TEXTS:
        return 0.0
    total = 0.0
    for word in case.shared(words):
        odds = math.log(case.share(word) / everywhere.share(word))
        total += min(MAX_WEIGHT, max(0.0, odds))
    return total


def is_live_on_case(title: str, words: Collection[str], case: WordCounts) -> bool:
    """Returns whether an item is a live blog, by its headline, that may have a post on the case.

    Args:
        title: as the feed has it.
        words: folded words of its title and teaser.
    """
    return _LIVE.search(title) is not None and len(case.shared(words)) >= MIN_SHARED_LIVE


def is_related(words: Collection[str], case: WordCounts, everywhere: WordCounts) -> bool:
    """Returns whether an item is worth reading for a case whose query found nothing in it."""
    return relatedness(words, case, everywhere) >= THRESHOLD
