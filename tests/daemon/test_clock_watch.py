"""Somebody sets the clock."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import pytest

from monitor.daemon.clock_watch import ClockWatch
from tests.daemon.running import Loader, run, send, until, utc_now
from tests.world import Outlet


@pytest.mark.parametrize(
    ("day_s", "passed_s", "jump_s"),
    [(5, 5, 0), (6.5, 5, 0), (-3595, 5, -3600), (3605, 5, 3600), (-120, 0, -120)],
)
def test_a_clock_that_is_set_is_noticed_by_the_time_that_truly_passes(
    day_s: float, passed_s: float, jump_s: float
) -> None:
    start = datetime(2025, 6, 1, tzinfo=UTC)
    watch = ClockWatch(start, 100.0)
    now = start + timedelta(seconds=day_s)

    assert watch.look(now, 100.0 + passed_s) == timedelta(seconds=jump_s)
    assert watch.look(now + timedelta(seconds=5), 105.0 + passed_s) == timedelta()


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=400)])
def test_feeds_are_polled_on_after_somebody_set_the_clock(
    loader: Loader, outlet: Outlet, jump: timedelta
) -> None:
    """The feed is due each second; a clock an hour back would let it rest for an hour."""
    settings = (loader.folder / "monitor.toml").read_text()
    (loader.folder / "monitor.toml").write_text(
        f'{settings}[fetch]\nallow_private = true\nper_host_delay = "0s"\n'
        '[schedule]\nmin_interval = "1s"\nmax_interval = "1s"\n'
    )
    (loader.folder / "feeds.toml").write_text(f'[[feed]]\nurl = "{outlet.feed_url}"\n')
    offset = [timedelta()]

    async def set_clock() -> None:
        await until(lambda: len(outlet.requests) >= 2)
        offset[0] = jump
        seen = len(outlet.requests)
        await until(lambda: len(outlet.requests) >= seen + 3)
        offset[0] = timedelta()
        seen = len(outlet.requests)
        await until(lambda: len(outlet.requests) >= seen + 3)
        send(signal.SIGTERM)

    assert (
        run(
            loader,
            set_clock,
            "poll",
            clock=lambda: utc_now() + offset[0],
            tick=timedelta(seconds=0.2),
        )
        == 0
    )
