"""`monitor replay`: what another judge would say of what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import FormatOption, print_rows, talk
from monitor.cli.state import get_state, open_reader
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.novelty import JudgeSettings
    from monitor.pipeline.simulation.replay import ReplayedVerdict
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.views.feedback import FeedbackView

COLUMNS = ("id", "published_at", "outlet", "title", "before", "after", "why", "feedback")


def replay(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="CASE", help="The case to judge again.")],
    alert_at: Annotated[
        float | None, typer.Option("--alert-at", min=0, max=1, help="Another threshold for alerts.")
    ] = None,
    by_feedback: Annotated[
        bool,
        typer.Option(
            "--feedback",
            help="Move all scores as today's feedback moves them, not each as it was then.",
        ),
    ] = False,
    all_: Annotated[
        bool, typer.Option("--all", help="Also show verdicts that stay the same.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Judges everything a case has stored again, with this version or another threshold, and prints
    what would change.

    Each text is judged on what the case knew then; with the same version and thresholds nothing is
    printed. "confirmed" is an article that was in doubt and alerted when another outlet had the
    same. Nothing is written and nothing is sent.

    Example: monitor replay abrego-garcia --alert-at 0.5
    """
    from monitor.pipeline.verdicts.record import get_settings

    settings = get_state(ctx).load()
    tally, shown = _Tally(), []
    with open_reader(settings) as store:
        _require_stored_case(store, slug)
        shift = store.read(get_settings, slug).shift
        asked = _Asked(slug, _thresholds(alert_at), shift if by_feedback else None)
        for sequence, verdict, word in _replay(settings, store, asked):
            tally.add(verdict, word)
            if all_ or verdict.is_changed:
                shown.append((sequence, _row(verdict, word)))
    # What is confirmed late comes late: here all stand in the order of the first verdict.
    rows = [row for _, row in sorted(shown, key=lambda pair: pair[0])]
    print_rows(rows, COLUMNS, form, zone=settings.timezone)
    talk(str(tally))
    if shift and not by_feedback:
        talk(
            f"feedback moves the scores by {shift:+} logits today; --feedback judges everything so"
        )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be replayed, and how; `shift` None keeps the shift of each verdict."""

    slug: str
    thresholds: JudgeSettings
    shift: float | None


def _require_stored_case(store: Store, slug: str) -> None:
    from monitor.store.views.cases import list_cases

    if slug not in {case.slug for case in store.read(list_cases)}:
        raise NotFound(f"no case {slug!r}", hint="`monitor cases list` shows them")


def _thresholds(alert_at: float | None) -> JudgeSettings:
    from dataclasses import replace

    from monitor.novelty import DEFAULT_SETTINGS

    return DEFAULT_SETTINGS if alert_at is None else replace(DEFAULT_SETTINGS, alert_at=alert_at)


def _replay(
    settings: Settings, store: Store, asked: _Asked
) -> Iterator[tuple[int, ReplayedVerdict, FeedbackView | None]]:
    """Yields each verdict with its sequence and the feedback on its article, if any."""
    from monitor.pipeline.simulation.replay import replay_case
    from monitor.store.views.feedback import list_feedback

    words = {word.article_id: word for word in store.read(list_feedback, case=asked.slug)}
    replayed = replay_case(
        store, asked.slug, settings.cases, settings=asked.thresholds, shift=asked.shift
    )
    for verdict in replayed:
        yield verdict.before.sequence, verdict, words.get(verdict.before.id)


@dataclass(slots=True)
class _Tally:
    """What a replay comes to."""

    verdicts: int = 0
    changed: int = 0
    alerts_before: int = 0
    alerts_now: int = 0
    marked: int = 0
    right: int = 0

    def add(self, one: ReplayedVerdict, word: FeedbackView | None) -> None:
        """Counts a verdict and, where there is one, the word on its article."""
        from monitor.pipeline.simulation.replay import ALERTING
        from monitor.store.views.feedback import SAYS_NEW

        self.verdicts += 1
        self.changed += one.is_changed
        self.alerts_before += one.before.outcome in ALERTING
        self.alerts_now += one.outcome in ALERTING
        if word:
            self.marked += 1
            self.right += (one.outcome in ALERTING) == (word.kind in SAYS_NEW)

    def __str__(self) -> str:
        text = (
            f"{self.verdicts} verdicts, {self.changed} would change; "
            f"alerts {self.alerts_before} before, {self.alerts_now} now"
        )
        if not self.marked:
            return text
        return f"{text}; agrees with {self.right} of {self.marked} verdicts that have feedback"


def _row(one: ReplayedVerdict, word: FeedbackView | None) -> dict[str, Any]:
    before = one.before
    return {
        "id": before.id,
        "url": before.url,
        "title": before.title,
        "outlet": before.outlet,
        "published_at": before.published_at,
        "before": before.outcome,
        "after": one.outcome,
        "score_before": before.score,
        "score_after": one.score,
        "why": one.why,
        "feedback": word.kind if word else "",
    }
