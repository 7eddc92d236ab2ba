"""A port on loopback that answers nobody and knows how often somebody came."""

from __future__ import annotations

import socket
from threading import Thread


class Listener:
    """Hangs up on whoever connects, and counts.

    Attributes:
        visits: connections so far; each is counted before it is closed.
    """

    def __init__(self) -> None:
        self.visits = 0
        self._server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._server.getsockname()[1]}"
        self._thread = Thread(target=self._hang_up, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._server.close()

    def _hang_up(self) -> None:
        while True:
            try:
                visitor, _ = self._server.accept()
            except OSError:
                return
            self.visits += 1
            visitor.close()
