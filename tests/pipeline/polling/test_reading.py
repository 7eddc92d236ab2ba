"""Of a document only what is new is parsed, and everything else is as if the whole had been."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlmodel import Session

from monitor.isolation import WorkerPool
from monitor.pipeline.polling.poll import PollResult
from monitor.pipeline.polling.pollers import poll_named
from monitor.store.feeds import get_watched_feeds, reset_feeds
from monitor.store.schema.tables import entries, feeds
from tests.fetching.server import response
from tests.pipeline.room import START, Room, open_room

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def item(number: int, text: str = "Lime.", link: str = "") -> str:
    return (
        f"<item><title>Stone {number}</title><guid>stone-{number}</guid>"
        f"<link>{link or f'https://quarry.example/{number}'}</link>"
        f"<description>{text}</description>"
        f"<pubDate>Fri, 11 Apr 2025 {number:02}:00:00 GMT</pubDate></item>"
    )


def document(*items: str, made: str = "10:00", channel: str = "Quarry News") -> bytes:
    date = f"<lastBuildDate>Sat, 12 Apr 2025 {made}:00 GMT</lastBuildDate>"
    body = f'<rss version="2.0"><channel><title>{channel}</title>{date}{"".join(items)}</channel>'
    return response(f"{body}</rss>".encode())


FIRST = (item(3), item(2), item(1))


@dataclass
class Counting:
    """The worker pool, and how many items the documents had that it was given."""

    pool: WorkerPool
    parsed: list[int] = field(default_factory=list)

    async def run(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        self.parsed.append(args[0].count(b"<item>"))
        return await self.pool.run(function, *args, **kwargs)

    run_small = run


@dataclass(frozen=True)
class Polled:
    """How a poll went, and how many items each document had that was parsed for it."""

    result: PollResult
    parsed: list[int]


async def poll(room: Room, *, after: timedelta = HOUR) -> Polled:
    room.now += after
    async with room.program() as ctx:
        counting = Counting(ctx.pool)
        feed, *_ = await ctx.read(get_watched_feeds)
        (result,) = await poll_named(replace(ctx, pool=counting), [feed.id])  # type: ignore[arg-type]
        return Polled(result, counting.parsed)


async def read(room: Room, function: Callable[[Session], Any]) -> Any:
    async with room.program() as ctx:
        return await ctx.write(function)


def summaries(session: Session) -> dict[str, str]:
    return dict(session.execute(select(entries.c.title, entries.c.summary)).all())


def in_room(work: Callable[[Room], Awaitable[None]], raw: bytes | None = None) -> None:
    async def main() -> None:
        async with open_room(raw or document(*FIRST)) as room:
            await work(room)

    asyncio.run(main())


def test_a_document_of_which_nothing_is_remembered_is_read_whole() -> None:
    async def work(room: Room) -> None:
        first = await poll(room)

        assert (first.result.outcome, first.result.new, first.parsed) == ("new", 3, [3])

    in_room(work)


def test_only_what_is_new_is_parsed_and_stored() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        room.raw = document(item(4), *FIRST)
        second = await poll(room)

        assert second.parsed == [1]
        assert (second.result.outcome, second.result.new, second.result.items) == ("new", 1, 4)
        assert sorted(await room.titles()) == ["Stone 1", "Stone 2", "Stone 3", "Stone 4"]
        room.raw = document(item(5), item(4), *FIRST)
        assert (await poll(room)).parsed == [1]

    in_room(work)


def test_another_date_of_the_document_alone_is_not_parsed_at_all() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        room.raw = document(*FIRST, made="11:00")
        second = await poll(room)

        assert (second.result.outcome, second.result.items, second.parsed) == ("unchanged", 3, [])
        assert len(await room.titles()) == 3

    in_room(work)


def test_an_item_that_says_something_else_is_read_again() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        room.raw = document(item(3), item(2, "Marble."), item(1))
        second = await poll(room)

        assert (second.result.changed, second.parsed) == (1, [1])
        assert (await read(room, summaries))["Stone 2"] == "Marble."

    in_room(work)


def test_a_change_that_comes_too_soon_is_stored_when_its_pause_is_over() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        room.raw = document(item(3), item(2, "Marble."), item(1))
        assert (await poll(room)).result.changed == 1
        room.raw = document(item(3), item(2, "Granite."), item(1))
        soon = await poll(room, after=MINUTE)
        assert soon.result.changed == 0
        # The document stays as it is but for its date: the change is not lost by that.
        room.raw = document(item(3), item(2, "Granite."), item(1), made="12:00")
        later = await poll(room, after=2 * HOUR)

        assert (soon.parsed, later.parsed) == ([1], [1])
        assert later.result.changed == 1
        assert (await read(room, summaries))["Stone 2"] == "Granite."

    in_room(work)


def test_a_change_that_comes_too_soon_is_not_hidden_by_a_document_that_stays() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        room.raw = document(item(3), item(2, "Marble."), item(1))
        await poll(room)
        room.raw = document(item(3), item(2, "Granite."), item(1))
        await poll(room, after=MINUTE)
        await poll(room, after=2 * HOUR)

        assert (await read(room, summaries))["Stone 2"] == "Granite."
        assert (await poll(room, after=HOUR)).result.outcome == "unchanged"

    in_room(work)


def test_another_channel_is_another_document() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        room.raw = document(item(4), *FIRST, channel="Gravel News")

        assert (await poll(room)).parsed == [4]

    in_room(work)


def test_what_only_the_whole_tells_is_read_from_the_whole() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        # The guid of another item: guids of this feed say nothing from now on.
        again = item(4, link="https://quarry.example/4").replace("stone-4", "stone-1")
        room.raw = document(again, *FIRST)
        second = await poll(room)

        assert second.parsed == [1, 4, 4]
        assert second.result.new == 1
        room.raw = document(item(5), again, *FIRST)
        assert (await poll(room)).parsed == [5]

    in_room(work)


def test_a_reset_feed_is_read_whole() -> None:
    async def work(room: Room) -> None:
        await poll(room)

        def reset(session: Session) -> None:
            reset_feeds(session, [feed.id for feed in get_watched_feeds(session)], room.now)

        await read(room, reset)

        assert (await poll(room)).parsed == [3]

    in_room(work)


def test_once_a_day_the_whole_is_read() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        for hour in range(1, 24):
            room.raw = document(*FIRST, made=f"{hour:02}:00")
            assert (await poll(room)).parsed == []
        room.raw = document(*FIRST, made="23:59")

        assert (await poll(room)).parsed == [3]

    in_room(work)


def test_what_was_kept_by_something_else_is_no_memory() -> None:
    async def work(room: Room) -> None:
        await poll(room)
        await read(room, lambda session: session.execute(update(feeds).values(read_items=b"x")))
        room.raw = document(item(4), *FIRST)

        assert (await poll(room)).parsed == [4]

    in_room(work)


def test_the_plan_and_the_habits_of_a_feed_are_those_of_the_whole() -> None:
    habits = ("item_count", "overlap", "gap_seconds", "newest_at", "interval_seconds", "because")
    steps = (
        (item(4), *FIRST),
        (item(6), item(5), item(4), item(3)),
        (item(6), item(5), item(4)),
        (item(7), item(6), item(5, "Marble."), item(4)),
    )
    seen: dict[bool, list[Any]] = {True: [], False: []}

    def follow(*, is_remembered: bool) -> Callable[[Room], Awaitable[None]]:
        async def work(room: Room) -> None:
            assert room.now == START
            await poll(room)
            for items in steps:
                if not is_remembered:
                    nothing = update(feeds).values(read_items=None)
                    await read(room, lambda session, nothing=nothing: session.execute(nothing))
                room.raw = document(*items)
                polled = await poll(room)
                columns = select(*(feeds.c[name] for name in habits))
                row = await read(
                    room, lambda session, columns=columns: tuple(session.execute(columns).one())
                )
                seen[is_remembered].append((replace(polled.result, url=""), row))

        return work

    in_room(follow(is_remembered=True))
    in_room(follow(is_remembered=False))
    assert len(seen[True]) == len(steps)
    assert seen[True] == seen[False]
