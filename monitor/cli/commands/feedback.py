"""`monitor feedback`: what people think of verdicts.

Kept beside the verdicts and never in their place: they stay what the judge said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import Format, FormatOption, print_views, talk
from monitor.cli.state import get_state, open_reader, utc_now
from monitor.cli.targets import find_judged

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store

COLUMNS = ("case", "article_id", "kind", "title", "note")
DETAILS = ("title", "note")


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
    new: Annotated[bool, typer.Option("--new", help="It was news, told or held back.")] = False,
    case: Annotated[
        str | None,
        typer.Option(
            "--case",
            metavar="SLUG",
            help="Only for this case; else that of the alert, or all that have the article.",
        ),
    ] = None,
    note: Annotated[str, typer.Option("--note", help="Why; for yourself.")] = "",
    form: FormatOption = None,
) -> None:
    """Tells what you think of a verdict; without an ID shows what was said. `replay` holds it
    against the judge.

    From 30 judgements on a case on, at least 5 of them --missed or --new and 5 others, its scores
    are moved to agree with them.

    Example: monitor feedback 3f9c --not-new
    """
    settings = get_state(ctx).load()
    choices = {"not_relevant": not_relevant, "not_new": not_new, "missed": missed, "new": new}
    with open_reader(settings) as store:
        # Without a target the flags have nothing to be about, so none is asked for.
        if target is None:
            _print_feedback(settings, store, case, form)
            return
        _keep_feedback(store, target, _Feedback(_only_kind(choices), case, note))


@dataclass(frozen=True, slots=True)
class _Feedback:
    """What somebody thinks of a verdict; `case` None for that of the alert or development that is
    meant, or for every case that has the article.
    """

    kind: str
    case: str | None
    note: str


def _keep_feedback(store: Store, target: str, given: _Feedback) -> None:
    """Keeps feedback on an article and says for which cases."""
    from monitor.store.views.feedback import give_feedback

    article, case = find_judged(store, target)
    case = given.case or case
    kept = store.write(
        give_feedback, article.row_id, given.kind, case=case, note=given.note, now=utc_now()
    )
    talk(f"kept for {', '.join(kept)}: {given.kind.replace('_', ' ')}")


def _print_feedback(
    settings: Settings, store: Store, case: str | None, form: Format | None
) -> None:
    from monitor.store.views.feedback import list_feedback

    found = store.read(list_feedback, case=case)
    print_views(found, COLUMNS, form, details=DETAILS, zone=settings.timezone)


def _only_kind(choices: Mapping[str, bool]) -> str:
    """Returns the kind that was chosen.

    Raises:
        typer.BadParameter: none was, or several.
    """
    given = [kind for kind, is_given in choices.items() if is_given]
    # "Not new" and "missed" cannot both be; nobody could say which one was meant.
    if len(given) != 1:
        raise typer.BadParameter(
            "say one of --not-relevant, --not-new, --missed, --new", param_hint="feedback"
        )
    return given[0]
