"""Lists of feeds: what readers export is read, what is written is read back, and nothing in a list
can do harm.
"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.errors import FeedParseError
from monitor.feeds import opml
from monitor.feeds.opml import ListedFeed, read_opml, write_opml
from monitor.text import one_line
from monitor.urls import is_web_url


def read(body: str) -> tuple[ListedFeed, ...]:
    return read_opml(
        f'<opml version="1.0"><body>{body}</body></opml>'.encode(), name="list.opml"
    ).feeds


LINES = st.text(max_size=80).map(lambda text: one_line(text, limit=200))
TAGS = (
    st.text(min_size=1, max_size=30)
    .map(lambda text: one_line(text.replace(",", "").replace("/", ""), limit=60))
    .filter(bool)
)
FEEDS = st.builds(
    ListedFeed,
    url=st.from_regex(
        r"https?://[a-z]{1,8}\.example/[a-zA-Z0-9&='~%-]{0,20}(\?[a-z]=[a-z&;'-]{0,8})?",
        fullmatch=True,
    ),
    title=LINES,
    tags=st.lists(TAGS, unique=True, max_size=4).map(tuple),
)


@given(st.lists(FEEDS, unique_by=lambda feed: feed.url, max_size=6), st.text(max_size=40))
def test_what_is_written_is_read_back(feeds: list[ListedFeed], title: str) -> None:
    document = write_opml(feeds, title=title)

    assert read_opml(document.encode(), name="list.opml").feeds == tuple(feeds)


@given(st.lists(FEEDS, unique_by=lambda feed: feed.url, max_size=3))
def test_written_lists_are_well_formed_xml_with_a_text_for_every_outline(
    feeds: list[ListedFeed],
) -> None:
    root = etree.fromstring(write_opml(feeds, title="Feeds").encode())

    assert [outline.get("xmlUrl") for outline in root.iter("outline")] == [
        feed.url for feed in feeds
    ]
    assert all(outline.get("text") for outline in root.iter("outline"))


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_no_bytes_raise_anything_but_a_parse_error(body: bytes) -> None:
    try:
        feeds = read_opml(b"<opml><body>" + body, name="list.opml").feeds
    except FeedParseError:
        return
    assert all(is_web_url(feed.url) for feed in feeds)


def test_folders_and_categories_become_tags() -> None:
    feeds = read(
        '<outline text="Press"><outline title="Courts">'
        '<outline text="Docket" xmlUrl="https://court.example/rss" '
        'category="/law/maryland,urgent"/></outline></outline>'
        '<outline text="Loose" xmlUrl="https://loose.example/rss"/>'
    )

    assert feeds == (
        ListedFeed(
            "https://court.example/rss", "Docket", ("Press", "Courts", "law", "maryland", "urgent")
        ),
        ListedFeed("https://loose.example/rss", "Loose"),
    )


def test_case_of_names_and_unescaped_ampersands_do_not_matter() -> None:
    body = (
        b'<OPML><BODY><OUTLINE TEXT="Wind & Weather" '
        b'XMLURL="https://wind.example/rss?a=1&b=2"/></BODY></OPML>'
    )

    (feed,) = read_opml(body, name="list.opml").feeds

    assert feed.url.startswith("https://wind.example/rss?a=1")
    assert feed.title.startswith("Wind")


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://a.example/x",
        "",
        "/rss",
        "https://u:p@a.example/",
    ],
)
def test_what_is_no_web_address_is_left_out(url: str) -> None:
    assert read(
        f'<outline text="x" xmlUrl="{url}"/><outline text="y" xmlUrl="https://y.example/rss"/>'
    ) == (ListedFeed("https://y.example/rss", "y"),)


def test_an_address_that_stands_twice_is_read_once() -> None:
    twice = (
        '<outline text="one" xmlUrl="https://a.example/rss"/><outline text="two" '
        'xmlUrl="https://a.example/rss"/>'
    )

    assert read(twice) == (ListedFeed("https://a.example/rss", "one"),)


def test_links_to_pages_are_no_feeds() -> None:
    assert read(
        '<outline text="x" type="link" url="https://a.example/"/><outline type="rss" '
        'url="https://b.example/rss"/>'
    ) == (ListedFeed("https://b.example/rss"),)


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE opml [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE opml [<!entity % a SYSTEM "https://evil.example/x.dtd"> %a;]>',
    ],
)
def test_entities_are_refused(prolog: str) -> None:
    with pytest.raises(FeedParseError, match="entities"):
        read_opml(
            f'{prolog}<opml><body><outline text="&a;" xmlUrl="https://a.example/"/>'
            "</body></opml>".encode(),
            name="x",
        )


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"<html><body/></html>", b"<rss><channel/></rss>", b"\x00\xff\xfe"]
)
def test_what_is_no_opml_is_said_to_be_none(body: bytes) -> None:
    with pytest.raises(FeedParseError, match=r"list\.opml is no OPML"):
        read_opml(body, name="list.opml")


def test_size_depth_and_number_are_bounded() -> None:
    with pytest.raises(FeedParseError, match="larger"):
        read_opml(b" " * (opml.MAX_BYTES + 1), name="x")
    many = "".join(
        f'<outline xmlUrl="https://a.example/{number}"/>' for number in range(opml.MAX_FEEDS + 1)
    )
    with pytest.raises(FeedParseError, match="more than"):
        read(many)
    deep = "<outline text='x'>" * 5_000
    assert read(deep) == ()


def test_bare_ampersands_in_addresses_are_kept() -> None:
    (feed,) = read(
        '<outline text="A & B" xmlUrl="https://a.example/f?a=1&b=2&copy=3&amp;lang=es"/>'
    )

    assert feed == ListedFeed("https://a.example/f?a=1&b=2&copy=3&lang=es", "A & B")


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("feed://a.example/rss", "http://a.example/rss"),
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("FEED:http://a.example/rss", "http://a.example/rss"),
        ("feeds://a.example/rss", "https://a.example/rss"),
        ("a.example/rss", "https://a.example/rss"),
        ("//a.example/rss", "https://a.example/rss"),
        ("www.a.example", "https://www.a.example"),
        ("a.example:8080/rss?x=1", "https://a.example:8080/rss?x=1"),
        (" https://a.example/rss ", "https://a.example/rss"),
    ],
)
def test_addresses_are_read_as_readers_write_them(written: str, url: str) -> None:
    assert [feed.url for feed in read(f'<outline text="x" xmlUrl="{written}"/>')] == [url]


@pytest.mark.parametrize(
    "outline",
    [
        'text="He said "no" to it" xmlUrl="https://a.example/rss"',
        "text='The pier's end' xmlUrl='https://a.example/rss'",
        'xmlUrl="https://a.example/rss" text="He said "no""',
        'text="5 > 4" xmlUrl="https://a.example/rss"',
    ],
)
def test_a_broken_quotation_mark_loses_no_feed(outline: str) -> None:
    feeds = read(f'<outline {outline}/><outline text="y" xmlUrl="https://y.example/rss"/>')

    assert [feed.url for feed in feeds] == ["https://a.example/rss", "https://y.example/rss"]


def left_out(body: str) -> list[tuple[str, str]]:
    document = f'<opml version="1.0"><body>{body}</body></opml>'.encode()
    return [(one.name, one.reason) for one in read_opml(document, name="list.opml").left_out]


@pytest.mark.parametrize(
    ("outline", "name", "reason"),
    [
        ('text="x" xmlUrl="ftp://a.example/x"', "x", "no http or https address"),
        ('text="x" xmlUrl="/rss"', "x", "no http or https address"),
        ('text="x" xmlUrl="https://u:hush@a.example/"', "x", "holds a password"),
        ('xmlUrl="https://u:hush@a.example/f"', "https://…@a.example/f", "holds a password"),
        ('text="x" type="source" xmlUrl="https://a.example/"', "x", "of type 'source'"),
    ],
)
def test_what_is_left_out_is_said_with_the_reason(outline: str, name: str, reason: str) -> None:
    ((named, why),) = left_out(f"<outline {outline}/>")

    assert named == name
    assert reason in why
    assert "hush" not in named + why


def test_a_title_counts_before_the_text_and_a_blank_one_does_not() -> None:
    feeds = read(
        '<outline text="long" title="Short" xmlUrl="https://a.example/"/>'
        '<outline text="Text" title=" " xmlUrl="https://b.example/"/>'
    )

    assert [feed.title for feed in feeds] == ["Short", "Text"]


def test_an_outline_that_a_comment_names_is_no_feed() -> None:
    comment = '<!-- <outline text="old" xmlUrl="https://old.example/rss"/> -->'
    body = '<opml version="1.0"><body><outline text="x" xmlUrl="https://a.example/"/></body></opml>'

    feeds = read_opml(f"<?xml version='1.0'?>{comment}{body}".encode(), name="x").feeds

    assert [feed.url for feed in feeds] == ["https://a.example/"]
