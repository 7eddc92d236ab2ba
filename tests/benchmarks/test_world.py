"""The world under load serves what real servers do, and both peers find the same in it."""

from __future__ import annotations

import sys
from urllib.request import Request, urlopen

import pytest

from benchmarks.measuring import open_world, run_cost, scratch
from benchmarks.news_world import World, respond
from benchmarks.rows.polling import our_pass
from monitor.extraction.extract import extract_page
from monitor.feeds.parse import parse_feed

FEED = "/feed/0.xml"


def ask(world: World, tag: str = "", path: str = FEED) -> tuple[int, str, bytes]:
    return respond(world, path, {"if-none-match": tag})


def tag_of(world: World) -> str:
    return next(line[6:] for line in ask(world)[1].splitlines() if line.startswith("ETag"))


@pytest.mark.parametrize("number", [0, 1])
def test_each_format_is_read_with_all_items(number: int) -> None:
    world = World(feeds=2, hosts=1, items=40)
    feed = parse_feed(world.document(number), url="http://127.3.0.1/feed")
    assert len(feed.items) == 40
    assert len({item.url for item in feed.items}) == 40
    assert all(item.published_at and item.summary for item in feed.items)


def test_a_known_tag_is_answered_with_304_until_something_new_comes() -> None:
    world = World(feeds=1, hosts=1, items=5)
    tag = tag_of(world)
    assert ask(world, tag)[0] == 304
    before = parse_feed(ask(world)[2], url="http://127.3.0.1/feed").items
    assert ask(world, path="/set?editions=1")[0] == 200
    status, _, body = ask(world, tag)
    after = parse_feed(body, url="http://127.3.0.1/feed").items
    assert status == 200
    assert len({item.url for item in after} - {item.url for item in before}) == 1


def test_plain_feeds_repeat_their_bytes_and_volatile_ones_do_not() -> None:
    world = World(feeds=1, hosts=1, items=5, mode="plain")
    assert ask(world, tag_of(World(feeds=1, hosts=1, items=5)))[0] == 200
    assert ask(world)[2] == ask(world)[2]
    world.mode = "volatile"
    first, second = ask(world)[2], ask(world)[2]
    assert first != second
    assert (
        parse_feed(first, url="http://a.example").items
        == parse_feed(second, url="http://a.example").items
    )


def test_only_every_so_many_items_are_about_the_case() -> None:
    world = World(feeds=3, hosts=1, items=20, term="Lower Quay", every=10)
    stories = [world.story(number, item)[0] for number in range(3) for item in range(20)]
    assert sum("Lower Quay" in headline for headline in stories) == 6
    page = extract_page(world.page(0, 10), url="http://127.3.0.1/a.html", media_type="text/html")
    assert "Lower Quay" in page.text
    assert "Part 7" not in page.text


def test_what_is_unknown_is_not_found() -> None:
    assert ask(World(feeds=1, hosts=1, items=1), path="/elsewhere")[0] == 404


def test_the_served_world_listens_on_all_its_hosts_and_counts() -> None:
    with open_world(feeds=4, hosts=2, items=2) as world:
        addresses = world.addresses()
        assert len({address.split("/")[2] for address in addresses}) == 2
        for address in addresses:
            with urlopen(Request(address), timeout=10) as answer:
                assert answer.status == 200
        assert world.figures()["200"] >= 4
        assert "4" not in world.figures()


def test_a_pass_is_measured_with_what_it_stored() -> None:
    with open_world(feeds=6, hosts=3, items=7) as world, scratch() as folder:
        one_pass = our_pass(folder, world, "concurrency = 8\n")
        first = one_pass()
        assert (first.entries, first.failed) == (42, 0)
        assert first.cpu > 0
        world.set(editions=2)
        assert one_pass().entries == 42 + 12


def test_a_pass_that_fails_says_why() -> None:
    with pytest.raises(RuntimeError, match="no such lighthouse"):
        run_cost(sys.executable, "-c", "raise SystemExit('no such lighthouse')")
