"""`/api`: the same answers as the pages, as JSON under the field names of the commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from monitor import __version__
from monitor.errors import MonitorError
from monitor.pages.library import PAGE, Choice, FoundArticle, FoundDevelopment, Library
from monitor.pages.rows import to_plain, to_row
from monitor.store.views.articles import ArticleView
from monitor.store.views.cases import CaseView
from monitor.store.views.developments import DevelopmentView
from monitor.store.views.feeds import FeedView
from monitor.store.views.timeline.stories import StoryText, StoryView
from monitor.urls import shown_in

MAX_LIMIT = 1_000
_CHOICE = {
    "limit": "At most so many rows (1 to 1000).",
    "tier": "Only this tier, 1 to 3; may be repeated.",
    "since": "From this time on, ISO 8601.",
    "until": "Before this time, ISO 8601.",
    "as_of": "What was known at this time, ISO 8601.",
    "top": "Only so many, those that matter most.",
}
_LIMIT = {"limit": _CHOICE["limit"]}
_OF_CASE = {"case": "Only this case."}


@dataclass(frozen=True, slots=True)
class _Question:
    """A path of the API.

    Attributes:
        path: with names in braces for its parts.
        answer: makes rows of a request.
        schema: of what is answered.
        parameters: what may be asked for, each with what it means.
    """

    path: str
    says: str
    answer: Callable[[Library, Request], Any]
    schema: Any
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoryAnswer(StoryView):
    """A story with its texts."""

    texts: tuple[StoryText, ...]


@dataclass(frozen=True, slots=True)
class HitAnswer(ArticleView):
    """An article with the words round a hit, and how well it fits."""

    snippet: str = ""
    score: float = 0.0


def routes(library: Library) -> list[Route]:
    """Returns the routes of the API and of its own description."""
    served = [Route(one.path, _endpoint(library, one)) for one in QUESTIONS]
    return [*served, Route("/api/openapi.json", lambda _request: to_response(describe()))]


def _endpoint(library: Library, question: _Question) -> Callable[[Request], Response]:
    # Not async: the server runs it in a thread, and nobody waits for a database.
    def answer(request: Request) -> Response:
        _require_known(request, question)
        return to_response(question.answer(library, request))

    return answer


def _require_known(request: Request, question: _Question) -> None:
    """Refuses what a path does not know: whoever asks for less would take all for the answer.

    Raises:
        MonitorError: the request has another parameter.
    """
    for name in request.query_params:
        if name not in question.parameters:
            known = ", ".join(sorted(question.parameters)) or "none"
            raise MonitorError(f"there is no {name!r} here", hint=f"known: {known}")


def to_response(
    value: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Returns a value as JSON."""
    content = json.dumps(to_plain(value), ensure_ascii=False).encode()
    return Response(content, status, dict(headers or {}), "application/json")


def read_choice(request: Request) -> Choice:
    """Reads which developments are asked for.

    Raises:
        MonitorError: a value is none of its kind.
    """
    asked = request.query_params
    return Choice(
        read_limit(request),
        tuple(_whole("tier", text, 1, 3) for text in asked.getlist("tier")),
        _time(request, "since"),
        _time(request, "until"),
        _time(request, "as_of"),
        _whole("top", asked["top"], 1, MAX_LIMIT) if asked.get("top") else None,
    )


def read_limit(request: Request) -> int:
    """Reads how many rows are asked for.

    Raises:
        MonitorError: it is no number, or out of bounds.
    """
    return _whole("limit", request.query_params.get("limit") or str(PAGE), 1, MAX_LIMIT)


def _whole(name: str, text: str, least: int, most: int) -> int:
    # Nine digits are more than any bound: what is longer is not made a number at all.
    if text.isascii() and text.isdigit() and least <= int(text[:9]) <= most:
        return int(text)
    raise MonitorError(f"{name} is a number from {least} to {most}")


def _time(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name)
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    # Overflow: year 1 in a zone east of Greenwich is before all time.
    except (ValueError, OverflowError):
        raise MonitorError(f"{name} is a time, such as 2025-06-04T10:00:00Z") from None


# As the commands do: one name for one thing, wherever it is asked for.
def _rows(views: Sequence[Any]) -> list[dict[str, Any]]:
    return list(map(to_row, views))


def _cases(library: Library, _request: Request) -> Any:
    return _rows(library.cases())


