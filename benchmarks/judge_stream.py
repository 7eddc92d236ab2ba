#!/usr/bin/env python3
"""Replays a labelled news stream through `monitor.novelty` alone, without network or store, and
scores its alerts.

    python benchmarks/judge_stream.py CORPUS_DIR [--seed FILE --seed-date DATE] [--names NAMES]
    [--step HOURS]
                                      [--weights FILE | --untrained] [--alert-at P] [--errors]

The corpus is a folder with `stream.jsonl` (one article a line: id, published_at, lang, title,
summary, paragraphs, kind, relation, developments, new_developments, new_sentences) and
`developments.json` (id, tier). Articles with none of `--names` are skipped; which of the others are
about the case is decided by the matching stage. What counts:
  recall           developments alerted on / developments (recall_t1: of tier 1)
  timely           alerted on in the step in which they were first published / developments
  precision        alerts that bring a development not alerted on before / alerts
  per_development  alerts / developments alerted on
  false_per_100    alerts without one, per 100 articles that carry none
  quote_precision  quoted sentences that are new / quoted;   quote_recall: new sentences of the alerting articles that are
  quoted / all of them
"""

from __future__ import annotations

import argparse
import json
import re
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.matching import compile_query
from monitor.model import Analysis, Fields, KnownArticle, KnownDevelopment, Match, Outcome, Verdict
from monitor.novelty import (
    DEFAULT_SETTINGS,
    CaseIndex,
    JudgeSettings,
    analyse,
    is_unconfirmed,
    judge,
    relate,
    shingles,
)
from monitor.novelty.classifier.logistic import Weights, parse_weights
from monitor.text import fold, fold_words

DEFAULT_NAMES = r"abrego garcia|marisol"


@dataclass(frozen=True)
class Judged:
    """One article of the stream with its verdict."""

    step: int
    article: dict[str, Any]
    verdict: Verdict


class Replay:
    """A case that is fed a stream."""

    def __init__(
        self,
        names: str,
        step: timedelta,
        utc_offset: timedelta,
        settings: JudgeSettings = DEFAULT_SETTINGS,
        weights: Weights | None = None,
    ) -> None:
        self.query = compile_query(" OR ".join(f'"{name}"' for name in names.split("|")))
        self.whole = re.compile(rf"\b(?:{names})\w*")
        self.step = step
        self.utc_offset = utc_offset
        self.settings = settings
        self.weights = weights
        self.memory = CaseIndex()
        self.doubted: dict[int, tuple[dict[str, Any], Verdict]] = {}
        self.shingles: dict[int, frozenset[int]] = {}
        self.cpu_seconds = 0.0

    def store(
        self, analysis: Analysis, text: str, outlet: str, *, is_unconfirmed: bool = False
    ) -> int:
        """Adds an article to what is known; returns its number."""
        number = len(self.shingles) + 1
        at = analysis.published_at
        self.memory.add(
            KnownArticle(
                number,
                number,
                analysis.title,
                analysis.sentences,
                analysis.lang,
                at,
                at,
                outlet,
                is_unconfirmed,
            )
        )
        self.shingles[number] = shingles(text)
        return number

    def run(self, stream: list[dict[str, Any]]) -> list[Judged]:
        """Judges the stream in order of publication."""
        start = when(stream[0]).replace(minute=0, second=0) - timedelta(hours=1)
        judged = []
        for article in stream:
            if self.match(article) is None:
                continue
            step = int((when(article) - start) / self.step)
            now = start + self.step * (step + 1)
            verdict = self.judge(article, now)
            judged.append(Judged(step, article, verdict))
            if verdict.confirms is not None:
                doubted, opinion = self.doubted[verdict.confirms]
                judged.append(Judged(step, doubted, replace(opinion, outcome=Outcome.ALERT)))
        return judged

    def judge(self, article: dict[str, Any], now: datetime) -> Verdict:
        """Judges one article, then stores it and the development that it brings."""
        text = "\n\n".join(article["paragraphs"])
        began = time.process_time()
        analysis = analyse(
            article["title"],
            text,
            summary=article["summary"],
            lang=article["lang"],
            published_at=when(article),
            utc_offset=self.utc_offset,
        )
        own = shingles(text)
        likeness = max(
            (relate(number, own, other) for number, other in self.shingles.items()),
            key=lambda found: found.new_in_old,
            default=None,
        )
        verdict = judge(
            analysis,
            self.memory,
            now=now,
            is_subject=self.is_subject(article),
            likeness=likeness,
            settings=self.settings,
            subject_terms=self.terms(article),
            outlet=article["outlet"],
            weights=self.weights,
        )
        self.cpu_seconds += time.process_time() - began
        in_doubt = is_unconfirmed(verdict.outcome.value, verdict.reasons[0].code, is_baseline=False)
        number = self.store(analysis, text, article["outlet"], is_unconfirmed=in_doubt)
        if in_doubt:
            self.doubted[number] = (article, verdict)
        if verdict.outcome is Outcome.ALERT:
            self.tell(number, verdict, now)
        if verdict.confirms is not None:
            self.tell(verdict.confirms, self.doubted[verdict.confirms][1], now)
        return verdict

    def tell(self, number: int, verdict: Verdict, now: datetime) -> None:
        """Notes the development of an article."""
        keys = frozenset(sentence.key for sentence in verdict.new_sentences)
        self.memory.add_development(
            KnownDevelopment(number, number, now, frozenset(verdict.event_keys), keys)
        )

    def terms(self, article: dict[str, Any]) -> frozenset[str]:
        """Returns the words of the article that name the case."""
        text = fold(" ".join([article["title"], *article["paragraphs"]]))
        return frozenset(match[0] for match in self.whole.finditer(text))

    def match(self, article: dict[str, Any]) -> Match | None:
        """Returns what the matching stage finds in an article, None when the case would not take
        it.
        """
        text = "\n\n".join(article["paragraphs"])
        fields = Fields(
            article["title"], article["summary"], text, article["url"], at=when(article)
        )
        return self.query.match(fields, now=when(article))

    def is_subject(self, article: dict[str, Any]) -> bool:
        """Whether the article is about the case."""
        match = self.match(article)
        return match is not None and match.is_subject


