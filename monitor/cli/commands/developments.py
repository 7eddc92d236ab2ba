"""`monitor developments …` and `monitor timeline`: what happened, who told it first, who carries
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    CaseOption,
    FormatOption,
    LimitOption,
    SinceOption,
    UntilOption,
    cell,
    is_for_person,
    print_rows,
    to_row,
)
from monitor.cli.state import get_state, open_reader, parse_day_end, parse_window, require_case
from monitor.cli.targets import ID_HELP, find_development
from monitor.text import one_line

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.views.developments import CarrierView, DevelopmentView

app = typer.Typer(
    help="Developments: what happened, first reporter, who carries it.", no_args_is_help=True
)

COLUMNS = ("id", "first_found_at", "tier", "outlet", "newsrooms", "carriers", "changes", "summary")
DETAILS = ("changes", "summary")

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
    limit: LimitOption = DEFAULT_LIMIT,
    since: SinceOption = None,
    until: UntilOption = None,
    form: FormatOption = None,
) -> None:
    """What happened in a case, newest first, and what it changed in the state of the case.

    Example: monitor timeline abrego-garcia --since 30d
    """
    from monitor.store.views.developments import list_developments

    settings = get_state(ctx).load()
    window = parse_window(since, until, settings.timezone)
    with open_reader(settings) as store:
        wanted = slug or case
        require_case(settings, store, wanted)
        found = store.read(
            list_developments,
            limit=limit,
            case=wanted,
            tiers=tier or (),
            since=window.since,
            until=window.until,
            as_of=parse_day_end(as_of, settings.timezone, option="--as-of"),
        )
    to_print = _row_for_person if is_for_person(form) else to_row
    # Of one case every row would name it.
    columns = COLUMNS if wanted else (*COLUMNS[:2], "case", *COLUMNS[2:])
    print_rows(map(to_print, found), columns, form, details=DETAILS, zone=settings.timezone)


def _row_for_person(development: DevelopmentView) -> dict[str, Any]:
    """Returns a development as a row that says what it changed in words: "custody: released"."""
    return {**to_row(development), "changes": list(map(": ".join, development.changes))}


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
        _print_development(shown)
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
    from monitor.store.views.developments import list_carriers, list_developments

    row_id = find_development(store, development_id)
    development = store.read(list_developments, limit=1, only=row_id)[0]
    sentences = _read_new_sentences(store, development.article_id)
    return _ShownDevelopment(development, sentences, store.read(list_carriers, row_id))


def _read_new_sentences(store: Store, article_id: str) -> list[str]:
    """Returns what was new in the article that reported a development first."""
    from monitor.store.schema.tables import articles
    from monitor.store.views.articles import get_new_sentences
    from monitor.store.views.selection import resolve_uid

    return store.read(get_new_sentences, store.read(resolve_uid, articles, article_id, "article"))


def _development_row(shown: _ShownDevelopment) -> dict[str, Any]:
    """Returns a development as a row; what the list counts as carriers is here the list of them."""
    return {
        **to_row(shown.development),
        "new_sentences": shown.new_sentences,
        "carriers": list(map(to_row, shown.carriers)),
    }


def _print_development(shown: _ShownDevelopment) -> None:
    """Prints a development for a person: its new sentences, what it changed, and its
    carriers by time.
    """
    development = shown.development
    typer.echo(f"{development.case} · {development.id} · alert {development.alert_id}")
    for sentence in shown.new_sentences:
        typer.echo(f"  NEW: {one_line(sentence, limit=2000)}")
    for aspect, value in development.changes:
        typer.echo(f"  NOW: {aspect}: {one_line(value)}")
    for carrier in shown.carriers:
        typer.echo(f"  {cell(carrier.found_at)}  {one_line(carrier.outlet)}  {carrier.url}")
