"""Responses as httpx gets them from its transports."""

from __future__ import annotations

from collections.abc import Iterable

import httpx

# The extension of a response that holds its raw Location header, or None.
LOCATION = "monitor_location"


def build_response(
    status: int, headers: Iterable[tuple[bytes, bytes]], body: httpx.AsyncByteStream
) -> httpx.Response:
    """Returns a response without its Location, which an extension holds: of several the first.

    httpx would build the next request from a Location by itself, and fail on a wrong one before we
    can judge it.
    """
    others, location = [], None
    for name, value in headers:
        if name.lower() != b"location":
            others.append((name, value))
        elif location is None:
            location = value
    return httpx.Response(status, headers=others, stream=body, extensions={LOCATION: location})
