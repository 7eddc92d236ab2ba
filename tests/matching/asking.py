"""Shorthand for asking a query about a text."""

from datetime import UTC, datetime

from monitor.matching import compile_query
from monitor.model import Fields, Match, MatchedTerm

NOW = datetime(2025, 6, 6, 12, tzinfo=UTC)


def match(query: str, text: str = "", **fields: object) -> Match | None:
    return compile_query(query).match(Fields(text=text, **fields), now=NOW)  # type: ignore[arg-type]


def finds(query: str, text: str = "", **fields: object) -> bool:
    return match(query, text, **fields) is not None


def candidate(query: str, **fields: object) -> tuple[MatchedTerm, ...]:
    return compile_query(query).candidate(Fields(**fields), now=NOW)  # type: ignore[arg-type]
