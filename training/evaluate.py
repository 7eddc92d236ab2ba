"""Replays labelled streams through the judge and prints how well it did.

    python -m training.evaluate [NAME ...] [--weights FILE | --untrained] [--alert-at P] [--errors]
    python -m training.evaluate --folder DIR --names NAMES --utc-offset HOURS [--seed FILE] ...

Without a folder the streams are those of `corpora.toml`, all or some by name. The figures are
described in `training/scoring.py`. The shipped weights were fitted to these streams: what they do
on a story that they never saw stands in the weights file.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS, JudgeSettings
from monitor.novelty.classifier.logistic import Weights, parse_weights
from training.replay import STEP, JudgedArticle, Replay
from training.scoring import Score, count_kinds, find_false_alerts, score
from training.streams import Corpus, read_corpora

_CUT = 220  # characters of a sentence that is printed


def evaluate(
    corpus: Corpus, settings: JudgeSettings, weights: Weights | None
) -> list[JudgedArticle]:
    """Replays a corpus, prints its figures and returns the verdicts."""
    replay = Replay(corpus, settings, weights)
    judged = replay.run(corpus.articles)
    found = score(corpus, judged, STEP)
    print(f"\n{corpus.name}: {len(corpus.articles)} articles, {found.developments} developments")
    for name, value in found.figures.items():
        print(f"  {name:18}{value}")
    false = find_false_alerts(judged)
    print(f"  {'false alerts':18}{dict(count_kinds(false))}")
    print(f"  {'outcomes':18}{dict(Counter(one.verdict.outcome.value for one in judged))}")
    print(f"  {'ms an article':18}{1000 * replay.cpu_seconds / len(judged):.1f}")
    return judged


def print_errors(judged: Sequence[JudgedArticle], found: Score) -> None:
    """Prints every false alert, and every article whose news did not alert at once."""
    for one in find_false_alerts(judged):
        print_article("FALSE", one)
    missed = set(found.missed)
    for one in judged:
        new = set(one.article.new_developments)
        if new & missed or (new and one.verdict.outcome is not Outcome.ALERT):
            print_article("MISSED" if new & missed else "LATE", one)


def print_article(mark: str, judged: JudgedArticle) -> None:
    """Prints a verdict for a person."""
    article, verdict = judged.article, judged.verdict
    print(f"\n{mark} {article.id} {article.published_at:%Y-%m-%d %H:%M} {article.title!r}")
    print(f"   {verdict.outcome} {verdict.score} known={verdict.known_share}", end=" ")
    print(f"new={','.join(article.new_developments)}")
    for reason in verdict.reasons:
        print(f"   - {reason.code}: {reason.text} {reason.value} / {reason.threshold}")
    for claim in verdict.changed_claims:
        print(f"   ~ {claim.slot}: {claim.before[:_CUT]} -> {claim.after[:_CUT]}")
    for sentence in verdict.new_sentences:
        print(f"   + {sentence.text[:_CUT]}")


def select_corpora(args: argparse.Namespace) -> Iterable[Corpus]:
    """Returns the corpora that the command line names."""
    if args.folder is None:
        return [one for one in read_corpora() if not args.stream or one.name in args.stream]
    offset = timedelta(hours=args.utc_offset)
    return [Corpus(args.folder.name, args.folder, args.names, offset, args.seed, args.query)]


def parse_arguments() -> argparse.Namespace:
    """Returns the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stream", nargs="*", help="name of a corpus; all when left out")
    parser.add_argument("--folder", type=Path, help="a stream outside the repository")
    parser.add_argument("--names", help="what finds its case, folded, with | between alternatives")
    parser.add_argument("--query", default="", help="the query of its case; any of the names")
    parser.add_argument("--utc-offset", type=float, default=0, help="hours, of its place")
    parser.add_argument("--seed", type=Path, help="a text that its case knows from the start")
    parser.add_argument("--weights", type=Path, help="other weights than the shipped ones")
    parser.add_argument("--untrained", action="store_true", help="judge by the untrained rule")
    parser.add_argument("--alert-at", type=float, default=DEFAULT_SETTINGS.alert_at)
    parser.add_argument("--errors", action="store_true", help="print every error with its reasons")
    return parser.parse_args()


def main() -> int:
    """Evaluates what the command line names."""
    args = parse_arguments()
    settings = replace(DEFAULT_SETTINGS, alert_at=args.alert_at, is_trained=not args.untrained)
    weights = None
    if args.weights:
        weights = parse_weights(json.loads(args.weights.read_text(encoding="utf-8")))
    for corpus in select_corpora(args):
        judged = evaluate(corpus, settings, weights)
        if args.errors:
            print_errors(judged, score(corpus, judged, STEP))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
