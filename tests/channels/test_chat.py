"""Chats get the body that they take, and their answers mean what those of a webhook mean."""

from __future__ import annotations

import asyncio
import json

import pytest

from monitor.alerts.chats.formats import FORMATS
from monitor.alerts.rendering import render_alert
from monitor.channels.chat import ChatChannel
from monitor.errors import DeliveryError
from tests.alerts.samples import OPTIONS, PAYLOAD
from tests.channels.servers import Hook, PlainPoster, hook_server

MESSAGE = render_alert(PAYLOAD, **OPTIONS)
KEYS = {
    "slack": {"text", "blocks", "unfurl_links"},
    "discord": {"embeds", "allowed_mentions"},
    "teams": {"type", "attachments"},
    "ntfy": {"topic", "title", "message", "priority", "click"},
    "matrix": {"text", "html", "username"},
}


def send(hook: Hook, service: str) -> str:
    with hook_server(hook) as url:
        receipt = asyncio.run(ChatChannel(url, service, PlainPoster()).send(MESSAGE))
        return receipt.detail


@pytest.mark.parametrize("service", FORMATS)
def test_a_chat_gets_its_own_body_unsigned(service: str) -> None:
    hook = Hook()

    assert send(hook, service) == "204"

    assert set(json.loads(hook.bodies[0])) == KEYS[service]
    assert "webhook-signature" not in hook.headers[0]
    assert hook.headers[0]["content-type"] == "application/json"


@pytest.mark.parametrize(("status", "is_permanent"), [(404, True), (429, False), (500, False)])
def test_a_chat_that_refuses_is_tried_again_unless_it_is_gone(
    status: int, is_permanent: bool
) -> None:
    with pytest.raises(DeliveryError) as caught:
        send(Hook([(status, {})]), "slack")

    assert caught.value.permanent is is_permanent
