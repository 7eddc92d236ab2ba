"""Which addresses may be connected to, judged at the moment of connecting.

Feeds, pages, redirects and webhooks name hosts that strangers chose. A name is resolved here,
*every* address behind it is judged, and the connection goes to a judged address, so a second answer
of the name server is never used (DNS rebinding); TLS and the Host header keep the name. Judging
URLs as text was rejected: `127.1`, `0x7f.1`, `[::ffff:7f00:1]`, redirects and name servers all get
round it. `ipaddress.is_global` was rejected, too: it lets 6to4, NAT64, IPv4-compatible and
multicast addresses pass."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from collections.abc import Awaitable, Callable, Iterable
from functools import lru_cache

import httpcore

from monitor.fetching.lenient.heads import MendingStream
from monitor.fetching.wire.streams import LoopBackend
from monitor.model.private import PrivatePlace

Lookup = Callable[[str, int], Awaitable[list[str]]]
_AnswerFuture = asyncio.Future[list[str]]

# IANA special-purpose registries (RFC 6890 and updates), multicast and reserved space.
_DENIED_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# Of IPv6 only global unicast, less Teredo and protocol assignments, documentation, 6to4.
_GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
_DENIED_V6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)
# Addresses by which a network without IPv4 reaches IPv4 (RFC 6052): the last 32 bits are it.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Refused even where private addresses are allowed: no site of an intranet lives there, but the
# secrets of cloud machines do.
_NEVER_V4 = tuple(map(ipaddress.IPv4Network, ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")))
_NEVER_V6 = tuple(map(ipaddress.IPv6Network, ("fe80::/10", "ff00::/8", "fd00:ec2::/32")))

_MAX_ADDRESSES_TRIED = 4
_REMEMBERED = 4_096  # addresses that were read and judged: what is true of them stays true
# Threads that wait for a name server; more than this many hang only when it is dead.
_MAX_LOOKUPS = 64


class RefusedAddress(Exception):
    """The name leads to an address that is not public."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{address} is no public address"
            if host == address
            else f"{host} leads to {address}, which is no public address"
        )


@lru_cache(maxsize=_REMEMBERED)
def is_public(address: str) -> bool:
    """Returns whether an IP address belongs to the public internet; IPv4 inside IPv6 is judged as
    IPv4.
    """
    ip = _parse(address)
    if ip is None:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _DENIED_V4)
    # A scope names an interface of this machine.
    if ip not in _GLOBAL_V6 or ip.scope_id is not None:
        return False
    return not any(ip in network for network in _DENIED_V6)


def is_never_a_site(address: str) -> bool:
    """Returns whether nothing that anybody may want to follow can be at an IP address: link-local,
    multicast, reserved.
    """
    ip = _parse(address)
    if ip is None:
        return True
    networks = _NEVER_V4 if isinstance(ip, ipaddress.IPv4Address) else _NEVER_V6
    return any(ip in network for network in networks)


def is_refused(
    host: str, address: str, port: int, allow_private: bool | tuple[PrivatePlace, ...]
) -> bool:
    """Returns whether nothing is to connect to an address that a host leads to.

    Args:
        allow_private: as `GuardedBackend` has it.
    """
    if is_public(address):
        return False
    if is_never_a_site(address):
        return True
    if isinstance(allow_private, bool):
        return not allow_private
    return not any(place.holds(host, address, port) for place in allow_private)


# Feeds are asked for at the same addresses again and again.
@lru_cache(maxsize=_REMEMBERED)
def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Returns an IP address, as IPv4 where an IPv6 one only stands for it; None when it is none."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return None
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip.ipv4_mapped is not None:
        return ip.ipv4_mapped
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip


class SystemLookup:
    """Asks the system's resolver, in threads of its own.

    They are daemon threads, because `asyncio.run` waits for those of the default executor: a dead
    name server would hold the program's exit."""

    def __init__(self) -> None:
        self._waiting = 0

    async def __call__(self, host: str, port: int) -> list[str]:
        """Returns the addresses of a host, in the resolver's order.

        Raises:
            OSError: it has none, or too many earlier questions still wait for an answer.
        """
        if self._waiting >= _MAX_LOOKUPS:
            raise OSError("the name server does not answer")
        loop = asyncio.get_running_loop()
        answer: _AnswerFuture = loop.create_future()

        def finish(found: list[str] | Exception) -> None:
            loop.call_soon_threadsafe(self._finish, answer, found)

        self._waiting += 1
        args = (host, port, finish)
        threading.Thread(target=_ask, args=args, name=f"lookup {host}", daemon=True).start()
        return await answer

    def _finish(self, answer: _AnswerFuture, found: list[str] | Exception) -> None:
        self._waiting -= 1
        if answer.done():  # the exchange was cancelled meanwhile
            return
        if isinstance(found, Exception):
            answer.set_exception(found)
        else:
            answer.set_result(found)


def _ask(host: str, port: int, finish: Callable[[list[str] | Exception], object]) -> None:
    """Asks the resolver, in a thread, and hands over the addresses or the error."""
    found: list[str] | Exception
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    except (OSError, UnicodeError) as error:
        found = error
    with contextlib.suppress(RuntimeError):  # the loop is closed: the program has ended
        finish(found)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects to public addresses only.

    Args:
        allow_private: connect to private addresses too (tests, intranets), all or those of the
            places, but never to link-local or reserved ones.
        lookup: answers names; the system's resolver by default.
    """

    def __init__(
        self, *, allow_private: bool | tuple[PrivatePlace, ...], lookup: Lookup | None = None
    ) -> None:
        self._allow_private = allow_private
        self._lookup = lookup or SystemLookup()
        self._backend = LoopBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connects to the first address of `host` that answers, after all of them were judged.

        Raises:
            RefusedAddress: one of them is not public; nothing was connected.
        """
        addresses = await self._judged_addresses(host, port)
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        failure: Exception | None = None
        for address in addresses[:_MAX_ADDRESSES_TRIED]:
            try:
                stream = await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return MendingStream(stream)
        raise failure or httpcore.ConnectError(f"{host} does not answer")

    async def _judged_addresses(self, host: str, port: int) -> list[str]:
        """Returns the addresses of a host; one that is refused refuses them all."""
        try:
            addresses = [str(ipaddress.ip_address(host))]
        except ValueError:
            addresses = await self._lookup(host, port)
        for address in addresses:
            if is_refused(host, address, port, self._allow_private):
                raise RefusedAddress(host, address)
        return addresses
