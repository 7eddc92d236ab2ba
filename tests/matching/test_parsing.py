"""How a query is read: which operator binds first, what a word is, what a time is."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from monitor.errors import QueryError
from monitor.matching.lexing import TokenKind, lex
from monitor.matching.nodes import iter_leaves, iter_terms
from monitor.matching.parsing import parse, read_moment


@pytest.mark.parametrize(
    ("query", "printed"),
    [
        ("ferry", '"ferry"'),
        ("Ferry", '"ferry"'),
        ("ferr*", '"ferr*"'),
        ('"Night Ferry"', '"night ferry"'),
        ("night-ferry", '"night ferry"'),
        ("a1 b1", '("a1" AND "b1")'),
        ("a1 AND b1", '("a1" AND "b1")'),
        ("a1 OR b1 c1", '("a1" OR ("b1" AND "c1"))'),
        ("(a1 OR b1) c1", '(("a1" OR "b1") AND "c1")'),
        ("a1 b1 OR c1 d1", '(("a1" AND "b1") OR ("c1" AND "d1"))'),
        ("a1 -b1", '("a1" AND NOT "b1")'),
        ("a1 NOT b1 c1", '("a1" AND NOT "b1" AND "c1")'),
        ("a1 -(b1 OR c1)", '("a1" AND NOT ("b1" OR "c1"))'),
        ("a1 NEAR/3 b1 c1", '(("a1" NEAR/3 "b1") AND "c1")'),
        ("a1 OR b1 NEAR/3 c1", '("a1" OR ("b1" NEAR/3 "c1"))'),
        ("title:(a1 b1)", '(title:"a1" AND title:"b1")'),
        ("title:a1 b1", '(title:"a1" AND "b1")'),
        ("((a1))", '"a1"'),
        ("lang:ES", "lang:es"),
        ("a1 /b.c/", '("a1" AND /b.c/)'),
    ],
)
def test_near_binds_before_and_and_and_before_or(query: str, printed: str) -> None:
    assert str(parse(query)) == printed


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("a OR b", "WORD OR WORD END"),
        ("a AND b", "WORD AND WORD END"),
        ("a NOT b", "WORD NOT WORD END"),
        ("a -b", "WORD NOT WORD END"),
        ("a-b", "WORD END"),
        ("a NEAR/3 b", "WORD NEAR WORD END"),
        ("(a)", "OPEN WORD CLOSE END"),
        ('"a b"', "PHRASE END"),
        ("\u201ca b\u201d", "PHRASE END"),
        ("\u00aba b\u00bb", "PHRASE END"),
        ("/a b/", "REGEX END"),
        ("/a\\/b/", "REGEX END"),
        ("/a/b/", "REGEX END"),
        ("/a/ /b/", "REGEX REGEX END"),
        ("title:a", "FIELD WORD END"),
        ("title:-a", "FIELD WORD END"),
        ("title:OR", "FIELD WORD END"),
        ('title:"a"', "FIELD PHRASE END"),
        ("title:(a)", "FIELD OPEN WORD CLOSE END"),
        ("Update: a", "WORD WORD END"),
        ("\u200ba\ufeff", "WORD END"),
        ("", "END"),
        (" \n\t", "END"),
    ],
)
def test_a_query_is_cut_into_tokens(query: str, kinds: str) -> None:
    assert [token.kind for token in lex(query)] == [TokenKind[kind] for kind in kinds.split()]


@pytest.mark.parametrize("query", ['a "b c" (title:d OR /e/) -f NEAR/2 g', "  a  ", "ä ö"])
def test_tokens_stand_where_they_say_and_in_order(query: str) -> None:
    tokens = lex(query)

    for token in tokens:
        assert token.value in query[token.start : token.end]
    for before, after in pairwise(tokens):
        assert before.end <= after.start


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("titel:ferry", "did you mean title:?"),
        ("sumary:ferry", "did you mean summary:?"),
        ("xyz:ferry", "fields are title, summary"),
        ("title: ferry", "as in title:value"),
        ('"ferry', 'add a closing "'),
        ("ferry - tram", "as in -football"),
        ("ferry NEAR tram", "NEAR/5"),
        ("ferry or tram", "in capitals"),
        ("and/or NEAR/ x", "NEAR/5"),
    ],
)
def test_an_error_says_what_to_write(query: str, hint: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse(query)

    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("value", "is_upper", "expected"),
    [
        ("2025-06-06", False, datetime(2025, 6, 6, tzinfo=UTC)),
        ("2025-06-06", True, datetime(2025, 6, 7, tzinfo=UTC)),
        ("2024-02-29", True, datetime(2024, 3, 1, tzinfo=UTC)),
        ("2025-12-31", True, datetime(2026, 1, 1, tzinfo=UTC)),
        ("2025-06-06T14:00", False, datetime(2025, 6, 6, 14, tzinfo=UTC)),
        ("2025-06-06T14:00", True, datetime(2025, 6, 6, 14, tzinfo=UTC)),
        ("2025-06-06T14:00Z", False, datetime(2025, 6, 6, 14, tzinfo=UTC)),
        ("2025-06-06T14:00+02:00", False, datetime(2025, 6, 6, 12, tzinfo=UTC)),
        ("2025-06-06T23:30-04:00", True, datetime(2025, 6, 7, 3, 30, tzinfo=UTC)),
    ],
)
def test_an_upper_day_counts_to_its_end(value: str, is_upper: bool, expected: datetime) -> None:
    assert read_moment(value, is_upper=is_upper) == expected


@pytest.mark.parametrize(
    "value",
    ["", "today", "2025", "2025-13-01", "2025-02-29", "2025-6-6", "06.06.2025", "2025-06-06T25:00"],
)
def test_what_is_no_day_and_no_time_is_refused(value: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the message is the value
        read_moment(value, is_upper=False)


@pytest.mark.parametrize("value", ["9999-12-31", "0001-01-01T00:00+14:00"])
def test_a_time_outside_the_calendar_is_refused(value: str) -> None:
    with pytest.raises(OverflowError):
        read_moment(value, is_upper=True)


@pytest.mark.parametrize(
    ("query", "leaves"),
    [
        ("a1 -b1", [("a1", True), ("b1", False)]),
        ("a1 -(b1 -c1)", [("a1", True), ("b1", False), ("c1", True)]),
        ("a1 OR NOT b1", [("a1", True), ("b1", False)]),
        ("a1 (b1 OR c1)", [("a1", True), ("b1", True), ("c1", True)]),
    ],
)
def test_leaves_come_as_written_each_with_what_it_asks(
    query: str, leaves: list[tuple[str, bool]]
) -> None:
    found = [(str(leaf).strip('"'), asks) for leaf, asks in iter_leaves(parse(query))]

    assert found == leaves


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("a1", ["a1"]),
        ("a1 NEAR/2 b1", ["a1", "b1"]),
        ("(a1 OR b1) NEAR/2 c1", ["a1", "b1", "c1"]),
        ("a1 NEAR/2 b1 NEAR/2 c1", ["a1", "b1", "c1"]),
        ("/a1/", []),
        ("since:7d", []),
    ],
)
def test_the_terms_of_a_leaf_are_those_inside_it(query: str, terms: list[str]) -> None:
    ((leaf, _),) = iter_leaves(parse(query))

    assert [term.source for term in iter_terms(leaf)] == terms
