"""The host of an address, and whose it is."""

from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.urls import registered_domain, site_of


def test_the_site_of_an_address_is_its_bare_host() -> None:
    assert [
        site_of(url)
        for url in ("https://www.m.herald.example:8/a", "nothing", "http://127.0.0.1:80/")
    ] == [
        "herald.example",
        "",
        "127.0.0.1",
    ]


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.harbour.example/pier", "harbour.example"),
        ("https://amp.m.harbour.example/pier", "harbour.example"),
        ("https://News.Harbour.example:8443/", "news.harbour.example"),
        ("https://m.com/", "m.com"),
        ("https://hafen-süd.example/", "xn--hafen-sd-d6a.example"),
        ("ftp://harbour.example/", ""),
        ("harbour.example", ""),
    ],
)
def test_a_site_is_a_host_without_the_prefix_that_names_its_form(url: str, site: str) -> None:
    assert site_of(url) == site


@pytest.mark.parametrize(
    "host", ["straße.de", "βόλος.gr", "نامه\u200cای.com", "süd.de", "STRASSE.de"]
)
def test_a_host_is_the_one_that_is_asked(host: str) -> None:
    assert site_of(f"https://{host}/pier") == httpx.URL(f"https://{host}/").raw_host.decode()


def test_two_owners_have_two_hosts() -> None:
    assert site_of("https://straße.de/") != site_of("https://strasse.de/")


@pytest.mark.parametrize(
    ("host", "known"),
    [
        ("☃.example", "xn--n3h.example"),
        ("ＨＡＦＥＮ.example", "hafen.example"),
        ("hafen_nord.süd.example", "hafen_nord.xn--sd-xka.example"),
        ("ü" * 70 + ".example", ""),
    ],
)
def test_a_host_that_the_newer_rules_refuse_is_known_by_the_older(host: str, known: str) -> None:
    assert site_of(f"https://{host}/") == known


LETTERS = st.characters(min_codepoint=0xA1, max_codepoint=0x24F, exclude_characters="ß")


@given(st.text(LETTERS, min_size=1, max_size=12))
def test_hosts_on_which_both_rules_agree_are_spelt_as_ever(label: str) -> None:
    """Keys are stored for ever, so theirs must not change."""
    host = f"a{label.lower()}.example"
    try:
        before = host.encode("idna").decode()
    except UnicodeError:
        return

    assert site_of(f"https://{host}/") == site_of(f"https://{before}/")


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.bbc.co.uk/news/1", "bbc.co.uk"),
        ("https://news.sky.com/story/1", "sky.com"),
        ("https://desk.gazette.example/1", "gazette.example"),
        ("http://127.0.0.1:8000/1", "127.0.0.1"),
        ("http://localhost/1", "localhost"),
        ("no address", ""),
    ],
)
def test_a_registered_domain_is_what_somebody_owns(url: str, domain: str) -> None:
    assert registered_domain(url) == domain
