"""`monitor evidence …`: what was fetched and told of a case, in a file that anybody can check."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor import __version__
from monitor.cli.output import SinceOption, UntilOption, count_of, talk, to_row
from monitor.cli.state import Window, get_state, open_reader, parse_window, require_case
from monitor.errors import MonitorError, NotFound
from monitor.pages.rows import to_plain

if TYPE_CHECKING:
    from monitor.evidence.bundle import Contents
    from monitor.evidence.warc import ArchivedText
    from monitor.store import Store
    from monitor.store.views.articles import ArticleView

_ALL = 10_000_000

app = typer.Typer(
    help="Evidence: what was fetched and told, in a file that anybody can check.",
    no_args_is_help=True,
)


@app.command("bundle")
def bundle(
    ctx: typer.Context,
    case: Annotated[str, typer.Argument(metavar="CASE", help="The case.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="Where it is written.")
    ],
    since: SinceOption = None,
    until: UntilOption = None,
) -> None:
    """Writes every text of a case, what was new in it and what was sent, with the SHA-256 of each
    file; says the digest of the whole, to be kept elsewhere.

    Example: monitor evidence bundle abrego-garcia --since 30d -o abrego.zip
    """
    settings = get_state(ctx).load()
    window = parse_window(since, until, settings.timezone)
    if output.exists():
        raise MonitorError(f"{output} is there already", hint="name another file")
    with open_reader(settings) as store:
        require_case(settings, store, case)
        digest = _write(output, _contents(store, _Wanted(case, window)))
    talk(f"wrote {output}; keep its digest elsewhere:")
    typer.echo(digest)


@app.command("verify")
def verify(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A bundle.")],
    digest: Annotated[
        str, typer.Option("--digest", metavar="HEX", help="What was said when it was made.")
    ] = "",
) -> None:
    """Says whether a bundle is as it was made, and which of its files is not; needs no config, no
    database and no network.

    Example: monitor evidence verify abrego.zip
    """
    from monitor.evidence.bundle import verify_bundle

    if not path.is_file():
        raise NotFound(f"there is no file {path}")
    problems = verify_bundle(path, digest)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise MonitorError(f"{path} is not as it was made")
    without = "" if digest else "; give --digest to rule out that it was made anew"
    talk(f"{path} is as it was made{without}")


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What goes into a bundle."""

    case: str
    window: Window

    @property
    def times(self) -> dict[str, Any]:
        return {"since": self.window.since, "until": self.window.until}


def _contents(store: Store, wanted: _Wanted) -> Contents:
    """Yields the files of a bundle: each is read when its turn comes."""
    from monitor.evidence.contents import README, lines_of
    from monitor.store.views.developments import list_developments
    from monitor.store.views.payloads.sealed import list_sealed

    articles = _articles(store, wanted)
    told = store.read(list_developments, limit=None, case=wanted.case, **wanted.times)
    sealed = store.read(list_sealed, wanted.case, **wanted.times)
    talk(f"{count_of(len(articles), 'article')}, {count_of(len(told), 'development')}")
    yield "README.txt", [README.encode()]
    yield "texts.warc", warc_of(store, articles)
    yield "articles.jsonl", lines_of(_article_rows(store, articles))
    yield "developments.jsonl", lines_of(map(to_plain, map(to_row, told)))
    yield "messages.jsonl", lines_of(map(to_plain, map(to_row, sealed)))


def _articles(store: Store, wanted: _Wanted) -> list[ArticleView]:
    from monitor.store.views.articles import list_articles

    return store.read(list_articles, limit=_ALL, case=wanted.case, **wanted.times)


def warc_of(store: Store, articles: list[ArticleView]) -> Iterator[bytes]:
    """Yields a WARC file with every text of articles."""
    from monitor.evidence.warc import write_warc

    return write_warc(_texts(store, articles), software=f"monitor/{__version__}")


def _texts(store: Store, articles: list[ArticleView]) -> Iterator[ArchivedText]:
    from monitor.evidence.warc import ArchivedText
    from monitor.store.views.articles import list_revisions

    # A statement an article: the texts of a case of years do not fit into memory together.
    for article in articles:
        for one in store.read(list_revisions, article.row_id):
            yield ArchivedText(
                article.url,
                one.number,
                one.title,
                one.text,
                article.lang,
                one.fetched_at,
                one.extractor,
            )


def _article_rows(store: Store, articles: list[ArticleView]) -> Iterator[dict[str, Any]]:
    from monitor.store.views.articles import list_revisions

    for article in articles:
        texts = [
            {"number": one.number, "fetched_at": one.fetched_at, "sha256_text": one.text_hash}
            for one in store.read(list_revisions, article.row_id)
        ]
        yield to_plain({**to_row(article), "texts": texts})


def _write(output: Path, contents: Contents) -> str:
    """Writes a bundle whole or not at all; returns its digest."""
    from monitor.evidence.bundle import write_bundle

    # What ends half-way must not look like evidence.
    with NamedTemporaryFile(dir=output.parent, prefix=".bundle-", delete=False) as file:
        part = Path(file.name)
        try:
            digest = write_bundle(file, contents)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            part.unlink()
            raise
    part.replace(output)
    return digest
