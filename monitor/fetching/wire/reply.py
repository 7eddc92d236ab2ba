"""A request and its answer as they pass over the wire, whatever carries them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

RawHeaders = Sequence[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class WireRequest:
    """What is sent to one address.

    Attributes:
        url: with http or https, and no credentials.
        headers: all but those that follow from the address and the body.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """The head of an answer; its body is read when it is wanted.

    Attributes:
        headers: as they came, in their order.
        parts: yields the body as it comes, still compressed.
        aclose: ends the exchange, read to its end or not.
    """

    status: int
    headers: RawHeaders
    parts: Callable[[], AsyncIterator[bytes]]
    aclose: Callable[[], Awaitable[None]]


def write_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Returns headers as they are sent."""
    # Validators go back byte for byte: they were read as Latin-1, so they are written as Latin-1.
    return [
        (name.encode("ascii"), value.encode("latin-1", "replace"))
        for name, value in headers.items()
    ]
