"""Pages that send a browser on by themselves, by a meta element "refresh": read like a redirect."""

from __future__ import annotations

import re
from html import unescape

HEAD_BYTES = 16_384  # such pages are small; an article's head may be long, and has none
_MAX_DELAY_S = 10.0  # a page that reloads after minutes is one to be read
# What stands in a comment or a script says nothing, and without scripts nobody is sent anywhere.
_UNSEEN = re.compile(
    rb"<!--.*?(?:-->|\Z)|<(script|style|noscript|template)\b.*?(?:</\1\s*>|\Z)", re.I | re.S
)
_META = re.compile(rb"<meta\b([^>]{0,2000})>", re.I)
_HTTP_EQUIV = re.compile(rb"""\bhttp-equiv\s*=\s*["']?\s*refresh\b""", re.I)
_CONTENT = re.compile(rb"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_REFRESH = re.compile(
    r"""\s*(\d{0,6}(?:\.\d{0,6})?)\s*[;,\s]\s*(?:url\s*=\s*)?(['"]?)(.+?)\2\s*""", re.I | re.S
)


def find_refresh(body: bytes) -> str | None:
    """Returns where a page sends its readers at once, None where it does not.

    Args:
        body: of a page; only its beginning is looked at.
    """
    head = _UNSEEN.sub(b"", body[:HEAD_BYTES])
    for meta in _META.finditer(head):
        content = _CONTENT.search(meta[1])
        if content and _HTTP_EQUIV.search(meta[1]):
            return _read_target(b"".join(filter(None, content.groups())))
    return None


def _read_target(content: bytes) -> str | None:
    """Returns the address in the content of a refresh, None without one or where it waits."""
    found = _REFRESH.fullmatch(unescape(content.decode("utf-8", "replace")))
    if found is None or float(found[1].strip(".") or 0) > _MAX_DELAY_S:
        return None
    return found[3].strip() or None
