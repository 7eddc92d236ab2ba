"""Telling the challenge of a bot protection from an answer of the site itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetching.challenge import START_BYTES, is_challenge

PAGE = b"<!doctype html><html><head><title>%s</title></head><body>%s</body></html>"
WALL = PAGE % (b"Just a moment...", b"<script>window._cf_chl_opt={}</script>")


@pytest.mark.parametrize(
    "headers",
    [
        {"cf-mitigated": "challenge"},
        {"cf-mitigated": "Challenge"},
        {"x-amzn-waf-action": "captcha"},
        {"x-dd-b": "1"},
        {"x-sucuri-block": "yes"},
    ],
)
def test_a_header_that_only_a_challenge_has_gives_it_away(headers: dict[str, str]) -> None:
    assert is_challenge(403, headers, b"")


@pytest.mark.parametrize("headers", [{}, {"cf-mitigated": "block"}, {"cf-ray": "8f1"}])
def test_other_headers_of_the_same_vendors_say_nothing(headers: dict[str, str]) -> None:
    assert not is_challenge(403, headers, PAGE % (b"Forbidden", b"Members only."))


@pytest.mark.parametrize(
    "title",
    [
        b"Just a moment...",
        b"Un momento...",
        b"ACCESS DENIED",
        b"\n  Attention Required! | A vendor",
        b"Pardon Our Interruption",
        b"Are you a robot?",
    ],
)
def test_the_title_of_a_challenge_is_known(title: bytes) -> None:
    assert is_challenge(503, {}, PAGE % (title, b""))


@pytest.mark.parametrize(
    "script",
    [
        b"<script src='https://ct.captcha-delivery.com/c.js'></script>",
        b"<script>var _Incapsula_Resource = 1</script>",
        b"<div id='px-captcha'></div>",
        b"<script src='/x/awswaf.com/challenge.js'></script>",
    ],
)
def test_the_scripts_of_the_vendors_are_known(script: bytes) -> None:
    assert is_challenge(403, {}, PAGE % (b"Gazette", script))


@pytest.mark.parametrize("status", [200, 202, 401, 403, 405, 406, 429, 503])
def test_a_challenge_may_come_under_many_statuses(status: int) -> None:
    assert is_challenge(status, {}, WALL)


@pytest.mark.parametrize("status", [204, 301, 304, 404, 410, 451, 500, 502])
def test_other_statuses_are_the_site_s_own_words(status: int) -> None:
    assert not is_challenge(status, {"cf-mitigated": "challenge"}, WALL)


def test_a_feed_or_text_that_quotes_a_script_is_none() -> None:
    quoted = b"<p>The page loads captcha-delivery.com before it shows anything.</p>"
    feed = b"<?xml version='1.0'?><rss><channel><title>Just a moment</title>%s</channel></rss>"

    assert not is_challenge(200, {}, feed % quoted)
    assert not is_challenge(200, {}, quoted)
    assert not is_challenge(200, {}, b'{"title": "Just a moment", "a": "_cf_chl_opt"}')


def test_a_byte_order_mark_hides_no_challenge() -> None:
    assert is_challenge(403, {}, b"\xef\xbb\xbf" + WALL)


def test_only_the_beginning_of_a_page_is_looked_at() -> None:
    late = PAGE % (b"Gazette", b" " * START_BYTES + b"<script>_cf_chl_opt</script>")

    assert not is_challenge(200, {}, late)


@given(status=st.integers(100, 599), body=st.binary(max_size=200))
def test_bytes_without_markup_are_never_a_challenge(status: int, body: bytes) -> None:
    assert not is_challenge(status, {}, b"words " + body)
