"""Texts: parsing feeds, reading pages, matching, beside the bare packages that do the work."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import random
import re
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

import feedparser
import trafilatura

from benchmarks.copies import Writer
from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.news_world import World, invent_sentences
from monitor.extraction.extract import extract_page
from monitor.feeds.parse import parse_feed
from monitor.matching import Folded, WordIndex, compile_query
from monitor.model import Fields

NOW = datetime(2026, 4, 1, tzinfo=UTC)
_TERMS = (10, 100, 1_000, 10_000)
_CASE_TERMS = 10
_ENTRIES, _REAL_ENTRIES = 400, 1_000
_SUMMARY = 1_000  # characters
_NAME = re.compile(r"\b[A-Z]\w+(?: [A-Z]\w+){1,2}")
_SMALL_WORD = re.compile(r"\b[a-z]\w+")
_INVENTED = 40
_DRIVERS = tuple(feedparser.api.PREFERRED_XML_PARSERS)


def _suite(part: str) -> list[Path]:
    """Returns real documents where `MONITOR_SUITES` names the folder that has them."""
    suites = os.environ.get("MONITOR_SUITES", "")
    return sorted((Path(suites) / part).glob("*.*z")) if suites else []


def feed_documents() -> tuple[str, list[bytes]]:
    """Returns real feeds, or without them invented ones, and in words which."""
    real = [lzma.decompress(path.read_bytes()) for path in _suite("feeds/real")]
    if real:
        return f"{len(real)} real feeds", real
    world = World(feeds=_INVENTED, hosts=5, items=40)
    return f"{_INVENTED} invented feeds", list(map(world.document, range(_INVENTED)))


def page_documents() -> tuple[str, list[bytes]]:
    """Returns real pages, or without them invented ones, and in words which."""
    real = [gzip.decompress(path.read_bytes()) for path in _suite("articles/aeb")]
    if real:
        return f"{len(real)} real pages", real
    world = World(feeds=_INVENTED, hosts=5, items=40)
    return f"{_INVENTED} invented pages", [world.page(one, 3) for one in range(_INVENTED)]


def cpu_of(work: Callable[[bytes], object], documents: Iterable[bytes]) -> float:
    """Returns the CPU seconds that some work takes on all documents."""
    began = time.process_time()
    for document in documents:
        work(document)
    return time.process_time() - began


def medians(
    sizes: Sizes, documents: Sequence[bytes], *works: Callable[[bytes], object]
) -> list[float]:
    """Returns the median CPU seconds of each work over rounds, in turn."""
    rounds = [[cpu_of(work, documents) for work in works] for _ in range(sizes.rounds)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def _forget_driver() -> None:
    """Gives feedparser the XML parser that it takes by itself, not the one of this program."""
    feedparser.api.PREFERRED_XML_PARSERS[:] = _DRIVERS


def parse_default(document: bytes) -> int:
    """Returns how many items feedparser finds."""
    _forget_driver()
    return len(feedparser.parse(io.BytesIO(document)).entries)


def parse_off(document: bytes) -> int:
    """Returns how many items feedparser finds with both of its costly switches off."""
    _forget_driver()
    read = feedparser.parse(io.BytesIO(document), sanitize_html=False, resolve_relative_uris=False)
    return len(read.entries)


def parse_own(document: bytes) -> int:
    """Returns how many items this program finds."""
    return len(parse_feed(document, url="http://127.0.0.1/feed.xml").items)


def parsing(sizes: Sizes) -> Measured:
    """B5."""
    size, documents = feed_documents()
    readable = [one for one in documents if parse_off(one)]
    ours, default, off = medians(sizes, readable, parse_own, parse_default, parse_off)
    counts = [(parse_own(one), parse_off(one)) for one in readable]
    alike = sum(own == theirs for own, theirs in counts)
    figures = [Figure("of default", ours / default, 0.28), Figure("of both off", ours / off, 1.1)]
    pair = (
        f"{alike} of {len(readable)} with as many items (the rest repeat keys); "
        f"{1000 * ours / len(readable):.1f} / {1000 * default / len(readable):.1f} / "
        f"{1000 * off / len(readable):.1f} ms a feed"
    )
    return Measured(figures, pair, alike >= 0.9 * len(readable), f"{size}, {sizes.rounds} rounds")


def read_bare(document: bytes) -> str:
    """Returns the text that bare trafilatura takes from a page, with what it knows of it."""
    found = trafilatura.bare_extraction(
        document, with_metadata=True, include_comments=False, favor_precision=True
    )
    return str(found.text) if found is not None and found.text else ""


def read_own(document: bytes) -> str:
    """Returns the text that this program takes from a page."""
    return extract_page(document, url="http://127.0.0.1/page.html", media_type="text/html").text


def extraction(sizes: Sizes) -> Measured:
    """B6."""
    size, documents = page_documents()
    read_own(documents[0]), read_bare(documents[0])
    ours, bare = medians(sizes, documents, read_own, read_bare)
    both = sum(bool(read_own(one)) >= bool(read_bare(one)) for one in documents)
    each = 1000 / len(documents)
    pair = f"{both} of {len(documents)} give a text where bare trafilatura does"
    pair += f"; {ours * each:.1f} / {bare * each:.1f} ms a page, extraction alone"
    return Measured(
        [Figure("of bare trafilatura", ours / bare, 1.12)],
        pair,
        both >= 0.95 * len(documents),
        f"{size}, {sizes.rounds} rounds",
    )


@dataclass(frozen=True)
class _Reading:
    """Entries, and the terms that are looked for in them."""

    kind: str
    entries: Sequence[Fields]
    terms: Sequence[str]


def _invented_reading() -> _Reading:
    """Returns entries and phrases of one vocabulary: each entry is met by twenty queries."""
    chosen, words = random.Random(5), Writer(5).words
    found: dict[str, None] = {}
    while len(found) < max(_TERMS):
        found[" ".join(chosen.sample(words, chosen.choice((1, 2, 2, 3))))] = None
    return _Reading("invented", list(map(_invented_entry, range(_ENTRIES))), list(found))


def _invented_entry(number: int) -> Fields:
    title, *summary = invent_sentences(f"entry {number}", 4)
    slug = "-".join(title.casefold().split()[:6])
    return _entry(title, " ".join(summary), f"http://127.0.0.1/news/{number}-{slug}")


def _entry(title: str, summary: str, url: str) -> Fields:
    return Fields(
        title=title,
        summary=summary,
        text="",
        url=url,
        outlet="Harbour Post",
        feed="Harbour Post",
        lang="en",
        at=NOW,
    )


def _real_reading(documents: Sequence[bytes]) -> _Reading:
    """Returns entries of half of some feeds, and names of the other half, as cases have them; what
    is missing of ten thousand is made of first and last words of those.
    """
    feeds = [parse_feed(one, url="http://127.0.0.1/feed.xml").items for one in documents]
    told = [f"{item.title} . {item.summary}" for item in chain(*feeds[1::2])]
    small = set(_SMALL_WORD.findall(" ".join(told)))
    found = dict.fromkeys(chain.from_iterable(map(_NAME.findall, told)))
    names = [name for name in found if small.isdisjoint(name.casefold().split())]
    chosen = random.Random(5)
    while len(found := dict.fromkeys(names)) < max(_TERMS):
        names.append(f"{chosen.choice(names).split()[0]} {chosen.choice(names).split()[-1]}")
    # What news feeds show: the others are whole articles of blogs.
    short = (item for item in chain(*feeds[::2]) if len(item.summary) <= _SUMMARY)
    read = [_entry(item.title, item.summary, item.url or "") for item in short]
    return _Reading("real", chosen.sample(read, min(len(read), _REAL_ENTRIES)), list(found))


def _match_cost(texts: Sequence[Fields], terms: Sequence[str]) -> tuple[float, int]:
    """Returns microseconds an entry, folding included, with cases of ten terms; and the matches."""
    groups = [terms[at : at + _CASE_TERMS] for at in range(0, len(terms), _CASE_TERMS)]
    queries = [compile_query(" OR ".join(f'"{term}"' for term in group)) for group in groups]
    index = WordIndex((query, query.match_ways) for query in queries)
    began, found = time.process_time(), 0
    for fields in texts:
        folded = Folded.of(fields)
        found += sum(query.match(folded, now=NOW) is not None for query in index.find(folded))
    return 1e6 * (time.process_time() - began) / len(texts), found


def _alternation_cost(texts: Sequence[Fields], terms: Sequence[str]) -> float:
    pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, terms))})\b")
    began = time.process_time()
    for fields in texts:
        pattern.findall(f"{fields.title} {fields.summary}".casefold())
    return 1e6 * (time.process_time() - began) / len(texts)


def matching(sizes: Sizes) -> Measured:
    """B11."""
    worst = _invented_reading()
    real = _suite("feeds/real")
    read = _real_reading(feed_documents()[1]) if real else worst
    costs = {
        count: min(_match_cost(read.entries, read.terms[:count]) for _ in range(sizes.rounds))
        for count in _TERMS
    }
    alternation = _alternation_cost(read.entries, read.terms[:1_000])
    figures = [Figure("µs an entry at 10,000 terms", costs[10_000][0], 100)]
    pair = "; ".join(
        f"{count}: {cost:.0f} µs, {found} found" for count, (cost, found) in costs.items()
    )
    if read is not worst:
        cost, _ = _match_cost(worst.entries, worst.terms)
        pair += f"; where twenty queries meet each entry {cost:.0f} µs"
    is_right = costs[10_000][1] > costs[10][1]
    mean = statistics.mean(len(one.title) + len(one.summary) for one in read.entries)
    size = f"{len(read.entries)} {read.kind} entries of {mean:.0f} characters"
    size += f"; `re` alternation at 1,000: {alternation:.0f} µs"
    return Measured(figures, pair, is_right, size)


GOALS = (
    Goal("B5", "parse layer over 200 real feeds", "feedparser, default / switches off", parsing),
    Goal("B6", "an article's page", "bare trafilatura with metadata", extraction),
    Goal("B11", "matching 10 → 10,000 terms", "`re` alternation", matching),
)
