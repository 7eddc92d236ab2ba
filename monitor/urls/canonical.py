"""One key for all spellings of an article's address.

A *canonical URL* is a key, not an address to fetch: it always says `https`, drops `www.`, tracking
parameters and fragments, and unfolds accelerated (AMP) and wrapped addresses. Two spellings of one
article give one key; two articles never share one. Parameters are dropped by name from a closed
list: the looser rules of `courlan` (any name holding `ref`, `source`, `uid`, `keyword`, …) would
merge different articles."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import lru_cache
from urllib.parse import SplitResult, quote, unquote_to_bytes, urlsplit

from monitor.urls.addresses import REMEMBERED, resolve
from monitor.urls.hosts import bare_host, host_of, port_of
from monitor.urls.parameters import content_query
from monitor.urls.unwrapping import unfold, unwrap

_SESSION = re.compile(r";jsessionid=[^/;]*", re.IGNORECASE)
_ESCAPES = re.compile(r"((?:%[0-9a-fA-F]{2})+)")
_SAFE_IN_PATH = "/!$&'()*+,;=:@"
_SAFE_IN_FRAGMENT = "!/:@=&?,;+*()'"
_AMP_TAIL = re.compile(r"(?:/amp/?|\.amp|/amp\.html)$")


def canonical_url(
    url: str, *, keep_fragment: bool = False, known_hosts: Collection[str] = ()
) -> str:
    """Returns the key that all spellings of an article's address share.

    Idempotent. What is not a web address comes back unchanged but for outer white space.

    Args:
        url: the address as found.
        keep_fragment: keep `#…`, for feeds whose items differ in nothing else (court dockets).
        known_hosts: hosts of the feed and its site: `ref=` naming one of them, or the page's own
            host, is tracking.
    """
    return _canonical(url.strip(), keep_fragment, frozenset(known_hosts))


@lru_cache(maxsize=REMEMBERED)
def _canonical(url: str, keep_fragment: bool, known_hosts: frozenset[str]) -> str:
    found = resolve("", url.replace("&amp;", "&"))
    if found is None:
        return url
    parts = unfold(urlsplit(unwrap(found)))
    host = bare_host(host_of(parts))
    own_hosts = {host, *(bare_host(known.lower()) for known in known_hosts)}
    key = f"{_origin(parts, host)}{_path(parts.path)}{content_query(parts.query, host, own_hosts)}"
    return f"{key}{_fragment(urlsplit(found).fragment, keep=keep_fragment)}"


def _fragment(fragment: str, *, keep: bool) -> str:
    # "#!" begins the path of a page that is built in the browser.
    if not fragment or not (keep or fragment.startswith("!")):
        return ""
    return f"#{_recode(fragment, _SAFE_IN_FRAGMENT)}"


def _origin(parts: SplitResult, host: str) -> str:
    """Returns scheme, host and port of a key: `https` for all that have the usual port."""
    # A port of its own is no accident: the other scheme would be another server, or none.
    port = port_of(parts)
    return f"{parts.scheme}://{host}{port}" if port else f"https://{host}"


def _path(path: str) -> str:
    """Normalises a path: escapes, dot segments, empty segments, session ids, AMP endings; no slash
    at the end.
    """
    tidy = _without_dots(_SESSION.sub("", _recode(path, _SAFE_IN_PATH)))
    if tidy.endswith(".amp.html"):
        tidy = tidy.removesuffix(".amp.html") + ".html"
    shorter = _AMP_TAIL.sub("", tidy)
    # A page at "/amp" is not an accelerated front page.
    return shorter or tidy


def _without_dots(path: str) -> str:
    """Returns a path without dot segments (RFC 3986 §5.2.4) and empty ones."""
    kept: list[str] = []
    for segment in path.split("/"):
        if segment == "..":
            del kept[-1:]
        elif segment not in ("", "."):
            kept.append(segment)
    return "/" + "/".join(kept)


def _recode(text: str, safe: str) -> str:
    """Escapes in one way: unreserved characters plain, others as upper-case escapes; escaped `safe`
    ones stay escaped.
    """
    pieces = _ESCAPES.split(text)
    # The pattern has one group, so every second piece is a run of escapes.
    pieces[0::2] = [quote(piece, safe=safe) for piece in pieces[0::2]]
    pieces[1::2] = [quote(unquote_to_bytes(piece), safe="") for piece in pieces[1::2]]
    return "".join(pieces)
