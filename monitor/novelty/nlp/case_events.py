"""Event classes of a case's own, beside those that come with the program. Pure.

A case about a licence wants to know of "sanctioned" and "sancionó" as of one event. The words of
such a class are looked for when the case is judged and when its index is filled, not when a text is
read: so a class that is added today is found in all that is stored, and another case is not touched
by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.model import Analysis, KnownArticle, Sentence
from monitor.novelty.nlp.terms import Terms
from monitor.novelty.nlp.tokens import read_tokens
from monitor.text import fold_words

MAX_CLASSES = 20
MAX_TERMS = 50  # of a class
_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,30}")


@dataclass(frozen=True)
class OwnEvents:
    """Event classes with their terms, in the notation of `data/events.toml`; a class that the
    program has too gets further terms.
    """

    classes: tuple[tuple[str, tuple[str, ...]], ...]

    @cached_property
    def _terms(self) -> Terms[str]:
        return Terms(dict(self.classes))

    def of_analysis(self, analysis: Analysis) -> Analysis:
        """Returns an analysis whose sentences have these classes, too."""
        title, sentences = self._read(analysis.title), tuple(map(self._read, analysis.sentences))
        return replace(analysis, title=title, sentences=sentences)

    def of_article(self, article: KnownArticle) -> KnownArticle:
        """Returns a stored article whose sentences have these classes, too."""
        title, sentences = self._read(article.title), tuple(map(self._read, article.sentences))
        return replace(article, title=title, sentences=sentences)

    def _read(self, sentence: Sentence) -> Sentence:
        found = self._terms.find(read_tokens(sentence.text).words) if sentence.text else set()
        known = sentence.facts.classes
        if found.issubset(known):
            return sentence
        classes = tuple(sorted(found.union(known)))
        return replace(sentence, facts=replace(sentence.facts, classes=classes))


def read_events(written: Mapping[str, Sequence[str]]) -> OwnEvents | None:
    """Returns the classes that a case names; None when it names none.

    Raises:
        ValueError: a name or a term is malformed, or there are too many.
    """
    if len(written) > MAX_CLASSES:
        raise ValueError(f"{len(written)} event classes are more than {MAX_CLASSES}")
    classes = tuple(_read_class(name, terms) for name, terms in sorted(written.items()))
    return OwnEvents(classes) if classes else None


def _read_class(name: str, terms: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    if not _NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name of an event class; write it in capitals, such as SANCTION"
        )
    if not 1 <= len(terms) <= MAX_TERMS:
        raise ValueError(f"{name} has {len(terms)} terms; give it 1 to {MAX_TERMS}")
    return name, tuple(map(_read_term, terms))


def _read_term(term: str) -> str:
    parts = [_read_part(part, term) for part in term.split()]
    if not parts or parts[0] == "~" or parts[0].startswith("!"):
        raise ValueError(f"{term!r} does not begin with a word")
    return " ".join(parts)


def _read_part(part: str, term: str) -> str:
    """Folds one part of a term and keeps its marks: `word`, `begin*`, `~`, `!word`."""
    if part == "~":
        return part
    mark, star = "!" * part.startswith("!"), "*" * part.endswith("*")
    words = fold_words(part.strip("!*"))
    if len(words) != 1 or (star and len(words[0]) < 2):
        raise ValueError(
            f"{part!r} in {term!r} is no word; write words with blanks between them, "
            "and `word*` for beginnings"
        )
    return f"{mark}{words[0]}{star}"
