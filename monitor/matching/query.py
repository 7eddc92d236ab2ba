"""A compiled query: exact matching, the generous first stage, and what a full-text index may be
asked.

Two stages. *Candidate*: on what a feed shows, one positive term is enough to read the page, for
three in ten relevant headlines lack the name. *Match*: on the full text, exactly. A query first
looks at the set of an item's words; only an item that has one word of each required group is
evaluated, so a hundred cases cost little more than one.

Tried and left: a stemmer (folds names together), RE2 (its word boundaries are ASCII).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from monitor.matching.evaluation import Evaluation, Hit
from monitor.matching.folding import Folded, Group
from monitor.matching.nodes import (
    META_FIELDS,
    Leaf,
    Near,
    Node,
    Pattern,
    Term,
    iter_leaves,
    iter_terms,
)
from monitor.matching.parsing import parse
from monitor.matching.plan import get_anchors, get_evidence, get_groups
from monitor.matching.slugs import find_in_slug
from monitor.matching.snippets import MAX_SNIPPETS, make_snippet
from monitor.matching.subject import is_subject
from monitor.model import Fields, Match, MatchedTerm
from monitor.text import fold, one_line

MAX_MATCHED_TERMS = 50


@dataclass(frozen=True, slots=True)
class Query:
    """A query ready to be asked; immutable, to be shared.

    Attributes:
        text: as written.
        terms: its positive terms as written, each once.
    """

    text: str
    terms: tuple[str, ...]
    _root: Node
    _positive: tuple[Leaf, ...]
    _anchors: tuple[Leaf, ...]
    _groups: tuple[Group, ...]
    _evidence: Group | None

    def __str__(self) -> str:
        """Prints the query in full form; compiled again it finds the same."""
        return str(self._root)

    @property
    def folded_terms(self) -> frozenset[str]:
        """Its positive terms, folded."""
        return frozenset(fold(term) for term in self.terms)

    def match(self, fields: Fields | Folded, *, now: datetime) -> Match | None:
        """Decides on all there is of an item; None when it does not match.

        An item that cannot be decided (a regular expression ran out of time) comes back as a match
        with `undecided` set."""
        folded = fields if isinstance(fields, Folded) else Folded.of(fields)
        if not all(folded.holds_any(group) for group in self._groups):
            return None
        evaluation = Evaluation(folded, now, is_final=True)
        value = evaluation.decide(self._root)
        if value is False:
            return None
        terms = tuple(self._iter_matched(evaluation))
        if value is None:
            return Match(
                terms, is_subject=False, undecided="; ".join(dict.fromkeys(evaluation.undecided))
            )
        places = [hit for leaf in self._anchors for hit in evaluation.get_hits(leaf)]
        return Match(terms, is_subject=is_subject(places, folded.texts["text"]))

    def candidate(self, fields: Fields | Folded, *, now: datetime) -> tuple[MatchedTerm, ...]:
        """Returns what makes an item worth reading in full, judged on what its feed shows; empty
        when nothing does.

        One positive term anywhere is enough, unless the query is already known to fail (an excluded
        word, a language, a date). In URLs a word may lack its first or an accented letter, as slugs
        do."""
        folded = fields if isinstance(fields, Folded) else Folded.of(fields)
        if self._evidence is not None and not folded.holds_any(self._evidence):
            return ()
        evaluation = Evaluation(folded, now, is_final=False)
        value = evaluation.decide(self._root)
        if value is False:
            return ()
        found = tuple(islice(self._iter_evidence(evaluation), MAX_MATCHED_TERMS))
        if value and not found:  # it holds through its feed, outlet, language or date alone
            return tuple(self._iter_matched(evaluation)) or (
                MatchedTerm(one_line(self.text), "", ""),
            )
        return found

    def prefilter(self) -> tuple[tuple[str, ...], ...] | None:
        """Returns what a full-text index may be asked first: groups of folded words or `prefix*`.

        The folded words of every matching item's title, summary, text and slug (`slug(url)`) hold
        at least one of each group. None when nothing can be required."""
        groups = (
            group.words | {f"{prefix}*" for prefix in group.prefixes} for group in self._groups
        )
        return tuple(tuple(sorted(group)) for group in groups) or None

    def _iter_matched(self, evaluation: Evaluation) -> Iterator[MatchedTerm]:
        hits = ((leaf, evaluation.get_hits(leaf)) for leaf in self._positive)
        return islice(
            (_matched(leaf, hit) for leaf, found in hits for hit in _spread(found)),
            MAX_MATCHED_TERMS,
        )

    def _iter_evidence(self, evaluation: Evaluation) -> Iterator[MatchedTerm]:
        for leaf in self._positive:
            for part in _evidence_in(leaf):
                found = evaluation.get_hits(part)
                yield from (_matched(part, hit) for hit in _spread(found))
                if not found and isinstance(part, Term) and part.field in (None, "url"):
                    guess = find_in_slug(part.pieces, evaluation.folded.texts["slug"])
                    yield from [MatchedTerm(part.source, "url", guess)] if guess else []


def compile_query(text: str) -> Query:
    """Returns the query that a text stands for; `matching.parsing` has the grammar.

    Raises:
        QueryError: with the place at which the text goes wrong.
    """
    root = parse(text)
    positive = tuple(leaf for leaf, is_positive in iter_leaves(root) if is_positive)
    named = [leaf for leaf in positive if isinstance(leaf, Term | Near | Pattern)]
    groups = get_groups(root)
    # Only where words are required is an item without any of them certainly no candidate.
    evidence = get_evidence(named) if groups else None
    terms = tuple(dict.fromkeys(leaf.source for leaf in named))
    return Query(text, terms, root, tuple(named), get_anchors(root), groups, evidence)


def _evidence_in(leaf: Leaf) -> tuple[Leaf, ...]:
    """Returns what counts as evidence: the words of a NEAR one by one; an outlet or feed never."""
    if isinstance(leaf, Term) and leaf.field in META_FIELDS:
        return ()
    return tuple(iter_terms(leaf)) if isinstance(leaf, Near) else (leaf,)


def _spread(hits: list[Hit]) -> list[Hit]:
    """Chooses the hits to show: of each field the first, then more in order."""
    firsts = list({hit.field: hit for hit in reversed(hits)}.values())[::-1]
    more = islice((hit for hit in hits if hit not in firsts), MAX_SNIPPETS)
    return [*firsts, *more][:MAX_SNIPPETS]


def _matched(leaf: Leaf, hit: Hit) -> MatchedTerm:
    source = leaf.source if isinstance(leaf, Term | Near | Pattern) else str(leaf)
    return MatchedTerm(
        source,
        "url" if hit.field == "slug" else hit.field,
        make_snippet(hit.text, hit.start, hit.end),
    )
