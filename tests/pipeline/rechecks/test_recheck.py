"""Edits under an address whose feed item stays the same, in eight ways, over thirty simulated days,
on both databases.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from monitor.pipeline.recheck_schedule import STEPS
from monitor.store import Store
from monitor.store.pages import CHECK_LEASE, EditView, PageView, claim_pages, get_page, list_edits
from monitor.store.schema.tables import pages
from monitor.store.views.articles import get_article, list_articles, list_revisions
from tests.pipeline.conftest import Newsroom, on_sqlite
from tests.pipeline.test_run_once import SEED_PARAGRAPHS
from tests.world import Outlet, Story

HOUR = timedelta(hours=1)
NEW_DEVELOPMENT = (
    "On Wednesday Judge Orla Penhallow of the district court ordered the government to bring "
    "Abrego Garcia back by May 9."
)


def paragraphs(number: int) -> list[str]:
    """An article of its own about the case, long enough not to be a stub."""
    place = ("Marlow", "Quarrying", "Tansy", "Ferrow", "Oldmere")[number % 5]
    return [
        (
            f"{place.upper()}, April 15 (Harbour News) - People in {place} held vigil number "
            f"{number} for Kilmar Abrego Garcia."
        ),
        (
            f"About {number + 20} people stood before the {place} library, and {number + 3} of "
            f"them spoke to the crowd."
        ),
        (
            f"Organiser Petra Lindqvist said that the {place} group did not plan another march "
            f"before April 28."
        ),
        (
            f"The council of {place} has discussed the gathering in public and kept free a room in "
            f"the old school for it."
        ),
        (
            f"A choir of {number + 40} voices sang on the steps, while shopkeepers in {place} "
            f"handed out tea and blankets."
        ),
    ]


def publish(outlet: Outlet, number: int, newsroom: Newsroom) -> Story:
    story = Story(
        f"/vigil-{number}",
        f"Vigil {number} for Kilmar Abrego Garcia",
        paragraphs(number),
        newsroom.now,
    )
    story.summary = "Neighbours hold a vigil for Kilmar Abrego Garcia"
    outlet.publish(story)
    return story


def edit_white_space(outlet: Outlet, story: Story) -> None:
    story.paragraphs = [paragraph.replace(" and ", "  and   ") for paragraph in story.paragraphs]


def edit_marks(outlet: Outlet, story: Story) -> None:
    story.paragraphs[0] = story.paragraphs[0].replace(
        "April 15 (Harbour News)", "April 16 (HARBOUR NEWS)"
    )
    story.paragraphs[1] = story.paragraphs[1].replace(", and", " — and")
    edit_white_space(outlet, story)


def edit_words(outlet: Outlet, story: Story) -> None:
    story.paragraphs[3] = (
        story.paragraphs[3].replace("has discussed", "discussed").replace("kept free", "kept open")
    )


def edit_number(outlet: Outlet, story: Story) -> None:
    story.paragraphs[1] = story.paragraphs[1].replace("About ", "About 9", 1)


def edit_negation(outlet: Outlet, story: Story) -> None:
    story.paragraphs[2] = story.paragraphs[2].replace("did not plan", "did plan")


def edit_headline(outlet: Outlet, story: Story) -> None:
    story.title = f"Song and tea for Abrego Garcia in the cold ({story.path[-1]})"


def add_correction(outlet: Outlet, story: Story) -> None:
    story.paragraphs[2] = story.paragraphs[2].replace("April 28", "April 29")
    story.paragraphs.append(
        "Correction: An earlier version of this article misstated the day of the march as April 28."
    )


def remove(outlet: Outlet, story: Story) -> None:
    outlet.answers[story.path] = lambda: (410, "text/html", b"<h1>Gone</h1>")


def put_wall(outlet: Outlet, story: Story) -> None:
    walled = replace(
        story,
        paragraphs=[
            story.paragraphs[0],
            "Subscribe to continue reading. Already a subscriber? Log in.",
        ],
    )
    outlet.answers[story.path] = lambda: (
        200,
        "text/html; charset=utf-8",
        outlet.page(walled).encode(),
    )


WAYS: dict[str, Callable[[Outlet, Story], None]] = {
    "trivial": edit_marks,
    "copy_edit": edit_words,
    "number": edit_number,
    "negation": edit_negation,
    "headline": edit_headline,
    "correction": add_correction,
    "removed": remove,
    "paywalled": put_wall,
}
CLASSES = {"number": "substantive", "negation": "substantive"}
TOLD = {
    "substantive": "revision.detected",
    "correction": "revision.detected",
    "removed": "article.removed",
}


def edits_of(newsroom: Newsroom) -> dict[str, list[EditView]]:
    """Returns what was noted of each article, by path."""
    found = newsroom.read(list_articles, limit=200)
    return {
        "/" + article.url.rpartition("/")[2]: newsroom.read(list_edits, article.row_id)
        for article in found
        if "vigil" in article.url
    }


def looked_at(newsroom: Newsroom) -> list[PageView]:
    """Returns how asking for each article's page goes."""
    found = [
        newsroom.read(get_page, article.row_id)
        for article in newsroom.read(list_articles, limit=200)
    ]
    return [page for page in found if page is not None]


