"""Many queries at once: which of them an item need be shown to."""

from monitor.matching.index.word_index import WordIndex

__all__ = ["WordIndex"]
