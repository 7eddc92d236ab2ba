#!/usr/bin/env python3
"""How well single sentences are told apart: new to a case, or known in other words?

    python benchmarks/sentences.py [FOLDER] [--case NAME] [--semantic] [--errors]

Each file of the folder (default `tests/quality/sentences`, format in its README) is one case:
stored sentences, then labelled ones. The stored ones become a `CaseIndex`, one article for each day
and language; every labelled one is read alone, as if it were an article of one sentence, and scored
by the chance that it is new (`standing.Standing.novelty`), with the encoder's cosine when
`--semantic` is given. The weights behind it were fitted to this set: `train_sentences.py` prints
what they do on a case that they never saw. Printed are, for the score as such,
  auc              chance that a new sentence scores higher than a known one
  recall at 10 %   share of new ones above the lowest threshold that at most 10 % of the known ones reach: of all known
                   ones ("all"), or of those stored in their own language ("same language"), which
                   leaves open how many translations are taken for news
  table            recall and false for fixed thresholds
and, at the "all" threshold, recall or false for each kind and each pair of languages ("es>en":
Spanish, stored in English)."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from itertools import groupby
from pathlib import Path
from typing import Any

from encoding import reader
from monitor.novelty.standing import Standing, stand

from monitor.model import Analysis, KnownArticle
from monitor.novelty import DEFAULT_SETTINGS, CaseIndex
from monitor.novelty.alignment.align import align
from monitor.novelty.classifier.logistic import SentenceWeights

FOLDER = Path(__file__).parent.parent / "tests" / "quality" / "sentences"
FALSE_LIMIT = 0.10
KIND_FLOOR = 0.80  # a kind of new sentence found less often is marked in the output
CROSS_LIMIT = 0.25
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_NOON = clock(12, tzinfo=UTC)

Row = dict[str, Any]
Reader = Callable[..., Analysis]


@dataclass(frozen=True)
class Asked:
    """A labelled sentence beside what is stored, and the stored sentence that its author had in
    mind.
    """

    case: str
    row: Row
    standing: Standing
    before: str


@dataclass(frozen=True)
class Scored:
    """A labelled sentence with its score and the stored sentence that its author had in mind."""

    case: str
    row: Row
    score: float
    before: str

    @property
    def is_new(self) -> bool:
        """Whether the label says new."""
        return bool(self.row["label"] == "new")

    @property
    def pair(self) -> str:
        """Its language and that of the stored fact."""
        return f"{self.row['lang']}>{self.row['over']}"


def read(path: Path) -> tuple[list[Row], list[Row]]:
    """Returns the stored and the labelled sentences of one case."""
    rows = [
        json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()
    ]
    return [row for row in rows if "stored" in row], [row for row in rows if "label" in row]


def build(stored: Sequence[Row], read_text: Reader) -> CaseIndex:
    """Returns a memory of the stored sentences; those of one day and language are one article."""
    memory = CaseIndex()
    for number, (_, rows) in enumerate(
        groupby(stored, key=lambda row: (row["published"], row["lang"])), 1
    ):
        article = list(rows)
        text = "\n\n".join(row["t"] for row in article)
        at = _noon(article[0])
        analysis = read_text(
            "", text, lang=article[0]["lang"], published_at=at, utc_offset=timedelta()
        )
        if len(analysis.sentences) < len(article):
            raise ValueError(f"a stored sentence was not read as one: {text}")
        memory.add(
            KnownArticle(number, number, analysis.title, analysis.sentences, analysis.lang, at, at)
        )
    return memory


def stand_case(path: Path, read_text: Reader) -> list[Asked]:
    """Lays the labelled sentences of one case beside its stored ones. Of one that is read as two
    the newer half counts.
    """
    stored, asked = read(path)
    memory = build(stored, read_text)
    found = []
    for row in asked:
        analysis = read_text(
            "", row["t"], lang=row["lang"], published_at=_noon(row), utc_offset=timedelta()
        )
        aligned = [
            align(sentence, memory, analysis.local_day, DEFAULT_SETTINGS)
            for sentence in analysis.sentences
        ]
        standings = stand(aligned, memory, analysis.local_day, DEFAULT_SETTINGS)
        before = "" if row["near"] is None else stored[row["near"]]["t"]
        found.append(Asked(path.stem, row, max(standings, key=_departure), before))
    return found


def _departure(standing: Standing) -> float:
    return standing.departure.score


def score_all(asked: Iterable[Asked], weights: SentenceWeights | None = None) -> list[Scored]:
    """Scores labelled sentences, with other weights than the shipped ones where they are given."""
    return [Scored(one.case, one.row, one.standing.novelty(weights), one.before) for one in asked]


def _noon(row: Row) -> datetime:
    return datetime.combine(date.fromisoformat(row["published"]), _NOON)


def auc(scored: Sequence[Scored]) -> float:
    """Returns the chance that a new sentence scores higher than a known one; half for a tie."""
    new, known = _split(scored)
    wins = sum((one > other) + 0.5 * (one == other) for one in new for other in known)
    return wins / (len(new) * len(known)) if new and known else float("nan")


def threshold_at(scored: Iterable[Scored], limit: float) -> float:
    """Returns the lowest threshold that at most a share `limit` of the known sentences reach."""
    known = sorted((one.score for one in scored if not one.is_new), reverse=True)
    allowed = int(limit * len(known))
    return known[allowed] + 1e-9 if allowed < len(known) else 0.0


def share(scored: Iterable[Scored], threshold: float) -> float:
    """Returns the share of sentences that reach a threshold."""
    hits = [one.score >= threshold for one in scored]
    return sum(hits) / len(hits) if hits else float("nan")


def _split(scored: Iterable[Scored]) -> tuple[list[float], list[float]]:
    rows = list(scored)
    return [one.score for one in rows if one.is_new], [one.score for one in rows if not one.is_new]


def print_summary(scored: Sequence[Scored]) -> float:
    """Prints the figures of the whole set; returns the threshold for at most 10 % false."""
    new, known = [one for one in scored if one.is_new], [one for one in scored if not one.is_new]
    same = [one for one in scored if one.row["lang"] == one.row["over"]]
    cross = [one for one in known if one.row["lang"] != one.row["over"]]
    print(
        f"{'sentences':18}{len(new)} new, {len(known)} known ({len(cross)} of them across languages)"
    )
    print(f"{'auc':18}{auc(scored):.3f}   same language {auc(same):.3f}")
    at_all, at_same = threshold_at(scored, FALSE_LIMIT), threshold_at(same, FALSE_LIMIT)
    for name, rows, threshold in (("all", scored, at_all), ("same language", same, at_same)):
        recall = share((one for one in rows if one.is_new), threshold)
        print(
            f"recall at {FALSE_LIMIT:.0%} false of {name}: {recall:.3f} (threshold {threshold:.3f}; "
            f"across languages false {share(cross, threshold):.3f})"
        )
    print("\nthreshold   recall   false   false across languages")
    for threshold in THRESHOLDS:
        print(
            f"{threshold:9.2f}{share(new, threshold):9.3f}{share(known, threshold):8.3f}{share(cross, threshold):8.3f}"
        )
    return at_all


def print_groups(scored: Sequence[Scored], threshold: float) -> None:
    """Prints recall or false for each kind, pair of languages and case, at one threshold."""
    for is_new in (True, False):
        rows = [one for one in scored if one.is_new is is_new]
        print(f"\n{'new: recall' if is_new else 'known: false'} at threshold {threshold:.3f}")
        for title in ("kind", "pair", "case"):
            names = sorted({_group(one, title) for one in rows})
            for name in names:
                members = [one for one in rows if _group(one, title) == name]
                value = share(members, threshold)
                print(
                    f"  {title:5}{name:22}{len(members):4}{value:8.3f}{_remark(is_new, title, name, value)}"
                )


def _group(one: Scored, title: str) -> str:
    return {"kind": str(one.row["kind"]), "pair": one.pair, "case": one.case}[title]


def _remark(is_new: bool, title: str, name: str, value: float) -> str:
    if is_new:
        return f"  < {KIND_FLOOR}" if title == "kind" and value < KIND_FLOOR else ""
    return (
        f"  > {CROSS_LIMIT}"
        if title == "pair" and name[:2] != name[-2:] and value > CROSS_LIMIT
        else ""
    )


def print_errors(scored: Iterable[Scored], threshold: float) -> None:
    """Prints every sentence on the wrong side of a threshold, beside the stored one."""
    for one in scored:
        if (one.score >= threshold) is not one.is_new:
            print(
                f"\n{'MISS' if one.is_new else 'FALSE'} {one.case} {one.row['kind']} {one.pair} {one.score:.3f}"
            )
            print(f"  {one.row['published']} {one.row['t']}\n  before: {one.before}")


def main() -> int:
    """Scores the set named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--case", help="only the file of this name, without ending")
    parser.add_argument("--semantic", action="store_true", help="with the encoder")
    parser.add_argument("--errors", action="store_true", help="print every sentence judged wrongly")
    args = parser.parse_args()
    paths = sorted(path for path in args.folder.glob("*.jsonl") if args.case in (None, path.stem))
    if not paths:
        parser.error(f"no sentences in {args.folder}")
    began = time.process_time()
    read_text = reader(is_semantic=args.semantic)
    scored = score_all(one for path in paths for one in stand_case(path, read_text))
    spent = time.process_time() - began
    threshold = print_summary(scored)
    print_groups(scored, threshold)
    print(f"\n{'ms a sentence':18}{1000 * spent / len(scored):.2f}")
    if args.errors:
        print_errors(scored, threshold)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
