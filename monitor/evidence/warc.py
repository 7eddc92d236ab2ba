"""Stored texts as WARC records (ISO 28500:2017, WARC 1.1), for archives and their programs.

What is stored is the text of an article, not its page: each is a `conversion` record, which the
standard has for content that was transformed, and says by what."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

_VERSION = b"WARC/1.1\r\n"
_END = b"\r\n\r\n"
# Names records by what they are: the same text gives the same id, so that two exports agree.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:monitor:warc")


@dataclass(frozen=True, slots=True)
class ArchivedText:
    """A text that an article had.

    Attributes:
        number: 1 for its first text.
        fetched_at: when it was read, aware.
        extractor: what took it from its page or feed.
    """

    url: str
    number: int
    title: str
    text: str
    lang: str
    fetched_at: datetime
    extractor: str


def write_warc(texts: Iterable[ArchivedText], *, software: str) -> Iterator[bytes]:
    """Yields a WARC file, a record at a time, first the one that says what wrote it.

    Args:
        software: name and version of the program.
    """
    about = f"software: {software}\r\nformat: WARC File Format 1.1\r\n".encode()
    yield _record("warcinfo", about, (("Content-Type", "application/warc-fields"),))
    for text in texts:
        body = f"{text.title}\n\n{text.text}\n".encode("utf-8", "replace")
        yield _record("conversion", body, _fields_of(text))


def _fields_of(text: ArchivedText) -> Sequence[tuple[str, str]]:
    moment = text.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        ("WARC-Date", moment),
        ("WARC-Target-URI", text.url),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Language", text.lang),
        ("X-Monitor-Revision", str(text.number)),
        ("X-Monitor-Extractor", text.extractor),
    )


def _record(kind: str, body: bytes, given: Sequence[tuple[str, str]]) -> bytes:
    """Returns a record; a field without a value is left out."""
    digest = base64.b32encode(hashlib.sha256(body).digest()).decode()
    identity = "\n".join((kind, digest, *(f"{name}: {value}" for name, value in given)))
    fields = dict(
        (
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<urn:uuid:{uuid.uuid5(_NAMESPACE, identity)}>"),
            # One that says no time of its own is as old as all: a bundle has no clock.
            ("WARC-Date", "1970-01-01T00:00:00Z"),
            *given,
            ("WARC-Block-Digest", f"sha256:{digest}"),
            ("Content-Length", str(len(body))),
        )
    )
    lines = (f"{name}: {_one_line(value)}\r\n" for name, value in fields.items() if value)
    return _VERSION + "".join(lines).encode("utf-8", "replace") + b"\r\n" + body + _END


def _one_line(value: str) -> str:
    # A line's end in an address or a name would begin a field of its own.
    return " ".join(value.split())
