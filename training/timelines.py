"""How the days that matter agree with journalists' own timelines: `make timelines`.

MONITOR_SUITES names the folder with `timelines/`: articles of real stories and the timelines that
were written of them. They are measured with, never trained on.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from monitor.novelty import analyse
from monitor.store.views.timeline.mentions import Mention, weigh_days

NOON = 12  # articles have a day alone


def date_f1(ranked: Sequence[date], wanted: set[date]) -> float:
    """Returns how well the first days of a ranking agree with those of a timeline: as many as that
    has, within its span (Martschat and Markert, "A Temporally Sensitive Submodularity Framework",
    2018).
    """
    span = [day for day in ranked if min(wanted) <= day <= max(wanted)]
    hits = len(set(span[: len(wanted)]) & wanted)
    if not hits:
        return 0.0
    precision, recall = hits / min(len(span), len(wanted)), hits / len(wanted)
    return 2 * precision * recall / (precision + recall)


def rank_days(articles: Sequence[Mapping[str, Any]]) -> list[date]:
    """Returns the days that articles name, those that matter most first."""
    weights = weigh_days(set(_mentions(articles)))
    return sorted(weights, key=lambda day: (-weights[day], day))


def _mentions(articles: Sequence[Mapping[str, Any]]) -> Iterator[Mention]:
    for number, article in enumerate(articles):
        told_on = date.fromisoformat(article["date"][:10])
        at = datetime(told_on.year, told_on.month, told_on.day, NOON, tzinfo=UTC)
        text = "\n\n".join(line for line in article["lines"] if line.strip())
        for sentence in analyse("", text, published_at=at).sentences:
            for day in sentence.facts.days:
                yield Mention(number, told_on, day)


def measure(folder: Path) -> dict[str, list[float]]:
    """Returns the figures of each timeline of each set."""
    figures: dict[str, list[float]] = defaultdict(list)
    for file in sorted(folder.glob("*/*.json.gz")):
        topic = json.loads(gzip.decompress(file.read_bytes()))
        ranked = rank_days(topic["articles"])
        for timeline in topic["timelines"]:
            wanted = set(map(date.fromisoformat, timeline["dates"]))
            figures[file.parent.name].append(date_f1(ranked, wanted))
    return figures


def main() -> int:
    """Prints the mean of each set."""
    folder = Path(os.environ.get("MONITOR_SUITES", "")) / "timelines"
    if not folder.is_dir():
        print("MONITOR_SUITES names no folder with timelines")
        return 0
    for name, found in measure(folder).items():
        print(f"{name:12} Date-F1 {sum(found) / len(found):.3f}  ({len(found)} timelines)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
