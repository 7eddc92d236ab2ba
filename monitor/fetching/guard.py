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

import httpcore

Lookup = Callable[[str, int], Awaitable[list[str]]]

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
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")

# Refused even where private addresses are allowed: no site of an intranet lives there, but the
# secrets of cloud machines do.
_NEVER_V4 = tuple(map(ipaddress.IPv4Network, ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3")))
_NEVER_V6 = tuple(map(ipaddress.IPv6Network, ("fe80::/10", "ff00::/8", "fd00:ec2::/32")))

_MAX_ADDRESSES_TRIED = 4
_MAX_LOOKUPS = (
    64  # threads that wait for a name server; more than this many hang only when it is dead
)


class RefusedAddress(Exception):
    """The name leads to an address that is not public."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{address} is no public address"
            if host == address
            else f"{host} leads to {address}, which is no public address"
        )


def is_public(address: str) -> bool:
    """Tells whether an IP address belongs to the public internet; IPv4 inside IPv6 is judged as
    IPv4.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_public(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        return ip in _GLOBAL_V6 and ip.scope_id is None and not any(ip in net for net in _DENIED_V6)
    return not any(ip in net for net in _DENIED_V4)


def is_never_a_site(address: str) -> bool:
    """Tells whether nothing that anybody may want to follow can be at an IP address: link-local,
    multicast, reserved.
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return True
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return is_never_a_site(str(ip.ipv4_mapped))
        if ip in _NAT64:
            return is_never_a_site(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        return any(ip in net for net in _NEVER_V6)
    return any(ip in net for net in _NEVER_V4)


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
        answer: asyncio.Future[list[str]] = loop.create_future()

        def finish(addresses: list[str], error: Exception | None) -> None:
            self._waiting -= 1
            if answer.done():
                return
            if error is None:
                answer.set_result(addresses)
            else:
                answer.set_exception(error)

        def ask() -> None:
            addresses: list[str] = []
            failure: Exception | None = None
            try:
                found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
            except (OSError, UnicodeError) as error:
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(finish, addresses, failure)

        self._waiting += 1
        threading.Thread(target=ask, name=f"lookup {host}", daemon=True).start()
        return await answer


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """A network backend that connects to public addresses only.

    Args:
        allow_private: connect to private addresses too (tests, intranets), but never to link-local
            or reserved ones.
        lookup: answers names; the system's resolver by default.
    """

    def __init__(self, *, allow_private: bool, lookup: Lookup | None = None) -> None:
        self._allow_private = allow_private
        self._lookup = lookup or SystemLookup()
        self._backend = httpcore.AnyIOBackend()

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
        addresses = await self._addresses(host, port)
        if not addresses:
            raise httpcore.ConnectError(f"{host} has no address")
        failure: Exception | None = None
        for address in addresses[:_MAX_ADDRESSES_TRIED]:
            try:
                return await self._backend.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} does not answer")

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            addresses = [str(ipaddress.ip_address(host))]
        except ValueError:
            addresses = await self._lookup(host, port)
        for address in addresses:
            if is_never_a_site(address) if self._allow_private else not is_public(address):
                raise RefusedAddress(host, address)
        return addresses
