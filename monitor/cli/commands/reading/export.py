"""`monitor export`: what a case has, as a file for other programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.commands.reading.evidence import warc_of
from monitor.cli.output import Format, SinceOption, UntilOption, print_rows, to_row
from monitor.cli.state import get_state, open_reader, parse_window, require_case, utc_now
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor.pages.timeline import Timeline
    from monitor.store import Store
    from monitor.store.views.articles import ArticleView

_BATCH = 200  # articles whose texts are in memory at a time
_ALL = 10_000_000


class ExportFormat(StrEnum):
    """What an export is written in."""

    JSONL = "jsonl"
    CSV = "csv"
    RSS = "rss"
    ATOM = "atom"
    MD = "md"
    WARC = "warc"


class Subject(StrEnum):
    """What is exported."""

    DEVELOPMENTS = "developments"
    ARTICLES = "articles"


def export(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case.")],
    what: Annotated[
        Subject, typer.Option("--what", help="Developments, or articles with their texts.")
    ] = Subject.DEVELOPMENTS,
    since: SinceOption = None,
    until: UntilOption = None,
    form: Annotated[
        ExportFormat,
        typer.Option("--format", help="rss, atom and md are of developments, warc of articles."),
    ] = ExportFormat.JSONL,
) -> None:
    """Writes what a case has to stdout, whole: no line is left out, no text is cut.

    In CSV no cell is a formula, in Markdown no address is a link.

    Example: monitor export abrego-garcia --format atom > abrego.xml
    """
    from monitor.pages.timeline import read_timeline
    from monitor.store.views.articles import list_articles
    from monitor.store.views.developments import list_developments

    if what is Subject.ARTICLES and form in _WRITERS:
        raise MonitorError(f"articles are exported as jsonl, csv or warc, not as {form}")
    settings = get_state(ctx).load()
    window = parse_window(since, until, settings.timezone)
    since_at, until_at = window.since, window.until
    with open_reader(settings) as store:
        require_case(settings, store, case)
        if what is Subject.ARTICLES or form is ExportFormat.WARC:
            articles = store.read(
                list_articles, limit=_ALL, case=case, since=since_at, until=until_at
            )
            _export_articles(store, articles, form)
            return
        told = store.read(list_developments, limit=None, case=case, since=since_at, until=until_at)
        now = settings.local_time(case, utc_now())
        timeline = store.read(read_timeline, case, told, now=now)
    if form in (ExportFormat.JSONL, ExportFormat.CSV):
        _print(_development_rows(timeline), form)
    else:
        _write(_WRITERS[form](timeline))


def _export_articles(store: Store, articles: list[ArticleView], form: ExportFormat) -> None:
    if form is not ExportFormat.WARC:
        _print(_article_rows(store, articles), form)
        return
    for piece in warc_of(store, articles):
        _write(piece)


def _print(rows: Iterable[dict[str, Any]], form: ExportFormat) -> None:
    print_rows(rows, (), Format(form))


def _development_rows(timeline: Timeline) -> Iterator[dict[str, Any]]:
    for one in timeline.developments:
        yield {**to_row(one), "new_sentences": list(timeline.quotes.get(one.row_id, ()))}


def _article_rows(store: Store, found: list[ArticleView]) -> Iterator[dict[str, Any]]:
    from monitor.store.articles import get_stored_articles

    # In batches: all texts of a case of years do not fit into a small machine.
    for start in range(0, len(found), _BATCH):
        batch = found[start : start + _BATCH]
        stored = store.read(get_stored_articles, [one.row_id for one in batch])
        texts = {one.id: one.text for one in stored}
        for one in batch:
            yield {**to_row(one), "text": texts.get(one.row_id, "")}


def _to_atom(timeline: Timeline) -> bytes:
    from monitor.pages.syndication import to_atom

    return to_atom(timeline)


def _to_rss(timeline: Timeline) -> bytes:
    from monitor.pages.syndication import to_rss

    return to_rss(timeline)


def _to_markdown(timeline: Timeline) -> bytes:
    from monitor.pages.markdown import to_markdown

    return to_markdown(timeline).encode()


_WRITERS: dict[ExportFormat, Callable[[Timeline], bytes]] = {
    ExportFormat.ATOM: _to_atom,
    ExportFormat.RSS: _to_rss,
    ExportFormat.MD: _to_markdown,
}


def _write(document: bytes) -> None:
    # A feed says its own encoding, whatever the terminal's is.
    sys.stdout.flush()
    sys.stdout.buffer.write(document)
