"""`monitor channels …`: where alerts go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.output import FormatOption, print_rows, talk
from monitor.cli.state import get_state, utc_now
from monitor.errors import NotFound

if TYPE_CHECKING:
    from monitor.channels import Channel
    from monitor.settings import Settings

app = typer.Typer(help="Channels: where alerts go.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, form: FormatOption = None) -> None:
    """The channels of the config and the cases that use them.

    Example: monitor channels list
    """
    settings = get_state(ctx).load()
    rows = []
    for name, channel in settings.channels.items():
        users = [
            f"{case.slug} ({rule.when})"
            for case in settings.cases
            for rule in case.alerts
            if rule.channel == name
        ]
        rows.append({"name": name, "type": channel.type, "used_by": users})
    print_rows(rows, ("name", "type", "used_by"), form, zone=settings.timezone)


@app.command("test")
def send_test(
    ctx: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...")] = None,
) -> None:
    """Sends a real test message.

    Example: monitor channels test desk
    """
    import asyncio

    settings = get_state(ctx).load()
    wanted = names or list(settings.channels) or ["console"]
    unknown = [name for name in wanted if name not in settings.channels and name != "console"]
    if unknown:
        raise NotFound(
            f"no channel {unknown[0]!r}",
            hint=f"channels.toml has {', '.join(settings.channels) or 'none'}",
        )
    failures = asyncio.run(_send_tests(settings, wanted))
    if failures:
        raise typer.Exit(1)


async def _send_tests(settings: Settings, names: list[str]) -> int:
    """Sends a test message to each channel; returns how many refused it."""
    import sys

    from monitor.bootstrap import fetch_options
    from monitor.channels import build_channels
    from monitor.fetching import Client

    client = Client(fetch_options(settings))
    channels = build_channels(settings, client, sys.stdout)
    failures = 0
    for name in names:
        failures += not await _is_accepted(channels[name], name, settings)
    await client.aclose()
    return failures


async def _is_accepted(channel: Channel, name: str, settings: Settings) -> bool:
    from monitor.alerts import render_test
    from monitor.errors import DeliveryError

    now = utc_now()
    message = render_test(
        id=f"test-{name}-{now:%Y%m%d%H%M%S}",
        now=now,
        timezone=settings.timezone,
        sender=settings.smtp.from_,
        channel=name,
    )
    try:
        receipt = await channel.send(message)
    except DeliveryError as error:
        talk(f"{name}: not accepted: {error}")
        return False
    talk(f"{name}: accepted {receipt.detail}".rstrip())
    return True
