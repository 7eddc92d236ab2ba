"""The feeds of `cases/feeds`: one test for each row of the index.

Rows about behaviour over time go through poll and ingest, on a world that serves the case's feed
and pages of its story."""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlmodel import Session, select

from monitor.errors import FeedParseError
from monitor.feeds.parse import parse_feed
from monitor.model import FeedDocument
from monitor.store.schema.tables import Article, ArticleUrl, Entry, Feed
from monitor.store.views.articles import ArticleView, list_articles, list_revisions
from monitor.store.views.feeds import list_feeds
from monitor.urls import canonical_url
from tests.conformance.cases import read_case
from tests.conformance.suites import VARIABLE, find_suites
from tests.pipeline.conftest import Newsroom
from tests.world import at

pytestmark = pytest.mark.skipif(
    find_suites() is None, reason=f"{VARIABLE} names no conformance suites"
)

FEED_URL = "https://feeds.example/news.xml"
SITE = "https://news.example"
NINE_PM = at("2025-04-11T21:00:00")
BODY = (
    (
        "A federal judge in Maryland on Friday ordered the government to report every day on what"
        " it does for Abrego Garcia."
    ),
    (
        "Lawyers for the family told the court that no official had spoken with Abrego Garcia since"
        " the flight left Texas."
    ),
)


def parse(name: str) -> FeedDocument:
    return parse_feed(read_case("feeds", name), url=FEED_URL)


class Wire:
    """The first outlet of a newsroom serves a case's feed; its links lead to the outlet's pages."""

    def __init__(self, newsroom: Newsroom) -> None:
        self.room = newsroom
        self.outlet = newsroom.outlets[0]
        self.room.poll()

    def page(self, path: str, *paragraphs: str, title: str = "Judge orders daily reports") -> None:
        text = "".join(f"<p>{html.escape(paragraph)}</p>" for paragraph in paragraphs or BODY)
        body = (
            f"<html><head><title>{title}</title></head>"
            f"<body><article><h1>{title}</h1>{text}</article></body></html>"
        )
        self.outlet.answers[path] = lambda: (200, "text/html", body.encode())

    def live_page(self, path: str, *posts: str) -> None:
        text = "".join(
            f"<article><time>1{n}:00</time><p>{html.escape(post)}</p></article>"
            for n, post in enumerate(posts)
        )
        body = (
            "<html><head><title>Live</title></head><body><h1>Live</h1><div"
            f" class='live-blog'>{text}</div></body></html>"
        )
        self.outlet.answers[path] = lambda: (200, "text/html", body.encode())

    def serve(self, name: str, media_type: str = "application/rss+xml") -> None:
        body = read_case("feeds", name).replace(SITE.encode(), self.outlet.base.encode())
        # The case of the newsroom asks for the name; the cases of the suites do not say it in their
        # items.
        body = body.replace(b"<title>Judge", b"<title>Abrego Garcia: judge").replace(
            b"<title>Live:", b"<title>Abrego Garcia live:"
        )
        self.outlet.answers["/feed.xml"] = lambda: (200, media_type, body)

    def poll(self, name: str, media_type: str = "application/rss+xml") -> None:
        self.serve(name, media_type)
        self.room.poll(hours=2)

    @property
    def entries(self) -> Sequence[Entry]:
        return self.room.read(lambda session: _all(session, Entry))

    @property
    def articles(self) -> list[ArticleView]:
        return [
            article
            for article in self.room.read(list_articles, limit=20)
            if self.outlet.base in article.url
        ]

    def revisions(self, article: ArticleView) -> list[str]:
        return [revision.text for revision in self.room.read(list_revisions, article.row_id)]


def _all(session: Session, table: type[Entry]) -> list[Entry]:
    rows = list(session.exec(select(table)).all())
    session.expunge_all()
    return rows


def _feed(session: Session, url: str) -> Feed:
    feed = session.exec(select(Feed).where(Feed.url == url)).one()
    session.expunge(feed)
    return feed


def _urls(session: Session) -> list[str]:
    return sorted(session.exec(select(ArticleUrl.url).join(Article)).all())


@pytest.fixture
def wire(newsroom: Newsroom) -> Wire:
    return Wire(newsroom)


def test_01_no_guid() -> None:
    assert [item.key for item in parse("01-no-guid.xml").items] == [
        f"url:{SITE}/us/judge-daily-reports"
    ]


def test_02_empty_guid() -> None:
    keys = [item.key for item in parse("02-empty-guid.xml").items]

    assert keys == [f"url:{SITE}/us/judge-daily-reports", f"url:{SITE}/us/family-speaks"]


def test_04_guid_regenerated(wire: Wire) -> None:
    wire.page("/us/judge-daily-reports")
    wire.poll("04a-guid-regenerated.xml")
    alerts = len(wire.room.alerts)

    wire.poll("04b-guid-regenerated.xml")

    assert len(wire.entries) == 1
    assert len(wire.articles) == 1
    assert len(wire.room.alerts) == alerts


