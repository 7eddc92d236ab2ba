"""A wrong query is an error with a caret under the place."""

import pytest

from monitor.errors import QueryError
from monitor.matching import compile_query


@pytest.mark.parametrize(
    ("query", "position", "message"),
    [
        ("", 0, "the query is empty"),
        ("   ", 0, "the query is empty"),
        ("ferry OR", 8, "a word is expected where the query ends"),
        ("OR ferry", 0, "OR needs a word before it"),
        ("ferry AND OR tram", 10, "OR needs a word before it"),
        ("(ferry", 0, "this ( is never closed"),
        ("ferry)", 5, "this ) closes nothing"),
        ("ferry ()", 7, "a word is expected before this )"),
        ('ferry "night', 6, "the quotation is never closed"),
        ("ferry - tram", 6, "a - stands alone"),
        ("titel:ferry", 0, "there is no field 'titel'"),
        ("https://example.org", 0, "there is no field 'https'"),
        ("title: ferry", 6, "title: holds nothing"),
        ("title:(text:ferry)", 7, "a field inside title:(…)"),
        ("ferry NEAR tram", 6, "NEAR needs a distance"),
        ("ferry near/3 tram", 6, "'near/3' is not an operator"),
        ("ferry NEAR/x tram", 6, "'NEAR/x' has no distance in words"),
        ("ferry or tram", 6, "'or' is not an operator"),
        ("ferry NEAR/3 (tram bus)", 13, "NEAR stands between words"),
        ("ferry NEAR/3 -tram", 13, "NEAR stands between words"),
        ("ferry NEAR/99999999 tram", 6, "the distance is over 1000 words"),
        ("title:ferry NEAR/3 tram", 0, "a field inside a NEAR"),
        ("ferry /tram", 6, "the regular expression is never closed"),
        ("ferry /(tram/", 12, "the regular expression is wrong"),
        ("/x*/", 0, "the regular expression matches the empty text"),
        ("outlet:/x/", 7, "outlet: takes no regular expression"),
        ("*", 0, "this holds no word"),
        ("&&&", 0, "this holds no word"),
        ("*port", 0, "a * stands only at the end of a word"),
        ("a*", 0, "fewer than 2 letters before *"),
        ("-ferry", 0, "the query only says what a text must not hold"),
        ("lang:spanish", 5, "'spanish' is no language code"),
        ("since:yesterday ferry", 6, "'yesterday' is no time"),
        ("since:2025-02-30 ferry", 6, "'2025-02-30' is no time"),
        ("since:99999999d ferry", 6, "'99999999d' is no time"),
    ],
)
def test_a_wrong_query_names_the_place(query, position, message):
    with pytest.raises(QueryError) as caught:
        compile_query(query)

    assert message in caught.value.message
    assert position == caught.value.position


def test_the_caret_stands_under_the_place_of_a_query_of_several_lines():
    with pytest.raises(QueryError) as caught:
        compile_query('"night ferry" OR\n  titel:tram\nOR bus')

    assert str(caught.value).splitlines()[1:] == ["    titel:tram", "    ^"]


def test_a_long_query_is_shown_around_the_place_only():
    with pytest.raises(QueryError) as caught:
        compile_query("ferry OR " * 300 + ")" + " OR tram" * 300)

    _, line, caret = str(caught.value).splitlines()
    assert len(line) <= 130
    assert line[caret.index("^")] == ")"


@pytest.mark.parametrize(
    "query",
    [
        "x" * 10_001,
        "(" * 51 + "x" + ")" * 51,
        "-" * 60 + "x",
        " OR ".join(["ferry"] * 501),
        " ".join(["/x/"] * 11),
        f"/{'x' * 1001}/",
        f'"{"ferry " * 51}"',
    ],
    ids=["length", "nesting", "negation", "terms", "expressions", "expression", "phrase"],
)
def test_a_query_is_bounded(query):
    with pytest.raises(QueryError):
        compile_query(query)


def test_a_query_just_inside_its_bounds_is_read():
    assert compile_query("(" * 49 + "x" + ")" * 49)
    assert compile_query(" OR ".join(["ferry"] * 500))
