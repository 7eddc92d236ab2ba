"""Finds words, phrases and NEARs in a folded text, as spans of word places."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter

from monitor.matching.folding import FoldedText, WordGroup
from monitor.matching.nodes import AnyOfNode, NearNode, Piece, Spanning, TermNode
from monitor.text import Word, without_prefix

# Places of one operand that are kept; a text that repeats a word more often is not an article.
MAX_SPANS = 10_000
_FIRST, _LAST = attrgetter("first"), attrgetter("last")
_BEGINS, _ENDS = attrgetter("first", "last"), attrgetter("last", "first")
MAX_GLUED = 3  # words of a phrase that soft hyphens may have glued into one


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Words `first` to `last` of a text, both included."""

    first: int
    last: int


def find_spans(node: Spanning, text: FoldedText, limit: int = MAX_SPANS) -> list[Span]:
    """Returns where a term or NEAR stands in a text, in order, at most `limit` places; of a NEAR
    from each left operand to the nearest right one on either side.
    """
    match node:
        case TermNode():
            return list(islice(_iter_phrase(node, text), limit))
        case NearNode():
            return _join_operands(node, text, nearest=1)[:limit]
        case AnyOfNode(operands):
            return _find_any(operands, text)[:limit]


def _find_operand(node: Spanning, text: FoldedText) -> list[Span]:
    """Returns the places of an operand of a NEAR, see `_join_operands`."""
    if isinstance(node, NearNode):
        # All pairs, not the nearest alone: what the next NEAR asks for may stand beside another.
        return _join_operands(node, text, nearest=MAX_SPANS)[:MAX_SPANS]
    return find_spans(node, text)


def _find_any(operands: Iterable[Spanning], text: FoldedText) -> list[Span]:
    # A set: alternatives such as `ferry OR ferr*` stand at the same places.
    spans: set[Span] = set()
    for operand in operands:
        spans.update(_find_operand(operand, text))
    return sorted(spans)


def glued_forms(pieces: tuple[Piece, ...], place: int) -> WordGroup:
    """Returns the words under which piece `place` of a phrase may stand in a text: alone, or glued
    to its neighbours.
    """
    forms = WordGroup(frozenset())
    for size in range(1, MAX_GLUED + 1):
        for first in range(max(0, place - size + 1), place + 1):
            run = pieces[first : first + size]
            if len(run) == size:
                forms |= _glue(run)
    return forms


def _glue(run: Sequence[Piece]) -> WordGroup:
    """Returns pieces as one word, none when a beginning of a word stands before the last."""
    if any(piece.is_prefix for piece in run[:-1]):
        return WordGroup(frozenset())
    form = frozenset(("".join(piece.folded for piece in run),))
    return WordGroup(frozenset(), form) if run[-1].is_prefix else WordGroup(form)


def _iter_phrase(term: TermNode, text: FoldedText) -> Iterator[Span]:
    key = None if text.seamed else term.key
    # Most terms of a long query stand nowhere in a text: that is told first.
    if key is not None and key not in text.places:
        return
    if key is not None and not text.has_prefixes:
        yield from _iter_plain(term.pieces, Piece(key), text)
        return
    for first in _beginnings(term.pieces[0], text):
        last = _walk(term.pieces, text.words, first)
        if last is not None:
            yield Span(first, last)


def _iter_plain(pieces: tuple[Piece, ...], key: Piece, text: FoldedText) -> Iterator[Span]:
    """Yields where a phrase stands in a text whose words are what they look like, found by one of
    its words.
    """
    before, words = pieces.index(key), text.folded
    for place in text.places[key.folded]:
        first, end = place - before, place - before + len(pieces)
        if first >= 0 and end <= len(words) and all(map(Piece.matches, pieces, words[first:end])):
            yield Span(first, end - 1)


def _beginnings(piece: Piece, text: FoldedText) -> list[int]:
    """Returns the places at which a phrase with this first piece may begin."""
    if piece.is_prefix:
        return sorted({*_places_of_prefix(piece.folded, text), *text.seamed})
    places = text.places.get(piece.folded, [])
    return sorted({*places, *text.seamed}) if text.seamed else places


def _places_of_prefix(prefix: str, text: FoldedText) -> Iterator[int]:
    for word, places in text.places.items():
        if word.startswith(prefix):
            yield from places


def _walk(pieces: tuple[Piece, ...], words: tuple[Word, ...], at: int) -> int | None:
    """Returns the last place of the phrase that begins at `at`, None when it is another text."""
    done = 0
    while done < len(pieces):
        taken = _count_taken(pieces[done : done + MAX_GLUED], words[at]) if at < len(words) else 0
        if not taken:
            return None
        done += taken
        at += 1
    return at - 1


def _count_taken(pieces: tuple[Piece, ...], word: Word) -> int:
    """Returns how many of the pieces that come next a word of the text stands for."""
    if any(map(pieces[0].matches, (word.folded, *without_prefix(word.folded)))):
        return 1
    return _count_glued(pieces, word) if word.seams else 0


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


def _join_operands(near: NearNode, text: FoldedText, nearest: int) -> list[Span]:
    """Returns where a NEAR stands, in order.

    Args:
        nearest: right operands that are tried on each side of a left one. Of operands that stand
            very often fewer are, so that no more than about `MAX_SPANS` pairs are looked at.
    """
    lefts, rights = _find_operand(near.left, text), _find_operand(near.right, text)
    fair_share = MAX_SPANS // (2 * max(1, len(lefts)))
    return _join(lefts, rights, near.distance, max(1, min(nearest, fair_share)))


def _join(lefts: list[Span], rights: list[Span], distance: int, nearest: int) -> list[Span]:
    """Returns the spans that hold a left and a right one with at most `distance` words between: for
    each left its nearest ones on either side.
    """
    after = _join_after(lefts, rights, distance, nearest)
    # A set: two left operands may have the same right one, and the other way round.
    found = {*after, *_join_before(lefts, rights, distance, nearest)}
    return sorted(found, key=_BEGINS)


def _join_after(
    lefts: list[Span], rights: list[Span], distance: int, nearest: int
) -> Iterator[Span]:
    firsts = list(map(_FIRST, rights))
    for left in lefts:
        begin = bisect_right(firsts, left.last)
        end = bisect_right(firsts, left.last + distance + 1, begin)
        for right in rights[begin : min(end, begin + nearest)]:
            yield Span(left.first, right.last)


def _join_before(
    lefts: list[Span], rights: list[Span], distance: int, nearest: int
) -> Iterator[Span]:
    # What stands before a span ends before it: the last to begin may reach into it.
    rights = sorted(rights, key=_ENDS)
    lasts = list(map(_LAST, rights))
    for left in lefts:
        end = bisect_left(lasts, left.first)
        begin = bisect_left(lasts, left.first - distance - 1, 0, end)
        for right in rights[max(begin, end - nearest) : end]:
            yield Span(right.first, left.last)
