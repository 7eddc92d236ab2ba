"""Which private addresses a list in the config opens, and that it opens no other."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from pathlib import Path

import httpcore
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.fetching.guard import GuardedBackend, RefusedAddress
from monitor.model.private import PrivatePlace, read_private_place
from monitor.settings import describe, load_settings
from monitor.settings.models import FetchSettings


@pytest.mark.parametrize(
    ("text", "host", "address", "port"),
    [
        ("wiki.example", "wiki.example", "10.0.0.5", 80),
        ("Wiki.Example", "WIKI.example.", "10.0.0.5", 443),
        ("wiki", "wiki", "10.0.0.5", 80),
        ("wiki.example:8080", "wiki.example", "10.0.0.5", 8080),
        ("10.0.0.5", "wiki.example", "10.0.0.5", 80),
        ("10.0.0.0/8", "10.9.9.9", "10.9.9.9", 80),
        ("10.0.0.0/8", "::ffff:10.9.9.9", "::ffff:10.9.9.9", 80),
        ("10.0.0.0/8:8080", "10.9.9.9", "10.9.9.9", 8080),
        ("fd00::/8", "wiki.example", "fd00::5", 80),
        ("[fd00::/8]:8080", "wiki.example", "fd00::5", 8080),
        ("[fd00::5]", "wiki.example", "fd00::5", 80),
    ],
)
def test_a_place_holds_what_it_names(text: str, host: str, address: str, port: int) -> None:
    assert read_private_place(text).holds(host, address, port)


@pytest.mark.parametrize(
    ("text", "host", "address", "port"),
    [
        ("wiki.example", "evil.example", "10.0.0.5", 80),
        ("wiki.example", "sub.wiki.example", "10.0.0.5", 80),
        ("wiki.example:8080", "wiki.example", "10.0.0.5", 80),
        ("10.0.0.5", "10.0.0.6", "10.0.0.6", 80),
        ("10.0.0.0/8:8080", "10.9.9.9", "10.9.9.9", 22),
        ("10.0.0.0/8", "fd00::5", "fd00::5", 80),
    ],
)
def test_a_place_holds_nothing_else(text: str, host: str, address: str, port: int) -> None:
    assert not read_private_place(text).holds(host, address, port)


@pytest.mark.parametrize(
    "text",
    ["", " ", "http://wiki.example", "wiki:0", "wiki:99999", "10.0.0.0/33", "a b", "1.2", "*"],
)
def test_what_is_no_place_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (its text is not shown)
        read_private_place(text)


@given(st.text(max_size=20))
def test_a_place_is_written_as_it_is_read(text: str) -> None:
    try:
        place = read_private_place(text)
    except ValueError:
        return
    assert read_private_place(str(place)) == place


def connect(places: tuple[PrivatePlace, ...], host: str, port: int) -> None:
    async def inside() -> None:
        backend = GuardedBackend(allow_private=places)
        await (await backend.connect_tcp(host, port, 2)).aclose()

    asyncio.run(inside())


def test_a_list_opens_its_port_and_keeps_the_others_shut() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        port = server.getsockname()[1]
        connect((read_private_place(f"127.0.0.1:{port}"),), "127.0.0.1", port)
        for text in ("127.0.0.1:1", "10.0.0.0/8", "wiki.example"):
            with pytest.raises(RefusedAddress):
                connect((read_private_place(text),), "127.0.0.1", port)


def test_no_list_opens_what_is_never_a_site() -> None:
    with pytest.raises((RefusedAddress, httpcore.ConnectError)) as told:
        connect((read_private_place("169.254.0.0/16"),), "169.254.169.254", 80)
    assert told.type is RefusedAddress


def test_the_list_is_read_from_file_and_environment_and_shown(tmp_path: Path) -> None:
    (tmp_path / "cases").mkdir()
    (tmp_path / "feeds.toml").write_text("")
    text = '[fetch]\nallow_private = ["wiki.example:8080", "10.1.2.3/16"]\n'
    (tmp_path / "monitor.toml").write_text(text)

    rows = {row.key: row.value for row in describe(load_settings(tmp_path, {}))}
    by_name = load_settings(tmp_path, {"MONITOR_FETCH__ALLOW_PRIVATE": "a.example, 10.0.0.0/8"})

    assert rows["fetch.allow_private"] == "wiki.example:8080, 10.1.0.0/16"
    assert by_name.fetch == FetchSettings(allow_private=("a.example", "10.0.0.0/8"))
    assert (
        load_settings(tmp_path, {"MONITOR_FETCH__ALLOW_PRIVATE": "true"}).fetch.allow_private
        is True
    )
