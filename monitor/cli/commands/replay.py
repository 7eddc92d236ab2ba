"""`monitor replay`: what another judge would say of what is stored.

Reads the store and never writes it; so a threshold can be tried on a case that is followed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import Format, FormatOption, count_of, print_rows, talk
from monitor.cli.state import get_state, open_reader, require_stored_case

if TYPE_CHECKING:
    from monitor.novelty import JudgeSettings
    from monitor.pipeline.simulation.replay import ReplayedVerdict
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.views.feedback import FeedbackView

COLUMNS = ("id", "published_at", "before", "after", "outlet", "feedback", "title", "why")
DETAILS = ("title", "why")


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
    printed. "confirmed" is an article that was in doubt and alerted when another newsroom had the
    same. Texts that `db prune` took out are left out and counted. Nothing is written and nothing is
    sent.

    Example: monitor replay abrego-garcia --alert-at 0.5
    """
    from monitor.pipeline.verdicts.thresholds import get_settings

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        require_stored_case(store, slug)
        shift = store.read(get_settings, slug).shift
        request = _Request(slug, _thresholds(alert_at), shift if by_feedback else None)
        # Read to the end while the store is open; printing may wait for a slow reader.
        compared = list(_replay(_without_rates(settings, alert_at), store, request))
    _print_changes(compared, settings, form, is_all=all_)
    talk(str(_count(compared)))
    # Each verdict keeps the shift that it was reached with, which may not be today's.
    if shift and not by_feedback:
        talk(
            f"feedback moves the scores by {shift:+} logits today; --feedback judges everything so"
        )


@dataclass(frozen=True, slots=True)
class _Request:
    """What is to be replayed, and how; `shift` None keeps the shift of each verdict."""

    slug: str
    thresholds: JudgeSettings
    shift: float | None


@dataclass(frozen=True, slots=True)
class _Compared:
    """A verdict beside the one that was stored, and the feedback on its article, if any."""

    verdict: ReplayedVerdict
    feedback: FeedbackView | None

    @property
    def sequence(self) -> int:
        """The place of the stored verdict in the order in which the case learned."""
        return self.verdict.before.sequence


def _print_changes(
    compared: Iterable[_Compared], settings: Settings, form: Format | None, *, is_all: bool
) -> None:
    """Prints the verdicts that change, or all."""
    shown = [one for one in _judged(compared) if is_all or one.verdict.is_changed]
    # What is confirmed late comes late: here all stand in the order of the first verdict.
    shown.sort(key=lambda one: one.sequence)
    print_rows(map(_row, shown), COLUMNS, form, details=DETAILS, zone=settings.timezone)


def _judged(compared: Iterable[_Compared]) -> Iterator[_Compared]:
    """Returns the verdicts whose texts are still there."""
    return filter(lambda one: not one.verdict.is_pruned, compared)


def _thresholds(alert_at: float | None) -> JudgeSettings:
    from dataclasses import replace

    from monitor.novelty import DEFAULT_SETTINGS

    return DEFAULT_SETTINGS if alert_at is None else replace(DEFAULT_SETTINGS, alert_at=alert_at)


def _without_rates(settings: Settings, alert_at: float | None) -> Settings:
    """Returns the settings for a threshold: one that is asked for stands above any rate."""
    from dataclasses import replace

    if alert_at is None:
        return settings
    cases = tuple(replace(case, alerts_per_week=None) for case in settings.cases)
    return replace(settings, cases=cases)


def _replay(settings: Settings, store: Store, request: _Request) -> Iterator[_Compared]:
    """Yields each verdict of a case beside the stored one, as they are reached."""
    from monitor.pipeline.simulation.replay import replay_case

    feedback = _read_feedback(store, request.slug)
    replayed = replay_case(
        store, request.slug, settings.cases, settings=request.thresholds, shift=request.shift
    )
    for verdict in replayed:
        yield _Compared(verdict, feedback.get(verdict.before.id))


def _read_feedback(store: Store, slug: str) -> dict[str, FeedbackView]:
    """Returns the feedback on a case by article."""
    from monitor.store.views.feedback import list_feedback

    return {given.article_id: given for given in store.read(list_feedback, case=slug)}


@dataclass(slots=True)
class _Tally:
    """What a replay comes to."""

    verdicts: int = 0
    changed: int = 0
    alerts_before: int = 0
    alerts_now: int = 0
    marked: int = 0
    right: int = 0
    pruned: int = 0

    def add(self, verdict: ReplayedVerdict) -> None:
        """Counts a verdict."""
        from monitor.pipeline.simulation.replay import ALERTING

        self.verdicts += 1
        self.changed += verdict.is_changed
        self.alerts_before += verdict.before.outcome in ALERTING
        self.alerts_now += verdict.outcome in ALERTING

    def add_feedback(self, verdict: ReplayedVerdict, given: FeedbackView) -> None:
        """Counts a verdict that somebody has an opinion of, and whether the judge shares it."""
        from monitor.pipeline.simulation.replay import ALERTING
        from monitor.store.views.feedback import SAYS_NEW

        self.marked += 1
        self.right += (verdict.outcome in ALERTING) == (given.kind in SAYS_NEW)

    def __str__(self) -> str:
        text = (
            f"{self.verdicts} verdicts, {self.changed} would change; "
            f"alerts {self.alerts_before} before, {self.alerts_now} now"
        )
        # Agreement with nobody is no figure.
        if self.marked:
            text += f"; agrees with {self.right} of {self.marked} verdicts that have feedback"
        return f"{text}; {self._left_out}" if self.pruned else text

    @property
    def _left_out(self) -> str:
        # Its words are gone, and the judge looks at them.
        left_out = count_of(self.pruned, "text")
        return (
            f"left out {left_out} that db prune took out; what resembles them may come out "
            "otherwise for that"
        )


def _count(compared: Sequence[_Compared]) -> _Tally:
    """Returns what verdicts come to."""
    tally = _Tally()
    tally.pruned = sum(one.verdict.is_pruned for one in compared)
    for one in _judged(compared):
        tally.add(one.verdict)
        if one.feedback:
            tally.add_feedback(one.verdict, one.feedback)
    return tally


def _row(compared: _Compared) -> dict[str, Any]:
    """Returns a verdict with the stored one as a row."""
    after, before = compared.verdict, compared.verdict.before
    return {
        "id": before.id,
        "url": before.url,
        "title": before.title,
        "outlet": before.outlet,
        "published_at": before.published_at,
        "before": before.outcome,
        "after": after.outcome,
        "score_before": before.score,
        "score_after": after.score,
        "why": after.why,
        "feedback": compared.feedback.kind if compared.feedback else "",
    }
