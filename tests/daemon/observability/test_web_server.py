"""The pages that a daemon serves of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus

import pytest

from monitor.daemon.observability.web_server import WebServer, health_app
from monitor.daemon.pulse import Pulse
from monitor.errors import MonitorError
from tests.daemon.running import ask
from tests.daemon.test_pulse import stuck


@contextmanager
def health(pulse: Pulse) -> Iterator[str]:
    """The address of a health page."""
    server = WebServer("127.0.0.1:0", health_app(pulse, bytes))
    server.start()
    try:
        yield "http://{}:{}".format(*server.address)
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("make_pulse", "path", "status"),
    [
        (Pulse, "/healthz", HTTPStatus.OK),
        (Pulse, "/healthz?full=1", HTTPStatus.OK),
        (stuck, "/healthz", HTTPStatus.SERVICE_UNAVAILABLE),
        (Pulse, "/", HTTPStatus.NOT_FOUND),
        (Pulse, "/healthz/../etc", HTTPStatus.NOT_FOUND),
    ],
)
def test_the_health_page_answers_with_the_pulse(
    make_pulse: Callable[[], Pulse], path: str, status: int
) -> None:
    with health(make_pulse()) as base:
        assert ask(base + path)[0] == status


def test_the_health_page_shows_what_the_pulse_is_now() -> None:
    pulse = Pulse()
    with health(pulse) as base:
        assert ask(f"{base}/healthz")[1]["database"] == "ok"
        pulse.store_error = "the disk is full"
        assert ask(f"{base}/healthz")[1]["database"] == "the disk is full"


@pytest.mark.parametrize("listen", ["127.0.0.1:none", "127.0.0.1:99999", "203.0.113.1:9310"])
def test_an_address_that_cannot_be_listened_on_is_named(listen: str) -> None:
    with pytest.raises(MonitorError, match=r"http\.listen") as refused:
        WebServer(listen, health_app(Pulse(), bytes))

    assert listen in refused.value.message
