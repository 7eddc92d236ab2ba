"""The line of every key of a TOML document."""

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from monitor.settings.locate import locate

DOCUMENT = '''# a comment
top = 1 # [not.a.table]
"quoted key".inner = "x = 1"

[table]
text = """
a = 1
[b]
"""
literal = \'\'\'
it''s
\'\'\'
list = [
  1,  # one
  "two ] #",
  [3, 4],
]
inline = { a = 1, b.c = [1] }

[[feed]]
url = "x"
[[feed]]
url = "y"
[feed.more]
deep = 2020-01-01
[[feed.part]]
n = 1
[[feed.part]]
n = 2
[last]
'''


def test_every_kind_of_place_is_found():
    lines = locate(DOCUMENT)

    assert lines[("top",)] == 2
    assert lines[("quoted key", "inner")] == 3
    assert lines[("table",)] == 5
    assert lines[("table", "literal")] == 10
    assert [lines[("table", "list", number)] for number in range(3)] == [14, 15, 16]
    assert lines[("table", "inline", "b", "c")] == 18
    assert [lines[("feed", number, "url")] for number in range(2)] == [21, 23]
    assert lines[("feed", 1, "more", "deep")] == 25
    assert [lines[("feed", 1, "part", number, "n")] for number in range(2)] == [27, 29]
    assert lines[("last",)] == 30


def test_every_place_found_is_in_the_document_and_every_value_is_found():
    def paths(value, path=()):
        if isinstance(value, dict):
            for key, inner in value.items():
                yield from paths(inner, (*path, key))
        elif isinstance(value, list) and value and not isinstance(value[0], list):
            for number, inner in enumerate(value):
                yield from paths(inner, (*path, number))
        else:
            yield path

    assert set(paths(tomllib.loads(DOCUMENT))) <= set(locate(DOCUMENT))


@given(st.text(alphabet="ab=[]{}\"'#\n.,1 ", max_size=60))
def test_a_valid_document_is_walked_to_its_end(source):
    try:
        data = tomllib.loads(source)
    except tomllib.TOMLDecodeError:
        return
    lines = locate(source)

    assert {(key,) for key in data} <= set(lines)
    assert all(1 <= line <= source.count("\n") + 1 for line in lines.values())