def events(newsroom: Newsroom) -> list[tuple[str, str]]:
    """Returns type and article's address of everything that the hook was told."""
    told = [
        event for _, event in newsroom.hook.events if "article" in event["data"]
    ]  # a feed that fell silent is told, too
    return [(event["type"], event["data"]["article"]["url"]) for event in told]


def developed(told: dict[str, list[str]]) -> set[str]:
    """Returns the articles whose edit is a development: it is told as one, and not as an edit
    besides.
    """
    return {path for path, types in told.items() if "development.created" in types}


def pages_asked(outlet: Outlet) -> dict[str, list[dict[str, str]]]:
    asked: dict[str, list[dict[str, str]]] = {}
    for _, path, headers in outlet.requests:
        if path.startswith("/vigil"):
            asked.setdefault(path, []).append(headers)
    return asked


@pytest.mark.long
@on_sqlite
def test_fifty_articles_edited_in_eight_ways_are_classed_and_asked_for_again(
    newsroom: Newsroom,
) -> None:
    outlet = newsroom.outlets[0]
    stories = [publish(outlet, number, newsroom) for number in range(50)]
    newsroom.poll(hours=0)
    ways = {story.path: list(WAYS)[number % len(WAYS)] for number, story in enumerate(stories)}
    started, feed = newsroom.now, outlet.feed()
    outlet.answers["/feed.xml"] = lambda: (200, "application/rss+xml", feed.encode())

    for step, previous in zip(STEPS, (timedelta(), *STEPS[:-1]), strict=True):
        if step == timedelta(hours=24):
            for story in stories:
                WAYS[ways[story.path]](outlet, story)
        newsroom.poll(hours=((started + previous + (step - previous) / 2) - newsroom.now) / HOUR)
        newsroom.poll(hours=((started + step) - newsroom.now) / HOUR)
        newsroom.poll(hours=1)

    noted = {path: [edit.kind for edit in edits] for path, edits in edits_of(newsroom).items()}
    assert noted == {path: [CLASSES.get(way, way)] for path, way in ways.items()}
    told = {
        path: [kind for kind, url in events(newsroom) if url == outlet.base + path] for path in ways
    }
    assert {path: types for path, types in told.items() if path not in developed(told)} == {
        path: [TOLD[kind]] if kind in TOLD else []
        for path, (kind,) in noted.items()
        if path not in developed(told)
    }
    assert all(
        told[path] == ["development.created"] and ways[path] == "correction"
        for path in developed(told)
    )
    asked = pages_asked(outlet)
    confirmed = {path for path, way in ways.items() if way == "removed"}
    assert {path: len(requests) for path, requests in asked.items()} == {
        path: 1 + len(STEPS) + (path in confirmed) for path in ways
    }
    again = [headers for requests in asked.values() for headers in requests[1:]]
    assert sum("if-none-match" in headers for headers in again) >= 0.95 * len(again)
    assert {page.next_check_at for page in looked_at(newsroom)} == {None}


