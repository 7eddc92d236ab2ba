"""`monitor cases …`: what is followed, and what a query would find before a case has it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    FormatOption,
    count_of,
    is_for_person,
    print_record,
    print_rows,
    print_views,
    talk,
    to_row,
)
from monitor.cli.state import (
    NoteOption,
    QueryOption,
    command_name,
    get_state,
    has_database,
    open_reader,
    parse_time,
    utc_now,
)
from monitor.errors import MonitorError, NotFound

if TYPE_CHECKING:
    from monitor.matching import Query
    from monitor.novelty import Label
    from monitor.pipeline.simulation.query_check import QueryCheck
    from monitor.settings import CaseSettings, Settings
    from monitor.store import Store
    from monitor.store.views.cases import CaseView

COLUMNS = ("slug", "articles", "developments", "last_development_at", "title")
DETAILS = ("title",)
RATE_COLUMNS = (
    *("rate", "per_week", "threshold", "alerts"),
    *("marked_new", "marked_not_new", "missed_new"),
)
AHEAD_COLUMNS = ("day", "text")
STATE_COLUMNS = ("aspect", "value", "since", "development_id", "title")


app = typer.Typer(help="Cases: what is followed.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, form: FormatOption = None) -> None:
    """All cases with what they hold.

    Example: monitor cases list
    """
    settings = get_state(ctx).load()
    print_views(_read_cases(settings), COLUMNS, form, details=DETAILS, zone=settings.timezone)


def _read_cases(settings: Settings) -> list[CaseView]:
    """Returns the cases of the store, and those of the config that nothing has taken up yet; before
    the first poll there is no store.
    """
    from monitor.store.views.cases import CaseView, list_cases

    stored: list[CaseView] = []
    if has_database(settings):
        with open_reader(settings) as store:
            stored = store.read(list_cases)
    known = {case.slug for case in stored}
    for case in settings.cases:
        if case.slug not in known:
            view = CaseView(case.slug, case.title, case.note, case.query, 0, 0, None, True)
            stored.append(view)
    return stored


@app.command("show")
def show(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(help="The case's file name without .toml.")],
    form: FormatOption = None,
) -> None:
    """One case: query, note, figures, developments by tier, what feedback changes, what holds now,
    which known days are ahead.

    Example: monitor cases show abrego-garcia
    """
    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        row = _read_case(store, slug)
        state = _read_state(store, slug)
        ahead = _read_ahead(store, slug, settings)
    if not is_for_person(form):
        print_record({**row, "state": state, "ahead": ahead}, form)
        return
    print_record(row, form, zone=settings.timezone)
    typer.echo("\nWhat holds now")
    print_rows(state, STATE_COLUMNS, form, details=DETAILS, zone=settings.timezone)
    typer.echo("\nWhat is ahead")
    print_rows(ahead, AHEAD_COLUMNS, form, details=("text",), zone=settings.timezone)


@app.command("rename")
def rename(
    ctx: typer.Context,
    before: Annotated[str, typer.Argument(metavar="OLD", help="The slug that it has.")],
    after: Annotated[str, typer.Argument(metavar="NEW", help="The slug that it gets.")],
) -> None:
    """Gives a case another slug: its file and all that is stored of it; a running daemon takes it
    up on SIGHUP.

    Also after its file was renamed by hand.

    Example: monitor cases rename abrego-garcia abrego
    """
    from monitor.pipeline.cases.renaming import rename_case

    path = rename_case(get_state(ctx).load(), before, after)
    talk(f"{before} is {after} now: {path}")


def _read_state(store: Store, slug: str) -> list[dict[str, Any]]:
    """Returns what holds in a case, an aspect a row, those that changed last first."""
    from monitor.store.views.developments import get_case_state

    return list(map(to_row, store.read(get_case_state, slug).holds))


def _read_ahead(store: Store, slug: str, settings: Settings) -> list[dict[str, Any]]:
    """Returns the known days of a case that lie ahead, the next one first."""
    from monitor.store.views.payloads.standing import get_days_ahead

    now = settings.local_time(slug, utc_now())
    return list(map(to_row, store.read(get_days_ahead, slug, now)))


def _read_case(store: Store, slug: str) -> dict[str, Any]:
    """Returns a case of the store as a row, with its tiers and what feedback changes.

    Raises:
        NotFound: the store has no such case.
    """
    from monitor.store.views.cases import list_cases
    from monitor.store.views.developments import count_tiers
    from monitor.store.views.feedback import get_labels

    for case in store.read(list_cases):
        if case.slug == slug:
            tiers = store.read(count_tiers, slug)
            feedback = _calibration(store.read(get_labels, slug))
            return to_row(case) | {"tiers": tiers, "feedback": feedback}
    raise NotFound(f"no case {slug!r}", hint="`monitor cases list` shows them")


def _calibration(labels: list[Label]) -> str:
    """Returns what people said of the case's verdicts, and what it changes."""
    from monitor.novelty import MIN_LABELS, MIN_OF_A_KIND, fit_shift

    news, shift = sum(label.is_new for label in labels), fit_shift(labels)
    given = f"{count_of(len(labels), 'verdict')} judged by people, {news} as news"
    if shift is None:
        # Fewer would move the scores of a case by chance.
        return f"{given}; from {MIN_LABELS} on, {MIN_OF_A_KIND} of each kind, the case learns"
    return f"{given}; its scores are moved by {shift:+} logits"


