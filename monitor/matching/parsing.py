"""Reads a query into its tree.

    or    := and (OR and)*
    and   := near (AND? near)*
    near  := unary (NEAR/n unary)*
    unary := (NOT | -) unary | FIELD? ( "phrase" | word | word* | /regex/ | "(" or ")" )

Everything is bounded before it is looked at: length, nesting, number of terms. The parser raises
nothing but QueryError."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import regex

from monitor.errors import QueryError
from monitor.matching.folding import without_accents
from monitor.matching.lexing import QueryToken, TokenKind, lex
from monitor.matching.nodes import (
    AndNode,
    AnyOfNode,
    BoundNode,
    LangNode,
    Leaf,
    NearNode,
    Node,
    NotNode,
    OrNode,
    PatternNode,
    Piece,
    Spanning,
    TermNode,
    iter_leaves,
)
from monitor.text import is_unspaced, one_line, words

MAX_LENGTH = 10_000  # characters
MAX_NESTING = 50
MAX_TERMS = 500
MAX_REGEXES = 10  # each may take its full time on one text
MAX_REGEX_LENGTH = 1_000
MAX_DISTANCE = 1_000
MAX_DISTANCE_DIGITS = 5
MAX_PHRASE = 50  # words
MIN_PREFIX = 2  # letters before a *: one letter would find nearly every text

_REGEX_FIELDS = (None, "title", "summary", "text", "url")
_AGE = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LANG = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9]+)*")
# The compiler of `regex` lets the others through for some patterns that it cannot read.
_REGEX_ERRORS = (
    regex.error,
    ValueError,
    OverflowError,
    RecursionError,
    LookupError,
    TypeError,
    AttributeError,
)
_EMPTY_TIMEOUT_SECONDS = 0.1
_PREFIX_MARK = re.compile(r"\*(?=\s|\Z)")


def parse(query: str) -> Node:
    """Returns the tree of a query.

    Raises:
        QueryError: with the place at which the query goes wrong.
    """
    if len(query) > MAX_LENGTH:
        message = f"the query is longer than {MAX_LENGTH} characters"
        raise QueryError(query, MAX_LENGTH, message, hint="split it into several cases")
    return _Parser(query).parse()


class _Parser:
    """Recursive descent over the tokens; `depth` counts what is open, so that the stack cannot run
    out.
    """

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = lex(query)
        self.at = 0
        self.depth = 0
        self.terms = 0
        self.regexes = 0

    @property
    def here(self) -> QueryToken:
        return self.tokens[self.at]

    def is_at(self, *kinds: TokenKind) -> bool:
        return self.here.kind in kinds

    def error(self, position: int, message: str, hint: str = "") -> QueryError:
        return QueryError(self.query, position, message, hint=hint)

    def take(self, kind: TokenKind) -> QueryToken | None:
        if self.here.kind is not kind:
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def parse(self) -> Node:
        """Reads the whole query."""
        if self.is_at(TokenKind.END):
            raise self.error(
                0,
                "the query is empty",
                'write words, or a phrase in quotes such as "abrego garcia"',
            )
        node = self.parse_or(None)
        if not self.is_at(TokenKind.END):
            raise self.error(
                self.here.start, "this ) closes nothing", "take it away, or add a ( before"
            )
        # Such a query would find nearly every text.
        if not any(is_positive for _, is_positive in iter_leaves(node)):
            raise self.error(
                0,
                "the query only says what a text must not hold",
                "add at least one word to look for",
            )
        return node

    def parse_or(self, field: str | None) -> Node:
        operands = [self.parse_and(field)]
        while self.take(TokenKind.OR):
            operands.append(self.parse_and(field))
        return operands[0] if len(operands) == 1 else OrNode(tuple(operands))

    def parse_and(self, field: str | None) -> Node:
        operands = [self.parse_near(field)]
        while not self.is_at(TokenKind.OR, TokenKind.CLOSE, TokenKind.END):
            self.take(TokenKind.AND)
            operands.append(self.parse_near(field))
        return operands[0] if len(operands) == 1 else AndNode(tuple(operands))

    def parse_near(self, field: str | None) -> Node:
        start = self.here.start
        node = self.parse_unary(field)
        while operator := self.take(TokenKind.NEAR):
            distance = self.read_distance(operator)
            left = self.as_operand(node, start, field)
            right_start = self.here.start
            right = self.as_operand(self.parse_unary(field), right_start, field)
            source = one_line(self.query[start : self.tokens[self.at - 1].end])
            node = NearNode(left, right, distance, source, field)
        return node

    def read_distance(self, operator: QueryToken) -> int:
        # Its length first: `int` refuses thousands of digits with an error of its own.
        if len(operator.value) > MAX_DISTANCE_DIGITS or int(operator.value) > MAX_DISTANCE:
            raise self.error(
                operator.start,
                f"the distance is over {MAX_DISTANCE} words",
                "use AND for words far apart",
            )
        return int(operator.value)

    def as_operand(self, node: Node, start: int, field: str | None) -> Spanning:
        """Returns a node as operand of a NEAR; the field it stands in is carried by the NEAR, not
        by the operand.
        """
        match node:
            case TermNode() | NearNode() if node.field != field:
                raise self.error(start, "a field inside a NEAR", f"write {node.field}:(a NEAR/5 b)")
            case TermNode() | NearNode():
                return replace(node, field=None)
            case OrNode(operands):
                return AnyOfNode(
                    tuple(self.as_operand(operand, start, field) for operand in operands)
                )
            case _:
                raise self.error(
                    start,
                    "NEAR stands between words, phrases, or alternatives in parentheses",
                    "put the NEAR itself in parentheses, as in NOT (a NEAR/3 b)",
                )

    def parse_unary(self, field: str | None) -> Node:
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise self.error(
                self.here.start,
                f"the query is nested more than {MAX_NESTING} deep",
                "take parentheses away",
            )
        is_negated = self.take(TokenKind.NOT) is not None
        node = NotNode(self.parse_unary(field)) if is_negated else self.parse_primary(field)
        self.depth -= 1
        return node

    def parse_primary(self, field: str | None) -> Node:
        token = self.here
        self.at += token.kind is not TokenKind.END  # which stays, so that `here` is never past it
        match token.kind:
            case TokenKind.OPEN:
                return self.parse_group(token, field)
            case TokenKind.FIELD:
                return self.parse_field(token, field)
            case TokenKind.WORD | TokenKind.PHRASE | TokenKind.REGEX:
                return self.leaf(token, field)
            case _:
                raise self.word_expected(token)

    def word_expected(self, token: QueryToken) -> QueryError:
        match token.kind:
            case TokenKind.END:
                message, hint = "a word is expected where the query ends", "complete it"
            case TokenKind.CLOSE:
                message, hint = "a word is expected before this )", ""
            case operator:
                message = f"{operator.name} needs a word before it"
                hint = "quote it to look for the word"
        return self.error(token.start, message, hint)

    def parse_group(self, opened: QueryToken, field: str | None) -> Node:
        node = self.parse_or(field)
        if not self.take(TokenKind.CLOSE):
            raise self.error(opened.start, "this ( is never closed", "add a )")
        return node

    def parse_field(self, token: QueryToken, outer: str | None) -> Node:
        if outer:
            raise self.error(
                token.start, f"a field inside {outer}:(…)", "close the parenthesis first"
            )
        if not self.is_at(TokenKind.OPEN, TokenKind.WORD, TokenKind.PHRASE, TokenKind.REGEX):
            raise self.error(
                self.here.start, f"{token.value}: needs a word, a phrase or a parenthesis"
            )
        return self.parse_primary(token.value)

    def count_term(self, position: int) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.error(
                position,
                f"the query has more than {MAX_TERMS} terms",
                "split it into several cases",
            )

    def leaf(self, token: QueryToken, field: str | None) -> Leaf:
        self.count_term(token.start)
        if token.kind is TokenKind.REGEX:
            return self.regex_leaf(token, field)
        if field == "lang":
            return self.lang_leaf(token)
        if field in ("since", "until"):
            return self.bound_leaf(token, is_upper=field == "until")
        pieces = self.read_pieces(token)
        source = one_line(self.query[token.start : token.end])
        return TermNode(pieces, f"{field}:{source}" if field else source, field)

    def read_pieces(self, token: QueryToken) -> tuple[Piece, ...]:
        marks = {found.start() for found in _PREFIX_MARK.finditer(token.value)}
        pieces = []
        for word in words(token.value):
            is_prefix = word.end in marks
            # In a script without spaces a letter is a word: it finds no more with a star.
            is_broad = len(word.folded) < MIN_PREFIX and not is_unspaced(word.folded)
            if is_prefix and is_broad:
                message = f"fewer than {MIN_PREFIX} letters before *"
                raise self.error(token.start, message, "write more of the word")
            marks.discard(word.end)  # "½" folds to two words that end at one place
            pieces.append(Piece(word.folded, is_prefix))
        self.check_pieces(token, pieces)
        return tuple(pieces)

    def check_pieces(self, token: QueryToken, pieces: Sequence[Piece]) -> None:
        if len(pieces) > MAX_PHRASE:
            message = f"the phrase has more than {MAX_PHRASE} words"
            raise self.error(token.start, message, "a few words of it will do")
        if not pieces:
            hint = "take it away; marks alone are never looked for"
            raise self.error(token.start, "this holds no word to look for", hint)
        # In a phrase a lone * is a mark like any other.
        prefixes = sum(piece.is_prefix for piece in pieces)
        if token.kind is TokenKind.WORD and token.value.count("*") != prefixes:
            hint = "use /…/ for other patterns"
            raise self.error(token.start, "a * stands only at the end of a word", hint)

    def lang_leaf(self, token: QueryToken) -> LangNode:
        found = _LANG.fullmatch(token.value)
        if not found:
            raise self.error(
                token.start,
                f"{token.value!r} is no language code",
                "write two letters, as in lang:es",
            )
        return LangNode(found[1].lower())

    def bound_leaf(self, token: QueryToken, *, is_upper: bool) -> BoundNode:
        if found := _AGE.fullmatch(token.value):
            return BoundNode(
                token.value, is_upper, age=timedelta(**{_UNITS[found[2]]: int(found[1])})
            )
        try:
            moment = read_moment(token.value, is_upper=is_upper)
        except (ValueError, OverflowError) as error:
            hint = "write an age such as 7d, a day such as 2025-06-06, or 2025-06-06T14:00Z"
            raise self.error(token.start, f"{token.value!r} is no time", hint) from error
        return BoundNode(token.value, is_upper, moment=moment)

    def regex_leaf(self, token: QueryToken, field: str | None) -> PatternNode:
        self.regexes += 1
        if field not in _REGEX_FIELDS:
            hint = "use it with title:, summary:, text: or url:"
            raise self.error(token.start, f"{field}: takes no regular expression", hint)
        if self.regexes > MAX_REGEXES or len(token.value) > MAX_REGEX_LENGTH:
            limits = f"at most {MAX_REGEXES} expressions of {MAX_REGEX_LENGTH} characters"
            raise self.error(token.start, "too much regular expression", limits)
        compiled = self.compile_regex(token)
        return PatternNode(self.query[token.start : token.end], compiled, field)

    def compile_regex(self, token: QueryToken) -> regex.Pattern[str]:
        try:
            compiled = regex.compile(without_accents(token.value), regex.IGNORECASE)
            is_empty = _matches_empty(compiled)
        except _REGEX_ERRORS as error:
            message = f"the regular expression is wrong: {error}"
            raise self.error(_place_of(error, token), message) from error
        if is_empty:
            raise self.error(
                token.start,
                "the regular expression matches the empty text",
                "it would find every text",
            )
        return compiled


def _matches_empty(compiled: regex.Pattern[str]) -> bool:
    try:
        return compiled.search("", timeout=_EMPTY_TIMEOUT_SECONDS) is not None
    except TimeoutError:
        return False  # on a text it runs out of time, too, and that is reported then


def _place_of(error: Exception, token: QueryToken) -> int:
    """Returns the place in the query at which an expression is wrong, as far as it is known."""
    if not isinstance(error, regex.error):
        return token.start
    return token.start + 1 + min(getattr(error, "pos", None) or 0, len(token.value))


def read_moment(value: str, *, is_upper: bool) -> datetime:
    """Returns the moment of a day or an ISO time, UTC where no zone is given; an upper day counts
    to its end.

    Raises:
        ValueError, OverflowError: it is neither, or lies outside the calendar.
    """
    is_day = _DAY.fullmatch(value) is not None
    if not is_day and not _TIME.fullmatch(value):
        raise ValueError(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC) + timedelta(days=is_day and is_upper)
