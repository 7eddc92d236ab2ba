"""An article beside what its case knows: which sentences are known, which are not explained by any
stored one, and which of these decide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.model import Analysis, Genre, Sentence
from monitor.novelty.alignment.align import AlignedSentence, AlignmentState, align
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import TypedTerm, typed_terms
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold


@dataclass(frozen=True, slots=True)
class AlignedArticle:
    """An article beside the case's index.

    Attributes:
        aligned: its sentences that count, in order.
        notes: editors' notes about the text.
        unexplained: the aligned sentences that are neither known nor cut.
        lead: the unexplained sentences that decide, in order: of a new text those among its first,
            of an addition to a known text the first that were added.
        known_share: share of known sentences, 0-1.
        is_addition: most of the text is known, so what is unexplained was added to it or is the
            same in other words.
        is_verbatim: the known part is known word for word, so what is unexplained was added.
    """

    aligned: tuple[AlignedSentence, ...]
    notes: tuple[AlignedSentence, ...]
    unexplained: tuple[AlignedSentence, ...]
    lead: tuple[AlignedSentence, ...]
    known_share: float
    is_addition: bool
    is_verbatim: bool

    @property
    def begins_unexplained(self) -> bool:
        """Whether the first sentence of the text is not explained by a stored one."""
        if not (self.unexplained and self.aligned):
            return False
        return self.unexplained[0].sentence.index == self.aligned[0].sentence.index


def align_article(
    analysis: Analysis, index: CaseIndex, settings: JudgeSettings, subject_terms: frozenset[str]
) -> AlignedArticle:
    """Compares every sentence of an article with the index and picks those that decide.

    Args:
        subject_terms: folded words or phrases that name the subject; of a live blog only entries
            with one of them count.
    """
    aligned: list[AlignedSentence] = []
    notes: list[AlignedSentence] = []
    for sentence in _counting_sentences(analysis, subject_terms):
        counted = notes if sentence.facts.is_note else aligned
        counted.append(align(sentence, index, analysis.local_day, settings))
    unexplained = _unexplained(aligned)
    shares = _KnownShares.of(aligned)
    is_addition = shares.known > settings.known_share
    # A text says what is new at its beginning; what was added to a text may stand anywhere.
    lead = (
        unexplained[: settings.addition_sentences]
        if is_addition
        else _unexplained(aligned[: settings.lead_sentences])
    )
    return AlignedArticle(
        aligned=tuple(aligned),
        notes=tuple(notes),
        unexplained=unexplained,
        lead=lead,
        known_share=shares.known,
        is_addition=is_addition,
        is_verbatim=shares.verbatim > settings.known_share,
    )


def terms_of(rows: Iterable[AlignedSentence]) -> set[TypedTerm]:
    """Returns the typed terms of some sentences, implied days among them."""
    terms: set[TypedTerm] = set()
    for row in rows:
        terms |= typed_terms(row.facts)
    return terms


def _unexplained(rows: Iterable[AlignedSentence]) -> tuple[AlignedSentence, ...]:
    return tuple(row for row in rows if row.is_unexplained)


@dataclass(frozen=True, slots=True)
class _KnownShares:
    """Shares of an article's sentences that are known, and known word for word, 0-1.

    Sentences that were cut off ("...") count for nothing: what they said is not known.
    """

    known: float
    verbatim: float

    @classmethod
    def of(cls, aligned: Iterable[AlignedSentence]) -> _KnownShares:
        whole = known = verbatim = 0
        for row in aligned:
            whole += row.state is not AlignmentState.CUT
            known += row.state is AlignmentState.KNOWN
            verbatim += row.is_verbatim
        return cls(known / whole, verbatim / whole) if whole else cls(0.0, 0.0)


def _counting_sentences(analysis: Analysis, subject_terms: frozenset[str]) -> Sequence[Sentence]:
    """Returns what counts: the title of a bare item; of a live blog on something else, the entries
    that name the subject.
    """
    if not analysis.sentences:
        return (analysis.title,) if analysis.title.text else ()
    if analysis.genre is not Genre.LIVE or not subject_terms:
        return analysis.sentences
    if _names_one(analysis.title.text, subject_terms):
        return analysis.sentences
    # A blog that names the subject nowhere was matched by something else: all of it counts.
    return _entries_naming(subject_terms, analysis.sentences) or analysis.sentences


def _entries_naming(terms: frozenset[str], sentences: Sequence[Sentence]) -> list[Sentence]:
    naming = {sentence.paragraph for sentence in sentences if _names_one(sentence.text, terms)}
    return [sentence for sentence in sentences if sentence.paragraph in naming]


def _names_one(text: str, terms: frozenset[str]) -> bool:
    folded = f" {fold(text)} "
    return any(f" {term} " in folded for term in terms)
