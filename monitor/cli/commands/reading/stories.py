"""`monitor stories …`: who carries what, by whose text it is."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    ID_DIGITS,
    CaseOption,
    FormatOption,
    LimitOption,
    SinceOption,
    cell,
    count_of,
    is_for_person,
    print_rows,
    print_views,
    talk,
    to_row,
)
from monitor.cli.state import get_state, open_reader, parse_window, require_case, utc_now
from monitor.text import one_line

if TYPE_CHECKING:
    from monitor.store import Store
    from monitor.store.stories import By, StoryChangeView
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
    from monitor.store.stories import list_changes
    from monitor.store.views.timeline.stories import get_story

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        story, texts = store.read(get_story, find_story(store, story_id))
        changes = store.read(list_changes, story.row_id)
    if is_for_person(form):
        _print_story(story, texts)
        _print_changes(changes)
    else:
        row = {"texts": list(map(to_row, texts)), "changes": list(map(to_row, changes))}
        print_rows([{**to_row(story), **row}], (), form, zone=settings.timezone)


def _print_changes(changes: Sequence[StoryChangeView]) -> None:
    """Prints what people did to a story, a line each."""
    for one in changes:
        undone = f", undone {cell(one.undone_at)}" if one.undone_at else ""
        way = f"{one.before[:ID_DIGITS]} into {one.after[:ID_DIGITS]}"
        moved = count_of(one.articles, "article")
        said = f"{one.kind} {one.id[:ID_DIGITS]}: {moved} of {way}{undone}"
        by = f"{one_line(one.made_by)}: {one_line(one.comment)}"
        typer.echo(f"{cell(one.made_at)}  {said} ({by})")


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


CommentOption = Annotated[str, typer.Option("--comment", help="Why; `stories show` tells it.")]


@app.command("merge")
def merge(
    ctx: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="KEPT", help="The story that stays.")],
    gone: Annotated[str, typer.Argument(metavar="GONE", help="The one whose articles move there.")],
    comment: CommentOption = "",
) -> None:
    """Joins two stories of a case: the articles of the second go into the first, and what comes
    later follows them. Silences of the second hold for both.

    Example: monitor stories merge 3f9c 81d0 --comment "one hearing, two headlines"
    """
    from monitor.store.stories import merge_stories

    by = _by(comment)
    with open_reader(get_state(ctx).load()) as store:
        rows = [_find(store, one) for one in (kept, gone)]
        uid = store.write(merge_stories, rows[0], rows[1], by)
    talk(f"joined; `monitor stories undo {uid[:ID_DIGITS]}` takes it back")


@app.command("split")
def split(
    ctx: typer.Context,
    story: Annotated[str, typer.Argument(metavar="STORY", help="The story.")],
    articles: Annotated[
        list[str], typer.Argument(metavar="ARTICLE...", help="What leaves it, by id or address.")
    ],
    comment: CommentOption = "",
) -> None:
    """Takes articles out of a story into a new one; what comes later follows them.

    Example: monitor stories split 3f9c 81d0 --comment "another court"
    """
    from monitor.cli.targets import find_article
    from monitor.store.stories import split_story

    by = _by(comment)
    with open_reader(get_state(ctx).load()) as store:
        moved = [find_article(store, one).row_id for one in articles]
        uid = store.write(split_story, _find(store, story), moved, by)
    talk(f"split; `monitor stories undo {uid[:ID_DIGITS]}` takes it back")


@app.command("undo")
def undo(
    ctx: typer.Context,
    change: Annotated[
        str, typer.Argument(metavar="CHANGE", help="Its id, as `stories show` has it.")
    ],
) -> None:
    """Takes back a merge or a split, as far as its articles are still where it put them.

    Example: monitor stories undo 5b2e
    """
    from monitor.store.schema.selection import resolve_uid
    from monitor.store.schema.tables import story_changes
    from monitor.store.stories import undo_change

    with open_reader(get_state(ctx).load()) as store:
        row_id = store.read(resolve_uid, story_changes, change, "a change of stories")
        moved = store.write(undo_change, row_id, utc_now())
    talk(f"{count_of(moved, 'article')} moved back")


def _by(comment: str) -> By:
    """Returns who changes something and why.

    Raises:
        typer.BadParameter: nobody said why.
    """
    from monitor.store.stories import By

    if not comment.strip():
        raise typer.BadParameter("say why; `stories show` tells it", param_hint="--comment")
    return By(getpass.getuser(), comment.strip(), utc_now())


def _find(store: Store, target: str) -> int:
    """Returns the row of a story that has articles.

    Raises:
        NotFound: there is none, or several.
    """
    from monitor.cli.targets import find_story
    from monitor.store.schema.selection import resolve_uid
    from monitor.store.schema.tables import stories
    from monitor.store.stories import follow_merges

    row_id = store.read(resolve_uid, stories, find_story(store, target), "story")
    return store.read(follow_merges, row_id)
