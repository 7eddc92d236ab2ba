"""Every spelling of an address that is nobody's business, at every entry: not one packet."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

from monitor.channels.webhook import WebhookChannel
from monitor.errors import DeliveryError, FetchError
from monitor.fetching import Client, FetchOptions
from monitor.model import Validators
from monitor.model.private import PrivatePlace
from tests.alerts.samples import OPTIONS as RENDERING
from tests.alerts.samples import PAYLOAD
from tests.fetching.server import Server, Visit, response, serving
from tests.fetching.test_guard import SPELLINGS
from tests.trust.figures import Figure, Finding
from tests.world import SECRET

Entry = Callable[[Client, Server, str], Awaitable[object]]

_connected: list[tuple[str, int]] = []
_is_counting = False


def _note(event: str, arguments: tuple[Any, ...]) -> None:
    if _is_counting and event == "socket.connect" and isinstance(arguments[1], tuple):
        _connected.append(arguments[1][:2])


@contextmanager
def counted_connections() -> Iterator[list[tuple[str, int]]]:
    """Notes where this process connects to, whichever library does it."""
    global _is_counting
    if not _connected and not getattr(sys, "_trust_hook", False):
        sys.addaudithook(_note)
        sys._trust_hook = True
    _connected.clear()
    _is_counting = True
    try:
        yield _connected
    finally:
        _is_counting = False


async def _feed(client: Client, _: Server, url: str) -> None:
    await client.fetch_feed(url, validators=Validators(), credentials=None)


async def _article(client: Client, _: Server, url: str) -> None:
    await client.fetch_page(url)


async def _robots(client: Client, server: Server, url: str) -> None:
    await client.fetch_page(url.replace("/secret", "/robots.txt"))


async def _webhook(client: Client, _: Server, url: str) -> None:
    from monitor.alerts.rendering import render_alert

    await WebhookChannel(url, [SECRET], client).send(render_alert(PAYLOAD, **RENDERING))


async def _redirect(client: Client, server: Server, url: str) -> None:
    await client.fetch(server.url(f"/{url}"))


ENTRIES: dict[str, Entry] = {
    "feed": _feed,
    "article": _article,
    "robots.txt": _robots,
    "webhook": _webhook,
    "redirect": _redirect,
}


def spellings_at_entries() -> list[Finding]:
    """Tries each spelling at each entry, and counts connections and answers."""
    with counted_connections() as connected:
        tried, let_in, port = asyncio.run(_try_all())
        packets = [place for place in connected if place != ("127.0.0.1", port)]
    name = "addresses x entries"
    return [
        Figure(f"{name}: tried", tried, 300, ">="),
        Figure(f"{name}: connections made", len(packets), 0, note=str(packets[:3] or "")),
        Figure(f"{name}: let in", len(let_in), 0, note=" ".join(let_in[:5])),
    ]


async def _try_all() -> tuple[int, list[str], int]:
    async def send_on(visit: Visit) -> None:
        await visit.send(
            response(status="302 Found", headers=(("Location", visit.request.target[1:]),))
        )

    tried, let_in = 0, []
    async with serving(send_on) as outer:
        # The first hop of the redirect is the one place that is open.
        options = FetchOptions(
            user_agent="monitor/test (+https://desk.example)",
            per_host_delay=timedelta(),
            deadline=timedelta(seconds=5),
            allow_private=(PrivatePlace("127.0.0.1", port=outer.port),),
        )
        async with Client(options) as client:
            for spelling in SPELLINGS:
                for name, enter in ENTRIES.items():
                    tried += 1
                    with suppress(FetchError, DeliveryError):
                        await enter(client, outer, f"http://{spelling}:9/secret")
                        let_in.append(f"{name} {spelling}")
    return tried, let_in, outer.port
