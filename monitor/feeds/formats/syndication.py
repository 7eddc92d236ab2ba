"""RSS 0.9x, 1.0 (RDF), 2.0 and Atom 0.3, 1.0, through `feedparser`.

`feedparser` is given a stream of UTF-8 made here and nothing else: handed bytes or text it opens
files and addresses named by them, and with a `content-location` it resolves ids against the feed's
address, so that every item looks new after a move. Links are resolved here. A document that is not
well-formed is used as far as it yields items."""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import feedparser

from monitor.errors import FeedParseError
from monitor.feeds.formats import RawFeed, RawItem, Source
from monitor.feeds.formats.polling_hints import read_wishes
from monitor.feeds.prolog import sound_xml
from monitor.urls import resolve, site_of

_ROOT = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel|entry)[\s>]", re.IGNORECASE)
_CLOSED = re.compile(
    r"</(?:\w+:)?(?:rss|feed|rdf|channel|entry)\s*>\s*(?:<!--.{0,500}?-->\s*)*[^<]{0,2000}$",
    re.IGNORECASE | re.DOTALL,
)
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
_FAMILIES = (("rss090", "rdf"), ("rss10", "rdf"), ("rss", "rss"), ("atom", "atom"))
_HEAD_CHARS = 4_096
_MAX_TTL = timedelta(days=7)


def accepts(media_type: str, head: str) -> float:
    """Returns how well a document suits: anything with the root of a feed, and XML by its media
    type.
    """
    if _ROOT.search(head):
        return 0.9
    return 0.3 if head.startswith("<") and "html" not in media_type and "xml" in media_type else 0.0


def parse(source: Source) -> RawFeed:
    """Reads RSS, RDF or Atom.

    Raises:
        FeedParseError: no feed, or none that can be read.
    """
    text, warning = sound_xml(source.text, url=source.url)
    result = _read(text, source)
    if not result.entries and _RSS_PREFIX.search(text):
        result = _read(_RSS_PREFIX.sub(r"<\1", text), source)
    family = _family(result)
    if not result.entries and not family and not (result.feed and _ROOT.search(text[:_HEAD_CHARS])):
        reason = _one_reason(result) or "it holds no items"
        raise FeedParseError(
            f"{source.url} is not a feed: {reason}", hint="check the address in a browser"
        )
    is_truncated = _CLOSED.search(text[-4_000:]) is None and bool(result.get("bozo"))
    home = resolve(source.url, _string(result.feed, "link"))
    base = home if home and site_of(home) != site_of(source.url) else source.url
    if is_truncated:
        warning = "; ".join(filter(None, (warning, "the document breaks off")))
    wishes = read_wishes(text, source.url)
    return RawFeed(
        format=family or "rss",
        items=[_item(entry, base) for entry in result.entries],
        title=_string(result.feed, "title"),
        description=_string(result.feed, "subtitle") or _string(result.feed, "summary"),
        home_url=home,
        lang=_string(result.feed, "language") or source.content_language,
        warning=warning or _one_reason(result),
        is_truncated=is_truncated,
        is_last_item_broken=is_truncated and _breaks_off_in_item(text),
        ttl=_ttl(result.feed),
        skip_hours=wishes.skip_hours,
        skip_days=wishes.skip_days,
        older_url=wishes.older_url,
        hub_url=wishes.hub_url,
    )


def _read(text: str, source: Source) -> Any:
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
    version = result.get("version") or ""
    return next(
        (family for prefix, family in _FAMILIES if version.startswith(prefix)),
        "cdf" if version else "",
    )


def _one_reason(result: Any) -> str:
    error = result.get("bozo_exception")
    return " ".join(str(error).split())[:200] if result.get("bozo") and error is not None else ""


def _breaks_off_in_item(text: str) -> bool:
    edges = _ITEM_EDGE.findall(text)
    return bool(edges) and edges[-1] == ""


