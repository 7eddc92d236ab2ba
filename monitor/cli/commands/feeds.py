"""`monitor feeds …`: what is watched and how it goes.

What is watched is said by feeds.toml alone; the store knows how it goes. So `add` and `import`
write the file, `pause` and `reset` the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.config_files import join_tables, write_checked
from monitor.cli.output import (
    FormatOption,
    count_of,
    is_for_person,
    print_record,
    print_rows,
    print_views,
    talk,
    to_shown_row,
)
from monitor.cli.state import GlobalOptions, get_state, has_database, open_reader, utc_now
from monitor.cli.targets import require_web_url
from monitor.cli.templates import feed_table
from monitor.errors import MonitorError, NotFound, WorkerError
from monitor.text import one_line
from monitor.urls import shown

if TYPE_CHECKING:
    from monitor.feeds.opml import FeedList, ListedFeed
    from monitor.pipeline.simulation.feed_check import Discovery
    from monitor.settings import FeedSettings, Settings
    from monitor.store import Store
    from monitor.store.views.feeds import FeedView

COLUMNS = ("title", "state", "entries", "last_ok_at", "next_poll_at", "outcome", "url", "error")
DETAILS = ("error",)
LIST_DEADLINE = timedelta(seconds=10)  # ten thousand feeds take two
MAX_TITLE = 200  # of a feed in feeds.toml
MAX_NAMED = 5  # feeds of a page, in the error that says it is none
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
    tag: Annotated[
        list[str] | None,
        typer.Option("--tag", help="Only feeds with this tag; of several, with any of them."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, help="At most this many rows; all when left out."),
    ] = None,
    form: FormatOption = None,
) -> None:
    """All feeds with their state, in the order of feeds.toml.

    Example: monitor feeds list --failing
    """
    settings = get_state(ctx).load()
    feeds = _read_feeds(settings)
    chosen = [
        feed
        for feed in feeds
        if _has_trouble(feed, is_failing=failing, is_silent=silent) and _has_tag(feed, tag)
    ]
    rows = [_list_row(feed, is_titled=is_for_person(form)) for feed in chosen[:limit]]
    print_rows(rows, COLUMNS, form, details=DETAILS, zone=settings.timezone)
    if len(rows) < len(chosen):
        talk(f"{len(chosen) - len(rows)} more feeds: give a larger --limit, or --tag")


def _has_trouble(feed: FeedView, *, is_failing: bool, is_silent: bool) -> bool:
    """Whether a feed is in one of the troubles that are asked for, where one is."""
    # Both options together show what is wrong in either way.
    is_asked_for = (is_failing and _is_failing(feed)) or (is_silent and feed.is_silent(utc_now()))
    return is_asked_for or not (is_failing or is_silent)


def _has_tag(feed: FeedView, tags: Sequence[str] | None) -> bool:
    return not tags or not set(tags).isdisjoint(feed.tags)


def _list_row(feed: FeedView, *, is_titled: bool) -> dict[str, Any]:
    """Returns a feed as a row; a person sees its address where it has no title yet, and that it is
    silent, as mails say it.
    """
    row = to_shown_row(feed)
    if not is_titled:
        return row
    state = "silent" if feed.is_silent(utc_now()) else feed.state
    return row | {"title": feed.title or row["url"], "state": state}


def _is_failing(feed: FeedView) -> bool:
    return feed.state in ("failing", "gone")


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
    # Also one that was added a moment ago, which the store does not know.
    feed = find_feed(_read_feeds(settings), name)
    print_record(_feed_row(feed), form, zone=settings.timezone)


def _feed_row(feed: FeedView) -> dict[str, Any]:
    """Returns a feed as a row, with the names of days and without a pause that is over."""
    row = to_shown_row(feed)
    # The store keeps a pause until the host answers again, which is no matter once it is over.
    if feed.host_paused_until is not None and feed.host_paused_until <= utc_now():
        row |= {"host_paused_until": None, "host_pause_reason": ""}
    row["skip_days"] = [DAYS[day] for day in feed.skip_days]
    return row


def _read_feeds(settings: Settings) -> list[FeedView]:
    """Returns the feeds of the store, and those of the config that no poll has taken up yet as
    "new"; before the first poll there is no store.
    """
    stored: list[FeedView] = []
    if has_database(settings):
        from monitor.store.views.feeds import list_feeds

        with open_reader(settings) as store:
            stored = store.read(list_feeds)
    known = {feed.url for feed in stored}
    return stored + [_new_feed(feed) for feed in settings.feeds if feed.url not in known]


def _new_feed(feed: FeedSettings) -> FeedView:
    """Returns a feed of the config that no poll has taken up yet: it is due now."""
    from monitor.store.views.feeds import FeedView

    return FeedView(
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


def _find_urls(store: Store, names: Sequence[str]) -> list[str]:
    """Returns the feeds of the store that are named.

    Raises:
        NotFound: a name selects none, or several.
    """
    from monitor.store.feeds import find_feed
    from monitor.store.views.feeds import list_feeds

    feeds = store.read(list_feeds)
    return [find_feed(feeds, name).url for name in names]


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
    """Adds a feed to feeds.toml, by its own title where none is given; a running daemon takes it up
    on SIGHUP. A page is refused, unless a title is given.

    Example: monitor feeds add https://example.org/rss --title "Example" --tag us
    """
    state = get_state(ctx)
    require_web_url(url)
    settings = _load_if_written(state)
    known = settings.feeds if settings else ()
    if any(feed.url == url for feed in known):
        raise MonitorError(f"{url} is in feeds.toml already")
    if not title and settings:
        title = _find_title(state, settings, url)
    path = _append(state, [feed_table(url, title, every, tag or [])])
    talk(f"added to {path}; it is polled at the next start, SIGHUP or `monitor poll`")


def _load_if_written(state: GlobalOptions) -> Settings | None:
    """Returns the settings; None where feeds.toml is yet to be written."""
    return state.load() if (state.config / "feeds.toml").exists() else None


def _find_title(state: GlobalOptions, settings: Settings, url: str) -> str:
    """Returns the title that a feed gives itself; empty where it has none, cannot be read now, or
    another feed has it.

    Raises:
        MonitorError: a page is there, and no feed.
    """
    import asyncio

    from monitor.cli.logs import set_up_logs

    set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
    try:
        found = asyncio.run(_discover(settings, url))
    # A feed that is down today may be well tomorrow: it is watched all the same.
    except MonitorError as error:
        talk(f"it cannot be read now: {error}")
        return ""
    if not found.is_feed:
        named = ", ".join(shown(one.url) for one in found.offered[:MAX_NAMED])
        hint = f"add what it names: {named}" if named else found.hint
        raise MonitorError(f"{shown(url)} is a page, no feed", hint=f"{hint}; or give a --title")
    title = one_line(found.offered[0].title, limit=MAX_TITLE)
    # Cases may name a feed by its title, so each title stands once.
    return "" if title in {feed.title for feed in settings.feeds} else title


def _append(state: GlobalOptions, tables: Sequence[str]) -> Path:
    """Adds tables to feeds.toml; where that makes the config wrong (an interval, say), the file
    stays as it was.

    Raises:
        ConfigErrors: what would be wrong.
    """
    path = state.config / "feeds.toml"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    # Appended as text: a TOML writer would lose the comments that people keep in this file.
    write_checked(state, path, join_tables([before, *tables]))
    return path


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

    state = get_state(ctx)
    require_web_url(url)
    settings = state.load()
    # What is fetched for a person is logged only on request: the answer is what they want.
    set_up_logs(is_verbose=state.is_verbose, is_quiet=not state.is_verbose)
    found = asyncio.run(_discover(settings, url))
    _require_offer(found, url)
    # What a page names is to be added, and whole; whose address this is has its key.
    views = [replace(one, url=shown(url)) if one.url == url else one for one in found.offered]
    print_views(views, ("title", "url", "type"), form, zone=settings.timezone)
    if found.is_feed:
        talk(f"{url} {'is a feed itself' if found.offered[0].url == url else 'leads to a feed'}")


def _require_offer(found: Discovery, url: str) -> None:
    """Refuses a page that names no feed, so that a script sees it by the exit code.

    Raises:
        NotFound: it names none.
    """
    if not found.offered:
        raise NotFound(f"{url} names no feed", hint=found.hint)


async def _discover(settings: Settings, url: str) -> Discovery:
    from monitor.bootstrap import build_reader
    from monitor.pipeline.login import logins_of

    async with build_reader(settings) as reader:
        return await reader.discover(url, logins_of(settings.feeds).get(url))


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

    Those that are there already are left alone. Folders and categories become tags. What is no
    feed is left out, and said with the reason.

    Example: monitor feeds import subscriptions.opml
    """
    import asyncio

    state = get_state(ctx)
    listed = asyncio.run(_parse_list(_read_list(file), str(file)))
    settings = _load_if_written(state)
    new = _KnownFeeds(settings.feeds if settings else ()).select_new(listed.feeds)
    tables = [feed_table(feed.url, feed.title, "", feed.tags) for feed in new]
    where = ""
    # Where nothing is new, the file is not even touched.
    if tables:
        path = _append(state, tables)
        where = f" to {path}; they are polled at the next start, SIGHUP or `monitor poll`"
    known = len(listed.feeds) - len(tables)
    talk(f"{count_of(len(tables), 'feed')} added{where} ({known} known already)")
    for outline in listed.left_out:
        talk(f"left out: {outline.name}: {outline.reason}")


