"""Event classes of a case's own, beside those that come with the program. Pure.

A case about a licence wants to know of "sanctioned" and "sancionó" as of one event. The words of
such a class are looked for when the case is judged and when its memory is read, not when a text is:
so a class that is added today is known of all that is stored, and another case is not touched by
it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from monitor.model import Analysis, KnownArticle, Sentence
from monitor.novelty.nlp.facts import read_tokens
from monitor.novelty.nlp.lexicon import Terms
from monitor.text import fold_words

MAX_CLASSES = 20
MAX_TERMS = 50  # of a class
_NAME = re.compile(r"[A-Z][A-Z0-9_]{1,30}")


@dataclass(frozen=True)
class OwnEvents:
    """Event classes with their terms, in the notation of `data/events.toml`; one that the program
    has gets further terms.
    """

    classes: tuple[tuple[str, tuple[str, ...]], ...]

    @cached_property
    def _terms(self) -> Terms:
        return Terms(dict(self.classes))

    def of_analysis(self, analysis: Analysis) -> Analysis:
        """Returns an analysis whose sentences have these classes, too."""
        return replace(
            analysis,
            title=self._read(analysis.title),
            sentences=tuple(map(self._read, analysis.sentences)),
        )

    def of_article(self, article: KnownArticle) -> KnownArticle:
        """Returns a stored article whose sentences have these classes, too."""
        return replace(
            article,
            title=self._read(article.title),
            sentences=tuple(map(self._read, article.sentences)),
        )

    def _read(self, sentence: Sentence) -> Sentence:
        found = self._terms.find(read_tokens(sentence.text).words) if sentence.text else set()
        if found <= set(sentence.facts.classes):
            return sentence
        return replace(
            sentence,
            facts=replace(sentence.facts, classes=tuple(sorted({*sentence.facts.classes, *found}))),
        )


def read_events(written: Mapping[str, Sequence[str]]) -> OwnEvents | None:
    """Returns the classes that a case names; None when it names none.

    Raises:
        ValueError: a name or term is none, or there are too many.
    """
    if len(written) > MAX_CLASSES:
        raise ValueError(f"{len(written)} event classes are more than {MAX_CLASSES}")
    classes = []
    for name, terms in sorted(written.items()):
        if not _NAME.fullmatch(name):
            raise ValueError(
                f"{name!r} is no name of an event class; write it in capitals, such as SANCTION"
            )
        if not 1 <= len(terms) <= MAX_TERMS:
            raise ValueError(f"{name} has {len(terms)} terms; give it 1 to {MAX_TERMS}")
        classes.append((name, tuple(_read_term(term) for term in terms)))
    return OwnEvents(tuple(classes)) if classes else None


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
            f"{part!r} in {term!r} is no word; write words with blanks between them, and `word*` for beginnings"
        )
    return f"{mark}{words[0]}{star}"
