"""Addresses inside others: links of aggregators, and pages in AMP caches and viewers."""

from __future__ import annotations

import base64
import binascii
import re
from urllib.parse import SplitResult, urlsplit

from monitor.urls.addresses import MAX_URL_CHARS, is_web_url
from monitor.urls.hosts import bare_host, host_of, split_web
from monitor.urls.parameters import read_parameters

# A Google News id: a protobuf message with the address as field 4, and before it its length as a
# varint of one or two bytes.
_GOOGLE_NEWS_ID = re.compile(rb"\x08.\x22([\x00-\x7f]|[\x80-\xff][\x00-\x7f])", re.DOTALL)
_AMP_CACHE = re.compile(r"/[cvi]/(s/)?(.+)")
_AMP_VIEWER = re.compile(r"/amp/(s/)?([^/]+\..+)")


def unwrap(url: str) -> str:
    """Returns the address inside an aggregator's link (Google Alerts, Bing News, older Google News
    ids), else `url` itself.
    """
    parts = urlsplit(url)
    host = bare_host(host_of(parts))
    inner = None
    if host == "news.google.com":
        inner = _google_news_target(parts.path)
    elif _is_redirector(host, parts.path):
        inner = _target_parameter(parts.query)
    return inner if inner and is_web_url(inner) else url


def _target_parameter(query: str) -> str | None:
    values = {parameter.name: parameter.address for parameter in read_parameters(query)}
    return values.get("url") or values.get("q")


def _is_redirector(host: str, path: str) -> bool:
    if host.startswith("google."):
        return path == "/url"
    return host == "bing.com" and "/apiclick" in path


def _google_news_target(path: str) -> str | None:
    """Returns the address that Google News ids before mid-2024 carry, None for others."""
    message = _decode_id(path.rsplit("/", 1)[-1])
    match = _GOOGLE_NEWS_ID.match(message)
    if match is None:
        return None
    size = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(match[1]))
    target = message[match.end() : match.end() + size]
    return target.decode("ascii", "replace") if target.startswith(b"http") else None


def _decode_id(token: str) -> bytes:
    """Returns the message in an id, which is base64url without padding; empty for other tokens."""
    if not token.startswith("CB") or len(token) > MAX_URL_CHARS:
        return b""
    try:
        return base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        return b""


def unfold(parts: SplitResult) -> SplitResult:
    """Turns addresses of AMP caches and viewers into the address of the page behind them."""
    match = _match_amp(host_of(parts), parts.path)
    if match is None:
        return parts
    inner = split_web(f"https://{match[2]}{'?' if parts.query else ''}{parts.query}")
    return inner if inner is not None and host_of(inner) else parts


def _match_amp(host: str, path: str) -> re.Match[str] | None:
    if host.endswith(".cdn.ampproject.org"):
        return _AMP_CACHE.fullmatch(path)
    return _AMP_VIEWER.fullmatch(path) if bare_host(host).startswith("google.") else None
