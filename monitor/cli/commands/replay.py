"""`feedback` and `replay`: what people think of verdicts, and what another judge would say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import FormatOption, print_rows, talk, to_row
from monitor.cli.state import get_state, open_reader, utc_now
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.pipeline.simulation.replay import ReplayedVerdict
    from monitor.store import Store
    from monitor.store.views.feedback import FeedbackView

COLUMNS = ("id", "published_at", "outlet", "title", "before", "after", "why", "feedback")


def feedback(
    ctx: typer.Context,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID|URL]", help="An article, development or alert; all feedback when left out."
        ),
    ] = None,
    not_relevant: Annotated[
        bool, typer.Option("--not-relevant", help="It is not about the case.")
    ] = False,
    not_new: Annotated[bool, typer.Option("--not-new", help="It was known before.")] = False,
    missed: Annotated[bool, typer.Option("--missed", help="It should have alerted.")] = False,
    new: Annotated[bool, typer.Option("--new", help="It was rightly told as new.")] = False,
    case: Annotated[
        str | None, typer.Option("--case", metavar="SLUG", help="Only for this case.")
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why; for yourself.")] = "",
    form: FormatOption = None,
) -> None:
    """Tells what you think of a verdict; without an ID shows what was said. `replay` holds it
    against the judge.

    From 30 words on a case on, at least 5 of them --missed or --new and 5 others, its scores are
    moved to agree with them.

    Example: monitor feedback 3f9c --not-new
    """
    from monitor.store.views.feedback import give_feedback, list_feedback

    settings = get_state(ctx).load()
    choices = {"not_relevant": not_relevant, "not_new": not_new, "missed": missed, "new": new}
    said = [kind for kind, is_said in choices.items() if is_said]
    with open_reader(settings) as store:
        if target is None:
            rows = [to_row(word) for word in store.read(list_feedback, case=case)]
            print_rows(
                rows, ("case", "article_id", "kind", "title", "note"), form, zone=settings.timezone
            )
            return
        if len(said) != 1:
            raise typer.BadParameter(
                "say one of --not-relevant, --not-new, --missed, --new", param_hint="feedback"
            )
        told = store.write(
            give_feedback, _find(store, target), said[0], case=case, note=note, now=utc_now()
        )
    talk(f"kept for {', '.join(told)}: {said[0].replace('_', ' ')}")


def _find(store: Store, target: str) -> int:
    """Returns the row of the article meant by an id or address."""
    from monitor.store.schema.tables import articles
    from monitor.store.views.selection import resolve_uid
    from monitor.store.views.trace import trace_id, trace_url
    from monitor.urls import canonical_url

    trace = (
        store.read(trace_url, [target, canonical_url(target)])
        if "://" in target
        else store.read(trace_id, target)
    )
    if trace.article is None:
        raise NotFound(
            f"{target} was seen, but no article of it is stored",
            hint=f"`monitor why {target}` tells why",
        )
    return store.read(resolve_uid, articles, trace.article.id, "article")


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
    from dataclasses import replace

    from monitor.novelty import DEFAULT_SETTINGS
    from monitor.pipeline.simulation.replay import replay_case
    from monitor.pipeline.verdicts.record import get_settings
    from monitor.store.views.cases import list_cases
    from monitor.store.views.feedback import list_feedback

    settings = get_state(ctx).load()
    thresholds = (
        DEFAULT_SETTINGS if alert_at is None else replace(DEFAULT_SETTINGS, alert_at=alert_at)
    )
    tally, shown = _Tally(), []
    with open_reader(settings) as store:
        if slug not in {case.slug for case in store.read(list_cases)}:
            raise NotFound(f"no case {slug!r}", hint="`monitor cases list` shows them")
        words = {word.article_id: word for word in store.read(list_feedback, case=slug)}
        shift = store.read(get_settings, slug).shift
        given = shift if by_feedback else None
        for one in replay_case(store, slug, settings.cases, settings=thresholds, shift=given):
            word = words.get(one.before.id)
            tally.add(one, word)
            if all_ or one.is_changed:
                shown.append((one.before.sequence, _row(one, word)))
    print_rows(
        [row for _, row in sorted(shown, key=lambda pair: pair[0])],
        COLUMNS,
        form,
        zone=settings.timezone,
    )
    talk(str(tally))
    if shift and not by_feedback:
        talk(
            f"feedback moves the scores by {shift:+} logits today; --feedback judges everything so"
        )


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
        text = f"{self.verdicts} verdicts, {self.changed} would change; alerts {self.alerts_before} before, {self.alerts_now} now"
        return (
            f"{text}; agrees with {self.right} of {self.marked} verdicts that have feedback"
            if self.marked
            else text
        )


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