@app.command("add")
def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="Name of the case, e.g. a person.")],
    query: QueryOption = "",
    feed: Annotated[
        list[str] | None,
        typer.Option("--feed", help='A feed\'s URL or title, or "tag:us"; all when left out.'),
    ] = None,
    channel: Annotated[
        list[str] | None,
        typer.Option("--channel", help="Where its alerts go; those of channels.toml by default."),
    ] = None,
    note: NoteOption = "",
) -> None:
    """Adds a case to the config; a running daemon takes it up on SIGHUP.

    Example: monitor cases add "Jane Roe" --query '"jane roe" AND trial' --feed tag:us
    """
    from monitor.cli.config_files import write_checked
    from monitor.cli.templates import NewCase, case_file, default_query
    from monitor.settings.settings import CONSOLE

    state = get_state(ctx)
    settings = state.load()
    channels = channel or list(settings.channels) or [CONSOLE]
    name, text = case_file(NewCase(title, query, note=note), channels=channels, feeds=feed or ["*"])
    path = state.config / "cases" / name
    if path.exists():
        raise MonitorError(f"{path} exists", hint="give another name, or edit what is there")
    write_checked(state, path, text)
    talk(f"wrote {path}; it is followed from the next start, SIGHUP or `monitor poll` on")
    if not query:
        talk(f"no --query: it looks for {default_query(title)}")
    talk(f"`{command_name()} cases test {path.stem}` shows what it would have found")


@app.command("test")
def try_out(
    ctx: typer.Context,
    slug: Annotated[
        str | None, typer.Argument(metavar="[CASE]", help="A case of the config; or give --query.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", help="A query that is in no file yet.")
    ] = None,
    since: Annotated[
        str, typer.Option("--since", metavar="TIME", help="Look at what was seen since then.")
    ] = "30d",
    form: FormatOption = None,
) -> None:
    """Tries a query on everything stored: hits a day, near misses, forecast of alerts a week, and
    what other rates of alerts would have brought. Nothing is written.

    Example: monitor cases test --query '"jane roe" AND (trial OR juicio)'
    """
    from monitor.pipeline.simulation.query_check import check_query

    settings = get_state(ctx).load()
    # Before the store is opened: a wrong query is told at once.
    case, compiled = _choose_query(settings, slug, query)
    now = utc_now()
    begin = parse_time(since, settings.timezone) or now
    with open_reader(settings) as store:
        found = check_query(
            store, compiled, case=case, cases=settings.cases, since=begin, until=now
        )
        rates = _try_rates(store, found, case)
    if not is_for_person(form):
        print_record({**_check_row(found), "rates": rates}, form)
        return
    print_record(_check_row(found), form, zone=settings.timezone)
    typer.echo("\nWhat a rate of alerts would have brought (alerts_per_week)")
    print_rows(rates, RATE_COLUMNS, form, zone=settings.timezone)


def _try_rates(store: Store, found: QueryCheck, case: CaseSettings | None) -> list[dict[str, Any]]:
    """Returns what some rates would have brought, of what the case has judged, else of the hits."""
    from monitor.novelty import DEFAULT_SETTINGS, try_rates
    from monitor.pipeline.verdicts.thresholds import get_settings
    from monitor.store.views.feedback import get_scores

    default = DEFAULT_SETTINGS.alert_at
    if case is None:
        return list(map(to_row, try_rates(found.scores, 0.0, default)))
    judged = store.read(get_scores, case.slug, since=found.since)
    shift = store.read(get_settings, case.slug).shift
    # A case that is not followed yet has judged nothing.
    trials = try_rates(judged or found.scores, shift, default, case.alerts_per_week)
    return list(map(to_row, trials))


def _choose_query(
    settings: Settings, slug: str | None, query: str | None
) -> tuple[CaseSettings | None, Query]:
    """Returns a case of the config with its query, or a query without a case.

    Raises:
        NotFound: the config has no such case.
        typer.BadParameter: neither or both are given.
    """
    from monitor.matching import compile_query

    case = _find_case(settings, slug)
    if case is not None and query is None:
        return case, case.compiled
    # A slug that no case has may stand beside a query: it is the case that will be.
    if case is None and query is not None:
        return None, compile_query(query)
    if slug and query is None:
        raise NotFound(
            f"no case {slug!r} in the config",
            hint="`monitor cases list` shows them; --query tries any query",
        )
    raise typer.BadParameter("give a case of the config, or --query alone", param_hint="cases test")


def _find_case(settings: Settings, slug: str | None) -> CaseSettings | None:
    return next((case for case in settings.cases if case.slug == slug), None)


def _check_row(found: QueryCheck) -> dict[str, Any]:
    """Returns what a query would find as a row; its figures are for every day of the span."""
    # Of less than a day nobody can say what a day brings.
    days = max(1.0, (found.until - found.since) / timedelta(days=1))
    return {
        "items": found.items,
        "hits": found.hits,
        "read_in_full": found.read,
        "hits_a_day": round(found.hits / days, 2),
        "busiest_days": [f"{day}: {count}" for day, count in found.hits_by_day.most_common(5)],
        "alerts_a_week": round(found.alerts_a_week, 2),
        "near_misses": [f"{item.title} {item.url}".strip() for item in found.near_misses],
    }