def when(article: dict[str, Any]) -> datetime:
    """Returns the time of publication."""
    return datetime.fromisoformat(article["published_at"].replace("Z", "+00:00"))


def is_same_sentence(a: str, b: str) -> bool:
    """Whether two sentences have most of their words in common."""
    x, y = set(fold_words(a)), set(fold_words(b))
    return (
        bool(x and y)
        and len(x & y) >= 0.8 * min(len(x), len(y))
        and len(x & y) >= 0.5 * max(len(x), len(y))
    )


def ratio(part: float, whole: float) -> float | None:
    """Returns part/whole to three digits, None of nothing."""
    return round(part / whole, 3) if whole else None


def score(
    stream: list[dict[str, Any]],
    tiers: dict[str, int],
    judged: Iterable[Judged],
    step_of: dict[str, int],
) -> dict[str, Any]:
    """Returns the figures described at the top of this file."""
    wanted = {name for article in stream for name in article["new_developments"]}
    first_step: dict[str, int] = {}
    for article in stream:
        for name in article["developments"]:
            first_step[name] = min(
                first_step.get(name, step_of[article["id"]]), step_of[article["id"]]
            )
    hit: dict[str, int] = {}
    alerts = useful = quoted = good = expected = found = 0
    for row in judged:
        if row.verdict.outcome is not Outcome.ALERT:
            continue
        quotes = [new.text for new in row.verdict.new_sentences] + [
            change.after for change in row.verdict.changed_claims
        ]
        fresh = [name for name in row.article["developments"] if name in wanted and name not in hit]
        hit |= dict.fromkeys(fresh, row.step)
        new = row.article["new_sentences"]
        alerts, useful = alerts + 1, useful + bool(fresh)
        quoted, good = (
            quoted + len(quotes),
            good + sum(any(is_same_sentence(quote, text) for text in new) for quote in quotes),
        )
        expected, found = (
            expected + len(new),
            found + sum(any(is_same_sentence(quote, text) for quote in quotes) for text in new),
        )
    top = {name for name in wanted if tiers[name] == 1}
    idle = sum(not article["new_developments"] for article in stream)
    return {
        "alerts": alerts,
        "developments": len(wanted),
        "recall": ratio(len(hit), len(wanted)),
        "recall_t1": ratio(len(top & set(hit)), len(top)),
        "timely": ratio(sum(hit[name] == first_step[name] for name in hit), len(wanted)),
        "precision": ratio(useful, alerts),
        "per_development": ratio(alerts, len(hit)),
        "false_per_100": ratio(100 * (alerts - useful), idle),
        "quote_precision": ratio(good, quoted),
        "quote_recall": ratio(found, expected),
        "missed": sorted(wanted - set(hit)),
    }


