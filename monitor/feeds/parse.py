"""A feed's bytes to a `FeedDocument`: what every later stage sees of a feed.

Order: decode, choose the format by score, read (`formats/`), then for all formats alike limits,
plain text, dates and identity. Runs in a worker process that can be killed: some documents cost
minutes of CPU however they are read."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.dates import ParsedDate, parse_date
from monitor.decoding import decode
from monitor.errors import FeedParseError
from monitor.feeds.discovery import OfferedFeed, discover_feeds
from monitor.feeds.footers import drop_footers
from monitor.feeds.formats import (
    FeedFormat,
    FeedSource,
    RawFeed,
    RawItem,
    jsonfeed,
    newssitemap,
    syndication,
)
from monitor.feeds.identity import (
    find_shared,
    guid_keys,
    is_own_page,
    item_key,
    join_tracked,
    keeps_fragments,
    link_key,
    repeated_guids,
    shared_links,
    text_key,
)
from monitor.feeds.markup import plain_text, title_text
from monitor.model import FeedDocument, FeedItem, Precision
from monitor.text import fold, one_line
from monitor.urls import is_media_file, unwrap

MAX_ITEMS = 2_000
MAX_TITLE_CHARS = 500
MAX_SUMMARY_CHARS = 64_000
MAX_CONTENT_CHARS = 200_000
_MAX_GUID_CHARS = 2_000
_MAX_NAME_CHARS = 200
_MAX_DATE_CHARS = 100
_MAX_WARNING_CHARS = 300
_MAX_GUESSED_DATES = 40  # each costs up to 30 ms: 2,000 of them would cost the whole feed
_HEAD_CHARS = 4_096
_UNTITLED_CHARS = 100
_TEASER_CHARS = 1_000  # of the content, where a feed has no summary of its own
_MIN_TEASER_CHARS = 200
_FORMATS: dict[str, FeedFormat] = {
    "json": jsonfeed,
    "sitemap": newssitemap,
    "syndication": syndication,
}

_HTML = re.compile(r"<!doctype html|<html[\s>]", re.IGNORECASE)
_LANG = re.compile(r"[a-zA-Z]{2,3}(?=$|[-_])")


def parse_feed(  # noqa: PLR0913 (callers name them)
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    content_language: str | None = None,
    trust_guids: bool = True,
) -> FeedDocument:
    """Reads a feed: RSS, RDF, Atom, JSON Feed or a news sitemap.

    Items with the same key are collapsed into the latest of them; an item in whose middle the
    document breaks off is left out.

    Args:
        body: as fetched, decompressed.
        url: the address after redirects; relative links are resolved against it.
        media_type: of the Content-Type header; what the document looks like counts more.
        charset: of the Content-Type header.
        content_language: the header of that name.
        trust_guids: False for a feed that once had one guid on different items
            (`FeedDocument.has_repeated_guids`).

    Raises:
        FeedParseError: the document is not a feed, or cannot be read; says what it is instead.
    """
    source = decode_source(
        body, url=url, media_type=media_type, charset=charset, content_language=content_language
    )
    raw = read_raw(source)
    document = make_document(raw, source, trust_guids=trust_guids)
    # Half an item would be stored under a key that its whole form does not have.
    items = document.items[:-1] if raw.is_last_item_broken else document.items
    return replace(document, items=collapse(items))


def decode_source(
    body: bytes,
    *,
    url: str,
    media_type: str = "",
    charset: str | None = None,
    content_language: str | None = None,
) -> FeedSource:
    """Returns the text of a document with what its headers say; arguments as for `parse_feed`.

    Raises:
        FeedParseError: the document is empty.
    """
    if not body.strip():
        raise FeedParseError(f"{url} is an empty document", hint="look at the address in a browser")
    decoded = decode(body, charset)
    return FeedSource(
        text=decoded.text,
        url=url,
        media_type=media_type,
        content_language=content_language,
        warning=decoded.warning,
    )


def read_raw(source: FeedSource) -> RawFeed:
    """Returns a document as the format that suits it best reads it.

    Raises:
        FeedParseError: no format suits it, or the one that does cannot read it.
    """
    return _choose_format(source).parse(source)


def make_document(raw: RawFeed, source: FeedSource, *, trust_guids: bool = True) -> FeedDocument:
    """Returns a document with every item as stated: repeated ones too, and a last one that breaks
    off; of more than `MAX_ITEMS` the newest, which its warning says.
    """
    reader = _ItemReader(raw, source.url, trust_guids=trust_guids)
    items = reader.read(_newest(raw.items))
    warnings = filter(None, (source.warning, raw.warning, _describe_excess(raw.items)))
    return FeedDocument(
        format=raw.format,
        items=items,
        title=title_text(raw.title, limit=MAX_TITLE_CHARS),
        description=plain_text(raw.description, limit=MAX_TITLE_CHARS),
        home_url=raw.home_url,
        lang=_primary_language(raw.lang),
        warning=one_line("; ".join(warnings), limit=_MAX_WARNING_CHARS),
        is_truncated=raw.is_truncated,
        ttl=raw.ttl,
        skip_hours=raw.skip_hours,
        skip_days=raw.skip_days,
        older_url=raw.older_url,
        hub_url=raw.hub_url,
        keeps_fragments=reader.keeps_fragments,
        has_repeated_guids=bool(reader.repeated_guids),
        has_shared_links=bool(reader.shared_links or reader.shared_titles),
    )


def collapse(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """Returns one item for each key, the latest of those that share it, and one of those that are
    the same but for tracking; keys stand in the order in which they first occur.
    """
    kept: dict[str, FeedItem] = {}
    for item in items:
        if item.key not in kept or _is_later(item, kept[item.key]):
            kept[item.key] = item
    return join_tracked(kept.values())


def _is_later(item: FeedItem, other: FeedItem) -> bool:
    first, second = _changed_at(item), _changed_at(other)
    return first is not None and second is not None and first > second


def _changed_at(item: FeedItem) -> datetime | None:
    return item.updated_at or item.published_at


def _choose_format(source: FeedSource) -> FeedFormat:
    # Some servers send a byte order mark twice, or NUL bytes before the document.
    head = source.text[:_HEAD_CHARS].lstrip("\ufeff \t\r\n\x00")
    score, _, chosen = max(
        (candidate.accepts(source.media_type, head), name, candidate)
        for name, candidate in _FORMATS.items()
    )
    if score <= 0 or _is_page(head, score):
        raise _not_a_feed(source, head)
    return chosen


def _is_page(head: str, score: float) -> bool:
    """Whether a document is an HTML page, which some formats accept by its media type."""
    return _HTML.search(head) is not None and score < 1 and not syndication.accepts("", head)


def _not_a_feed(source: FeedSource, head: str) -> FeedParseError:
    if not _HTML.search(head) and "html" not in source.media_type:
        return FeedParseError(
            f"{source.url} is not a feed: it begins with {one_line(head, limit=40)!r}",
            hint="check the address in a browser",
        )
    hint = _describe_offers(discover_feeds(source.text, source.url))
    return FeedParseError(f"{source.url} is an HTML page, not a feed", hint=hint)


def _describe_offers(offered: Sequence[OfferedFeed]) -> str:
    if not offered:
        return "try the page of a section, or look for RSS in the site's footer"
    name = f" ({offered[0].title})" if offered[0].title else ""
    hint = f"it offers feed {offered[0].url}{name}"
    if len(offered) == 1:
        return hint
    return f"{hint} and {len(offered) - 1} more: `monitor feeds discover` lists them"


def _describe_excess(items: Sequence[RawItem]) -> str:
    """Returns in words that a document has too many items; empty when it has not."""
    if len(items) <= MAX_ITEMS:
        return ""
    return f"it has {len(items):,} items; the newest {MAX_ITEMS:,} were read"


def _newest(items: Sequence[RawItem]) -> Sequence[RawItem]:
    """Returns the newest items in document order, at most `MAX_ITEMS`; undated ones are oldest."""
    if len(items) <= MAX_ITEMS:
        return items

    # Undated items keep their order behind the dated ones.
    def age(place: int) -> tuple[float, int]:
        at = items[place].published_hint or items[place].updated_hint
        return (-at.timestamp() if at else 0.0, place)

    newest = sorted(range(len(items)), key=age)[:MAX_ITEMS]
    return [items[place] for place in sorted(newest)]


class _ItemReader:
    """Turns the raw items of one document into items: text, dates, then keys, which need the view
    of the whole document.

    Attributes:
        keeps_fragments: the links of the items differ only by their fragments.
        repeated_guids: guids that stand on different items.
        shared_links: links that do, and that no guid tells apart.
        shared_titles: titles that do, where there is neither guid nor link.
    """

    def __init__(self, raw: RawFeed, url: str, *, trust_guids: bool) -> None:
        self.keeps_fragments = False
        self.repeated_guids: Collection[str] = ()
        self.shared_links: Collection[str] = ()
        self.shared_titles: Collection[str] = ()
        self._raw = raw
        self._url = url
        self._trust_guids = trust_guids
        self._dates = _DateReader()

    def read(self, raw_items: Sequence[RawItem]) -> tuple[FeedItem, ...]:
        """Returns the items in the same order."""
        # Whether a guid or a fragment identifies anything shows only in all items together.
        self.keeps_fragments = keeps_fragments([raw.url for raw in raw_items])
        names = [raw.title or _body_of(raw) for raw in raw_items]
        guids = guid_keys([raw.guid[:_MAX_GUID_CHARS] for raw in raw_items], names)
        links = [self._link_key(raw.url) for raw in raw_items]
        self.repeated_guids = repeated_guids(guids, links, names)
        guids = list(map(self._trusted, guids))
        self.shared_links = shared_links(guids, links, names)
        self.shared_titles = _shared_titles(raw_items, guids, links)
        return tuple(map(self._read_item, raw_items, guids, links))

    def _link_key(self, url: str | None) -> str:
        # Items that all link the front page would be one item.
        if url is None or is_own_page(url, self._url, self._raw.home_url):
            return ""
        return link_key(unwrap(url), keep_fragment=self.keeps_fragments)

    def _trusted(self, guid: str) -> str:
        return guid if self._trust_guids and guid not in self.repeated_guids else ""

    def _key(self, raw: RawItem, guid: str, link: str, texts: _ItemTexts, dates: _ItemDates) -> str:
        is_shared = link in self.shared_links and guid in ("", link)
        if (guid or link) and not is_shared:
            return item_key(guid, link, "")
        # What is read of the text is needed only where nothing else names the item.
        name = f"{link} {texts.title or texts.body}" if is_shared else texts.title
        if raw.title in self.shared_titles:
            name = f"{name} {texts.body}"
        return item_key("", "", text_key(name, texts.body or raw.guid, dates.at))

    def _read_item(self, raw: RawItem, guid: str, link: str) -> FeedItem:
        lang = raw.lang or self._raw.lang
        dates = self._dates.read_item(raw, lang)
        texts = _ItemTexts.of(raw)
        return FeedItem(
            key=self._key(raw, guid, link, texts, dates),
            guid=one_line(raw.guid, limit=_MAX_GUID_CHARS),
            url=unwrap(raw.url) if raw.url else None,
            title=texts.title or _first_words(texts.body) or raw.url or "",
            summary=texts.summary,
            content=texts.content,
            author=_read_name(raw.author),
            published_at=dates.at,
            published_precision=dates.precision,
            updated_at=dates.updated.at if dates.updated else None,
            lang=_primary_language(lang),
            source_name=texts.source_name,
            published_raw=one_line(dates.raw, limit=_MAX_DATE_CHARS),
            published_source=dates.field,
            is_zone_assumed=dates.is_zone_assumed,
            is_media=raw.is_media or (raw.url is not None and is_media_file(raw.url)),
        )


def _body_of(raw: RawItem) -> str:
    return raw.summary or raw.content


def _shared_titles(
    raw_items: Sequence[RawItem], guids: Sequence[str], links: Sequence[str]
) -> frozenset[str]:
    """Returns the titles of items with neither guid nor link that have different texts."""
    named = zip(raw_items, guids, links, strict=True)
    titles = ["" if guid or link else raw.title for raw, guid, link in named]
    return find_shared(titles, list(map(_body_of, raw_items)))


@dataclass(frozen=True, slots=True)
class _ItemTexts:
    """The plain texts of an item, each within its limit.

    Attributes:
        title: without the name of the outlet; may be empty.
        summary: as stated, else the beginning of the content; empty where it repeats the title.
        source_name: the outlet that the item names.
    """

    title: str
    summary: str
    content: str
    source_name: str | None

    @classmethod
    def of(cls, raw: RawItem) -> _ItemTexts:
        """Reads the markup of a raw item."""
        content = drop_footers(plain_text(raw.content, limit=MAX_CONTENT_CHARS))
        source_name = _read_name(raw.source_name or "") or None
        title = _without_outlet(title_text(raw.title, limit=MAX_TITLE_CHARS), source_name)
        summary = _summary(raw, content, f"{title} {source_name or ''}")
        return cls(title, summary, content, source_name)

    @property
    def body(self) -> str:
        """The summary, else the content."""
        return self.summary or self.content


@dataclass(frozen=True, slots=True)
class _ItemDates:
    """The dates of an item.

    Attributes:
        published, updated: as read; None where there is none that can be read.
        raw: the date that counts as that of publication, as written, and `field` where it stands.
    """

    published: ParsedDate | None
    updated: ParsedDate | None
    raw: str
    field: str

    @property
    def best(self) -> ParsedDate | None:
        """The date of publication, else that of the last change."""
        return self.published or self.updated

    @property
    def at(self) -> datetime | None:
        """The moment of `best`."""
        return self.best.at if self.best else None

    @property
    def precision(self) -> Precision:
        """How exactly `best` is given."""
        return self.best.precision if self.best else Precision.INSTANT

    @property
    def is_zone_assumed(self) -> bool:
        """Whether `best` names no zone."""
        return self.best is not None and self.best.is_zone_assumed


class _DateReader:
    """Reads the dates of one document; guesses at no more than a bounded number of them."""

    def __init__(self) -> None:
        self._guesses_left = _MAX_GUESSED_DATES

    def read_item(self, raw: RawItem, lang: str | None) -> _ItemDates:
        """Returns both dates of an item, and the one that stands for its publication."""
        published = self._read(raw.published, raw.published_hint, lang)
        updated = self._read(raw.updated, raw.updated_hint, lang)
        if published is not None or (updated is None and raw.published):
            return _ItemDates(published, updated, raw.published, raw.published_field)
        return _ItemDates(published, updated, raw.updated, raw.updated_field if raw.updated else "")

    def _read(self, text: str, hint: datetime | None, lang: str | None) -> ParsedDate | None:
        """Reads a date by rule, then by guessing; the format's own reading counts only where both
        fail.
        """
        # Rules first: a guess at "11/04/2025" may take the month for the day.
        parsed = parse_date(text, lang=lang, may_guess=False)
        if parsed is None and text and self._guesses_left > 0:
            self._guesses_left -= 1
            parsed = parse_date(text, lang=lang)
        # feedparser reads a date without a zone as UTC and does not say so.
        if parsed is None and hint is not None:
            return ParsedDate(hint, is_zone_assumed=True)
        return parsed


def _read_name(markup: str) -> str:
    return one_line(title_text(markup), limit=_MAX_NAME_CHARS)


def _summary(raw: RawItem, content: str, headline: str) -> str:
    """Returns the item's teaser; empty where it only repeats the headline and the outlet, as Google
    News does.
    """
    # Some feeds put the whole text into both.
    if not raw.summary or raw.summary == raw.content:
        return _teaser(content)
    summary = drop_footers(plain_text(raw.summary, limit=MAX_SUMMARY_CHARS))
    return "" if fold(summary) == fold(headline) else summary


def _teaser(content: str) -> str:
    """Returns the beginning of a text that stands in for a missing summary, cut between paragraphs
    where possible.
    """
    if len(content) <= _TEASER_CHARS:
        return content
    cut = content.rfind("\n\n", _MIN_TEASER_CHARS, _TEASER_CHARS)
    return content[:cut].rstrip() if cut > 0 else _cut_at_word(content, _TEASER_CHARS)


def _first_words(text: str) -> str:
    """Returns what can stand for a missing title: the text's first line, cut at a word."""
    line = text.partition("\n")[0]
    if len(line) <= _UNTITLED_CHARS:
        return line
    return _cut_at_word(line, _UNTITLED_CHARS) + "…"


def _cut_at_word(text: str, limit: int) -> str:
    """Returns the beginning of a longer text, up to the last blank within the limit."""
    return text[: text.rfind(" ", 0, limit)].rstrip()


def _without_outlet(title: str, source_name: str | None) -> str:
    """Drops ` - Outlet`, which aggregators add to each headline."""
    return title.removesuffix(f" - {source_name}") if source_name else title


def _primary_language(lang: str | None) -> str | None:
    match = _LANG.match((lang or "").strip())
    return match[0].lower() if match else None
