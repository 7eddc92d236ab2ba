"""Polling one feed through odd answers: what is stored of it, when it is asked again, and what
`feeds show` says of that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from monitor.pipeline.polling.pollers import Pollers, poll_named
from monitor.politeness import HostPause
from monitor.store.hosts import put_pause
from tests.fetching.server import response
from tests.pipeline.room import START, Room, open_room

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def document(*numbers: int, channel: str = "") -> bytes:
    items = "".join(
        f"<item><title>Item {number}</title><guid>item-{number}</guid><link>"
        f"https://quarry.example/{number}</link></item>"
        for number in numbers
    )
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    return (
        f'<rss version="2.0" {atom}><channel><title>Quarry News</title>{channel}{items}</channel>'
        f"</rss>"
    ).encode()


def feed(*numbers: int, channel: str = "", **headers: str) -> bytes:
    """A raw answer with a feed of these items; underscores in the names of headers stand for
    hyphens.
    """
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return response(document(*numbers, channel=channel), headers=lines)


def redirect(target: str, status: str = "301 Moved Permanently") -> bytes:
    return response(status=status, headers=(("Location", target),))


def in_room(raw: bytes, work: Callable[[Room], Awaitable[None]]) -> None:
    async def main() -> None:
        async with open_room(raw) as room:
            await work(room)

    asyncio.run(main())


def test_what_is_wrong_with_a_document_is_kept_until_one_is_whole() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        assert (await room.feed()).warning == "the document breaks off"
        room.raw = feed(1, 2)
        await room.poll(after=HOUR)
        assert (await room.feed()).warning == ""

    in_room(response(document(1, 2)[:-40]), work)


# --- validators
# -----------------------------------------------------------------------------


def test_the_newest_validators_are_kept_though_the_document_is_the_same() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(1, ETag='"b"')
        assert (await room.poll(after=HOUR)).outcome == "unchanged"
        assert (await room.feed()).etag == '"b"'
        room.raw = feed(1)
        assert (await room.poll(after=HOUR)).outcome == "unchanged"
        assert (await room.feed()).etag is None
        await room.poll(after=HOUR)
        assert room.sent("if-none-match") is None

    in_room(feed(1, ETag='"a"'), work)


def test_another_address_in_the_config_begins_without_validators() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        config = room.folder / "feeds.toml"
        config.write_text(config.read_text().replace("/feed.xml", "/other.xml"))
        room.answers["/other.xml"] = feed(1)

        async with room.program() as ctx:
            await Pollers().run(ctx)

        assert room.asked[-1] == "/other.xml"
        assert room.sent("if-none-match") is None

    in_room(feed(1, ETag='"a"'), work)


@pytest.mark.parametrize(
    "broken",
    [
        response(b"", headers=(("ETag", '"bad"'),)),
        response(b"<!doctype html><html><body>Hello</body></html>", headers=(("ETag", '"bad"'),)),
        response(b"https://quarry.example/feed.xml\n", headers=(("ETag", '"bad"'),)),
        response(document(1, 2)[:-40], headers=(("ETag", '"bad"'),)),
        response(document(1), status="206 Partial Content", headers=(("ETag", '"bad"'),)),
        response(b"no", status="500 Broken", headers=(("ETag", '"bad"'),)),
    ],
    ids=["empty", "page", "address", "cut", "part", "error"],
)
def test_validators_of_an_answer_that_is_no_whole_feed_are_not_kept(broken: bytes) -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = broken
        await room.poll(after=HOUR)

        assert (await room.feed()).etag == '"good"'
        assert room.asked == ["/feed.xml"] * 2

    in_room(feed(1, ETag='"good"'), work)


def test_a_304_that_another_address_gives_says_nothing_of_our_document() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = redirect("/elsewhere", "302 Found")
        room.answers["/elsewhere"] = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'
        await room.poll(after=HOUR)
        await room.poll(after=HOUR)

        assert room.sent("if-none-match") is None

    in_room(feed(1, ETag='"a"'), work)


def test_validators_under_which_the_document_changes_are_frozen() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(1, 2, ETag='"same"')
        await room.poll(after=HOUR)
        assert (await room.feed()).is_frozen
        room.conditional = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        room.raw = feed(1, 2, 3, ETag='"same"')
        await room.poll(after=6 * HOUR, times=4)

        assert len(await room.titles()) == 3

    in_room(feed(1, ETag='"same"'), work)


def test_a_304_to_a_question_without_conditions_is_a_failure() -> None:
    async def work(room: Room) -> None:
        result = await room.poll()
        assert (result.outcome, (await room.feed()).status) == ("failed", 304)

    in_room(b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', work)


# --- when it is asked again
# -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("channel", "headers", "least"),
    [
        ("<ttl>600</ttl>", {}, 10 * HOUR),
        ("", {"Cache_Control": "max-age=36000"}, 10 * HOUR),
        (
            "",
            {"Date": "Sat, 12 Apr 2025 00:00:00 GMT", "Expires": "Sat, 12 Apr 2025 10:00:00 GMT"},
            10 * HOUR,
        ),
        ("<skipHours><hour>1</hour><hour>2</hour><hour>3</hour></skipHours>", {}, 4 * HOUR),
        ("<skipDays><day>Saturday</day><day>Sunday</day></skipDays>", {}, 2 * DAY),
    ],
)
def test_what_the_feed_asks_for_holds_over_304s_that_do_not_repeat_it(
    channel: str, headers: dict[str, str], least: timedelta
) -> None:
    async def work(room: Room) -> None:
        await room.poll()
        first = (await room.feed()).next_poll_at
        room.conditional = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        await room.poll()

        shown = await room.feed()
        assert first - START >= least
        assert shown.next_poll_at - START >= least
        assert shown.because

    in_room(feed(1, channel=channel, ETag='"a"', **headers), work)


def test_the_freshness_of_a_304_replaces_that_of_the_document() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.conditional = b"HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=32400\r\n\r\n"
        await room.poll(after=HOUR)

        shown = await room.feed()
        assert shown.max_age_seconds == 32_400
        assert shown.next_poll_at - room.now >= 9 * HOUR

    in_room(feed(1, ETag='"a"', Cache_Control="max-age=600"), work)


def test_a_feed_that_came_due_while_nobody_ran_is_not_asked_in_an_hour_that_it_skips() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.now = START + 2 * DAY + 4 * HOUR + 30 * MINUTE

        async with room.program() as ctx:
            results = await Pollers().run(ctx)

        assert [result.outcome for result in results] == ["postponed"]
        assert len(room.asked) == 1
        assert (await room.feed()).next_poll_at == START + 2 * DAY + 5 * HOUR + 30 * MINUTE
        assert "skipHours" in (await room.feed()).because

    in_room(feed(1, channel="<skipHours><hour>4</hour></skipHours>", ETag='"a"'), work)


def test_every_overrides_what_the_feed_asks_for() -> None:
    async def work(room: Room) -> None:
        config = room.folder / "feeds.toml"
        config.write_text(config.read_text() + 'every = "15m"\n')
        await room.poll()

        assert (await room.feed()).next_poll_at - START <= 17 * MINUTE

    in_room(feed(1, channel="<ttl>600</ttl>", Cache_Control="max-age=36000"), work)


# --- failures
# -----------------------------------------------------------------------------


def test_a_pause_that_a_host_asked_for_outlives_the_program() -> None:
    async def work(room: Room) -> None:
        config = room.folder / "feeds.toml"
        config.write_text(
            config.read_text() + f'\n[[feed]]\nurl = "{room.server.url("/second.xml")}"\n'
        )
        await room.poll()
        async with room.program() as ctx:
            results = await Pollers().run(ctx)

        assert {result.outcome for result in results} == {"postponed"}
        assert room.asked == ["/feed.xml"]
        shown = await room.feed()
        assert shown.host_paused_until == START + 40 * HOUR
        assert shown.host_pause_reason == "it answered 503"

    in_room(response(status="503 Busy", headers=(("Retry-After", str(40 * 3_600)),)), work)


@pytest.mark.parametrize(
    ("hours", "state", "since"), [(25, "failing", START + HOUR), (24, "ok", START + HOUR)]
)
def test_a_feed_that_may_not_be_asked_for_a_day_is_failing(
    hours: int, state: str, since: datetime
) -> None:
    async def work(room: Room) -> None:
        await room.poll()
        async with room.program() as ctx:
            pause = HostPause(START + hours * HOUR, 1, "it answered 429")
            await ctx.write(put_pause, urlsplit(room.server.url("")).netloc, pause)
        assert (await room.poll(after=HOUR)).outcome == "postponed"
        shown = await room.feed()
        assert (shown.state, shown.failing_since, shown.failures) == (state, since, 0)

        await room.poll(after=hours * HOUR)
        shown = await room.feed()
        assert (shown.state, shown.failing_since, shown.error) == ("ok", None, "")

    in_room(feed(1), work)


@pytest.mark.parametrize(
    ("value", "pause"),
    [
        ("60", MINUTE),
        ("Sat, 12 Apr 2025 02:00:00 GMT", 2 * HOUR),
        ("2592000", 30 * DAY),
        ("2592001", DAY),
        ("Tue, 12 Apr 2095 02:00:00 GMT", DAY),
        ("-5", HOUR),
        ("1.5", HOUR),
        ("soon", HOUR),
        ("", HOUR),
    ],
)
def test_retry_after_is_believed_up_to_thirty_days_and_nonsense_is_not(
    value: str, pause: timedelta
) -> None:
    """The answers have no Date, so dates count from the clock."""

    async def work(room: Room) -> None:
        assert (await room.poll()).outcome == "rate_limited"
        paused_until = (await room.feed()).host_paused_until
        assert paused_until is not None
        assert paused_until - START == pause

    in_room(response(status="429 Slow Down", headers=(("Retry-After", value),)), work)


def test_one_410_is_a_failure_like_another() -> None:
    async def work(room: Room) -> None:
        assert (await room.poll()).outcome == "gone"
        shown = await room.feed()
        assert (shown.state, shown.next_poll_at - room.now <= 1.1 * HOUR) == ("failing", True)
        room.raw = feed(1)
        assert (await room.poll(after=HOUR)).outcome == "new"
        assert (await room.feed()).state == "ok"

    in_room(response(status="410 Gone"), work)


def test_three_410s_over_three_days_make_a_feed_gone_and_it_is_asked_weekly() -> None:
    async def work(room: Room) -> None:
        for hours, state in ((0, "failing"), (71, "failing"), (1, "gone")):
            await room.poll(after=hours * HOUR)
            assert (await room.feed()).state == state
        shown = await room.feed()
        assert 7 * DAY <= shown.next_poll_at - room.now <= 7.7 * DAY
        assert "feeds reset" in shown.because
        async with room.program() as ctx:
            assert await Pollers().run(ctx) == []
            assert await poll_named(ctx, [1]) == []
        room.now += 8 * DAY
        async with room.program() as ctx:
            assert [poll.outcome for poll in await Pollers().run(ctx)] == ["gone"]
        assert (await room.feed()).state == "gone"
        room.raw = feed(1)
        await room.poll(after=8 * DAY)
        assert (await room.feed()).state == "ok"

    with capture_logs() as logs:
        in_room(response(status="410 Gone"), work)

    assert [line["event"] for line in logs].count("feed_gone") == 1


def test_other_failures_between_410s_neither_count_nor_end_the_count() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = response(status="500 Broken")
        await room.poll(after=40 * HOUR, times=2)
        room.raw = response(status="410 Gone")
        await room.poll(after=HOUR)
        assert (await room.feed()).state == "failing"
        await room.poll(after=HOUR)
        assert (await room.feed()).state == "gone"

    in_room(response(status="410 Gone"), work)


@pytest.mark.parametrize(
    ("raw", "outcome"),
    [
        (response(status="404 Not Found"), "failed"),
        (response(status="403 Forbidden"), "failed"),
        (response(b"<title>Just a moment...</title>", status="403 Forbidden"), "blocked"),
        (response(b"<!doctype html><title>Just a moment...</title>"), "blocked"),
        (response(b"<!doctype html><title>Quarry</title>"), "not_a_feed"),
        (response(status="429 Slow Down"), "rate_limited"),
        (response(b"", length=99_000_000), "too_large"),
    ],
)
def test_every_failure_has_a_word_that_the_commands_show(raw: bytes, outcome: str) -> None:
    async def work(room: Room) -> None:
        assert (await room.poll()).outcome == outcome
        shown = await room.feed()
        assert (shown.outcome, shown.state, shown.failures) == (outcome, "failing", 1)
        assert shown.error
        assert shown.failing_since == START

    in_room(raw, work)


def test_a_missing_feed_is_asked_weekly_after_two_weeks() -> None:
    async def work(room: Room) -> None:
        await room.poll(after=DAY, times=15)
        shown = await room.feed()
        assert 7 * DAY <= shown.next_poll_at - room.now <= 7.7 * DAY
        room.raw = feed(1, ETag='"a"')
        await room.poll(after=DAY)
        shown = await room.feed()
        assert (shown.state, shown.failures, shown.failing_since) == ("ok", 0, None)

    in_room(response(status="404 Not Found"), work)


# --- moves
# -----------------------------------------------------------------------------


def test_a_permanent_redirect_is_watched_for_a_day_and_then_taken_over() -> None:
    async def work(room: Room) -> None:
        room.answers["/new.xml"] = feed(1, ETag='"a"')
        await room.poll()
        shown = await room.feed()
        assert (shown.redirects_to, shown.redirect_polls, shown.moved_to) == (
            room.server.url("/new.xml"),
            1,
            None,
        )
        await room.poll(after=12 * HOUR, times=2)
        assert (await room.feed()).moved_to == room.server.url("/new.xml")
        await room.poll(after=HOUR)
        assert room.asked[-1] == "/new.xml"
        assert room.sent("if-none-match") == '"a"'

    in_room(redirect("/new.xml", "308 Permanent Redirect"), work)


def test_a_redirect_that_points_elsewhere_each_time_is_not_taken_over() -> None:
    async def work(room: Room) -> None:
        for number in range(8):
            room.raw = redirect(f"/{number}.xml")
            room.answers[f"/{number}.xml"] = feed(1)
            await room.poll(after=12 * HOUR)

        assert (await room.feed()).moved_to is None

    in_room(b"", work)


def test_a_redirect_to_a_feed_without_a_known_item_is_not_taken_over() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = redirect("/sale.xml")
        for number in range(5):
            room.answers["/sale.xml"] = feed(100 + number)
            await room.poll(after=12 * HOUR)

        assert (await room.feed()).moved_to is None

    in_room(feed(1), work)


def test_where_a_moved_feed_is_no_more_its_own_address_is_asked_again() -> None:
    async def work(room: Room) -> None:
        room.answers["/new.xml"] = feed(1)
        await room.poll(after=13 * HOUR, times=3)
        room.answers["/new.xml"] = response(status="410 Gone")
        room.raw = feed(1, 2)
        assert (await room.poll(after=HOUR)).outcome == "gone"
        shown = await room.feed()
        assert (shown.state, shown.moved_to) == ("failing", None)
        assert (await room.poll(after=HOUR)).new == 1
        assert room.asked[-1] == "/feed.xml"

    in_room(redirect("/new.xml"), work)


DEAD = {
    "broken": response(status="500 Broken"),
    "for sale": response(b"<!doctype html><title>This address is for sale</title>"),
    "silent": b"",
}


@pytest.mark.parametrize("dead", DEAD.values(), ids=DEAD)
def test_where_a_moved_feed_is_dead_for_a_day_its_own_address_is_asked(dead: bytes) -> None:
    async def work(room: Room) -> None:
        room.answers["/new.xml"] = feed(1)
        await room.poll(after=13 * HOUR, times=3)
        room.answers["/new.xml"] = dead
        room.raw = feed(1, 2)
        await room.poll(after=13 * HOUR, times=2)
        assert (await room.feed()).moved_to == room.server.url("/new.xml")
        await room.poll(after=13 * HOUR)
        assert (await room.feed()).moved_to is None

        assert (await room.poll(after=HOUR)).new == 1
        shown = await room.feed()
        assert (shown.state, shown.moved_to, shown.redirects_to) == ("ok", None, None)

    in_room(redirect("/new.xml"), work)


def test_a_moved_feed_whose_own_address_is_dead_too_is_asked_at_both() -> None:
    async def work(room: Room) -> None:
        room.answers["/new.xml"] = feed(1)
        await room.poll(after=13 * HOUR, times=3)
        room.answers["/new.xml"] = response(status="404 Not Found")
        room.raw = response(status="500 Broken")
        before = len(room.asked)
        await room.poll(after=13 * HOUR, times=5)
        new, own = "/new.xml", "/feed.xml"
        assert room.asked[before:] == [new, own, own, new, own]

        room.answers["/new.xml"] = feed(1, 2)
        assert (await room.poll(after=13 * HOUR)).new == 1
        assert (await room.feed()).moved_to == room.server.url("/new.xml")

    in_room(redirect("/new.xml"), work)


def test_a_moved_feed_that_was_left_is_followed_again_after_a_day() -> None:
    async def work(room: Room) -> None:
        room.answers["/new.xml"] = feed(1)
        await room.poll(after=13 * HOUR, times=3)
        room.answers["/new.xml"] = response(status="404 Not Found")
        await room.poll(after=HOUR)
        room.answers["/new.xml"] = feed(1, 2)
        await room.poll(after=HOUR)
        assert (await room.feed()).moved_to is None
        await room.poll(after=13 * HOUR, times=2)
        assert (await room.feed()).moved_to == room.server.url("/new.xml")

    in_room(redirect("/new.xml"), work)


# --- gaps
# -----------------------------------------------------------------------------


def archive(room: Room, *pages: tuple[int, ...]) -> None:
    """Serves pages of an archive, each naming the one before it."""
    for place, numbers in enumerate(pages):
        room.answers[f"/page-{place}.xml"] = feed(*numbers, channel=older(place + 1))


def older(place: int) -> str:
    return f'<atom:link rel="prev-archive" href="/page-{place}.xml"/>'


def test_after_a_gap_the_archive_is_read_back_to_what_is_known() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(8, 9, channel=older(0))
        archive(room, (6, 7), (4, 5), (2, 3), (0,))
        result = await room.poll(after=30 * DAY)

        assert (result.outcome, result.new) == ("new", 7)
        assert room.pace.waits == [10, 10, 10]
        assert room.asked[2:] == ["/page-0.xml", "/page-1.xml", "/page-2.xml"]
        assert sorted(await room.titles()) == [f"Item {number}" for number in range(1, 10)]

    in_room(feed(1, 2), work)


def dated(*days: int) -> str:
    """Items of days before the test begins, the newest the lowest."""
    return "".join(
        f"<item><title>Item {day}</title><guid>item-{day}</guid><pubDate>"
        f"{format_datetime(START - day * DAY)}</pubDate></item>"
        for day in days
    )


def news(*days: int, place: int) -> bytes:
    channel = f"<channel><title>Quarry News</title>{older(place)}{dated(*days)}</channel>"
    atom = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    return response(f'<rss version="2.0" {atom}>{channel}</rss>'.encode())


@pytest.mark.parametrize("pinned", [(90,), (90, 80)])
def test_what_is_pinned_does_not_hide_a_gap(pinned: tuple[int, ...]) -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = news(*pinned, 41, 42, 43, place=0)
        room.answers["/page-0.xml"] = news(44, 45, 46, 47, 48, place=1)
        await room.poll(after=DAY)

        assert room.asked == ["/feed.xml", "/feed.xml", "/page-0.xml"]
        assert {"Item 44", "Item 45"} < set(await room.titles())

    in_room(news(*pinned, 47, 48, 49, place=0), work)


@pytest.mark.parametrize(
    "days",
    [(46, 47, 48, 49, 50, 51), (49, 48, 47, 46, 45), (90, 46, 47)],
    ids=["older items at the end", "oldest first", "one new"],
)
def test_where_known_items_stand_among_the_new_ones_nothing_was_missed(
    days: tuple[int, ...],
) -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = news(*days, place=0)
        await room.poll(after=DAY)

        assert room.asked == ["/feed.xml"] * 2

    in_room(news(90, 47, 48, 49, place=0), work)


def test_without_a_gap_no_archive_is_read() -> None:
    async def work(room: Room) -> None:
        archive(room, (0,))
        await room.poll()
        room.raw = feed(2, 3, channel=older(0))
        await room.poll(after=DAY)

        assert room.asked == ["/feed.xml"] * 2

    in_room(feed(1, 2, channel=older(0)), work)


def test_an_endless_archive_is_left_after_five_pages_and_a_loop_after_one_round() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(1_000, channel=older(0))
        archive(room, *((2_000 + place,) for place in range(20)))
        await room.poll(after=DAY)
        assert len(room.asked) == 2 + 5
        room.raw = feed(3_000, channel=older(50))
        room.answers["/page-50.xml"] = feed(3_001, channel=older(50))
        await room.poll(after=DAY)
        assert room.asked[7:] == ["/feed.xml", "/page-50.xml"]

    in_room(feed(1), work)


def test_an_archive_that_cannot_be_read_leaves_what_the_feed_has() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(5, channel=older(0))
        assert (await room.poll(after=DAY)).new == 1
        assert (await room.feed()).state == "ok"

    in_room(feed(1), work)


@pytest.mark.parametrize(
    "broken",
    [response(status="500 Broken"), response(document(4, 5, channel=older(1))[:-60]), b""],
    ids=["an error", "cut", "no answer"],
)
def test_a_gap_stays_open_until_its_archive_could_be_read(broken: bytes) -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(8, 9, channel=older(0), ETag='"b"')
        archive(room, (6, 7), (4, 5), (2, 3), (1,))
        whole, room.answers["/page-1.xml"] = room.answers["/page-1.xml"], broken
        await room.poll(after=9 * HOUR)
        await room.poll(after=HOUR)
        assert "items may have been missed" in (await room.feed()).warning
        assert not {"Item 2", "Item 3", "Item 5"} & set(await room.titles())

        room.answers["/page-1.xml"] = whole
        await room.poll(after=HOUR)
        assert sorted(await room.titles()) == [f"Item {number}" for number in range(1, 10)]
        shown = await room.feed()
        assert (shown.warning, shown.etag) == ("", '"b"')
        before = len(room.asked)
        await room.poll(after=HOUR)
        assert room.asked[before:] == ["/feed.xml"]

    in_room(feed(1), work)


def test_a_gap_whose_archive_fails_for_a_day_is_closed() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(8, 9, channel=older(0))
        room.answers["/page-0.xml"] = response(status="500 Broken")
        await room.poll(after=9 * HOUR, times=3)
        assert room.asked.count("/page-0.xml") == 3
        await room.poll(after=9 * HOUR, times=2)
        assert room.asked.count("/page-0.xml") == 3

    in_room(feed(1), work)


def test_an_archive_that_is_gone_is_not_asked_for_again() -> None:
    async def work(room: Room) -> None:
        await room.poll()
        room.raw = feed(8, 9, channel=older(0))
        await room.poll(after=HOUR, times=2)
        assert room.asked.count("/page-0.xml") == 1
        assert (await room.feed()).warning == ""

    in_room(feed(1), work)


def test_a_feed_behind_a_login_is_polled_with_it() -> None:
    async def work(room: Room) -> None:
        assert (await room.poll()).outcome == "new"
        assert room.sent("authorization") is None
        feeds = room.folder / "feeds.toml"
        feeds.write_text(feeds.read_text() + 'auth = { user = "desk", password = "hush" }\n')
        await room.poll(after=HOUR)
        assert room.sent("authorization") == "Basic ZGVzazpodXNo"
        assert "hush" not in repr(await room.feed())

    in_room(feed(1), work)
