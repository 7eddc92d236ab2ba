"""`monitor doctor`: looks at everything that the daemon needs, and says of each what to do.

`status` tells how the work goes; this tells why it does not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.doctor.findings import Finding, Health
from monitor.cli.output import FormatOption, print_rows, talk
from monitor.cli.state import get_state, utc_now

if TYPE_CHECKING:
    from monitor.settings import Settings

EXIT_DEGRADED = 3
_COLUMNS = ("health", "check", "found", "to_do")


def doctor(
    ctx: typer.Context,
    form: FormatOption = None,
    live: Annotated[
        bool, typer.Option("--live", help="Also ask every feed once, as the daemon would.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody outside: no names, no channels.")
    ] = False,
) -> None:
    """Checks config, database, disk, clock, feeds, names, channels and workers, and says what to
    do.

    Mail servers are logged in to, other receivers connected to; nothing is sent. Feeds are told by
    their last poll, or asked with --live. Exits with 3 when something fails.

    Example: monitor doctor --live
    """
    settings = get_state(ctx).load()
    findings = list(_examine(settings, is_live=live, is_offline=offline))
    rows = [{**asdict(one), "health": one.health.value} for one in findings]
    print_rows(rows, _COLUMNS, form, details=("to_do",))
    bad = sum(one.health is Health.FAILS for one in findings)
    if bad:
        talk(f"{bad} of {len(findings)} checks fail")
        raise typer.Exit(EXIT_DEGRADED)


def _examine(settings: Settings, *, is_live: bool, is_offline: bool) -> Iterable[Finding]:
    """Yields what was found, the nearest first: what fails there explains the rest."""
    import asyncio
    from functools import partial

    from monitor.cli.doctor import local, network, outbox, watched

    yield from local.examine(settings, utc_now())
    yield from watched.examine_addresses(settings)
    if not is_live:
        yield from local.examine_store(settings, "feeds", watched.examine_last_polls)
    yield from local.examine_store(settings, "outbox", partial(outbox.examine_waiting, settings))
    yield from asyncio.run(network.examine_workers())
    if not is_offline:
        yield from asyncio.run(_examine_outside(settings, is_live=is_live))


async def _examine_outside(settings: Settings, *, is_live: bool) -> Iterable[Finding]:
    """Returns what was found of names and channels, and of feeds where they are asked."""
    from monitor.cli.doctor import network, receivers, watched

    found = [await network.examine_names(settings), *await receivers.examine_channels(settings)]
    return [*found, *await watched.examine_now(settings)] if is_live else found
