"""What is sent to people, and how that went."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert, ready for any channel; every channel takes the part that it can show.

    Attributes:
        id: stable over retries; goes into Message-ID and `webhook-id`.
        event: the webhook body as JSON text, exactly the bytes that are signed.
        subject: one line, free of control characters.
        headers: further mail headers (threading, list, case), already safe.
    """

    id: str
    type: str
    event: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel's receiver answered when it accepted a message."""

    detail: str = ""
