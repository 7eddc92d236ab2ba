"""What a query's tree says by itself: required words, possible evidence, and the terms that
name its subject.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import reduce
from itertools import chain
from operator import attrgetter, or_

from monitor.matching.folding import WordGroup
from monitor.matching.nodes import (
    META_FIELDS,
    AndNode,
    AnyOfNode,
    Leaf,
    NearNode,
    Node,
    OrNode,
    PatternNode,
    Piece,
    SearchedLeaf,
    Spanning,
    TermNode,
    iter_terms,
)
from monitor.matching.slugs import slug_forms
from monitor.matching.spans import glued_forms

# Groups of words, of each of which a text holds one.
Way = tuple[WordGroup, ...]


class _NamePower(IntEnum):
    """How well a term names a subject, the best first: a phrase or NEAR is a name, a word may be
    one, a beginning or an expression hardly.
    """

    NAME = 0
    WORD = 1
    PATTERN = 2
    NOTHING = 3


@dataclass(frozen=True, slots=True)
class _Anchors:
    """The leaves that name what a part of a query is about, and how well they do."""

    power: _NamePower
    leaves: tuple[Leaf, ...] = ()


_POWER: attrgetter[_NamePower] = attrgetter("power")
_NO_ANCHORS = _Anchors(_NamePower.NOTHING)


def get_groups(node: Node | Spanning) -> tuple[WordGroup, ...]:
    """Returns groups of words such that every text that matches holds one of each; empty when
    nothing is required.
    """
    match node:
        case AndNode(operands):
            return _all_of(operands)
        case OrNode(operands) | AnyOfNode(operands):
            return _any_of(list(map(get_groups, operands)))
        case NearNode() if _is_in_text(node.field):
            return (*get_groups(node.left), *get_groups(node.right))
        case TermNode() if _is_in_text(node.field):
            return _groups_of_term(node)
        case _:
            return ()


def _is_in_text(field: str | None) -> bool:
    """Whether a term with this field stands among the words that groups are compared with."""
    # Of a URL those hold the slug only, and outlet and feed are no words of the article.
    return field != "url" and field not in META_FIELDS


def _groups_of_term(term: TermNode) -> tuple[WordGroup, ...]:
    groups = (glued_forms(term.pieces, place) for place in range(len(term.pieces)))
    return tuple(dict.fromkeys(groups))


def _all_of(operands: Iterable[Node]) -> tuple[WordGroup, ...]:
    groups: dict[WordGroup, None] = {}
    for operand in operands:
        groups |= dict.fromkeys(get_groups(operand))
    return tuple(groups)


def _any_of(choices: list[tuple[WordGroup, ...]]) -> tuple[WordGroup, ...]:
    """Joins alternatives into one group: of each the most selective one. All combinations would be
    exponential.
    """
    # An alternative that requires nothing makes the whole require nothing.
    if not all(choices):
        return ()
    return (reduce(or_, (min(groups, key=_breadth) for groups in choices)),)


def _breadth(group: WordGroup) -> tuple[int, int]:
    """Sorts groups by how many texts they let through: few and long words let few."""
    return len(group.words) + len(group.prefixes), -min(map(len, group.words | group.prefixes))


def get_ways(node: Node) -> tuple[Way, ...]:
    """Returns the ways in which a text may match: one that does holds a word of each group of one
    of them. Empty when nothing is required.
    """
    match node:
        case OrNode(operands):
            choices = list(map(get_ways, operands))
            return tuple(chain.from_iterable(choices)) if all(choices) else ()
        case AndNode(operands):
            return _ways_of_all(operands)
        case _:
            groups = get_groups(node)
            return (groups,) if groups else ()


def _ways_of_all(operands: Sequence[Node]) -> tuple[Way, ...]:
    """Returns the ways of the operand that has the fewest, each with what all operands require: all
    combinations would be exponential.
    """
    required = _all_of(operands)
    fewest = min(filter(None, map(get_ways, operands)), key=len, default=())
    return tuple(tuple(dict.fromkeys((*way, *required))) for way in fewest)


def get_evidence_ways(leaves: Iterable[SearchedLeaf]) -> tuple[Way, ...]:
    """Returns the ways in which one of the terms may stand in an item, letters lost in its slug or
    not; one for each term, for leaves that `get_evidence` can name words of.
    """
    terms = chain.from_iterable(map(iter_terms, leaves))
    return tuple(map(_way_of_evidence, terms))


def _way_of_evidence(term: TermNode) -> Way:
    first = _evidence_of(term)
    rest = [
        glued_forms(term.pieces, place) | WordGroup(slug_forms(piece.folded))
        for place, piece in enumerate(term.pieces)
    ]
    return (first, *rest[1:])


def get_evidence(leaves: Iterable[SearchedLeaf]) -> WordGroup | None:
    """Returns the words of which a candidate must show at least one; None when no words can be
    named.
    """
    evidence = WordGroup(frozenset())
    for leaf in leaves:
        if isinstance(leaf, PatternNode) or leaf.field == "url":
            return None
        for term in iter_terms(leaf):
            evidence |= _evidence_of(term)
    return evidence


def _evidence_of(term: TermNode) -> WordGroup:
    """Returns the forms of a term's first word, also those that slugs make of it."""
    forms = glued_forms(term.pieces, 0)
    first = term.pieces[0]
    return forms if first.is_prefix else forms | WordGroup(slug_forms(first.folded))


def get_anchors(node: Node) -> tuple[Leaf, ...]:
    """Returns the leaves that name what the query is about: of terms that must all hold, the most
    name-like.
    """
    return _find_anchors(node).leaves


def _find_anchors(node: Node) -> _Anchors:
    match node:
        case TermNode() if node.field in META_FIELDS:
            return _NO_ANCHORS
        case TermNode(pieces):
            return _Anchors(_power_of(pieces), (node,))
        case NearNode():
            return _Anchors(_NamePower.NAME, (node,))
        case PatternNode():
            return _Anchors(_NamePower.PATTERN, (node,))
        case AndNode(operands):
            return _best_anchors(list(map(_find_anchors, operands)))
        case OrNode(operands):
            return _joint_anchors(list(map(_find_anchors, operands)))
        case _:
            return _NO_ANCHORS


def _power_of(pieces: Sequence[Piece]) -> _NamePower:
    if len(pieces) > 1:
        return _NamePower.NAME
    return _NamePower.PATTERN if pieces[0].is_prefix else _NamePower.WORD


def _best_anchors(parts: Sequence[_Anchors]) -> _Anchors:
    """Returns what names the subject best among parts that must all hold."""
    power = min(map(_POWER, parts))
    return _Anchors(power, _leaves_of(part for part in parts if part.power == power))


def _joint_anchors(parts: Sequence[_Anchors]) -> _Anchors:
    """Returns what names the subject in any of several alternatives: as well as the worst does."""
    # An alternative that names nothing, such as a language, takes nothing away from the others.
    named = [part for part in parts if part.power < _NamePower.NOTHING]
    return _Anchors(max(map(_POWER, named), default=_NamePower.NOTHING), _leaves_of(named))


def _leaves_of(parts: Iterable[_Anchors]) -> tuple[Leaf, ...]:
    leaves: list[Leaf] = []
    for part in parts:
        leaves += part.leaves
    return tuple(leaves)
