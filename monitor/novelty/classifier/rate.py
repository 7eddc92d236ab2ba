"""From the alerts a week that somebody asks for to the threshold of a case.

A score of .5 means something else in a dense court case than in a quiet inquiry; how many alerts a
week somebody wants to read means the same everywhere. So the threshold is the score that so many
articles a week have reached lately. While there is little history it stays near the default."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.model import Reason
from monitor.novelty.classifier.calibration import shifted

RATE_SPAN = timedelta(weeks=8)  # what is looked back on: a case changes over the months
MIN_SPAN = timedelta(weeks=2)
MIN_ARTICLES = 30
BOUNDS = (0.2, 0.85)  # below, colour would alert; above, a ruling would not
# Of these the score decides nothing, whatever the threshold is.
_GATES = frozenset({"baseline", "mention", "known", "opinion", "explainer", "digest"})
_CALIBRATED = "calibrated"
_WEEK = timedelta(weeks=1)
_SHORTEST = timedelta(days=1)  # of less nobody can say what a week brings
_FACTORS = {"half": 0.5, "same": 1.0, "double": 2.0}


@dataclass(frozen=True, slots=True)
class ScoredArticle:
    """An article of which the score decided.

    Attributes:
        at: when it was judged.
        score: what it was before any shift, 0-1.
        is_new: what a person said of it; None where nobody did.
    """

    at: datetime
    score: float
    is_new: bool | None = None


@dataclass(frozen=True, slots=True)
class RateTrial:
    """What a rate would have brought: recall against noise.

    Attributes:
        rate: "half", "same" or "double" of what the default threshold brings, or "asked".
        per_week: alerts a week.
        alerts: how many of the articles reach the threshold.
        marked_new, marked_not_new: of those, what people said of them.
        missed_new: what people called new and does not reach it.
    """

    rate: str
    per_week: float
    threshold: float
    alerts: int
    marked_new: int
    marked_not_new: int
    missed_new: int


def score_article(
    at: datetime, score: float, reasons: Sequence[Reason], *, is_new: bool | None = None
) -> ScoredArticle | None:
    """Returns an article by its verdict; None where a gate decided and no score."""
    if not reasons or reasons[0].code in _GATES:
        return None
    shift = next((one.value for one in reasons if one.code == _CALIBRATED), None) or 0.0
    return ScoredArticle(at, shifted(score, -shift), is_new)


def shift_scores(articles: Iterable[ScoredArticle], shift: float) -> list[tuple[datetime, float]]:
    """Returns the moments and scores of articles, these moved as feedback moves them today."""
    return [(one.at, shifted(one.score, shift)) for one in articles]


def threshold_for_rate(
    scores_of_last_weeks: Sequence[tuple[datetime, float]],
    per_week: float,
    default: float,
    bounds: tuple[float, float] = BOUNDS,
) -> float:
    """Returns the score that so many articles a week reached over the last eight weeks.

    With less than two weeks or thirty articles it is a blend with the default, by how much there
    is of what there should be.

    Args:
        scores_of_last_weeks: moments and scores, in any order; the last weeks end with the newest.
        default: the threshold of a case without history.
        bounds: the lowest and highest threshold.
    """
    recent = _recent(scores_of_last_weeks)
    if not recent:
        return default
    scores = sorted((score for _, score in recent), reverse=True)
    span = _span(recent)
    reached = _score_at(scores, per_week * (span / _WEEK))
    trust = min(1.0, span / MIN_SPAN, len(scores) / MIN_ARTICLES)
    low, high = bounds
    # Rounded, so that a replay comes to the same threshold to the last digit.
    return round(min(high, max(low, trust * reached + (1 - trust) * default)), 3)


def _recent(scores: Sequence[tuple[datetime, float]]) -> list[tuple[datetime, float]]:
    newest = max((at for at, _ in scores), default=None)
    return [one for one in scores if newest and one[0] >= newest - RATE_SPAN]


def _span(recent: Sequence[tuple[datetime, float]]) -> timedelta:
    moments = [at for at, _ in recent]
    return max(_SHORTEST, max(moments) - min(moments))


def _score_at(falling: Sequence[float], place: float) -> float:
    """Returns the score that so many reach, between two of them in a straight line; 1 is reached by
    none, 0 by all.
    """
    marks = [1.0, *falling, 0.0]
    before = min(int(place), len(marks) - 2)
    part = min(1.0, place - before)
    return marks[before] + part * (marks[before + 1] - marks[before])


def try_rates(
    articles: Sequence[ScoredArticle], shift: float, default: float, asked: float | None = None
) -> list[RateTrial]:
    """Returns what some rates would have brought of articles: half, the same and double of what the
    default threshold brings, and the one that the case asks for.

    Args:
        shift: by which feedback moves the scores today.
        default: the threshold without a rate.
    """
    scores = shift_scores(articles, shift)
    if not scores:
        return []
    reached = sum(score >= default for _, score in scores)
    # Where nothing reaches it, double of nothing would be no rate.
    usual = max(1, reached) / (_span(scores) / _WEEK)
    rates = {name: factor * usual for name, factor in _FACTORS.items()}
    if asked is not None:
        rates["asked"] = asked
    return [_try_rate(name, rate, articles, scores, default) for name, rate in rates.items()]


def _try_rate(
    name: str,
    per_week: float,
    articles: Sequence[ScoredArticle],
    scores: Sequence[tuple[datetime, float]],
    default: float,
) -> RateTrial:
    threshold = threshold_for_rate(scores, per_week, default)
    marks = [
        (score >= threshold, article.is_new)
        for article, (_, score) in zip(articles, scores, strict=True)
    ]
    return RateTrial(
        rate=name,
        per_week=round(per_week, 2),
        threshold=threshold,
        alerts=sum(alerts for alerts, _ in marks),
        marked_new=marks.count((True, True)),
        marked_not_new=marks.count((True, False)),
        missed_new=marks.count((False, True)),
    )
