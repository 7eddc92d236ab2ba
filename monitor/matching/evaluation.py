"""Evaluates a query's tree on a folded item, in three values: it holds, it does not, it cannot be
known.

Not known are a regular expression that ran out of time, and, as long as the full text has not been
read, every term that was not found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from monitor.matching.folding import Folded, searched_in, without_accents
from monitor.matching.nodes import (
    TEXT_FIELDS,
    And,
    Bound,
    Lang,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Term,
)
from monitor.matching.spans import find_spans
from monitor.text import normalise

REGEX_SECONDS = (
    0.1  # for one expression on one field; it stops at the first field that takes longer
)
MAX_REGEX_TEXT = 200_000  # characters
MAX_REGEX_HITS = 3
# Places of one leaf in one field that are kept: they are shown and counted, and three decide
MAX_HITS = 100


@dataclass(frozen=True, slots=True)
class Hit:
    """A place where a leaf was found: `text[start:end]`, where `text` is the field (`slug` for the
    URL's words).
    """

    field: str
    text: str
    start: int
    end: int


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
    _hits: dict[int, tuple[list[Hit], bool]] = field(default_factory=dict)

    def decide(self, node: Node) -> bool | None:
        """Returns whether a node holds; None when that cannot be known."""
        match node:
            case Not(operand):
                value = self.decide(operand)
                return None if value is None else not value
            case And(operands):
                return self._decide_all(operands, needed=True)
            case Or(operands):
                return self._decide_all(operands, needed=False)
            case Term() | Near() | Pattern():
                hits, is_known = self._search(node)
                return True if hits else (False if is_known else None)
            case Lang(code):
                return self._decide_lang(code)
            case Bound():
                return self._decide_bound(node)

    def get_hits(self, leaf: Leaf) -> list[Hit]:
        """Returns where a term, NEAR or expression was found, by field (title first), then by
        place.
        """
        return self._search(leaf)[0] if isinstance(leaf, Term | Near | Pattern) else []

    def _decide_all(self, operands: tuple[Node, ...], *, needed: bool) -> bool | None:
        """Kleene's AND (`needed=True`) and OR: the first operand that settles it ends the search."""
        result: bool | None = needed
        for operand in operands:
            value = self.decide(operand)
            if value is (not needed):
                return value
            result = None if value is None else result
        return result

    def _decide_lang(self, code: str) -> bool | None:
        lang = self.folded.fields.lang.lower()
        if not lang and not self.is_final:
            return None
        return lang.replace("_", "-").partition("-")[0] == code

    def _decide_bound(self, bound: Bound) -> bool | None:
        at = self.folded.fields.at
        if at is None:
            return False if self.is_final else None
        return bound.admits(at, self.now)

    def _search(self, leaf: Term | Near | Pattern) -> tuple[list[Hit], bool]:
        """Returns the hits of a leaf and whether their absence would be certain."""
        found = self._hits.get(id(leaf))
        if found is None:
            found = self._run_regex(leaf) if isinstance(leaf, Pattern) else self._find_words(leaf)
            self._hits[id(leaf)] = found
        return found

    def _find_words(self, leaf: Term | Near) -> tuple[list[Hit], bool]:
        hits = []
        names = searched_in(leaf.field)
        for name in names:
            text = self.folded.texts[name]
            for span in find_spans(leaf, text, MAX_HITS):
                start, end = text.words[span.first].start, text.words[span.last].end
                hits.append(Hit(name, text.text, start, end))
        return hits, self._is_known(names)

    def _is_known(self, names: tuple[str, ...]) -> bool:
        """Says whether fields hold all they ever will: before extraction an empty field, and any
        text, may still grow.
        """
        return self.is_final or all(
            name != "text" and self.folded.texts[name].text for name in names
        )

    def _run_regex(self, leaf: Pattern) -> tuple[list[Hit], bool]:
        hits: list[Hit] = []
        names = (leaf.field,) if leaf.field else TEXT_FIELDS
        for name in names:
            text = normalise(getattr(self.folded.fields, name)[:MAX_REGEX_TEXT])
            try:
                places = leaf.compiled.finditer(without_accents(text), timeout=REGEX_SECONDS)
                found = islice(places, MAX_REGEX_HITS)
                hits.extend(Hit(name, text, *place.span()) for place in found)
            except TimeoutError:
                self.undecided.append(
                    f"{leaf.source} took longer than {REGEX_SECONDS:g} s on the {name}"
                )
                return hits, False
        return hits, self._is_known(names)
