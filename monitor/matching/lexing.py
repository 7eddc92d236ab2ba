"""Cuts a query into tokens, each with its place, so that every error can point at one."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from enum import Enum, auto

from monitor.errors import QueryError

FIELDS = ("title", "summary", "text", "url", "outlet", "lang", "feed", "since", "until")

# What word processors make of a quotation mark is one too
_QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb'
# Pasted along with text; between tokens they say nothing
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_FIELD = re.compile(r"([A-Za-z_]+):")
_NEAR = re.compile(r"NEAR(?:/(\d+))?", re.IGNORECASE)
_WORD = re.compile(r'[^\s()"\u201c\u201d\u201e\u201f\u00ab\u00bb]+')
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.|/(?![\s)]|\Z))+)/(?=[\s)]|\Z)")


class Kind(Enum):
    """What a token is."""

    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()
    NEAR = auto()
    FIELD = auto()
    WORD = auto()
    PHRASE = auto()
    REGEX = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Lexeme:
    """One token: its kind, what stands in it (without quotes or slashes), and its place in the
    query.
    """

    kind: Kind
    value: str
    start: int
    end: int


def lex(query: str) -> list[Lexeme]:
    """Returns the tokens of a query, the last one END.

    Raises:
        QueryError: at an open quote or expression, an unknown field, a lone `-`, an operator in
            small letters.
    """
    found: list[Lexeme] = []
    at = 0
    while True:
        while at < len(query) and (query[at].isspace() or query[at] in _INVISIBLE):
            at += 1
        if at == len(query):
            return [*found, Lexeme(Kind.END, "", at, at)]
        is_value = bool(found) and found[-1].kind is Kind.FIELD and found[-1].end == at
        found.append(_lex_one(query, at, is_value=is_value))
        at = found[-1].end


def _lex_one(query: str, at: int, *, is_value: bool) -> Lexeme:
    char = query[at]
    if char in "()":
        return Lexeme(Kind.OPEN if char == "(" else Kind.CLOSE, char, at, at + 1)
    if char in _QUOTES:
        return _lex_phrase(query, at)
    if char == "/":
        return _lex_regex(query, at)
    if char == "-" and not is_value:
        return _lex_minus(query, at)
    field = None if is_value else _FIELD.match(query, at)
    if field and (
        field[1].lower() in FIELDS or query[field.end() : field.end() + 1].strip(" )\t\r\n")
    ):
        return _lex_field(query, field)
    return _lex_word(query, at, is_value=is_value)


def _lex_phrase(query: str, at: int) -> Lexeme:
    end = next((place for place in range(at + 1, len(query)) if query[place] in _QUOTES), None)
    if end is None:
        raise QueryError(query, at, "the quotation is never closed", hint='add a closing "')
    return Lexeme(Kind.PHRASE, query[at + 1 : end], at, end + 1)


def _lex_regex(query: str, at: int) -> Lexeme:
    found = _REGEX.match(query, at)
    if not found:
        raise QueryError(
            query,
            at,
            "the regular expression is never closed",
            hint="write /…/, or quote a word that holds a /",
        )
    return Lexeme(Kind.REGEX, found[1], at, found.end())


def _lex_minus(query: str, at: int) -> Lexeme:
    if at + 1 == len(query) or query[at + 1].isspace() or query[at + 1] == ")":
        raise QueryError(
            query, at, "a - stands alone", hint="write it at the word to exclude, as in -football"
        )
    return Lexeme(Kind.NOT, "-", at, at + 1)


def _lex_field(query: str, found: re.Match[str]) -> Lexeme:
    name = found[1].lower()
    if name not in FIELDS:
        close = difflib.get_close_matches(name, FIELDS, n=1)
        hint = (
            f"did you mean {close[0]}:?"
            if close
            else f"fields are {', '.join(FIELDS)}; quote a word that holds a colon"
        )
        raise QueryError(query, found.start(), f"there is no field {name!r}", hint=hint)
    if not query[found.end() : found.end() + 1].strip(" )\t\r\n"):
        raise QueryError(
            query,
            found.end(),
            f"{name}: holds nothing",
            hint=f"write the value at the colon, as in {name}:value",
        )
    return Lexeme(Kind.FIELD, name, found.start(), found.end())


def _lex_word(query: str, at: int, *, is_value: bool) -> Lexeme:
    found = _WORD.match(query, at)
    assert found is not None  # white space, quotes and parentheses were taken before
    word = found[0]
    if is_value:
        return Lexeme(Kind.WORD, word, at, found.end())
    near = _NEAR.fullmatch(word)
    if word in ("AND", "OR", "NOT"):
        return Lexeme(Kind[word], word, at, found.end())
    if near and word.startswith("NEAR"):
        if near[1] is None:
            raise QueryError(
                query,
                at,
                "NEAR needs a distance",
                hint="write NEAR/5 for at most five words between",
            )
        return Lexeme(Kind.NEAR, near[1], at, found.end())
    if word.startswith("NEAR/"):
        raise QueryError(
            query,
            at,
            f"{word!r} has no distance in words",
            hint="write NEAR/5 for at most five words between",
        )
    if word.upper() in ("AND", "OR", "NOT") or (near and near[1]):
        hint = "write it in capitals, or in quotes to look for the word"
        raise QueryError(query, at, f"{word!r} is not an operator", hint=hint)
    return Lexeme(Kind.WORD, word, at, found.end())
