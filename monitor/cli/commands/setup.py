"""`init`, `check`, `seeds import`, `config show`: getting a config right.

What comes before `run`: from an empty folder to a config of which one knows what it watches."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.interview import describe_gaps, system_timezone
from monitor.cli.mail_server import MailServer, read_mail_server
from monitor.cli.output import (
    Format,
    FormatOption,
    Progress,
    count_of,
    is_for_person,
    print_rows,
    print_views,
    talk,
    to_shown_row,
)
from monitor.cli.state import (
    GlobalOptions,
    NoteOption,
    QueryOption,
    command_name,
    database_file,
    get_state,
    utc_now,
)
from monitor.cli.templates import NewCase, write_config
from monitor.errors import ConfigErrors, MonitorError, StoreError
from monitor.text import clean_text

if TYPE_CHECKING:
    from monitor.cli.interview import LookedAt
    from monitor.pipeline.cases.seeds import ImportedSeed
    from monitor.pipeline.simulation.feed_check import FeedCheck, FeedReader
    from monitor.settings import AlertRule, Cadence, CaseSettings, Settings

CONFIG_FILES = ("monitor.toml", "feeds.toml", "channels.toml")

seeds_app = typer.Typer(help="Seeds: texts that a case knows from the start.", no_args_is_help=True)
config_app = typer.Typer(help="Config: what is in force.", no_args_is_help=True)


def init(
    ctx: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="[DIR]", help="Where to write; the config folder when left out."),
    ] = None,
    title: Annotated[str, typer.Option("--title", help="Name of the case, e.g. a person.")] = "",
    query: QueryOption = "",
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
    note: NoteOption = "",
    mail_server: Annotated[
        str,
        typer.Option("--mail-server", metavar="HOST[:PORT]", help="Where mail is handed over."),
    ] = "",
    timezone: Annotated[
        str, typer.Option("--timezone", help="Of times and digests; this system's when left out.")
    ] = "",
) -> None:
    """Writes a commented config for a case.

    Where no --title is given it asks on a terminal: each answer is checked, feeds are looked at,
    and what the query would find in them today is shown. Else it asks nobody, and says what is
    missing.

    Example: monitor init --title "Jane Roe" --feed https://example.org/rss --email desk@example.org
    """
    target = folder or get_state(ctx).config
    for name in CONFIG_FILES:
        _require_new(target / name)
    given = NewCase(
        title,
        query,
        tuple(feed or ()),
        email,
        tuple(seed or ()),
        note=note,
        timezone=timezone or system_timezone(),
        mail_server=_read_server(mail_server),
    )
    answers = _ask(given)
    # Written first and read then, as `check` would read it: what is right is said in one place.
    written = write_config(target, answers)
    settings = _load_written(target, written)
    for path in written:
        talk(f"wrote {path}")
    # Without a feed the config is a draft; a database is made when there is something to watch.
    if settings.feeds and settings.cases:
        _import_seeds(settings)
    talk(f"times are shown in {settings.timezone}; the database is {target / 'monitor.db'}")
    command = f"{command_name()} --config {target}"
    # Who was asked has said it all.
    for gap in describe_gaps(answers, command) if title else ():
        talk(gap)
    talk("an edit of these files holds from the next start of `run` on, or from a SIGHUP to it")
    talk(f"next: {command} check --live, then {command} run")


def _read_server(text: str) -> MailServer:
    """Reads the mail server that was given; the one of this machine where none was.

    Raises:
        typer.BadParameter: it is none.
    """
    server = read_mail_server(text) if text else MailServer()
    if server is None:
        raise typer.BadParameter(f"{text!r} is no host or host:port", param_hint="--mail-server")
    return server


def _require_new(path: Path) -> None:
    """Refuses a folder that has a config, before anybody answers questions for nothing.

    Raises:
        MonitorError: it has one.
    """
    if path.exists():
        hint = "give another folder, or edit what is there"
        raise MonitorError(f"{path} exists", hint=hint)


def _ask(given: NewCase) -> NewCase:
    """Returns the answers for a new case: what was given, and on a terminal what is asked for.

    Raises:
        typer.BadParameter: the case has no name, and nobody is there to be asked.
    """
    if given.title:
        return given
    # A script would wait for ever for somebody to answer.
    if not sys.stdin.isatty():
        raise typer.BadParameter("a case needs a name", param_hint="--title")
    from monitor.cli.interview import interview
    from monitor.cli.logs import set_up_logs

    set_up_logs(is_verbose=False, is_quiet=True)
    return interview(_Terminal(), given, _look)


class _Terminal:
    """A person at a terminal; talk goes to stderr, as everywhere."""

    def ask(self, question: str, default: str = "") -> str:
        """Returns an answer, the default where nothing is typed."""
        answer = typer.prompt(question, default=default, show_default=bool(default), err=True)
        return str(answer)

    def ask_secret(self, question: str) -> str:
        """Returns an answer that is not shown while it is typed."""
        return str(typer.prompt(question, hide_input=True, err=True))

    def say(self, text: str) -> None:
        """Tells something; blanks at the beginning of a line stay, for carets and lists."""
        for line in text.split("\n"):
            indent = " " * (len(line) - len(line.lstrip(" ")))
            typer.echo(indent + clean_text(line), err=True)


def _look(settings: Settings) -> list[LookedAt]:
    """Fetches each feed once, as polling would, and keeps nothing."""
    import asyncio

    return asyncio.run(_look_at(settings))


async def _look_at(settings: Settings) -> list[LookedAt]:
    from monitor.bootstrap import build_reader

    async with build_reader(settings) as reader:
        checks = await reader.check_feeds(settings.feeds, settings.cases, now=utc_now())
        return [await _looked_at(reader, check) for check in checks]


async def _looked_at(reader: FeedReader, check: FeedCheck) -> LookedAt:
    """Returns how a feed is; of a page which feeds it names."""
    from monitor.cli.interview import LookedAt

    if check.outcome == "not_a_feed":
        try:
            offered = (await reader.discover(check.url)).offered
        except MonitorError:
            offered = ()
        return LookedAt(check.url, offers=tuple(one.url for one in offered), error=check.error)
    return LookedAt(
        check.url,
        check.title,
        check.items or 0,
        sum(check.matches.values()),
        tuple(title for titles in check.headlines.values() for title in titles),
        _describe_rhythm(check),
        error="" if check.outcome == "ok" else check.error,
    )


def _describe_rhythm(check: FeedCheck) -> str:
    every = _describe_interval(check.interval_seconds)
    return f"asked every {every} ({check.because})" if every else ""


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
    from monitor.cli.doctor.watched import ALLOW, refused_feeds
    from monitor.cli.logs import set_up_logs

    state = get_state(ctx)
    settings = state.load()
    for case in settings.cases:
        _describe_case(settings, case)
    for url in refused_feeds(settings):
        talk(f"{url} will be refused: no public address; {ALLOW}")
    _warn_of_waiting(settings)
    talk(
        f"{state.config}: the config is right: "
        f"{count_of(len(settings.feeds), 'feed')}, {count_of(len(settings.cases), 'case')}"
    )
    if live:
        set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
        _check_live(settings, form)


def _warn_of_waiting(settings: Settings) -> None:
    """Says which messages wait for a channel that is not in the config."""
    from monitor.cli.doctor.outbox import examine_waiting
    from monitor.store import Store

    path = database_file(settings)
    # A server may keep a command waiting that is about files; `doctor` asks it.
    if path is None or not path.exists():
        return
    # The config is right, whatever there is to say of the database: `doctor` does that.
    with suppress(StoreError), closing(Store(settings.database_url)) as store:
        for found in examine_waiting(settings, store):
            talk(f"{found.check}: {found.found}; {found.to_do}")


# The languages of the lexicon; texts in others are compared word by word.
JUDGED_LANGUAGES = ("en", "es")


def _describe_case(settings: Settings, case: CaseSettings) -> None:
    """Says what a case watches and where its alerts go."""
    feeds = _count_selected(settings, case)
    held = f"{count_of(feeds, 'feed')}, {count_of(len(case.seeds), 'seed')}"
    talk(f"{case.slug}: {held}, alerts to {_describe_alerts(case)}")
    # The terms as the query was understood, not as it was written: here a mistake shows.
    talk(f"  looks for: {', '.join(case.compiled.terms)}")
    primary = (language.partition("-")[0] for language in case.languages)
    unread = [language for language in primary if language not in JUDGED_LANGUAGES]
    if unread:
        talk(
            f"  {', '.join(unread)}: matched and searched, but judged by words alone: events, days "
            f"and names are read in {' and '.join(JUDGED_LANGUAGES)}"
        )
    talk(f"  held back in doubt: {_describe_held(case)}")


def _count_selected(settings: Settings, case: CaseSettings) -> int:
    return sum(case.selects(feed.url, feed.title, feed.tags) for feed in settings.feeds)


def _describe_alerts(case: CaseSettings) -> str:
    """Returns the channels of a case with when; the terminal where it names none."""
    return ", ".join(f"{rule.channel} ({rule.when})" for rule in case.rules)


def _describe_held(case: CaseSettings) -> str:
    """Returns who gets what was held back in doubt, and when."""
    held = [f"{rule.channel} ({when})" for rule in case.rules if (when := _held_when(case, rule))]
    return ", ".join(held) or 'told nowhere, as each channel has held = "none"'


def _held_when(case: CaseSettings, rule: AlertRule) -> Cadence | None:
    """Returns when a channel gets what was held back: with its digest, or with one of its own."""
    return case.held_digest(rule) if rule.when.is_now else rule.when


def _check_live(settings: Settings, form: Format | None) -> None:
    """Shows how a fetch of every feed goes, and what each case would take of it."""
    import asyncio

    checked = asyncio.run(_check_feeds(settings))
    _print_checked(settings, checked, form)
    # An empty feed is one that can be read: a court has days without a filing.
    failed = sum(feed.outcome != "ok" for feed in checked)
    talk(f"{len(checked) - failed} of {count_of(len(checked), 'feed')} can be read")
    for slug in _find_idle_cases(checked):
        talk(
            f"{slug}: its query would pick nothing of that today; if that is no quiet day, widen it"
        )
    if failed:
        raise typer.Exit(1)


def _find_idle_cases(checked: Sequence[FeedCheck]) -> list[str]:
    """Returns the cases of whose feeds no item would be read, though they have some."""
    picked: dict[str, int] = {}
    for feed in checked:
        for slug, count in feed.matches.items() if feed.items else ():
            picked[slug] = picked.get(slug, 0) + count
    return [slug for slug, count in picked.items() if not count]


def _print_checked(settings: Settings, checked: Sequence[FeedCheck], form: Format | None) -> None:
    """Prints how the fetch of each feed went."""
    to_one_row = _feed_row if is_for_person(form) else to_shown_row
    columns = ("title", "outcome", "items", "matches", "every", "format", "because", "error")
    rows, details = map(to_one_row, checked), ("matches", "because", "error")
    print_rows(rows, columns, form, details=details, zone=settings.timezone)


def _feed_row(feed: FeedCheck) -> dict[str, Any]:
    """Returns a feed as a row that names the cases which would take something of it."""
    matches = {slug: count for slug, count in feed.matches.items() if count}
    every = _describe_interval(feed.interval_seconds)
    row = to_shown_row(feed)
    return {**row, "title": feed.title or row["url"], "matches": matches, "every": every}


def _describe_interval(seconds: int | None) -> str:
    """Returns how often a feed would be asked, in whole minutes; empty where nobody can say."""
    from datetime import timedelta

    from monitor.settings.values import print_duration

    # To the second it would only look exact.
    return "" if seconds is None else print_duration(timedelta(minutes=max(1, seconds // 60)))


async def _check_feeds(settings: Settings) -> list[FeedCheck]:
    """Fetches every feed once, as polling would, and keeps nothing."""
    from monitor.bootstrap import build_reader

    progress = Progress(len(settings.feeds), "feed")
    async with build_reader(settings) as reader:
        return await reader.check_feeds(
            settings.feeds, settings.cases, now=utc_now(), done=progress.step
        )


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
    """Stores the seeds of every case and says what became of each."""
    import asyncio

    for seed in asyncio.run(_store_seeds(settings)):
        talk(f"{seed.case}: {seed.path.name}: {seed.outcome}")


async def _store_seeds(settings: Settings) -> list[ImportedSeed]:
    """Stores the seeds of every case; returns what became of each."""
    from monitor.bootstrap import build_context
    from monitor.pipeline.cases.seeds import import_seeds
    from monitor.pipeline.cases.sync import sync_config

    async with build_context(settings, utc_now) as context:
        # A seed belongs to a case, which the store must have first.
        await sync_config(context)
        return await import_seeds(context)


@config_app.command("show")
def show(ctx: typer.Context, form: FormatOption = None) -> None:
    """Every value in force and where it comes from; secrets are masked.

    Example: monitor config show
    """
    from monitor.settings import describe

    settings = get_state(ctx).load()
    columns = ("key", "value", "origin")
    print_views(describe(settings), columns, form, details=("origin",), zone=settings.timezone)
