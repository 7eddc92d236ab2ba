"""RSS 0.9x, 1.0 (RDF), 2.0 and Atom 0.3, 1.0, through `feedparser`.

`feedparser` is given a stream of UTF-8 made here and nothing else: handed bytes or text it opens
files and addresses named by them, and with a `content-location` it resolves ids against the feed's
address, so that every item looks new after a move. Links are resolved here. A document that is not
well-formed is used as far as it yields items."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.errors import FeedParseError
from monitor.feeds.epilog import cut_epilog
from monitor.feeds.formats import FeedSource, RawFeed, RawItem, whole_text
from monitor.feeds.formats.atom import drop_foreign_entries, name_relations, state_base
from monitor.feeds.formats.polling_hints import read_polling_hints
from monitor.feeds.loose_xml import blank_hidden
from monitor.feeds.prolog import sound_xml
from monitor.urls import resolve, site_of

_ROOT = re.compile(r"<(?:\w+:)?(rss|feed|rdf|channel|entry)[\s>]", re.IGNORECASE)
_LAST_TAG = re.compile(r"</(?:\w+:)?(rss|feed|rdf|channel|entry)\s*>[^<]{0,2000}$", re.IGNORECASE)
# These end a document whatever it begins with: some send one after another.
_ENDS = frozenset({"rss", "feed", "rdf"})
# Within other roots the next entry follows, or what a channel of RDF lists.
_ENDS_WITHIN = {"rss": "channel", "channel": "channel", "entry": "entry"}
_ITEM_EDGE = re.compile(r"<(/?)(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_RSS_PREFIX = re.compile(r"<(/?)rss:", re.IGNORECASE)
_EMAIL = re.compile(r"\S+@\S+\.\S+")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
# By the beginning of feedparser's version, the first that fits: RSS 0.90 and 1.0 are RDF.
_FAMILIES = (("rss090", "rdf"), ("rss10", "rdf"), ("rss", "rss"), ("atom", "atom"))
# Added to, since `fromtimestamp` refuses years before 1970 on some systems.
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_UNREAD = "it has items, and none could be read"
_EPILOG = "text after the document was skipped"
_HEAD_CHARS = 4_096
_TAIL_CHARS = 4_000
_MAX_REASON_CHARS = 200
_MAX_MINUTES_DIGITS = 6
_MAX_FREQUENCY_DIGITS = 4
_MAX_TTL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _FieldDate:
    """A date of an item.

    Attributes:
        text: as written; empty when there is none.
        hint: as feedparser reads it.
        field: what feedparser calls it.
    """

    text: str = ""
    hint: datetime | None = None
    field: str = ""


def accepts(media_type: str, head: str) -> float:
    """Returns how well a document suits, 0-1: anything with the root of a feed, and XML by its
    media type.
    """
    if _ROOT.search(head):
        return 0.9
    return 0.3 if head.startswith("<") and "html" not in media_type and "xml" in media_type else 0.0


def parse(source: FeedSource) -> RawFeed:
    """Reads RSS, RDF or Atom.

    Raises:
        FeedParseError: not a feed, or one that cannot be read.
    """
    sound = sound_xml(source.text, url=source.url)
    text, has_epilog = cut_epilog(state_base(name_relations(sound.text), source.url))
    warning = "; ".join(filter(None, (sound.warning, _EPILOG if has_epilog else "")))
    result = _run_feedparser(drop_foreign_entries(text), source)
    if not _is_feed(result, text):
        reason = _parser_complaint(result) or "it holds no items"
        raise FeedParseError(
            f"{source.url} is not a feed: {reason}", hint="check the address in a browser"
        )
    return _make_feed(result, text, warning, source)


def _is_feed(result: Any, text: str) -> bool:
    if result.entries or _family(result):
        return True
    return bool(result.feed) and _ROOT.search(text[:_HEAD_CHARS]) is not None


def _make_feed(result: Any, text: str, warning: str, source: FeedSource) -> RawFeed:
    is_truncated = _is_truncated(result, text)
    if not result.entries and _ITEM_EDGE.search(text):
        warning = "; ".join(filter(None, (warning, _UNREAD)))
    home = resolve(source.url, _string(result.feed, "link"))
    base = _link_base(home, source.url)
    hints = read_polling_hints(text, source.url)
    return RawFeed(
        format=_family(result) or "rss",
        items=[_read_item(entry, base) for entry in result.entries],
        title=_string(result.feed, "title"),
        description=_string(result.feed, "subtitle") or _string(result.feed, "summary"),
        home_url=home,
        lang=_string(result.feed, "language") or source.content_language,
        warning=_describe_faults(result, warning, is_truncated=is_truncated),
        is_truncated=is_truncated,
        is_last_item_broken=is_truncated and _breaks_off_in_item(text),
        ttl=_read_ttl(result.feed),
        skip_hours=hints.skip_hours,
        skip_days=hints.skip_days,
        older_url=hints.older_url,
        hub_url=hints.hub_url,
    )


def _is_truncated(result: Any, text: str) -> bool:
    # Some feeds omit the end tag of the root; only with a fault of the parser does that mean that
    # the transfer broke off.
    return bool(result.get("bozo")) and not _is_closed(blank_hidden(text))


def _is_closed(text: str) -> bool:
    """Whether the last tag of a document ends it, and not one entry of several."""
    root, last = _ROOT.search(text), _LAST_TAG.search(text.rstrip()[-_TAIL_CHARS:])
    if root is None or last is None:
        return False
    name = last[1].lower()
    return name in _ENDS or name == _ENDS_WITHIN.get(root[1].lower())


def _describe_faults(result: Any, warning: str, *, is_truncated: bool) -> str:
    """Returns what is wrong with a document in words; empty when nothing is.

    Args:
        warning: what was wrong before it was parsed.
    """
    if is_truncated:
        return "; ".join(filter(None, (warning, "the document breaks off")))
    return warning or _parser_complaint(result)


def _link_base(home: str | None, url: str) -> str:
    """Returns what relative links are resolved against: the site where the feed is served by
    another one, such as FeedBurner.
    """
    return home if home and site_of(home) != site_of(url) else url


def _run_feedparser(text: str, source: FeedSource) -> Any:
    """Returns feedparser's result, from a second attempt where the elements of RSS carry a prefix
    that it does not know.
    """
    result = _run_once(text, source)
    if not result.entries and _RSS_PREFIX.search(text):
        return _run_once(_RSS_PREFIX.sub(r"<\1", text), source)
    return result


def _run_once(text: str, source: FeedSource) -> Any:
    # Loaded here: commands that read no feed do without it.
    import feedparser

    # In the place of the old bindings of libxml2, for which it would look at every document, and
    # with which it would read it in another way.
    feedparser.api.PREFERRED_XML_PARSERS[:] = [whole_text.__name__]
    try:
        return feedparser.parse(  # noqa: TID251 (the one place; given a stream it opens nothing)
            io.BytesIO(text.encode("utf-8")),
            sanitize_html=False,
            resolve_relative_uris=False,
            response_headers={"content-type": "application/xml; charset=utf-8"},
        )
    except Exception as error:
        raise FeedParseError(
            f"{source.url} cannot be read: {type(error).__name__}: {error}",
            hint="ask the site to repair its feed",
        ) from error


def _family(result: Any) -> str:
    """Returns "rss", "rdf", "atom" or "cdf"; empty when feedparser recognised no format."""
    version = result.get("version") or ""
    # "cdf" is Microsoft's Channel Definition Format, which feedparser reads, too.
    for prefix, family in _FAMILIES:
        if version.startswith(prefix):
            return family
    return "cdf" if version else ""


def _parser_complaint(result: Any) -> str:
    """Returns in one line why the document is not well-formed; empty when it is."""
    error = result.get("bozo_exception")
    if not result.get("bozo") or error is None:
        return ""
    return " ".join(str(error).split())[:_MAX_REASON_CHARS]


def _breaks_off_in_item(text: str) -> bool:
    edges = _ITEM_EDGE.findall(blank_hidden(text))
    return bool(edges) and edges[-1] == ""


def _read_item(entry: Any, base: str) -> RawItem:
    published = _first_date(entry, "published", "created")
    updated = _first_date(entry, "updated")
    url = _find_link(entry, base)
    return RawItem(
        guid=_string(entry, "id") or _string(entry, "dc_identifier"),
        url=url,
        is_media=url is not None and url in _media_links(entry, base),
        title=_string(entry, "title"),
        summary=_string(entry, "summary"),
        content=_longest_content(entry),
        author=_read_authors(entry),
        published=published.text,
        published_hint=published.hint,
        published_field=published.field,
        updated=updated.text,
        updated_hint=updated.hint,
        lang=_read_language(entry),
        source_name=_string(entry.get("source") or {}, "title") or None,
    )


def _string(mapping: Mapping[str, Any], name: str) -> str:
    # dict.get: feedparser's own answers one key from another ("updated" from "published").
    value = dict.get(mapping, name) if isinstance(mapping, dict) else None
    return value if isinstance(value, str) else ""


def _longest_content(entry: Any) -> str:
    # Atom allows several; a podcast's show notes stand beside a one-line text.
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    return max(contents, key=len, default="")


def _first_date(entry: Any, *names: str) -> _FieldDate:
    """Returns the first date that the entry has under one of some names."""
    for name in names:
        text = _string(entry, name)
        if text:
            return _FieldDate(text, _instant(dict.get(entry, f"{name}_parsed")), name)
    return _FieldDate()


def _instant(parsed: Any) -> datetime | None:
    """Returns the moment of a time tuple as feedparser makes it, None when it stands for none."""
    if not parsed:
        return None
    try:
        return _EPOCH + timedelta(seconds=calendar.timegm(parsed))
    except (OverflowError, ValueError, TypeError):
        return None


def _find_link(entry: Any, base: str) -> str | None:
    """Returns the article's address: where FeedBurner got it, an HTML alternate, another alternate,
    the guid, an enclosure.
    """
    for candidate in _link_candidates(entry):
        url = resolve(base, candidate) if candidate else None
        if url:
            return url
    return None


def _link_candidates(entry: Any) -> Iterator[str]:
    links = _links_of(entry)
    yield _string(entry, "feedburner_origlink")
    yield from _alternates(links)
    yield from _guid_candidates(entry, has_links=bool(links))
    # Podcasts and video feeds link nothing but the file.
    for link in links:
        if link.get("rel") == "enclosure":
            yield _string(link, "href")


def _links_of(entry: Any) -> list[Mapping[str, Any]]:
    return [link for link in dict.get(entry, "links") or [] if isinstance(link, Mapping)]


def _media_links(entry: Any, base: str) -> set[str | None]:
    """Returns the addresses of an item's enclosures: files, but for those that are pages by their
    type.
    """
    return {
        resolve(base, _string(link, "href"))
        for link in _links_of(entry)
        if link.get("rel") == "enclosure" and "html" not in (link.get("type") or "")
    }


def _alternates(links: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yields the addresses of alternates, pages first."""
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    pages = [link for link in alternates if "html" in (link.get("type") or "html")]
    for link in (*pages, *alternates):
        yield _string(link, "href")


