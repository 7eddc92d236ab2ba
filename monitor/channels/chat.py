"""Chats and push services, each with the body that it takes."""

from __future__ import annotations

from datetime import timedelta

from monitor.alerts.chats.formats import format_body, post_url
from monitor.channels.base import Poster
from monitor.channels.posting import DEADLINE, Address
from monitor.model import Message, Receipt

_HEADERS = {"content-type": "application/json"}


class ChatChannel:
    """Posts messages to one address of a chat.

    Args:
        service: one of `alerts.chats.formats.FORMATS`.
        poster: the HTTP client.
        deadline: for one post.
    """

    def __init__(
        self, url: str, service: str, poster: Poster, *, deadline: timedelta = DEADLINE
    ) -> None:
        self._url = url
        self._service = service
        self._address = Address(post_url(service, url), poster, deadline=deadline)

    async def send(self, message: Message) -> Receipt:
        """Posts what the service shows of a message.

        Raises:
            DeliveryError: it was not accepted.
        """
        # Made when it is sent: the outbox keeps the event, and formats may change.
        body = format_body(self._service, message.event, message.subject, self._url)
        return await self._address.post(body.encode("utf-8", "replace"), _HEADERS)
