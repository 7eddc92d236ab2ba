"""`monitor silence …`: what is not told at once for a while.

A silence always ends and says why. What it keeps back stays in the timeline and in digests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import FormatOption, print_views, talk
from monitor.cli.state import get_state, open_reader, parse_time, require_case, utc_now

if TYPE_CHECKING:
    from monitor.alerts.silences import Silence
    from monitor.settings import Settings
    from monitor.store import Store

COLUMNS = ("id", "case", "kind", "value", "ends_at", "comment")
MAX_COMMENT = 500  # characters: it stands in every digest that tells what was silenced
MAX_DAYS = 366  # what is silenced for longer is no silence: take it out of the query

app = typer.Typer(help="Silences: what is not told at once for a while.", no_args_is_help=True)

CaseOption = Annotated[
    str | None, typer.Option("--case", metavar="SLUG", help="Only in this case.")
]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to be silenced, as it was typed."""

    case: str | None
    story: str | None
    outlet: str | None
    query: str | None

    @property
    def given(self) -> list[tuple[str, str]]:
        """What it is about; the case alone where nothing else is said."""
        named = {"story": self.story, "outlet": self.outlet, "query": self.query}
        found = [(kind, value) for kind, value in named.items() if value is not None]
        # A case beside something else narrows it.
        return found or ([("case", "")] if self.case else [])


@app.command("add")
def add(
    ctx: typer.Context,
    case: CaseOption = None,
    story: Annotated[
        str | None,
        typer.Option(
            "--story", metavar="ID|URL", help="Reports of this story, or of this article's."
        ),
    ] = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", metavar="NAME", help="What this outlet has first.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", metavar="QUERY", help="Reports that it finds.")
    ] = None,
    for_: Annotated[
        str | None, typer.Option("--for", metavar="7d", help="How long: 30m, 12h, 7d.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Or until when.")
    ] = None,
    comment: Annotated[
        str, typer.Option("--comment", help="Why; has to be said, digests tell it.")
    ] = "",
) -> None:
    """Keeps reports of a case, a story, an outlet or a query from being told at once.

    They stay in the timeline and come with the next digest of each channel that gets one.

    Example: monitor silence add --story 3f9c --for 7d --comment "only photographs"
    """
    from monitor.store.silences import insert_silence

    settings, now = get_state(ctx).load(), utc_now()
    wanted = _Wanted(case, story, outlet, query)
    why = _read_comment(comment)
    ends_at = _read_end(for_, until, now, settings.timezone)
    with open_reader(settings) as store:
        silence = _make_silence(settings, store, wanted, why, ends_at)
        uid = store.write(insert_silence, silence, now)
        _warn_of_outlet(store, silence)
    talk(f"silenced until {ends_at.astimezone(settings.timezone):%Y-%m-%d %H:%M %Z}: {uid[:8]}")


@app.command("list")
def list_(
    ctx: typer.Context,
    all_: Annotated[bool, typer.Option("--all", help="Also those that have ended.")] = False,
    form: FormatOption = None,
) -> None:
    """The silences in force, those that end next first.

    Example: monitor silence list
    """
    from monitor.store.silences import list_silences

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        found = store.read(list_silences, now=utc_now(), with_ended=all_)
    print_views(found, COLUMNS, form, details=("comment",), zone=settings.timezone)


@app.command("expire")
def expire(ctx: typer.Context, id_: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """Ends a silence now.

    Example: monitor silence expire 3f9c
    """
    from monitor.store.schema.selection import resolve_uid
    from monitor.store.schema.tables import silences
    from monitor.store.silences import expire_silence

    with open_reader(get_state(ctx).load()) as store:
        row_id = store.read(resolve_uid, silences, id_, "a silence")
        was_in_force = store.write(expire_silence, row_id, utc_now())
    talk("ended" if was_in_force else "it had ended before")


def _warn_of_outlet(store: Store, silence: Silence) -> None:
    """Says that nothing stored is of an outlet: it may be misspelt, or have written nothing yet."""
    from monitor.alerts.silences import SilenceKind
    from monitor.store.silences import knows_outlet

    if silence.kind is not SilenceKind.OUTLET:
        return
    if not store.read(knows_outlet, silence.value, silence.case_id):
        where = "" if silence.case_id is None else " of this case"
        talk(
            f"no stored article{where} is of an outlet or newsroom {silence.value!r}; "
            "`monitor articles list` names the outlets"
        )


def _read_comment(text: str) -> str:
    """Returns why something is silenced.

    Raises:
        typer.BadParameter: nobody said it, or it is too long.
    """
    comment = text.strip()
    if not comment:
        raise typer.BadParameter("say why; digests tell it", param_hint="--comment")
    if len(comment) > MAX_COMMENT:
        reason = f"say it in {MAX_COMMENT} characters; these are {len(comment)}"
        raise typer.BadParameter(reason, param_hint="--comment")
    return comment


def _read_end(for_: str | None, until: str | None, now: datetime, zone: tzinfo) -> datetime:
    """Returns when a silence ends.

    Raises:
        typer.BadParameter: nobody said it, or it lies in the past or too far ahead.
    """
    if (for_ is None) == (until is None):
        raise typer.BadParameter("say --for 7d or --until TIME", param_hint="silence")
    end = now + _read_span(for_) if for_ is not None else parse_time(until, zone, option="--until")
    if end is None or end <= now:
        raise typer.BadParameter("it would have ended already", param_hint="silence")
    if end > now + timedelta(days=MAX_DAYS):
        raise typer.BadParameter(f"it has to end within {MAX_DAYS} days", param_hint="silence")
    return end


def _read_span(text: str) -> timedelta:
    from pydantic_core import PydanticCustomError

    from monitor.settings.values import read_duration

    try:
        return read_duration(text)
    except PydanticCustomError as error:
        raise typer.BadParameter(str(error), param_hint="--for") from error


def _make_silence(
    settings: Settings, store: Store, wanted: _Wanted, comment: str, ends_at: datetime
) -> Silence:
    """Returns the silence that was asked for.

    Raises:
        typer.BadParameter: it is about nothing, or about two things.
        NotFound: there is no such case or story.
        QueryError: the query is none.
    """
    from monitor.alerts.silences import Silence, SilenceKind

    if len(wanted.given) != 1:
        raise typer.BadParameter(
            "say one of --story, --outlet, --query, or --case alone", param_hint="silence"
        )
    case_id = _find_case(settings, store, wanted.case)
    ((kind, value),) = wanted.given
    found = _check_value(store, kind, value)
    return Silence(0, case_id, SilenceKind(kind), found, comment, ends_at)


def _find_case(settings: Settings, store: Store, slug: str | None) -> int | None:
    from monitor.store.silences import find_case_id

    if slug is None:
        return None
    require_case(settings, store, slug)
    return store.read(find_case_id, slug)


def _check_value(store: Store, kind: str, value: str) -> str:
    """Returns what a silence is about: a story by its whole id, a query that can be asked."""
    from monitor.cli.targets import find_story
    from monitor.matching import compile_query
    from monitor.store.silences import find_story_uid

    # A prefix may mean another story tomorrow.
    if kind == "story":
        return store.read(find_story_uid, find_story(store, value))
    # A wrong query would silence nothing, and nobody would notice.
    if kind == "query":
        compile_query(value)
    elif kind == "outlet" and not value.strip():
        raise typer.BadParameter("an outlet has a name", param_hint="--outlet")
    return value
