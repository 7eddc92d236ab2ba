"""Judges the scenarios kept apart: eighteen kinds of article that an alert on news gets wrong.

    python -m training.kinds [KIND ...] [--errors] [--open]

`tests/quality/kinds` (format and meaning in its README) holds a stored case and the articles that
come then, for each scenario. A fresh case judges the stored articles in order, so that it knows
what it would have alerted on, and then the ones that count. Nothing is fitted to these scenarios.
Those of `tests/quality/kinds_open` are there to be read: `--open` judges them.

Printed for each kind: scenarios that came out as a reader expects, of all.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from monitor.model import Outcome
from training.replay import JudgedArticle, Replay
from training.streams import ROOT, Corpus, LabelledArticle, read_lines

FOLDER = ROOT / "tests" / "quality" / "kinds"
OPEN = ROOT / "tests" / "quality" / "kinds_open"

Raw = Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """What a case holds, and what comes then.

    Attributes:
        word: by which the case is followed, folded.
        known: stored articles in order of publication.
        probes: the articles that come then, in order.
        is_news: whether a reader expects an alert on one of the probes; else none may alert.
    """

    id: str
    kind: int
    word: str
    known: tuple[LabelledArticle, ...]
    probes: tuple[LabelledArticle, ...]
    is_news: bool


@dataclass(frozen=True)
class Result:
    """A scenario with the verdicts on its probes."""

    scenario: Scenario
    probes: tuple[JudgedArticle, ...]

    @property
    def is_passed(self) -> bool:
        """Whether it came out as a reader expects."""
        alerts = any(one.verdict.outcome is Outcome.ALERT for one in self.probes)
        return alerts is self.scenario.is_news


@dataclass(frozen=True)
class KindResult:
    """How many scenarios of a kind came out as a reader expects."""

    kind: int
    is_news: bool
    passed: int
    total: int

    @property
    def share(self) -> float:
        """Passed of all."""
        return self.passed / self.total


def read_scenarios(folder: Path = FOLDER, kinds: Iterable[int] = ()) -> list[Scenario]:
    """Returns the scenarios of a folder, of all kinds or of some."""
    cases = {raw["id"]: raw for raw in read_lines(folder / "cases.jsonl")}
    rows = [raw for path in sorted(folder.glob("kind*.jsonl")) for raw in read_lines(path)]
    wanted = set(kinds)
    return [parse_scenario(raw, cases) for raw in rows if not wanted or raw["kind"] in wanted]


def parse_scenario(raw: Raw, cases: Mapping[str, Raw]) -> Scenario:
    """Returns the scenario in one line of a kind's file.

    Args:
        cases: the lines of `cases.jsonl` by id.
    """
    shared = cases[raw["known_from"]]["known"][: raw["upto"]]
    # Articles that scenarios share have the same id in each, so that they are read once.
    return Scenario(
        id=raw["id"],
        kind=raw["kind"],
        word=raw["case"],
        known=_parse_articles(raw["known_from"], shared)
        + _parse_articles(f"{raw['id']}-known", raw.get("known", ())),
        probes=_parse_articles(f"{raw['id']}-probe", raw["probe"]),
        is_news=raw["expect"] == "alert",
    )


def _parse_articles(prefix: str, rows: Iterable[Raw]) -> tuple[LabelledArticle, ...]:
    return tuple(parse_article(f"{prefix}-{number}", raw) for number, raw in enumerate(rows))


def parse_article(name: str, raw: Raw) -> LabelledArticle:
    """Returns an article of a scenario; it has no labels of its own."""
    return LabelledArticle(
        id=name,
        url=f"/{name}",
        outlet=raw["outlet"],
        published_at=datetime.fromisoformat(raw["published_at"].replace("Z", "+00:00")),
        lang=raw["lang"],
        title=raw["title"],
        summary=raw["summary"],
        paragraphs=tuple(raw["paragraphs"]),
        kind="news",
        relation="original",
        is_about=True,
        developments=(),
        recalled=(),
        new_developments=(),
        new_sentences=(),
    )


def judge_scenario(scenario: Scenario) -> Result:
    """Judges the stored articles and then the probes; a late confirmation counts for a probe."""
    corpus = Corpus(scenario.id, FOLDER, scenario.word, timedelta())
    judged = Replay(corpus).run(scenario.known + scenario.probes)
    probes = {probe.id for probe in scenario.probes}
    return Result(scenario, tuple(one for one in judged if one.article.id in probes))


def count_passed(results: Iterable[Result]) -> list[KindResult]:
    """Returns for each kind how many of its scenarios passed."""
    by_kind: dict[tuple[int, bool], list[bool]] = {}
    for result in results:
        key = (result.scenario.kind, result.scenario.is_news)
        by_kind.setdefault(key, []).append(result.is_passed)
    return [
        KindResult(kind, is_news, sum(passed), len(passed))
        for (kind, is_news), passed in sorted(by_kind.items())
    ]


def print_failure(result: Result) -> None:
    """Prints a scenario that came out otherwise, with the verdicts on its probes."""
    scenario = result.scenario
    print(f"\n{scenario.id}: {'no alert on news' if scenario.is_news else 'an alert on no news'}")
    for one in result.probes:
        print(f"  {one.verdict.outcome} {one.verdict.score} {one.article.title!r}")
        for reason in one.verdict.reasons:
            print(f"   - {reason.code}: {reason.text} {reason.value} / {reason.threshold}")


def main() -> int:
    """Judges the kinds that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("kind", nargs="*", type=int, help="number of a kind; all when left out")
    parser.add_argument("--errors", action="store_true", help="print what failed, with reasons")
    parser.add_argument("--open", action="store_true", help="judge those that may be read")
    args = parser.parse_args()
    scenarios = read_scenarios(OPEN if args.open else FOLDER, args.kind)
    results = [judge_scenario(scenario) for scenario in scenarios]
    for row in count_passed(results):
        expected = "alert" if row.is_news else "silent"
        print(f"kind {row.kind:2}  {expected:6}  {row.passed:2}/{row.total}")
    if args.errors:
        for result in results:
            if not result.is_passed:
                print_failure(result)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
