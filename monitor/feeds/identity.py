"""What makes an item the same item at the next poll, within its feed.

An item is identified by its guid, else its link, else title and day. Each of them has been seen to
fail in real feeds: guids that are blank, that name the site instead of the item, that change their
scheme, carry tracking parameters or a revision number (`…#0`, `…#1`); links with a new token at
each request, or to one page for all items. Keys are kept for ever by the store, so what this module
returns for an item must not change lightly."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from urllib.parse import parse_qsl, urlsplit

from monitor.model import FeedItem
from monitor.text import fold
from monitor.urls import canonical_url, is_web_url, site_of

MAX_KEY_CHARS = 500  # longer keys are replaced by their hash

# The BBC appends how often an article was revised.
_REVISION = re.compile(r"#\d{1,4}$")
# Parameters by which sites name an article.
_ID_NAME = re.compile(
    r"^[pvq]$|^id$|[_-]id$|^n(?:o|r|um)$|^name$|key|slug|article|story|post|item|doc|case|page|file"
    r"|uri|url",
    re.IGNORECASE,
)
# CourtListener links each entry of a docket as a fragment of the docket's page.
_DOCKET = re.compile(r"(?:minute-)?entry-\d+", re.IGNORECASE)


def guid_key(guid: str, *, keep_revision: bool = False) -> str:
    """Returns a guid as it is compared: trimmed; addresses without scheme, tracking parameters and
    revision number.

    Args:
        keep_revision: what looks like one counts the posts of a page (`guid_keys`).
    """
    guid = guid.strip()
    if not is_web_url(guid):
        return guid
    return canonical_url(guid if keep_revision else _REVISION.sub("", guid), keep_fragment=True)


def guid_keys(guids: Sequence[str], names: Sequence[str]) -> list[str]:
    """Returns the guids of a document's items as they are compared; where nothing but a revision
    number tells different items apart, it is none.

    Args:
        guids, names: of the items, in the same order; a name is the title, else the text.
    """
    keys = list(map(guid_key, guids))
    shared = find_shared(keys, names)
    return [
        guid_key(guid, keep_revision=True) if key in shared else key
        for guid, key in zip(guids, keys, strict=True)
    ]


def link_key(url: str, *, keep_fragment: bool) -> str:
    """Returns a link as it is compared.

    Args:
        keep_fragment: the links of this feed differ by their fragments (`keeps_fragments`).
    """
    return canonical_url(url, keep_fragment=keep_fragment)


def text_key(title: str, text: str, published_at: datetime | None) -> str:
    """Returns a key for an item with neither guid nor link: a hash of its title (its text without
    one) and day.
    """
    day = published_at.date().isoformat() if published_at else ""
    return _hash(f"{fold(title) or fold(text)}\n{day}")


def item_key(guid: str, link: str, text: str) -> str:
    """Returns the key of an item: its guid, else its link, else its text key.

    The key says which of them it is, so that a guid never equals another item's link.
    """
    if guid:
        return _make_key("id", guid)
    return _make_key("url", link) if link else _make_key("text", text)


def _make_key(kind: str, value: str) -> str:
    key = f"{kind}:{value}"
    return key if len(key) <= MAX_KEY_CHARS else f"{kind}:{_hash(value)}"


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def keeps_fragments(urls: Sequence[str | None]) -> bool:
    """Whether the links of a feed differ in nothing but their fragments, as those of a court docket
    do.
    """
    fragments: dict[str, set[str]] = defaultdict(set)
    for url in urls:
        if url is None or "#" not in url:
            continue
        fragment = urlsplit(url).fragment
        if _DOCKET.fullmatch(fragment):
            return True
        fragments[canonical_url(url)].add(fragment)
    return any(len(found) > 1 for found in fragments.values())


def repeated_guids(
    guids: Sequence[str], links: Sequence[str], titles: Sequence[str]
) -> frozenset[str]:
    """Returns the guids that stand on items with different links (titles, where there is no link):
    they identify nothing.

    Args:
        guids, links, titles: of the items, in the same order; empty where an item has none.
    """
    seen: dict[str, set[str]] = defaultdict(set)
    for guid, link, title in zip(guids, links, titles, strict=True):
        if guid:
            seen[guid].add(link or f" {title}")
    return frozenset(guid for guid, found in seen.items() if len(found) > 1)


def shared_links(
    guids: Sequence[str], links: Sequence[str], names: Sequence[str]
) -> frozenset[str]:
    """Returns the links that stand on items with different titles and no guid but the link itself,
    such as a page of court notices: they say where to read, and not which item.

    Args:
        guids, links, names: of the items, in the same order; empty where an item has none; a name
            is the title, else the text.
    """
    unnamed = map(_link_alone, guids, links)
    return find_shared(list(unnamed), names)


def _link_alone(guid: str, link: str) -> str:
    """Returns the link of an item that has no other guid."""
    return link if guid in ("", link) else ""


def find_shared(values: Sequence[str], names: Sequence[str]) -> frozenset[str]:
    """Returns the values that stand on items with different names; empty ones do not count."""
    seen: dict[str, set[str]] = defaultdict(set)
    for value, name in zip(values, names, strict=True):
        if value and name:
            seen[value].add(fold(name))
    return frozenset(value for value, found in seen.items() if len(found) > 1)


def is_own_page(url: str, feed_url: str, home_url: str | None) -> bool:
    """Whether an item's link is just the site's front page, which identifies nothing."""
    if site_of(url) not in {site_of(feed_url), site_of(home_url or "")}:
        return False
    return _is_root(url)


def _is_root(url: str) -> bool:
    # A query may name an article: "/?p=123" is how WordPress links without pretty addresses.
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def join_tracked(items: Iterable[FeedItem]) -> tuple[FeedItem, ...]:
    """Returns items without those that repeat an earlier one under another campaign: with its words
    and instant, and a link that differs in parameters which name no article.

    No list knows the parameters of every publisher; words and instant together tell them.
    """
    kept: list[FeedItem] = []
    seen: dict[tuple[object, ...], list[frozenset[tuple[str, str]]]] = defaultdict(list)
    for item in items:
        parts = urlsplit(item.url or "")
        if not parts.query or item.published_at is None or item.published_precision == "day":
            kept.append(item)
            continue
        parameters = _parameters(parts.query)
        words = fold(item.title), item.summary, item.content
        story = (item.url or "").partition("?")[0], *words, item.published_at
        if not any(map(partial(_differs_by_tracking, parameters), seen[story])):
            kept.append(item)
        seen[story].append(parameters)
    return tuple(kept)


def differ_by_tracking(one: str, other: str) -> bool:
    """Whether two links differ in parameters alone that name no article."""
    (page, _, query), (other_page, _, other_query) = one.partition("?"), other.partition("?")
    return page == other_page and _differs_by_tracking(_parameters(query), _parameters(other_query))


def _parameters(query: str) -> frozenset[tuple[str, str]]:
    # Bytes that are no UTF-8 stay what they are: `%E9` and `%E8` may be two ids.
    return frozenset(parse_qsl(query, keep_blank_values=True, errors="surrogateescape"))


def _differs_by_tracking(
    one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]
) -> bool:
    """Whether parameters differ, and only in such as name no article: a number may be its id."""
    return not any(value.isdigit() or _ID_NAME.search(name) for name, value in one ^ other)
