"""The tree of a query: what the parser builds, what evaluation walks, and how it is printed.

Printing and parsing are inverse: `parse(str(node))` matches the same texts. Printed terms are
always quoted and folded, so that no word of a query can be taken for an operator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime, timedelta
from itertools import chain
from typing import Generic, TypeVar

import regex

# Where a term without a field is looked for; of the URL only the slug.
TEXT_FIELDS = ("title", "summary", "text", "url")
META_FIELDS = ("outlet", "feed")
# Fields of terms whose words stand among those that are known of an item, see `Folded.known`.
_FIELDS_OF_WORDS = frozenset({None, "title", "summary", "text"})

N = TypeVar("N")


class WordTable(Generic[N]):
    """Nodes by a word that a text must hold for them to stand in it. Of a long query nearly all
    stand nowhere: looked up from the text's side, they cost nothing.

    Args:
        words_of: of a node words of which a text that has it holds one; None when none can be
            named.

    Attributes:
        nodes: all of them.
    """

    def __init__(self, nodes: Sequence[N], words_of: Callable[[N], Collection[str] | None]) -> None:
        self.nodes = nodes
        self._always: list[int] = []
        self._places: dict[str, list[int]] = {}
        for place, node in enumerate(nodes):
            words = words_of(node)
            if words is None:
                self._always.append(place)
            for word in words or ():
                self._places.setdefault(word, []).append(place)
        # Two sets are compared by the smaller one, a mapping and a set by the set.
        self._words = frozenset(self._places)

    def find(self, known: frozenset[str]) -> Sequence[N]:
        """Returns the nodes that a text with these words may have, in their order."""
        words = known & self._words
        if not words and not self._always:
            return ()
        places = {*self._always, *chain.from_iterable(map(self._places.__getitem__, words))}
        return list(map(self.nodes.__getitem__, sorted(places)))


@dataclass(frozen=True, slots=True)
class Piece:
    """One folded word of a term, or the beginning of one."""

    folded: str
    is_prefix: bool = False

    def __str__(self) -> str:
        return f"{self.folded}*" if self.is_prefix else self.folded

    def matches(self, word: str) -> bool:
        """Returns whether a folded word of a text is this word or begins with it."""
        return word.startswith(self.folded) if self.is_prefix else word == self.folded


@dataclass(frozen=True, slots=True)
class TermNode:
    """A word, prefix or phrase, with the field it is limited to (None: the text fields) and its
    spelling in the query.

    Attributes:
        key: the word by which it is looked up: its longest, which few texts have; None where it has
            beginnings of words alone.
    """

    pieces: tuple[Piece, ...]
    source: str
    field: str | None = None
    key: str | None = dataclass_field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = (piece.folded for piece in self.pieces if not piece.is_prefix)
        object.__setattr__(self, "key", max(words, key=len, default=None))

    def __str__(self) -> str:
        return _with_field(self.field, f'"{" ".join(map(str, self.pieces))}"')


@dataclass(frozen=True, slots=True)
class PatternNode:
    """A regular expression, compiled without accents; its evaluation is bounded in time and may
    stay undecided.
    """

    source: str
    compiled: regex.Pattern[str]
    field: str | None = None

    def __str__(self) -> str:
        return _with_field(self.field, self.source)


@dataclass(frozen=True, slots=True)
class NearNode:
    """Two operands in one field, in either order, with at most `distance` words between them."""

    left: Spanning
    right: Spanning
    distance: int
    source: str
    field: str | None = None

    def __str__(self) -> str:
        return _with_field(self.field, f"({self.left} NEAR/{self.distance} {self.right})")


@dataclass(frozen=True, slots=True)
class AnyOfNode:
    """Alternatives inside a NEAR."""

    operands: tuple[Spanning, ...]

    def __str__(self) -> str:
        return f"({' OR '.join(map(str, self.operands))})"


@dataclass(frozen=True, slots=True)
class LangNode:
    """The language of the text: a primary subtag, so that `es` finds `es-MX`."""

    code: str

    def __str__(self) -> str:
        return f"lang:{self.code}"


@dataclass(frozen=True, slots=True)
class BoundNode:
    """The earliest or, with `is_upper`, the latest time of the text: a moment, or an age that
    counts back from now.

    Attributes:
        source: the value as written.
        moment: the bound itself; an upper one is the first moment that is too late.
    """

    source: str
    is_upper: bool
    moment: datetime | None = None
    age: timedelta | None = None

    def __str__(self) -> str:
        return f"{'until' if self.is_upper else 'since'}:{self.source}"

    def admits(self, at: datetime, now: datetime) -> bool:
        """Returns whether a time lies on the right side of the bound."""
        if self.age is not None:
            return at <= now - self.age if self.is_upper else at >= now - self.age
        assert self.moment is not None
        return at < self.moment if self.is_upper else at >= self.moment


@dataclass(frozen=True, slots=True)
class AndNode:
    """All operands hold."""

    operands: tuple[Node, ...]

    def __str__(self) -> str:
        return f"({' AND '.join(map(str, self.operands))})"


@dataclass(frozen=True, slots=True)
class OrNode:
    """At least one operand holds.

    Attributes:
        table: the operands by their words.
    """

    operands: tuple[Node, ...]
    table: WordTable[Node] = dataclass_field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "table", WordTable(self.operands, words_of))

    def __str__(self) -> str:
        return f"({' OR '.join(map(str, self.operands))})"


@dataclass(frozen=True, slots=True)
class NotNode:
    """The operand does not hold."""

    operand: Node

    def __str__(self) -> str:
        return f"NOT {self.operand}"


Spanning = TermNode | NearNode | AnyOfNode
SearchedLeaf = TermNode | NearNode | PatternNode  # what is looked for in texts
Leaf = TermNode | PatternNode | NearNode | LangNode | BoundNode
Node = Leaf | AndNode | OrNode | NotNode


def iter_leaves(node: Node, *, is_positive: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Yields the leaves in the order written, each with whether it asks for its text (True) or
    excludes it.
    """
    match node:
        case AndNode(operands) | OrNode(operands):
            for operand in operands:
                yield from iter_leaves(operand, is_positive=is_positive)
        case NotNode(operand):
            yield from iter_leaves(operand, is_positive=not is_positive)
        case _:
            yield node, is_positive


def words_of(node: Node) -> Collection[str] | None:
    """Returns words of which the texts of an item hold one where a node holds; None when none can
    be named.
    """
    if isinstance(node, TermNode | NearNode) and node.field in _FIELDS_OF_WORDS:
        return _words_of_span(node)
    return None


def _words_of_span(node: Spanning) -> Collection[str] | None:
    match node:
        case TermNode():
            return None if node.key is None else (node.key,)
        case NearNode(left, right):
            left_words = _words_of_span(left)
            return _words_of_span(right) if left_words is None else left_words
        case AnyOfNode(operands):
            words = list(map(_words_of_span, operands))
            return None if None in words else tuple(chain.from_iterable(filter(None, words)))


def iter_terms(node: Leaf | AnyOfNode) -> Iterator[TermNode]:
    """Yields the terms of a leaf: itself, or those inside a NEAR."""
    match node:
        case TermNode():
            yield node
        case NearNode(left, right):
            yield from iter_terms(left)
            yield from iter_terms(right)
        case AnyOfNode(operands):
            for operand in operands:
                yield from iter_terms(operand)


def _with_field(field: str | None, text: str) -> str:
    return f"{field}:{text}" if field else text
