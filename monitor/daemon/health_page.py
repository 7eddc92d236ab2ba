"""The pages that the daemon shows of itself, from a thread of their own."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from monitor.daemon.pulse import Pulse
from monitor.errors import MonitorError


class _HealthHandler(BaseHTTPRequestHandler):
    """Answers `/healthz` with the figures of `pulse`, and everything else with 404."""

    pulse: Pulse
    # A client that says nothing must not hold its thread.
    timeout = 5
    server_version = "monitor"
    sys_version = ""

    def do_GET(self) -> None:  # named by the standard library
        if self.path.split("?")[0] != "/healthz":
            self._reply(404, {"error": "not found"})
            return
        is_well, figures = self.pulse.describe()
        self._reply(200 if is_well else 503, figures)

    def _reply(self, status: int, body: dict[str, object]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    # The base class logs every request to stderr; the signature is its own.
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002
        return


def serve_health(listen: str, pulse: Pulse) -> ThreadingHTTPServer:
    """Serves `/healthz` on `host:port` from a thread of its own, so that a stuck event loop shows.

    Raises:
        MonitorError: the address cannot be listened on.
    """
    host, _, port = listen.rpartition(":")
    # The server makes its handlers itself, so what they show is given to their class.
    handler = type("Handler", (_HealthHandler,), {"pulse": pulse})
    try:
        server = ThreadingHTTPServer((host.strip("[]") or "127.0.0.1", int(port)), handler)
    except (OSError, ValueError, OverflowError) as error:
        raise MonitorError(
            f"http.listen = {listen!r}: {error}", hint='use "127.0.0.1:9310" or another free port'
        ) from error
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server