def _guid_candidates(entry: Any, *, has_links: bool) -> Iterator[str]:
    """Yields the guid, and what feedparser makes of it, where it may be the article's address."""
    guid = _string(entry, "id")
    is_permalink, is_address = entry.get("guidislink"), "://" in guid
    # Without links feedparser takes a guid for one, whatever it is; only an address is one.
    if not has_links and (is_address or not is_permalink):
        yield _string(entry, "link")
    if is_address and (is_permalink or not has_links):
        yield guid


def _read_authors(entry: Any) -> str:
    """Returns the names of the authors, each once, separated by commas, without mail addresses."""
    authors = [one for one in entry.get("authors") or [] if isinstance(one, Mapping)]
    written = _string(entry, "author")
    # feedparser knows no ending of a domain with more than four letters, and leaves the rest of it
    # in the name.
    if len(authors) < 2 and _EMAIL.search(written):
        return _EMAIL.sub("", written).strip(" ()")
    names = dict.fromkeys(_string(author, "name").strip() for author in authors)
    return ", ".join(filter(None, names)) or written.strip(" ()")


def _read_language(entry: Any) -> str | None:
    # feedparser hands `xml:lang` down to every element.
    detail = entry.get("title_detail") or entry.get("summary_detail") or {}
    return _string(detail, "language") or None


