"""Cuts a query into tokens, each with its place, so that every error can point at one.

The first step of reading a query; `parsing` reads the tokens."""

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
# A slash inside an expression needs no backslash unless a token could end behind it.
_REGEX = re.compile(r"/((?:[^/\\\n]|\\.|/(?![\s)]|\Z))+)/(?=[\s)]|\Z)")
_OPERATORS = ("AND", "OR", "NOT")
_ENDS_VALUE = " )\t\r\n"
_NEAR_HINT = "write NEAR/5 for at most five words between"


class TokenKind(Enum):
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
class QueryToken:
    """One token: its kind, what stands in it (without quotes or slashes), and its place in the
    query.
    """

    kind: TokenKind
    value: str
    start: int
    end: int


def lex(query: str) -> list[QueryToken]:
    """Returns the tokens of a query, the last one END.

    Raises:
        QueryError: at an open quote or expression, an unknown field, a lone `-`, an operator in
            small letters.
    """
    tokens: list[QueryToken] = []
    at = _skip_gap(query, 0)
    while at < len(query):
        # What stands at the colon of a field is its value, also where it looks like a token.
        is_value = bool(tokens) and tokens[-1].kind is TokenKind.FIELD and tokens[-1].end == at
        tokens.append(_lex_value(query, at) if is_value else _lex_token(query, at))
        at = _skip_gap(query, tokens[-1].end)
    return [*tokens, QueryToken(TokenKind.END, "", at, at)]


def _skip_gap(query: str, at: int) -> int:
    while at < len(query) and (query[at].isspace() or query[at] in _INVISIBLE):
        at += 1
    return at


def _lex_token(query: str, at: int) -> QueryToken:
    if query[at] == "-":
        return _lex_minus(query, at)
    return _lex_marked(query, at) or _lex_field(query, at) or _lex_word_or_operator(query, at)


def _lex_value(query: str, at: int) -> QueryToken:
    return _lex_marked(query, at) or _lex_word(query, at)


def _lex_marked(query: str, at: int) -> QueryToken | None:
    """Returns the token that its first character gives away, None when it does not."""
    char = query[at]
    if char == "(":
        return QueryToken(TokenKind.OPEN, char, at, at + 1)
    if char == ")":
        return QueryToken(TokenKind.CLOSE, char, at, at + 1)
    if char in _QUOTES:
        return _lex_phrase(query, at)
    return _lex_regex(query, at) if char == "/" else None


def _lex_phrase(query: str, at: int) -> QueryToken:
    end = next((place for place in range(at + 1, len(query)) if query[place] in _QUOTES), None)
    if end is None:
        raise QueryError(query, at, "the quotation is never closed", hint='add a closing "')
    return QueryToken(TokenKind.PHRASE, query[at + 1 : end], at, end + 1)


def _lex_regex(query: str, at: int) -> QueryToken:
    found = _REGEX.match(query, at)
    if not found:
        raise QueryError(
            query,
            at,
            "the regular expression is never closed",
            hint="write /…/, or quote a word that holds a /",
        )
    return QueryToken(TokenKind.REGEX, found[1], at, found.end())


def _lex_minus(query: str, at: int) -> QueryToken:
    if at + 1 == len(query) or query[at + 1].isspace() or query[at + 1] == ")":
        raise QueryError(
            query, at, "a - stands alone", hint="write it at the word to exclude, as in -football"
        )
    return QueryToken(TokenKind.NOT, "-", at, at + 1)


def _lex_field(query: str, at: int) -> QueryToken | None:
    """Returns the field that is named at a place, None when a word stands there."""
    found = _FIELD.match(query, at)
    if found is None:
        return None
    name, has_value = found[1].lower(), _has_value(query, found.end())
    # "Word: more" is a word with a colon, "word:more" must be a field.
    if name not in FIELDS and not has_value:
        return None
    if name not in FIELDS:
        hint = _suggest_field(name)
        raise QueryError(query, at, f"there is no field {name!r}", hint=hint)
    if not has_value:
        hint = f"write the value at the colon, as in {name}:value"
        raise QueryError(query, found.end(), f"{name}: holds nothing", hint=hint)
    return QueryToken(TokenKind.FIELD, name, at, found.end())


def _has_value(query: str, at: int) -> bool:
    return bool(query[at : at + 1].strip(_ENDS_VALUE))


def _suggest_field(name: str) -> str:
    close = difflib.get_close_matches(name, FIELDS, n=1)
    if close:
        return f"did you mean {close[0]}:?"
    return f"fields are {', '.join(FIELDS)}; quote a word that holds a colon"


def _lex_word(query: str, at: int) -> QueryToken:
    found = _WORD.match(query, at)
    assert found is not None  # white space, quotes and parentheses were taken before
    return QueryToken(TokenKind.WORD, found[0], at, found.end())


def _lex_word_or_operator(query: str, at: int) -> QueryToken:
    token = _lex_word(query, at)
    word = token.value
    if word in _OPERATORS:
        return QueryToken(TokenKind[word], word, at, token.end)
    near = _NEAR.fullmatch(word)
    if word.startswith("NEAR/") or word == "NEAR":
        return _read_near(query, token, near)
    if word.upper() in _OPERATORS or (near and near[1]):
        hint = "write it in capitals, or in quotes to look for the word"
        raise QueryError(query, at, f"{word!r} is not an operator", hint=hint)
    return token


def _read_near(query: str, token: QueryToken, near: re.Match[str] | None) -> QueryToken:
    if near is None:
        message = f"{token.value!r} has no distance in words"
        raise QueryError(query, token.start, message, hint=_NEAR_HINT)
    if near[1] is None:
        raise QueryError(query, token.start, "NEAR needs a distance", hint=_NEAR_HINT)
    return QueryToken(TokenKind.NEAR, near[1], token.start, token.end)
