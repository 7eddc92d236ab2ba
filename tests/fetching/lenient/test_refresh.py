"""Which pages send their readers on, and where to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetching.lenient.refresh import HEAD_BYTES, find_refresh

META = '<meta http-equiv="refresh" content="0;url=/story">'


def page(head: str) -> bytes:
    return f"<!doctype html><html><head>{head}</head><body><p>Moved.</p></body></html>".encode()


@pytest.mark.parametrize(
    ("head", "target"),
    [
        (META, "/story"),
        (
            "<META HTTP-EQUIV=Refresh CONTENT='3; URL=https://news.example/a?b=1&amp;c=2'>",
            "https://news.example/a?b=1&c=2",
        ),
        ("""<meta content="0; url='/a b'" http-equiv='refresh' />""", "/a b"),
        ('<meta http-equiv=refresh content="0.5,/story">', "/story"),
        ('<meta http-equiv="refresh" content="0;URL = /noticias/última">', "/noticias/última"),
        ('<meta http-equiv="refresh" content=0;url=/story>', "/story"),
        ('<meta http-equiv="refresh" content="300;url=/story">', None),
        ('<meta http-equiv="refresh" content="5">', None),
        ('<meta http-equiv="refresh" content="">', None),
        ('<meta http-equiv="refresh">', None),
        ('<meta name="refresh" content="0;url=/story">', None),
        (f"<noscript>{META}</noscript>", None),
        (f"<!-- {META} -->", None),
        (f"<script>document.write('{META}')</script>", None),
        (f"<!-- never closed {META}", None),
        ("", None),
    ],
)
def test_a_page_sends_on_at_once_or_not_at_all(head: str, target: str | None) -> None:
    assert find_refresh(page(head)) == target


def test_only_the_beginning_of_a_page_is_looked_at() -> None:
    assert find_refresh(page("<style></style>" + " " * HEAD_BYTES + META)) is None


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_no_bytes_make_it_fail(before: bytes, content: bytes) -> None:
    found = find_refresh(before + b'<meta http-equiv="refresh" content="' + content + b'">')

    assert found is None or found.strip()