def _read_ttl(feed: Any) -> timedelta | None:
    """Returns how long the feed asks to be left alone: RSS `ttl` (minutes) or the Syndication
    module's period, whichever is longer, at most a week; None when it asks for nothing.
    """
    ttl = _read_minutes(_string(feed, "ttl").strip()) or timedelta()
    period = _read_update_period(feed) or timedelta()
    return min(max(ttl, period), _MAX_TTL) or None


def _read_minutes(text: str) -> timedelta | None:
    number = _read_number(text, max_digits=_MAX_MINUTES_DIGITS)
    return None if number is None else timedelta(minutes=number)


def _read_update_period(feed: Any) -> timedelta | None:
    """Returns how often the feed is updated; a frequency alone is a day's.

    Source: Syndication module 1.0, https://web.resource.org/rss/1.0/modules/syndication/
    """
    name = _string(feed, "sy_updateperiod").strip().lower()
    frequency = _string(feed, "sy_updatefrequency").strip().lower()
    period = _PERIODS.get(name or ("daily" if frequency else ""))
    if period is None:
        return None
    return period / max(1, _read_number(frequency, max_digits=_MAX_FREQUENCY_DIGITS) or 1)


def _read_number(text: str, *, max_digits: int) -> int | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= max_digits
    return int(text) if is_number else None