class _KnownFeeds:
    """The addresses and titles that feeds.toml has, while feeds of a list are added to it."""

    def __init__(self, feeds: Iterable[FeedSettings]) -> None:
        self._urls: set[str] = set()
        self._titles: set[str] = set()
        for feed in feeds:
            self._add(feed.url, feed.title)

    def _add(self, url: str, title: str) -> None:
        from monitor.urls import canonical_url

        # Readers write an address in their own ways: a slash at its end, a campaign in its query.
        self._urls.add(canonical_url(url))
        self._titles.add(title)

    def select_new(self, listed: Iterable[ListedFeed]) -> list[ListedFeed]:
        """Returns the feeds of a list that are not known yet, without titles that are taken."""
        from monitor.urls import canonical_url

        new = []
        for feed in listed:
            if canonical_url(feed.url) not in self._urls:
                new.append(self._with_own_title(feed))
                self._add(feed.url, feed.title)
        return new

    def _with_own_title(self, feed: ListedFeed) -> ListedFeed:
        # Cases may name a feed by its title, so each title stands once; without one the feed's own
        # is shown.
        return replace(feed, title="") if feed.title in self._titles else feed


def _read_list(file: Path) -> bytes:
    """Reads a file or the standard input, no more than a list can have."""
    import sys

    from monitor.feeds.opml import MAX_BYTES

    # A byte more than is allowed, so that the reader can tell a list that is too large.
    if str(file) == "-":
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    with file.open("rb") as source:
        return source.read(MAX_BYTES + 1)


