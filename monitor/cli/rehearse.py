"""`feedback` and `replay`: what people think of verdicts, and what another judge would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import FormatOption, print_rows, talk, to_row
from monitor.cli.state import get_state, open_reader, utc_now
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.pipeline.rehearsal import Rejudged
    from monitor.store import Store
    from monitor.store.feedback import FeedbackView

COLUMNS = ("id", "published_at", "outlet", "title", "before", "after", "why", "feedback")


def feedback(
    ctx: typer.Context,
    target: Annotated[
        str | None, typer.Argument(metavar="[ID|URL]", help="An article, development or alert; all feedback when left out.")
    ] = None,
    not_relevant: Annotated[bool, typer.Option("--not-relevant", help="It is not about the case.")] = False,
    not_new: Annotated[bool, typer.Option("--not-new", help="It was known before.")] = False,
    missed: Annotated[bool, typer.Option("--missed", help="It should have alerted.")] = False,
    new: Annotated[bool, typer.Option("--new", help="It was rightly told as new.")] = False,
    case: Annotated[str | None, typer.Option("--case", metavar="SLUG", help="Only for this case.")] = None,
    note: Annotated[str, typer.Option("--note", help="Why; for yourself.")] = "",
    form: FormatOption = None,
) -> None:
    """Tells what you think of a verdict; without an ID shows what was said. `replay` holds it against the judge.

    From 30 words on a case on, at least 5 of them --missed or --new and 5 others, its scores are moved to agree with them.

    Example: monitor feedback 3f9c --not-new
    """
    from monitor.store.feedback import give_feedback, list_feedback

    settings = get_state(ctx).load()
    choices = {"not_relevant": not_relevant, "not_new": not_new, "missed": missed, "new": new}
    said = [kind for kind, is_said in choices.items() if is_said]
    with open_reader(settings) as store:
        if target is None:
            rows = [to_row(word) for word in store.read(list_feedback, case=case)]
            print_rows(rows, ("case", "article_id", "kind", "title", "note"), form, zone=settings.timezone)
            return
        if len(said) != 1:
            raise typer.BadParameter("say one of --not-relevant, --not-new, --missed, --new", param_hint="feedback")
        told = store.write(give_feedback, _find(store, target), said[0], case=case, note=note, now=utc_now())
    talk(f"kept for {', '.join(told)}: {said[0].replace('_', ' ')}")


def _find(store: Store, target: str) -> int:
    """Returns the row of the article meant by an id or address."""
    from monitor.store.queries import resolve_uid
    from monitor.store.tables import articles
    from monitor.store.why import trace_id, trace_url
    from monitor.urls import canonical_url

    trace = store.read(trace_url, [target, canonical_url(target)]) if "://" in target else store.read(trace_id, target)
    if trace.article is None:
        raise NotFound(f"{target} was seen, but no article of it is stored", hint=f"`monitor why {target}` tells why")
    return store.read(resolve_uid, articles, trace.article.id, "article")


def replay(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(metavar="CASE", help="The case to judge again.")],
    alert_at: Annotated[float | None, typer.Option("--alert-at", help="Another threshold for alerts, 0 to 1.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also show verdicts that stay the same.")] = False,
    form: FormatOption = None,
) -> None:
    """Judges everything a case has stored again, with this version or another threshold, and prints what would change.

    Nothing is written and nothing is sent.

    Example: monitor replay abrego-garcia --alert-at 0.5
    """
    from dataclasses import replace

    from monitor.pipeline.judging import get_settings
    from monitor.pipeline.rehearsal import rejudge
    from monitor.store.feedback import list_feedback
    from monitor.store.queries import list_cases
    from monitor.text import fold

    settings = get_state(ctx).load()
    configured = {case.slug: case for case in settings.cases}
    terms = frozenset(fold(term) for term in configured[slug].compiled.terms) if slug in configured else frozenset()
    events = configured[slug].events if slug in configured else None
    with open_reader(settings) as store:
        if slug not in {case.slug for case in store.read(list_cases)}:
            raise NotFound(f"no case {slug!r}", hint="`monitor cases list` shows them")
        words = {word.article_id: word for word in store.read(list_feedback, case=slug)}
        thresholds = store.read(get_settings, slug)
        thresholds = thresholds if alert_at is None else replace(thresholds, alert_at=alert_at)
        judged = list(rejudge(store, slug, settings=thresholds, subject_terms=terms, events=events))
    shown = [_row(one, words.get(one.article.id)) for one in judged if all_ or one.is_changed]
    print_rows(shown, COLUMNS, form, zone=settings.timezone)
    talk(_summary(judged, words))


def _row(one: Rejudged, word: FeedbackView | None) -> dict[str, Any]:
    article = one.article
    return {
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "outlet": article.outlet,
        "published_at": article.published_at,
        "before": article.outcome,
        "after": "baseline" if article.is_baseline else one.after.outcome.value,
        "score_before": article.score,
        "score_after": one.after.score,
        "why": one.after.reasons[0].text if one.after.reasons else "",
        "feedback": word.kind if word else "",
    }


def _summary(judged: list[Rejudged], words: dict[str, FeedbackView]) -> str:
    changed = sum(one.is_changed for one in judged)
    alerts = [
        sum(outcome == "alert" for outcome in side)
        for side in zip(*((o.article.outcome, _outcome(o)) for o in judged), strict=True)
    ]
    before, after = alerts or [0, 0]
    text = f"{len(judged)} verdicts, {changed} would change; alerts {before} before, {after} now"
    if not words:
        return text
    from monitor.store.feedback import SAYS_NEW

    right = sum(
        (_outcome(one) == "alert") == (words[one.article.id].kind in SAYS_NEW) for one in judged if one.article.id in words
    )
    marked = sum(one.article.id in words for one in judged)
    return f"{text}; agrees with {right} of {marked} verdicts that have feedback"


def _outcome(one: Rejudged) -> str:
    return "baseline" if one.article.is_baseline else one.after.outcome.value