def test_05_same_guid_different_stories(wire: Wire) -> None:
    wire.poll("05-same-guid-different-stories.xml")

    assert len(wire.entries) == 2
    assert not wire.room.read(_feed, wire.outlet.feed_url).trusts_guids


def test_07_guid_revision_suffix(wire: Wire) -> None:
    path = "/articles/cp81l0e1eg5o"
    link = f"{path}?at_medium=RSS&at_campaign=rss"
    wire.page(link)
    wire.poll("07a-guid-revision-suffix.xml")
    wire.page(link, *BODY, "The government has appealed.")

    wire.poll("07b-guid-revision-suffix.xml")

    (entry,) = wire.entries
    assert (entry.canonical_url, entry.changes) == (canonical_url(wire.outlet.base + path), 1)
    (article,) = wire.articles
    assert len(wire.revisions(article)) == 2


def test_08_republished_new_url(wire: Wire) -> None:
    wire.page("/us/judge-orders-dialy-reports")
    wire.poll("08a-republished-new-url.xml")
    alerts = len(wire.room.alerts)
    wire.page("/us/judge-orders-daily-reports")

    wire.poll("08b-republished-new-url.xml")

    (_,) = wire.articles
    paths = [url.rpartition("/")[2] for url in wire.room.read(_urls) if "/us/" in url]
    assert paths == ["judge-orders-daily-reports", "judge-orders-dialy-reports"]
    assert len(wire.room.alerts) == alerts


def test_10_silent_edit(wire: Wire) -> None:
    note = "Correction: the flight left on March 15, not March 14."
    wire.page("/us/judge-daily-reports")
    wire.poll("10a-silent-edit.xml")
    wire.page("/us/judge-daily-reports", *BODY, note)

    wire.poll("10b-silent-edit.xml")

    assert len(wire.entries) == 1
    (article,) = wire.articles
    first, second = wire.revisions(article)
    assert second == f"{first}\n\n{note}"


def test_11_relative_links() -> None:
    assert [item.url for item in parse("11-relative-links.xml").items] == [
        f"{SITE}/us/judge-daily-reports"
    ]


def test_12_future_date(wire: Wire) -> None:
    assert parse("12-future-date.xml").items[0].published_raw == "Thu, 01 Jan 2099 00:00:00 GMT"
    wire.page("/us/judge-daily-reports")

    wire.poll("12-future-date.xml")

    dates = {entry.title: entry.published_at for entry in wire.entries}
    assert dates == {
        "Abrego Garcia: judge orders daily reports": None,
        "Hearing next week": at("2025-04-11T23:59:00"),
    }
    assert [article.published_at for article in wire.articles] == [wire.room.now]

    origins = {
        entry.title: (entry.published_raw, entry.published_source, entry.published_flag)
        for entry in wire.entries
    }
    assert origins["Abrego Garcia: judge orders daily reports"] == (
        "Thu, 01 Jan 2099 00:00:00 GMT",
        "first_seen",
        "future",
    )
    assert origins["Hearing next week"][1:] == ("published", "")
    assert [(article.published_source, article.published_flag) for article in wire.articles] == [
        ("first_seen", "future")
    ]


def test_13_no_date(wire: Wire) -> None:
    wire.page("/us/judge-daily-reports")

    wire.poll("13-no-date.xml")

    (entry,) = wire.entries
    assert (entry.published_at, entry.seen_at) == (None, wire.room.now)
    assert [article.published_at for article in wire.articles] == [wire.room.now]
    assert (entry.published_raw, entry.published_source, entry.published_flag) == (
        "",
        "first_seen",
        "",
    )
    assert [(article.published_source, article.published_flag) for article in wire.articles] == [
        ("first_seen", "")
    ]


def test_15_date_oddities() -> None:
    items = parse("15-date-oddities.xml").items

    midnight = NINE_PM + timedelta(hours=3)
    assert [item.published_at for item in items] == [
        midnight if "24:00" in item.title else NINE_PM for item in items
    ]
    assert [item.title for item in items if item.is_zone_assumed] == [
        "April 11 2025 09:00:00 PM",
        "2025/4/11 21:00:00",
    ]


@pytest.mark.parametrize(
    "name", ["16-declared-utf8-is-cp1252.xml", "17-declared-cp1252-is-utf8.xml"]
)
def test_16_17_declared_encoding_is_wrong(name: str) -> None:
    assert [item.title for item in parse(name).items] == ["El señor García y la “cárcel”"]


def test_18_bom_and_junk_before_prolog(wire: Wire) -> None:
    wire.page("/us/judge-daily-reports")
    wire.poll("18-bom-and-junk-before-prolog.xml")

    assert len(wire.entries) == 1
    assert parse("18-bom-and-junk-before-prolog.xml").warning