async def _parse_list(body: bytes, name: str) -> FeedList:
    """Reads a list where it can be stopped: a small one may keep the parser busy for minutes.

    Raises:
        MonitorError: it is no list, or takes too long.
    """
    from monitor.bootstrap import build_pool
    from monitor.feeds.opml import read_opml

    async with build_pool() as pool:
        try:
            return await pool.run(read_opml, body, name=name, timeout=LIST_DEADLINE)
        except WorkerError as error:
            hint = "export the list from your reader again"
            raise MonitorError(f"{name} cannot be read: {error}", hint=hint) from error


@app.command("export")
def export(
    ctx: typer.Context,
    with_secrets: Annotated[
        bool,
        typer.Option(
            "--with-secrets", help="Whole addresses, with the keys that some hold: for yourself."
        ),
    ] = False,
) -> None:
    """Prints the feeds of the config as OPML, for other readers.

    Tags become categories. Lists are passed on, so addresses are written without keys.

    Example: monitor feeds export > feeds.opml
    """
    from monitor.feeds.opml import ListedFeed, write_opml

    # The config, not the store: what was found out about a feed is nothing to another reader.
    feeds = get_state(ctx).load().feeds
    listed = [
        ListedFeed(feed.url if with_secrets else shown(feed.url), feed.title, feed.tags)
        for feed in feeds
    ]
    typer.echo(write_opml(listed, title="Feeds of monitor"), nl=False)
    hidden = sum(feed.url != one.url for feed, one in zip(feeds, listed, strict=True))
    if hidden:
        talk(f"{hidden} addresses without their key; --with-secrets writes it")


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
    """Pauses or resumes feeds; when a name is wrong, none of them."""
    from monitor.store.feeds import get_ids_by_url, set_paused

    with open_reader(get_state(ctx).load()) as store:
        urls = _find_urls(store, names)
        store.write(set_paused, store.read(get_ids_by_url, urls), is_paused=is_paused)
    talk(f"{'paused' if is_paused else 'resumed'}: {', '.join(urls)}")


@app.command("reset")
def reset(ctx: typer.Context, names: NameArgument) -> None:
    """Forgets errors, back-off and validators: feeds are due now.

    Example: monitor feeds reset guardian
    """
    from monitor.store.feeds import get_ids_by_url, reset_feeds

    with open_reader(get_state(ctx).load()) as store:
        urls = _find_urls(store, names)
        store.write(reset_feeds, store.read(get_ids_by_url, urls), utc_now())
    talk(f"reset: {', '.join(urls)}")
