"""Streams made of other people's labels: each update of a long story, told by three outlets.

    MONITOR_SUITES=DIR python -m training.bus [STREAM ...]

The labels are those of "Background summarization of event timelines" (2023): three annotators each
wrote every dated update of a story again without what had been reported before, and what a reader
needs to know of the past. So the first version of a date is new, the others tell the same in other
words, and a background is never new. They lie outside the repository, under
`suites/external/bus`; nothing is fitted to them. No word for a day is added to a text.

S1           the three updates alone; as given, and with a title
S2           each update followed by its background
S4           one outlet's background, then another's update with its background
S5           one outlet's update with its background, then a third's background

Printed for each stream, over all stories: first reports alerted on at once, told within a day,
alerts that bring a date not alerted on before, and the harmonic mean of the first and the third.
The first date of a story is left out.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from monitor.model import Match, Outcome
from training.outside import VARIABLE, find_outside
from training.plain_rules import alert_on, without_near_copies
from training.replay import JudgedArticle, Replay, start_of
from training.scoring import find_told, ratio
from training.streams import Corpus, LabelledArticle, read_lines

FOLDER = Path("suites") / "external" / "bus"
STEP = timedelta(minutes=30)
WORKERS = 2
_APART = timedelta(hours=2)  # between two outlets
_FIRST_AT = time(8, tzinfo=UTC)
_OUTLETS = 3
_TITLE_WORDS = 12


@dataclass(frozen=True)
class Part:
    """What one outlet publishes about a date.

    Attributes:
        turn: which of the three outlets, counted from the one whose turn it is on that date.
    """

    turn: int
    has_update: bool
    has_background: bool


@dataclass(frozen=True)
class Recipe:
    """How a stream is made of the labels."""

    parts: tuple[Part, ...]
    is_titled: bool


RECIPES = {
    "S1": Recipe(tuple(Part(turn, True, False) for turn in range(_OUTLETS)), is_titled=False),
    "S1-titled": Recipe(tuple(Part(turn, True, False) for turn in range(_OUTLETS)), is_titled=True),
    "S2": Recipe(tuple(Part(turn, True, True) for turn in range(_OUTLETS)), is_titled=True),
    "S4": Recipe((Part(0, False, True), Part(1, True, True)), is_titled=True),
    "S5": Recipe((Part(0, True, True), Part(2, False, True)), is_titled=True),
}


@dataclass(frozen=True)
class Version:
    """How one annotator put the update of a date; `background` is empty for the first dates."""

    update: str
    background: str


@dataclass(frozen=True)
class Story:
    """The dated updates of a story, in order: versions by date and number of the annotator."""

    name: str
    dates: dict[date, dict[int, Version]]


@dataclass(frozen=True)
class Counts:
    """What is counted in one story; counts of several are added up.

    Attributes:
        at_once: first reports that alert themselves, without waiting for another outlet.
        useful: alerts on a date that was not alerted on before.
    """

    first_reports: int = 0
    at_once: int = 0
    told: int = 0
    alerts: int = 0
    useful: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))

    @property
    def recall(self) -> float | None:
        """First reports alerted on at once, of all."""
        return ratio(self.at_once, self.first_reports)

    @property
    def share_told(self) -> float | None:
        """Dates that an alert or a digest told within a day, of all."""
        return ratio(self.told, self.first_reports)

    @property
    def precision(self) -> float | None:
        """Useful alerts, of all."""
        return ratio(self.useful, self.alerts)

    @property
    def per_date(self) -> float | None:
        """Alerts for each date alerted on."""
        return ratio(self.alerts, self.useful)

    @property
    def f1(self) -> float | None:
        """The harmonic mean of recall and precision."""
        recall, precision = self.recall or 0.0, self.precision or 0.0
        return ratio(2 * recall * precision, recall + precision)


class BusReplay(Replay):
    """A case that takes every article: the texts of a story name it in many ways."""

    def match(self, article: LabelledArticle) -> Match | None:
        """Returns a match for whatever has a text."""
        return Match((), is_subject=True) if article.text else None


def read_story(path: Path) -> Story:
    """Returns the story in a file of labels."""
    dates: dict[date, dict[int, Version]] = {}
    for row in read_lines(path):
        versions = dates.setdefault(date.fromisoformat(row["date"]), {})
        versions[row["annotator"]] = Version(row["update"].strip(), row["background"].strip())
    return Story(path.stem, dict(sorted(dates.items())))


def make_stream(story: Story, recipe: Recipe) -> list[LabelledArticle]:
    """Returns the articles that the outlets publish of a story; dates are its developments."""
    articles = []
    for number, (day, versions) in enumerate(story.dates.items()):
        for place, part in enumerate(recipe.parts):
            outlet = 1 + (number + part.turn) % _OUTLETS
            text = _text_of(versions.get(outlet), part)
            if text:
                at = datetime.combine(day, _FIRST_AT) + place * _APART
                told = (day.isoformat(),) if part.has_update else ()
                articles.append(_article(f"outlet{outlet}.example", at, text, told))
    return [_with_title(one) for one in articles] if recipe.is_titled else articles


def _text_of(version: Version | None, part: Part) -> str:
    if version is None:
        return ""
    update = version.update if part.has_update else ""
    background = version.background if part.has_background else ""
    return "\n\n".join(filter(None, (update, background)))


def _article(outlet: str, at: datetime, text: str, told: tuple[str, ...]) -> LabelledArticle:
    return LabelledArticle(
        id=f"{at:%Y%m%d-%H}",
        url=f"/{at:%Y%m%d-%H}",
        outlet=outlet,
        published_at=at,
        lang="en",
        title="",
        summary="",
        paragraphs=tuple(filter(None, text.splitlines())),
        kind="news",
        relation="original",
        is_about=True,
        developments=told,
        recalled=(),
        new_developments=(),
        new_sentences=(),
    )


def _with_title(article: LabelledArticle) -> LabelledArticle:
    return replace(article, title=" ".join(article.text.split()[:_TITLE_WORDS]))


def replay_story(story: Story, articles: Sequence[LabelledArticle]) -> list[JudgedArticle]:
    """Returns the verdicts of the judge on a stream made of a story."""
    names = story.name.replace("_", "|")
    return BusReplay(Corpus(story.name, Path(), names, timedelta()), step=STEP).run(articles)


def count(articles: Sequence[LabelledArticle], judged: Sequence[JudgedArticle]) -> Counts:
    """Counts how the first reports fared, those of the first date left out."""
    first_date = articles[0].published_at.date()
    first_reports: dict[str, str] = {}
    for article in articles:
        for name in article.developments:
            first_reports.setdefault(name, article.id)
    first_reports.pop(first_date.isoformat(), None)
    counted = [one for one in judged if one.article.published_at.date() != first_date]
    alerts = [one for one in counted if one.verdict.outcome is Outcome.ALERT]
    return Counts(
        first_reports=len(first_reports),
        at_once=len(_alerting_at_once(counted) & set(first_reports.values())),
        told=len(find_told(articles, counted, STEP) & first_reports.keys()),
        alerts=len(alerts),
        useful=len({name for one in alerts for name in one.article.developments}),
    )


def _alerting_at_once(judged: Iterable[JudgedArticle]) -> set[str]:
    """Returns the ids of articles whose first verdict alerts; a later one is a confirmation."""
    first: dict[str, Outcome] = {}
    for one in judged:
        first.setdefault(one.article.id, one.verdict.outcome)
    return {name for name, outcome in first.items() if outcome is Outcome.ALERT}


@dataclass(frozen=True)
class BusResult:
    """The counts of the judge and of the two plain rules on a stream, over all stories."""

    judge: Counts = Counts()
    every_article: Counts = Counts()
    no_near_copies: Counts = Counts()

    def __add__(self, other: BusResult) -> BusResult:
        return BusResult(
            self.judge + other.judge,
            self.every_article + other.every_article,
            self.no_near_copies + other.no_near_copies,
        )


def measure_story(path: Path, stream: str) -> BusResult:
    """Returns how the judge and the plain rules fare on a stream made of one story."""
    story = read_story(path)
    articles = make_stream(story, RECIPES[stream])
    start = start_of(articles)
    return BusResult(
        count(articles, replay_story(story, articles)),
        count(articles, alert_on(articles, start, STEP)),
        count(articles, alert_on(without_near_copies(articles), start, STEP)),
    )


def find_stories(root: Path) -> list[Path]:
    """Returns the files of labels, the longest first."""
    return sorted((root / FOLDER).glob("*.jsonl"), key=lambda path: -path.stat().st_size)


def main() -> int:
    """Measures the streams that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("stream", nargs="*", help=f"of {', '.join(RECIPES)}; all when left out")
    wanted = parser.parse_args().stream
    streams = [name for name in RECIPES if not wanted or name in wanted]
    root = find_outside()
    if root is None:
        print(f"{VARIABLE} names no folder")
        return 1
    paths = find_stories(root)
    with ProcessPoolExecutor(WORKERS) as pool:
        jobs = {name: pool.map(measure_story, paths, [name] * len(paths)) for name in streams}
        for name, results in jobs.items():
            found = sum(results, BusResult()).judge
            figures = (found.recall, found.share_told, found.precision, found.f1)
            print(f"{name:10}", *(f"{figure or 0:6.3f}" for figure in figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
