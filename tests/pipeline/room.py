"""One feed on loopback whose server answers with raw bytes, polled by programs that are started
anew each time.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select
from sqlmodel import Session

from monitor.bootstrap import build_context
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.pipeline.polling.poll import PollResult
from monitor.pipeline.polling.pollers import poll_named
from monitor.settings import load_settings
from monitor.store.feeds import get_watched_feeds
from monitor.store.schema.tables import entries
from monitor.store.views.feeds import FeedView, list_feeds
from tests.databases import place_database
from tests.fetching.server import Server, Visit, response, serving

START = datetime(2025, 4, 12, tzinfo=UTC)


class JumpingPace:
    """Seconds that pass when somebody waits for them; the waits are kept."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    def time(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.waits.append(seconds)


@dataclass
class Room:
    """One feed, `/feed.xml`, whose server answers with raw bytes, path by path; and a clock that
    the case moves.

    Attributes:
        raw: what the feed answers with.
        answers: what other paths answer with, and the feed where it is among them.
        pace: what the client spaces its requests by.
        conditional: what requests with validators are answered with, where that is another thing.
    """

    raw: bytes
    server: Server
    folder: Path
    now: datetime = START
    answers: dict[str, bytes] = field(default_factory=dict)
    conditional: bytes | None = None
    pace: JumpingPace = field(default_factory=JumpingPace)

    async def poll(self, *, after: timedelta = timedelta(), times: int = 1) -> PollResult:
        """Polls the feed in a program started anew, `times` times with `after` before each; returns
        the last result.
        """
        for _ in range(times):
            self.now += after
            async with self.program() as ctx:
                feed, *_ = await ctx.read(get_watched_feeds)
                results: Sequence[PollResult] = await poll_named(ctx, [feed.id])
        return results[0]

    @asynccontextmanager
    async def program(self) -> AsyncIterator[Context]:
        async with build_context(
            load_settings(self.folder, {}), lambda: self.now, monotonic=self.pace
        ) as ctx:
            await sync_config(ctx)
            yield ctx

    async def feed(self) -> FeedView:
        async with self.program() as ctx:
            return (await ctx.read(list_feeds))[0]

    async def titles(self) -> list[str]:
        async with self.program() as ctx:
            return await ctx.read(_titles)

    @property
    def asked(self) -> list[str]:
        """The paths of all requests."""
        return [request.target for request in self.server.requests]

    def sent(self, name: str) -> str | None:
        """A header of the last request."""
        return self.server.requests[-1].headers.get(name)


def _titles(session: Session) -> list[str]:
    return list(session.execute(select(entries.c.title).order_by(entries.c.id)).scalars())


@asynccontextmanager
async def open_room(raw: bytes, *, hosts: Sequence[bytes] = ()) -> AsyncIterator[Room]:
    """A room whose feed answers with `raw`; where that redirects to one of `hosts`, to the room's
    own server instead.
    """
    with TemporaryDirectory() as folder:
        rooms: list[Room] = []

        async def answer(visit: Visit) -> None:
            room = rooms[0]
            default = (
                room.raw
                if visit.request.target == "/feed.xml"
                else response(status="404 Not Found")
            )
            data = room.answers.get(visit.request.target, default)
            if room.conditional is not None and {"if-none-match", "if-modified-since"} & set(
                visit.request.headers
            ):
                data = room.conditional
            await visit.send(data)
            visit.writer.close()

        async with serving(answer) as server:
            for host in hosts:
                raw = raw.replace(b"Location: " + host, b"Location: " + server.url("").encode())
            rooms.append(Room(raw, server, write_room(Path(folder), server.url("/feed.xml"))))
            yield rooms[0]


def write_room(folder: Path, url: str) -> Path:
    (folder / "cases").mkdir()
    place_database(folder / "monitor.db")
    (folder / "monitor.toml").write_text(
        'database_url = "sqlite:///monitor.db"\n[fetch]\nallow_private = true\nper_host_delay = '
        '"0s"\ndeadline = "10s"\n'
    )
    (folder / "feeds.toml").write_text(f"[[feed]]\nurl = {json.dumps(url)}\n")
    (folder / "cases" / "reports.toml").write_text('title = "Reports"\nquery = "quarry"\n')
    return folder
