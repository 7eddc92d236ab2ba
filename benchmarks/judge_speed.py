#!/usr/bin/env python3
"""Measures what one verdict costs in a big case: CPU time of a 700-word article, and the memory of the process.

    python benchmarks/judge_speed.py [--sentences 50000] [--articles 20]

The case is made of the labelled streams' paragraphs with three words of each exchanged at random, so that no two sentences are
equal and all share the case's words, which is the worst case for the index. Printed: the median and the worst of the articles
for reading (sentences, facts, fingerprint) and for judging, and the peak of resident memory. The bar is 100 ms and 250 MB.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from monitor.model import Analysis, KnownArticle
from monitor.novelty import CaseMemory, analyse, judge

STREAMS = Path(__file__).resolve().parents[1] / "tests" / "quality" / "streams"
START = datetime(2026, 1, 1, tzinfo=UTC)
PARAGRAPHS = 12  # of a stored article
WORDS = 700
EXCHANGED = 3


def read_paragraphs() -> list[str]:
    """Returns every paragraph of the labelled streams."""
    files = sorted(STREAMS.glob("*/stream.jsonl"))
    articles = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [paragraph for article in articles for paragraph in article["paragraphs"]]


def invent(paragraphs: list[str], words: list[str], rng: random.Random) -> str:
    """Returns a paragraph with a few words of others in it."""
    own = rng.choice(paragraphs).split()
    for _ in range(EXCHANGED):
        own[rng.randrange(len(own))] = rng.choice(words)
    return " ".join(own)


def build_case(paragraphs: list[str], words: list[str], size: int, rng: random.Random) -> tuple[CaseMemory, datetime]:
    """Returns a case of so many distinct sentences, and when its last article was published."""
    memory, number = CaseMemory(), 0
    while len(memory) < size:
        number += 1
        text = "\n\n".join(invent(paragraphs, words, rng) for _ in range(PARAGRAPHS))
        at = START + timedelta(hours=number)
        told = analyse(f"Report {number}", text, published_at=at)
        memory.add(KnownArticle(number, number, told.title, told.sentences, told.lang, at, at))
    return memory, START + timedelta(hours=number)


def write_article(paragraphs: list[str], words: list[str], rng: random.Random) -> str:
    """Returns a text of about 700 words."""
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < WORDS:
        parts.append(invent(paragraphs, words, rng))
    return "\n\n".join(parts)


def main() -> int:
    """Builds the case, judges the articles and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sentences", type=int, default=50_000)
    parser.add_argument("--articles", type=int, default=20)
    args = parser.parse_args()
    rng, paragraphs = random.Random(0), read_paragraphs()
    words = [word for paragraph in paragraphs for word in paragraph.split()]
    memory, last = build_case(paragraphs, words, args.sentences, rng)
    reading: list[float] = []
    judging: list[float] = []
    lengths: list[int] = []
    for _ in range(args.articles):
        text = write_article(paragraphs, words, rng)
        began = time.process_time()
        told: Analysis = analyse("A report", text, published_at=last)
        read = time.process_time()
        judge(told, memory, now=last, is_subject=True)
        reading.append(1000 * (read - began))
        judging.append(1000 * (time.process_time() - read))
        lengths.append(len(text.split()))
    print(f"case              {len(memory):,} sentences, {memory.article_count:,} articles")
    print(f"article           {median(lengths):.0f} words (median of {len(lengths)})")
    print(f"reading ms        median {median(reading):.0f}, worst {max(reading):.0f}")
    print(f"judging ms        median {median(judging):.0f}, worst {max(judging):.0f}")
    print(f"peak memory MB    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
