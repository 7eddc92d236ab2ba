"""What changed between two texts, word by word."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

_PARTS = re.compile(r"\s+|\w+|[^\w\s]")
_MAX_PARTS = 20_000  # words and gaps of a text; a longer one is compared by its paragraphs


@dataclass(frozen=True, slots=True)
class DiffPiece:
    """A stretch of text that is in both texts, only in the older or only in the newer one."""

    kind: Literal["same", "gone", "came"]
    text: str


def compare(older: str, newer: str) -> list[DiffPiece]:
    """Returns the pieces of two texts in the order of the newer one, what went before what came."""
    before, after = _PARTS.findall(older), _PARTS.findall(newer)
    if max(len(before), len(after)) > _MAX_PARTS:
        before, after = older.splitlines(keepends=True), newer.splitlines(keepends=True)
    pieces = []
    # Without the heuristic that skips frequent words: a changed "not" is what matters.
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, low, high, other_low, other_high in matcher.get_opcodes():
        gone, came = "".join(before[low:high]), "".join(after[other_low:other_high])
        if kind == "equal":
            pieces.append(DiffPiece("same", came))
            continue
        pieces += [DiffPiece("gone", gone)] if gone else []
        pieces += [DiffPiece("came", came)] if came else []
    return pieces
