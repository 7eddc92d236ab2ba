"""Events reach a real receiver, signed so that the public library accepts them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from monitor.alerts.rendering import render_alert
from monitor.channels.webhook import WebhookChannel
from monitor.errors import AddressBlocked, DeliveryError, FetchError
from tests.alerts.samples import OPTIONS, PAYLOAD
from tests.channels.servers import SECRET, Hook, PlainPoster, hook_server

MESSAGE = render_alert(PAYLOAD, **OPTIONS)
OTHER = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"


def send(hook, *, secrets=(SECRET,), message=MESSAGE, times=1):
    with hook_server(hook) as url:

        async def run():
            channel = WebhookChannel(url, secrets, PlainPoster())
            return [await channel.send(message) for _ in range(times)]

        return asyncio.run(run())


def failure(status, headers=None) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(Hook([(status, headers or {})]))
    return caught.value


def test_an_event_arrives_signed_and_byte_for_byte():
    hook = Hook()

    (receipt,) = send(hook)

    assert hook.bodies == [MESSAGE.event.encode()]
    assert hook.verify(0)["data"]["case"]["slug"] == "night-ferry"
    assert hook.headers[0]["webhook-id"] == "d41d8cd9"
    assert hook.headers[0]["content-type"] == "application/json"
    assert receipt.detail == "204"


def test_the_id_stays_over_retries():
    hook = Hook()

    send(hook, times=2)

    assert [headers["webhook-id"] for headers in hook.headers] == ["d41d8cd9", "d41d8cd9"]


def test_while_a_secret_is_rotated_both_verify():
    hook = Hook()

    send(hook, secrets=(SECRET, OTHER))

    assert hook.verify(0, SECRET) == hook.verify(0, OTHER)


def test_a_changed_body_does_not_verify():
    hook = Hook()
    send(hook)
    hook.bodies[0] = hook.bodies[0].replace(b"ferry", b"tram!")

    with pytest.raises(WebhookVerificationError):
        hook.verify(0)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_every_success_is_a_receipt(status):
    assert send(Hook([(status, {})]))[0].detail.startswith(str(status))


@pytest.mark.parametrize("status", [401, 403, 404])
def test_an_address_that_is_gone_or_refuses_us_is_permanent(status):
    assert failure(status).permanent


@pytest.mark.parametrize("status", [400, 408, 429, 500, 502, 503, 504])
def test_other_failures_may_pass(status):
    assert not failure(status).permanent


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_a_failure_and_not_followed(status):
    hook = Hook([(status, {"Location": "/elsewhere"})])

    with pytest.raises(DeliveryError, match="redirect"):
        send(hook)

    assert len(hook.bodies) == 1


def test_the_wait_that_was_asked_for_is_passed_on():
    assert failure(429, {"Retry-After": "120"}).retry_after == timedelta(minutes=2)
    assert failure(503).retry_after is None


def test_the_address_is_never_part_of_an_error():
    assert "secret-path" not in str(failure(500))
    assert "127.0.0.1" in str(failure(500))


class FailingPoster:
    def __init__(self, error):
        self.error = error

    async def post(self, url, *, body, headers, deadline):
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        FetchError(
            "https://h.example/key",
            "https://h.example/key: no answer",
            retry_after=timedelta(seconds=9),
        ),
        AddressBlocked(
            "https://h.example/key", "https://h.example/key leads to 10.0.0.1", permanent=True
        ),
    ],
)
def test_a_failed_exchange_keeps_what_it_knows(error):
    channel = WebhookChannel("https://h.example/key", [SECRET], FailingPoster(error))

    with pytest.raises(DeliveryError) as caught:
        asyncio.run(channel.send(MESSAGE))

    assert (caught.value.permanent, caught.value.retry_after) == (
        error.permanent,
        error.retry_after,
    )
    assert "key" not in str(caught.value)


def test_an_id_that_would_break_the_header_is_refused():
    with pytest.raises(DeliveryError) as caught:
        send(Hook(), message=replace(MESSAGE, id="a\r\nb"))

    assert caught.value.permanent


def test_an_answer_of_410_says_that_the_receiver_is_gone():
    error = failure(410)

    assert (error.permanent, error.is_gone) == (True, True)
