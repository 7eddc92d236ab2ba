"""`monitor feeds …`: what is watched and how it goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import FormatOption, print_record, print_rows, talk, to_row
from monitor.cli.state import GlobalOptions, get_state, open_reader, utc_now
from monitor.errors import MonitorError, NotFound

if TYPE_CHECKING:
    from monitor.pipeline.simulation.feed_check import Discovery
    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.views.feeds import FeedView

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

app = typer.Typer(help="Feeds: what is watched and how it goes.", no_args_is_help=True)

NameArgument = Annotated[
    list[str], typer.Argument(metavar="FEED...", help="URL, title or a unique part of either.")
]


@app.command("list")
def list_(
    ctx: typer.Context,
    failing: Annotated[
        bool, typer.Option("--failing", help="Only feeds whose last poll failed.")
    ] = False,
    silent: Annotated[
        bool, typer.Option("--silent", help="Only feeds that bring nothing new any more.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """All feeds with their state.

    Example: monitor feeds list --failing
    """
    from monitor.cli.commands.status import is_silent

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        feeds = _get_feeds(settings, store)
    now = utc_now()
    if failing or silent:
        feeds = [
            feed
            for feed in feeds
            if (failing and feed.state in ("failing", "gone")) or (silent and is_silent(feed, now))
        ]
    columns = ("title", "url", "state", "outcome", "entries", "last_ok_at", "next_poll_at", "error")
    print_rows([to_row(feed) for feed in feeds], columns, form, zone=settings.timezone)


@app.command("show")
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="FEED")],
    form: FormatOption = None,
) -> None:
    """Everything about one feed: rhythm, overlap, errors, validators, redirects, pauses, next poll
    and why then.

    Example: monitor feeds show guardian
    """
    from monitor.store.feeds import find_feed

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        feed = find_feed(_get_feeds(settings, store), name)
    row = to_row(feed)
    if feed.host_paused_until is not None and feed.host_paused_until <= utc_now():
        row |= {"host_paused_until": None, "host_pause_reason": ""}
    row["skip_days"] = [DAYS[day] for day in feed.skip_days]
    print_record(row, form, zone=settings.timezone)


def _get_feeds(settings: Settings, store: Store) -> list[FeedView]:
    """Returns the feeds of the store, and those of the config that no poll has taken up yet as
    "new".
    """
    from monitor.store.views.feeds import FeedView, list_feeds

    stored = store.read(list_feeds)
    known = {feed.url for feed in stored}
    added = [feed for feed in settings.feeds if feed.url not in known]
    return stored + [
        FeedView(
            title=feed.title,
            url=feed.url,
            state="new",
            tags=feed.tags,
            items=None,
            entries=0,
            overlap=None,
            interval_seconds=None,
            last_polled_at=None,
            last_ok_at=None,
            last_new_at=None,
            next_poll_at=utc_now(),
            failures=0,
            error="",
        )
        for feed in added
    ]


def _find(store: Store, name: str) -> FeedView:
    from monitor.store.feeds import find_feed
    from monitor.store.views.feeds import list_feeds

    return find_feed(store.read(list_feeds), name)


@app.command("add")
def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of the feed.")],
    title: Annotated[str, typer.Option("--title", help="Name to show.")] = "",
    every: Annotated[
        str, typer.Option("--every", metavar="TIME", help='Pins the interval, e.g. "15m".')
    ] = "",
    tag: Annotated[
        list[str] | None, typer.Option("--tag", help="A tag that cases can name; may be repeated.")
    ] = None,
) -> None:
    """Adds a feed to feeds.toml; a running daemon takes it up on SIGHUP.

    Example: monitor feeds add https://example.org/rss --title "Example" --tag us
    """
    from monitor.urls import is_web_url

    state = get_state(ctx)
    if not is_web_url(url):
        raise typer.BadParameter(f"{url!r} is no http or https address", param_hint="URL")
    settings = state.load()
    if any(feed.url == url for feed in settings.feeds):
        raise MonitorError(f"{url} is in feeds.toml already")
    path = _append(state, [_feed_table(url, title, every, tag or [])])
    talk(f"added to {path}; it is polled at the next start, SIGHUP or `monitor poll`")


def _append(state: GlobalOptions, tables: list[str]) -> Path:
    """Adds tables to feeds.toml; where that makes the config wrong (an interval, say), the file
    stays as it was.

    Raises:
        ConfigErrors: what would be wrong.
    """
    path = state.config / "feeds.toml"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(
        "\n\n".join([*filter(None, [before.rstrip()]), *(table.rstrip() for table in tables)])
        + "\n",
        "utf-8",
    )
    try:
        state.load()
    except MonitorError:
        _restore(path, before)
        raise
    return path


def _restore(path: Path, before: str) -> None:
    if before:
        path.write_text(before, encoding="utf-8")
    else:
        path.unlink(missing_ok=True)


def _feed_table(url: str, title: str, every: str, tags: list[str]) -> str:
    from monitor.cli.templates import toml_string

    lines = ["[[feed]]", f"url = {toml_string(url)}"]
    lines += [f"title = {toml_string(title)}"] if title else []
    lines += [f"every = {toml_string(every)}"] if every else []
    lines += [f"tags = [{', '.join(toml_string(tag) for tag in tags)}]"] if tags else []
    return "\n".join(lines) + "\n"


@app.command("discover")
def discover(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Address of a page, such as a site's front page.")],
    form: FormatOption = None,
) -> None:
    """Lists the feeds that a page names; says when it is a feed itself.

    Type "link" is a mere link to what looks like a feed.

    Example: monitor feeds discover https://example.org/
    """
    import asyncio

    from monitor.cli.logs import set_up_logs
    from monitor.urls import is_web_url

    state = get_state(ctx)
    if not is_web_url(url):
        raise typer.BadParameter(f"{url!r} is no http or https address", param_hint="URL")
    settings = state.load()
    set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
    found = asyncio.run(_discover(settings, url))
    if not found.offered:
        raise NotFound(
            f"{url} names no feed",
            hint="try the page of a section, or look for RSS in the site's footer",
        )
    print_rows(
        [to_row(one) for one in found.offered],
        ("title", "url", "type"),
        form,
        zone=settings.timezone,
    )
    if found.is_feed:
        talk(f"{url} is a feed itself")


async def _discover(settings: Settings, url: str) -> Discovery:
    from monitor.bootstrap import build_reader

    async with build_reader(settings) as reader:
        return await reader.discover(url)


@app.command("import")
def import_(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.opml", help="A list of feeds as readers export it; - reads stdin."
        ),
    ],
) -> None:
    """Adds the feeds of an OPML file to feeds.toml.

    Those that are there already are left alone. Folders and categories become tags.

    Example: monitor feeds import subscriptions.opml
    """
    from monitor.feeds.opml import read_opml
    from monitor.urls import canonical_url

    state = get_state(ctx)
    settings = state.load()
    listed = read_opml(_read_list(file), name=str(file))
    known = {canonical_url(feed.url) for feed in settings.feeds}
    titles = {feed.title for feed in settings.feeds if feed.title}
    tables = []
    for feed in listed:
        if (key := canonical_url(feed.url)) in known:
            continue
        known.add(key)
        # Cases may name a feed by its title, so each title stands once; without one the feed's own
        # is shown.
        title = feed.title if feed.title not in titles else ""
        titles.add(title)
        tables.append(_feed_table(feed.url, title, "", list(feed.tags)))
    where = (
        f" to {_append(state, tables)}; they are polled at the next start, SIGHUP or `monitor poll`"
        if tables
        else ""
    )
    talk(f"{len(tables)} feeds added{where} ({len(listed) - len(tables)} known already)")


def _read_list(file: Path) -> bytes:
    """Reads a file or the standard input, no more than a list can have."""
    import sys

    from monitor.feeds.opml import MAX_BYTES

    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with file.open("rb") as source:
        return source.read(MAX_BYTES + 1)


@app.command("export")
def export(ctx: typer.Context) -> None:
    """Prints the feeds of the config as OPML, for other readers.

    Tags become categories.

    Example: monitor feeds export > feeds.opml
    """
    from monitor.feeds.opml import ListedFeed, write_opml

    feeds = [ListedFeed(feed.url, feed.title, feed.tags) for feed in get_state(ctx).load().feeds]
    typer.echo(write_opml(feeds, title="Feeds of monitor"), nl=False)


@app.command("pause")
def pause(ctx: typer.Context, names: NameArgument) -> None:
    """Stops polling feeds until `resume`; what they brought stays.

    Example: monitor feeds pause "Guardian, US immigration"
    """
    _set_paused(ctx, names, is_paused=True)


@app.command("resume")
def resume(ctx: typer.Context, names: NameArgument) -> None:
    """Polls paused feeds again.

    Example: monitor feeds resume guardian
    """
    _set_paused(ctx, names, is_paused=False)


def _set_paused(ctx: typer.Context, names: list[str], *, is_paused: bool) -> None:
    from monitor.store.feeds import get_ids_by_url, set_paused

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        urls = [_find(store, name).url for name in names]
        ids = store.read(get_ids_by_url, urls)
        store.write(set_paused, ids, is_paused=is_paused)
    talk(f"{'paused' if is_paused else 'resumed'}: {', '.join(urls)}")


@app.command("reset")
def reset(ctx: typer.Context, names: NameArgument) -> None:
    """Forgets errors, back-off and validators: feeds are due now.

    Example: monitor feeds reset guardian
    """
    from monitor.store.feeds import get_ids_by_url, reset_feeds

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        urls = [_find(store, name).url for name in names]
        store.write(reset_feeds, store.read(get_ids_by_url, urls), utc_now())
    talk(f"reset: {', '.join(urls)}")
