"""The store at size: looking up copies, searching in a case, claiming work."""

from __future__ import annotations

import functools
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from benchmarks.copies import Writer
from benchmarks.goals import Figure, Goal, Measured, Sizes
from benchmarks.measuring import ROOT
from benchmarks.stored import NOW, fill, make_database
from monitor.novelty import fingerprint
from monitor.pipeline.search import search_articles
from monitor.store import Store
from monitor.store.articles.copies import find_copies
from monitor.store.feeds import claim_feeds
from monitor.store.schema.tables import (
    articles,
    case_articles,
    cases,
    feeds,
    fingerprints,
    revisions,
)
from monitor.store.views.search import find_articles
from tests.postgresql import Cluster

_SMALL = 10  # the smaller store has this part of the articles
_CASES = 20
_ASKED = 200
_HASHES = 24
_WORDS = 120
_TICK = timedelta(seconds=5)
_CYCLE = timedelta(minutes=15)
# A worker holds no more than it asks at once; the most that can be set.
_CLAIMERS, _CLAIM = 4, 256


@functools.cache
def _library(size: int) -> tuple[str, tempfile.TemporaryDirectory[str]]:
    """Returns a store of so many articles in twenty cases, made once; the folder goes with it."""
    folder = tempfile.TemporaryDirectory(prefix="bench-")
    url = make_database(Path(folder.name) / "library.db")
    ids = range(1, size + 1)
    fill(url, cases, ({"id": at, "slug": f"case-{at}"} for at in range(1, _CASES + 1)))
    fill(url, articles, map(_article, ids))
    fill(url, revisions, _revisions(ids))
    fill(url, case_articles, map(_verdict, ids))
    fill(url, fingerprints, _prints(ids))
    _index_words(url, ids)
    return url, folder


def _article(number: int) -> dict[str, Any]:
    address = f"https://post.example/{number}"
    # Found in the order in which they were published, a minute apart.
    at = NOW - timedelta(days=1_000) + timedelta(minutes=number)
    names = {"uid": f"a{number}", "canonical_url": address, "url": address}
    return {"id": number, **names, "title": f"Story {number}", "published_at": at, "found_at": at}


