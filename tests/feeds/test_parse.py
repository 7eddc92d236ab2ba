"""Feeds to items: every format, what real feeds get wrong, and what hostile ones try."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FeedParseError
from monitor.feeds.parse import (
    MAX_CONTENT_CHARS,
    MAX_ITEMS,
    MAX_SUMMARY_CHARS,
    MAX_TITLE_CHARS,
    parse_feed,
)
from monitor.feeds.pruning import is_faultless
from monitor.model import FeedDocument, FeedItem, Precision
from tests.costs import least
from tests.listener import Listener

URL = "https://feeds.example/news.xml"
NINE_PM = datetime(2025, 4, 11, 21, tzinfo=UTC)
STORY = "<title>Judge orders daily reports</title><link>https://herald.example/us/reports</link>"


def rss(
    *items: str,
    channel: str = "<title>Herald</title><link>https://herald.example/</link>",
    attributes: str = "",
) -> bytes:
    body = "".join(f"<item>{item}</item>" for item in items)
    return (
        f'<?xml version="1.0"?><rss version="2.0" {attributes}><channel>{channel}{body}'
        "</channel></rss>"
    ).encode()


def atom(*entries: str, feed: str = "<title>Herald</title>") -> bytes:
    body = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return (
        '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="es">'
        f"{feed}{body}</feed>"
    ).encode()


def parse(body: bytes, url: str = URL) -> FeedDocument:
    return parse_feed(body, url=url)


def only(body: bytes, url: str = URL) -> FeedItem:
    (item,) = parse(body, url).items
    return item


def test_an_rss_item_is_read_whole() -> None:
    item = only(
        rss(
            STORY + "<guid isPermaLink='false'> 101 </guid><pubDate>Fri, 11 Apr 2025 17:00:00 "
            "EDT</pubDate>"
            "<description>&lt;p&gt;A judge wants a &lt;b&gt;report&lt;/b&gt;.&lt;/p&gt;"
            "</description>"
            "<content:encoded><![CDATA[<p>First paragraph.</p><p>Second &amp; last.</p>"
            "]]></content:encoded>"
            "<dc:creator>Jane Roe</dc:creator>",
            attributes='xmlns:content="http://purl.org/rss/1.0/modules/content/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"',
        )
    )

    assert item == FeedItem(
        key="id:101",
        guid="101",
        url="https://herald.example/us/reports",
        title="Judge orders daily reports",
        summary="A judge wants a report.",
        content="First paragraph.\n\nSecond & last.",
        author="Jane Roe",
        published_at=NINE_PM,
        published_raw="Fri, 11 Apr 2025 17:00:00 EDT",
        published_source="published",
    )


def test_an_atom_entry_is_read_whole() -> None:
    document = parse(
        atom(
            "<id>urn:1</id><title type='html'>Jueza &lt;i&gt;ordena&lt;/i&gt; informes"
            "</title><link href='/nacion/1'/>"
            "<published>2025-04-11T21:00:00Z</published><updated>2025-04-12T21:00:00Z</updated>"
            "<summary>Un informe diario.</summary><author><name>Ana Poe</name></author>"
            "<author><name>Leo Loe</name></author>"
        )
    )
    (item,) = document.items

    assert (document.format, document.lang) == ("atom", "es")
    assert item == FeedItem(
        key="id:urn:1",
        guid="urn:1",
        url="https://feeds.example/nacion/1",
        title="Jueza ordena informes",
        summary="Un informe diario.",
        author="Ana Poe, Leo Loe",
        published_at=NINE_PM,
        updated_at=NINE_PM + timedelta(days=1),
        published_raw="2025-04-11T21:00:00Z",
        published_source="published",
        lang="es",
    )


def test_rdf_with_dublin_core_dates_counts_them_as_published() -> None:
    body = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel '
        'rdf:about="https://herald.example/"><title>Herald</title></channel>'
        f'<item rdf:about="https://herald.example/1">{STORY}<dc:date>'
        "2025-04-11T21:00:00Z</dc:date></item></rdf:RDF>"
    )
    document = parse(body.encode())

    assert document.format == "rdf"
    assert document.items[0].published_at == NINE_PM
    assert document.items[0].key == "id:https://herald.example/1"


def test_a_json_feed_is_read_whole() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Herald",
        "language": "en-US",
        "home_page_url": "https://herald.example/",
        "items": [
            {
                "id": "101",
                "url": "/us/reports",
                "title": "Judge orders daily reports",
                "content_html": "<p>First.</p><p>Second.</p>",
                "date_published": "2025-04-11T17:00:00-04:00",
                "authors": [{"name": "Jane Roe"}, {"name": "Leo Loe"}],
            },
            {
                "id": 102,
                "external_url": "https://wire.example/x",
                "content_text": "Losses <3% this year\n\nMore soon.",
            },
            {"title": "Neither id nor address"},
            "not an item",
        ],
    }
    document = parse(json.dumps(feed).encode())
    first, second, third = document.items

    assert (document.format, document.title, document.lang, document.home_url) == (
        "json",
        "Herald",
        "en",
        "https://herald.example/",
    )
    assert (first.key, first.url, first.content, first.author, first.published_at) == (
        "id:101",
        "https://feeds.example/us/reports",
        "First.\n\nSecond.",
        "Jane Roe, Leo Loe",
        NINE_PM,
    )
    assert (second.key, second.url, second.content) == (
        "id:102",
        "https://wire.example/x",
        "Losses <3% this year\n\nMore soon.",
    )
    assert third.key.startswith("text:")


def test_a_news_sitemap_is_a_feed() -> None:
    body = """<?xml version="1.0" encoding="UTF-8"?>
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
              xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><image:image><image:loc>https://img.example/1.jpg</image:loc>
          <image:title>A court</image:title></image:image>
          <loc>https://herald.example/us/reports</loc><lastmod>2025-04-12T00:00:00Z</lastmod>
          <news:news><news:publication><news:name>Herald</news:name><news:language>en</news:language></news:publication>
            <news:publication_date>2025-04-11T21:00:00Z</news:publication_date>
            <news:title>Judge &amp; reports</news:title></news:news></url>
        <url><loc>https://herald.example/about</loc></url>
        <url><loc>javascript:alert(1)</loc></url>
      </urlset>"""
    document = parse(body.encode())
    story, page = document.items

    assert document.format == "sitemap"
    assert (story.url, story.title, story.published_at, story.source_name, story.lang) == (
        "https://herald.example/us/reports",
        "Judge & reports",
        NINE_PM,
        "Herald",
        "en",
    )
    assert page.url == "https://herald.example/about"


def test_a_sitemap_index_says_what_to_follow() -> None:
    body = (
        b"<sitemapindex><sitemap><loc>https://a.example/pages.xml</loc></sitemap><sitemap>"
        b"<loc>https://a.example/news.xml</loc></sitemap></sitemapindex>"
    )

    with pytest.raises(FeedParseError, match=r"index of sitemaps.*https://a\.example/news\.xml"):
        parse(body)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty document"),
        (b" \n", "empty document"),
        (b"Not found", "begins with 'Not found'"),
        (b"<!doctype html><title>Herald</title>", "HTML page"),
        (b"<html><head><title>Just a moment...</title></head></html>", "HTML page"),
        (b'{"error": "rate limited"}', "no list of items"),
        (b'{"items": [', "broken JSON"),
        (b"[" * 100_000, "begins with"),
        (b'{"items": ' + b"[" * 100_000, "broken JSON"),
        (b"\x00\x01\x02\x03", "is not a feed"),
    ],
)
def test_what_is_no_feed_is_told_with_its_reason(body: bytes, words: str) -> None:
    with pytest.raises(FeedParseError, match=words) as told:
        parse(body)
    assert told.value.hint
    assert URL in str(told.value)


def test_an_html_page_says_which_feed_it_offers() -> None:
    page = (
        b'<!doctype html><link rel="alternate" type="application/rss+xml" '
        b'href="/feed.xml?a=1&amp;b=2">'
    )

    with pytest.raises(
        FeedParseError, match=r"it offers feed https://feeds\.example/feed\.xml\?a=1&b=2"
    ):
        parse(page)


@pytest.mark.parametrize(
    "target", ["/etc/hostname", "file:///etc/hostname", "http://127.0.0.1:9/latest/meta-data/"]
)
def test_a_body_that_names_a_file_or_address_opens_nothing(target: str, tmp_path: Path) -> None:
    canary = tmp_path / "feed.xml"
    canary.write_bytes(rss(STORY))

    for body in (target, str(canary)):
        with pytest.raises(FeedParseError, match="not a feed"):
            parse(body.encode())


@pytest.mark.parametrize(
    ("entry", "url"),
    [
        (
            "<link rel='related' href='https://a.example/r'/><link href='https://a.example/1'/>",
            "https://a.example/1",
        ),
        (
            "<link rel='alternate' type='application/json' href='https://a.example/1.json'/>"
            "<link rel='alternate' type='text/html' href='https://a.example/1'/>",
            "https://a.example/1",
        ),
        (
            "<link rel='alternate' href='https://a.example/1'/><link rel='enclosure'>"
            "https://a.example/i.jpg</link>",
            "https://a.example/1",
        ),
        ("<link rel='enclosure' href='https://a.example/a.pdf'/>", "https://a.example/a.pdf"),
        ("<link href='javascript:alert(1)'/>", None),
        ("<link href='file:///etc/passwd'/>", None),
        ("<link xml:base='https://b.example/x/' href='1'/>", "https://b.example/x/1"),
    ],
)
def test_the_link_is_the_articles_html_page(entry: str, url: str | None) -> None:
    assert only(atom(f"<title>t</title>{entry}")).url == url


def test_a_guid_that_is_an_address_stands_in_for_a_missing_link() -> None:
    assert (
        only(atom("<id>https://herald.example/4</id><title>t</title>")).url
        == "https://herald.example/4"
    )
    assert (
        only(rss("<title>t</title><guid>https://herald.example/4</guid>")).url
        == "https://herald.example/4"
    )


def test_relative_links_of_a_feed_on_another_host_belong_to_the_site() -> None:
    assert (
        only(rss("<title>t</title><link>/us/reports</link>")).url
        == "https://herald.example/us/reports"
    )


def test_feedburner_links_are_undone() -> None:
    body = rss(
        "<title>t</title><link>https://proxy.example/~r/1</link><fb:origLink>"
        "https://herald.example/1</fb:origLink>",
        attributes='xmlns:fb="http://rssnamespace.org/feedburner/ext/1.0"',
    )

    assert only(body).url == "https://herald.example/1"


def test_google_news_items_name_their_outlet_and_keep_only_the_headline() -> None:
    item = only(
        rss(
            "<title>Judge orders daily reports - Example Herald</title><link>"
            "https://news.google.com/rss/articles/CBMiXEFVX3lx?oc=5</link>"
            "<description>&lt;a href='x'&gt;Judge orders daily reports&lt;/a&gt;&amp;nbsp;"
            "&lt;font&gt;Example Herald&lt;/font&gt;</description>"
            "<source url='https://herald.example'>Example Herald</source>"
        )
    )

    assert (item.title, item.source_name, item.summary) == (
        "Judge orders daily reports",
        "Example Herald",
        "",
    )


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("A guide to &lt;head&gt; elements", "A guide to <head> elements"),
        ("<![CDATA[A guide to &lt;head&gt; elements]]>", "A guide to <head> elements"),
        ("<![CDATA[Losses <3% this year]]>", "Losses <3% this year"),
        (
            "<![CDATA[<<Te quiero de vuelta>>, dice su esposa]]>",
            "<<Te quiero de vuelta>>, dice su esposa",
        ),
        ("The court&amp;#8217;s &amp;amp;quot;no&amp;amp;quot;", 'The court’s "no"'),
        ("<![CDATA[<b>Bold</b> <a href='x' onclick='y'>move</a>]]>", "Bold move"),
        ("  two\n lines ", "two lines"),
        ("x\u202ey\x1b\u2066z", "xyz"),
    ],
)
def test_titles_are_plain_text_and_lose_nothing_that_only_looks_like_a_tag(
    markup: str, title: str
) -> None:
    assert only(rss(f"<title>{markup}</title>")).title == title


def test_an_untitled_item_is_called_by_its_first_words_or_its_address() -> None:
    first, second = parse(
        rss("<description>One line of news.</description>", "<link>https://herald.example/a</link>")
    ).items

    assert (first.title, second.title) == ("One line of news.", "https://herald.example/a")


def test_a_long_text_without_a_summary_gets_its_beginning_as_one() -> None:
    paragraphs = "".join(
        f"<p>Paragraph {number} {'of the report ' * 10}.</p>" for number in range(30)
    )
    item = only(
        rss(
            f"<title>t</title><content:encoded><![CDATA[{paragraphs}]]></content:encoded>",
            attributes='xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        )
    )

    assert item.content.count("\n\n") == 29
    assert item.content.startswith(item.summary)
    assert 200 < len(item.summary) <= 1_000


@pytest.mark.parametrize(
    ("count", "warning"),
    [(MAX_ITEMS, ""), (MAX_ITEMS + 1, "it has 2,001 items; the newest 2,000 were read")],
)
def test_items_that_are_left_out_are_spoken_of(count: int, warning: str) -> None:
    document = parse(rss(*map("<title>Ferry {}</title>".format, range(count))))

    assert (document.warning, is_faultless(document)) == (warning, not warning)


def test_everything_is_bounded() -> None:
    items = [
        f"<title>{'t' * 5_000}</title><description>{'s' * 300_000}</description>",
        *(f"<title>x{number}</title>" for number in range(2 * MAX_ITEMS)),
    ]
    document = parse(rss(*items))

    assert len(document.items) == MAX_ITEMS
    assert document.warning == "it has 4,001 items; the newest 2,000 were read"
    assert len(document.items[0].title) == MAX_TITLE_CHARS
    assert len(document.items[0].summary) == MAX_SUMMARY_CHARS

    content = only(
        rss(
            "<title>t</title><description>s</description><content:encoded>"
            f"{'c' * 500_000}</content:encoded>",
            attributes='xmlns:content="http://purl.org/rss/1.0/modules/content/"',
        )
    ).content
    assert len(content) == MAX_CONTENT_CHARS


def test_of_too_many_items_the_newest_stay_in_document_order() -> None:
    items = [
        f"<title>{number}</title><guid>{number}</guid><pubDate>"
        f"{(NINE_PM - timedelta(hours=number)).isoformat()}</pubDate>"
        for number in reversed(range(MAX_ITEMS + 50))
    ]
    titles = [int(item.title) for item in parse(rss(*items)).items]

    assert titles == list(reversed(range(MAX_ITEMS)))


@pytest.mark.parametrize("cut", [1, 2, 30, 60])
def test_a_json_feed_that_breaks_off_gives_its_whole_items_and_says_so(cut: int) -> None:
    items = [
        {"id": number, "title": f"Quarry {number}", "url": f"/{number}", "tags": ["stone, raw"]}
        for number in range(3)
    ]
    body = json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Quarry News", "items": items}
    ).encode()

    document = parse(body[:-cut])

    whole = 3 if cut < 3 else 2
    assert [item.title for item in document.items] == [
        f"Quarry {number}" for number in range(whole)
    ]
    assert document.title == "Quarry News"
    assert document.is_truncated
    assert document.warning == f"the document breaks off after {whole} items"


def test_json_that_breaks_off_before_its_first_item_ends_is_refused() -> None:
    with pytest.raises(FeedParseError, match="broken JSON"):
        parse(
            b'{"version": "https://jsonfeed.org/version/1.1", "title": "Quarry", '
            b'"items": [{"id": 1, "title": "Reo'
        )


DC_DATE = "<dc:date>2025-04-11T21:00:00Z</dc:date>"


def test_a_date_keeps_how_it_was_written_and_whether_its_zone_was_assumed() -> None:
    written = [
        ("Fri, 11 Apr 2025 17:00:00 EDT", False),
        ("April 11 2025 09:00:00 PM", True),
        ("2025/4/11 21:00:00", True),
        ("1744405200", False),
    ]
    for text, is_assumed in written:
        item = only(rss(f"{STORY}<pubDate>{text}</pubDate>"))

        assert (item.published_raw, item.published_at, item.is_zone_assumed) == (
            text,
            NINE_PM,
            is_assumed,
        )
    assert (only(rss(STORY)).published_raw, only(rss(STORY)).is_zone_assumed) == ("", False)


@pytest.mark.parametrize(
    ("dates", "source", "raw"),
    [
        (
            "<pubDate>Fri, 11 Apr 2025 21:00:00 GMT</pubDate>",
            "published",
            "Fri, 11 Apr 2025 21:00:00 GMT",
        ),
        (f"{DC_DATE}<pubDate>at the fair</pubDate>", "updated", "2025-04-11T21:00:00Z"),
        (DC_DATE, "updated", "2025-04-11T21:00:00Z"),
        ("<pubDate>at the fair</pubDate>", "published", "at the fair"),
        ("", "", ""),
    ],
)
def test_a_date_names_the_field_that_it_was_read_from(dates: str, source: str, raw: str) -> None:
    attributes = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
    item = only(rss(f"{STORY}{dates}", attributes=attributes))

    assert (item.published_source, item.published_raw) == (source, raw)


def test_a_day_without_time_is_marked() -> None:
    item = only(rss(f"{STORY}<pubDate>11 April 2025</pubDate>"))

    assert (item.published_at, item.published_precision) == (
        datetime(2025, 4, 11, tzinfo=UTC),
        Precision.DAY,
    )


def test_american_feeds_write_the_month_first() -> None:
    channel = "<title>Herald</title><language>en-US</language>"

    assert (
        only(rss(f"{STORY}<pubDate>04/11/2025 21:00</pubDate>", channel=channel)).published_at
        == NINE_PM
    )
    assert only(rss(f"{STORY}<pubDate>11/04/2025 21:00</pubDate>")).published_at == NINE_PM


def test_dates_that_cannot_be_read_cost_bounded_time() -> None:
    def read(size: int) -> FeedDocument:
        dates = [f"{number} Brumaire 2025" for number in range(size)]
        return parse(rss(*(f"<title>x</title><pubDate>{one}</pubDate>" for one in dates)))

    assert all(item.published_at is None for item in read(1_000).items)
    # A date costs a multiple of its item as long as any is tried, so few of many are.
    assert least(lambda: read(1_000), 2) < 4 * least(lambda: read(250), 2)


def test_blank_guids_are_none() -> None:
    first, second = parse(
        rss(
            f"{STORY}<guid> </guid>",
            "<title>Family speaks</title><link>https://herald.example/2</link><guid></guid>",
        )
    ).items

    assert (first.key, second.key) == (
        "url:https://herald.example/us/reports",
        "url:https://herald.example/2",
    )


def test_a_guid_on_different_stories_identifies_none_and_the_feed_is_marked() -> None:
    other = "<title>Family speaks</title><link>https://herald.example/2</link>"
    body = rss(
        f"{STORY}<guid isPermaLink='false'>herald</guid>",
        f"{other}<guid isPermaLink='false'>herald</guid>",
    )
    document = parse(body)

    assert document.has_repeated_guids
    assert [item.key for item in document.items] == [
        "url:https://herald.example/us/reports",
        "url:https://herald.example/2",
    ]


@pytest.mark.parametrize("guid", ["", "<guid>https://herald.example/notices</guid>"])
def test_items_that_share_one_link_and_no_guid_tells_apart_are_all_there(guid: str) -> None:
    link = f"<link>https://herald.example/notices</link>{guid}"
    titles = ("Hearing moved to May", "Judge orders release")
    document = parse(rss(*(f"<title>{title}</title>{link}" for title in titles)))

    assert [item.title for item in document.items] == list(titles)
    assert document.has_shared_links


def test_a_story_that_stands_twice_under_one_link_is_one_item() -> None:
    story = "<title>Judge orders release</title><link>https://herald.example/1</link>"
    document = parse(rss(story, story.replace("J", "j")))

    assert [item.key for item in document.items] == ["url:https://herald.example/1"]
    assert not document.has_shared_links


def test_posts_of_one_page_whose_guids_differ_by_their_number_are_all_there() -> None:
    posts = (
        f"<title>{title}</title><guid>https://herald.example/ticker#{number}</guid>"
        "<link>https://herald.example/ticker</link>"
        for number, title in enumerate(("Hearing begins", "Judge orders release"), start=1)
    )

    assert len(parse(rss(*posts)).items) == 2


def test_items_with_nothing_but_a_title_and_a_text_are_told_apart_by_both() -> None:
    texts = ("The hearing begins at nine.", "The judge ordered the release.")
    items = (f"<title>Bulletin</title><description>{text}</description>" for text in texts)

    assert [item.summary for item in parse(rss(*items)).items] == list(texts)


def test_documents_of_one_script_and_instant_are_told_apart_by_their_texts() -> None:
    date = "<pubDate>Mon, 14 Apr 2025 10:00:00 GMT</pubDate>"
    orders = (
        f"<title>Order</title><link>https://court.example/doc?{which}</link>{date}"
        f"<description>Order on {which}</description>"
        for which in ("f=A12", "f=B13")
    )

    assert len(parse(rss(*orders)).items) == 2


def test_a_feed_that_once_repeated_guids_is_keyed_by_link_for_good() -> None:
    body = rss(f"{STORY}<guid isPermaLink='false'>herald</guid>")

    assert (
        parse_feed(body, url=URL, trust_guids=False).items[0].key
        == "url:https://herald.example/us/reports"
    )


@pytest.mark.parametrize(
    "guid",
    [
        "https://herald.example/articles/c0a#0",
        "https://herald.example/articles/c0a#3",
        "http://www.herald.example/articles/c0a",
        " https://herald.example/articles/c0a?utm_source=rss ",
    ],
)
def test_guids_that_are_addresses_are_compared_without_scheme_tracking_and_revision(
    guid: str,
) -> None:
    assert only(rss(f"{STORY}<guid>{guid}</guid>")).key == "id:https://herald.example/articles/c0a"


def test_a_feeds_own_address_has_no_part_in_its_keys() -> None:
    body = atom("<id>e1</id><title>t</title><link href='https://herald.example/1'/>")

    assert only(body, "https://a.example/feed").key == only(body, "https://b.example/feed").key


def test_items_of_one_key_collapse_into_the_latest() -> None:
    guid = "<guid isPermaLink='false'>1</guid>"
    link = "<link>https://herald.example/1</link>"
    body = rss(
        f"<title>Old</title>{link}{guid}<pubDate>2025-04-11T20:00:00Z</pubDate>",
        f"<title>New</title>{link}{guid}<pubDate>2025-04-11T21:00:00Z</pubDate>",
        f"<title>Older</title>{link}{guid}<pubDate>2025-04-11T19:00:00Z</pubDate>",
    )

    assert [item.title for item in parse(body).items] == ["New"]


def test_docket_entries_whose_links_differ_by_fragment_stay_apart() -> None:
    entries = [
        f"<title>Entry #{number} in Roe v. Doe</title><link href='https://docket.example/docket/69/#entry-{number}'/>"
        f"<published>2025-04-11T07:00:00Z</published>"
        for number in range(3)
    ]
    document = parse(atom(*entries))

    assert document.keeps_fragments
    assert len({item.key for item in document.items}) == 3
    assert document.items[1].url == "https://docket.example/docket/69/#entry-1"


def test_docket_entries_of_one_title_stay_apart() -> None:
    entries = [
        f"<id>tag:{number}</id><title>Roe v. Doe</title><link href='https://docket.example/{number}'/>"
        for number in range(3)
    ]

    assert len(parse(atom(*entries)).items) == 3


def test_a_link_to_the_front_page_identifies_nothing() -> None:
    first, second = parse(
        rss(
            "<title>One</title><link>https://herald.example/</link>",
            "<title>Two</title><link>https://herald.example/</link>",
        )
    ).items

    assert first.key != second.key
    assert first.key.startswith("text:")


def test_reading_the_same_bytes_twice_gives_the_same_items() -> None:
    body = rss(
        STORY,
        "<title>No link</title><description>Text</description>",
        f"<guid>{'g' * 1_000}</guid>",
    )

    assert parse(body) == parse(body)
    assert all(len(item.key) <= 520 for item in parse(body).items)


def test_of_a_document_that_breaks_off_the_complete_items_stay() -> None:
    body = rss(
        f"{STORY}<guid>1</guid>",
        "<title>Family speaks</title><description>His wife spoke at a rally</description>",
    )
    cut = body[: body.index(b"at a rally")]
    document = parse(cut)

    assert document.is_truncated
    assert "breaks off" in document.warning
    assert [item.title for item in document.items] == ["Judge orders daily reports"]


def test_wherever_a_feed_breaks_off_no_half_item_is_taken() -> None:
    body = rss(
        *(
            f"<title>Title {number}</title><description>Complete text {number}.</description>"
            for number in range(3)
        )
    )
    whole = {(item.title, item.summary) for item in parse(body).items}

    for length in range(body.index(b"<item>") + 6, len(body) - len(b"</channel></rss>"), 7):
        try:
            items = parse(body[:length]).items
        except FeedParseError:
            continue
        assert {(item.title, item.summary) for item in items} <= whole


def test_a_document_with_junk_before_it_is_read_with_a_warning() -> None:
    document = parse(b"\xef\xbb\xbf\n<br />\nWarning: foo in /var/www\n" + rss(STORY))

    assert len(document.items) == 1
    assert "skipped" in document.warning


@pytest.mark.parametrize(
    "flaw",
    [
        "&nbsp;",
        "& ",
        "&#xD800;",
        "&#x110000;",
        "&#0;",
        "\x00\x0b\x1b",
        "<br>",
        "<undeclared:x>y</undeclared:x>",
        "\\1 \\g<0>",
    ],
)
def test_one_flaw_does_not_lose_the_feed(flaw: str) -> None:
    body = rss(f"{STORY}<description>a {flaw} b</description>", "<title>Second</title>")

    assert [item.title for item in parse(body).items] == ["Judge orders daily reports", "Second"]


@pytest.mark.parametrize(
    "name", ["punycode", "undefined", "unicode_escape", "idna", "utf-7", "x" * 50]
)
def test_declared_encodings_cannot_do_harm(name: str) -> None:
    body = rss(STORY).replace(
        b'<?xml version="1.0"?>', f'<?xml version="1.0" encoding="{name}"?>'.encode()
    )

    assert only(body).title == "Judge orders daily reports"


def test_nested_entities_are_refused() -> None:
    dtd = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    body = rss("<title>&b;</title>").replace(b"<rss", f"{dtd}<rss".encode())

    with pytest.raises(FeedParseError, match="nested entities"):
        parse(body)


@pytest.mark.parametrize(
    "declaration",
    [
        '<!ENTITY x SYSTEM "file:///etc/hostname">',
        '<!ENTITY x PUBLIC "a" "http://127.0.0.1:9/">',
        '<!ENTITY % x SYSTEM "file:///etc/hostname">',
    ],
)
def test_external_entities_are_never_opened(declaration: str) -> None:
    body = rss("<title>a&x;b</title>").replace(
        b"<rss", f"<!DOCTYPE rss [{declaration}]><rss".encode()
    )
    document = parse(body)

    assert document.items[0].title in ("a&x;b", "ab")
    assert "unsafe entities" in document.warning


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rss SYSTEM "{url}/x.dtd">',
        '<!DOCTYPE rss PUBLIC "-//Herald//DTD RSS//EN" "{url}/x.dtd">',
        '<!DOCTYPE rss [<!ENTITY % far SYSTEM "{url}/x.dtd"> %far;]>',
        '<!DOCTYPE rss SYSTEM "{url}/x.dtd" [<!ENTITY x SYSTEM "{url}/x.txt">]>',
    ],
    ids=["system", "public", "parameter entity", "both"],
)
def test_nobody_is_asked_for_the_rest_of_a_document_type(doctype: str, listener: Listener) -> None:
    declared = doctype.replace("{url}", listener.url)
    body = rss("<title>a&x;b</title>").replace(b"<rss", f"{declared}<rss".encode())

    assert only(body).title in ("a&x;b", "ab")
    assert listener.visits == 0


def test_plain_entities_of_a_document_are_read() -> None:
    body = rss("<title>&paper; says no</title>").replace(
        b"<rss", b'<!DOCTYPE rss [<!ENTITY paper "The Herald">]><rss'
    )

    assert only(body).title == "The Herald says no"


def test_deep_nesting_is_survived() -> None:
    deep = escape(f"{'<div>' * 20_000}deep{'</div>' * 20_000}")
    body = rss(f"<title>t</title><description>{deep}</description>")

    assert len(parse(body).items) == 1


def test_the_feeds_wish_for_an_interval_is_read() -> None:
    sy = 'xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"'

    assert parse(rss(STORY, channel="<ttl>90</ttl>")).ttl == timedelta(minutes=90)
    assert parse(rss(STORY, channel="<ttl>-5</ttl>")).ttl is None
    assert parse(rss(STORY, channel="<ttl>99999999</ttl>")).ttl is None
    hourly = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    assert parse(rss(STORY, channel=hourly, attributes=sy)).ttl == timedelta(hours=6)


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(rss()).items == ()
    assert parse(b'{"version": "https://jsonfeed.org/version/1", "items": []}').items == ()


def test_documents_cross_process_borders() -> None:
    document = parse(rss(STORY))

    assert pickle.loads(pickle.dumps(document)) == document


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_a_feed_parse_error(body: bytes) -> None:
    for start in (
        b"",
        b"<rss><channel><item>",
        b"<feed><entry>",
        b'{"items": [',
        b"<urlset>",
    ):
        try:
            document = parse(start + body)
        except FeedParseError:
            continue
        keys = [item.key for item in document.items]
        assert all(keys)
        assert len(keys) == len(set(keys))


@given(
    st.lists(
        st.tuples(st.text(max_size=40), st.text(max_size=40), st.text(max_size=40)),
        max_size=6,
    )
)
def test_whatever_items_say_their_keys_are_unique_and_their_texts_clean(
    values: list[tuple[str, str, str]],
) -> None:
    items = [
        f"<title>{escape(title)}</title><guid>{escape(guid)}</guid><description>{escape(text)}</description>"
        for title, guid, text in values
    ]
    document = parse(rss(*items).replace(b"\x00", b""))

    keys = [item.key for item in document.items]
    assert len(keys) == len(set(keys))
    for item in document.items:
        for value in (item.title, item.summary, item.guid):
            assert not any(ord(char) < 32 and char not in "\n\t" for char in value)
            value.encode("utf-8")


@pytest.mark.parametrize(
    ("links", "url", "is_media"),
    [
        ('<enclosure url="https://a.example/1.mp3" type="audio/mpeg"/>', "1.mp3", True),
        ('<enclosure url="https://a.example/stream/1" type="audio/mpeg"/>', "stream/1", True),
        ('<enclosure url="https://a.example/stream/1"/>', "stream/1", True),
        ('<enclosure url="https://a.example/1" type="text/html"/>', "1", False),
        ("<link>https://a.example/1.MP4?key=a#t=1</link>", "1.MP4?key=a#t=1", True),
        (
            "<link>https://a.example/play/1</link>"
            '<enclosure url="https://a.example/play/1" type="video/mp4"/>',
            "play/1",
            True,
        ),
        (
            "<link>https://a.example/1</link>"
            '<enclosure url="https://a.example/1.jpg" type="image/jpeg"/>',
            "1",
            False,
        ),
        ("<link>https://a.example/mp3</link>", "mp3", False),
    ],
)
def test_a_link_to_a_file_is_told_from_one_to_a_page(links: str, url: str, is_media: bool) -> None:
    text = f"<rss><channel><title>A</title><item><title>T</title>{links}</item></channel></rss>"

    (item,) = parse_feed(text.encode(), url="https://a.example/feed").items

    assert (item.url, item.is_media) == (f"https://a.example/{url}", is_media)


@pytest.mark.parametrize("after", ["<script>a < b</script>", " and text", "\n<!-- 3 ms -->", "}"])
def test_what_follows_a_json_feed_is_no_part_of_it(after: str) -> None:
    text = '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "T"}]}'

    found = parse_feed((text + after).encode(), url="https://a.example/feed.json")

    assert ([item.title for item in found.items], found.is_truncated) == (["T"], False)


def _campaign(link: str, *, title: str = "Pier closed", at: str = "10:00:00") -> str:
    escaped = link.replace("&", "&amp;")
    return (
        f"<item><title>{title}</title><link>{escaped}</link>"
        f"<pubDate>Tue, 03 Jun 2025 {at} GMT</pubDate></item>"
    )


def _links(*items: str) -> list[str | None]:
    document = f"<rss version='2.0'><channel><title>H</title>{''.join(items)}</channel></rss>"
    return [item.url for item in parse_feed(document.encode(), url="https://h.example/f").items]


A = "https://h.example/pier"


@pytest.mark.parametrize(
    "other", [f"{A}?wt=feed_b", f"{A}?wt=feed_a&loc=top", f"{A}?traffic=rss", f"{A}?wt="]
)
def test_links_that_differ_by_an_unknown_campaign_are_one_item(other: str) -> None:
    assert _links(_campaign(f"{A}?wt=feed_a"), _campaign(other)) == [f"{A}?wt=feed_a"]


@pytest.mark.parametrize(
    ("other", "changed"),
    [
        (f"{A}?wt=feed_b", {"title": "Pier opens"}),
        (f"{A}?wt=feed_b", {"at": "10:00:01"}),
        (f"{A}?wt=feed_a&nr=77", {}),
        (f"{A}?wt=feed_a&story=pier-2", {}),
        ("https://h.example/anchor?wt=feed_b", {}),
    ],
)
def test_links_that_differ_in_more_are_two_items(other: str, changed: dict[str, str]) -> None:
    first = f"{A}?wt=feed_a"

    assert _links(_campaign(first), _campaign(other, **changed)) == [first, other]