def false_alerts(judged: Iterable[Judged]) -> tuple[Counter[str], list[Judged]]:
    """Returns the alerts on articles without a new development, counted by kind and relation."""
    rows, hit = [], set()
    for row in judged:
        if row.verdict.outcome is Outcome.ALERT:
            if not set(row.article["developments"]) - hit:
                rows.append(row)
            hit |= set(row.article["developments"])
    return Counter(f"{row.article['kind']}/{row.article['relation']['type']}" for row in rows), rows


def print_row(mark: str, row: Judged) -> None:
    """Prints a verdict for a person."""
    verdict = row.verdict
    print(
        f"\n{mark} {row.article['id']} {row.article['published_at']} {row.article['relation']} {row.article['title']!r}"
    )
    print(
        f"   {verdict.outcome} score={verdict.score} known={verdict.known_share} new={row.article['new_developments']}"
    )
    for reason in verdict.reasons:
        print(f"   - {reason.code}: {reason.text} {reason.value} / {reason.threshold}")
    for change in verdict.changed_claims:
        print(f"   ~ {change.slot}: {change.before[:150]} -> {change.after[:150]}")
    for new in verdict.new_sentences:
        print(f"   + {new.text[:220]}")


def main() -> int:
    """Runs the replay named on the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--seed", type=Path, help="text of an article that is stored first")
    parser.add_argument("--seed-date", default="2025-04-15", help="when the seed was published")
    parser.add_argument(
        "--names",
        default=DEFAULT_NAMES,
        help="names that find the case, folded, with | between them",
    )
    parser.add_argument("--step", type=float, default=6, help="hours of news between two polls")
    parser.add_argument(
        "--utc-offset", type=float, default=-5, help="hours, of the place of the case"
    )
    parser.add_argument(
        "--weights",
        type=Path,
        help="weights other than the shipped ones, as train_judge.py writes them",
    )
    parser.add_argument("--untrained", action="store_true", help="judge by the untrained rule")
    parser.add_argument(
        "--alert-at",
        type=float,
        default=DEFAULT_SETTINGS.alert_at,
        help="probability from which it alerts",
    )
    parser.add_argument(
        "--errors", action="store_true", help="print every false alert and miss with its reasons"
    )
    args = parser.parse_args()
    lines = (args.corpus / "stream.jsonl").read_text(encoding="utf-8").splitlines()
    stream = sorted((json.loads(line) for line in lines if line.strip()), key=when)
    tiers = {
        row["id"]: row["tier"]
        for row in json.loads((args.corpus / "developments.json").read_text(encoding="utf-8"))
    }
    weights = (
        parse_weights(json.loads(args.weights.read_text(encoding="utf-8")))
        if args.weights
        else None
    )
    settings = replace(DEFAULT_SETTINGS, alert_at=args.alert_at, is_trained=not args.untrained)
    replay = Replay(
        args.names, timedelta(hours=args.step), timedelta(hours=args.utc_offset), settings, weights
    )
    if args.seed:
        text = args.seed.read_text(encoding="utf-8")
        at = datetime.fromisoformat(args.seed_date).replace(tzinfo=UTC)
        replay.store(analyse("", text, published_at=at, utc_offset=replay.utc_offset), text, "seed")
    judged = replay.run(stream)
    start = when(stream[0]).replace(minute=0, second=0) - timedelta(hours=1)
    step_of = {article["id"]: int((when(article) - start) / replay.step) for article in stream}
    figures = score(stream, tiers, judged, step_of)
    counts, rows = false_alerts(judged)
    for name, value in figures.items():
        print(f"{name:18}{value}")
    print(f"{'false alerts':18}{dict(counts)}")
    print(f"{'outcomes':18}{dict(Counter(row.verdict.outcome.value for row in judged))}")
    print(f"{'ms an article':18}{round(1000 * replay.cpu_seconds / len(judged), 1)}")
    if args.errors:
        for row in rows:
            print_row("FALSE", row)
        for row in judged:
            if set(row.article["new_developments"]) & set(figures["missed"]) or (
                row.article["new_developments"] and row.verdict.outcome is not Outcome.ALERT
            ):
                print_row("MISS", row)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
