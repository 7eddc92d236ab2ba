"""Places that are not public and may be fetched from all the same: hosts and networks of an
intranet, with a port or without.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?", re.ASCII)
# "[fd00::1]:8080", "wiki.example:8080", "10.0.0.0/8:8080"; IPv6 without brackets has no port.
_WITH_PORT = re.compile(
    r"(?:\[(?P<v6>[^\]]+)\]|(?P<name>[^:\[\]]+))(?::(?P<port>\d{1,5}))?", re.ASCII
)
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class PrivatePlace:
    """A host or a network that may be fetched from although it is not public.

    Attributes:
        host: its name in lower case; empty for a network.
        network: the addresses; None for a host.
        port: the only one that is meant; None for all.
    """

    host: str
    network: _Network | None = None
    port: int | None = None

    def holds(self, host: str, address: str, port: int) -> bool:
        """Says whether an address that a host leads to, at a port, is meant."""
        if self.port not in (None, port):
            return False
        if self.network is None:
            return host.lower().rstrip(".") == self.host
        ip = ipaddress.ip_address(address)
        # Addresses of version 4 inside version 6 are what they stand for.
        mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
        return (mapped or ip) in self.network

    def __str__(self) -> str:
        name = self.host if self.network is None else str(self.network)
        if self.port is None:
            return name
        return f"[{name}]:{self.port}" if ":" in name else f"{name}:{self.port}"


def read_private_place(text: str) -> PrivatePlace:
    """Reads "wiki.example", "10.1.0.0/16", "10.1.2.3:8080" or "[fd00::/8]:8080".

    Raises:
        ValueError: it is none of these.
    """
    text = text.strip().lower()
    if text.count(":") > 1 and "[" not in text:
        return PrivatePlace("", ipaddress.ip_network(text, strict=False))
    found = _WITH_PORT.fullmatch(text)
    if found is None:
        raise ValueError(text)
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port <= _MAX_PORT:
        raise ValueError(text)
    if found["v6"]:
        return PrivatePlace("", ipaddress.IPv6Network(found["v6"], strict=False), port)
    return _read_named(found["name"], port)


def _read_named(name: str, port: int | None) -> PrivatePlace:
    # A name of digits alone would be an address in a spelling that only some programs know.
    if re.fullmatch(r"[\d./]+", name):
        return PrivatePlace("", ipaddress.IPv4Network(name, strict=False), port)
    if not _HOST.fullmatch(name):
        raise ValueError(name)
    return PrivatePlace(name.rstrip("."), None, port)
