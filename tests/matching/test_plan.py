"""What a query's tree says by itself: required words, and the terms that name its subject."""

from __future__ import annotations

import pytest

from monitor.matching.parsing import parse
from monitor.matching.plan import get_anchors, get_groups


def words_required(query: str) -> list[set[str]]:
    return [
        {*group.words, *(f"{prefix}*" for prefix in group.prefixes)}
        for group in get_groups(parse(query))
    ]


@pytest.mark.parametrize(
    ("query", "groups"),
    [
        ("ferry", [{"ferry"}]),
        ("ferr*", [{"ferr*"}]),
        ("ferry AND pier", [{"ferry"}, {"pier"}]),
        ("ferry ferry", [{"ferry"}]),
        ("ferry OR pier", [{"ferry", "pier"}]),
        ("ferry OR (harbor AND lighthouse)", [{"ferry", "lighthouse"}]),
        ("ferry -football", [{"ferry"}]),
        ("ferry NEAR/3 pier", [{"ferry"}, {"pier"}]),
        ("ferry OR outlet:herald", []),
        ("url:ferry", []),
        ("/ferr(y|ies)/", []),
    ],
)
def test_every_text_that_matches_holds_a_word_of_each_group(
    query: str, groups: list[set[str]]
) -> None:
    assert groups == words_required(query)


def test_a_phrase_may_stand_glued_together() -> None:
    assert words_required('"night ferry"') == [{"night", "nightferry"}, {"ferry", "nightferry"}]


@pytest.mark.parametrize(
    ("query", "anchors"),
    [
        ('"night ferry" AND harbor', ['"night ferry"']),
        ("ferry AND har*", ['"ferry"']),
        ("ferry OR pier", ['"ferry"', '"pier"']),
        ("ferry AND lang:es", ['"ferry"']),
        ("ferry OR outlet:herald", ['"ferry"']),
        ("outlet:herald", []),
        ("ferry AND (night NEAR/3 boat)", ['("night" NEAR/3 "boat")']),
    ],
)
def test_the_most_name_like_terms_name_the_subject(query: str, anchors: list[str]) -> None:
    assert anchors == [str(leaf) for leaf in get_anchors(parse(query))]