def _developments(library: Library, request: Request) -> Any:
    return _rows(library.developments(request.path_params["slug"], read_choice(request)))


def _development(library: Library, request: Request) -> Any:
    return to_row(library.development(request.path_params["id"]))


def _articles(library: Library, request: Request) -> Any:
    case = request.query_params.get("case")
    return _rows(library.articles(case=case, limit=read_limit(request)))


def _article(library: Library, request: Request) -> Any:
    return to_row(library.article(request.path_params["id"]))


def _stories(library: Library, request: Request) -> Any:
    case = request.query_params.get("case")
    return _rows(library.stories(case=case, limit=read_limit(request)))


def _story(library: Library, request: Request) -> Any:
    story, texts = library.story(request.path_params["id"])
    return {**to_row(story), "texts": _rows(texts)}


def _feeds(library: Library, _request: Request) -> Any:
    # Addresses of feeds may hold keys, and what went wrong may quote them.
    return [
        {name: shown_in(value) if isinstance(value, str) else value for name, value in row.items()}
        for row in _rows(library.feeds())
    ]


def _search(library: Library, request: Request) -> Any:
    asked = request.query_params
    hits = library.search(asked.get("q", ""), case=asked.get("case"), limit=read_limit(request))
    return [
        {**to_row(hit.article), "snippet": hit.snippet, "score": round(hit.score, 3)}
        for hit in hits
    ]


QUESTIONS = (
    _Question("/api/cases", "The cases.", _cases, list[CaseView]),
    _Question(
        "/api/cases/{slug}/developments",
        "What happened in a case, newest first.",
        _developments,
        list[DevelopmentView],
        _CHOICE,
    ),
    _Question(
        "/api/developments/{id}",
        "A development, its new sentences and everyone who carries it.",
        _development,
        FoundDevelopment,
    ),
    _Question(
        "/api/articles", "Articles, newest first.", _articles, list[ArticleView], _OF_CASE | _LIMIT
    ),
    _Question(
        "/api/articles/{id}",
        "An article with its texts and the sentences that were new.",
        _article,
        FoundArticle,
    ),
    _Question(
        "/api/stories", "Stories, the last one first.", _stories, list[StoryView], _OF_CASE | _LIMIT
    ),
    _Question("/api/stories/{id}", "A story with its texts.", _story, StoryAnswer),
    _Question("/api/feeds", "How the feeds go.", _feeds, list[FeedView]),
    _Question(
        "/api/search",
        "Articles that a query finds, best first.",
        _search,
        list[HitAnswer],
        {"q": "The query, in the language of the cases."} | _OF_CASE | _LIMIT,
    ),
)


@cache
def describe() -> Mapping[str, Any]:
    """Returns the description of the API (OpenAPI 3.1)."""
    asked: Any = [(one.path, "serialization", TypeAdapter(one.schema)) for one in QUESTIONS]
    # Their own place in the document: a row stands in several answers, and is described once.
    schemas, shared = TypeAdapter.json_schemas(asked, ref_template="#/components/schemas/{model}")
    paths = {
        one.path: {"get": _operation(one, schemas[one.path, "serialization"])} for one in QUESTIONS
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "monitor", "version": __version__},
        "paths": paths,
        "components": {"schemas": _without_rows(shared["$defs"])},
    }


def _without_rows(schemas: Mapping[str, Any]) -> dict[str, Any]:
    """Returns schemas without the numbers of rows, which `to_row` leaves out."""
    public = {}
    for name, schema in schemas.items():
        fields = {key: one for key, one in schema["properties"].items() if key != "row_id"}
        required = [key for key in schema.get("required", ()) if key != "row_id"]
        public[name] = {**schema, "properties": fields, "required": required}
    return public


def _operation(question: _Question, schema: Any) -> dict[str, Any]:
    named = [part.strip("{}") for part in question.path.split("/") if part.startswith("{")]
    says_id = "Its name, or the beginning of its id."
    parameters = [_parameter(name, "path", says_id) for name in named]
    parameters += [_parameter(name, "query", says) for name, says in question.parameters.items()]
    content = {"application/json": {"schema": schema}}
    answers = {"200": {"description": question.says, "content": content}}
    return {"summary": question.says, "parameters": parameters, "responses": answers}


def _parameter(name: str, place: str, says: str) -> dict[str, Any]:
    is_path = place == "path"
    schema = {"type": "string"}
    return {"name": name, "in": place, "required": is_path, "description": says, "schema": schema}
