"""`monitor search` and `monitor articles …`: what is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from monitor.cli.output import (
    DEFAULT_LIMIT,
    CaseOption,
    Format,
    FormatOption,
    LimitOption,
    SinceOption,
    UntilOption,
    highlight,
    is_for_person,
    print_rows,
    print_views,
    to_row,
)
from monitor.cli.state import get_state, open_reader, parse_window, require_case, utc_now
from monitor.cli.targets import ID_HELP, find_article
from monitor.errors import MonitorError, NotFound
from monitor.model.matching import Facet
from monitor.text import clean_text, fold, one_line

if TYPE_CHECKING:
    from monitor.pipeline.search import SearchHit
    from monitor.store import Store
    from monitor.store.pages import EditView, PageView
    from monitor.store.views.articles import ArticleView, RevisionView

app = typer.Typer(help="Articles: what is stored.", no_args_is_help=True)

IdArgument = Annotated[str, typer.Argument(metavar="ID|URL", help=f"The article's {ID_HELP}")]
_LONGEST_MARKED = 200  # words; the pattern of a longer sentence takes too long to find
_GONE = "Was new in an earlier text, and is not in this one:"
COLUMNS = ("id", "published_at", "outlet", "extraction", "title", "cases")
HIT_COLUMNS = ("id", "published_at", "outlet", "title", "snippet", "cases")
COUNT_COLUMNS = ("value", "articles", "first_at", "last_at")
DETAILS = ("title", "snippet", "cases")
_ALL = 100_000
LOG_COLUMNS = ("number", "fetched_at", "published_at", "change", "characters", "extractor", "title")
DIFF_COLUMNS = ("kind", "before", "after")
# What became of a passage, by the words of `difflib`.
_PASSAGES = {"replace": "replaced", "delete": "removed", "insert": "added"}


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
    count_by: Annotated[
        Facet | None,
        typer.Option("--count-by", help="Count the hits of each outlet or month instead."),
    ] = None,
    limit: LimitOption = DEFAULT_LIMIT,
    since: SinceOption = None,
    until: UntilOption = None,
    form: FormatOption = None,
) -> None:
    """Full text over stored articles, best first, with the words around each hit.

    Example: monitor search '"abrego garcia" AND (hearing OR audiencia) since:30d'
    """
    from monitor.pipeline.search import count_hits, search_articles

    settings = get_state(ctx).load()
    window = parse_window(since, until, settings.timezone)
    with open_reader(settings) as store:
        require_case(settings, store, case)
        hits = store.read(
            search_articles,
            query,
            now=utc_now(),
            # A count of some of them would be of no use.
            limit=limit if count_by is None else _ALL,
            case=case,
            is_new_only=new_only,
            since=window.since,
            until=window.until,
        )
    if count_by is not None:
        counts = count_hits(hits, count_by, settings.timezone)
        print_views(counts[:limit], COUNT_COLUMNS, form, zone=settings.timezone)
        return
    rows = [_hit_row(hit, is_marked=is_for_person(form)) for hit in hits]
    print_rows(rows, HIT_COLUMNS, form, details=DETAILS, zone=settings.timezone)


def _hit_row(hit: SearchHit, *, is_marked: bool) -> dict[str, Any]:
    """Returns a hit with its score as a row: a person sees where the words stand, a program gets
    the text as it is.
    """
    snippet = highlight(hit.snippet, hit.words) if is_marked else hit.snippet
    return {**to_row(hit.article), "snippet": snippet, "score": round(hit.score, 3)}


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
    window = parse_window(since, until, settings.timezone)
    with open_reader(settings) as store:
        require_case(settings, store, case)
        found = store.read(
            list_articles,
            limit=limit,
            case=case,
            outlet=outlet,
            since=window.since,
            until=window.until,
        )
    print_views(found, COLUMNS, form, details=DETAILS, zone=settings.timezone)


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
    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        shown = _read_article(store, article_id, is_marked=new)
    if is_for_person(form):
        _print_article(shown)
    else:
        print_rows([_article_row(shown, is_marked=new)], COLUMNS, form, zone=settings.timezone)


@dataclass(frozen=True, slots=True)
class _ShownArticle:
    """All that `show` says of an article; `new_sentences` only where they are asked for."""

    article: ArticleView
    revision: RevisionView  # the last one: what the page says now
    edits: list[EditView]
    page: PageView | None
    new_sentences: list[str]


def _read_article(store: Store, article_id: str, *, is_marked: bool) -> _ShownArticle:
    """Returns an article with all that is said of it, in its last revision.

    Raises:
        NotFound: no article has that id, or several begin with it.
    """
    from monitor.store.pages import get_page, list_edits
    from monitor.store.views.articles import get_new_sentences, list_revisions

    article = find_article(store, article_id)
    return _ShownArticle(
        article=article,
        revision=store.read(list_revisions, article.row_id)[-1],
        edits=store.read(list_edits, article.row_id),
        page=store.read(get_page, article.row_id),
        new_sentences=store.read(get_new_sentences, article.row_id) if is_marked else [],
    )


def _article_row(shown: _ShownArticle, *, is_marked: bool) -> dict[str, Any]:
    """Returns an article as a row; `new_sentences` is a field only where it was asked for."""
    row = {
        **to_row(shown.article),
        "revision": shown.revision.number,
        "text": shown.revision.text,
        "sha256_text": shown.revision.text_hash,
        "edits": list(map(to_row, shown.edits)),
        "page": to_row(shown.page) if shown.page else None,
    }
    return {**row, "new_sentences": shown.new_sentences} if is_marked else row


def _print_article(shown: _ShownArticle) -> None:
    """Prints an article for a person: its head, its text, and what the outlet changed in it."""
    from monitor.cli.commands.why import print_edits

    _print_head(shown.article)
    _print_origin(shown)
    typer.echo(_mark(clean_text(shown.revision.text), shown.new_sentences))
    typer.echo()
    print_edits(shown.edits, shown.page)


def _print_head(article: ArticleView) -> None:
    """Prints what an article is called, and where and when it appeared."""
    typer.echo(clean_text(article.title) or "(no title)")
    outlet, published = one_line(article.outlet), _published_text(article)
    typer.echo(f"{outlet} · {published} · {article.url} · {article.id}")


def _published_text(article: ArticleView) -> str:
    # In UTC, unlike tables: it stands beside an address that others are sent.
    return f"{article.published_at:%Y-%m-%d %H:%M} UTC" if article.published_at else "undated"


def _print_origin(shown: _ShownArticle) -> None:
    """Prints where the date and the text come from, and whom the article concerns."""
    from monitor.cli.commands.why import describe_date

    article = shown.article
    if origin := describe_date(article):
        typer.echo(f"published: {origin}")
    cases = ", ".join(article.cases) or "none"
    text = f"extraction: {article.extraction}; revision {shown.revision.number}"
    typer.echo(f"{text}; cases: {cases}\n")


def _mark(text: str, sentences: Iterable[str]) -> str:
    """Returns a text with some of its sentences marked. What it has no more is told apart: nobody
    may quote that as what the outlet says.
    """
    gone: list[str] = []
    for sentence in sentences:
        place = _find_loosely(text, sentence)
        if place is not None:
            begin, end = place
            text = f"{text[:begin]}»»» {text[begin:end]} «««{text[end:]}"
        elif fold(sentence) not in fold(text):
            gone.append(f"- {clean_text(sentence)}")
    return "\n".join([text, "", _GONE, *gone]) if gone else text


def _find_loosely(text: str, sentence: str) -> tuple[int, int] | None:
    """Finds a sentence whose quotes, dashes and spaces may have been normalised."""
    words = re.findall(r"\w+", sentence)
    if not words or len(words) > _LONGEST_MARKED:
        return None
    # The words in order with anything between them; what closes the sentence is marked with it.
    found = re.search(r"\W+".join(words) + r"[^\w\s]*", text)
    return found.span() if found else None


@app.command("open")
def open_(ctx: typer.Context, article_id: IdArgument) -> None:
    """Opens an article's page in the browser.

    Example: monitor articles open 3f9c
    """
    from monitor.urls import is_web_url

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        url = find_article(store, article_id).url
    # A seed has "seed:" for an address, and an address of the web may be a program's to open.
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
    from monitor.store.views.articles import list_revisions

    settings = get_state(ctx).load()
    with open_reader(settings) as store:
        row_id = find_article(store, article_id).row_id
        revisions = store.read(list_revisions, row_id)
        edits = store.read(list_edits, row_id)
    rows = _log_rows(revisions, edits)
    print_rows(rows, LOG_COLUMNS, form, details=DETAILS, zone=settings.timezone)


def _log_rows(revisions: Sequence[RevisionView], edits: Sequence[EditView]) -> list[dict[str, Any]]:
    """Returns revisions and what else became of the page, in the order of time."""
    kinds = {edit.revision: edit.kind for edit in edits if edit.revision}
    rows = [_revision_row(revision, kinds.get(revision.number)) for revision in revisions]
    # Every row has the same fields, as CSV takes those of the first for all.
    empty = dict.fromkeys(rows[0])
    rows += [empty | _event_row(edit) for edit in edits if not edit.revision]
    return sorted(rows, key=_log_time)


def _revision_row(revision: RevisionView, change: str | None) -> dict[str, Any]:
    """Returns a revision as a row of the log: the length of its text in the place of the text."""
    # A list of texts would bury the list; `show` and `diff` have them.
    row = to_row(revision, drop=("text",))
    return {**row, "characters": len(revision.text), "change": change}


def _event_row(edit: EditView) -> dict[str, Any]:
    """Returns what became of a page without a new text, such as that it was removed."""
    return {"fetched_at": edit.at, "change": edit.kind, "title": edit.note}


def _log_time(row: Mapping[str, Any]) -> str:
    return str(row["fetched_at"])


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
    form: FormatOption = None,
) -> None:
    """What changed between two revisions, line by line; with --format json, jsonl, csv or md a row
    for each passage that changed.

    Example: monitor articles diff 3f9c 1 2
    """
    from monitor.store.pages import list_edits
    from monitor.store.views.articles import list_revisions

    with open_reader(get_state(ctx).load()) as store:
        row_id = find_article(store, article_id).row_id
        revisions = {one.number: one for one in store.read(list_revisions, row_id)}
        edits = store.read(list_edits, row_id)
    older, newer = _choose_revisions(revisions, a, b)
    kind = _find_kind(edits, newer)
    # Also into a pipe, where programs that show a diff read it.
    if form is None or form is Format.TABLE:
        _print_diff(revisions[older], revisions[newer], kind)
        return
    rows = _diff_rows(revisions[older], revisions[newer])
    print_rows([{**row, "change": kind} for row in rows], DIFF_COLUMNS, form)


def _find_kind(edits: Sequence[EditView], number: int) -> str | None:
    """Returns the class of a revision; None for one that has none."""
    kinds = [edit.kind for edit in edits if edit.revision == number]
    # A revision that was judged again has the last class.
    return kinds[-1] if kinds else None


def _print_diff(older: RevisionView, newer: RevisionView, kind: str | None) -> None:
    change = f" ({kind.replace('_', ' ')})" if kind else ""
    for line in _iter_diff(older, newer, change):
        typer.echo(line)


def _diff_rows(older: RevisionView, newer: RevisionView) -> Iterator[dict[str, Any]]:
    """Yields the passages in which two revisions differ, in their order: the lines that stood
    there, and those that stand there now.
    """
    import difflib

    before, after = _lines(older), _lines(newer)
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, begin, end, now_begin, now_end in matcher.get_opcodes():
        if kind in _PASSAGES:
            yield {
                "older": older.number,
                "newer": newer.number,
                "kind": _PASSAGES[kind],
                "line": now_begin + 1,
                "before": "\n".join(before[begin:end]),
                "after": "\n".join(after[now_begin:now_end]),
            }


def _iter_diff(older: RevisionView, newer: RevisionView, change: str) -> Iterator[str]:
    """Yields the lines of a unified diff between two revisions."""
    import difflib

    names = (f"revision {older.number}", f"revision {newer.number}{change}")
    return difflib.unified_diff(_lines(older), _lines(newer), *names, lineterm="")


def _choose_revisions(
    revisions: Mapping[int, RevisionView], a: int | None, b: int | None
) -> tuple[int, int]:
    """Returns the numbers of the older and the newer revision to compare.

    Raises:
        NotFound: there is only one, or not the one asked for.
    """
    if len(revisions) == 1:
        raise NotFound("the article has one revision: nothing to compare")
    newer = b or max(revisions)
    older = a or newer - 1
    # The older one first: it is what people mistype, having counted from 0.
    _require_revision(revisions, older)
    _require_revision(revisions, newer)
    return older, newer


def _require_revision(revisions: Mapping[int, RevisionView], number: int) -> None:
    if number not in revisions:
        known = ", ".join(map(str, revisions))
        raise NotFound(f"the article has no revision {number}; it has {known}")


def _lines(revision: RevisionView) -> list[str]:
    """Returns the title and the paragraphs of a revision, one a line."""
    # The title counts as a line of the text: outlets change headlines more than anything.
    return [line for line in clean_text(f"{revision.title}\n{revision.text}").split("\n") if line]
