"""Where alerts go: each channel is connected to as a delivery would be, and nothing is sent."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import httpcore

from monitor.alerts.chats.formats import post_url
from monitor.channels.build import build_apprise
from monitor.cli.doctor.findings import Finding, doubtful, failed, failing, well
from monitor.errors import MonitorError
from monitor.fetching.guard import GuardedBackend, RefusedAddress
from monitor.settings import (
    AppriseSettings,
    ChatSettings,
    ConsoleSettings,
    EmailSettings,
    Settings,
    SmtpSettings,
    WebhookSettings,
)
from monitor.settings.models import ChannelSettings

_DEADLINE_S = 10.0
# Connecting, the certificate, a login; importing Apprise alone takes seconds.
_CHANNEL_S = 60.0
_PORTS = {"http": 80, "https": 443}
_UNREACHABLE = (
    OSError,
    smtplib.SMTPException,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    RefusedAddress,
    ValueError,
)
_CHECK_CHANNEL = "check its url or [smtp], and fetch.allow_private for a host of your own"


async def examine_channels(settings: Settings) -> Sequence[Finding]:
    """Returns of each channel whether its server is there, and takes the login where there is
    one.
    """
    found = [
        await _examine_channel(settings, f"channel {name}", channel)
        for name, channel in settings.channels.items()
    ]
    return [*_examine_sender(settings), *found]


def _examine_sender(settings: Settings) -> Iterator[Finding]:
    """Yields a doubt where mails are from an address that exists on no other machine."""
    sender = settings.smtp.from_
    mails = any(isinstance(channel, EmailSettings) for channel in settings.channels.values())
    if mails and "." not in sender.rpartition("@")[2]:
        to_do = "set from in [smtp] to an address of yours; it may be one that gets the alerts"
        yield doubtful("sender", f"mails are from {sender}, which many servers refuse", to_do)


async def _examine_channel(settings: Settings, name: str, channel: ChannelSettings) -> Finding:
    try:
        async with asyncio.timeout(_CHANNEL_S):
            return well(name, await _probe(settings, channel))
    except MonitorError as error:
        return failed(name, error, _CHECK_CHANNEL)
    except _UNREACHABLE as error:
        # "Connection refused" by itself does not say by whom.
        place = _place_of(settings, channel)
        return failing(name, f"{place}: {_describe(error)}", _CHECK_CHANNEL)


def _describe(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _place_of(settings: Settings, channel: ChannelSettings) -> str:
    """Returns host and port of a channel, where its settings tell them."""
    match channel:
        case EmailSettings():
            return f"{settings.smtp.host}:{settings.smtp.port}"
        case WebhookSettings() | ChatSettings():
            return urlsplit(channel.url).netloc.rpartition("@")[2]
    return channel.type


async def _probe(settings: Settings, channel: ChannelSettings) -> str:
    """Goes as far as a delivery would, but for the message; returns what was found.

    Raises:
        OSError, SMTPException, httpcore's errors, RefusedAddress, DeliveryError: a delivery would
            not get there.
    """
    match channel:
        case EmailSettings():
            # In a thread: the library of the system for mail waits.
            return await asyncio.to_thread(_log_in, settings.smtp, settings.folder)
        case WebhookSettings():
            return await _connect(settings, channel.url)
        case ChatSettings():
            return await _connect(settings, post_url(channel.type, channel.url))
        case AppriseSettings():
            return f"{await build_apprise(settings, channel).probe()} answers"
        case ConsoleSettings():
            return "prints"


def _log_in(smtp: SmtpSettings, folder: Path) -> str:
    """Connects to the mail server, with a login where the config has one; sends nothing. Returns
    what it found.

    Raises:
        OSError, SMTPException: it is not there, is not trusted, or refuses the login.
    """
    context = ssl.create_default_context(
        cafile=str(folder / smtp.ca_file) if smtp.ca_file else None
    )
    with _open_mail_server(smtp, context) as server:
        if smtp.tls == "starttls":
            server.starttls(context=context)
        if smtp.username:
            server.login(smtp.username, smtp.password.get_secret_value())
        # An answer to this says that what came before was accepted.
        server.noop()
    login = f", takes the login of {smtp.username}" if smtp.username else ""
    return f"{smtp.host}:{smtp.port} answers{login}"


def _open_mail_server(smtp: SmtpSettings, context: ssl.SSLContext) -> smtplib.SMTP:
    if smtp.tls == "implicit":
        return smtplib.SMTP_SSL(smtp.host, smtp.port, timeout=_DEADLINE_S, context=context)
    return smtplib.SMTP(smtp.host, smtp.port, timeout=_DEADLINE_S)


async def _connect(settings: Settings, url: str) -> str:
    """Connects to a receiver as a delivery would, certificate included; posts nothing."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    backend = GuardedBackend(allow_private=settings.fetch.allow_private)
    stream = await backend.connect_tcp(host, port, timeout=_DEADLINE_S)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context()
            stream = await stream.start_tls(context, server_hostname=host, timeout=_DEADLINE_S)
    finally:
        await stream.aclose()
    return f"{host}:{port} answers"
