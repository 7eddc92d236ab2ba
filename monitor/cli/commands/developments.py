"""`monitor developments …` and `monitor timeline`: what happened, who told it first, who carries
it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    CaseOption,
    Format,
    FormatOption,
    SinceOption,
    UntilOption,
    cell,
    is_for_person,
    print_rows,
    to_row,
)
from monitor.cli.state import (
    get_state,
    open_reader,
    parse_day_end,
    parse_window,
    require_case,
    utc_now,
)
from monitor.cli.targets import ID_HELP, find_development
from monitor.errors import MonitorError
from monitor.text import one_line

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from monitor.settings import Settings
    from monitor.store import Store
    from monitor.store.views.developments import CarrierView, DevelopmentView

app = typer.Typer(
    help="Developments: what happened, first reporter, who carries it.", no_args_is_help=True
)

COLUMNS = (
    *("id", "event_date", "tier", "outlet", "newsrooms", "carriers", "published"),
    *("changes", "filed", "summary"),
)
DETAILS = ("changes", "filed", "summary")


class TimelineFormat(StrEnum):
    """The forms of `Format`, and those of a whole timeline."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"
    HTML = "html"
    ATOM = "atom"
    RSS = "rss"
    ICS = "ics"


_WHOLE = (TimelineFormat.HTML, TimelineFormat.ATOM, TimelineFormat.RSS, TimelineFormat.ICS)

TimelineFormatOption = Annotated[
    TimelineFormat | None,
    typer.Option(
        "--format",
        help="How to print; html is one page that needs nothing else, atom and rss are feeds, ics "
        "has the known days ahead.",
    ),
]
TimelineLimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit",
        min=1,
        max=100_000,
        help=f"At most this many; {DEFAULT_LIMIT} rows when left out, all in html, feeds and ics.",
    ),
]
TopOption = Annotated[
    int | None,
    typer.Option(
        "--top",
        min=1,
        metavar="N",
        help="Only the N that matter most: of the days that most later articles name.",
    ),
]

AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="TIME",
        help="Show only what was known at that time; a day means its end.",
    ),
]

TierOption = Annotated[
    list[int] | None,
    typer.Option(
        "--tier",
        min=1,
        max=3,
        metavar="N",
        help="Only this tier: 1 a change of state, 2 an official act, 3 a statement. Several may "
        "be given.",
    ),
]


