"""RSS, RDF and Atom as their format reads them, before cleaning, dates and identity."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any, cast
from xml.sax import make_parser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FeedParseError
from monitor.feeds.formats import FeedSource, RawFeed, RawItem, syndication

URL = "https://feeds.gazette.example/news.xml"
LINK = "<link>https://gazette.example/ferry</link>"

QUOTED = "<description><![CDATA[A feed ends with </item></channel></rss>]]></description>"
RDF_HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns="http://purl.org/rss/1.0/"><channel><title>Gazette</title></channel>'
)


def rss(*items: str, channel: str = "<title>Gazette</title>", attributes: str = "") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {attributes}><channel>{channel}{body}</channel></rss>'


def atom(*entries: str, feed: str = "<title>Gazette</title>", attributes: str = "") -> str:
    body = "".join(f"<entry>{one}</entry>" for one in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}>{feed}{body}</feed>'


def parse(text: str, url: str = URL, **source: Any) -> RawFeed:
    return syndication.parse(FeedSource(text=text, url=url, **source))


def only(text: str, url: str = URL) -> RawItem:
    (item,) = parse(text, url).items
    return item


@pytest.mark.parametrize(
    ("media_type", "head", "fit"),
    [
        ("text/html", "<rss version='2.0'>", 0.9),
        ("", "<?xml version='1.0'?><rdf:RDF xmlns=''>", 0.9),
        ("", "<feed>", 0.9),
        ("", "<atom:feed xmlns:atom=''>", 0.9),
        ("application/xml", "<something>", 0.3),
        ("application/xhtml+xml", "<html>", 0.0),
        ("text/html", "<!doctype html>", 0.0),
        ("application/xml", "plain words", 0.0),
        ("application/json", '{"rss": 1}', 0.0),
    ],
)
def test_feeds_are_known_by_their_root_before_their_media_type(
    media_type: str, head: str, fit: float
) -> None:
    assert syndication.accepts(media_type, head) == fit


@pytest.mark.parametrize(
    ("text", "family"),
    [
        (rss(LINK), "rss"),
        ('<rss version="0.91"><channel><item>' + LINK + "</item></channel></rss>", "rss"),
        (
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
            f' xmlns="http://purl.org/rss/1.0/"><channel/><item>{LINK}</item></rdf:RDF>',
            "rdf",
        ),
        (atom("<title>A</title>"), "atom"),
        ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"><entry/></feed>', "atom"),
    ],
)
def test_each_family_is_named(text: str, family: str) -> None:
    assert parse(text).format == family


@pytest.mark.parametrize(
    ("inside", "url"),
    [
        ("<link>https://gazette.example/a</link>", "https://gazette.example/a"),
        ("<link>/a</link>", "https://gazette.example/a"),
        ("<guid>https://gazette.example/a</guid>", "https://gazette.example/a"),
        ("<guid isPermaLink='false'>https://gazette.example/a</guid>", "https://gazette.example/a"),
        ("<guid isPermaLink='false'>a-17</guid>", None),
        ("<title>No address</title>", None),
        ("<link>javascript:alert(1)</link>", None),
    ],
)
def test_the_address_of_an_item_of_rss(inside: str, url: str | None) -> None:
    channel = "<title>Gazette</title><link>https://gazette.example/</link>"

    assert only(rss(inside, channel=channel)).url == url


@pytest.mark.parametrize(
    ("links", "url"),
    [
        ("<link href='/a'/>", "https://feeds.gazette.example/a"),
        (
            "<link rel='alternate' type='application/json' href='/j'/>"
            "<link rel='alternate' type='text/html' href='/h'/>",
            "https://feeds.gazette.example/h",
        ),
        (
            "<link rel='alternate' type='application/json' href='/j'/>",
            "https://feeds.gazette.example/j",
        ),
        ("<link rel='self' href='/s'/>", None),
        ("<link rel='http://www.iana.org/assignments/relation/alternate' href='/a'/>", "/a"),
    ],
)
def test_the_address_of_an_entry_of_atom(links: str, url: str | None) -> None:
    expected = URL.replace("/news.xml", url) if url and url.startswith("/") else url

    assert only(atom(f"<id>tag:1</id>{links}")).url == expected


@pytest.mark.parametrize(
    ("mime", "is_media"),
    [("audio/mpeg", True), ("video/mp4", True), ("text/html", False), ("", True)],
)
def test_a_file_beside_an_item_is_no_page(mime: str, is_media: bool) -> None:
    item = only(rss(f"<enclosure url='https://gazette.example/a' type='{mime}' length='1'/>"))

    assert (item.url, item.is_media) == ("https://gazette.example/a", is_media)


def test_an_item_with_a_page_and_a_file_is_the_page() -> None:
    item = only(rss(f"{LINK}<enclosure url='https://gazette.example/a.mp3' type='audio/mpeg'/>"))

    assert (item.url, item.is_media) == ("https://gazette.example/ferry", False)


def test_what_feedburner_took_the_place_of_is_the_address() -> None:
    feed = rss(
        "<link>https://feedproxy.example/~r/1</link>"
        "<feedburner:origLink>https://gazette.example/ferry</feedburner:origLink>",
        attributes='xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"',
    )

    assert only(feed).url == "https://gazette.example/ferry"


def test_of_several_texts_the_longest_is_the_content() -> None:
    item = only(
        rss(
            "<content:encoded>Short.</content:encoded>"
            "<content:encoded>Much longer than the other.</content:encoded>",
            attributes='xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        )
    )

    assert item.content == "Much longer than the other."


@pytest.mark.parametrize(
    ("inside", "author"),
    [
        ("<author>ada@gazette.example (Ada Quill)</author>", "Ada Quill"),
        ("<author>ada@gazette.example</author>", ""),
        ("<author>Ada Quill &lt;ada@news.gazette.online&gt;</author>", "Ada Quill"),
        ("<author>ada@gazette.com (Ada Quill)</author>", "Ada Quill"),
        ("<author>Ada Quill (@ada)</author>", "Ada Quill (@ada)"),
        ("<dc:creator>Ada Quill</dc:creator><dc:creator>B. Oak</dc:creator>", "Ada Quill, B. Oak"),
        ("<dc:creator>Ada Quill</dc:creator><dc:creator>Ada Quill</dc:creator>", "Ada Quill"),
        ("", ""),
    ],
)
def test_authors_are_names_each_once(inside: str, author: str) -> None:
    attributes = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'

    assert only(rss(LINK + inside, attributes=attributes)).author == author


def test_dates_stay_as_they_are_written_beside_the_reading_of_the_format() -> None:
    item = only(rss(f"{LINK}<pubDate>Fri, 11 Apr 2025 21:00:00 GMT</pubDate>"))

    assert item.published == "Fri, 11 Apr 2025 21:00:00 GMT"
    assert item.published_hint == datetime(2025, 4, 11, 21, tzinfo=UTC)
    assert item.published_field == "published"


def test_a_date_that_nobody_can_read_has_no_hint() -> None:
    item = only(rss(f"{LINK}<pubDate>soon</pubDate>"))

    assert (item.published, item.published_hint) == ("soon", None)


def test_an_identifier_of_dublin_core_serves_where_there_is_no_other() -> None:
    attributes = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    other = "<dc:identifier>urn:17</dc:identifier>"

    assert only(rss(LINK + other, attributes=attributes)).guid == "urn:17"
    both = rss(f"{LINK}<guid>g-1</guid>{other}", attributes=attributes)
    assert only(both).guid == "g-1"


@pytest.mark.parametrize(
    ("channel", "ttl"),
    [
        ("<ttl>90</ttl>", timedelta(minutes=90)),
        ("<ttl> 90 </ttl>", timedelta(minutes=90)),
        ("<ttl>0</ttl>", None),
        ("<ttl>-5</ttl>", None),
        ("<ttl>an hour</ttl>", None),
        ("<ttl>1.5</ttl>", None),
        ("<ttl>99999999999</ttl>", None),
        ("<ttl>999999</ttl>", timedelta(days=7)),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(hours=6),
        ),
        ("<sy:updateFrequency>2</sy:updateFrequency>", timedelta(hours=12)),
        ("<sy:updatePeriod>yearly</sy:updatePeriod>", timedelta(days=7)),
        ("<sy:updatePeriod>often</sy:updatePeriod>", None),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            timedelta(hours=1),
        ),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", timedelta(hours=1)),
    ],
)
def test_how_long_a_feed_asks_to_be_left_alone(channel: str, ttl: timedelta | None) -> None:
    attributes = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'

    assert parse(rss(LINK, channel=channel, attributes=attributes)).ttl == ttl


@pytest.mark.parametrize(
    ("text", "truncated", "item_broken"),
    [
        (rss(LINK, LINK), False, False),
        (rss(LINK, LINK) + "<!-- 3 ms -->", False, False),
        (rss(LINK, LINK)[: -len("</channel></rss>")], True, False),
        (rss(LINK, LINK)[: -len("</item></channel></rss>")], True, True),
        (rss(LINK, LINK)[: -len("erry</link></item></channel></rss>")], True, True),
        (atom(LINK, LINK)[: -len("</feed>")], True, False),
        (atom(LINK, LINK)[: -len("</entry></feed>")], True, True),
        (RDF_HEAD, True, False),
        (f"{RDF_HEAD}<item>{LINK}</item>", True, False),
        (rss(LINK, f"{LINK}{QUOTED}")[: -len("</item></channel></rss>")], True, True),
        (
            rss(LINK, f"{LINK}{QUOTED}")[: -len("]]></description></item></channel></rss>")],
            True,
            True,
        ),
        (rss(LINK, f"{LINK}{QUOTED}")[: -len("</channel></rss>")], True, False),
        (atom(LINK, "<title><![CDATA[ends with </entry>"), True, True),
        (atom(LINK, "<!-- <title>ends with </entry>"), True, True),
    ],
)
def test_a_transfer_that_broke_off_is_told_from_a_whole_one(
    text: str, truncated: bool, item_broken: bool
) -> None:
    feed = parse(text)

    assert (feed.is_truncated, feed.is_last_item_broken) == (truncated, item_broken)
    assert ("breaks off" in feed.warning) is truncated


@pytest.mark.parametrize(
    "text",
    [
        rss(f"{LINK}&bad;<title>A & B</wrong>"),
        rss(f"{LINK}&bad;<title>A & B</wrong>") + f"<!--{'x' * 9_000}-->",
        rss(LINK)[: -len("</rss>")],
        rss(LINK) + atom(LINK),
        f"<entry xmlns='http://www.w3.org/2005/Atom'>{LINK}<title>A</wrong></entry>",
        f"{RDF_HEAD}<item>{LINK}<title>A</wrong></item></rdf:RDF>",
    ],
    ids=["rss", "long comment", "no root's end", "two documents", "one entry", "rdf"],
)
def test_a_faulty_document_that_ends_with_its_root_is_whole(text: str) -> None:
    feed = parse(text)

    assert feed.warning
    assert not feed.is_truncated


def test_elements_with_the_prefix_of_rss_are_those_of_rss() -> None:
    prefixed = (
        "<rss:rss version='2.0' xmlns:rss='http://unknown.example/'><rss:channel><rss:item>"
        f"<rss:title>A</rss:title>{LINK.replace('<', '<rss:').replace('<rss:/', '</rss:')}"
        "</rss:item></rss:channel></rss:rss>"
    )

    assert only(prefixed).url == "https://gazette.example/ferry"


def test_links_are_resolved_against_the_site_where_another_one_serves_the_feed() -> None:
    feed = rss("<link>/ferry</link>", channel="<link>https://gazette.example/</link>")

    assert only(feed, "https://feedburner.example/g").url == "https://gazette.example/ferry"
    # The same site: what is relative is relative to the document.
    assert only(feed, "https://feeds.gazette.example/x/").url is not None


def test_a_language_is_handed_down_and_may_be_an_item_s_own() -> None:
    own, handed_down = parse(
        atom(
            "<title xml:lang='fr'>A</title>",
            "<title>B</title>",
            attributes='xml:lang="es"',
        )
    ).items

    assert (own.lang, handed_down.lang) == ("fr", "es")


def test_the_paper_that_an_item_was_taken_from_is_kept() -> None:
    item = only(rss(f"{LINK}<source url='https://h.example/rss'>Valley Herald</source>"))

    assert item.source_name == "Valley Herald"


@pytest.mark.parametrize(
    "text", ["", "words", "<html><body><p>Not here</p></body></html>", "<a/>", "\0\0\0"]
)
def test_what_is_no_feed_says_so_with_its_address(text: str) -> None:
    with pytest.raises(FeedParseError, match=r"feeds\.gazette\.example") as caught:
        parse(text)

    assert caught.value.hint


def test_a_feed_without_items_is_a_feed() -> None:
    feed = parse(rss())

    assert (feed.title, list(feed.items)) == ("Gazette", [])


def test_a_fault_is_told_in_a_line_of_bounded_length() -> None:
    feed = parse(rss(f"{LINK}<title>AT&T & more</title>", f"<{'x' * 3_000}>{LINK}"))

    assert len(feed.warning) <= 200
    assert "\n" not in feed.warning


def test_items_that_nobody_can_read_are_told_of() -> None:
    foreign = rss("<title>Pier shut</title>", attributes='xmlns="http://www.w3.org/1999/xhtml"')

    assert "none could be read" in parse(foreign).warning
    assert parse(rss()).warning == ""


def test_a_parser_that_a_machine_happens_to_have_is_not_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A feed must not read in another way where somebody installed libxml2's old bindings."""
    asked: list[str] = []
    bindings = SimpleNamespace(create_parser=lambda: asked.append("libxml2") or make_parser())
    monkeypatch.setitem(sys.modules, "drv_libxml2", cast(ModuleType, bindings))

    assert parse(rss(LINK)).items
    assert asked == []


@given(inside=st.text(alphabet="<>/&;=\"'abilt :", max_size=60))
def test_whatever_stands_in_an_item_the_next_one_is_found_or_the_feed_is_refused(
    inside: str,
) -> None:
    try:
        feed = parse(
            rss(f"<description><![CDATA[{inside.replace(']]>', '')}]]></description>", LINK)
        )
    except FeedParseError:
        pytest.fail("what stands in CDATA is text")
    assert feed.items[-1].url == "https://gazette.example/ferry"
