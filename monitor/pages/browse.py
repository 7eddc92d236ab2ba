"""The pages for a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from monitor.errors import QueryError
from monitor.pages.api import read_choice, read_limit
from monitor.pages.charts import spark
from monitor.pages.library import PAGE, Library
from monitor.pages.rendering import PageValues, render
from monitor.pages.rows import to_plain
from monitor.pages.syndication import to_atom, to_calendar
from monitor.pages.words import DiffPiece, compare
from monitor.store.views.feeds import FeedView
from monitor.text import clean_text
from monitor.urls import shown_in


@dataclass(frozen=True, slots=True)
class FeedRow:
    """A feed as a reader of the page sees it: no key in its name, and how it does in a word."""

    name: str
    state: str
    error: str
    feed: FeedView


_Answer = Callable[[Library, Request], tuple[str, Mapping[str, Any]]]


def routes(library: Library) -> list[Route]:
    """Returns the routes of all pages."""
    pages: dict[str, _Answer] = {
        "/": _cases,
        "/cases/{slug}": _timeline,
        "/developments/{id}": _development,
        "/articles/{id}": _article,
        "/articles/{id}/changes": _changes,
        "/stories": _stories,
        "/stories/{id}": _story,
        "/feeds": _feeds,
        "/search": _search,
    }
    served = [Route(path, _endpoint(library, answer)) for path, answer in pages.items()]

    def atom(request: Request) -> Response:
        timeline = library.timeline(request.path_params["slug"], read_choice(request))
        return Response(to_atom(timeline, self_url=str(request.url)), 200, media_type=_ATOM)

    def calendar(request: Request) -> Response:
        # A limit is one of developments; a calendar has days.
        choice = replace(read_choice(request), limit=None)
        timeline = library.timeline(request.path_params["slug"], choice)
        return Response(to_calendar(timeline), 200, media_type="text/calendar")

    return [
        Route("/cases/{slug}/atom.xml", atom),
        Route("/cases/{slug}/calendar.ics", calendar),
        *served,
    ]


_ATOM = "application/atom+xml"


def _endpoint(library: Library, answer: _Answer) -> Callable[[Request], Response]:
    # Not async: the server runs it in a thread, and nobody waits for a database.
    def show(request: Request) -> Response:
        template, values = answer(library, request)
        zone, named = library.settings().timezone, {"titles": library.titles(), **values}
        return HTMLResponse(render(template, PageValues(zone, is_served=True, values=named)))

    return show


def _cases(library: Library, _request: Request) -> tuple[str, Mapping[str, Any]]:
    # A statement a case: there are tens of them, and each line is drawn from its own days.
    cases = library.cases()
    sparks = {case.slug: spark(library.recent_counts(case.slug)) for case in cases}
    return "cases", {"cases": cases, "sparks": sparks}


def _timeline(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    timeline, last = library.page(request.path_params["slug"], read_choice(request))
    # The next page goes on with what this one was asked for.
    older = request.url.include_query_params(until=to_plain(last)) if last else None
    return "timeline", {"timeline": timeline, "older": older.query if older else ""}


def _development(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    return "development", {"found": library.development(request.path_params["id"])}


def _article(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    found = library.article(request.path_params["id"])
    # The newest text: how it came to be so is on the page of changes.
    text = found.revisions[-1].text if found.revisions else ""
    paragraphs = [line for line in text.split("\n") if line.strip()]
    return "article", {"found": found, "paragraphs": paragraphs}


def _changes(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    found = library.article(request.path_params["id"])
    pairs = zip(found.revisions, found.revisions[1:], strict=False)
    changes = [(newer, _compare(older.text, newer.text)) for older, newer in pairs]
    return "changes", {"found": found, "changes": changes}


def _compare(older: str, newer: str) -> list[DiffPiece]:
    # Cleaned as a whole: the pieces have their blanks at their ends.
    return compare(clean_text(older), clean_text(newer))


def _stories(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    case = request.query_params.get("case")
    return "stories", {"stories": library.stories(case=case, limit=read_limit(request))}


def _story(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    story, texts = library.story(request.path_params["id"])
    return "story", {"story": story, "texts": texts}


def _feeds(library: Library, _request: Request) -> tuple[str, Mapping[str, Any]]:
    # Addresses of feeds may hold keys, and what went wrong may quote them.
    now = library.clock()
    feeds = [
        FeedRow(
            shown_in(feed.title or feed.url),
            "silent" if feed.is_silent(now) else feed.state,
            shown_in(feed.error),
            feed,
        )
        for feed in library.feeds()
    ]
    return "feeds", {"feeds": feeds}


def _search(library: Library, request: Request) -> tuple[str, Mapping[str, Any]]:
    asked = request.query_params
    query, case = asked.get("q", "").strip(), asked.get("case") or None
    values: dict[str, Any] = {"query": query, "case": case, "hits": [], "wrong": ""}
    values["cases"] = library.cases()
    if query:
        try:
            values["hits"] = library.search(query, case=case, limit=PAGE)
        except QueryError as error:
            values["wrong"] = str(error)
    return "search", values
