"""A feed's bytes to a `FeedDocument`: what every later stage sees of a feed.

Order: decode, choose the format by score, read (`formats/`), then for all formats alike limits,
plain text, dates and identity. Runs in a worker process that can be killed: some documents cost
minutes of CPU however they are read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.dates import ParsedDate, parse_date
from monitor.decoding import decode
from monitor.errors import FeedParseError
from monitor.feeds.discovery import OfferedFeed, discover_feeds
from monitor.feeds.formats import (
    FeedFormat,
    RawFeed,
    RawItem,
    Source,
    jsonfeed,
    newssitemap,
    syndication,
)
from monitor.feeds.identity import (
    guid_key,
    is_own_page,
    item_key,
    keeps_fragments,
    link_key,
    repeated_guids,
    text_key,
)
from monitor.feeds.markup import plain_text, title_text
from monitor.model import FeedDocument, FeedItem, Precision
from monitor.text import fold, one_line
from monitor.urls import unwrap

MAX_ITEMS = 2_000
MAX_TITLE_CHARS = 500
MAX_SUMMARY_CHARS = 64_000
MAX_CONTENT_CHARS = 200_000
_MAX_GUID_CHARS = 2_000
_MAX_NAME_CHARS = 200
_MAX_DATE_CHARS = 100
_MAX_GUESSED_DATES = 40  # each costs up to 30 ms: 2,000 of them would cost the whole feed
_HEAD_CHARS = 4_096
_UNTITLED_CHARS = 100
_TEASER_CHARS = 1_000  # of the content, where a feed has no summary of its own
_FORMATS: dict[str, FeedFormat] = {
    "json": jsonfeed,
    "sitemap": newssitemap,
    "syndication": syndication,
}

_HTML = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)
_LANG = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")


def parse_feed(
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    content_language: str | None = None,
    trust_guids: bool = True,
) -> FeedDocument:
    """Reads a feed: RSS, RDF, Atom, JSON Feed or a news sitemap; items that are the same one are
    collapsed into the latest.

    Args:
        body: as fetched, decompressed.
        url: the address after redirects; relative links are resolved against it.
        media_type: of the Content-Type header; the document's own look counts more.
        charset: of the Content-Type header.
        content_language: the header of that name.
        trust_guids: False for a feed that once had one guid on different items
            (`FeedDocument.has_repeated_guids`).

    Raises:
        FeedParseError: the document is no feed, or cannot be read; says what it is instead.
    """
    source = _source(body, url, media_type, charset, content_language)
    raw = _choose_format(source.page).parse(source.page)
    document = _document(raw, source, trust_guids)
    items = document.items[:-1] if raw.is_last_item_broken else document.items
    return replace(document, items=collapse(items))


def read_feed(
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    content_language: str | None = None,
    trust_guids: bool = True,
) -> FeedDocument:
    """Reads a feed as `parse_feed` does, but returns every item as stated: repeated ones, and a
    last one that breaks off.
    """
    source = _source(body, url, media_type, charset, content_language)
    return _document(_choose_format(source.page).parse(source.page), source, trust_guids)


@dataclass(frozen=True, slots=True)
class _Decoded:
    page: Source
    warning: str


def _source(
    body: bytes, url: str, media_type: str, charset: str | None, content_language: str | None
) -> _Decoded:
    if not body.strip():
        raise FeedParseError(f"{url} is an empty document", hint="look at the address in a browser")
    decoded = decode(body, charset)
    return _Decoded(Source(decoded.text, url, media_type, content_language), decoded.warning)


def _document(raw: RawFeed, source: _Decoded, trust_guids: bool) -> FeedDocument:
    finished = _Finisher(raw, source.page.url, trust_guids).finish(_newest(raw.items))
    return FeedDocument(
        format=raw.format,
        items=finished.items,
        title=title_text(raw.title, limit=MAX_TITLE_CHARS),
        description=plain_text(raw.description, limit=MAX_TITLE_CHARS),
        home_url=raw.home_url,
        lang=_primary(raw.lang),
        warning=one_line("; ".join(filter(None, (source.warning, raw.warning))), limit=300),
        is_truncated=raw.is_truncated,
        ttl=raw.ttl,
        skip_hours=raw.skip_hours,
        skip_days=raw.skip_days,
        older_url=raw.older_url,
        hub_url=raw.hub_url,
        keeps_fragments=finished.keeps_fragments,
        has_repeated_guids=finished.has_repeated_guids,
    )


def collapse(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """Returns one item for each key, the latest of those that share it, in document order of the
    first.
    """
    kept: dict[str, FeedItem] = {}
    for item in items:
        if item.key not in kept or _is_later(item, kept[item.key]):
            kept[item.key] = item
    return tuple(kept.values())


def _choose_format(source: Source) -> FeedFormat:
    head = source.text[:_HEAD_CHARS].lstrip("\ufeff \t\r\n\x00")
    score, _, chosen = max(
        (candidate.accepts(source.media_type, head), name, candidate)
        for name, candidate in _FORMATS.items()
    )
    is_page = _HTML.search(head) is not None and score < 1 and not syndication.accepts("", head)
    if score <= 0 or is_page:
        raise _not_a_feed(source, head)
    return chosen


def _not_a_feed(source: Source, head: str) -> FeedParseError:
    if not _HTML.search(head) and "html" not in source.media_type:
        return FeedParseError(
            f"{source.url} is not a feed: it begins with {one_line(head, limit=40)!r}",
            hint="check the address in a browser",
        )
    hint = _hint(discover_feeds(source.text, source.url))
    return FeedParseError(f"{source.url} is an HTML page, not a feed", hint=hint)


def _hint(offered: Sequence[OfferedFeed]) -> str:
    if not offered:
        return "it offers no feed; look for one on the site"
    name = f" ({offered[0].title})" if offered[0].title else ""
    others = (
        f" and {len(offered) - 1} more: `monitor feeds discover` lists them"
        if len(offered) > 1
        else ""
    )
    return f"it offers feed {offered[0].url}{name}{others}"


def _newest(items: Sequence[RawItem]) -> Sequence[RawItem]:
    """Returns the newest items in document order, at most `MAX_ITEMS`; undated ones count as old."""
    if len(items) <= MAX_ITEMS:
        return items

    def age(place: int) -> tuple[float, int]:
        at = items[place].published_hint or items[place].updated_hint
        return (-at.timestamp() if at else 0.0, place)

    return [items[place] for place in sorted(sorted(range(len(items)), key=age)[:MAX_ITEMS])]


@dataclass(frozen=True, slots=True)
class _Finished:
    items: tuple[FeedItem, ...]
    keeps_fragments: bool
    has_repeated_guids: bool


class _Finisher:
    """Turns the raw items of one document into items: text, dates, then keys, which need the view
    of the whole document.
    """

    def __init__(self, raw: RawFeed, url: str, trust_guids: bool) -> None:
        self._raw = raw
        self._url = url
        self._trust_guids = trust_guids
        self._guesses_left = _MAX_GUESSED_DATES

    def finish(self, raw_items: Sequence[RawItem]) -> _Finished:
        keeps = keeps_fragments([raw.url for raw in raw_items])
        guids = [guid_key(raw.guid[:_MAX_GUID_CHARS]) for raw in raw_items]
        links = [self._link_key(raw.url, keeps) for raw in raw_items]
        repeated = repeated_guids(guids, links, [raw.title for raw in raw_items])
        items = []
        for raw, guid, link in zip(raw_items, guids, links, strict=True):
            trusted = guid if self._trust_guids and guid not in repeated else ""
            items.append(self._item(raw, trusted, link))
        return _Finished(tuple(items), keeps, bool(repeated))

    def _link_key(self, url: str | None, keeps: bool) -> str:
        if url is None or is_own_page(url, self._url, self._raw.home_url):
            return ""
        return link_key(unwrap(url), keep_fragment=keeps)

    def _date(self, text: str, hint: datetime | None, lang: str | None) -> ParsedDate | None:
        """Reads a date by rule; the format's own reading counts only where rules and (a bounded
        number of) guesses fail.
        """
        parsed = parse_date(text, lang=lang, may_guess=False)
        if parsed is None and text and self._guesses_left > 0:
            self._guesses_left -= 1
            parsed = parse_date(text, lang=lang)
        return (
            ParsedDate(hint, is_zone_assumed=True)
            if parsed is None and hint is not None
            else parsed
        )

    def _item(self, raw: RawItem, guid: str, link: str) -> FeedItem:
        lang = raw.lang or self._raw.lang
        published = self._date(raw.published, raw.published_hint, lang)
        updated = self._date(raw.updated, raw.updated_hint, lang)
        at = published or updated
        is_published = published is not None or (updated is None and bool(raw.published))
        content = plain_text(raw.content, limit=MAX_CONTENT_CHARS)
        source_name = one_line(title_text(raw.source_name or ""), limit=_MAX_NAME_CHARS) or None
        title = _without_outlet(title_text(raw.title, limit=MAX_TITLE_CHARS), source_name)
        summary = _summary(raw, content, f"{title} {source_name or ''}")
        return FeedItem(
            key=item_key(
                guid, link, text_key(title, summary or content or raw.guid, at.at if at else None)
            ),
            guid=one_line(raw.guid, limit=_MAX_GUID_CHARS),
            url=unwrap(raw.url) if raw.url else None,
            title=title or _first_words(summary or content) or raw.url or "",
            summary=summary,
            content=content,
            author=one_line(title_text(raw.author), limit=_MAX_NAME_CHARS),
            published_at=at.at if at else None,
            published_precision=at.precision if at else Precision.INSTANT,
            updated_at=updated.at if updated else None,
            lang=_primary(lang),
            source_name=source_name,
            published_raw=one_line(
                raw.published if is_published else raw.updated, limit=_MAX_DATE_CHARS
            ),
            published_source=raw.published_field
            if is_published
            else raw.updated_field
            if raw.updated
            else "",
            is_zone_assumed=at is not None and at.is_zone_assumed,
        )


def _is_later(item: FeedItem, other: FeedItem) -> bool:
    first, second = item.updated_at or item.published_at, other.updated_at or other.published_at
    return first is not None and second is not None and first > second


def _summary(raw: RawItem, content: str, headline: str) -> str:
    """Returns the item's teaser; empty where it only repeats the headline and the outlet, as Google
    News does.
    """
    if not raw.summary or raw.summary == raw.content:
        return _teaser(content)
    summary = plain_text(raw.summary, limit=MAX_SUMMARY_CHARS)
    return "" if fold(summary) == fold(headline) else summary


def _teaser(content: str) -> str:
    """Returns the beginning of a text that stands in for a missing summary, cut between paragraphs
    where possible.
    """
    if len(content) <= _TEASER_CHARS:
        return content
    cut = content.rfind("\n\n", 200, _TEASER_CHARS)
    return content[: cut if cut > 0 else content.rfind(" ", 0, _TEASER_CHARS)].rstrip()


def _first_words(text: str) -> str:
    """Returns what can stand for a missing title: the text's first line, cut at a word."""
    line = text.partition("\n")[0]
    return (
        line
        if len(line) <= _UNTITLED_CHARS
        else line[: line.rfind(" ", 0, _UNTITLED_CHARS)].rstrip() + "…"
    )


def _without_outlet(title: str, source_name: str | None) -> str:
    """Drops ` - Outlet`, which aggregators add to each headline."""
    return title.removesuffix(f" - {source_name}") if source_name else title


def _primary(lang: str | None) -> str | None:
    match = _LANG.match((lang or "").strip())
    return match[0].lower() if match else None
