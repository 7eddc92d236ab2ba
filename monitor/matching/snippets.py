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
    before, after = _words_before(text, start), _words_after(text, end)
    hit = text[start:end]
    room = MAX_SNIPPET - len(before) - len(after)
    if len(hit) > room:
        hit = hit[: room - 1] + "…"
    return one_line(before + hit + after, limit=MAX_SNIPPET)


def _words_before(text: str, start: int) -> str:
    first = max(0, start - _CONTEXT)
    before = text[first:start]
    return before if first == 0 else "…" + before[before.find(" ") + 1 :]


def _words_after(text: str, end: int) -> str:
    last = min(len(text), end + _CONTEXT)
    after = text[end:last]
    return after if last == len(text) else after[: after.rfind(" ") + 1].rstrip() + "…"
