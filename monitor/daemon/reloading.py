"""Taking over a changed config while at work."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from monitor.daemon.waiting import pause, wait_for_either
from monitor.errors import MonitorError, StoreError
from monitor.pipeline.cases.sync import sync_config
from monitor.pipeline.context import Context
from monitor.pipeline.run_once import prepare
from monitor.settings import Settings

# What a reload cannot change: the parts that were built from it are at work.
_AT_START = ("database_url", "fetch", "http")

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reloading:
    """Reads the config anew whenever that is asked for, until the daemon is to stop.

    Attributes:
        load: reads the config.
        asked: somebody wants it read.
        when_done: is called when another config is in force.
    """

    load: Callable[[], Settings]
    asked: asyncio.Event
    stopping: asyncio.Event
    when_done: Callable[[], None]

    async def run(self, ctx: Context) -> None:
        """Takes over what changed each time that it is asked for."""
        while not self.stopping.is_set():
            # Whoever stops it does not wait for a reload that nobody asked for.
            await wait_for_either(self.asked, self.stopping)
            if self.asked.is_set():
                self.asked.clear()
                await self._take_new_config(ctx)

    async def _take_new_config(self, ctx: Context) -> None:
        """Takes over a changed config; a wrong one is logged and the old one stays."""
        try:
            settings = await asyncio.to_thread(self.load)
        except MonitorError as error:
            log.error("config_refused", error=str(error))
            return
        kept = _find_kept(ctx.settings, settings)
        if kept:
            log.warning("config_needs_restart", keys=kept)
        try:
            await self._put_in_force(ctx, settings)
        except StoreError as error:
            log.error("config_not_stored", error=str(error))
            await pause(self.stopping)
            self.asked.set()

    async def _put_in_force(self, ctx: Context, settings: Settings) -> None:
        """Works by another config from now on; where it cannot be prepared all of it is taken back.

        Raises:
            StoreError: the database is in trouble.
        """
        before = ctx.settings
        # Before the store is told: what is prepared is prepared for the new cases.
        ctx.config.reload(settings)
        try:
            await prepare(ctx)
        except StoreError:
            raise
        except MonitorError as error:
            log.error("config_refused", error=str(error), hint=error.hint)
            ctx.config.reload(before)
            await sync_config(ctx)
            return
        log.info("config_reloaded", feeds=len(settings.feeds), cases=len(settings.cases))
        self.when_done()


def _find_kept(old: Settings, new: Settings) -> list[str]:
    """Returns the changed keys that a reload does not take over."""
    return [name for name in _AT_START if getattr(new, name) != getattr(old, name)]
