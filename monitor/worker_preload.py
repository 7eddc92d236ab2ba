"""Imported once by the process that all workers are forked from.

So they start with parsers imported and word lists read, which takes a second.
"""

from __future__ import annotations

import feedparser  # noqa: F401
import tld  # noqa: F401

import monitor.extraction.extract
import monitor.feeds.parse
import monitor.novelty  # noqa: F401  (imported for the workers' sake, as the others)
from monitor.novelty.nlp.lexicon import lexicon

lexicon()
