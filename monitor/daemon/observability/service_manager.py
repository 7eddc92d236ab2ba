"""Telling systemd how it goes, over the socket that it names."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from monitor.text import one_line


@dataclass(frozen=True, slots=True)
class ServiceManager:
    """Who started the daemon and wants to hear of it.

    Attributes:
        address: of its datagram socket, a path or "@" and an abstract name; empty where nobody
            listens.
        watchdog: it restarts the daemon when it has heard nothing for so long; None where it does
            not.

    Source: sd_notify(3), sd_watchdog_enabled(3).
    """

    address: str = ""
    watchdog: timedelta | None = None

    def tell(self, *states: str) -> None:
        """Sends states such as "READY=1"; who does not listen misses them."""
        if not self.address:
            return
        name = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notice:
            # Never waited for: a manager that hangs must not hold up the daemon.
            notice.setblocking(False)
            with contextlib.suppress(OSError):
                # In an error from the web a line of its own would be a state of its own.
                notice.sendto("\n".join(map(one_line, states)).encode(), name)


def find_service_manager(environment: Mapping[str, str], pid: int) -> ServiceManager:
    """Returns who is named in the environment, with the watchdog if it is for this process."""
    # A child inherits the variables and is not meant by them.
    is_ours = environment.get("WATCHDOG_PID", str(pid)) == str(pid)
    microseconds = environment.get("WATCHDOG_USEC", "")
    has_watchdog = is_ours and microseconds.isdecimal() and int(microseconds) > 0
    watchdog = timedelta(microseconds=int(microseconds)) if has_watchdog else None
    return ServiceManager(environment.get("NOTIFY_SOCKET", ""), watchdog)
