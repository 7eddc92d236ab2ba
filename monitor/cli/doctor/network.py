"""What is outside: names; and the processes in which what comes is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

import httpcore

from monitor.bootstrap import build_pool
from monitor.cli.doctor.findings import Finding, failed, failing, well
from monitor.cli.output import count_of
from monitor.errors import MonitorError
from monitor.fetching.guard import SystemLookup
from monitor.settings import Settings

_DEADLINE_S = 10.0
# Hosts whose names are asked for: when these are found, so are the others.
_MAX_NAMES = 5
_PROBE = timedelta(seconds=10)
_HTTPS_PORT = 443
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


async def examine_names(settings: Settings) -> Finding:
    """Returns whether names of feeds' hosts are found."""
    named = dict.fromkeys(urlsplit(feed.url).hostname for feed in settings.feeds)
    hosts = list(filter(None, named))
    lookup, missing = SystemLookup(), []
    for host in hosts[:_MAX_NAMES]:
        try:
            async with asyncio.timeout(_DEADLINE_S):
                await lookup(host, _HTTPS_PORT)
        except (OSError, httpcore.ConnectError, TimeoutError, UnicodeError) as error:
            missing.append(f"{host} ({type(error).__name__})")
    if missing:
        return failing("names", f"not found: {', '.join(missing)}", _NAME_SERVER)
    return well("names", f"{count_of(len(hosts[:_MAX_NAMES]), 'host')} of feeds found")
