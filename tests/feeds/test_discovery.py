"""The feeds that a page names: declared ones first, then links that look like feeds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FeedParseError
from monitor.feeds.discovery import OfferedFeed, discover_feeds
from monitor.feeds.parse import parse_feed
from monitor.urls import is_web_url

URL = "https://gazette.example/news/index.html"


def found(page: str) -> list[str]:
    return [feed.url for feed in discover_feeds(page, URL)]


def test_declared_feeds_come_with_title_and_type() -> None:
    page = """<!doctype html><html><head>
      <link rel="alternate" type="application/rss+xml" title="Gazette &raquo; News"
            href="/rss?a=1&amp;b=2">
      <LINK HREF=atom.xml TYPE=application/atom+xml REL=ALTERNATE>
      <link rel="alternate" type="application/feed+json" href="//cdn.example/feed.json">
      </head></html>"""

    assert discover_feeds(page, URL) == (
        OfferedFeed("https://gazette.example/rss?a=1&b=2", "Gazette » News", "rss"),
        OfferedFeed("https://gazette.example/news/atom.xml", "", "atom"),
        OfferedFeed("https://cdn.example/feed.json", "", "json"),
    )


def test_links_that_look_like_feeds_follow_the_declared_ones() -> None:
    page = """<body><a href="/world/rss">World by <b>RSS</b></a> <a href="/about">About</a>
      <a href="/feeds/courts">Courts</a> <a href="/press-feed.html">no feed</a>
      <link rel="alternate" type="application/rss+xml" href="/all.rss"></body>"""

    assert discover_feeds(page, URL) == (
        OfferedFeed("https://gazette.example/all.rss", "", "rss"),
        OfferedFeed("https://gazette.example/world/rss", "World by RSS", "link"),
        OfferedFeed("https://gazette.example/feeds/courts", "Courts", "link"),
    )


def test_the_base_of_the_page_counts() -> None:
    page = (
        '<base href="https://other.example/a/"><link rel="alternate" '
        'type="application/rss+xml" href="rss">'
    )

    assert found(page) == ["https://other.example/a/rss"]


@pytest.mark.parametrize(
    "tag",
    [
        '<link rel="alternate" type="application/json+oembed" href="/oembed">',
        '<link rel="alternate" type="application/json" href="/wp-json/posts/1">',
        '<link rel="stylesheet" type="application/rss+xml" href="/rss">',
        '<link rel="alternate" type="application/rss+xml" href="javascript:feed()">',
        '<link rel="alternate" type="application/rss+xml">',
        '<!-- <link rel="alternate" type="application/rss+xml" href="/old"> -->',
        '<link rel="alternate" hreflang="es" href="/es/">',
    ],
)
def test_other_links_are_no_feeds(tag: str) -> None:
    assert found(f"<html><head>{tag}</head></html>") == []


def test_an_address_is_named_once() -> None:
    tag = '<link rel="alternate" type="application/rss+xml" href="/rss">'

    assert found(f"{tag}{tag}<a href='/rss'>RSS</a>") == ["https://gazette.example/rss"]


def test_the_number_is_bounded() -> None:
    page = "".join(f'<a href="/{number}/rss">x</a>' for number in range(1_000))

    assert len(found(page)) == 100


@given(st.text(max_size=300))
def test_whatever_a_page_holds_only_web_addresses_are_offered(text: str) -> None:
    offered = (
        *discover_feeds(f"<html><link rel=alternate {text}><a href='{text}'>", URL),
        *discover_feeds(text, URL),
    )

    assert all(is_web_url(feed.url) for feed in offered)


def test_a_feed_address_that_is_a_page_is_told_with_the_feed_that_the_page_names() -> None:
    page = b"""<!doctype html><html><head>
      <link rel="alternate" type="application/rss+xml" title="News" href="/rss">
      <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/rss">
      </head></html>"""

    with pytest.raises(FeedParseError) as caught:
        parse_feed(page, url=URL, media_type="text/html")

    assert "https://gazette.example/rss (News) and 1 more" in caught.value.hint
    assert "feeds discover" in caught.value.hint
