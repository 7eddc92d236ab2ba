"""The words around a hit, as they stand in the text."""

from __future__ import annotations

from monitor.text import one_line

MAX_SNIPPET = 160  # characters
MAX_SNIPPETS = 3  # of one term
_CONTEXT = 60  # characters kept on either side of a hit


def make_snippet(text: str, start: int, end: int) -> str:
    """Returns one clean line: `text[start:end]` and the words around it, at most `MAX_SNIPPET`
    characters, `…` where cut.
    """
    first, last = max(0, start - _CONTEXT), min(len(text), end + _CONTEXT)
    before, after = text[first:start], text[end:last]
    if first > 0:
        before = "…" + before[before.find(" ") + 1 :]
    if last < len(text):
        after = after[: after.rfind(" ") + 1].rstrip() + "…"
    room = MAX_SNIPPET - len(before) - len(after)
    hit = text[start:end]
    if len(hit) > room:
        hit = hit[: room - 1] + "…"
    return one_line(before + hit + after, limit=MAX_SNIPPET)
