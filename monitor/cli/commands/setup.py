"""`init`, `check`, `seeds import`, `config show`: getting a config right."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import Format, FormatOption, is_for_person, print_rows, talk, to_row
from monitor.cli.state import GlobalOptions, get_state, utc_now
from monitor.cli.templates import NewCase, default_query, write_config
from monitor.errors import ConfigErrors, MonitorError

if TYPE_CHECKING:
    from monitor.pipeline.cases.seeds import ImportedSeed
    from monitor.pipeline.simulation.feed_check import FeedCheck
    from monitor.settings import CaseSettings, Settings

seeds_app = typer.Typer(help="Seeds: texts that a case knows from the start.", no_args_is_help=True)
config_app = typer.Typer(help="Config: what is in force.", no_args_is_help=True)


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Where to write; the config folder when left out."),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Name of the case, e.g. a person.")] = "",
    query: Annotated[
        str,
        typer.Option(
            "--query", help="What belongs to the case; the name as a phrase when left out."
        ),
    ] = "",
    feed: Annotated[
        list[str] | None, typer.Option("--feed", help="URL of a feed to watch; may be repeated.")
    ] = None,
    email: Annotated[
        str, typer.Option("--email", help="Where alerts go; the terminal when left out.")
    ] = "",
    seed: Annotated[
        list[Path] | None,
        typer.Option("--seed", help="A text that is known already; may be repeated."),
    ] = None,
) -> None:
    """Writes a commented config for a case; asks for what is not given.

    Example: monitor init --title "Jane Roe" --feed https://example.org/rss --email desk@example.org
    """
    target = folder or get_state(ctx).config
    if (target / "monitor.toml").exists():
        raise MonitorError(
            f"{target / 'monitor.toml'} exists", hint="give another folder, or edit what is there"
        )
    answers = _ask(NewCase(title, query, tuple(feed or ()), email, tuple(seed or ())))
    written = write_config(target, answers)
    settings = _load_written(target, written)
    for path in written:
        talk(f"wrote {path}")
    if settings.feeds and settings.cases:
        _import_seeds(settings)
    talk(f"next: monitor --config {target} check, then monitor --config {target} run")


def _ask(given: NewCase) -> NewCase:
    """Returns the answers for a new case: what was given, and on a terminal what is asked for.

    Raises:
        typer.BadParameter: the case has no name, and nobody is there to be asked.
    """
    if given.title:
        return given
    if not sys.stdin.isatty():
        raise typer.BadParameter("a case needs a name", param_hint="--title")
    title = typer.prompt("Name of the case (a person, a company, a law)")
    query = given.query or typer.prompt("Query", default=default_query(title))
    feeds = given.feeds or tuple(typer.prompt("Feed URLs, separated by spaces", default="").split())
    email = given.email or typer.prompt(
        "Mail address for alerts (empty: print them on the terminal)", default=""
    )
    return replace(given, title=title, query=query, feeds=feeds, email=email)


def _load_written(target: Path, written: list[Path]) -> Settings:
    """Reads a config that was just written.

    Raises:
        ConfigErrors: what was typed is wrong (a query, a URL); nothing is left behind that stands
            in the way of the next try.
    """
    try:
        return GlobalOptions(target).load()
    except ConfigErrors:
        for path in written:
            path.unlink()
        raise


def check(
    ctx: typer.Context,
    live: Annotated[
        bool,
        typer.Option(
            "--live",
            help="Also fetch every feed once and show what each case would match; stores nothing.",
        ),
    ] = False,
    form: FormatOption = None,
) -> None:
    """Validates the config and every query; says what each case would watch.

    With --live, exit code 1 means that a feed failed.

    Example: monitor check --live
    """
    from monitor.cli.logs import set_up_logs

    state = get_state(ctx)
    settings = state.load()
    for case in settings.cases:
        _describe_case(settings, case)
    talk(
        f"{state.config}: the config is right: "
        f"{len(settings.feeds)} feeds, {len(settings.cases)} cases"
    )
    if live:
        set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
        _check_live(settings, form)


def _describe_case(settings: Settings, case: CaseSettings) -> None:
    feeds = [feed for feed in settings.feeds if case.selects(feed.url, feed.title, feed.tags)]
    channels = ", ".join(f"{rule.channel} ({rule.when})" for rule in case.alerts)
    talk(
        f"{case.slug}: {len(feeds)} feeds, {len(case.seeds)} seeds, "
        f"alerts to {channels or 'console (now)'}"
    )
    talk(f"  looks for: {', '.join(case.compiled.terms)}")


def _check_live(settings: Settings, form: Format | None) -> None:
    """Shows how a fetch of every feed goes: a table has a column for each case, the other forms an
    object by slug.
    """
    import asyncio

    checked = asyncio.run(_check_feeds(settings))
    rows = [_feed_row(feed) if is_for_person(form) else to_row(feed) for feed in checked]
    slugs = [_column(case.slug) for case in settings.cases]
    columns = ("title", "outcome", "format", "items", *slugs, "error")
    print_rows(rows, columns, form, zone=settings.timezone)
    failed = sum(feed.outcome != "ok" for feed in checked)
    talk(f"{len(checked) - failed} of {len(checked)} feeds can be read")
    if failed:
        raise typer.Exit(1)


def _feed_row(feed: FeedCheck) -> dict[str, Any]:
    return {**to_row(feed), "title": feed.title or feed.url, **_matches(feed)}


def _matches(feed: FeedCheck) -> dict[str, int]:
    return {_column(slug): count for slug, count in feed.matches.items()}


def _column(slug: str) -> str:
    return f"for {slug}"


async def _check_feeds(settings: Settings) -> list[FeedCheck]:
    from monitor.bootstrap import build_reader

    async with build_reader(settings) as reader:
        return await reader.check_feeds(settings.feeds, settings.cases, now=utc_now())


@seeds_app.command("import")
def import_(ctx: typer.Context) -> None:
    """Stores the seeds of every case; those already stored are left alone.

    Example: monitor seeds import
    """
    from monitor.cli.logs import set_up_logs

    state = get_state(ctx)
    settings = state.load()
    set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
    _import_seeds(settings)


def _import_seeds(settings: Settings) -> None:
    import asyncio

    for seed in asyncio.run(_store_seeds(settings)):
        talk(f"{seed.case}: {seed.path.name}: {seed.outcome}")


async def _store_seeds(settings: Settings) -> list[ImportedSeed]:
    from monitor.bootstrap import build_context
    from monitor.pipeline.cases.seeds import import_seeds
    from monitor.pipeline.cases.sync import sync_config

    async with build_context(settings, utc_now) as context:
        await sync_config(context)
        return await import_seeds(context)


@config_app.command("show")
def show(ctx: typer.Context, form: FormatOption = None) -> None:
    """Every value in force and where it comes from; secrets are masked.

    Example: monitor config show
    """
    from monitor.settings import describe

    settings = get_state(ctx).load()
    rows = [to_row(row) for row in describe(settings)]
    print_rows(rows, tuple(rows[0]) if rows else (), form, zone=settings.timezone)
