"""HTTP headers as the client reads and writes them: one value for each name, validators byte for
byte.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import printable
from urllib.parse import quote

import httpx

from monitor.fetching.wire.responses import LOCATION
from monitor.model import Validators

_AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/?#]*")
_AS_SENT = printable  # only what is not ASCII is escaped
_MAX_VALIDATOR_CHARS = 4_096  # a longer one would be refused on its way back, and the feed with it
# Headers that stand once; of several the first counts, joined ones would be no value at all.
_SINGLE = frozenset(
    {
        "etag",
        "last-modified",
        "retry-after",
        "date",
        "expires",
        "content-type",
        "content-length",
    }
)


@dataclass(frozen=True, slots=True)
class ContentType:
    """A Content-Type header: the media type in lower case, and the charset as sent."""

    media_type: str
    charset: str | None = None


def read_headers(response: httpx.Response) -> dict[str, str]:
    """Returns the headers with lower-case names; repeated ones are joined (RFC 9110 §5.3) where
    they are lists.
    """
    headers: dict[str, str] = {}
    for raw_name, raw_value in response.headers.raw:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if name not in headers:
            headers[name] = value
        elif name not in _SINGLE:
            headers[name] = f"{headers[name]}, {value}"
    location = response.extensions.get(LOCATION)
    if location is not None:
        headers["location"] = _read_location(location)
    return headers


def _read_location(raw: bytes) -> str:
    """Returns a Location as an address: servers write it in UTF-8 as it is, or in Latin-1 (RFC 9110
    §5.5 allows neither).
    """
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    # A host that is not ASCII is written otherwise than a path.
    found = _AUTHORITY.match(text)
    start = found[0] if found else ""
    return start + quote(text[len(start) :], safe=_AS_SENT)


def read_cookies(response: httpx.Response) -> tuple[str, ...]:
    """Returns the Set-Cookie headers, each as it is: joined they could not be told apart."""
    return tuple(
        value.decode("latin-1")
        for name, value in response.headers.raw
        if name.lower() == b"set-cookie"
    )


def write_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Returns headers as they are sent."""
    # Validators go back byte for byte: they were read as Latin-1, so they are written as Latin-1.
    return [
        (name.encode("ascii"), value.encode("latin-1", "replace"))
        for name, value in headers.items()
    ]


def write_conditions(validators: Validators) -> dict[str, str]:
    """Returns the headers that make a request conditional; none without validators."""
    headers = {}
    if validators.etag:
        headers["If-None-Match"] = validators.etag
    if validators.last_modified:
        headers["If-Modified-Since"] = validators.last_modified
    return headers


def read_validators(headers: Mapping[str, str], known: Validators) -> Validators:
    """Returns the validators of a response; where it gives none, those that are known.

    Args:
        headers: with lower-case names.
    """
    return Validators(
        _read_validator(headers, "etag") or known.etag,
        _read_validator(headers, "last-modified") or known.last_modified,
    )


def _read_validator(headers: Mapping[str, str], name: str) -> str:
    value = headers.get(name, "")
    return value if len(value) <= _MAX_VALIDATOR_CHARS else ""


def read_content_type(headers: Mapping[str, str]) -> ContentType:
    """Returns the Content-Type of a response; an empty media type when it says none.

    Args:
        headers: with lower-case names.
    """
    media_type, _, parameters = headers.get("content-type", "").partition(";")
    for parameter in parameters.split(";"):
        name, _, text = parameter.partition("=")
        if name.strip().lower() == "charset" and text.strip():
            return ContentType(media_type.strip().lower(), text.strip(" \"'"))
    return ContentType(media_type.strip().lower())
