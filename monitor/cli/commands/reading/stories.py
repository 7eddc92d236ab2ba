"""`monitor stories …`: who carries what, by whose text it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    CaseOption,
    FormatOption,
    LimitOption,
    SinceOption,
    cell,
    count_of,
    is_for_person,
    print_rows,
    print_views,
    to_row,
)
from monitor.cli.state import get_state, open_reader, parse_window, require_case
from monitor.text import one_line

if TYPE_CHECKING:
    from monitor.store.views.timeline.stories import StoryText, StoryView

app = typer.Typer(
    help="Stories: the articles on one happening, and whose text each has.", no_args_is_help=True
)

COLUMNS = ("id", "last_at", "case", "articles", "outlets", "title")


@app.command("list")
def list_(
    ctx: typer.Context,
    case: CaseOption = None,
    limit: LimitOption = DEFAULT_LIMIT,
    since: SinceOption = None,
    form: FormatOption = None,
) -> None:
    """Stories, the one with the newest article first.

    Example: monitor stories list --case abrego-garcia --since 7d
    """
    from monitor.store.views.timeline.stories import list_stories

    settings = get_state(ctx).load()
    window = parse_window(since, None, settings.timezone)
    with open_reader(settings) as store:
        require_case(settings, store, case)
        found = store.read(list_stories, limit=limit, case=case, since=window.since)
    print_views(found, COLUMNS, form, details=("title",), zone=settings.timezone)


@app.command("show")
def show(
    ctx: typer.Context,
    story_id: Annotated[
        str,
        typer.Argument(metavar="ID|URL", help="A story's id, or the address of an article in it."),
    ],
    form: FormatOption = None,
) -> None:
    """One story: each text once, the first before the others, with the outlets that have it.

    Example: monitor stories show 3f9c
    """
    from monitor.cli.targets import find_story
    from monitor.store.views.timeline.stories import get_story

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        story, texts = store.read(get_story, find_story(store, story_id))
    if is_for_person(form):
        _print_story(story, texts)
    else:
        print_rows([_story_row(story, texts)], (), form, zone=settings.timezone)


def _story_row(story: StoryView, texts: list[StoryText]) -> dict[str, Any]:
    return {**to_row(story), "texts": list(map(to_row, texts))}


def _print_story(story: StoryView, texts: list[StoryText]) -> None:
    """Prints a story for a person: a text, and below it who has it."""
    # The text comes before its carriers: ten outlets with one wire's words are one source.
    typer.echo(f"{story.case} · {story.id} · {one_line(story.title)}")
    for text in texts:
        whose = text.newsroom or "nobody says whose text"
        credited = ", by its credit line" if text.basis == "credit_line" else ""
        carried = count_of(len(text.articles), "article")
        typer.echo(f"{cell(text.first_at)}  {one_line(whose)}{credited}: {carried}")
        for one in text.articles:
            at, news = cell(one.published_at or one.found_at), "  NEWS" if one.has_news else ""
            typer.echo(f"  {at}  {one_line(one.outlet)}  {one.url}{news}")
