"""A query read off its tree word by word: slow, and plain enough to be seen to be right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.matching import slug
from monitor.matching.folding import without_accents
from monitor.matching.nodes import (
    AndNode,
    AnyOfNode,
    BoundNode,
    LangNode,
    NearNode,
    Node,
    NotNode,
    OrNode,
    PatternNode,
    Spanning,
    TermNode,
)
from monitor.model import Fields
from monitor.text import normalise, words
from tests.matching.asking import NOW

# First and last word of a place where something stands.
Place = tuple[int, int]


def holds(node: Node, fields: Fields) -> bool:
    """Says whether a node holds of an item of which all is read."""
    match node:
        case NotNode(operand):
            return not holds(operand, fields)
        case AndNode(operands):
            return all(holds(operand, fields) for operand in operands)
        case OrNode(operands):
            return any(holds(operand, fields) for operand in operands)
        case LangNode(code):
            return fields.lang.partition("-")[0] == code
        case BoundNode():
            return fields.at is not None and node.admits(fields.at, NOW)
        case PatternNode(_, compiled, name):
            named = (name,) if name else ("title", "summary", "text", "url")
            texts = (without_accents(normalise(getattr(fields, one))) for one in named)
            return any(compiled.search(text) for text in texts)
        case _:
            return any(list(places(node, text)) for text in _texts(node.field, fields))


def _texts(name: str | None, fields: Fields) -> tuple[str, ...]:
    if name is None:
        return fields.title, fields.summary, fields.text, slug(fields.url)
    return (getattr(fields, name),)


def places(node: Spanning, text: str) -> Iterator[Place]:
    """Yields where a term or NEAR stands in a text in which no word is glued to another."""
    match node:
        case TermNode():
            yield from _places_of_term(node, [word.folded for word in words(text)])
        case AnyOfNode(operands):
            for operand in operands:
                yield from places(operand, text)
        case NearNode(left, right, distance):
            for one in places(left, text):
                for other in places(right, text):
                    first, second = sorted((one, other))
                    if 0 <= second[0] - first[1] - 1 <= distance:
                        yield first[0], second[1]


def _places_of_term(term: TermNode, found: Sequence[str]) -> Iterator[Place]:
    count = len(term.pieces)
    for first in range(len(found) - count + 1):
        run = found[first : first + count]
        if all(piece.matches(word) for piece, word in zip(term.pieces, run, strict=True)):
            yield first, first + count - 1
