#!/usr/bin/env python3
"""Measures what one verdict costs in a big case: CPU time of a 700-word article, and the memory of
the process.

    python benchmarks/judge_speed.py [--sentences 50000] [--articles 20] [--semantic]

The case is made of the labelled streams' paragraphs with three words of each exchanged at random,
so that no two sentences are equal and all share the case's words, which is the worst case for the
index. Printed: the median and the worst of the articles for reading (sentences, facts, fingerprint)
and for judging, and the peak of resident memory. The bar is 100 ms and 250 MB.

With `--semantic` every stored sentence has a vector (of random bytes, which cost the same to
compare) and the articles' vectors come from the encoder in a process of its own, as in the product;
its CPU time counts into `encoding` and its memory is told apart. The bar is then 150 ms."""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median

from monitor.encoding import encode_texts, limit_threads
from monitor.isolation import WorkerPool
from monitor.model import Analysis, KnownArticle
from monitor.novelty import ArticleContext, CaseIndex, analyse, judge, with_vectors

STREAMS = Path(__file__).resolve().parents[1] / "tests" / "quality" / "streams"
START = datetime(2026, 1, 1, tzinfo=UTC)
PARAGRAPHS = 12  # of a stored article
WORDS = 700
EXCHANGED = 3
VECTOR_BYTES = 512


def read_paragraphs() -> list[str]:
    """Returns every paragraph of the labelled streams."""
    files = sorted(STREAMS.glob("*/stream.jsonl"))
    articles = [
        json.loads(line)
        for file in files
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return [paragraph for article in articles for paragraph in article["paragraphs"]]


def invent(paragraphs: list[str], words: list[str], rng: random.Random) -> str:
    """Returns a paragraph with a few words of others in it."""
    own = rng.choice(paragraphs).split()
    for _ in range(EXCHANGED):
        own[rng.randrange(len(own))] = rng.choice(words)
    return " ".join(own)


def build_case(
    paragraphs: list[str], words: list[str], size: int, rng: random.Random, *, is_semantic: bool
) -> tuple[CaseIndex, datetime]:
    """Returns a case of so many distinct sentences, and when its last article was published."""
    memory, number = CaseIndex(), 0
    while len(memory) < size:
        number += 1
        text = "\n\n".join(invent(paragraphs, words, rng) for _ in range(PARAGRAPHS))
        at = START + timedelta(hours=number)
        told = analyse(f"Report {number}", text, published_at=at)
        if is_semantic:
            told = with_vectors(
                told, [rng.randbytes(VECTOR_BYTES) for _ in range(len(told.sentences) + 1)]
            )
        memory.add(KnownArticle(number, number, told.title, told.sentences, told.lang, at, at))
    return memory, START + timedelta(hours=number)


def write_article(paragraphs: list[str], words: list[str], rng: random.Random) -> str:
    """Returns a text of about 700 words."""
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < WORDS:
        parts.append(invent(paragraphs, words, rng))
    return "\n\n".join(parts)


def encode(texts: list[str]) -> tuple[list[bytes], float, int]:
    """Runs in the encoder's process: vectors, milliseconds of CPU time, and the peak of its memory
    in MB.
    """
    encode_texts(["to load the model"])
    began = time.process_time()
    vectors = encode_texts(texts)
    return (
        vectors,
        1000 * (time.process_time() - began),
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    )


async def encode_all(articles: list[Analysis]) -> tuple[list[Analysis], list[float], int]:
    """Returns the articles with vectors, and what that cost."""
    encoded, spent, peak = [], [], 0
    async with WorkerPool(1, 1 << 30) as pool:
        for told in articles:
            texts = [sentence.text for sentence in (told.title, *told.sentences)]
            vectors, cost, peak = await pool.run(encode, texts, timeout=timedelta(seconds=30))
            encoded.append(with_vectors(told, vectors))
            spent.append(cost)
    return encoded, spent, peak


def main() -> int:
    """Builds the case, judges the articles and prints the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sentences", type=int, default=50_000)
    parser.add_argument("--articles", type=int, default=20)
    parser.add_argument("--semantic", action="store_true", help="with the encoder")
    args = parser.parse_args()
    rng, paragraphs = random.Random(0), read_paragraphs()
    words = [word for paragraph in paragraphs for word in paragraph.split()]
    memory, last = build_case(paragraphs, words, args.sentences, rng, is_semantic=args.semantic)
    reading: list[float] = []
    judging: list[float] = []
    encoding: list[float] = [0.0]
    lengths: list[int] = []
    articles: list[Analysis] = []
    encoder_memory = 0
    for _ in range(args.articles):
        text = write_article(paragraphs, words, rng)
        began = time.process_time()
        articles.append(analyse("A report", text, published_at=last))
        reading.append(1000 * (time.process_time() - began))
        lengths.append(len(text.split()))
    if args.semantic:
        limit_threads()  # as the product does
        articles, encoding, encoder_memory = asyncio.run(encode_all(articles))
    for told in articles:
        began = time.process_time()
        judge(told, memory, ArticleContext(now=last, is_subject=True))
        judging.append(1000 * (time.process_time() - began))
    print(f"case              {len(memory):,} sentences, {memory.article_count:,} articles")
    print(f"article           {median(lengths):.0f} words (median of {len(lengths)})")
    print(f"reading ms        median {median(reading):.0f}, worst {max(reading):.0f}")
    print(f"judging ms        median {median(judging):.0f}, worst {max(judging):.0f}")
    if args.semantic:
        print(f"encoding ms       median {median(encoding):.0f}, worst {max(encoding):.0f}")
        print(f"encoder memory MB {encoder_memory} (its own process)")
    print(f"peak memory MB    {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
