"""What makes an item the same item at the next poll, within its feed.

The ladder is guid, else link, else title and day. Each rung has been seen to fail in real feeds:
guids that are blank, that name the site instead of the item, that change their scheme, carry
tracking parameters or a revision number (`…#0`, `…#1`); links with a new token at each request.
Keys are kept for ever by the store, so what this module returns for an item must not change
lightly."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from monitor.text import fold
from monitor.urls import canonical_url, is_web_url, site_of

MAX_KEY_CHARS = 500  # longer keys are replaced by their hash

_REVISION = re.compile(r"#\d{1,4}$")
_DOCKET = re.compile(r"(?:minute-)?entry-\d+", re.IGNORECASE)


def guid_key(guid: str) -> str:
    """Returns a guid as it is compared: trimmed; addresses scheme-blind, without tracking and
    revision number.
    """
    guid = guid.strip()
    if not is_web_url(guid):
        return guid
    return canonical_url(_REVISION.sub("", guid), keep_fragment=True)


def link_key(url: str, *, keep_fragment: bool) -> str:
    """Returns the link as a key; its fragment counts where fragments tell the feed's items apart."""
    return canonical_url(url, keep_fragment=keep_fragment)


def text_key(title: str, text: str, published_at: datetime | None) -> str:
    """Returns a key for an item with neither guid nor link: a hash of its title (its text without
    one) and day.
    """
    day = published_at.date().isoformat() if published_at else ""
    return hashlib.sha256(f"{fold(title) or fold(text)}\n{day}".encode()).hexdigest()


def item_key(guid: str, link: str, text: str) -> str:
    """Returns the key of the first rung that holds: names the rung, so that a guid never equals
    another item's link.
    """
    kind, value = ("id", guid) if guid else ("url", link) if link else ("text", text)
    key = f"{kind}:{value}"
    return (
        key if len(key) <= MAX_KEY_CHARS else f"{kind}:{hashlib.sha256(value.encode()).hexdigest()}"
    )


def keeps_fragments(urls: Sequence[str | None]) -> bool:
    """Tells whether the links of a feed differ in nothing but their fragments, as a court docket's
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
    """Returns the guids on items with different links (titles, where they have no link): they name
    no item.
    """
    seen: dict[str, set[str]] = defaultdict(set)
    for guid, link, title in zip(guids, links, titles, strict=True):
        if guid:
            seen[guid].add(link or f" {title}")
    return frozenset(guid for guid, found in seen.items() if len(found) > 1)


def is_own_page(url: str, feed_url: str, home_url: str | None) -> bool:
    """Tells whether an item's link is just the site's front page, which identifies nothing."""
    return (
        site_of(url) in {site_of(feed_url), site_of(home_url or "")}
        and urlsplit(url).path in ("", "/")
        and not urlsplit(url).query
    )