def _item(entry: Any, base: str) -> RawItem:
    contents = [content.get("value") or "" for content in entry.get("content", [])]
    published, hint, field = _first_date(entry, ("published", "created"))
    updated, updated_hint, _ = _first_date(entry, ("updated",))
    return RawItem(
        guid=_string(entry, "id"),
        url=_link(entry, base),
        title=_string(entry, "title"),
        summary=_string(entry, "summary"),
        content=max(contents, key=len, default=""),
        author=_authors(entry),
        published=published,
        published_hint=hint,
        published_field=field,
        updated=updated,
        updated_hint=updated_hint,
        lang=_lang(entry),
        source_name=_string(entry.get("source") or {}, "title") or None,
    )


def _string(mapping: Mapping[str, Any], name: str) -> str:
    # dict.get: feedparser's own answers one key from another ("updated" from "published").
    value = dict.get(mapping, name) if isinstance(mapping, dict) else None
    return value if isinstance(value, str) else ""


def _first_date(entry: Any, names: Iterable[str]) -> tuple[str, datetime | None, str]:
    """Returns the first date that is there, as written and as feedparser reads it, and what
    feedparser calls it.
    """
    for name in names:
        if text := _string(entry, name):
            parsed = dict.get(entry, f"{name}_parsed")
            return text, _instant(parsed), name
    return "", None, ""


def _instant(parsed: Any) -> datetime | None:
    try:
        return (
            datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=calendar.timegm(parsed))
            if parsed
            else None
        )
    except (OverflowError, ValueError, TypeError):
        return None


def _link(entry: Any, base: str) -> str | None:
    """Returns the article's address: where FeedBurner got it, an HTML alternate, another alternate,
    the guid, an enclosure.
    """
    links = [link for link in dict.get(entry, "links") or [] if isinstance(link, Mapping)]
    alternates = [link for link in links if link.get("rel", "alternate") == "alternate"]
    html = [link for link in alternates if "html" in (link.get("type") or "html")]
    candidates = [
        _string(entry, "feedburner_origlink"),
        *(_string(link, "href") for link in (*html, *alternates)),
    ]
    # Without links feedparser takes a guid for one, whatever it is; only an address is one.
    if not links and not (entry.get("guidislink") and "://" not in _string(entry, "id")):
        candidates.append(_string(entry, "link"))
    if entry.get("guidislink") or not links:
        candidates.append(_string(entry, "id") if "://" in _string(entry, "id") else "")
    candidates += [_string(link, "href") for link in links if link.get("rel") == "enclosure"]
    return next(
        (url for candidate in candidates if candidate and (url := resolve(base, candidate))), None
    )


def _authors(entry: Any) -> str:
    names = [
        _string(author, "name")
        for author in entry.get("authors") or []
        if isinstance(author, Mapping)
    ]
    found = ", ".join(dict.fromkeys(name.strip() for name in names if name.strip()))
    return found or _EMAIL.sub("", _string(entry, "author")).strip(" ()")


def _lang(entry: Any) -> str | None:
    detail = entry.get("title_detail") or entry.get("summary_detail") or {}
    return _string(detail, "language") or None


def _ttl(feed: Any) -> timedelta | None:
    """Reads RSS `ttl` (minutes) and the Syndication module's period and frequency; the longer one
    counts, at most a week.
    """
    wishes = [
        wish for wish in (_minutes(_string(feed, "ttl").strip()), _update_period(feed)) if wish
    ]
    return min(max(wishes), _MAX_TTL) if wishes else None


def _minutes(text: str) -> timedelta | None:
    return (
        timedelta(minutes=int(text))
        if text.isascii() and text.isdecimal() and len(text) < 7
        else None
    )


def _update_period(feed: Any) -> timedelta | None:
    """Reads how often the feed is updated; a frequency alone is a day's (Syndication module 1.0)."""
    name, frequency = (
        _string(feed, key).strip().lower() for key in ("sy_updateperiod", "sy_updatefrequency")
    )
    period = _PERIODS.get(name or ("daily" if frequency else ""))
    is_number = frequency.isascii() and frequency.isdecimal() and len(frequency) < 5
    return period / max(1, int(frequency) if is_number else 1) if period else None
