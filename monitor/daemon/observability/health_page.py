"""The pages that the daemon shows of itself, from a thread of their own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from monitor.daemon.pulse import Pulse
from monitor.errors import MonitorError

_JSON = "application/json"
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class _PageHandler(BaseHTTPRequestHandler):
    """Answers `/healthz` with the figures of `pulse`, `/metrics` with what `write_metrics` writes,
    and everything else with 404.
    """

    pulse: Pulse
    write_metrics: Callable[[], bytes]
    # A client that says nothing must not hold its thread.
    timeout = 5
    server_version = "monitor"
    sys_version = ""

    def do_GET(self) -> None:  # named by the standard library
        path = self.path.split("?")[0]
        if path == "/healthz":
            is_well, figures = self.pulse.describe()
            self._reply(200 if is_well else 503, json.dumps(figures).encode(), _JSON)
        elif path == "/metrics":
            self._reply(200, self.write_metrics(), _PROMETHEUS)
        else:
            self._reply(404, json.dumps({"error": "not found"}).encode(), _JSON)

    def _reply(self, status: int, content: bytes, media_type: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # The base class logs every request to stderr; the signature is its own.
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
        return


def serve_health(
    listen: str, pulse: Pulse, write_metrics: Callable[[], bytes]
) -> ThreadingHTTPServer:
    """Serves `/healthz` and `/metrics` on `host:port` from a thread of its own, so that a stuck
    event loop shows.

    Raises:
        MonitorError: the address cannot be listened on.
    """
    host, _, port = listen.rpartition(":")
    # The server makes its handlers itself, so what they show is given to their class.
    given = {"pulse": pulse, "write_metrics": staticmethod(write_metrics)}
    handler = type("Handler", (_PageHandler,), given)
    try:
        server = ThreadingHTTPServer((host.strip("[]") or "127.0.0.1", int(port)), handler)
    except (OSError, ValueError, OverflowError) as error:
        raise MonitorError(
            f"http.listen = {listen!r}: {error}", hint='use "127.0.0.1:9310" or another free port'
        ) from error
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
