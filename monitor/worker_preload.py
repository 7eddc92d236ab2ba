"""Imported once by the process that all workers are forked from.

So they start with parsers imported and word lists read, which takes a second.
"""

from __future__ import annotations

import sys
from types import TracebackType

import feedparser  # noqa: F401
import tld  # noqa: F401

import monitor.extraction.extract
import monitor.feeds.parse
import monitor.novelty  # noqa: F401  (imported for the workers' sake, as the others)
from monitor.novelty.nlp.lexicon import lexicon


def _tell_unless_left(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Tells of an error that ends a worker, but not of a program that ended before it had told the
    worker what to do: pipes and semaphores are gone then, and so is who would read of it.
    """
    if not isinstance(error, EOFError | OSError):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _tell_unless_left
lexicon()
