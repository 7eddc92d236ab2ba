"""What is outside: names, receivers, feeds; and the processes in which what comes is read."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpcore

from monitor.bootstrap import build_pool, build_reader
from monitor.cli.doctor.findings import Finding, failed, failing, well
from monitor.cli.output import count_of
from monitor.cli.state import utc_now
from monitor.errors import MonitorError
from monitor.fetching.guard import GuardedBackend, RefusedAddress, SystemLookup
from monitor.settings import Settings, SmtpSettings
from monitor.settings.models import ChannelSettings, EmailSettings, WebhookSettings
from monitor.urls import shown

_DEADLINE_S = 10.0
_CHANNEL_S = 30.0  # connecting, the certificate, a login
# Hosts whose names are asked for: when these are found, so are the others.
_MAX_NAMES = 5
_PROBE = timedelta(seconds=10)
_PORTS = {"http": 80, "https": 443}
_CHECK_FEED = "monitor feeds show FEED tells its history; feeds discover finds where it moved"
_UNREACHABLE = (
    OSError,
    smtplib.SMTPException,
    httpcore.NetworkError,
    httpcore.TimeoutException,
    RefusedAddress,
    ValueError,
)
_CHECK_CHANNEL = "check its url or [smtp], and fetch.allow_private for a host of your own"
_NAME_SERVER = "check /etc/resolv.conf and the way out: resolvectl query HOST"


async def examine_workers() -> Sequence[Finding]:
    """Returns whether processes can be started in which hostile bytes are read."""
    try:
        # As the daemon starts them, with the same limits of memory.
        async with build_pool() as pool:
            answer = await pool.run(sorted, [3, 1, 2], timeout=_PROBE)
    except (MonitorError, OSError) as error:
        to_do = "allow this user more processes and memory: ulimit -u, MemoryMax, TasksMax"
        return [failed("worker", error, to_do)]
    return [well("worker", f"a process answered {answer}")]


async def examine(settings: Settings, *, is_live: bool) -> Sequence[Finding]:
    """Returns what was found outside.

    Args:
        is_live: every feed is asked, too.
    """
    findings = [await _examine_names(settings)]
    for name, channel in settings.channels.items():
        findings.append(await _examine_channel(settings, f"channel {name}", channel))
    if is_live:
        findings += await _examine_feeds(settings)
    return findings


async def _examine_names(settings: Settings) -> Finding:
    """Returns whether names of feeds' hosts are found."""
    named = dict.fromkeys(urlsplit(feed.url).hostname for feed in settings.feeds)
    hosts = list(filter(None, named))
    lookup, missing = SystemLookup(), []
    for host in hosts[:_MAX_NAMES]:
        try:
            async with asyncio.timeout(_DEADLINE_S):
                await lookup(host, _PORTS["https"])
        except (OSError, httpcore.ConnectError, TimeoutError, UnicodeError) as error:
            missing.append(f"{host} ({type(error).__name__})")
    if missing:
        return failing("names", f"not found: {', '.join(missing)}", _NAME_SERVER)
    return well("names", f"{count_of(len(hosts[:_MAX_NAMES]), 'host')} of feeds found")


async def _examine_channel(settings: Settings, name: str, channel: ChannelSettings) -> Finding:
    """Returns whether a channel's server is there, and takes the login where there is one."""
    try:
        async with asyncio.timeout(_CHANNEL_S):
            return well(name, await _probe(settings, channel))
    except _UNREACHABLE as error:
        return failed(name, error, _CHECK_CHANNEL)


async def _probe(settings: Settings, channel: ChannelSettings) -> str:
    """Goes as far as a delivery would, but for the message; returns what was found.

    Raises:
        OSError, SMTPException, httpcore's errors, RefusedAddress: a delivery would not get there.
    """
    # In a thread: the library of the system for mail waits.
    if isinstance(channel, EmailSettings):
        return await asyncio.to_thread(log_in, settings.smtp, settings.folder)
    if isinstance(channel, WebhookSettings):
        return await _connect(settings, channel.url)
    return "prints"


def log_in(smtp: SmtpSettings, folder: Path) -> str:
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


async def _examine_feeds(settings: Settings) -> Sequence[Finding]:
    """Returns which feeds do not answer with a feed."""
    async with build_reader(settings) as reader:
        checked = await reader.check_feeds(settings.feeds, (), now=utc_now())
    bad = [one for one in checked if one.outcome != "ok"]
    findings = [
        failing(f"feed {one.title or shown(one.url)}", f"{one.outcome}: {one.error}", _CHECK_FEED)
        for one in bad
    ]
    good = count_of(len(checked) - len(bad), "feed")
    return [well("feeds", f"{good} answer as they should"), *findings]