def test_20_angle_brackets_in_title() -> None:
    titles = [item.title for item in parse("20-angle-brackets-in-title.xml").items]

    assert titles[:2] == ["A guide to <head> elements"] * 2
    assert titles[2:] == ["Losses <3% this year", "<<Te quiero de vuelta>>, dice su esposa"]


@pytest.mark.parametrize("url", [FEED_URL, "https://mirror.example/a/b/feed"])
def test_21_several_links(url: str) -> None:
    items = parse_feed(read_case("feeds", "21-several-links.xml"), url=url).items

    assert [item.url for item in items] == [f"{SITE}/{number}" for number in range(1, 5)]
    assert [item.guid for item in items] == ["e1", "e2", "e3", f"{SITE}/4"]


def test_23_headlines_only(wire: Wire) -> None:
    wire.page("/us/judge-daily-reports")
    wire.page("/2", title="Family speaks out")

    wire.poll("23-headlines-only.xml")

    assert {entry.title: entry.state for entry in wire.entries}["Family speaks out"] == "stored"


def test_24_google_news() -> None:
    opaque, older = parse("24-google-news.xml").items

    assert [(item.title, item.source_name) for item in (opaque, older)] == [
        ("Judge orders daily reports", "Example News"),
        ("Older story", "Example News"),
    ]
    assert opaque.summary == ""
    assert older.url == f"{SITE}/us/older"


def test_25b_entity_bomb_below_expat_limit() -> None:
    with pytest.raises(FeedParseError, match="entities"):
        parse("25b-entity-bomb-below-expat-limit.xml")


def test_25c_external_entity() -> None:
    assert [item.title for item in parse("25c-external-entity.xml").items] == ["a&x;b"]


def test_26b_body_is_a_url(wire: Wire) -> None:
    named = b"http://127.0.0.1:9/latest/meta-data/"
    assert read_case("feeds", "26b-body-is-a-url.txt").strip() == named
    trap = wire.room.outlets[1]
    before = len(trap.requests)
    wire.outlet.answers["/feed.xml"] = lambda: (
        200,
        "text/plain",
        f"{trap.base}/latest/meta-data/".encode(),
    )

    wire.room.poll()

    assert "is not a feed" in _error(wire)
    assert [path for _, path, _ in trap.requests[before:]] == ["/feed.xml"]


def _error(wire: Wire) -> str:
    return next(
        feed.error for feed in wire.room.read(list_feeds) if feed.url == wire.outlet.feed_url
    )


def test_28_truncated(wire: Wire) -> None:
    wire.page("/us/judge-daily-reports")

    before = wire.room.read(_feed, wire.outlet.feed_url)

    wire.poll("28-truncated.xml")

    assert [entry.title for entry in wire.entries] == ["Abrego Garcia: judge orders daily reports"]
    after = wire.room.read(_feed, wire.outlet.feed_url)
    assert after.last_polled_at == wire.room.now
    assert (after.etag, after.body_hash) == (before.etag, before.body_hash)


def test_30_json_feed() -> None:
    first, second, third = parse("30-json-feed.json").items

    assert (first.guid, second.guid, third.guid) == ("101", "102", "")
    assert third.key.startswith("text:")
    assert (first.published_at, first.updated_at) == (NINE_PM, at("2025-04-11T23:00:00"))


def test_31_live_blog_item(wire: Wire) -> None:
    wire.live_page("/live/hearing", "The hearing on Abrego Garcia starts at ten.", *BODY)
    wire.poll("31a-live-blog-item.xml")
    new = (
        "Abrego Garcia was flown out of Texas against an order of the court, a government lawyer"
        " admitted on Friday evening."
    )
    wire.live_page("/live/hearing", new, "The hearing on Abrego Garcia starts at ten.", *BODY)

    wire.poll("31b-live-blog-item.xml")

    (entry,) = wire.entries
    assert (entry.last_status, entry.changes) == ("live", 1)
    (article,) = wire.articles
    first, second = wire.revisions(article)
    assert new not in first
    assert new in second
    told = [
        sentence["text"]
        for event in wire.room.alerts[1:]
        for sentence in event["data"]["new_sentences"]
    ]  # type: ignore[index]
    assert set(told) <= {new}


def test_33_dc_date_only() -> None:
    (item,) = parse("33-dc-date-only.xml").items

    assert item.published_at == NINE_PM
    assert item.key == f"id:{SITE}/1"


def test_34_html_as_feed(wire: Wire) -> None:
    wire.poll("34-html-as-feed.html", "text/html")

    assert "is an HTML page" in _error(wire)
    assert f"it offers feed {wire.outlet.feed_url}" in _error(wire)
