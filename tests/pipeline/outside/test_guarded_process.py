"""A process that runs a library with network code of its own reaches public addresses alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from monitor.pipeline.outside.guarded_process import Guard, Probe, Refused, read_places

HEAD = """
import socket, sys, json, os, subprocess
from monitor.pipeline.outside.guarded_process import Guard, Refused, read_places
guard = Guard(read_places({places}))
guard.install()
"""
ASK = """
import urllib.request
try:
    print(urllib.request.urlopen("http://{host}:{port}/", timeout=5).status)
except Exception as error:
    print(type(error).__name__)
print(guard.refusals)
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def run(code: str, places: object = False) -> str:
    whole = HEAD.format(places=repr(places)) + code
    done = subprocess.run(
        [sys.executable, "-c", whole], capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001"])
def test_a_private_address_is_not_connected_to(port: int, host: str) -> None:
    assert "its address is not public" in run(ASK.format(host=host, port=port))


@pytest.mark.parametrize(
    "what",
    [
        "socket.socket().connect(('10.0.0.1', 25))",
        "socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', 514))",
        "socket.socket(socket.AF_UNIX).connect('/dev/log')",
        "socket.socket().connect(('localhost', 25))",
        "socket.socket().connect_ex(('169.254.169.254', 80))",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_neither_sockets_nor_programs_get_past_it(what: str) -> None:
    code = f"try:\n    {what}\nexcept Refused as error:\n    print('refused')\n"

    assert run(code) == "refused\n"


@pytest.mark.parametrize("places", ["127.0.0.0/8", "localhost", "127.0.0.1:{port}"])
def test_a_place_that_the_config_names_is_reached(port: int, places: str) -> None:
    code = f"socket.create_connection(('localhost', {port})).close()\nprint('there')"

    said = run(code, [places.format(port=port)])

    assert said == "there\n"


@pytest.mark.parametrize("places", ["127.0.0.1:1", "wiki.example", "10.0.0.0/8"])
def test_another_place_is_not(port: int, places: str) -> None:
    assert "not public" in run(ASK.format(host="127.0.0.1", port=port), [places])


def test_where_all_is_allowed_link_local_is_still_refused(port: int) -> None:
    guard = Guard(read_places(True))

    guard.judge("socket.connect", (None, ("127.0.0.1", port)))
    with pytest.raises(Refused):
        guard.judge("socket.connect", (None, ("169.254.169.254", 80)))


def test_public_addresses_pass() -> None:
    guard = Guard()

    for address in (("93.184.215.14", 443), ("2606:4700::1111", 443, 0, 0)):
        guard.judge("socket.connect", (None, address))
    guard.judge("socket.sendmsg", (None, None))
    guard.judge("open", ("/etc/hosts", "r", 0))

    assert guard.refusals == []


def test_what_a_library_swallows_is_known_all_the_same() -> None:
    code = (
        "try:\n    socket.create_connection(('127.0.0.1', 9))\n"
        "except Exception:\n    pass\nprint(json.dumps(guard.refusals))"
    )

    assert json.loads(run(code)) == ["its address is not public"]


PROBE = """
from monitor.pipeline.outside.guarded_process import Probe
probe = Probe(read_places(True))
probe.install()
try:
    socket.create_connection(("localhost", {port})).sendall(b"secret")
except Refused:
    print("kept back", probe.wanted, probe.connect(), probe.refusals)
"""


def test_a_probe_reaches_who_is_wanted_and_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        said = run(PROBE.format(port=port), places=True)

        connection, _ = server.accept()
        with connection:
            heard = connection.recv(100)
    assert said == f"kept back localhost:{port} True []\n"
    assert heard == b""


def test_a_probe_tells_that_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

    said = run(PROBE.format(port=port), places=True)

    assert said == f"kept back localhost:{port} False []\n"


def test_a_probe_of_who_was_never_asked_reaches_nobody() -> None:
    probe = Probe(read_places(True))

    assert (probe.wanted, probe.connect()) == ("", False)


def test_a_probe_is_under_the_same_rule_as_a_message() -> None:
    probe = Probe()

    with pytest.raises(Refused, match="not public"):
        probe.judge("socket.connect", (None, ("10.0.0.1", 443)))
    with pytest.raises(Refused, match="not to be sent"):
        probe.judge("socket.connect", (None, ("93.184.215.14", 443)))
    with pytest.raises(Refused, match="program"):
        probe.judge("os.system", ("true",))
    probe.judge("socket.sendmsg", (None, None))
    assert probe.wanted == "93.184.215.14:443"
