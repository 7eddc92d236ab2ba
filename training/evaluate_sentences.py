"""How well are single sentences told apart: new to a case, or known in other words?

    python -m training.evaluate_sentences [CASE ...] [--errors]

Each file of `tests/quality/sentences` (format in its README) is one case: stored sentences, then
labelled ones. The stored ones fill an index, one article for each day and language; every labelled
one is aligned alone, as if it were an article of one sentence. It counts as found new when the
index cannot explain it: unknown, or known but for a fact. Nothing is fitted to this set.

Printed for all, for each pair of languages ("es>en": Spanish, stored in English) and for each kind:
the share of new sentences found, and the share of known ones taken for new.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import groupby
from pathlib import Path

from monitor.model import KnownArticle
from monitor.novelty import DEFAULT_SETTINGS, CaseIndex, analyse
from monitor.novelty.alignment.align import AlignmentState, align
from training.streams import ROOT, read_lines

FOLDER = ROOT / "tests" / "quality" / "sentences"
_NOON = clock(12, tzinfo=UTC)


@dataclass(frozen=True)
class LabelledSentence:
    """A sentence with its label.

    Attributes:
        kind: how it is new ("changed_number") or known ("paraphrase").
        over: the language of the stored sentence that it repeats or departs from.
        near: that sentence; empty where there is nothing like it.
    """

    case: str
    text: str
    lang: str
    published: date
    is_new: bool
    kind: str
    over: str
    near: str

    @property
    def languages(self) -> str:
        """Its language over that of the stored sentence."""
        return f"{self.lang}>{self.over}"


@dataclass(frozen=True)
class StoredSentence:
    """A sentence that the case knows."""

    text: str
    lang: str
    published: date


@dataclass(frozen=True)
class AlignedLabel:
    """A labelled sentence, and whether the index could not explain it."""

    sentence: LabelledSentence
    is_unexplained: bool

    @property
    def is_right(self) -> bool:
        """Whether that is what the label says."""
        return self.is_unexplained is self.sentence.is_new


def read_case(path: Path) -> tuple[list[StoredSentence], list[LabelledSentence]]:
    """Returns the stored and the labelled sentences of one case."""
    rows = read_lines(path)
    stored = [
        StoredSentence(row["t"], row["lang"], date.fromisoformat(row["published"]))
        for row in rows
        if "stored" in row
    ]
    labelled = [
        LabelledSentence(
            case=path.stem,
            text=row["t"],
            lang=row["lang"],
            published=date.fromisoformat(row["published"]),
            is_new=row["label"] == "new",
            kind=row["kind"],
            over=row["over"],
            near="" if row["near"] is None else stored[row["near"]].text,
        )
        for row in rows
        if "label" in row
    ]
    return stored, labelled


def fill_index(stored: Sequence[StoredSentence]) -> CaseIndex:
    """Returns an index of stored sentences; those of one day and language are one article.

    Raises:
        ValueError: a stored sentence was not read as one.
    """
    index = CaseIndex()
    days = groupby(stored, key=lambda sentence: (sentence.published, sentence.lang))
    for number, ((published, lang), sentences) in enumerate(days, 1):
        texts = [sentence.text for sentence in sentences]
        at = datetime.combine(published, _NOON)
        analysis = analyse(
            "", "\n\n".join(texts), lang=lang, published_at=at, utc_offset=timedelta()
        )
        if len(analysis.sentences) < len(texts):
            raise ValueError(f"a stored sentence was not read as one: {texts}")
        index.add(KnownArticle(number, number, analysis.title, analysis.sentences, lang, at, at))
    return index


def align_case(path: Path) -> list[AlignedLabel]:
    """Aligns the labelled sentences of one case with its stored ones."""
    stored, labelled = read_case(path)
    index = fill_index(stored)
    return [AlignedLabel(sentence, _is_unexplained(sentence, index)) for sentence in labelled]


def _is_unexplained(sentence: LabelledSentence, index: CaseIndex) -> bool:
    """Whether the index cannot explain it; of one that is read as two, either half counts."""
    at = datetime.combine(sentence.published, _NOON)
    analysis = analyse(
        "", sentence.text, lang=sentence.lang, published_at=at, utc_offset=timedelta()
    )
    states = [
        align(part, index, analysis.local_day, DEFAULT_SETTINGS).state
        for part in analysis.sentences
    ]
    return any(state in (AlignmentState.UNKNOWN, AlignmentState.CHANGED) for state in states)


def share_unexplained(aligned: Iterable[AlignedLabel]) -> float:
    """Returns the share of sentences that the index cannot explain, 0-1."""
    found = [one.is_unexplained for one in aligned]
    return sum(found) / len(found) if found else float("nan")


def align_all(names: Sequence[str] = ()) -> list[AlignedLabel]:
    """Aligns the sentences of all cases, or of some by name."""
    paths = sorted(path for path in FOLDER.glob("*.jsonl") if not names or path.stem in names)
    return [one for path in paths for one in align_case(path)]


def print_figures(aligned: Sequence[AlignedLabel]) -> None:
    """Prints the shares for all sentences and for each group."""
    _print_group("all", aligned, lambda _: "")
    _print_group("languages", aligned, lambda one: one.sentence.languages)
    _print_group("kind", aligned, lambda one: one.sentence.kind)


def _print_group(
    title: str, aligned: Sequence[AlignedLabel], group_of: Callable[[AlignedLabel], str]
) -> None:
    for is_new, heading in ((True, "new, found"), (False, "known, taken for new")):
        rows = [one for one in aligned if one.sentence.is_new is is_new]
        for name in sorted({group_of(one) for one in rows}):
            members = [one for one in rows if group_of(one) == name]
            share = share_unexplained(members)
            print(f"{title:10}{name:24}{heading:22}{len(members):4}{share:8.3f}")


def print_errors(aligned: Iterable[AlignedLabel]) -> None:
    """Prints every sentence that was taken for what it is not, beside the stored one."""
    for one in aligned:
        sentence = one.sentence
        if not one.is_right:
            mark = "MISSED" if sentence.is_new else "FALSE"
            print(f"\n{mark} {sentence.case} {sentence.kind} {sentence.languages}")
            print(f"  {sentence.published} {sentence.text}\n  stored: {sentence.near}")


def main() -> int:
    """Aligns what the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("case", nargs="*", help="name of a case; all when left out")
    parser.add_argument("--errors", action="store_true", help="print every error")
    args = parser.parse_args()
    aligned = align_all(args.case)
    print_figures(aligned)
    if args.errors:
        print_errors(aligned)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
