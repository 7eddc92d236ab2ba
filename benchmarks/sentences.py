#!/usr/bin/env python3
"""How well single sentences are told apart: new to a case, or known in other words?

    python benchmarks/sentences.py [FOLDER] [--case NAME] [--errors]

Each file of the folder (default `tests/quality/sentences`, format in its README) is one case: stored sentences, then labelled
ones. The stored ones become a `CaseMemory`, one article for each day and language; every labelled one is read alone, as if it
were an article of one sentence, and scored by `SCORE`. Printed are, for the score as such,
  auc              chance that a new sentence scores higher than a known one
  recall at 10 %   share of new ones above the lowest threshold that at most 10 % of the known ones reach: of all known
                   ones ("all"), or of those stored in their own language ("same language"), which leaves open how many
                   translations are taken for news
  table            recall and false for fixed thresholds
and, at the "all" threshold, recall or false for each kind and each pair of languages ("es>en": Spanish, stored in English).
"""

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

from monitor.model import KnownArticle, Sentence
from monitor.novelty import DEFAULT_SETTINGS, CaseMemory, analyse
from monitor.novelty.alignment import State, align
from monitor.novelty.evidence import new_event

FOLDER = Path(__file__).parent.parent / "tests" / "quality" / "sentences"
FALSE_LIMIT = 0.10
KIND_FLOOR = 0.80  # a kind of new sentence found less often is marked in the output
CROSS_LIMIT = 0.25
THRESHOLDS = (0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4, 1.6, 1.8, 2.0)
_NOON = clock(12, tzinfo=UTC)
_FULL_STRENGTH = 6.0  # of a new event; at more the alert is certain (the judge alerts at 4.5)

Row = dict[str, Any]
Scorer = Callable[[Sentence, CaseMemory, date, str], float]


def sentence_score(sentence: Sentence, memory: CaseMemory, day: date, _lang: str) -> float:
    """Returns how new a sentence is by what the judge holds of one sentence, 0 (stored) to 3.

    Known: up to 0.2, by the share of words that the nearest stored sentence lacks. Unknown: that share, and up to 1 more for
    event keys that the case lacks. Changed: 2 and that share; with version 1 of the judge nearly all of these were new.

    Args:
        day: the local day of the article; weekdays were resolved against it.
    """
    aligned = align(sentence, memory, day, DEFAULT_SETTINGS)
    apart = 0.0 if aligned.is_verbatim else 1.0 - min(1.0, aligned.contained)
    if aligned.state in (State.KNOWN, State.CUT):
        return 0.2 * apart
    if aligned.state is State.CHANGED:
        return 2.0 + apart
    return apart + min(1.0, new_event(sentence.facts, memory).strength / _FULL_STRENGTH)


SCORE: Scorer = sentence_score


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
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if "stored" in row], [row for row in rows if "label" in row]


def build(stored: Sequence[Row]) -> CaseMemory:
    """Returns a memory of the stored sentences; those of one day and language are one article."""
    memory = CaseMemory()
    for number, (_, rows) in enumerate(groupby(stored, key=lambda row: (row["published"], row["lang"])), 1):
        article = list(rows)
        text = "\n\n".join(row["t"] for row in article)
        at = _noon(article[0])
        analysis = analyse("", text, lang=article[0]["lang"], published_at=at, utc_offset=timedelta())
        if len(analysis.sentences) < len(article):
            raise ValueError(f"a stored sentence was not read as one: {text}")
        memory.add(KnownArticle(number, number, analysis.title, analysis.sentences, analysis.lang, at, at))
    return memory


def score_case(path: Path, scorer: Scorer) -> list[Scored]:
    """Scores the labelled sentences of one case. Of one that is read as two the newer half counts."""
    stored, asked = read(path)
    memory = build(stored)
    scored = []
    for row in asked:
        analysis = analyse("", row["t"], lang=row["lang"], published_at=_noon(row), utc_offset=timedelta())
        score = max(scorer(sentence, memory, analysis.local_day, analysis.lang) for sentence in analysis.sentences)
        before = "" if row["near"] is None else stored[row["near"]]["t"]
        scored.append(Scored(path.stem, row, score, before))
    return scored


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
    print(f"{'sentences':18}{len(new)} new, {len(known)} known ({len(cross)} of them across languages)")
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
        print(f"{threshold:9.2f}{share(new, threshold):9.3f}{share(known, threshold):8.3f}{share(cross, threshold):8.3f}")
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
                print(f"  {title:5}{name:22}{len(members):4}{value:8.3f}{_remark(is_new, title, name, value)}")


def _group(one: Scored, title: str) -> str:
    return {"kind": str(one.row["kind"]), "pair": one.pair, "case": one.case}[title]


def _remark(is_new: bool, title: str, name: str, value: float) -> str:
    if is_new:
        return f"  < {KIND_FLOOR}" if title == "kind" and value < KIND_FLOOR else ""
    return f"  > {CROSS_LIMIT}" if title == "pair" and name[:2] != name[-2:] and value > CROSS_LIMIT else ""


def print_errors(scored: Iterable[Scored], threshold: float) -> None:
    """Prints every sentence on the wrong side of a threshold, beside the stored one."""
    for one in scored:
        if (one.score >= threshold) is not one.is_new:
            print(f"\n{'MISS' if one.is_new else 'FALSE'} {one.case} {one.row['kind']} {one.pair} {one.score:.3f}")
            print(f"  {one.row['published']} {one.row['t']}\n  before: {one.before}")


def main() -> int:
    """Scores the set named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=FOLDER)
    parser.add_argument("--case", help="only the file of this name, without ending")
    parser.add_argument("--errors", action="store_true", help="print every sentence judged wrongly")
    args = parser.parse_args()
    paths = sorted(path for path in args.folder.glob("*.jsonl") if args.case in (None, path.stem))
    if not paths:
        parser.error(f"no sentences in {args.folder}")
    began = time.process_time()
    scored = [one for path in paths for one in score_case(path, SCORE)]
    spent = time.process_time() - began
    threshold = print_summary(scored)
    print_groups(scored, threshold)
    print(f"\n{'ms a sentence':18}{1000 * spent / len(scored):.2f}")
    if args.errors:
        print_errors(scored, threshold)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
