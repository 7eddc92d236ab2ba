"""Reads a query into its tree.

    or    := and (OR and)*
    and   := near (AND? near)*
    near  := unary (NEAR/n unary)*
    unary := (NOT | -) unary | FIELD? ( "phrase" | word | word* | /regex/ | "(" or ")" )

Everything is bounded before it is looked at: length, nesting, number of terms. The parser raises
nothing but QueryError."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import regex

from monitor.errors import QueryError
from monitor.matching.folding import without_accents
from monitor.matching.lexing import Kind, Lexeme, lex
from monitor.matching.nodes import (
    And,
    AnyOf,
    Bound,
    Lang,
    Leaf,
    Near,
    Node,
    Not,
    Or,
    Pattern,
    Piece,
    Spanning,
    Term,
    iter_leaves,
)
from monitor.text import one_line, words

MAX_LENGTH = 10_000  # characters
MAX_NESTING = 50
MAX_TERMS = 500
MAX_REGEXES = 10  # each may take its full time on one text
MAX_REGEX_LENGTH = 1_000
MAX_DISTANCE = 1_000
MAX_PHRASE = 50  # words
MIN_PREFIX = 2  # letters before a *: one letter would find nearly every text

_REGEX_FIELDS = (None, "title", "summary", "text", "url")
_AGE = re.compile(r"(\d{1,5})([mhdw])", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+(?:Z|[+-]\d\d:?\d\d)?", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_LANG = re.compile(r"([A-Za-z]{2,3})(?:-[A-Za-z0-9]+)*")
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
        self.lexemes = lex(query)
        self.at = 0
        self.depth = 0
        self.terms = 0
        self.regexes = 0

    @property
    def here(self) -> Lexeme:
        return self.lexemes[self.at]

    def is_at(self, *kinds: Kind) -> bool:
        return self.here.kind in kinds

    def error(self, position: int, message: str, hint: str = "") -> QueryError:
        return QueryError(self.query, position, message, hint=hint)

    def take(self, kind: Kind) -> Lexeme | None:
        if self.here.kind is not kind:
            return None
        self.at += 1
        return self.lexemes[self.at - 1]

    def parse(self) -> Node:
        if self.is_at(Kind.END):
            raise self.error(
                0,
                "the query is empty",
                'write words, or a phrase in quotes such as "abrego garcia"',
            )
        node = self.parse_or(None)
        if not self.is_at(Kind.END):
            raise self.error(
                self.here.start, "this ) closes nothing", "take it away, or add a ( before"
            )
        if not any(is_positive for _, is_positive in iter_leaves(node)):
            raise self.error(
                0,
                "the query only says what a text must not hold",
                "add at least one word to look for",
            )
        return node

    def parse_or(self, field: str | None) -> Node:
        operands = [self.parse_and(field)]
        while self.take(Kind.OR):
            operands.append(self.parse_and(field))
        return operands[0] if len(operands) == 1 else Or(tuple(operands))

    def parse_and(self, field: str | None) -> Node:
        operands = [self.parse_near(field)]
        while not self.is_at(Kind.OR, Kind.CLOSE, Kind.END):
            self.take(Kind.AND)
            operands.append(self.parse_near(field))
        return operands[0] if len(operands) == 1 else And(tuple(operands))

    def parse_near(self, field: str | None) -> Node:
        start = self.here.start
        node = self.parse_unary(field)
        while operator := self.take(Kind.NEAR):
            if len(operator.value) > 5 or int(operator.value) > MAX_DISTANCE:
                raise self.error(
                    operator.start,
                    f"the distance is over {MAX_DISTANCE} words",
                    "use AND for words far apart",
                )
            left = self.as_operand(node, start, field)
            right_start = self.here.start
            right = self.as_operand(self.parse_unary(field), right_start, field)
            source = one_line(self.query[start : self.lexemes[self.at - 1].end])
            node = Near(left, right, int(operator.value), source, field)
        return node

    def as_operand(self, node: Node, start: int, field: str | None) -> Spanning:
        """Returns a node as operand of a NEAR; the field it stands in is carried by the NEAR, not
        by the operand.
        """
        match node:
            case Term() | Near() if node.field != field:
                raise self.error(start, "a field inside a NEAR", f"write {node.field}:(a NEAR/5 b)")
            case Term() | Near():
                return replace(node, field=None)
            case Or(operands):
                return AnyOf(tuple(self.as_operand(operand, start, field) for operand in operands))
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
        node = Not(self.parse_unary(field)) if self.take(Kind.NOT) else self.parse_primary(field)
        self.depth -= 1
        return node

    def parse_primary(self, field: str | None) -> Node:
        lexeme = self.here
        self.at += lexeme.kind is not Kind.END
        match lexeme.kind:
            case Kind.OPEN:
                return self.parse_group(lexeme, field)
            case Kind.FIELD:
                return self.parse_field(lexeme, field)
            case Kind.WORD | Kind.PHRASE | Kind.REGEX:
                return self.leaf(lexeme, field)
            case Kind.END:
                raise self.error(
                    lexeme.start, "a word is expected where the query ends", "complete it"
                )
            case Kind.CLOSE:
                raise self.error(lexeme.start, "a word is expected before this )")
            case _:
                operator = lexeme.kind.name
                raise self.error(
                    lexeme.start,
                    f"{operator} needs a word before it",
                    "quote it to look for the word",
                )

    def parse_group(self, opened: Lexeme, field: str | None) -> Node:
        node = self.parse_or(field)
        if not self.take(Kind.CLOSE):
            raise self.error(opened.start, "this ( is never closed", "add a )")
        return node

    def parse_field(self, lexeme: Lexeme, outer: str | None) -> Node:
        if outer:
            raise self.error(
                lexeme.start, f"a field inside {outer}:(…)", "close the parenthesis first"
            )
        if not self.is_at(Kind.OPEN, Kind.WORD, Kind.PHRASE, Kind.REGEX):
            raise self.error(
                self.here.start, f"{lexeme.value}: needs a word, a phrase or a parenthesis"
            )
        return self.parse_primary(lexeme.value)

    def count_term(self, position: int) -> None:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise self.error(
                position,
                f"the query has more than {MAX_TERMS} terms",
                "split it into several cases",
            )

    def leaf(self, lexeme: Lexeme, field: str | None) -> Leaf:
        self.count_term(lexeme.start)
        if lexeme.kind is Kind.REGEX:
            return self.regex_leaf(lexeme, field)
        if field == "lang":
            return self.lang_leaf(lexeme)
        if field in ("since", "until"):
            return self.bound_leaf(lexeme, is_upper=field == "until")
        pieces = self.read_pieces(lexeme)
        source = one_line(self.query[lexeme.start : lexeme.end])
        return Term(pieces, f"{field}:{source}" if field else source, field)

    def read_pieces(self, lexeme: Lexeme) -> tuple[Piece, ...]:
        marks = {found.start() for found in _PREFIX_MARK.finditer(lexeme.value)}
        pieces = []
        for word in words(lexeme.value):
            is_prefix = word.end in marks
            if is_prefix and len(word.folded) < MIN_PREFIX:
                raise self.error(
                    lexeme.start,
                    f"fewer than {MIN_PREFIX} letters before *",
                    "write more of the word",
                )
            marks.discard(word.end)
            pieces.append(Piece(word.folded, is_prefix))
        if len(pieces) > MAX_PHRASE:
            raise self.error(
                lexeme.start,
                f"the phrase has more than {MAX_PHRASE} words",
                "a few words of it will do",
            )
        if not pieces:
            raise self.error(
                lexeme.start,
                "this holds no word to look for",
                "take it away; marks alone are never looked for",
            )
        if lexeme.kind is Kind.WORD and lexeme.value.count("*") != sum(
            piece.is_prefix for piece in pieces
        ):
            raise self.error(
                lexeme.start, "a * stands only at the end of a word", "use /…/ for other patterns"
            )
        return tuple(pieces)

    def lang_leaf(self, lexeme: Lexeme) -> Lang:
        found = _LANG.fullmatch(lexeme.value)
        if not found:
            raise self.error(
                lexeme.start,
                f"{lexeme.value!r} is no language code",
                "write two letters, as in lang:es",
            )
        return Lang(found[1].lower())

    def bound_leaf(self, lexeme: Lexeme, *, is_upper: bool) -> Bound:
        if found := _AGE.fullmatch(lexeme.value):
            return Bound(lexeme.value, is_upper, age=timedelta(**{_UNITS[found[2]]: int(found[1])}))
        try:
            moment = read_moment(lexeme.value, is_upper=is_upper)
        except (ValueError, OverflowError) as error:
            hint = "write an age such as 7d, a day such as 2025-06-06, or 2025-06-06T14:00Z"
            raise self.error(lexeme.start, f"{lexeme.value!r} is no time", hint) from error
        return Bound(lexeme.value, is_upper, moment=moment)

    def regex_leaf(self, lexeme: Lexeme, field: str | None) -> Pattern:
        self.regexes += 1
        if field not in _REGEX_FIELDS:
            hint = "use it with title:, summary:, text: or url:"
            raise self.error(lexeme.start, f"{field}: takes no regular expression", hint)
        if self.regexes > MAX_REGEXES or len(lexeme.value) > MAX_REGEX_LENGTH:
            limits = f"at most {MAX_REGEXES} expressions of {MAX_REGEX_LENGTH} characters"
            raise self.error(lexeme.start, "too much regular expression", limits)
        compiled = self.compile_regex(lexeme)
        return Pattern(self.query[lexeme.start : lexeme.end], compiled, field)

    def compile_regex(self, lexeme: Lexeme) -> regex.Pattern[str]:
        try:
            compiled = regex.compile(without_accents(lexeme.value), regex.IGNORECASE)
            is_empty = compiled.search("", timeout=0.1) is not None
        except TimeoutError:
            is_empty = False
        except regex.error as error:
            place = lexeme.start + 1 + min(getattr(error, "pos", None) or 0, len(lexeme.value))
            raise self.error(place, f"the regular expression is wrong: {error}") from error
        # The compiler of `regex` lets these through for some patterns it cannot read.
        except (
            ValueError,
            OverflowError,
            RecursionError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            raise self.error(lexeme.start, f"the regular expression is wrong: {error}") from error
        if is_empty:
            raise self.error(
                lexeme.start,
                "the regular expression matches the empty text",
                "it would find every text",
            )
        return compiled


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
