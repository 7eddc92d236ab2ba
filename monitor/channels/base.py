"""What a channel is. One of the three plug-in points: implement `send`, and name the type in
`build`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol

from monitor.model import Message, Receipt

Clock = Callable[[], datetime]


class Channel(Protocol):
    """A way to reach people: it sends what it is given and knows nothing of news."""

    async def send(self, message: Message) -> Receipt:
        """Sends a message and returns only when its receiver has accepted it.

        The same message may come again, under the same id, when the answer to it was lost. A
        channel with several recipients leaves out those that `message.answered` names; the receipt
        says who answered now, and who is to be asked again.

        Raises:
            DeliveryError: it was not accepted; `permanent` when sending again will not help.
        """
        ...


class Answer(Protocol):
    """What a web address answered to a POST."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    @property
    def retry_after(self) -> timedelta | None:
        """How long it asked to wait."""
        ...

    @property
    def body(self) -> bytes:
        """The beginning of its body."""
        ...


class Poster(Protocol):
    """The HTTP client, as far as a webhook needs it: it guards addresses, follows no redirect, and
    knows a deadline.
    """

    async def post(
        self, url: str, *, body: bytes, headers: Mapping[str, str], deadline: timedelta
    ) -> Answer:
        """Posts a body once.

        Raises:
            FetchError: no answer came.
        """
        ...


def wall_clock() -> datetime:
    """Returns the time of day: signatures and mail dates say when an attempt was made, whatever
    time a replay is at.
    """
    return datetime.now(UTC)  # noqa: TID251  (the one clock of the channels; replaced in tests)
