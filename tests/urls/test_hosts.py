"""The host of an address, and whose it is."""

from __future__ import annotations

import pytest

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
