"""Cookies within one journey: a gate sets one, sends back, and lets through who brings it.

They go to the host that set them, for as long as one request with its redirects takes, and are
forgotten with it: two polls look alike to the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

_MAX_COOKIES = 50
_MAX_COOKIE_CHARS = 4_096
# RFC 6265 §4.1.1, as browsers read it: a value may hold anything but what ends it.
_NAME = re.compile(r"[^\s=;,\x00-\x1f\x7f]+")
_NO_VALUE = re.compile(r"[\x00-\x1f\x7f;]")
_ENDED = re.compile(r"\s*-|\s*0+\s*$")  # a Max-Age that has passed


@dataclass(frozen=True, slots=True)
class _Cookie:
    value: str
    path: str
    is_secure: bool


@dataclass(slots=True)
class CookiePot:
    """The cookies of one journey, by host and name."""

    _cookies: dict[str, dict[str, _Cookie]] = field(default_factory=dict)

    def keep(self, url: str, lines: Sequence[str]) -> None:
        """Takes over the Set-Cookie headers of an answer; those that are none are left out."""
        if not lines:
            return
        parts = urlsplit(url)
        own = self._cookies.setdefault(_host(parts), {})
        for line in lines:
            _keep_one(own, parts, line)

    def header(self, url: str) -> str:
        """Returns the Cookie header for an address, empty where there is nothing to send."""
        if not self._cookies:
            return ""
        parts = urlsplit(url)
        own = self._cookies.get(_host(parts), {})
        return "; ".join(
            f"{name}={cookie.value}" for name, cookie in own.items() if _is_for(cookie, parts)
        )


def _host(parts: SplitResult) -> str:
    # Without the port, as browsers do: a gate often stands on another one.
    return (parts.hostname or "").lower()


def _keep_one(own: dict[str, _Cookie], parts: SplitResult, line: str) -> None:
    """Adds a cookie to those of its host, or takes it out where it has ended."""
    pair, _, rest = line.partition(";")
    name, _, value = (part.strip() for part in pair.partition("="))
    if len(line) > _MAX_COOKIE_CHARS or not _NAME.fullmatch(name) or _NO_VALUE.search(value):
        return
    attributes = _read_attributes(rest)
    own.pop(name, None)
    if len(own) < _MAX_COOKIES and not _ENDED.match(attributes.get("max-age", "1")):
        path = attributes.get("path", "")
        own[name] = _Cookie(
            value, path if path.startswith("/") else _default_path(parts), "secure" in attributes
        )


def _read_attributes(rest: str) -> dict[str, str]:
    """Returns the attributes of a Set-Cookie header by their names in lower case."""
    pairs = (part.partition("=") for part in rest.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _default_path(parts: SplitResult) -> str:
    """Returns the folder of an address (RFC 6265 §5.1.4)."""
    return parts.path.rpartition("/")[0] or "/"


def _is_for(cookie: _Cookie, parts: SplitResult) -> bool:
    """Whether a cookie goes to an address of its host."""
    if cookie.is_secure and parts.scheme != "https":
        return False
    folder = cookie.path.rstrip("/") + "/"
    path = parts.path or "/"
    return path == cookie.path or f"{path}/".startswith(folder) or path.startswith(folder)
