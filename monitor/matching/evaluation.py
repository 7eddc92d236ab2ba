"""Evaluates a query's tree on a folded item, in three values: it holds, it does not, it cannot be
known (Kleene's strong logic).

Not known are a regular expression that ran out of time, and, as long as the full text has not been
read, every term that was not found."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

import regex

from monitor.matching.folding import Folded, searched_in, without_accents
from monitor.matching.nodes import (
    TEXT_FIELDS,
    AndNode,
    BoundNode,
    LangNode,
    Leaf,
    NearNode,
    Node,
    NotNode,
    OrNode,
    PatternNode,
    SearchedLeaf,
    TermNode,
    WordTable,
)
from monitor.matching.spans import find_spans
from monitor.text import normalise

N = TypeVar("N")

MAX_REGEX_TEXT = 200_000  # characters
MAX_REGEX_HITS = 3
# Places of one leaf in one field that are kept: they are shown and counted, and three decide
MAX_HITS = 100


@dataclass(frozen=True, slots=True)
class LeafHit:
    """A place where a leaf was found: `text[start:end]`, where `text` is the field (`slug` for the
    URL's words).
    """

    field: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Search:
    """What was found of a leaf.

    Attributes:
        hits: by field (title first), then by place.
        is_known: where there are none, there will be none.
    """

    hits: list[LeafHit]
    is_known: bool


@dataclass(slots=True)
class Evaluation:
    """One query on one item. What leaves found is kept, so that a regular expression runs once.

    Attributes:
        is_final: the text is all there is: what is not found is not there. Else unfound terms are
            unknown.
        undecided: why leaves could not be decided, in words.
    """

    folded: Folded
    now: datetime
    is_final: bool
    undecided: list[str] = field(default_factory=list)
    _searches: dict[int, _Search] = field(default_factory=dict)
    _picked: dict[int, Sequence[Any]] = field(default_factory=dict)

    def decide(self, node: Node) -> bool | None:
        """Returns whether a node holds; None when that cannot be known."""
        match node:
            case NotNode(operand):
                value = self.decide(operand)
                return None if value is None else not value
            case AndNode(operands):
                return self._decide_all(operands, needed=True)
            case OrNode():
                return self._decide_any(node)
            case TermNode() | NearNode() | PatternNode():
                return self._decide_leaf(node)
            case LangNode(code):
                return self._decide_lang(code)
            case BoundNode():
                return self._decide_bound(node)

    def pick(self, table: WordTable[N]) -> Sequence[N]:
        """Returns the nodes of a table that may stand in the item, in their order."""
        picked = self._picked.get(id(table))
        if picked is None:
            picked = self._picked[id(table)] = self.folded.pick(table)
        return picked

    def get_hits(self, leaf: Leaf) -> list[LeafHit]:
        """Returns where a term, NEAR or expression was found, by field (title first), then by
        place.
        """
        return self._search(leaf).hits if isinstance(leaf, SearchedLeaf) else []

    def _decide_leaf(self, leaf: SearchedLeaf) -> bool | None:
        search = self._search(leaf)
        if search.hits:
            return True
        return False if search.is_known else None

    def _decide_any(self, node: OrNode) -> bool | None:
        # The others stand nowhere: they fail, or are not known as long as the text is not.
        value = self._decide_all(self.pick(node.table), needed=False)
        if value or self.is_final:
            return value
        return self._decide_all(node.operands, needed=False)

    def _decide_all(self, operands: Sequence[Node], *, needed: bool) -> bool | None:
        """Returns Kleene's AND (`needed=True`) or OR; the first operand that settles it ends it."""
        result: bool | None = needed
        for operand in operands:
            value = self.decide(operand)
            if value is (not needed):
                return value
            result = None if value is None else result
        return result

    def _decide_lang(self, code: str) -> bool | None:
        # Feeds often leave it out; the page may still say it, and its words tell it.
        if not self.folded.fields.lang and not self.is_final:
            return None
        return self.folded.lang.replace("_", "-").partition("-")[0] == code

    def _decide_bound(self, bound: BoundNode) -> bool | None:
        at = self.folded.fields.at
        if at is None:
            return False if self.is_final else None
        return bound.admits(at, self.now)

    def _search(self, leaf: SearchedLeaf) -> _Search:
        # By identity: equal leaves at two places of a query are searched twice, which is rare.
        search = self._searches.get(id(leaf))
        if search is None:
            if isinstance(leaf, PatternNode):
                search = self._run_regex(leaf)
            else:
                search = self._find_words(leaf)
            self._searches[id(leaf)] = search
        return search

    def _find_words(self, leaf: TermNode | NearNode) -> _Search:
        hits: list[LeafHit] = []
        names = searched_in(leaf.field)
        for name in self._names_with(leaf):
            text = self.folded.texts[name]
            places = (
                text.bounds(span.first, span.last) for span in find_spans(leaf, text, MAX_HITS)
            )
            hits.extend(LeafHit(name, text.text, *place) for place in places)
        return _Search(hits, self._is_known(names))

    def _names_with(self, leaf: TermNode | NearNode) -> Sequence[str]:
        """Returns the fields in which a leaf may stand, told at a glance where it is a word or a
        phrase.
        """
        if isinstance(leaf, NearNode) or leaf.field is not None or leaf.key is None:
            return searched_in(leaf.field)
        return self.folded.names_with(leaf.key)

    def _is_known(self, names: tuple[str, ...]) -> bool:
        """Whether fields hold all they ever will: before extraction an empty field, and any text,
        may still grow.
        """
        if self.is_final:
            return True
        return all(name != "text" and self.folded.texts[name].text for name in names)

    def _run_regex(self, leaf: PatternNode) -> _Search:
        hits: list[LeafHit] = []
        names = (leaf.field,) if leaf.field else TEXT_FIELDS
        for name in names:
            text = normalise(getattr(self.folded.fields, name)[:MAX_REGEX_TEXT])
            reason = self._find_in(hits, leaf, name, text)
            if reason:
                self.undecided.append(f"{leaf.source} {reason} on the {name}")
                return _Search(hits, is_known=False)
        return _Search(hits, self._is_known(names))

    def _find_in(self, hits: list[LeafHit], leaf: PatternNode, name: str, text: str) -> str:
        """Adds where an expression matches a field; returns why that could not be decided."""
        budget, began = self.folded.budget, time.monotonic()
        seconds = budget.next_seconds
        if not seconds:
            return "was not tried, since expressions took too long before"
        try:
            hits.extend(_find_pattern(leaf, name, text, seconds))
        except TimeoutError:
            return f"took longer than {seconds:.1g} s"
        finally:
            budget.spend(time.monotonic() - began)
        return ""


def _find_pattern(leaf: PatternNode, name: str, text: str, seconds: float) -> Iterator[LeafHit]:
    """Yields where an expression matches a field; raises TimeoutError when it takes too long."""
    for place in islice(_places(leaf, text, seconds), MAX_REGEX_HITS):
        yield LeafHit(name, text, *place.span())


def _places(leaf: PatternNode, text: str, seconds: float) -> Iterator[regex.Match[str]]:
    # Concurrent: the other threads go on meanwhile.
    return leaf.compiled.finditer(without_accents(text), timeout=seconds, concurrent=True)
