"""`monitor channels …`: where alerts go, and whether they arrive.

`test` goes the way of a real delivery, from rendering to the receiver's answer; only the outbox is
left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import FormatOption, count_of, print_rows, talk
from monitor.cli.state import get_state, open_reader, require_channels, utc_now

if TYPE_CHECKING:
    from monitor.channels import Channel
    from monitor.model import Message
    from monitor.settings import Settings

app = typer.Typer(help="Channels: where alerts go.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, form: FormatOption = None) -> None:
    """The channels of the config, and the console, with the cases that use them.

    Example: monitor channels list
    """
    from monitor.settings.settings import CONSOLE

    settings = get_state(ctx).load()
    rows = []
    for name, channel in settings.channels.items():
        users = list(_iter_users(settings, name))
        rows.append({"name": name, "type": channel.type, "used_by": users})
    users = list(_iter_users(settings, CONSOLE))
    if users and CONSOLE not in settings.channels:
        rows.append({"name": CONSOLE, "type": CONSOLE, "used_by": users})
    print_rows(rows, ("name", "type", "used_by"), form, zone=settings.timezone)


def _iter_users(settings: Settings, channel: str) -> Iterator[str]:
    """Yields the cases that send their alerts to a channel, each with when."""
    for case in settings.cases:
        for rule in case.alerts:
            if rule.channel == channel:
                yield f"{case.slug} ({rule.when})"


@app.command("test")
def send_test(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
) -> None:
    """Sends a real test message.

    Example: monitor channels test desk
    """
    import asyncio

    from monitor.settings.settings import CONSOLE

    settings = get_state(ctx).load()
    wanted = names or list(settings.channels) or [CONSOLE]
    require_channels(settings, wanted)
    failures = asyncio.run(_send_tests(settings, wanted))
    if failures:
        raise typer.Exit(1)


@app.command("enable")
def enable(ctx: typer.Context, name: str) -> None:
    """Sends again to a channel whose receiver said that it is gone.

    Example: monitor channels enable newsroom
    """
    from monitor.store.upkeep.closed_channels import open_channel
    from monitor.store.views.alerts import get_dead_deliveries

    settings = get_state(ctx).load()
    require_channels(settings, [name])
    with open_reader(settings) as store:
        was_closed = store.write(open_channel, name)
        dead = len(store.read(get_dead_deliveries, name))
    talk(f"{name}: {'enabled' if was_closed else 'was not disabled'}")
    if dead:
        # What waited is told by itself; what was refused for good is not.
        verb = "stays" if dead == 1 else "stay"
        again = f"`monitor alerts resend --channel {name}`"
        talk(f"{count_of(dead, 'message')} that it refused {verb} undelivered until {again}")


async def _send_tests(settings: Settings, names: list[str]) -> int:
    """Sends a test message to each channel; returns how many refused it."""
    import sys

    from monitor.bootstrap import fetch_options
    from monitor.channels import build_channels
    from monitor.fetching import Client

    # With the options of deliveries: else a test could pass and an alert fail.
    client = Client(fetch_options(settings))
    channels = build_channels(settings, client, sys.stdout)
    failures = 0
    # One after the other, and all of them: the second may be right where the first is not.
    for name in names:
        failures += not await _is_accepted(channels[name], name, settings)
    await client.aclose()
    return failures


async def _is_accepted(channel: Channel, name: str, settings: Settings) -> bool:
    """Sends a test message and says what became of it; returns whether it was accepted."""
    from monitor.errors import DeliveryError

    try:
        receipt = await channel.send(_test_message(name, settings))
    # What may pass and what may not are one here: nobody tries again.
    except DeliveryError as error:
        talk(f"{name}: not accepted: {error}")
        return False
    if receipt.waiting:
        talk(f"{name}: not accepted yet by {receipt.waiting}")
        return False
    talk(f"{name}: accepted {receipt.detail}".rstrip())
    return True


def _test_message(name: str, settings: Settings) -> Message:
    """Returns a test message to a channel."""
    from monitor.alerts.rendering import render_test

    now = utc_now()
    return render_test(
        # A receiver drops an id that it has: each test is a message of its own.
        id=f"test-{name}-{now:%Y%m%d%H%M%S}",
        now=now,
        timezone=settings.timezone,
        sender=settings.smtp.from_,
        channel=name,
    )