def test_an_edit_with_a_new_development_alerts_once_quoting_only_what_is_new(
    newsroom: Newsroom,
) -> None:
    newsroom.poll()
    outlet = newsroom.outlets[0]
    url = outlet.publish(
        Story(
            "/vigil",
            "Abrego Garcia: what happens",
            SEED_PARAGRAPHS,
            newsroom.now,
            "Kilmar Abrego Garcia",
        )
    )
    newsroom.poll()
    outlet.stories[0].paragraphs = [NEW_DEVELOPMENT, *SEED_PARAGRAPHS]

    newsroom.poll(hours=2)
    edited_at = newsroom.now
    newsroom.poll(hours=5)

    assert [event["type"] for event in newsroom.alerts] == ["development.created"]
    alert = newsroom.hook.events[0][1]
    # It was not there when the article was published and found.
    times = (alert["data"]["article"]["found_at"], alert["data"]["corroboration"]["first"]["at"])
    assert set(map(datetime.fromisoformat, times)) == {edited_at}
    assert [sentence["text"] for sentence in alert["data"]["new_sentences"]] == [NEW_DEVELOPMENT]
    assert alert["data"]["article"]["revision"] == 2
    assert [edit.kind for edit in newsroom.read(list_edits, article_row(newsroom, url))] == [
        "substantive"
    ]


def article_row(newsroom: Newsroom, url: str) -> int:
    return next(
        article.row_id for article in newsroom.read(list_articles, limit=99) if article.url == url
    )


