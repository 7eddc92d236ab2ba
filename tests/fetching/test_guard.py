"""The guard: no spelling of a private address gets a packet through; a name is resolved once."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from monitor.errors import AddressBlocked, FetchError
from monitor.fetching import Client
from monitor.fetching.guard import SystemLookup, is_public
from tests.fetching.server import fixed, response, serving
from tests.fetching.test_client import OPTIONS

GUARDED = replace(OPTIONS, allow_private=False)

# Everything that has been used to say "this machine" or "the machine next door" to a server.
SPELLINGS = [
    "127.0.0.1", "127.1", "127.0.1", "127.255.255.254", "0", "0.0.0.0", "0.0.0.1", "2130706433",
    "0x7f000001", "0x7f.1", "0x7F.0x0.0x0.0x1", "017700000001", "0177.0.0.1", "0177.1",
    "127.0.0.1.", "localhost", "LOCALHOST", "localhost.", "①②⑦.⓪.⓪.①", "127。0。0。1",
    "%31%32%37.0.0.1", "10.0.0.1", "10.1", "172.16.0.1", "172.31.255.255", "192.168.0.1",
    "192.168.1", "169.254.169.254", "2852039166", "0xa9fea9fe", "100.64.0.1", "100.100.100.200",
    "192.0.0.1", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]",
    "[64:ff9b::10.0.0.1]", "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]",
    "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]", "[3fff::1]",
    "[5f00::1]", "[100::1]",
]  # fmt: skip


def test_every_spelling_of_a_private_address_is_refused_without_a_connection() -> None:
    async def main() -> list[str]:
        let_in = []
        async with serving(fixed(response(b"secret"))) as server, Client(GUARDED) as client:
            for host in SPELLINGS:
                try:
                    await client.fetch(server.url(host=host))
                except FetchError:
                    continue
                let_in.append(host)
            assert server.connections == 0
        return let_in

    assert asyncio.run(main()) == []
    assert len(SPELLINGS) >= 60


@pytest.mark.parametrize(
    "host", ["127.1", "0x7f.1", "[::ffff:7f00:1]", "localhost", "10.0.0.1", "[64:ff9b::7f00:1]"]
)
def test_a_redirect_to_a_private_address_is_judged_like_a_first_request(host: str) -> None:
    """The first hop goes to a name that the resolver calls public; there is nothing public to
    connect to in a test.
    """

    async def main() -> None:
        async with serving(fixed(response(b"secret"))) as inner:
            headers = (("Location", inner.url(host=host)),)
            async with (
                serving(fixed(response(status="302 Found", headers=headers))) as outer,
                Client(OPTIONS) as client,
            ):
                pool = client._clients.pooled._transport._pool  # type: ignore[attr-defined]
                pool._network_backend = _OnlyFirst(pool._network_backend, outer.port)
                single = client._clients.single._transport  # type: ignore[attr-defined]
                single._backend = pool._network_backend
                with pytest.raises(AddressBlocked):
                    await client.fetch(outer.url())
                with pytest.raises(AddressBlocked):
                    await client.fetch_feed(outer.url())
            assert inner.connections == 0

    asyncio.run(main())


class _OnlyFirst:
    """Lets one port pass unjudged, as if it were public, and judges all else."""

    def __init__(self, open_backend: object, port: int) -> None:
        from monitor.fetching.guard import GuardedBackend

        self._open, self._port = open_backend, port
        self._guarded = GuardedBackend(allow_private=False)

    async def connect_tcp(self, host: str, port: int, **options: object) -> object:
        backend = self._open if port == self._port else self._guarded
        return await backend.connect_tcp(host, port, **options)  # type: ignore[attr-defined]


def test_one_private_address_among_public_ones_refuses_the_name() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        return ["93.184.216.34", "10.0.0.5"]

    async def main() -> None:
        async with Client(GUARDED, lookup=resolve) as client:
            with pytest.raises(AddressBlocked, match=r"herald\.example leads to 10\.0\.0\.5"):
                await client.fetch("http://herald.example/")

    asyncio.run(main())


def test_a_name_is_resolved_once_so_a_second_answer_is_never_used() -> None:
    asked: list[str] = []

    async def main() -> None:
        async with serving(fixed(response(b"x"))) as server:

            async def resolve(host: str, port: int) -> list[str]:
                asked.append(host)
                return ["127.0.0.1"] if len(asked) == 1 else ["192.0.2.1"]

            async with Client(OPTIONS, lookup=resolve) as client:
                await client.fetch(server.url(host="herald.example"))
                assert f"herald.example:{server.port}" == server.requests[0].headers["host"]

    asyncio.run(main())

    assert asked == ["herald.example"]


def test_a_name_without_an_address_is_an_error_of_ours() -> None:
    async def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    async def main() -> None:
        async with Client(GUARDED, lookup=resolve) as client:
            with pytest.raises(FetchError, match="Name or service not known"):
                await client.fetch("http://herald.example/")

    asyncio.run(main())


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34",
        "8.8.8.8",
        "1.1.1.1",
        "2606:4700::1111",
        "2a00:1450:4001:80b::200e",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses_pass(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address", ["", "herald.example", "127.0.0.1.", "fe80::1%eth0", "2606:4700::1111%1"]
)
def test_what_is_no_plain_address_is_not_public(address: str) -> None:
    assert not is_public(address)


def test_the_systems_resolver_answers_names() -> None:
    assert "127.0.0.1" in asyncio.run(SystemLookup()("localhost", 80))


def test_a_hung_name_server_does_not_hold_the_end_of_the_program() -> None:
    program = (
        "import asyncio, socket, time\n"
        "from monitor.fetching.guard import SystemLookup\n"
        "socket.getaddrinfo = lambda *a, **k: time.sleep(60)\n"
        "async def main():\n"
        "    try:\n"
        "        async with asyncio.timeout(0.2):\n"
        "            await SystemLookup()('herald.example', 80)\n"
        "    except TimeoutError:\n"
        "        print('gone')\n"
        "asyncio.run(main())\n"
    )
    start = time.monotonic()

    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )

    assert result.stdout == "gone\n"
    assert time.monotonic() - start < 30
