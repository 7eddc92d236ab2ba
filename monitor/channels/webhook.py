"""Webhooks, signed as Standard Webhooks (standardwebhooks.com) so that receivers can use any of its
libraries.

`webhook-id` is the delivery's and stays the same over retries; the timestamp is the attempt's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, timedelta

from standardwebhooks import Webhook

from monitor.channels.base import Clock, Poster, wall_clock
from monitor.channels.posting import DEADLINE, Address
from monitor.errors import DeliveryError
from monitor.model import Message, Receipt

_ID = re.compile(r"[A-Za-z0-9._-]{1,256}")


class WebhookChannel:
    """Posts events to one address.

    Args:
        url: where events are posted to.
        secrets: each signs every event; two of them while one is being rotated.
        poster: the HTTP client.
        clock: the time of day, for the signatures.
        deadline: for one post.
    """

    def __init__(
        self,
        url: str,
        secrets: Sequence[str],
        poster: Poster,
        *,
        clock: Clock = wall_clock,
        deadline: timedelta = DEADLINE,
    ) -> None:
        self._address = Address(url, poster, deadline=deadline)
        self._signers = list(map(Webhook, secrets))
        self._clock = clock

    async def send(self, message: Message) -> Receipt:
        """Posts the event of a message.

        Raises:
            DeliveryError: it was not accepted.
        """
        return await self._address.post(message.event.encode(), self._sign(message))

    def _sign(self, message: Message) -> dict[str, str]:
        if not _ID.fullmatch(message.id):
            raise DeliveryError("the message's id cannot be a webhook-id", permanent=True)
        # The time of the attempt: receivers refuse signatures that are minutes old.
        now = self._clock().astimezone(UTC)
        signatures = [signer.sign(message.id, now, message.event) for signer in self._signers]
        return {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
