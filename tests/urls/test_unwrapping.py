"""Addresses inside the links of aggregators."""

from __future__ import annotations

import pytest

from monitor.urls import unwrap

STORY = "https://herald.example/us/court-filing-2025"


@pytest.mark.parametrize(
    "url",
    [
        STORY,
        "https://news.google.com/rss/articles/CBMiXEFVX3lxTE5leGFtcGxlLW9wYXF1ZS10b2tlbg?oc=5",
        "https://news.google.com/rss/articles/CBMi",
        "https://www.google.com/url?url=javascript:alert(1)",
        "https://www.google.com/search?q=https://a.example/",
    ],
)
def test_links_that_hold_no_other_address_stay(url: str) -> None:
    assert unwrap(url) == url
