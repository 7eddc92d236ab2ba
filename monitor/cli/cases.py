"""`monitor cases …`: what is followed."""

from __future__ import annotations

from typing import Annotated

import typer

from monitor.cli.output import Format, FormatOption, print_rows, to_row
from monitor.cli.state import get_state, open_reader
from monitor.errors import NotFound

app = typer.Typer(help="Cases: what is followed.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, form: FormatOption = None) -> None:
    """All cases with what they hold.

    Example: monitor cases list
    """
    from monitor.store.queries import list_cases

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        cases = store.read(list_cases)
    print_rows(
        [to_row(case) for case in cases],
        ("slug", "title", "articles", "developments", "last_development_at"),
        form,
        zone=settings.timezone,
    )


@app.command("show")
def show(
    ctx: typer.Context,
    slug: Annotated[str, typer.Argument(help="The case's file name without .toml.")],
    form: FormatOption = None,
) -> None:
    """One case: query, note, figures, last development.

    Example: monitor cases show abrego-garcia
    """
    from monitor.store.queries import list_cases

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        cases = [case for case in store.read(list_cases) if case.slug == slug]
    if not cases:
        raise NotFound(f"no case {slug!r}", hint="`monitor cases list` shows them")
    row = to_row(cases[0])
    if form is None or form is Format.TABLE:
        print_rows(
            [{"what": key.replace("_", " "), "value": value} for key, value in row.items()],
            ("what", "value"),
            form,
            zone=settings.timezone,
        )
    else:
        print_rows([row], ("slug", "title"), form, zone=settings.timezone)
