"""Trying a query on what is stored: what the case would have alerted on, had it been followed as
the daemon follows it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.matching import compile_query
from monitor.pipeline.simulation.query_check import QueryCheck, check_query
from monitor.settings import load_settings
from monitor.store import Store
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_run_once import (
    COUNCIL,
    COUNCIL_AGAIN,
    ORDER,
    SEED_PARAGRAPHS,
    in_doubt,
    story,
)


def try_case(newsroom: Newsroom) -> QueryCheck:
    """Tries the query of the newsroom's case on the last month."""
    settings = load_settings(newsroom.config, {})
    store = Store(newsroom.database_url)
    try:
        case, now = settings.cases[0], newsroom.now
        return check_query(
            store,
            case.compiled,
            case=case,
            cases=settings.cases,
            since=now - timedelta(days=30),
            until=now,
        )
    finally:
        store.close()


def publish_doubt(newsroom: Newsroom, *, second_outlet: int) -> None:
    newsroom.poll()
    newsroom.now += timedelta(days=1)
    newsroom.outlets[0].publish(in_doubt("/council", COUNCIL, newsroom))
    newsroom.poll()
    newsroom.outlets[second_outlet].publish(in_doubt("/again", COUNCIL_AGAIN, newsroom))
    newsroom.poll()


def test_what_another_outlet_confirms_counts_among_the_alerts(newsroom: Newsroom) -> None:
    publish_doubt(newsroom, second_outlet=1)

    assert try_case(newsroom).alerts == len(newsroom.alerts) == 1


def test_what_the_same_outlet_tells_again_does_not(newsroom: Newsroom) -> None:
    publish_doubt(newsroom, second_outlet=0)

    assert try_case(newsroom).alerts == len(newsroom.alerts) == 0


def test_an_article_that_several_feeds_bring_is_one(newsroom: Newsroom) -> None:
    newsroom.poll()
    shared = story("/order", [ORDER, *SEED_PARAGRAPHS], newsroom.now)
    newsroom.outlets[0].publish(shared)
    newsroom.poll()
    feed = newsroom.outlets[0].feed().encode()
    newsroom.outlets[1].answers["/feed.xml"] = lambda: (
        200,
        "application/rss+xml; charset=utf-8",
        feed,
    )
    newsroom.poll()

    check = try_case(newsroom)
    assert (check.items, check.hits, check.alerts) == (2, 1, len(newsroom.alerts))


def test_seeds_are_read_as_the_daemon_reads_them(newsroom: Newsroom) -> None:
    """Line by line, under their own date: a report that only repeats one brings nothing."""
    newsroom.poll()
    newsroom.outlets[0].publish(story("/again", SEED_PARAGRAPHS[:6], newsroom.now))
    newsroom.poll()

    assert try_case(newsroom).alerts == len(newsroom.alerts) == 0


def test_a_case_is_tried_on_the_feeds_that_it_takes(newsroom: Newsroom) -> None:
    newsroom.poll()
    for number, outlet in enumerate(newsroom.outlets):
        outlet.publish(story(f"/{number}", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    case = newsroom.config / "cases" / "abrego-garcia.toml"
    case.write_text(
        case.read_text(encoding="utf-8").replace('feeds = ["*"]', 'feeds = ["Bay Courier"]'),
        encoding="utf-8",
    )

    assert try_case(newsroom).items == 1


def test_of_a_feed_that_is_all_about_the_case_every_item_is_a_hit(newsroom: Newsroom) -> None:
    feeds = newsroom.config / "feeds.toml"
    said = feeds.read_text(encoding="utf-8")
    feeds.write_text(
        said.replace('title = "Bay Courier"\n', 'title = "Bay Courier"\nmatch = "all"\n'),
        encoding="utf-8",
    )
    newsroom.poll()
    for outlet in newsroom.outlets[:2]:
        filing = "The clerk entered a motion to compel in the docket on Tuesday."
        outlet.publish(
            replace(
                story("/docket", [filing], newsroom.now, title="Docket entry 12"), summary=filing
            )
        )
    newsroom.poll()

    check = try_case(newsroom)
    assert (check.items, check.hits) == (2, 1)


@pytest.mark.parametrize("query", ['"abrego garcia"', "nobody"])
def test_a_query_without_a_case_is_tried_on_all_feeds(newsroom: Newsroom, query: str) -> None:
    newsroom.poll()
    newsroom.outlets[0].publish(story("/order", [ORDER, *SEED_PARAGRAPHS], newsroom.now))
    newsroom.poll()
    store, since = Store(newsroom.database_url), newsroom.now - timedelta(days=1)

    check = check_query(store, compile_query(query), since=since, until=newsroom.now)
    store.close()

    assert (check.items, check.hits) == (1, int(query != "nobody"))
