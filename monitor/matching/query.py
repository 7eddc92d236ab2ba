"""A compiled query: exact matching, the generous first stage, and what a full-text index may be
asked.

Two stages. *Candidate*: on what a feed shows, one positive term is enough to read the page, for
three in ten relevant headlines lack the name. *Match*: on the full text, exactly. A query first
looks at the set of an item's words; only an item that has one word of each required group is
evaluated, so a hundred cases cost little more than one.

Tried and left: a stemmer (folds names together), RE2 (its word boundaries are ASCII).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from typing import cast

from monitor.matching.evaluation import Evaluation, LeafHit
from monitor.matching.folding import Folded, FoldedText, WordGroup
from monitor.matching.nodes import (
    META_FIELDS,
    Leaf,
    NearNode,
    Node,
    OrNode,
    SearchedLeaf,
    TermNode,
    WordTable,
    iter_leaves,
    iter_terms,
    words_of,
)
from monitor.matching.parsing import parse
from monitor.matching.plan import (
    Way,
    get_anchors,
    get_evidence,
    get_evidence_ways,
    get_groups,
    get_ways,
)
from monitor.matching.slugs import find_in_slug, slug_forms
from monitor.matching.snippets import MAX_SNIPPETS, make_snippet
from monitor.matching.subject import is_subject
from monitor.model import Fields, Match, MatchedTerm
from monitor.text import fold, one_line, with_prefixes

MAX_MATCHED_TERMS = 50


@dataclass(frozen=True, slots=True)
class Query:
    """A query ready to be asked; immutable, to be shared.

    Attributes:
        text: as written.
        terms: its positive terms as written, each once.
        match_ways: the ways in which an item may match, by its words: one that does holds a word of
            each group of one of them; empty when nothing can be required.
        candidate_ways: the same for candidates.
    """

    text: str
    terms: tuple[str, ...]
    match_ways: tuple[Way, ...]
    candidate_ways: tuple[Way, ...]
    _root: Node
    _groups: tuple[WordGroup, ...]
    _evidence: WordGroup | None
    # Made of the tree, and equal when it is.
    _positive: WordTable[Leaf] = field(compare=False)
    _parts: WordTable[Leaf] = field(compare=False)
    _anchors: WordTable[Leaf] = field(compare=False)

    def __str__(self) -> str:
        """Prints the query in full form; compiled again it finds the same."""
        return str(self._root)

    @property
    def folded_terms(self) -> frozenset[str]:
        """Its positive terms, folded."""
        return frozenset(map(fold, self.terms))

    def match(self, fields: Fields | Folded, *, now: datetime) -> Match | None:
        """Returns how an item matches, judged on all there is of it; None when it does not.

        An item that cannot be decided (a regular expression ran out of time) comes back as a match
        with `undecided` set.

        Args:
            now: what ages such as `since:7d` count back from.
        """
        folded = _fold(fields)
        # Most items end here, before anything is evaluated.
        if not all(map(folded.holds_any, self._groups)):
            return None
        evaluation = Evaluation(folded, now, is_final=True)
        value = evaluation.decide(self._root)
        if value is False:
            return None
        terms = tuple(self._iter_matched(evaluation))
        if value is None:
            reasons = dict.fromkeys(evaluation.undecided)
            return Match(terms, is_subject=False, undecided="; ".join(reasons))
        anchors = evaluation.pick(self._anchors)
        hits = list(chain.from_iterable(map(evaluation.get_hits, anchors)))
        return Match(terms, is_subject=is_subject(hits, folded.texts["text"]))

    def candidate(self, fields: Fields | Folded, *, now: datetime) -> tuple[MatchedTerm, ...]:
        """Returns what makes an item worth reading in full, judged on what its feed shows; empty
        when nothing does.

        One positive term anywhere is enough, unless the query is already known to fail (an excluded
        word, a language, a date). In URLs a word may lack its first or an accented letter, as slugs
        do."""
        folded = _fold(fields)
        if self._evidence is not None and not folded.holds_any(self._evidence):
            return ()
        evaluation = Evaluation(folded, now, is_final=False)
        value = evaluation.decide(self._root)
        if value is False:
            return ()
        evidence = tuple(islice(self._iter_evidence(evaluation), MAX_MATCHED_TERMS))
        # Without evidence it holds through its feed, outlet, language or date alone.
        return evidence if evidence or not value else self._matched_or_whole(evaluation)

    def prefilter(self) -> tuple[tuple[str, ...], ...] | None:
        """Returns what a full-text index may be asked first: groups of folded words or `prefix*`.

        The folded words of every matching item's title, summary, text and slug (`slug(url)`) hold
        at least one of each group. None when nothing can be required."""
        return tuple(map(_index_words, self._groups)) or None

    def _iter_matched(self, evaluation: Evaluation) -> Iterator[MatchedTerm]:
        leaves = evaluation.pick(self._positive)
        found = ((leaf, evaluation.get_hits(leaf)) for leaf in leaves)
        shown = (_matched_terms(leaf, hits) for leaf, hits in found if hits)
        return islice(chain.from_iterable(shown), MAX_MATCHED_TERMS)

    def _matched_or_whole(self, evaluation: Evaluation) -> tuple[MatchedTerm, ...]:
        """Returns the matched terms, for want of any the query as a whole."""
        matched = tuple(self._iter_matched(evaluation))
        return matched or (MatchedTerm(one_line(self.text), "", ""),)

    def _iter_evidence(self, evaluation: Evaluation) -> Iterator[MatchedTerm]:
        for part in evaluation.pick(self._parts):
            hits = evaluation.get_hits(part)
            if hits:
                yield from _matched_terms(part, hits)
            elif isinstance(part, TermNode) and part.field in (None, "url"):
                yield from _matched_in_slug(part, evaluation.folded.texts["slug"])


def compile_query(text: str) -> Query:
    """Returns the query that a text stands for; `matching.parsing` has the grammar.

    Raises:
        QueryError: with the place at which the text goes wrong.
    """
    root = parse(text)
    positive = (leaf for leaf, is_positive in iter_leaves(root) if is_positive)
    searched = [leaf for leaf in positive if isinstance(leaf, SearchedLeaf)]
    groups = get_groups(root)
    parts = list(chain.from_iterable(map(_evidence_in, searched)))
    # Only where words are required is an item without any of them certainly no candidate.
    evidence = get_evidence(searched) if groups else None
    terms = tuple(dict.fromkeys(leaf.source for leaf in searched))
    return Query(
        text,
        terms,
        get_ways(root),
        get_evidence_ways(searched) if evidence else (),
        root,
        groups,
        evidence,
        _positive=_table_of(searched, root),
        _parts=WordTable(parts, _words_of_part),
        _anchors=_table_of(get_anchors(root), root),
    )


def _table_of(leaves: Sequence[Leaf], root: Node) -> WordTable[Leaf]:
    """Returns leaves by their words: most queries are alternatives, which have that table."""
    if isinstance(root, OrNode) and root.operands == tuple(leaves):
        return cast(WordTable[Leaf], root.table)
    return WordTable(leaves, words_of)


def _fold(fields: Fields | Folded) -> Folded:
    return fields if isinstance(fields, Folded) else Folded.of(fields)


def _evidence_in(leaf: Leaf) -> tuple[Leaf, ...]:
    """Returns what counts as evidence: the words of a NEAR one by one; an outlet or feed never."""
    if isinstance(leaf, TermNode) and leaf.field in META_FIELDS:
        return ()
    return tuple(iter_terms(leaf)) if isinstance(leaf, NearNode) else (leaf,)


def _words_of_part(part: Leaf) -> Collection[str] | None:
    """Returns the words that an item with a piece of evidence has, letters lost in its slug or
    not.
    """
    words = words_of(part)
    return None if words is None else frozenset(chain.from_iterable(map(slug_forms, words)))


def _index_words(group: WordGroup) -> tuple[str, ...]:
    words = {form for word in group.words for form in with_prefixes(word)}
    prefixes = {f"{form}*" for prefix in group.prefixes for form in with_prefixes(prefix)}
    return tuple(sorted(words | prefixes))


def _matched_in_slug(term: TermNode, slug: FoldedText) -> Iterator[MatchedTerm]:
    guess = find_in_slug(term.pieces, slug)
    if guess:
        yield MatchedTerm(term.source, "url", guess)


def _matched_terms(leaf: Leaf, hits: list[LeafHit]) -> Iterator[MatchedTerm]:
    """Yields the hits of a leaf that are shown."""
    source = leaf.source if isinstance(leaf, SearchedLeaf) else str(leaf)
    for hit in _choose_shown(hits):
        field = "url" if hit.field == "slug" else hit.field
        yield MatchedTerm(source, field, make_snippet(hit.text, hit.start, hit.end))


def _choose_shown(hits: list[LeafHit]) -> list[LeafHit]:
    """Returns the hits to show: of each field the first, then more in order."""
    if len(hits) == 1:
        return hits
    firsts: dict[str, LeafHit] = {}
    for hit in hits:
        firsts.setdefault(hit.field, hit)
    # In which fields it stands says more than how often it stands in one of them.
    chosen = list(firsts.values())
    more = islice((hit for hit in hits if hit not in chosen), MAX_SNIPPETS)
    return [*chosen, *more][:MAX_SNIPPETS]
