"""What a process may do that runs a library with network code of its own.

The library opens its sockets where no client of ours sees them, so the interpreter is asked to
report each (audit hooks, PEP 578): before a connection is made its address is judged by the rule
that feeds and webhooks are under. A hook cannot be taken out again, not even by the library; so
this is for processes that do nothing else. C code that connects past Python is not seen."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from monitor.fetching.guard import is_never_a_site, is_public
from monitor.model.private import PrivatePlace, read_private_place

_CONNECTING = frozenset(("socket.connect", "socket.sendto", "socket.sendmsg"))
# A library that sends messages starts no program.
_STARTING = frozenset(
    ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.forkpty")
)
# Every address, of both kinds.
_ALL = ("0.0.0.0/0", "::/0")
# Where an event of a socket carries its address.
_ADDRESS = 1
_TIMEOUT_S = 10.0


class Refused(Exception):
    """What the process may not do."""


class Guard:
    """Judges what the process is about to do.

    Args:
        places: private places that may be reached all the same.
    """

    def __init__(self, places: Sequence[PrivatePlace] = ()) -> None:
        self._places = places
        self._names: dict[str, str] = {}  # by address, who it was looked up for
        self.refusals: list[str] = []

    def install(self) -> None:
        """Begins to judge; there is no end to it."""
        socket.getaddrinfo = self._remembering(socket.getaddrinfo)
        sys.addaudithook(self.judge)

    def _remembering(self, look_up: Callable[..., Any]) -> Callable[..., Any]:
        # A place may be named by its host, and a connection knows the address alone.
        def look_up_and_remember(host: Any, *arguments: Any, **options: Any) -> Any:
            found = look_up(host, *arguments, **options)
            for *_, address in found:
                self._names[str(address[0])] = str(host)
            return found

        return look_up_and_remember

    def judge(self, event: str, arguments: Sequence[Any]) -> None:
        """Lets an event pass.

        Raises:
            Refused: it is a connection to an address that is not public, or another program.
        """
        if event in _STARTING:
            self._refuse("it wants to start a program")
        if event in _CONNECTING and not self._is_allowed(arguments[_ADDRESS]):
            self._refuse("its address is not public")

    def _refuse(self, why: str) -> None:
        # A library may swallow what is raised; what it wanted is kept.
        self.refusals.append(why)
        raise Refused(why)

    def _is_allowed(self, address: Any) -> bool:
        # A message on a connection that is open has no address.
        if address is None:
            return True
        # The path of a socket on this machine; a name that C code would look up by itself.
        if not isinstance(address, tuple):
            return False
        host, port = str(address[0]), int(address[1])
        if is_public(host):
            return True
        return not is_never_a_site(host) and self._is_own(host, port)

    def _is_own(self, host: str, port: int) -> bool:
        # A place may be named by its host, an address by nothing but itself.
        name = self._names.get(host, host)
        return any(place.holds(name, host, port) for place in self._places)


class Probe(Guard):
    """Lets nothing be said to anybody: the first address that a library may reach and wants to is
    noted, so that it can be connected to afterwards.
    """

    def __init__(self, places: Sequence[PrivatePlace] = ()) -> None:
        super().__init__(places)
        self._address: tuple[str, int] | None = None
        self._is_over = False

    @property
    def wanted(self) -> str:
        """The place that was noted, as "host:port"; empty without one."""
        if self._address is None:
            return ""
        host, port = self._address
        return f"{self._names.get(host, host)}:{port}"

    def judge(self, event: str, arguments: Sequence[Any]) -> None:
        """Lets an event pass that reaches nobody.

        Raises:
            Refused: it is a connection, or another program.
        """
        super().judge(event, arguments)
        address = arguments[_ADDRESS] if event in _CONNECTING else None
        if isinstance(address, tuple) and not self._is_over:
            self._address = self._address or (str(address[0]), int(address[1]))
            raise Refused("it is not to be sent")

    def connect(self) -> bool:
        """Returns whether somebody answers at the place that was noted."""
        self._is_over = True
        if self._address is None:
            return False
        host, port = self._address
        try:
            # By its name, where it has one: of several addresses one may answer.
            place = (self._names.get(host, host), port)
            socket.create_connection(place, timeout=_TIMEOUT_S).close()
        except OSError:
            return False
        return True


def read_places(allowed: bool | Sequence[str]) -> Sequence[PrivatePlace]:
    """Returns the places of `fetch.allow_private` as JSON has them."""
    texts = allowed if isinstance(allowed, Sequence) else _ALL if allowed else ()
    return tuple(map(read_private_place, texts))
