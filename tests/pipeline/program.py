"""A program over a few cases and no feeds, started anew for each thing it does, with a clock that
the test moves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from monitor.bootstrap import build_context
from monitor.channels import Channel
from monitor.model import Message, Receipt
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context, CurrentConfig
from monitor.settings import load_settings
from tests.databases import place_database
from tests.store.rows import NOW

T = TypeVar("T")
# The database of a program that has one to itself: a file beside its config.
BESIDE = "sqlite:///monitor.db"
HARBOUR = 'title = "Harbour"\nquery = "harbour OR pier"\ntimezone = "Europe/London"\n'


@dataclass
class Program:
    """The pipeline over a config folder; each `run` is a new process as far as the store knows.

    Attributes:
        channels: stand in for those of the config.
    """

    folder: Path
    now: datetime = NOW
    channels: Mapping[str, Channel] = field(default_factory=dict)

    def run(self, work: Callable[[Context], Awaitable[T]]) -> T:
        """Does something with the config in force and its cases in the store."""

        async def inside() -> T:
            settings = load_settings(self.folder, {})
            async with build_context(settings, lambda: self.now) as ctx:
                config = CurrentConfig(settings, lambda _: self.channels)
                ctx = replace(ctx, config=config, jitter=lambda: 0.5)
                await sync_config(ctx)
                return await work(ctx)

        return asyncio.run(inside())

    def write_case(self, slug: str, text: str) -> None:
        """Puts a case into the config, or another text in its place."""
        (self.folder / "cases" / f"{slug}.toml").write_text(text, encoding="utf-8")

    def wait(self, **span: float) -> None:
        """Moves the clock on."""
        self.now += timedelta(**span)


def start_program(folder: Path, database_url: str = BESIDE, **cases: str) -> Program:
    """Writes a config of these cases, by slug, and returns a program over it."""
    (folder / "cases").mkdir(parents=True)
    if database_url == BESIDE:
        place_database(folder / "monitor.db")
    (folder / "monitor.toml").write_text(
        f'database_url = "{database_url}"\ntimezone = "Europe/London"\n[judge]\nsemantic = "off"\n'
    )
    (folder / "feeds.toml").write_text("")
    program = Program(folder)
    for slug, text in cases.items():
        program.write_case(slug, text)
    return program


@dataclass
class Receiver:
    """A channel that keeps what it accepts, and raises what it is given first."""

    refusals: list[Exception] = field(default_factory=list)
    accepted: list[Message] = field(default_factory=list)

    async def send(self, message: Message) -> Receipt:
        if self.refusals:
            raise self.refusals.pop(0)
        self.accepted.append(message)
        return Receipt("accepted")
