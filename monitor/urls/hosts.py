"""The host of a web address: in one spelling, without the prefix that names a form of its site."""

from __future__ import annotations

import re
from contextlib import suppress
from functools import lru_cache, partial
from urllib.parse import SplitResult, urlsplit

_REMEMBERED_HOSTS = 4_096
DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII
)
_TOP_LEVEL = re.compile(r"\.[a-z-]+$")
_IPV6 = re.compile(r"[0-9a-f:.]+")
_MAX_HOST_CHARS = 253  # RFC 1035 §2.3.4
_PREFIXES = ("www.", "amp.", "m.")


def site_of(url: str) -> str:
    """Returns the host of a web address without `www.`, `amp.` or `m.`; empty where it has none."""
    parts = split_web(url)
    return bare_host(host_of(parts)) if parts is not None else ""


def registered_domain(url: str) -> str:
    """Returns the registrable domain of an address; its host where that is an IP address, the last
    two labels where the top level is not known.
    """
    # Loaded here: it takes longer than most commands, which have no use for it.
    from tld import get_fld

    host = site_of(url)
    known: str | None = get_fld(f"https://{host}", fail_silently=True)
    if known or not _TOP_LEVEL.search(host):
        return known or host
    return ".".join(host.split(".")[-2:])


def split_web(url: str) -> SplitResult | None:
    """Returns the parts of an http(s) address; None of anything else."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in DEFAULT_PORTS and _is_place(parts.netloc) else None


# The addresses of a feed have one host, and what is made of it is most of what reading them costs.
@lru_cache(maxsize=_REMEMBERED_HOSTS)
def _is_place(netloc: str) -> bool:
    """Says whether a host stands in the middle part of an address, with a port that is one."""
    place = SplitResult("", netloc, "", "", "")
    try:
        _ = place.port  # raises for ports that are none
    except ValueError:
        return False
    return bool(place.hostname)


def host_of(parts: SplitResult) -> str:
    """Returns the host in lower case and ASCII (IDNA), IPv6 in brackets; empty when it is not a
    host name.
    """
    return _host_in(parts.netloc)


@lru_cache(maxsize=_REMEMBERED_HOSTS)
def _host_in(netloc: str) -> str:
    host = (SplitResult("", netloc, "", "", "").hostname or "").rstrip(".")
    if ":" in host:
        return f"[{host}]" if _IPV6.fullmatch(host) else ""
    if len(host) > _MAX_HOST_CHARS:
        return ""
    host = _to_ascii(host)
    return host if _HOST.fullmatch(host) else ""


def _to_ascii(host: str) -> str:
    """Returns a host as name servers know it; empty when it has no such form."""
    return host if host.isascii() else _to_idna(host)


def _to_idna(host: str) -> str:
    # Loaded here: its tables are large, and few hosts have letters beside ASCII.
    import idna

    # As whoever asks the host has it: the older rules make one host of two, `straße` and
    # `strasse`. They know hosts that the newer refuse, such as those with signs.
    for encode in (partial(idna.encode, uts46=True), partial(str.encode, encoding="idna")):
        with suppress(UnicodeError):
            return encode(host).decode("ascii")
    return ""


@lru_cache(maxsize=_REMEMBERED_HOSTS)
def bare_host(host: str) -> str:
    """Returns a host without prefixes that name a form of the site; `m.com` keeps its own."""
    for prefix in _PREFIXES:
        bare = host.removeprefix(prefix)
        if bare != host and "." in bare:
            return bare_host(bare)
    return host


def port_of(parts: SplitResult) -> str:
    """Returns `:` and the port of a web address; empty for the usual one of its scheme."""
    port = parts.port
    return f":{port}" if port is not None and port != DEFAULT_PORTS[parts.scheme] else ""
