"""XML as people write it: no word is lost to a bare ampersand, a quotation mark or a comment."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from monitor.feeds.loose_xml import blank_comments, escape_bare, repair_outlines
from monitor.feeds.parse import parse_feed
from tests.costs import LINEAR, growth

URL = "https://news.example/rss"


def feed(items: str, *, title: str = "Harbor Gazette", before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n{before}<rss version="2.0"><channel>'
        f"<title>{title}</title><link>https://news.example/</link>{items}</channel></rss>"
    ).encode()


def item(title: str, *, link: str = "https://news.example/1", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{link}</link>{more}</item>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("AT&T sued", "AT&T sued"),
        ("Q&A: the pier", "Q&A: the pier"),
        ("Bed & Breakfast & more", "Bed & Breakfast & more"),
        ("AT&amp;T sued", "AT&T sued"),
        ("AT&#38;T sued", "AT&T sued"),
        ("<![CDATA[AT&T sued]]>", "AT&T sued"),
        ("Smith &Sons", "Smith &Sons"),
        ("Wind&", "Wind&"),
        ("Caf&eacute; &amp; bar & pier", "Café & bar & pier"),
    ],
)
def test_an_ampersand_in_a_title_is_kept(written: str, read: str) -> None:
    document = parse_feed(feed(item(written), title=written), url=URL)

    assert (document.title, document.items[0].title) == (read, read)


def test_ampersands_in_links_are_kept() -> None:
    links = ["https://news.example/?a=1&b=2", "https://news.example/?a=1&amp;b=3"]
    cdata = "<![CDATA[https://news.example/?a=1&b=4]]>"

    document = parse_feed(feed("".join(item("x", link=link) for link in [*links, cdata])), url=URL)

    assert [entry.url for entry in document.items] == [
        "https://news.example/?a=1&b=2",
        "https://news.example/?a=1&b=3",
        "https://news.example/?a=1&b=4",
    ]


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- <rss><channel><item><title>Old</title></item></channel></rss> -->",
        "<!-- an <item> is written by hand here -->",
        "<!-- <!DOCTYPE rss [ <item> -->\n<!-- <feed> -->",
    ],
)
def test_an_item_that_a_comment_names_is_none(comment: str) -> None:
    document = parse_feed(feed(item("Pier closed"), before=comment), url=URL)

    assert [entry.title for entry in document.items] == ["Pier closed"]
    assert not document.is_truncated


def test_an_item_that_is_commented_out_is_none() -> None:
    items = item("Pier closed") + f"<!-- {item('Old')} -->" + item("Anchor", link=f"{URL}/2")

    document = parse_feed(feed(items), url=URL)

    assert [entry.title for entry in document.items] == ["Pier closed", "Anchor"]


@pytest.mark.parametrize(
    "title",
    [
        "Pier closed <!-- for good",
        "Pier closed &lt;!-- for good",
        "<![CDATA[Pier closed <!-- for good]]>",
    ],
)
def test_a_comment_that_does_not_end_does_not_eat_a_title(title: str) -> None:
    items = item(title) + item("Anchor found <!-- by divers -->", link=f"{URL}/2")

    document = parse_feed(feed(items), url=URL)

    assert [entry.title for entry in document.items] == ["Pier closed for good", "Anchor found"]


def test_a_dublin_core_identifier_stands_in_for_a_guid() -> None:
    more = '<dc:identifier xmlns:dc="http://purl.org/dc/elements/1.1/">pier-77</dc:identifier>'
    guid = "<guid isPermaLink='false'>g-1</guid>"

    document = parse_feed(
        feed(item("a", more=more) + item("b", link=f"{URL}/2", more=more + guid)), url=URL
    )

    assert [entry.guid for entry in document.items] == ["pier-77", "g-1"]


@given(st.text(st.sampled_from("&;#xab19 <!-[CDT]>\"'"), max_size=60))
def test_what_is_escaped_once_is_left_alone_the_second_time(text: str) -> None:
    assert escape_bare(escape_bare(text)) == escape_bare(text)


@given(st.text(max_size=80))
def test_escaping_loses_no_character(text: str) -> None:
    assert escape_bare(text).replace("&amp;", "&").replace("&lt;", "<") == text.replace(
        "&amp;", "&"
    ).replace("&lt;", "<")


@given(st.text(max_size=80))
def test_blanking_keeps_the_length(text: str) -> None:
    assert len(blank_comments(text)) == len(text)


NAMES = st.sampled_from(["text", "title", "xmlUrl", "category"])
VALUES = st.text(st.sampled_from("ab &=?/\"'é"), max_size=20)


@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_an_outline_is_well_formed_after_its_repair(values: dict[str, str]) -> None:
    written = "".join(f' {name}="{value}"' for name, value in values.items())

    repaired = repair_outlines(f"<body><outline{written}/></body>")

    assert etree.fromstring(repaired).find("outline") is not None


@pytest.mark.parametrize(
    "text", ["&", "<!--", "<![CDATA[", "<outline ", "<title><!--", "<outline a='"]
)
def test_a_document_full_of_openings_is_read_in_linear_time(text: str) -> None:
    assert growth(lambda size: repair_outlines(escape_bare(text * size)), 25_000) < LINEAR


@pytest.mark.parametrize("end", ["", "]]", "]]&gt;", "]] >"])
def test_cdata_without_its_end_keeps_the_next_item_apart(end: str) -> None:
    first = item("Pier shut", more=f"<description><![CDATA[The pier is shut.{end}</description>")
    more = "<description><![CDATA[Two boats sail.]]></description>"
    second = item("Boats run", link="https://news.example/2", more=more)

    for items in (first + second, second + first):
        read = {one.title: one.summary for one in parse_feed(feed(items), url=URL).items}
        assert read == {"Pier shut": "The pier is shut.", "Boats run": "Two boats sail."}


def test_an_item_that_whole_cdata_shows_stays_text() -> None:
    text = "<description><![CDATA[Write <pre></item> <item></pre> twice.]]></description>"

    assert escape_bare(item("How feeds end", more=text)) == item("How feeds end", more=text)


def test_a_comment_that_begins_like_its_end_goes_on_to_it() -> None:
    assert escape_bare("<!--> a & b --> c & d") == "<!--> a & b --> c &amp; d"