def test_a_daemon_that_was_off_for_a_week_looks_once(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()

    newsroom.poll(hours=7 * 24 + 1)
    newsroom.poll(hours=1)

    assert len(pages_asked(outlet)[story.path]) == 2


@pytest.mark.long
@on_sqlite
@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_page_that_cannot_be_had_is_tried_at_later_steps_and_beyond_the_last(
    newsroom: Newsroom, status: int
) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    outlet.answers[story.path] = lambda: (status, "text/plain", b"later")
    for _ in range(33):
        newsroom.poll(hours=24)
    tried = len(pages_asked(outlet)[story.path])
    del outlet.answers[story.path]
    story.paragraphs[2] = story.paragraphs[2].replace("did not plan", "did plan")

    for _ in range(4):
        newsroom.poll(hours=24)

    assert tried >= 5
    assert [edit.kind for edit in edits_of(newsroom)[story.path]] == ["substantive"]


def test_a_page_that_is_gone_is_confirmed_told_and_its_return_is_noted(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    outlet.answers[story.path] = lambda: (404, "text/html", b"<h1>Not found</h1>")
    newsroom.poll(hours=1)
    assert newsroom.alerts == []

    newsroom.poll(hours=1)
    del outlet.answers[story.path]
    newsroom.poll(hours=6)

    assert [event["type"] for event in newsroom.alerts] == ["article.removed"]
    assert [edit.kind for edit in edits_of(newsroom)[story.path]] == ["removed", "returned"]
    article = newsroom.read(get_article, newsroom.read(list_articles, limit=1)[0].id)
    assert [revision.number for revision in newsroom.read(list_revisions, article.row_id)] == [1]


def test_a_page_that_is_back_at_the_second_look_was_never_gone(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    outlet.answers[story.path] = lambda: (404, "text/html", b"<h1>Not found</h1>")
    newsroom.poll(hours=1)
    del outlet.answers[story.path]

    newsroom.poll(hours=1)

    assert newsroom.alerts == []
    assert edits_of(newsroom)[story.path] == []


HARBOUR = (
    "<html><head><title>Council approves harbour plan</title></head><body><article>"
    "<h1>Harbour plan</h1>{}</article></body></html>"
)


@pytest.mark.parametrize("is_stored", [False, True], ids=["of no case", "that is stored"])
@on_sqlite
def test_an_address_that_leads_to_another_story_tells_that_the_article_is_gone(
    newsroom: Newsroom, is_stored: bool
) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    if is_stored:
        target = publish(outlet, 2, newsroom).path
    else:
        target = "/harbour"
        told = "".join(
            f"<p>The council approved part {part} of a plan on Monday, by which the quay is to be "
            f"rebuilt before the winter {part} years from now.</p>"
            for part in range(9)
        )
        outlet.answers[target] = lambda: (200, "text/html", HARBOUR.format(told).encode())
    newsroom.poll()
    outlet.moved[story.path] = target

    newsroom.poll(hours=1)
    newsroom.poll(hours=1)

    assert [event["type"] for event in newsroom.alerts] == ["article.removed"]
    assert [edit.kind for edit in edits_of(newsroom)[story.path]] == ["removed"]


CONSENT = (
    "<html><body><h1>We value your privacy</h1><p>We and our 300 partners store cookies on your "
    "device and process personal data such as identifiers for advertising.</p><p>You may accept "
    "or reject all.</p>"
    "</body></html>"
)
LOGIN = (
    "<html><head><title>Log in</title></head><body><form><input type='text'>"
    "<input type='password'></form></body></html>"
)


@pytest.mark.parametrize("wall", [CONSENT, LOGIN], ids=["consent", "login"])
@on_sqlite
def test_a_wall_at_another_address_tells_nothing_of_the_article(
    newsroom: Newsroom, wall: str
) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    outlet.answers["/login"] = lambda: (200, "text/html", wall.encode())
    outlet.moved[story.path] = "/login"

    newsroom.poll(hours=1)
    newsroom.poll(hours=1)

    assert newsroom.alerts == []
    assert "removed" not in [edit.kind for edit in edits_of(newsroom)[story.path]]


@on_sqlite
def test_an_article_under_a_new_address_is_still_that_article(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    page = outlet.page(story).encode()
    outlet.answers["/new"] = lambda: (200, "text/html; charset=utf-8", page)
    outlet.moved[story.path] = "/new"

    newsroom.poll(hours=1)
    newsroom.poll(hours=1)

    assert newsroom.alerts == []
    assert edits_of(newsroom)[story.path] == []


def test_a_page_that_shows_only_its_beginning_does_not_replace_the_text(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    whole = list(story.paragraphs)
    story.paragraphs = whole[:3]

    newsroom.poll(hours=2)

    row = newsroom.read(list_articles, limit=1)[0].row_id
    assert [revision.text.count("choir") for revision in newsroom.read(list_revisions, row)] == [1]
    assert edits_of(newsroom)[story.path] == []


def test_white_space_makes_no_revision(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    edit_white_space(outlet, story)

    newsroom.poll(hours=2)

    row = newsroom.read(list_articles, limit=1)[0].row_id
    assert [revision.number for revision in newsroom.read(list_revisions, row)] == [1]
    assert edits_of(newsroom)[story.path] == []


def live_page(outlet: Outlet, story: Story, posts: list[str]) -> str:
    updates = [
        {
            "@type": "BlogPosting",
            "headline": post[:40],
            "articleBody": post,
            "datePublished": story.published_at.isoformat(),
        }
        for post in posts
    ]
    live = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "headline": story.title,
        "liveBlogUpdate": updates,
    }
    script = f'<script type="application/ld+json">{json.dumps(live)}</script>'
    return outlet.page(replace(story, paragraphs=posts)).replace("</head>", f"{script}</head>")


@pytest.mark.long
@on_sqlite
def test_a_live_blog_is_asked_with_its_feed_until_it_is_quiet_for_a_day(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = Story(
        "/vigil-live",
        "Live: vigil for Kilmar Abrego Garcia",
        [],
        newsroom.now,
        "Vigil for Kilmar Abrego Garcia",
    )
    posts = paragraphs(3) + paragraphs(4)
    outlet.answers[story.path] = lambda: (
        200,
        "text/html; charset=utf-8",
        live_page(outlet, story, posts).encode(),
    )
    outlet.publish(story)
    newsroom.poll()
    for number in range(3):
        posts.insert(
            0,
            (
                f"The crowd sang song number {number} for Abrego Garcia and went on towards the "
                f"harbour in the rain."
            ),
        )
        newsroom.poll(hours=0.5)
    assert len(pages_asked(outlet)[story.path]) == 4

    for _ in range(30):
        newsroom.poll(hours=1)

    assert len(pages_asked(outlet)[story.path]) == 4 + 24
    assert [edit.kind for edit in edits_of(newsroom)[story.path]] == ["substantive"] * 3


def test_two_daemons_do_not_ask_the_same_page_twice_and_a_dead_ones_pages_come_free(
    newsroom: Newsroom,
) -> None:
    outlet = newsroom.outlets[0]
    for number in range(4):
        publish(outlet, number, newsroom)
    newsroom.poll()
    now = newsroom.now + 2 * HOUR
    store = Store(newsroom.database_url)

    def claim(owner: str, at: datetime, limit: int) -> list[int]:
        return [
            page.article.id for page in store.write(claim_pages, owner=owner, now=at, limit=limit)
        ]

    first, second = claim("one", now, 3), claim("two", now, 3)
    late = claim("three", now + CHECK_LEASE, 9)
    store.close()

    assert (len(first), len(second)) == (3, 1)
    assert not set(first) & set(second)
    assert sorted(late) == sorted(first + second)


def test_a_result_whose_lease_was_lost_is_dropped_whole(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    edit_negation(outlet, story)
    store = Store(newsroom.database_url)

    def answer() -> tuple[int, str, bytes]:
        store.write(
            lambda session: session.execute(
                sa.update(pages).values(lease_owner="another", lease_until=later)
            )
        )
        return 200, "text/html; charset=utf-8", outlet.page(story).encode()

    later = newsroom.now + timedelta(days=1)
    outlet.answers[story.path] = answer

    newsroom.poll(hours=2)
    store.close()

    assert edits_of(newsroom)[story.path] == []
    assert newsroom.alerts == []


def test_a_truncated_feed_item_leaves_a_longer_stored_text_alone(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    story.summary = " ".join(["Kilmar Abrego Garcia.", *story.paragraphs])
    outlet.answers[story.path] = lambda: (403, "text/html", b"<h1>Forbidden</h1>")
    newsroom.poll()
    whole = story.summary
    story.summary = whole[: len(whole) // 3]
    publish(outlet, 2, newsroom)

    newsroom.poll(hours=4)

    row = article_row(newsroom, outlet.base + story.path)
    assert [revision.text for revision in newsroom.read(list_revisions, row)] == [whole]
    assert newsroom.alerts == [] or all("/vigil-1" not in url for _, url in events(newsroom))


def test_a_page_of_a_case_that_left_the_config_waits_until_it_is_back(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    case = newsroom.config / "cases" / "abrego-garcia.toml"
    said = case.read_text()
    other = re.sub(r"(?m)^title = .*$", 'title = "Nobody"', said)
    case.write_text(other.replace("abrego garcia", "nobody").replace("kilmar", "no one"))
    case.rename(case.with_name("other.toml"))
    newsroom.poll(hours=2)
    assert len(pages_asked(outlet)[story.path]) == 1

    case.write_text(said)
    newsroom.poll(hours=2)

    assert len(pages_asked(outlet)[story.path]) == 2


def test_no_send_tells_nobody_of_an_edit(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    edit_negation(outlet, story)

    newsroom.poll(send=False, hours=2)
    newsroom.poll(hours=5)

    assert [edit.kind for edit in edits_of(newsroom)[story.path]] == ["substantive"]
    assert newsroom.alerts == []


def test_another_spelling_of_an_address_does_not_mix_up_validators(newsroom: Newsroom) -> None:
    outlet = newsroom.outlets[0]
    story = publish(outlet, 1, newsroom)
    newsroom.poll()
    twin = f"{story.path}?utm_source=feed"
    outlet.answers[twin] = lambda: (200, "text/html; charset=utf-8", outlet.page(story).encode())
    outlet.publish(replace(story, path=twin, guid="twin"))

    newsroom.poll(hours=2)

    assert len(newsroom.read(list_articles, limit=9)) == 2  # the seed and the article
    assert "if-none-match" in pages_asked(outlet)[story.path][-1]