def _revisions(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    writer = _Words()
    for number in ids:
        text = writer.text(number)
        yield {"id": number, "article_id": number, "number": 1, "text": text, "text_hash": "-"}


def _verdict(number: int) -> dict[str, Any]:
    keys = dict.fromkeys(("id", "article_id", "revision_id", "story_id"), number)
    return {**keys, "case_id": number % _CASES + 1, "outcome": "silent"}


def _hashes(number: int | str) -> list[int]:
    chosen = random.Random(number)
    return [chosen.randrange(-(1 << 62), 1 << 62) for _ in range(_HASHES)]


def _prints(ids: Sequence[int]) -> Iterator[dict[str, Any]]:
    # By hash, as the table is kept: in any other order the file grows page by page at random.
    made = sorted((value, number) for number in ids for value in _hashes(number))
    for value, number in made:
        yield {"hash": value, "revision_id": number}


class _Words:
    """Texts of words with the frequencies of natural ones; a number has always the same text."""

    def __init__(self) -> None:
        self._words = Writer(7).words
        self._weights = list(accumulate(1 / (rank + 5) for rank in range(len(self._words))))

    def text(self, number: int) -> str:
        """Returns the text of an article."""
        chosen = random.Random(number)
        return " ".join(chosen.choices(self._words, cum_weights=self._weights, k=_WORDS))

    def word(self, rank: int) -> str:
        """Returns the word with a rank: 0 is the commonest."""
        return self._words[rank]


def _index_words(url: str, ids: Sequence[int]) -> None:
    writer, insert = _Words(), sa.text("INSERT INTO article_search (rowid, words) VALUES (:n, :w)")
    with closing(Store(url)) as store, store.engine.begin() as connection:
        for start in range(0, len(ids), 5_000):
            part = ids[start : start + 5_000]
            connection.execute(insert, [{"n": at, "w": writer.text(at)} for at in part])


def _times(ask: Callable[[int], object], count: int = _ASKED) -> list[float]:
    """Returns how many milliseconds each of some questions takes, in order of size."""
    taken = []
    for number in range(count):
        began = time.perf_counter()
        ask(number)
        taken.append(1000 * (time.perf_counter() - began))
    return sorted(taken)


def _share(taken: Sequence[float], share: float) -> float:
    return taken[min(len(taken) - 1, int(share * len(taken)))]


def _look_up(url: str, size: int) -> tuple[list[float], int]:
    """Returns the times of look-ups, half of stored texts, half of new ones; and what was found."""
    found = 0

    def ask(session: Session, number: int) -> None:
        nonlocal found
        source = 1 + number * 7919 % size
        hashes = _hashes(source if number % 2 else f"a new text, {number}")
        found += bool(find_copies(session, source % _CASES + 1, hashes, article_id=None))

    with closing(Store(url)) as store:
        store.read(lambda session: _times(functools.partial(ask, session)))
        found = 0
        taken = store.read(lambda session: _times(functools.partial(ask, session)))
    return taken, found


def copies(sizes: Sizes) -> Measured:
    """B7."""
    small, found_small = _look_up(_library(sizes.articles // _SMALL)[0], sizes.articles // _SMALL)
    large, found = _look_up(_library(sizes.articles)[0], sizes.articles)
    drawn = list(map(_Words().text, range(20)))
    sketch = _times(lambda number: fingerprint(drawn[number]), len(drawn))
    figures = [
        Figure("p50 ms", _share(large, 0.5), 0.2),
        Figure("p99 ms", _share(large, 0.99), 1),
        Figure("× a tenth of them", _share(large, 0.5) / _share(small, 0.5), 2),
    ]
    half = _ASKED // 2
    pair = f"{found} of {half} copies found, {found_small} among a tenth, nothing else"
    pair += f"; a sketch {statistics.median(sketch):.2f} ms"
    return Measured(figures, pair, found == found_small == half, f"{sizes.articles:,} articles")


def _join_filter(session: Session, word: str, case: str) -> list[int]:
    """The query without anything clever: full text and case joined, newest first."""
    found = session.execute(
        sa.text(
            "SELECT a.id FROM article_search s JOIN articles a ON a.id = s.rowid"
            " JOIN case_articles v ON v.article_id = a.id JOIN cases c ON c.id = v.case_id"
            " WHERE s.words MATCH :word AND c.slug = :case"
            " ORDER BY coalesce(a.published_at, a.found_at) DESC, a.id DESC LIMIT 20"
        ),
        {"word": f'"{word}"', "case": case},
    )
    return list(found.scalars())


def search(sizes: Sizes) -> Measured:
    """B8."""
    writer, url = _Words(), _library(sizes.articles)[0]
    ranks = (2, 20, 200, 900, 3_000)

    def words(number: int) -> tuple[str, str]:
        return writer.word(ranks[number % len(ranks)] + number), f"case-{number % _CASES + 1}"

    def newest(session: Session, number: int) -> list[int]:
        word, case = words(number)
        return find_articles(session, [[word]], case=case, limit=20)

    def ranked(session: Session, number: int) -> object:
        word, case = words(number)
        return search_articles(session, word, now=NOW, limit=20, case=case)

    def joined(session: Session, number: int) -> list[int]:
        return _join_filter(session, *words(number))

    with closing(Store(url)) as store:
        warm, count = functools.partial, 40
        took = [
            store.read(lambda session, ask=ask: _times(warm(ask, session), count))
            for ask in (newest, newest, ranked, joined)
        ]
        alike = sum(
            store.read(lambda session, at=at: newest(session, at) == joined(session, at))
            for at in range(count)
        )
    figures = [
        Figure("newest p50 ms", _share(took[1], 0.5), 5),
        Figure("ranked p50 ms", _share(took[2], 0.5), 50),
    ]
    pair = f"{alike} of {count} as the join filter ({_share(took[3], 0.5):.0f} ms) finds them"
    return Measured(figures, pair, alike == count, f"{sizes.articles:,} articles of {_WORDS} words")


def _feed(number: int) -> dict[str, Any]:
    spread = _CYCLE.total_seconds()
    due = NOW + timedelta(seconds=number * 7919 % spread)
    host = f"host-{number % 9973}.example"
    address = f"https://{host}/{number}.xml"
    own = {"id": number + 1, "url": address, "host": host}
    return {**own, "next_poll_at": due, "is_enabled": True}


def _empty_tick(store: Store) -> float:
    """Returns the milliseconds of CPU of a tick that claims, without what polls then write."""
    # The first statement of a kind is compiled, once in the life of a daemon.
    store.write(claim_feeds, owner="bench", now=NOW + timedelta(seconds=1), limit=2_000)
    began = time.process_time()
    claimed = store.write(claim_feeds, owner="bench", now=NOW + _TICK, limit=2_000)
    taken = 1000 * (time.process_time() - began)
    assert claimed
    return taken


def claim_all(url: str, owner: str, start: float) -> None:
    """Claims feeds until none is due, each time giving back what it held, as polls end; prints
    their ids. Runs in a process of its own.
    """
    with closing(Store(url)) as store:
        store.read(lambda session: session.execute(sa.text("SELECT 1")))
        time.sleep(max(0.0, start - time.monotonic()))
        began, ids = time.monotonic(), list[int]()
        while claimed := store.write(claim_feeds, owner=owner, now=NOW + _CYCLE, limit=_CLAIM):
            held = [feed.id for feed in claimed]
            store.write(_give_back, held)
            ids += held
        print(time.monotonic() - began, *ids)


def _give_back(session: Session, ids: Sequence[int]) -> None:
    free = {"lease_owner": None, "lease_until": None, "next_poll_at": NOW + 2 * _CYCLE}
    session.execute(sa.update(feeds).where(feeds.c.id.in_(ids)).values(free))


def _claim_side_by_side(url: str) -> tuple[float, list[int]]:
    """Returns seconds and ids of four processes that claim everything."""
    code = "import sys; from benchmarks.rows.storage import claim_all as c; "
    code += "c(sys.argv[1], sys.argv[2], float(sys.argv[3]))"
    start = time.monotonic() + 15
    command = [sys.executable, "-c", code, url]
    running = [
        subprocess.Popen(
            [*command, f"w{at}", str(start)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        for at in range(_CLAIMERS)
    ]
    said = [process.communicate()[0].split() for process in running]
    return max(float(one[0]) for one in said), [int(word) for one in said for word in one[1:]]


def claims(sizes: Sizes) -> Measured:
    """B12."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        url = make_database(Path(folder) / "feeds.db")
        fill(url, feeds, map(_feed, range(sizes.all_feeds)))
        with closing(Store(url)) as store:
            tick = _empty_tick(store)
    cluster = Cluster()
    try:
        url = cluster.url()
        fill(url, feeds, map(_feed, range(sizes.all_feeds)))
        with closing(Store(url)) as store:
            # As the server does by itself, within a minute.
            store.write(lambda session: session.execute(sa.text("ANALYZE")))
        seconds, ids = _claim_side_by_side(url)
    finally:
        cluster.stop()
    figures = [
        Figure("tick, ms CPU", tick, 5),
        Figure("claims/s by 4 workers", len(ids) / seconds, 10_000, is_floor=True),
    ]
    twice = len(ids) - len(set(ids))
    is_right = not twice and len(ids) == sizes.all_feeds
    pair = f"{len(ids):,} claimed, {twice} twice"
    return Measured(figures, pair, is_right, f"{sizes.all_feeds:,} feeds, PostgreSQL without fsync")


GOALS = (
    Goal("B7", "looking up copies", "a tenth of the articles", copies),
    Goal("B8", "search in a case, newest / ranked", "a join filter", search),
    Goal("B12", "claiming feeds: a tick; 4 workers on PostgreSQL", "–", claims),
)
