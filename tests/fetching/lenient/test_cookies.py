"""Cookies of one journey: to the host that set them, and to nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetching.lenient.cookies import CookiePot

HERE = "https://news.example/a/story"


def sent(*lines: str, to: str = HERE, by: str = HERE) -> str:
    pot = CookiePot()
    pot.keep(by, lines)
    return pot.header(to)


@pytest.mark.parametrize(
    ("line", "header"),
    [
        ("gate=open", "gate=open"),
        ("gate=a=b==; HttpOnly; SameSite=Lax", "gate=a=b=="),
        ('gate="quoted words"; Path=/', 'gate="quoted words"'),
        ("gate=; Path=/", "gate="),
        ("gate=open; Max-Age=0", ""),
        ("gate=open; max-age=-1", ""),
        ("gate=open; Max-Age=3600", "gate=open"),
        ("=value", ""),
        ("no cookie", ""),
        ("", ""),
        ("a b=c", ""),
        (f"gate={'x' * 5000}", ""),
    ],
)
def test_a_cookie_goes_back_as_it_was_set(line: str, header: str) -> None:
    assert sent(line) == header


@pytest.mark.parametrize(
    ("line", "to", "is_sent"),
    [
        ("gate=1", "https://other.example/a/story", False),
        ("gate=1; Domain=example", "https://other.example/a/story", False),
        ("gate=1", "https://news.example:8443/a/next", True),
        ("gate=1", "https://NEWS.example/a/next", True),
        ("gate=1; Secure", "http://news.example/a/story", False),
        ("gate=1; Secure", "https://news.example/a/story", True),
        ("gate=1", "https://news.example/b", False),
        ("gate=1; Path=/", "https://news.example/b", True),
        ("gate=1; Path=/a", "https://news.example/ab", False),
        ("gate=1; Path=/a", "https://news.example/a", True),
        ("gate=1; Path=/a/", "https://news.example/a/b/c", True),
        ("gate=1; Path=/", "https://news.example", True),
    ],
)
def test_a_cookie_goes_to_its_host_and_path_alone(line: str, to: str, is_sent: bool) -> None:
    assert sent(line, to=to) == ("gate=1" if is_sent else "")


def test_a_later_cookie_takes_the_place_of_an_earlier_one_and_may_end_it() -> None:
    assert sent("a=1", "b=2", "a=3") == "b=2; a=3"
    assert sent("a=1", "b=2", "a=; Max-Age=0") == "b=2"


def test_a_host_sets_fifty_cookies_at_most() -> None:
    assert len(sent(*(f"c{number}=1" for number in range(500))).split("; ")) == 50


@given(st.lists(st.text(max_size=80), max_size=5))
def test_no_header_makes_it_fail_or_puts_a_line_break_into_ours(lines: list[str]) -> None:
    assert not {"\r", "\n", "\x00"} & set(sent(*lines))
