"""Posting to a web address, and what its answer means; shared by webhooks and chats.

No redirect is followed: it would carry a message to an address that nobody configured. The address
itself is never part of an error: its path may be a secret."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit

from monitor.channels.base import Answer, Poster
from monitor.errors import DeliveryError, FetchError
from monitor.model import Receipt
from monitor.text import one_line
from monitor.urls import HIDDEN, shown

DEADLINE = timedelta(seconds=15)
# The address or the secret is wrong; other refusals may pass when the receiver is mended.
PERMANENT = frozenset((401, 403, 404))
GONE = 410  # Standard Webhooks: the endpoint is to be disabled

_MAX_BODY_BYTES = 1_000
_MAX_TEXT_CHARS = 200
_MIN_SECRET_CHARS = 4


class Address:
    """A web address that messages are posted to.

    Args:
        poster: the HTTP client.
        deadline: for one post.
    """

    def __init__(self, url: str, poster: Poster, *, deadline: timedelta = DEADLINE) -> None:
        self._url = url
        self._host = urlsplit(url).netloc.rpartition("@")[2]
        self._poster = poster
        self._deadline = deadline

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Receipt:
        """Posts a body once.

        Raises:
            DeliveryError: it was not accepted.
        """
        try:
            answer = await self._poster.post(
                self._url, body=body, headers=headers, deadline=self._deadline
            )
        except FetchError as error:
            # The client names the address in its errors.
            reason = one_line(self._without_address(error.message), limit=300)
            raise DeliveryError(
                f"{self._host}: {reason}", permanent=error.permanent, retry_after=error.retry_after
            ) from error
        return self._judge(answer)

    def _judge(self, answer: Answer) -> Receipt:
        """Returns the receipt of an answer that accepts the event.

        Raises:
            DeliveryError: it does not.
        """
        status, text = answer.status, self._without_address(_read_text(answer))
        if 200 <= status < 300:
            return Receipt(f"{status} {text}".strip())
        message = f"{self._host} answered {status}"
        if 300 <= status < 400:
            hint = "configure the address that it leads to"
            raise DeliveryError(f"{message}, a redirect", hint=hint)
        message += f": {text}" if text else ""
        if status == GONE:
            hint = "nothing is sent there until its url changes or `monitor channels enable` is run"
            raise DeliveryError(message, permanent=True, is_gone=True, hint=hint)
        if status in PERMANENT:
            hint = "check the channel's url and secret, then `monitor alerts resend`"
            raise DeliveryError(message, permanent=True, hint=hint)
        raise DeliveryError(message, retry_after=answer.retry_after)

    def _without_address(self, text: str) -> str:
        """Returns a text without path and query of the address, which servers repeat, too."""
        parts = urlsplit(self._url)
        whole = f"{parts.path}?{parts.query}"
        for part in (self._url, shown(self._url)):
            text = text.replace(part, self._host)
        for part in (whole, shown(self._url).partition(self._host)[2], parts.path, parts.query):
            # A word is no secret, and would be found in every sentence.
            text = text.replace(part, HIDDEN) if len(part) > _MIN_SECRET_CHARS else text
        return text


def _read_text(answer: Answer) -> str:
    """Returns the beginning of an answer's body on one line, whatever bytes it holds."""
    text = answer.body[:_MAX_BODY_BYTES].decode("utf-8", "replace")
    return one_line(text, limit=_MAX_TEXT_CHARS)
