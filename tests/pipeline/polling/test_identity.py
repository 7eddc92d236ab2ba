"""What a feed brings again is recognised where its guids mislead; what is new under an old guid is
not lost.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from sqlmodel import Session, select

from monitor.store.schema.tables import ArticleUrl, Entry, Feed
from monitor.store.views.articles import ArticleView, list_articles, list_revisions
from tests.pipeline.conftest import Newsroom, on_sqlite
from tests.world import Story, at

FIRST = [
    (
        "The port authority said on Tuesday that Abrego Garcia may leave the harbor as soon as a "
        "judge in Bayport has signed."
    ),
    (
        "Lawyers for Abrego Garcia said that they had not seen the paper, and asked the court to "
        "send it before the weekend."
    ),
]
SECOND = [
    (
        "Three witnesses told the court in Bayport on Thursday that Abrego Garcia was never on "
        "board of the ferry in question."
    ),
    (
        "The prosecutor asked for more time, and the judge gave her until Monday, which the family "
        "of Abrego Garcia called unfair."
    ),
]
WHEN = at("2025-04-15T10:00:00")


def entries_of(newsroom: Newsroom) -> list[Entry]:
    def read(session: Session) -> list[Entry]:
        rows = list(session.exec(select(Entry).order_by(Entry.id)).all())
        session.expunge_all()
        return rows

    return newsroom.read(read)


def articles_of(newsroom: Newsroom) -> list[ArticleView]:
    return [
        article for article in newsroom.read(list_articles, limit=50) if "127.0.3." in article.url
    ]


def item(
    guid: str,
    path: str = "/port",
    paragraphs: list[str] = FIRST,
    title: str = "Abrego Garcia may leave",
) -> Story:
    return Story(path, title, paragraphs, WHEN, "Abrego Garcia and the port", guid=guid)


def test_a_new_guid_on_the_same_link_and_date_is_the_same_item(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(item("build-1-a"))
    newsroom.poll()
    alerts = len(newsroom.alerts)
    for guid in ("build-2-b", "build-3-c"):
        newsroom.outlets[0].stories[:] = [item(guid)]
        newsroom.outlets[0].publish(item(f"filler-{guid}", "/filler", SECOND, "Sunny weather"))

        newsroom.poll(hours=3)

    assert [entry.key for entry in entries_of(newsroom) if "/port" in (entry.url or "")] == [
        "id:build-1-a"
    ]
    assert len(newsroom.alerts) == alerts


@pytest.mark.parametrize("guid", ["build-{}", ""], ids=["with a new guid", "without a guid"])
def test_a_link_with_a_new_token_at_each_build_is_the_same_item(
    newsroom: Newsroom, guid: str
) -> None:
    newsroom.poll()
    for build in range(1, 4):
        newsroom.outlets[0].stories[:] = [item(guid.format(build), f"/port?visit=tok{build}en")]

        newsroom.poll(hours=3)

    assert [entry.url.rpartition("/")[2] for entry in entries_of(newsroom) if entry.url] == [
        "port?visit=tok1en"
    ]


@pytest.mark.parametrize(
    "again",
    [
        item("", "/port?id=2"),
        item("", "/port?visit=b", title="Abrego Garcia may not leave"),
        item("", "/quay?visit=b"),
        replace(item("", "/port?visit=b"), published_at=at("2025-04-15T11:00:00")),
    ],
    ids=["number", "headline", "path", "instant"],
)
def test_what_differs_in_more_than_a_token_is_another_item(
    newsroom: Newsroom, again: Story
) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(item("", "/port?visit=a"))
    newsroom.poll()
    newsroom.outlets[0].stories[:] = [again]

    newsroom.poll(hours=3)

    assert len(entries_of(newsroom)) == 2


def test_what_a_new_guid_says_anew_is_read_again(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(item("one"))
    newsroom.poll()
    newsroom.outlets[0].stories[:] = [
        item("two", paragraphs=[*FIRST, *SECOND], title="Abrego Garcia: three witnesses")
    ]
    newsroom.outlets[0].publish(item("other", "/other", SECOND, "Sunny weather"))

    newsroom.poll(hours=3)

    article = next(article for article in articles_of(newsroom) if article.url.endswith("/port"))
    assert len(newsroom.read(list_revisions, article.row_id)) == 2


@pytest.mark.parametrize("change", ["date", "both in one document"])
def test_items_that_only_share_a_link_stay_apart(newsroom: Newsroom, change: str) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.publish(item("one", "/ticker"))
    newsroom.poll()
    later = Story(
        "/ticker", "Abrego Garcia: witnesses", SECOND, at("2025-04-15T11:00:00"), "More", guid="two"
    )
    outlet.stories[:] = (
        [later] if change == "date" else [item("one", "/ticker"), item("two", "/ticker")]
    )
    outlet.publish(item("three", "/other"))

    newsroom.poll(hours=3)

    assert {"id:one", "id:two"} <= {entry.key for entry in entries_of(newsroom)}


def test_a_guid_that_names_another_story_now_loses_the_feeds_trust_and_no_story(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.publish(item("herald"))
    newsroom.poll()
    outlet.stories[:] = [
        Story(
            "/witnesses",
            "Abrego Garcia: witnesses",
            SECOND,
            at("2025-04-15T11:00:00"),
            "x",
            guid="herald",
        )
    ]
    outlet.publish(item("herald"))

    newsroom.poll(hours=3)

    paths = sorted((entry.url or "").rpartition("/")[2] for entry in entries_of(newsroom))
    assert paths == ["port", "witnesses"]
    trusts = newsroom.read(
        lambda session: session.exec(
            select(Feed.trusts_guids).where(Feed.url == outlet.feed_url)
        ).one()
    )
    assert not trusts


def test_a_guid_reused_from_poll_to_poll_loses_no_story(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    for number, (path, paragraphs) in enumerate(
        [("/a", FIRST), ("/b", SECOND), ("/c", [*SECOND, "It rained."])]
    ):
        published = at(f"2025-04-15T{10 + number}:00:00")
        outlet.stories[:] = [
            Story(path, f"Abrego Garcia, part {path}", paragraphs, published, guid="top")
        ] * (number + 1)  # the outlet's validator counts its stories

        newsroom.poll(hours=0.2)

    assert {article.url.rpartition("/")[2] for article in articles_of(newsroom)} == {"a", "b", "c"}


@on_sqlite
def test_a_guid_that_names_whatever_comes_last_loses_no_undated_story(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    for path, paragraphs in (("/a", FIRST), ("/b", SECOND)):
        outlet.publish(item("latest", path, paragraphs, title=f"Abrego Garcia, part {path}"))
        only = (
            f"<item><guid>latest</guid><title>Abrego Garcia, part {path}</title>"
            f"<link>{outlet.base}{path}</link></item>"
        )
        body = f'<rss version="2.0"><channel>{only}</channel></rss>'.encode()
        outlet.answers["/feed.xml"] = partial(lambda body: (200, "application/rss+xml", body), body)
        newsroom.poll(hours=0.2)

    assert {article.url.rpartition("/")[2] for article in articles_of(newsroom)} == {"a", "b"}


def test_a_story_republished_under_a_new_url_is_one_article_with_two(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.publish(item("misspelt", "/prot"))
    newsroom.poll()
    alerts = len(newsroom.alerts)
    outlet.stories.insert(0, item("spelt", "/port"))

    newsroom.poll()

    (article,) = articles_of(newsroom)
    urls = newsroom.read(
        lambda session: session.exec(
            select(ArticleUrl.url).where(ArticleUrl.article_id == article.row_id)
        ).all()
    )
    assert sorted(url.rpartition("/")[2] for url in urls) == ["port", "prot"]
    assert len(newsroom.alerts) == alerts


def test_what_two_feeds_bring_under_one_guid_are_two_articles(newsroom: Newsroom) -> None:
    newsroom.poll()
    first, second = newsroom.outlets[:2]
    first.publish(item("101"))
    newsroom.poll()
    second.publish(item("101", "/court", SECOND, "Abrego Garcia: three witnesses"))

    newsroom.poll()

    assert [entry.key for entry in entries_of(newsroom)] == ["id:101", "id:101"]
    titles = sorted(article.title for article in articles_of(newsroom))
    assert titles == ["Abrego Garcia may leave", "Abrego Garcia: three witnesses"]


def test_the_same_text_on_two_sites_is_two_articles(newsroom: Newsroom) -> None:
    newsroom.poll()
    for outlet in newsroom.outlets[:2]:
        outlet.publish(item(outlet.name))

    newsroom.poll()

    assert len(articles_of(newsroom)) == 2


def test_another_text_under_the_same_headline_is_another_article(newsroom: Newsroom) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(item("one", "/one"))
    newsroom.outlets[0].publish(item("two", "/two", SECOND))

    newsroom.poll()

    assert len(articles_of(newsroom)) == 2


def test_the_page_of_a_bare_headline_is_read_but_not_of_a_whole_backlog(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    outlet.publish(Story("/old", "A long day at the pier", FIRST, WHEN))
    newsroom.poll()
    outlet.publish(Story("/new", "A longer day at the pier", SECOND, WHEN))
    outlet.publish(
        Story("/teaser", "The longest day at the pier", FIRST, WHEN, "Boats and weather")
    )

    newsroom.poll()

    states = {(entry.url or "").rpartition("/")[2]: entry.state for entry in entries_of(newsroom)}
    assert states == {"old": "ignored", "new": "stored", "teaser": "ignored"}


def test_a_live_blog_is_read_again_at_every_poll(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.publish(Story("/live", "Abrego Garcia live 0", FIRST, WHEN, "Abrego Garcia"))
    for number in range(4):
        posts = "".join(
            f"<article><time>1{n}:00</time><p>Post {n}. {FIRST[0]}</p></article>"
            for n in range(3 + number)
        )
        body = (
            f"<html><body><h1>Live</h1><div class='live-blog'>{posts}</div></body></html>".encode()
        )
        outlet.answers["/live"] = lambda body=body: (200, "text/html", body)
        outlet.stories[0].title = f"Abrego Garcia live {number}"
        outlet.publish(Story(f"/{number}", "Sunny", SECOND[:1], WHEN, "Weather"))

        newsroom.poll(hours=0.2)

    (article,) = [article for article in articles_of(newsroom) if article.url.endswith("/live")]
    assert len(newsroom.read(list_revisions, article.row_id)) == 4
