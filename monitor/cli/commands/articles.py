"""`monitor search`, `monitor articles …` and `monitor why`: what is stored, and why it did or did
not alert.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    CaseOption,
    Format,
    FormatOption,
    LimitOption,
    SinceOption,
    UntilOption,
    choose,
    highlight,
    print_rows,
    to_row,
)
from monitor.cli.state import get_state, open_reader, parse_time, require_case, utc_now
from monitor.errors import MonitorError, NotFound
from monitor.text import clean_text, one_line

if TYPE_CHECKING:
    from monitor.store.views.articles import ArticleView, RevisionView

app = typer.Typer(help="Articles: what is stored.", no_args_is_help=True)

IdArgument = Annotated[
    str, typer.Argument(metavar="ID", help="The article's id or the first digits of it.")
]
COLUMNS = ("id", "published_at", "outlet", "title", "extraction", "cases")


def search(
    ctx: typer.Context,
    query: Annotated[
        str,
        typer.Argument(help='The query language of the cases: "abrego garcia" -opinion since:7d'),
    ],
    case: CaseOption = None,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Only articles that brought something new.")
    ] = False,
    limit: LimitOption = DEFAULT_LIMIT,
    since: SinceOption = None,
    until: UntilOption = None,
    form: FormatOption = None,
) -> None:
    """Full text over stored articles, best first, with the words around each hit.

    Example: monitor search '"abrego garcia" AND (hearing OR audiencia) since:30d'
    """
    from monitor.pipeline.search import search_articles

    settings = get_state(ctx).load()
    zone = settings.timezone
    with open_reader(settings) as store:
        require_case(settings, store, case)
        hits = store.read(
            search_articles,
            query,
            now=utc_now(),
            limit=limit,
            case=case,
            is_new_only=new_only,
            since=parse_time(since, zone),
            until=parse_time(until, zone, option="--until"),
        )
    # A person sees where the words stand; a program gets the text as it is.
    is_shown = choose(form) in (Format.TABLE, Format.MD)
    snippets = [highlight(hit.snippet, hit.words) if is_shown else hit.snippet for hit in hits]
    rows = [
        {**to_row(hit.article), "snippet": snippet, "score": round(hit.score, 3)}
        for hit, snippet in zip(hits, snippets, strict=True)
    ]
    print_rows(
        rows, ("id", "published_at", "outlet", "title", "snippet"), form, zone=settings.timezone
    )


@app.command("list")
def list_(
    ctx: typer.Context,
    case: CaseOption = None,
    outlet: Annotated[
        str | None, typer.Option("--outlet", help="Only outlets with this in their name.")
    ] = None,
    limit: LimitOption = DEFAULT_LIMIT,
    since: SinceOption = None,
    until: UntilOption = None,
    form: FormatOption = None,
) -> None:
    """Stored articles, newest first.

    Example: monitor articles list --case abrego-garcia --since 7d
    """
    from monitor.store.views.articles import list_articles

    settings = get_state(ctx).load()
    zone = settings.timezone
    with open_reader(settings) as store:
        require_case(settings, store, case)
        found = store.read(
            list_articles,
            limit=limit,
            case=case,
            outlet=outlet,
            since=parse_time(since, zone),
            until=parse_time(until, zone, option="--until"),
        )
    print_rows([to_row(article) for article in found], COLUMNS, form, zone=settings.timezone)


@app.command("show")
def show(
    ctx: typer.Context,
    article_id: IdArgument,
    new: Annotated[bool, typer.Option("--new", help="Mark the sentences that were new.")] = False,
    form: FormatOption = None,
) -> None:
    """One article with its text.

    Example: monitor articles show 3f9c --new
    """
    from monitor.cli.commands.why import print_edits
    from monitor.store.pages import get_page, list_edits
    from monitor.store.views.articles import get_article, get_new_sentences, list_revisions

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        article = store.read(get_article, article_id)
        edits = store.read(list_edits, article.row_id)
        page = store.read(get_page, article.row_id)
        revision = store.read(list_revisions, article.row_id)[-1]
        marked = store.read(get_new_sentences, article.row_id) if new else []
    if choose(form) in (Format.TABLE, Format.MD):
        _print_article(article, revision, marked)
        typer.echo()
        print_edits(edits, page)
        return
    row = {
        **to_row(article),
        "revision": revision.number,
        "text": revision.text,
        "sha256_text": revision.text_hash,
    }
    row |= {"edits": [to_row(edit) for edit in edits], "page": to_row(page) if page else None}
    print_rows(
        [{**row, "new_sentences": marked} if new else row], COLUMNS, form, zone=settings.timezone
    )


def _print_article(article: ArticleView, revision: RevisionView, marked: list[str]) -> None:
    typer.echo(clean_text(article.title) or "(no title)")
    published = f"{article.published_at:%Y-%m-%d %H:%M} UTC" if article.published_at else "undated"
    typer.echo(f"{one_line(article.outlet)} · {published} · {article.url} · {article.id}")
    from monitor.cli.commands.why import describe_date

    if origin := describe_date(article):
        typer.echo(f"published: {origin}")
    typer.echo(
        f"extraction: {article.extraction}; revision {revision.number}; cases: {', '.join(article.cases) or 'none'}\n"
    )
    text = clean_text(revision.text)
    for sentence in marked:
        place = _find_loosely(text, sentence)
        if place:
            text = f"{text[: place[0]]}»»» {text[place[0] : place[1]]} «««{text[place[1] :]}"
        else:
            text += f"\n\n»»» {clean_text(sentence)} «««"
    typer.echo(text)


def _find_loosely(text: str, sentence: str) -> tuple[int, int] | None:
    """Finds a sentence whose quotes, dashes and spaces may have been normalised."""
    words = re.findall(r"\w+", sentence)
    if not words or len(words) > 200:
        return None
    found = re.search(r"\W+".join(re.escape(word) for word in words) + r"[^\w\s]*", text)
    return found.span() if found else None


@app.command("open")
def open_(ctx: typer.Context, article_id: IdArgument) -> None:
    """Opens an article's page in the browser.

    Example: monitor articles open 3f9c
    """
    from monitor.store.views.articles import get_article
    from monitor.urls import is_web_url

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        url = store.read(get_article, article_id).url
    if not is_web_url(url):
        raise MonitorError(f"{url} is no address that a browser should open")
    typer.launch(url)


@app.command("log")
def log(ctx: typer.Context, article_id: IdArgument, form: FormatOption = None) -> None:
    """The revisions of an article, each with its class, and what else became of its page (removed,
    paywalled, returned).

    Example: monitor articles log 3f9c
    """
    from monitor.store.pages import list_edits
    from monitor.store.views.articles import get_article, list_revisions

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        row_id = store.read(get_article, article_id).row_id
        revisions = store.read(list_revisions, row_id)
        edits = store.read(list_edits, row_id)
    change = {edit.revision: edit.kind for edit in edits if edit.revision}
    rows = [
        {
            **to_row(revision, drop=("text",)),
            "characters": len(revision.text),
            "change": change.get(revision.number),
        }
        for revision in revisions
    ]
    others = [edit for edit in edits if not edit.revision]
    rows += [
        {**dict.fromkeys(rows[0]), "fetched_at": edit.at, "change": edit.kind, "title": edit.note}
        for edit in others
    ]
    rows.sort(key=lambda row: str(row["fetched_at"]))
    print_rows(
        rows,
        ("number", "fetched_at", "change", "characters", "extractor", "title"),
        form,
        zone=settings.timezone,
    )


@app.command("diff")
def diff(
    ctx: typer.Context,
    article_id: IdArgument,
    a: Annotated[
        int | None, typer.Argument(help="The older revision; the last but one when left out.")
    ] = None,
    b: Annotated[
        int | None, typer.Argument(help="The newer revision; the last when left out.")
    ] = None,
) -> None:
    """What changed between two revisions, line by line.

    Example: monitor articles diff 3f9c 1 2
    """
    import difflib

    from monitor.store.pages import list_edits
    from monitor.store.views.articles import get_article, list_revisions

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        row_id = store.read(get_article, article_id).row_id
        revisions = {r.number: r for r in store.read(list_revisions, row_id)}
        change = {
            edit.revision: edit.kind.replace("_", " ") for edit in store.read(list_edits, row_id)
        }
    if len(revisions) == 1:
        raise NotFound("the article has one revision: nothing to compare")
    newer = b or max(revisions)
    older = a or newer - 1
    missing = [number for number in (older, newer) if number not in revisions]
    if missing:
        raise NotFound(
            f"the article has no revision {missing[0]}; it has {', '.join(map(str, revisions))}"
        )
    lines = difflib.unified_diff(
        _lines(revisions[older]),
        _lines(revisions[newer]),
        f"revision {older}",
        f"revision {newer}" + (f" ({change[newer]})" if newer in change else ""),
        lineterm="",
    )
    for line in lines:
        typer.echo(line)


def _lines(revision: RevisionView) -> list[str]:
    return [line for line in clean_text(f"{revision.title}\n{revision.text}").split("\n") if line]


def why(
    ctx: typer.Context,
    target: Annotated[
        str,
        typer.Argument(
            metavar="ID|URL", help="An article, development or alert by id, or any address."
        ),
    ],
    form: FormatOption = None,
) -> None:
    """The whole chain of one item: seen, matched, fetched, extracted, copy of, judged, delivered.

    Example: monitor why https://example.org/story
    """
    from monitor.cli.commands.why import print_trace
    from monitor.store.views.trace import trace_id, trace_url
    from monitor.urls import canonical_url

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        is_address = "://" in target or target.startswith(("seed:", "urn:"))
        if is_address:
            spellings = [target, *([canonical_url(target)] if "://" in target else [])]
            trace = store.read(trace_url, list(dict.fromkeys(spellings)))
        else:
            trace = store.read(trace_id, target)
    if choose(form) in (Format.TABLE, Format.MD):
        print_trace(trace)
    else:
        print_rows([to_row(trace)], (), form)
