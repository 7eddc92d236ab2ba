"""What a query sees of an item, and what it finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Fields:
    """What a query is evaluated on. Texts are as stored; matching folds them itself.

    Attributes:
        text: the full text, paragraphs separated by blank lines; empty before extraction.
        at: the article's date for `since:` and `until:` (published, else found).
    """

    title: str = ""
    summary: str = ""
    text: str = ""
    url: str = ""
    outlet: str = ""
    lang: str = ""
    feed: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MatchedTerm:
    """One place where a query matched: the term as written in the query, the field, and the words
    around it.
    """

    term: str
    field: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Match:
    """A text that a case's query matches.

    Attributes:
        terms: the places, at most a few per term.
        is_subject: the text is about the case (title, lead, or named at least three times); else it
            only mentions it.
        undecided: why it could not be decided (a regular expression ran out of time); empty when it
            was. Then `is_subject` is False: the text is kept and shown as undecided, never dropped.
    """

    terms: tuple[MatchedTerm, ...]
    is_subject: bool
    undecided: str = ""


class Facet(StrEnum):
    """What hits of a search are counted by."""

    OUTLET = "outlet"
    MONTH = "month"
