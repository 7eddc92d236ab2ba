"""Webhooks, signed as Standard Webhooks (standardwebhooks.com) so that receivers can use any of its
libraries.

`webhook-id` is the delivery's and stays the same over retries; the timestamp is the attempt's. No
redirect is followed: it would carry the event to an address that nobody configured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, timedelta
from urllib.parse import urlsplit

from standardwebhooks import Webhook

from monitor.channels.base import Answer, Clock, Poster, wall_clock
from monitor.errors import DeliveryError, FetchError
from monitor.model import Message, Receipt
from monitor.text import one_line

DEADLINE = timedelta(seconds=15)
PERMANENT = frozenset((401, 403, 404, 410))

_ID = re.compile(r"[A-Za-z0-9._-]{1,256}")


class WebhookChannel:
    """Posts events to one address.

    Args:
        secrets: each signs every event; two of them while one is being rotated.
        poster: the HTTP client.
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
        self._url = url
        self._host = urlsplit(url).netloc
        self._signers = [Webhook(secret) for secret in secrets]
        self._poster = poster
        self._clock = clock
        self._deadline = deadline

    async def send(self, message: Message) -> Receipt:
        """Posts the event of a message.

        Raises:
            DeliveryError: it was not accepted. The address itself is never part of the error: its
                path may be a secret.
        """
        body = message.event.encode()
        headers = self._sign(message)
        try:
            answer = await self._poster.post(
                self._url, body=body, headers=headers, deadline=self._deadline
            )
        except FetchError as error:
            reason = one_line(error.message.replace(self._url, self._host), limit=300)
            raise DeliveryError(
                f"{self._host}: {reason}", permanent=error.permanent, retry_after=error.retry_after
            ) from error
        return self._judge(answer)

    def _sign(self, message: Message) -> dict[str, str]:
        if not _ID.fullmatch(message.id):
            raise DeliveryError("the message's id cannot be a webhook-id", permanent=True)
        now = self._clock().astimezone(UTC)
        return {
            "content-type": "application/json",
            "webhook-id": message.id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(
                signer.sign(message.id, now, message.event) for signer in self._signers
            ),
        }

    def _judge(self, answer: Answer) -> Receipt:
        status, told = (
            answer.status,
            one_line(answer.body[:1_000].decode("utf-8", "replace"), limit=200),
        )
        if 200 <= status < 300:
            return Receipt(f"{status} {told}".strip())
        told = f": {told}" if told else ""
        if 300 <= status < 400:
            raise DeliveryError(
                f"{self._host} answered {status}, a redirect",
                hint="configure the address that it leads to",
            )
        if status in PERMANENT:
            hint = "check the channel's url and secret, then `monitor alerts resend`"
            raise DeliveryError(f"{self._host} answered {status}{told}", permanent=True, hint=hint)
        raise DeliveryError(f"{self._host} answered {status}{told}", retry_after=answer.retry_after)
