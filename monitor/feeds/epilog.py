"""The part of an XML document behind its root, which is no part of the feed.

Servers add scripts, statistics and half a page to whatever they send. The parser calls that a
fault, and a document with a fault at its end looks like one that broke off."""

from __future__ import annotations

import re

from monitor.feeds.loose_xml import blank_hidden

_ROOT = re.compile(r"<([A-Za-z_][\w.-]*(?::[\w.-]+)?)[\s>/]")
_HEAD_CHARS = 65_536
_TAIL_CHARS = 1_000
# What follows is read, too, where it is more of the feed: some send one document after another.
_MORE = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|item|entry|url)[\s>]", re.IGNORECASE)
_COMMENTS = re.compile(r"<!--.*?(?:-->|\Z)|\s+", re.DOTALL)


def cut_epilog(text: str) -> tuple[str, bool]:
    """Returns a document up to the end of its root, and whether anything but comments followed; one
    whose root does not end comes back as it is.
    """
    root = _ROOT.search(text, 0, _HEAD_CHARS)
    if root is None:
        return text, False
    if _ends_with(text, root[1]):
        return text.rstrip(), False
    # Articles on feeds quote their tags.
    shown = blank_hidden(text)
    end = _find_last(shown, f"</{root[1]}".lower())
    if end is None or _MORE.search(shown, end):
        return text, False
    return text[:end], bool(_COMMENTS.sub("", text[end:]))


def _ends_with(text: str, name: str) -> bool:
    """Whether nothing follows the end of an element, as in most documents."""
    return text[-_TAIL_CHARS:].rstrip().lower().endswith(f"</{name}>".lower())


def _find_last(text: str, tag: str) -> int | None:
    """Returns the place behind the last end tag of a name, None without one."""
    closing = re.compile(re.escape(tag) + r"\s*>", re.IGNORECASE)
    ends = [match.end() for match in closing.finditer(text)]
    return ends[-1] if ends else None
