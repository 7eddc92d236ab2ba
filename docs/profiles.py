"""Draws docs/pictures/profile-*.svg: where a poll, an article, a verdict and a search spend their
time, by room of the program and by package.

    python -m docs.profiles

Works on invented feeds, pages and stores, see `benchmarks`. Under a profiler small functions look
dearer than they are; what leads does not change.
"""

from __future__ import annotations

import asyncio
import cProfile
import logging
import os
import pstats
import random
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from html import escape
from pathlib import Path

import structlog

from benchmarks.judge_speed import START, build_case, read_paragraphs, write_article
from benchmarks.measuring import open_world, scratch
from benchmarks.news_world import World
from benchmarks.peers.monitor_pass import work
from benchmarks.rows.polling import write_config
from benchmarks.rows.storage import _library, _Words
from benchmarks.rows.texts import read_own
from benchmarks.stored import NOW
from monitor.novelty import ArticleContext, analyse, judge
from monitor.pipeline.search import search_articles
from monitor.settings import load_settings
from monitor.store import Store

FOLDER = Path(__file__).with_name("pictures")
SHOWN = 9
WIDTH, BAR, LABEL = 640, 22, 190
FEEDS, ARTICLES, SENTENCES = 60, 2_000, 3_000


def profile(task: Callable[[], object]) -> Counter[str]:
    """Returns the seconds that a task spends in each part; waiting is left out."""
    profiler = cProfile.Profile()
    profiler.runcall(task)
    parts: Counter[str] = Counter()
    for (file, _line, name), (_, _, own, _, _) in pstats.Stats(profiler).stats.items():
        if not any(word in name for word in ("epoll", "lock", "time.sleep")):
            parts[_part_of(file, name)] += own
    return parts


def _part_of(file: str, name: str) -> str:
    """Returns the room or package that a function belongs to."""
    path = Path(file)
    if "site-packages" in path.parts:
        return path.parts[path.parts.index("site-packages") + 1].removesuffix(".py")
    if "monitor" in path.parts and "docs" not in path.parts:
        room = path.parts[path.parts.index("monitor") + 1].removesuffix(".py")
        return f"monitor/{room}"
    return "SQLite" if "sqlite3" in name else "Python"


def draw(name: str, title: str, parts: Counter[str]) -> None:
    """Writes a picture with a bar for each of the parts that take most."""
    whole = sum(parts.values())
    shown = parts.most_common(SHOWN)
    shown.append(("the rest", whole - sum(value for _, value in shown)))
    bars = [_bar(place, part, value / whole) for place, (part, value) in enumerate(shown, 1)]
    height = BAR * (len(shown) + 2)
    head = f'<text x="8" y="18" font-weight="bold">{escape(title)}</text>'
    style = "text{font:13px sans-serif;fill:#444}rect{fill:#4a7fb5}"
    (FOLDER / f"profile-{name}.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'role="img" aria-label="{escape(title)}"><style>{style}</style>'
        f'<rect width="100%" height="100%" style="fill:#fff"/>{head}{"".join(bars)}</svg>\n',
        encoding="utf-8",
    )


def _bar(place: int, part: str, share: float) -> str:
    top, width = place * BAR + 8, share * (WIDTH - LABEL - 60)
    return (
        f'<text x="8" y="{top + 14}">{escape(part)}</text>'
        f'<rect x="{LABEL}" y="{top + 2}" width="{max(1, width):.0f}" height="{BAR - 6}"/>'
        f'<text x="{LABEL + max(1, width) + 6:.0f}" y="{top + 14}">{100 * share:.0f} %</text>'
    )


def poll() -> Counter[str]:
    """Feeds that have one new item each."""
    with open_world(feeds=FEEDS, hosts=20) as world, scratch() as folder:
        config = write_config(folder, world, "concurrency = 64\nper_host = 8\n")
        settings = load_settings(config, os.environ)
        asyncio.run(work(settings, 1))
        world.set(editions=1)
        return profile(lambda: asyncio.run(work(settings, 1)))


def article() -> Counter[str]:
    """Pages read, and their sentences."""
    world = World(feeds=40, hosts=1, items=1)
    pages = [world.page(number, 0) for number in range(40)]

    def read() -> None:
        for page in pages:
            analyse("A report", read_own(page), published_at=START)

    read()
    return profile(read)


def verdict() -> Counter[str]:
    """Articles judged against a case."""
    rng, paragraphs = random.Random(0), read_paragraphs()  # noqa: S311 (texts, no secrets)
    words = [word for paragraph in paragraphs for word in paragraph.split()]
    index, last = build_case(paragraphs, words, SENTENCES, rng, is_semantic=False)
    at = last + timedelta(hours=1)
    texts = [write_article(paragraphs, words, rng) for _ in range(10)]
    read = [analyse("A report", text, published_at=at) for text in texts]
    context = ArticleContext(now=at, is_subject=True)
    return profile(lambda: [judge(one, index, context) for one in read])


def search() -> Counter[str]:
    """Ranked searches in a case, for words of all frequencies."""
    url, folder = _library(ARTICLES)
    words = [_Words().word(rank) for rank in (2, 20, 200, 900) * 5]
    with closing(Store(url)) as store:
        found = profile(
            lambda: [
                store.read(search_articles, word, now=NOW, limit=20, case="case-3")
                for word in words
            ]
        )
    folder.cleanup()
    return found


PICTURES = {
    "poll": ("A poll that finds one new item", poll),
    "article": ("An article's page, and its sentences", article),
    "verdict": ("A verdict against 3,000 sentences", verdict),
    "search": ("A ranked search in a case", search),
}

if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    for name, (title, measure) in PICTURES.items():
        draw(name, title, measure())
        print(f"drew docs/pictures/profile-{name}.svg")
