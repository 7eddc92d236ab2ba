"""The tree of a query: what the parser builds, what evaluation walks, and how it is printed.

Printing and parsing are inverse: `parse(str(node))` matches the same texts. Printed terms are
always quoted and folded, so that no word of a query can be taken for an operator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import regex

# Where a term without a field is looked for; of the URL only the slug.
TEXT_FIELDS = ("title", "summary", "text", "url")
META_FIELDS = ("outlet", "feed")


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
    """

    pieces: tuple[Piece, ...]
    source: str
    field: str | None = None

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
    """At least one operand holds."""

    operands: tuple[Node, ...]

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
