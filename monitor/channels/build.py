"""Builds the channels that the config names."""

from __future__ import annotations

from typing import TextIO

from monitor.channels.apprise import AppriseChannel
from monitor.channels.base import Channel, Clock, Poster, wall_clock
from monitor.channels.chat import ChatChannel
from monitor.channels.console import ConsoleChannel
from monitor.channels.email import EmailChannel
from monitor.channels.webhook import WebhookChannel
from monitor.model.private import PrivatePlace
from monitor.settings import (
    AppriseSettings,
    ChatSettings,
    ConsoleSettings,
    EmailSettings,
    Settings,
    WebhookSettings,
)
from monitor.settings.settings import CONSOLE


def build_channels(
    settings: Settings, poster: Poster, stream: TextIO, *, clock: Clock = wall_clock
) -> dict[str, Channel]:
    """Returns every channel by name; "console" is always among them.

    Args:
        poster: the HTTP client that webhooks go through.
        stream: where console channels print.
        clock: the time of each attempt, for signatures and mail dates.
    """
    channels: dict[str, Channel] = {CONSOLE: ConsoleChannel(stream)}
    for name, channel in settings.channels.items():
        match channel:
            case EmailSettings():
                channels[name] = _build_email(settings, channel, clock)
            case WebhookSettings():
                secrets = channel.secret.get_secret_value().split()
                channels[name] = WebhookChannel(channel.url, secrets, poster, clock=clock)
            case ChatSettings():
                channels[name] = ChatChannel(channel.url, channel.type, poster)
            case AppriseSettings():
                channels[name] = build_apprise(settings, channel)
            case ConsoleSettings():
                channels[name] = ConsoleChannel(stream)
    return channels


def build_apprise(settings: Settings, channel: AppriseSettings) -> AppriseChannel:
    """Returns a channel of Apprise."""
    # The same places that webhooks may reach: what is private is said once.
    places = _print_places(settings.fetch.allow_private)
    return AppriseChannel(channel.url.get_secret_value(), allow_private=places)


def _print_places(allowed: bool | tuple[PrivatePlace, ...]) -> bool | list[str]:
    return allowed if isinstance(allowed, bool) else list(map(str, allowed))


def _build_email(settings: Settings, channel: EmailSettings, clock: Clock) -> EmailChannel:
    # Paths of the config are relative to its folder, wherever the program was started.
    return EmailChannel(
        settings.smtp,
        channel.to,
        unsubscribe=channel.unsubscribe,
        ca_folder=settings.folder,
        clock=clock,
    )
