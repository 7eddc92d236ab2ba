"""A tree holds, does not hold, or cannot be known yet: Kleene's three values."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.matching.evaluation import MAX_HITS, MAX_REGEX_HITS, Evaluation
from monitor.matching.folding import Folded
from monitor.matching.nodes import BoundNode, iter_leaves
from monitor.matching.parsing import parse
from monitor.model import Fields
from tests.matching.asking import NOW

DAY = timedelta(days=1)
# Of an item whose text was not read: `pier` is there, `tram` not in the title, `ferry` unknown.
SEEN = Fields(title="Pier closed", outlet="Gazette", lang="en", at=NOW)
HOLDS, FAILS, UNKNOWN = "pier", "title:tram", "ferry"


def decide(query: str, fields: Fields = SEEN, *, is_final: bool = False) -> bool | None:
    return Evaluation(Folded.of(fields), NOW, is_final=is_final).decide(parse(query))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (HOLDS, True),
        (FAILS, False),
        (UNKNOWN, None),
        (f"{HOLDS} AND {HOLDS}", True),
        (f"{HOLDS} AND {FAILS}", False),
        (f"{HOLDS} AND {UNKNOWN}", None),
        (f"{UNKNOWN} AND {HOLDS}", None),
        (f"{UNKNOWN} AND {FAILS}", False),
        (f"{FAILS} AND {UNKNOWN}", False),
        (f"{UNKNOWN} AND {UNKNOWN}", None),
        (f"{HOLDS} OR {UNKNOWN}", True),
        (f"{UNKNOWN} OR {HOLDS}", True),
        (f"{UNKNOWN} OR {FAILS}", None),
        (f"{FAILS} OR {UNKNOWN}", None),
        (f"{FAILS} OR {FAILS}", False),
        (f"{HOLDS} -{HOLDS}", False),
        (f"{HOLDS} -{FAILS}", True),
        (f"{HOLDS} -{UNKNOWN}", None),
        (f"{HOLDS} OR NOT {UNKNOWN}", True),
        (f"{FAILS} OR NOT {UNKNOWN}", None),
        (f"{FAILS} OR NOT {FAILS}", True),
    ],
)
def test_operators_follow_kleene_while_the_text_is_not_read(
    query: str, expected: bool | None
) -> None:
    assert decide(query) is expected


@pytest.mark.parametrize("query", [UNKNOWN, f"{HOLDS} AND {UNKNOWN}", f"{FAILS} OR {UNKNOWN}"])
def test_what_was_not_known_fails_once_the_text_is_read(query: str) -> None:
    assert decide(query) is None
    assert decide(query, is_final=True) is False


@pytest.mark.parametrize(
    ("query", "fields", "seen", "read"),
    [
        ("lang:en", Fields(lang="en"), True, True),
        ("lang:en", Fields(lang="EN-gb"), True, True),
        ("lang:en", Fields(lang="en_GB"), True, True),
        ("lang:en", Fields(lang="eng"), False, False),
        ("lang:en", Fields(), None, False),
        ("since:1d", Fields(at=NOW), True, True),
        ("since:1d", Fields(at=NOW - 2 * DAY), False, False),
        ("since:1d", Fields(), None, False),
        ("summary:ferry", Fields(summary="A tram"), False, False),
        ("summary:ferry", Fields(), None, False),
        ("text:ferry", Fields(text="A teaser"), None, False),
        ("outlet:gazette", Fields(outlet="The Gazette"), True, True),
        ("outlet:gazette", Fields(outlet="Courier"), False, False),
        ("title:/tra.s/", Fields(title="Pier"), False, False),
        ("/tra.s/", Fields(title="Pier"), None, False),
    ],
)
def test_an_empty_field_may_still_be_filled(
    query: str, fields: Fields, seen: bool | None, read: bool
) -> None:
    assert decide(query, fields) is seen
    assert decide(query, fields, is_final=True) is read


@pytest.mark.parametrize(
    ("bound", "at", "admits"),
    [
        (BoundNode("1d", is_upper=False, age=DAY), NOW - DAY, True),
        (BoundNode("1d", is_upper=False, age=DAY), NOW - DAY - DAY / 24, False),
        (BoundNode("1d", is_upper=True, age=DAY), NOW - DAY, True),
        (BoundNode("1d", is_upper=True, age=DAY), NOW, False),
        (BoundNode("x", is_upper=False, moment=NOW), NOW, True),
        (BoundNode("x", is_upper=True, moment=NOW), NOW, False),
        (BoundNode("x", is_upper=True, moment=NOW), NOW - DAY, True),
    ],
)
def test_an_upper_moment_is_the_first_that_is_too_late(
    bound: BoundNode, at: datetime, admits: bool
) -> None:
    assert bound.admits(at, NOW) is admits


def hits(query: str, fields: Fields) -> list[tuple[str, str]]:
    """Field and words of each place of a query's only leaf."""
    ((leaf, _),) = iter_leaves(parse(query))
    found = Evaluation(Folded.of(fields), NOW, is_final=True).get_hits(leaf)
    return [(hit.field, hit.text[hit.start : hit.end]) for hit in found]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("pier", [("title", "Pier"), ("summary", "pier"), ("text", "PIER"), ("slug", "pier")]),
        ("text:pier", [("text", "PIER")]),
        ("url:pier", [("url", "pier")]),
        ("/p.er/", [("title", "Pier"), ("summary", "pier"), ("text", "PIER"), ("url", "pier")]),
        ('"old pier"', [("summary", "old pier"), ("slug", "old-pier")]),
        ("old NEAR/0 pier", [("summary", "old pier"), ("slug", "old-pier")]),
        ("lang:en", []),
    ],
)
def test_places_come_by_field_the_title_first(query: str, expected: list[tuple[str, str]]) -> None:
    url = "https://news.example/old-pier"
    fields = Fields(title="Pier closed", summary="The old pier", text="A PIER", url=url)

    assert hits(query, fields) == expected


@pytest.mark.parametrize(("query", "limit"), [("pier", MAX_HITS), ("/pier/", MAX_REGEX_HITS)])
def test_places_of_one_field_are_bounded(query: str, limit: int) -> None:
    assert len(hits(query, Fields(text="pier " * 500))) == limit


def test_an_expression_runs_once_for_an_item() -> None:
    evaluation = Evaluation(Folded.of(Fields(text="a" * 5_000 + "!")), NOW, is_final=True)
    node = parse("/(a|aa)+$/")

    for _ in range(3):
        assert evaluation.decide(node) is None

    assert evaluation.undecided == ["/(a|aa)+$/ took longer than 0.1 s on the text"]
