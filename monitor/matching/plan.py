"""What can be told from a query's tree alone: required words, possible evidence, and the terms that
name its subject.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_

from monitor.matching.folding import Group
from monitor.matching.nodes import (
    META_FIELDS,
    And,
    AnyOf,
    Leaf,
    Near,
    Node,
    Or,
    Pattern,
    Spanning,
    Term,
    iter_terms,
)
from monitor.matching.slugs import slug_forms
from monitor.matching.spans import glued_forms

# How well a term names a subject: a phrase or NEAR is a name, a word may be one, a beginning or an
# expression hardly.
_NAME, _WORD, _PATTERN, _NOTHING = range(4)


def get_groups(node: Node | Spanning) -> tuple[Group, ...]:
    """Returns groups of words such that every text that matches holds one of each; empty when
    nothing is required.
    """
    match node:
        case And(operands):
            return tuple(
                dict.fromkeys(group for operand in operands for group in get_groups(operand))
            )
        case Or(operands) | AnyOf(operands):
            return _any_of([get_groups(operand) for operand in operands])
        case Near(left, right, _, _, field):
            return (
                ()
                if field == "url" or field in META_FIELDS
                else (*get_groups(left), *get_groups(right))
            )
        case Term(pieces, _, field):
            if field == "url" or field in META_FIELDS:
                return ()
            return tuple(dict.fromkeys(glued_forms(pieces, place) for place in range(len(pieces))))
        case _:
            return ()


def _any_of(choices: list[tuple[Group, ...]]) -> tuple[Group, ...]:
    """Joins alternatives into one group: of each the most telling one. All combinations would be
    exponential.
    """
    if not all(choices):
        return ()
    return (reduce(or_, (min(groups, key=_breadth) for groups in choices)),)


def _breadth(group: Group) -> tuple[int, int]:
    """Sorts groups by how many texts they let through: few and long words let few."""
    return len(group.words) + len(group.prefixes), -min(map(len, group.words | group.prefixes))


def get_evidence(leaves: Iterable[Term | Near | Pattern]) -> Group | None:
    """Returns the words of which a candidate must show at least one; None when no words can be
    named.
    """
    evidence = Group(frozenset())
    for leaf in leaves:
        if isinstance(leaf, Pattern) or leaf.field == "url":
            return None
        for term in iter_terms(leaf):
            evidence |= glued_forms(term.pieces, 0)
            if not term.pieces[0].is_prefix:
                evidence |= Group(slug_forms(term.pieces[0].folded))
    return evidence


def get_anchors(node: Node) -> tuple[Leaf, ...]:
    """Returns the leaves that name what the query is about: of terms that must all hold, the most
    name-like.
    """
    return _rank(node)[1]


def _rank(node: Node) -> tuple[int, tuple[Leaf, ...]]:
    match node:
        case Term(pieces, _, field):
            rank = _NAME if len(pieces) > 1 else _PATTERN if pieces[0].is_prefix else _WORD
            return (_NOTHING, ()) if field in META_FIELDS else (rank, (node,))
        case Near():
            return _NAME, (node,)
        case Pattern():
            return _PATTERN, (node,)
        case And(operands):
            ranked = [_rank(operand) for operand in operands]
            best = min(rank for rank, _ in ranked)
            return best, tuple(leaf for rank, leaves in ranked if rank == best for leaf in leaves)
        case Or(operands):
            ranked = [ranking for ranking in map(_rank, operands) if ranking[0] < _NOTHING]
            return max((rank for rank, _ in ranked), default=_NOTHING), tuple(
                leaf for _, leaves in ranked for leaf in leaves
            )
        case _:
            return _NOTHING, ()
