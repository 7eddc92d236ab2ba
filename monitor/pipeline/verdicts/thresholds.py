"""The thresholds that the articles of a case are judged by: those of everybody, moved by what
people said of its verdicts and by how many alerts a week it asks for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from monitor.novelty import (
    DEFAULT_SETTINGS,
    RATE_SPAN,
    JudgeSettings,
    ScoredArticle,
    fit_shift,
    shift_scores,
    threshold_for_rate,
)
from monitor.settings import CaseSettings
from monitor.store.views.feedback import get_labels, get_scores


def get_settings(
    session: Session,
    slug: str,
    *,
    base: JudgeSettings = DEFAULT_SETTINGS,
    rate: AlertRate | None = None,
) -> JudgeSettings:
    """Returns the judge's thresholds for a case, its scores moved by what people said of its
    verdicts.

    Args:
        base: the thresholds themselves.
        rate: how many alerts the case asks for, which moves the threshold of alerts.
    """
    settings = replace(base, shift=fit_shift(get_labels(session, slug)) or 0.0)
    if rate is None:
        return settings
    return rate_settings(settings, get_scores(session, slug, since=rate.since), rate.per_week)


@dataclass(frozen=True, slots=True)
class AlertRate:
    """How many alerts a week a case asks for, and the moment up to which its verdicts tell what
    that takes.
    """

    per_week: float
    now: datetime

    @classmethod
    def of(cls, case: CaseSettings, now: datetime) -> AlertRate | None:
        """Returns the rate of a case; None where it asks for none."""
        return None if case.alerts_per_week is None else cls(case.alerts_per_week, now)

    @property
    def since(self) -> datetime:
        """From when on verdicts count."""
        return self.now - RATE_SPAN


def rate_settings(
    settings: JudgeSettings, scores: Iterable[ScoredArticle], per_week: float
) -> JudgeSettings:
    """Returns thresholds under which about so many articles a week alert, by those of the last
    weeks.
    """
    moved = shift_scores(scores, settings.shift)
    return replace(settings, alert_at=threshold_for_rate(moved, per_week, settings.alert_at))
