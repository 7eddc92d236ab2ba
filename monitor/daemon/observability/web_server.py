"""What the daemon serves: its health, its figures and the read-only pages, from a thread with a
loop of its own, so that a stuck daemon shows and a busy page holds up nothing.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from anyio import to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from monitor.daemon.pulse import Pulse
from monitor.errors import MonitorError
from monitor.pages.app import access_of, build_app, is_loopback
from monitor.pages.library import Library

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
_READERS = 4  # pages that are made at a time
_MAX_CLIENTS = 250  # connections; what is over gets a 503 at once
_MAX_HEAD = 16_384  # bytes of a request's first lines
_REQUEST_S = 5.0  # for a request to come in whole
_STOP_S = 5.0


class _PatientProtocol(H11Protocol):
    """HTTP/1.1 that hangs up on who does not finish asking."""

    def connection_made(self, transport: Any) -> None:
        """Begins a connection."""
        super().connection_made(transport)
        self._asked = self.loop.call_later(_REQUEST_S, self._hang_up)

    def connection_lost(self, exc: Exception | None) -> None:
        """Ends a connection."""
        self._asked.cancel()
        super().connection_lost(exc)

    def _hang_up(self) -> None:
        # The cycle is there from a request's last header on.
        if self.cycle is None:
            self.transport.close()


class WebServer:
    """Serves an application on `host:port` until it is stopped.

    Raises:
        MonitorError: the address cannot be listened on.
    """

    def __init__(self, listen: str, app: ASGIApp) -> None:
        host, _, port = listen.rpartition(":")
        try:
            self._socket = _bind(host.strip("[]") or "127.0.0.1", int(port))
        except (OSError, ValueError, OverflowError) as error:
            raise MonitorError(
                f"http.listen = {listen!r}: {error}",
                hint='use "127.0.0.1:9310" or another free port',
            ) from error
        config = uvicorn.Config(
            app,
            http=_PatientProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            # More than these get a 503 at once: a flood costs no memory.
            limit_concurrency=_MAX_CLIENTS,
            timeout_keep_alive=int(_REQUEST_S),
            h11_max_incomplete_event_size=_MAX_HEAD,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="web", daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port, as the system gave them."""
        host, port = self._socket.getsockname()[:2]
        return str(host), int(port)

    def start(self) -> None:
        """Begins to serve."""
        self._thread.start()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        # Few: each reads the store, and the daemon wants its turn there.
        to_thread.current_default_thread_limiter().total_tokens = _READERS
        await self._server.serve([self._socket])

    def stop(self) -> None:
        """Ends, whoever is still reading."""
        # At once: who reads a page can ask again, a stop has ten seconds in all.
        self._server.should_exit = self._server.force_exit = True
        self._thread.join(_STOP_S)
        self._socket.close()


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family)
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind((host, port))
        # Now, and not when the thread begins: who asks from here on is answered.
        opened.listen(_MAX_CLIENTS)
    except (OSError, OverflowError):
        opened.close()
        raise
    return opened


def health_routes(pulse: Pulse, write_metrics: Callable[[], bytes]) -> list[BaseRoute]:
    """Returns `/healthz` with the figures of the pulse, and `/metrics`."""

    async def show_health(_request: Request) -> Response:
        # Not in a thread: those may all be busy with pages.
        is_well, figures = pulse.describe()
        return Response(json.dumps(figures), 200 if is_well else 503, media_type="application/json")

    def show_metrics(_request: Request) -> Response:
        return Response(write_metrics(), media_type=_PROMETHEUS)

    return [Route("/healthz", show_health), Route("/metrics", show_metrics)]


def health_app(pulse: Pulse, write_metrics: Callable[[], bytes]) -> ASGIApp:
    """Returns an application of a daemon's health alone."""
    return Starlette(
        routes=health_routes(pulse, write_metrics), exception_handlers={HTTPException: _tell}
    )


async def _tell(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    content = json.dumps({"error": error.detail})
    return Response(content, error.status_code, media_type="application/json")


def serve(
    listen: str, token: str, library: Library, pulse: Pulse, write_metrics: Callable[[], bytes]
) -> WebServer:
    """Serves health and pages; on an address that others reach the pages only to who has a token.

    Raises:
        MonitorError: the address cannot be listened on.
    """
    if token or is_loopback(listen):
        own = health_routes(pulse, write_metrics)
        server = WebServer(listen, build_app(library, access_of(listen, token), own))
    else:
        server = WebServer(listen, health_app(pulse, write_metrics))
    server.start()
    return server
