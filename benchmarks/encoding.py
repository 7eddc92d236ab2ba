"""Reads texts for the benchmarks, with the vectors of the optional encoder on request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.encoding import encode_texts
from monitor.model import Analysis
from monitor.novelty import analyse, with_vectors


def reader(*, is_semantic: bool) -> Callable[..., Analysis]:
    """Returns `analyse`, or what reads a text and gives its sentences their vectors, remembered by
    their words.
    """
    return _Encoded().read if is_semantic else analyse


class _Encoded:
    def __init__(self) -> None:
        self._vectors: dict[str, bytes] = {}

    def read(self, *args: Any, **options: Any) -> Analysis:
        """Reads a text like `analyse`."""
        analysis = analyse(*args, **options)
        texts = [sentence.text for sentence in (analysis.title, *analysis.sentences)]
        unknown = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        self._vectors.update(zip(unknown, encode_texts(unknown), strict=True))
        return with_vectors(analysis, [self._vectors[text] for text in texts])
