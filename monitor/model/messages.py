"""What is sent to people, and how that went."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RecipientAnswer:
    """What one of a channel's recipients answered to a message, once and for all.

    Attributes:
        is_accepted: it has the message; else it never will.
        text: the answer, on one line.
    """

    recipient: str
    is_accepted: bool
    text: str = ""

    def __str__(self) -> str:
        return f"{self.recipient}: {self.text}"


# Cadences of an alert: at once, and of what a silence keeps from a channel without a digest.
NOW = "now"
NEVER = "none"


@dataclass(frozen=True, slots=True)
class Message:
    """A rendered alert, ready for any channel; every channel takes the part that it can show.

    Attributes:
        id: stable over retries; goes into Message-ID and `webhook-id`.
        event: the webhook body as JSON text, exactly the bytes that are signed.
        subject: one line, free of control characters.
        headers: further mail headers (threading, list, case), already safe.
        answered: the recipients that are not asked again: earlier attempts had their answers.
    """

    id: str
    type: str
    event: str
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...] = field(default=())
    answered: tuple[RecipientAnswer, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel's receiver answered when it accepted a message, or some of its recipients
    did.

    Attributes:
        answered: what recipients answered in this attempt, where the channel has several.
        waiting: who is to be asked again, with the answers so far; empty when nobody is.
    """

    detail: str = ""
    answered: tuple[RecipientAnswer, ...] = ()
    waiting: str = ""

    @property
    def refused(self) -> tuple[RecipientAnswer, ...]:
        """The recipients that will never have it."""
        return tuple(answer for answer in self.answered if not answer.is_accepted)
