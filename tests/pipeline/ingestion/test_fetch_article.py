"""Article pages are asked for as politely as feeds: robots.txt, and pauses of a host."""

from __future__ import annotations

import re
from functools import partial

import pytest

from monitor.store.views.trace import trace_url
from monitor.urls import canonical_url
from tests.pipeline.conftest import Newsroom, on_sqlite
from tests.pipeline.test_run_once import ORDER, SEED_PARAGRAPHS, story


def asked(newsroom: Newsroom, path: str) -> int:
    return [target for _, target, _ in newsroom.outlets[0].requests].count(path)


def test_a_page_that_robots_txt_disallows_leaves_the_feeds_own_words_and_the_reason(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.answers["/robots.txt"] = lambda: (
        200,
        "text/plain",
        b"User-agent: *\nDisallow: /private/\n",
    )
    url = outlet.publish(
        story(
            "/private/a", [ORDER], newsroom.now, title="Judge orders testimony about Abrego Garcia"
        )
    )

    newsroom.poll()

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    assert trace.article.extraction == "feed_only"
    assert "robots.txt disallows" in trace.page_reason
    assert asked(newsroom, "/private/a") == 0


def test_robots_txt_is_asked_for_once_a_day_though_the_program_starts_anew(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    for hours, path in ((1, "/a"), (20, "/b"), (6, "/c")):
        newsroom.outlets[0].publish(
            story(path, [ORDER, *SEED_PARAGRAPHS], newsroom.now, title=f"Abrego Garcia {path}")
        )
        newsroom.poll(hours=hours)

    assert asked(newsroom, "/robots.txt") == 2
    # Each once when it was found, and again at every step that was due since: after 1 and 6 hours,
    # after 24.
    assert [asked(newsroom, path) for path in ("/a", "/b", "/c")] == [3, 2, 1]


def test_a_robots_txt_that_cannot_be_had_lets_pages_wait_and_then_the_feed_speaks(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.answers["/robots.txt"] = lambda: (500, "text/plain", b"broken")
    url = outlet.publish(
        story("/a", [ORDER], newsroom.now, title="Judge orders testimony about Abrego Garcia")
    )
    newsroom.poll()
    assert newsroom.read(trace_url, [url, canonical_url(url)]).entries[0].state == "queued"

    newsroom.poll()
    newsroom.poll()

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    assert "robots.txt" in trace.page_reason
    assert asked(newsroom, "/a") == 0


def test_a_pause_that_the_feed_was_told_holds_for_the_hosts_pages(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    feeds = newsroom.config / "feeds.toml"
    feeds.write_text(
        feeds.read_text() + f'\n[[feed]]\nurl = "{outlet.base}/busy.xml"\ntitle = "Busy"\n'
    )
    outlet.publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    outlet.retry_after["/busy.xml"] = 5 * 3_600
    newsroom.poll()
    newsroom.poll(hours=3)
    assert asked(newsroom, "/a") == 0
    del outlet.retry_after["/busy.xml"]

    newsroom.poll(hours=3)

    assert asked(newsroom, "/a") == 1
    assert len(newsroom.alerts) == 1


def test_a_host_that_asks_for_days_of_peace_leaves_the_feeds_own_words(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    outlet.retry_after["/a"] = 5 * 86_400
    url = outlet.publish(
        story("/a", [ORDER], newsroom.now, title="Judge orders testimony about Abrego Garcia")
    )

    newsroom.poll()

    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    assert (trace.article.extraction, asked(newsroom, "/a")) == ("feed_only", 1)
    assert "429" in trace.page_reason


def test_a_file_that_is_an_items_only_link_is_not_asked_for_as_a_page(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    episode = (
        '<rss version="2.0"><channel><title>Harbour</title><item><title>Judge orders testimony '
        "about Abrego Garcia</title><guid isPermaLink='false'>episode-1</guid><description>"
        f"{ORDER}</description><enclosure url='{outlet.base}/%s' type='audio/mpeg' length='9'/>"
        "</item></channel></rss>"
    )
    for path in ("episode.mp3", "stream/1"):
        body = (episode % path).replace("episode-1", path).encode()
        outlet.answers["/feed.xml"] = lambda body=body: (200, "application/rss+xml", body)
        newsroom.poll(hours=7)

        url = f"{outlet.base}/{path}"
        trace = newsroom.read(trace_url, [url, canonical_url(url)])
        assert trace.article is not None
        assert trace.article.extraction == "feed_only"
        assert "file" in trace.page_reason
        assert asked(newsroom, f"/{path}") == 0


def require(newsroom: Newsroom, word: str) -> None:
    """Has the case want articles that hold a word besides the name."""
    (case,) = (newsroom.config / "cases").glob("*.toml")
    wanted = f"query = '\"abrego garcia\" AND {word}'"
    case.write_text(re.sub("query = .*", wanted, case.read_text()))


MAINTENANCE = (
    b"<title>Maintenance</title><h1>Scheduled maintenance</h1><p>Back in a few minutes.</p>"
)


@pytest.mark.parametrize(
    "answer",
    [(500, "text/html", b"broken"), (404, "text/html", b"no"), (200, "text/html", MAINTENANCE)],
    ids=["a fault", "not there yet", "maintenance"],
)
@on_sqlite
def test_a_page_that_comes_back_is_read_where_its_feed_says_too_little_for_the_case(
    newsroom: Newsroom, answer: tuple[int, str, bytes]
) -> None:
    require(newsroom, "oath")
    newsroom.poll()
    outlet = newsroom.outlets[0]
    url = outlet.publish(
        story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now, title="Abrego Garcia in court")
    )
    outlet.answers["/a"] = lambda: answer
    for _ in range(4):
        newsroom.poll(hours=0.3)
    assert newsroom.read(trace_url, [url, canonical_url(url)]).entries[0].state == "queued"

    del outlet.answers["/a"]
    newsroom.poll(hours=30)

    assert newsroom.read(trace_url, [url, canonical_url(url)]).entries[0].state == "stored"


@on_sqlite
def test_a_page_that_stays_away_is_given_up_within_a_week(newsroom: Newsroom) -> None:
    require(newsroom, "oath")
    newsroom.poll()
    outlet = newsroom.outlets[0]
    title = "Abrego Garcia in court"
    url = outlet.publish(story("/a", [ORDER, *SEED_PARAGRAPHS], newsroom.now, title=title))
    outlet.answers["/a"] = lambda: (500, "text/html", b"broken")

    for _ in range(20):
        newsroom.poll(hours=8)

    assert newsroom.read(trace_url, [url, canonical_url(url)]).entries[0].state == "unmatched"
    assert asked(newsroom, "/a") == 6


SMUGGLING = (
    "A grand jury in Nashville charged Abrego Garcia on Friday with moving migrants across the "
    "state line, an indictment that was unsealed in the afternoon says."
)
OFFER = "<html><head><title>Our plans</title></head><body><article><h1>Our plans</h1>{}</article>"
PLANS = "".join(
    f"<p>Plan {number} supports local journalism for {number} coins a month, opens every page and "
    f"has our weekend magazine number {number} delivered to the door.</p>"
    for number in range(9)
)


def publish_two(newsroom: Newsroom) -> list[str]:
    """Publishes two stories of the case; returns their addresses."""
    told = {
        "Officials must answer about Abrego Garcia": ("/a", [ORDER, *SEED_PARAGRAPHS]),
        "Jury in Nashville charges Abrego Garcia": ("/b", [SMUGGLING]),
    }
    return [
        newsroom.outlets[0].publish(story(path, paragraphs, newsroom.now, title=title))
        for title, (path, paragraphs) in told.items()
    ]


@on_sqlite
def test_stories_whose_addresses_lead_to_one_other_page_stay_two(newsroom: Newsroom) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    urls = publish_two(newsroom)
    outlet.answers["/plans"] = lambda: (200, "text/html", OFFER.format(PLANS).encode())
    outlet.moved |= {"/a": "/plans", "/b": "/plans"}

    newsroom.poll()

    found = [newsroom.read(trace_url, [url, canonical_url(url)]).article for url in urls]
    assert [article.title for article in found if article] == [
        "Officials must answer about Abrego Garcia",
        "Jury in Nashville charges Abrego Garcia",
    ]
    assert [article.extraction for article in found if article] == ["feed_only", "feed_only"]


@on_sqlite
def test_stories_behind_one_wall_stay_two_and_say_what_stands_before_them(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    urls = publish_two(newsroom)
    wall = b"<html><body><h1>Log in</h1><form><input type='password'></form></body></html>"
    outlet.answers["/login"] = lambda: (200, "text/html", wall)
    outlet.moved |= {"/a": "/login", "/b": "/login"}

    newsroom.poll()

    found = [newsroom.read(trace_url, [url, canonical_url(url)]).article for url in urls]
    assert len({article.id for article in found if article}) == 2
    assert [article.extraction for article in found if article] == ["teaser", "teaser"]


@on_sqlite
def test_an_address_that_its_site_names_for_every_story_is_none_of_theirs(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    urls = publish_two(newsroom)
    for path, told in (("/a", f"{ORDER} {SEED_PARAGRAPHS[0]}"), ("/b", SMUGGLING)):
        page = f'<link rel="canonical" href="{outlet.base}/story"><article><p>{told}</p></article>'
        outlet.answers[path] = partial(lambda page: (200, "text/html", page.encode()), page)

    newsroom.poll()

    found = [newsroom.read(trace_url, [url, canonical_url(url)]).article for url in urls]
    assert len({article.id for article in found if article}) == 2