@app.command("list")
def list_(
    ctx: typer.Context,
    slug: Annotated[str | None, typer.Argument(metavar="[CASE]", help="Only this case.")] = None,
    case: CaseOption = None,
    tier: TierOption = None,
    as_of: AsOfOption = None,
    top: TopOption = None,
    limit: TimelineLimitOption = None,
    since: SinceOption = None,
    until: UntilOption = None,
    form: TimelineFormatOption = None,
) -> None:
    """What happened in a case, newest first, and what it changed in the state of the case.

    Example: monitor timeline abrego-garcia --since 30d
    """
    settings = get_state(ctx).load()
    window = parse_window(since, until, settings.timezone)
    slug = slug or case
    wanted = _Wanted(
        slug,
        tuple(tier or ()),
        window.since,
        window.until,
        parse_day_end(as_of, settings.timezone, option="--as-of"),
        top,
        # A page or feed of a case is whole; what is chosen out of all has to see all.
        None if top or form in _WHOLE else limit or DEFAULT_LIMIT,
    )
    with open_reader(settings) as store:
        require_case(settings, store, slug)
        found = _find(store, wanted)[:limit]
        if form in _WHOLE:
            _write_whole(_make_whole(store, settings, wanted, found, form))
            return
    _print_list(settings, found, Format(form) if form else None, is_of_one_case=bool(slug))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which developments are asked for."""

    slug: str | None
    tiers: tuple[int, ...]
    since: datetime | None
    until: datetime | None
    as_of: datetime | None
    top: int | None
    limit: int | None


def _find(store: Store, wanted: _Wanted) -> list[DevelopmentView]:
    """Returns the developments that are asked for, newest first.

    Raises:
        MonitorError: the most important ones are asked for, and of no case.
    """
    from monitor.store.views.developments import choose_top, list_developments
    from monitor.store.views.timeline.mentions import list_mentions, weigh_days

    found = store.read(
        list_developments,
        limit=wanted.limit,
        case=wanted.slug,
        tiers=wanted.tiers,
        since=wanted.since,
        until=wanted.until,
        as_of=wanted.as_of,
    )
    if wanted.top is None:
        return found
    # Days weigh by how the articles of one case name them.
    slug = _require_slug(wanted.slug, "--top")
    weights = weigh_days(store.read(list_mentions, slug, as_of=wanted.as_of))
    return choose_top(found, weights, wanted.top)


def _require_slug(slug: str | None, option: str) -> str:
    """Returns the case that is asked for.

    Raises:
        MonitorError: none is.
    """
    if slug is None:
        raise MonitorError(f"{option} is of one case", hint="name it: monitor timeline CASE")
    return slug


def _make_whole(
    store: Store,
    settings: Settings,
    wanted: _Wanted,
    found: Sequence[DevelopmentView],
    form: TimelineFormat | None,
) -> bytes:
    """Returns a timeline as a page, a feed or a calendar.

    Raises:
        MonitorError: no case is named.
    """
    from monitor.pages.rendering import PageValues, render
    from monitor.pages.syndication import to_atom, to_calendar, to_rss
    from monitor.pages.timeline import read_timeline

    slug = _require_slug(wanted.slug, f"--format {form}")
    now = settings.local_time(slug, wanted.as_of or utc_now())
    timeline = store.read(read_timeline, slug, found, now=now)
    if form is TimelineFormat.ATOM:
        return to_atom(timeline)
    if form is TimelineFormat.RSS:
        return to_rss(timeline)
    if form is TimelineFormat.ICS:
        return to_calendar(timeline)
    page = PageValues(settings.timezone, values={"timeline": timeline, "older": None})
    return render("timeline", page).encode()


def _write_whole(document: bytes) -> None:
    # Feeds and calendars say their own encoding, whatever the terminal's is.
    sys.stdout.flush()
    sys.stdout.buffer.write(document)


def _print_list(
    settings: Settings,
    found: Sequence[DevelopmentView],
    form: Format | None,
    *,
    is_of_one_case: bool,
) -> None:
    zone = settings.timezone
    to_print = partial(_row_for_person, zone=zone) if is_for_person(form) else to_row
    # Of one case every row would name it.
    columns = COLUMNS if is_of_one_case else (*COLUMNS[:2], "case", *COLUMNS[2:])
    print_rows(map(to_print, found), columns, form, details=DETAILS, zone=zone)


def _row_for_person(development: DevelopmentView, *, zone: tzinfo) -> dict[str, Any]:
    """Returns a development as a row that says what it changed in words ("custody: released"), the
    day on which its first report was published, and where what was filed is.
    """
    row, at = to_row(development), development.first_published_at
    published = at.astimezone(zone).date() if at else None
    changes = list(map(": ".join, development.changes))
    return {**row, "published": published, "filed": row["named_urls"], "changes": changes}


@app.command("show")
def show(
    ctx: typer.Context,
    development_id: Annotated[
        str, typer.Argument(metavar="ID|URL", help=f"The development's {ID_HELP}")
    ],
    form: FormatOption = None,
) -> None:
    """One development: its new sentences and everyone who carries it.

    Example: monitor developments show 3f9c
    """
    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        shown = _read_development(store, development_id)
    if is_for_person(form):
        _print_development(shown, settings.timezone)
    else:
        print_rows([_development_row(shown)], (), form, zone=settings.timezone)


@dataclass(frozen=True, slots=True)
class _ShownDevelopment:
    """All that `show` says of a development."""

    development: DevelopmentView
    new_sentences: list[str]
    carriers: list[CarrierView]


def _read_development(store: Store, development_id: str) -> _ShownDevelopment:
    """Returns a development with all that is said of it.

    Raises:
        NotFound: no development has that id, or several begin with it.
    """
    from monitor.store.views.developments import get_quotes, list_carriers, list_developments

    row_id = find_development(store, development_id)
    development = store.read(list_developments, limit=1, only=row_id)[0]
    # Of the report that it was born with: an article may bring another one with each edit.
    quotes = store.read(get_quotes, [row_id])
    carriers = store.read(list_carriers, row_id)
    return _ShownDevelopment(development, quotes.get(row_id, []), carriers)


def _development_row(shown: _ShownDevelopment) -> dict[str, Any]:
    """Returns a development as a row; what the list counts as carriers is here the list of them."""
    return {
        **to_row(shown.development),
        "new_sentences": shown.new_sentences,
        "carriers": list(map(to_row, shown.carriers)),
    }


def _describe_lead(development: DevelopmentView) -> str:
    from monitor.pages.rendering import print_span

    lead = print_span(development.lead_seconds or 0)
    return one_line(f"{development.first_outlet}, {lead} before {development.next_outlet}")


def _print_development(shown: _ShownDevelopment, zone: tzinfo) -> None:
    """Prints a development for a person: its new sentences, what it changed, and its
    carriers by time.
    """
    development = shown.development
    typer.echo(f"{development.case} · {development.id} · alert {development.alert_id}")
    for sentence in shown.new_sentences:
        typer.echo(f"  NEW: {one_line(sentence, limit=2000)}")
    for aspect, value in development.changes:
        typer.echo(f"  NOW: {aspect}: {one_line(value)}")
    if development.next_outlet:
        typer.echo(f"  FIRST: {_describe_lead(development)}")
    for url in development.named_urls:
        typer.echo(f"  NAMED: {one_line(url, limit=2000)}")
    for carrier in shown.carriers:
        typer.echo(f"  {cell(carrier.found_at, zone)}  {one_line(carrier.outlet)}  {carrier.url}")
