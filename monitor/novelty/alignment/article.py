"""An article laid beside a case's memory: what is known, what is new, and which sentences decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Analysis, Genre, Sentence
from monitor.novelty.alignment.align import AlignedSentence, State, align
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold


@dataclass(frozen=True, slots=True)
class AlignedArticle:
    """An article beside the case's memory.

    Attributes:
        rows: its sentences that count, in order.
        notes: editors' notes about the text.
        residual: rows neither known nor cut.
        known_share: share of known rows, 0-1.
        is_addition: most of the text is known, so the residual was added to it or is the same in
            other words.
        is_verbatim: the known part is known word for word, so the residual was added.
        core: the rows that decide, in order.
    """

    rows: tuple[AlignedSentence, ...]
    notes: tuple[AlignedSentence, ...]
    residual: tuple[AlignedSentence, ...]
    known_share: float
    is_addition: bool
    is_verbatim: bool
    core: tuple[AlignedSentence, ...]


def align_article(
    analysis: Analysis, memory: CaseIndex, settings: JudgeSettings, subject_terms: frozenset[str]
) -> AlignedArticle:
    """Compares every sentence of an article with the memory and picks the core."""
    aligned = [
        align(sentence, memory, analysis.local_day, settings)
        for sentence in _counting(analysis, subject_terms)
    ]
    notes = tuple(row for row in aligned if row.sentence.facts.is_note)
    rows = tuple(row for row in aligned if not row.sentence.facts.is_note)
    residual = tuple(row for row in rows if row.state in (State.UNKNOWN, State.CHANGED))
    whole = sum(row.state is not State.CUT for row in rows)
    known_share = sum(row.state is State.KNOWN for row in rows) / whole if whole else 0.0
    is_addition = known_share > settings.known_share
    if is_addition:
        core = residual[: settings.core_addition]
    else:
        first = {row.sentence.index for row in rows[: settings.core]}
        core = tuple(row for row in residual if row.sentence.index in first)
    verbatim = sum(row.is_verbatim for row in rows) / whole if whole else 0.0
    return AlignedArticle(
        rows, notes, residual, known_share, is_addition, verbatim > settings.known_share, core
    )


def _counting(analysis: Analysis, subject_terms: frozenset[str]) -> Sequence[Sentence]:
    """Returns what counts: the title of a bare item; of a live blog on something else, the entries
    that name the subject.
    """
    if not analysis.sentences:
        return (analysis.title,) if analysis.title.text else ()
    if (
        analysis.genre is not Genre.LIVE
        or not subject_terms
        or _names_one(analysis.title.text, subject_terms)
    ):
        return analysis.sentences
    naming = {
        sentence.paragraph
        for sentence in analysis.sentences
        if _names_one(sentence.text, subject_terms)
    }
    return (
        [sentence for sentence in analysis.sentences if sentence.paragraph in naming]
        if naming
        else analysis.sentences
    )


def _names_one(text: str, terms: frozenset[str]) -> bool:
    folded = f" {fold(text)} "
    return any(f" {term} " in folded for term in terms)
