"""What the product's own functions make of the suites' fixtures, in the form that the suites'
scorer reads.
"""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from monitor.dates import parse_date
from monitor.decoding import decode
from monitor.errors import FeedParseError
from monitor.extraction import extract_page
from monitor.feeds.parse import decode_source, make_document, read_raw
from monitor.model import FeedDocument, FeedItem, Precision
from monitor.urls import canonical_url, is_web_url, site_of
from tests.conformance.suites import Row, load, write_rows

PROCESSES = 2
PARTS = 12  # more than processes, so that none waits long for the other at the end
# Where a fixture does not say where it came from; relative links lead nowhere then, as the suites
# expect.
NOWHERE = ""
NOT_ALL_FEEDS = ("encoding", "validator")


def predict_feed(fixture: Any) -> Row:
    """Reads one feed as it would arrive, with the headers that the fixture names."""
    want, body = fixture.expected, fixture.read()
    media_type, charset = _content_type(want.get("content_type"))
    decoded = decode(body, charset)
    row: Row = {"suite": fixture.suite, "file": fixture.file, "encoding": decoded.encoding}
    if media_type == "text/html":
        return {**row, "text": decoded.text}
    started = time.perf_counter()
    try:
        # Every item as stated: the suites count those that `parse_feed` collapses, too.
        source = decode_source(
            body,
            url=want.get("base_url") or NOWHERE,
            media_type=media_type,
            charset=charset,
            content_language=want.get("content_language"),
        )
        document = make_document(read_raw(source), source)
    except FeedParseError as error:
        # Refusing is an answer where a document is wrong on purpose or asserts its characters only.
        verdict = (
            {"text": decoded.text} if fixture.suite in NOT_ALL_FEEDS else {"error": str(error)}
        )
        return {**row, "entries": [], **verdict}
    finally:
        row["seconds"] = round(time.perf_counter() - started, 3)
    return {**row, **_feed_values(document), "text": _characters(document)}


def _content_type(header: str | None) -> tuple[str, str | None]:
    media_type, _, parameters = (header or "").partition(";")
    name, _, charset = parameters.strip().partition("=")
    return media_type.strip().lower(), (
        charset.strip("\"' ") or None if name.strip().lower() == "charset" else None
    )


def _feed_values(document: FeedDocument) -> Row:
    return {
        "feed": {
            "title": document.title,
            "link": document.home_url,
            "summary": document.description,
        },
        "entries": [_entry(item) for item in document.items],
    }


def _characters(document: FeedDocument) -> str:
    """All the words that came out of a feed: where its encoding was taken for another, they show
    it.
    """
    values = [document.title, document.description]
    values += [text for item in document.items for text in (item.title, item.summary, item.content)]
    return "\n".join(values)


def _entry(item: FeedItem) -> Row:
    return {
        "title": item.title,
        "link": item.url,
        "id": item.guid,
        "key": item.key,
        "published": _iso(item.published_at),
        "updated": _iso(item.updated_at),
        "content": item.content,
        "summary": item.summary,
        "contents": [item.content or item.summary, item.summary],
    }


def _iso(at: Any) -> str | None:
    return at.isoformat() if at else None


def predict_article(fixture: Any) -> Row:
    """Reads one page as it would arrive."""
    page = extract_page(
        fixture.read(), url=fixture.expected["url"], media_type="text/html", charset="utf-8"
    )
    at = page.published_at
    day_only = page.published_precision is Precision.DAY
    return {
        "suite": fixture.suite,
        "file": fixture.file,
        "text": page.text,
        "status": str(page.status),
        "title": page.title,
        "authors": [name for name in page.author.split(", ") if name],
        "published": None if at is None else at.date().isoformat() if day_only else at.isoformat(),
        "lang": page.lang,
    }


def predict_date(text: str) -> Row:
    """Reads one date string."""
    parsed = parse_date(text)
    return {"text": text, "instant": _iso(parsed.at) if parsed else None}


def predict_keys(row: Row) -> Row:
    """Gives each address of a group its key; what is no web address has none."""
    hosts = [site_of(row[name]) for name in ("site_url", "feed_url") if row.get(name)]
    keys = [canonical_url(url, known_hosts=hosts) for url in row["urls"]]
    return {"group": row["group"], "keys": [key if is_web_url(key) else None for key in keys]}


def _predict_part(kind: str, suites: tuple[str, ...], part: int) -> list[Row]:
    fixtures = list(load("fixtures").fixtures(kind, suites))[part::PARTS]
    predict: Callable[[Any], Row] = {"feeds": predict_feed, "articles": predict_article}[kind]
    return [predict(fixture) for fixture in fixtures]


def write_predictions(folder: Path) -> dict[str, Path]:
    """Predicts everything and returns the file of each kind that the scorer knows; two processes,
    about a minute.
    """
    suites = load("fixtures")
    rows: dict[str, list[Row]] = {
        "dates": [
            predict_date(row["text"]) for row in suites.read_jsonl(suites.ROOT / "dates.jsonl")
        ],
        "urls": [predict_keys(row) for row in suites.read_jsonl(suites.ROOT / "urls.jsonl")],
    }
    with ProcessPoolExecutor(
        PROCESSES, mp_context=multiprocessing.get_context("forkserver")
    ) as pool:
        for kind, names in (("articles", suites.ARTICLES), ("feeds", suites.FEEDS)):
            parts = pool.map(partial(_predict_part, kind, names), range(PARTS))
            rows[kind] = [row for part in parts for row in part]
    paths = {kind: folder / f"{kind}.jsonl" for kind in rows}
    for kind, path in paths.items():
        write_rows(path, rows[kind])
    return {**paths, "metadata": paths["articles"]}
