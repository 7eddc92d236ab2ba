"""Apprise sends what the channel gives it, in a process that reaches what the config says."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from monitor.alerts.rendering import render_alert
from monitor.channels import build_channels
from monitor.channels.apprise import AppriseChannel
from monitor.errors import ConfigErrors, DeliveryError
from monitor.settings.describing import describe
from tests.alerts.samples import FIRST, OPTIONS, PAYLOAD
from tests.channels.servers import Hook, PlainPoster, hook_server
from tests.settings.folders import load
from tests.world import Mailbox

MESSAGE = render_alert(PAYLOAD, **OPTIONS)
SECRET = "t0ken-of-the-desk"


@pytest.fixture
def hook() -> Iterator[tuple[Hook, str]]:
    received = Hook()
    with hook_server(received) as url:
        yield received, url.replace("http://", "json://") + f"/{SECRET}"


def send(url: str, allowed: bool | Sequence[str] = True, **options: object) -> str:
    channel = AppriseChannel(url, allow_private=allowed, **options)  # type: ignore[arg-type]
    return asyncio.run(channel.send(MESSAGE)).detail


def failure(url: str, allowed: bool | Sequence[str] = True, **options: object) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        send(url, allowed, **options)
    assert SECRET not in str(caught.value)
    return caught.value


def test_a_service_gets_subject_and_plain_text(hook: tuple[Hook, str]) -> None:
    received, url = hook

    assert send(url) == "accepted by JSON"

    (body,) = map(json.loads, received.bodies)
    assert body["title"] == MESSAGE.subject
    assert FIRST in body["message"]
    assert "<p" not in body["message"]


def test_a_service_on_a_private_address_gets_nothing(hook: tuple[Hook, str]) -> None:
    received, url = hook

    error = failure(url, allowed=False)

    assert (error.permanent, "its address is not public" in str(error)) == (True, True)
    assert received.bodies == []


def test_a_place_that_the_config_names_is_reached(hook: tuple[Hook, str]) -> None:
    received, url = hook

    send(url, allowed=["127.0.0.0/8"])

    assert len(received.bodies) == 1
    assert failure(url, allowed=["wiki.example"]).permanent
    assert len(received.bodies) == 1


def test_a_probe_reaches_the_service_and_posts_nothing(hook: tuple[Hook, str]) -> None:
    received, url = hook
    place = url.removeprefix("json://").partition("/")[0]

    assert asyncio.run(AppriseChannel(url, allow_private=True).probe()) == place
    assert received.bodies == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("json://127.0.0.1:1/t0ken", "JSON does not answer"),
        ("json://nowhere.invalid/t0ken", "JSON does not answer"),
        ("nosuch://t0ken", "none that Apprise knows"),
    ],
)
def test_a_probe_tells_what_a_message_would_fail_of(url: str, said: str) -> None:
    with pytest.raises(DeliveryError, match=said) as caught:
        asyncio.run(AppriseChannel(url, allow_private=True).probe())

    assert "t0ken" not in str(caught.value)


def test_a_mail_server_of_its_own_is_under_the_same_rule() -> None:
    box = Mailbox()
    try:
        url = f"mailto://127.0.0.1:{box.port}?from=a@example.org&to=b@example.org&mode=insecure"
        failure(url, allowed=False)
        assert box.messages == []
        send(url)
        assert len(box.messages) == 1
    finally:
        box.close()


@pytest.mark.parametrize("status", [403, 404, 429, 500])
def test_what_a_service_refuses_is_tried_again(hook: tuple[Hook, str], status: int) -> None:
    received, url = hook
    received.answers.append((status, {}))

    error = failure(url)

    assert (error.permanent, "JSON has not taken it" in str(error)) == (False, True)


@pytest.mark.parametrize("url", [f"nosuch://{SECRET}", f"tgram://{SECRET}", "https://"])
def test_an_address_that_apprise_does_not_know_is_given_up(url: str) -> None:
    error = failure(url)

    assert (error.permanent, "none that Apprise knows" in str(error)) == (True, True)


def test_a_service_that_hangs_is_left_in_time() -> None:
    program = (sys.executable, "-c", "import time; time.sleep(600)")
    begin = time.monotonic()

    error = failure(f"json://{SECRET}", program=program, deadline=timedelta(seconds=0.3))

    assert time.monotonic() - begin < 30
    assert (error.permanent, "nothing came of it within 0.3 s" in str(error)) == (False, True)


@pytest.mark.parametrize(
    "code", ["raise SystemExit(1)", "print('not JSON')", "import os; os.abort()"]
)
def test_a_process_that_ends_without_a_word_is_tried_again(code: str) -> None:
    error = failure(f"json://{SECRET}", program=(sys.executable, "-c", code))

    assert (error.permanent, "ended without an answer" in str(error)) == (False, True)


def test_a_program_that_is_not_there_is_told() -> None:
    assert "cannot be started" in str(failure("json://x", program=("/nowhere/python",)))


def test_its_address_is_a_secret_of_the_config(tmp_path) -> None:
    settings = load(
        tmp_path, {"channels.toml": f'[desk]\ntype = "apprise"\nurl = "tgram://{SECRET}/1"\n'}
    )

    assert SECRET not in repr(settings.channels["desk"])
    assert SECRET not in repr(describe(settings))
    assert isinstance(
        build_channels(settings, PlainPoster(), io.StringIO())["desk"], AppriseChannel
    )


def test_an_address_without_a_service_is_refused(tmp_path) -> None:
    with pytest.raises(ConfigErrors) as refused:
        load(tmp_path, {"channels.toml": f'[desk]\ntype = "apprise"\nurl = "{SECRET}"\n'})

    assert "no address of Apprise" in str(refused.value)
    assert SECRET not in str(refused.value)
