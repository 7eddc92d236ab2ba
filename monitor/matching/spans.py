"""Finds words, phrases and NEARs in a folded text, as spans of word places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from monitor.matching.folding import FoldedText, Group
from monitor.matching.nodes import AnyOf, Near, Piece, Spanning, Term
from monitor.text import Word

# Places of one operand that are kept; a text that repeats a word more often is no article
MAX_SPANS = 10_000
MAX_GLUED = 3  # words of a phrase that soft hyphens may have glued into one


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words `first` to `last` of a text, both included."""

    first: int
    last: int


def find_spans(node: Spanning, text: FoldedText, limit: int = MAX_SPANS) -> list[Span]:
    """Returns where a term or NEAR stands in a text, in order, at most `limit` places."""
    match node:
        case Term(pieces):
            return list(islice(_iter_phrase(pieces, text), limit))
        case Near(left, right, distance):
            return _join(find_spans(left, text), find_spans(right, text), distance)[:limit]
        case AnyOf(operands):
            return sorted({span for operand in operands for span in find_spans(operand, text)})[
                :limit
            ]


def glued_forms(pieces: tuple[Piece, ...], place: int) -> Group:
    """Returns the words under which piece `place` of a phrase may stand in a text: alone, or glued
    to its neighbours.
    """
    forms = Group(frozenset())
    for size in range(1, MAX_GLUED + 1):
        for first in range(max(0, place - size + 1), place + 1):
            run = pieces[first : first + size]
            if len(run) == size and not any(piece.is_prefix for piece in run[:-1]):
                form = frozenset(("".join(piece.folded for piece in run),))
                forms |= Group(frozenset(), form) if run[-1].is_prefix else Group(form)
    return forms


def _iter_phrase(pieces: tuple[Piece, ...], text: FoldedText) -> Iterator[Span]:
    for first in _beginnings(pieces[0], text):
        last = _follow(pieces, text.words, first)
        if last is not None:
            yield Span(first, last)


def _beginnings(piece: Piece, text: FoldedText) -> list[int]:
    """Returns the places at which a phrase with this first piece may begin."""
    if piece.is_prefix:
        places = [
            place
            for word, at in text.places.items()
            if word.startswith(piece.folded)
            for place in at
        ]
    else:
        places = text.places.get(piece.folded, [])
    if piece.is_prefix or text.seamed:
        return sorted({*places, *text.seamed})
    return places


def _follow(pieces: tuple[Piece, ...], words: tuple[Word, ...], at: int) -> int | None:
    """Returns the last place of the phrase that begins at `at`, None when it is another text."""
    done = 0
    while done < len(pieces):
        if at == len(words):
            return None
        word = words[at]
        if pieces[done].matches(word.folded):
            taken = 1
        else:
            taken = _count_glued(pieces[done : done + MAX_GLUED], word) if word.seams else 0
        if not taken:
            return None
        done += taken
        at += 1
    return at - 1


def _count_glued(pieces: tuple[Piece, ...], word: Word) -> int:
    """Returns how many pieces a word with seams holds, cut exactly at seams; 0 when it does not
    hold them.
    """
    cut = 0
    for count, piece in enumerate(pieces, start=1):
        rest = word.folded[cut:]
        if count > 1 and piece.matches(rest):
            return count
        cut += len(piece.folded)
        if piece.is_prefix or not rest.startswith(piece.folded) or cut not in word.seams:
            return 0
    return 0


def _join(lefts: list[Span], rights: list[Span], distance: int) -> list[Span]:
    """Returns the spans that hold a left and a right one with at most `distance` words between: for
    each left its nearest.
    """
    firsts = [span.first for span in rights]
    found = set()
    for left in lefts:
        after = bisect_right(firsts, left.last)
        before = bisect_left(firsts, left.first) - 1
        if after < len(rights) and firsts[after] - left.last - 1 <= distance:
            found.add(Span(left.first, rights[after].last))
        while (
            before >= 0 and rights[before].last >= left.first
        ):  # it reaches into the left one: look further back
            before -= 1
        if before >= 0 and left.first - rights[before].last - 1 <= distance:
            found.add(Span(rights[before].first, left.last))
    return sorted(found)
