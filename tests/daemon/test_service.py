"""The daemon in this process: it starts, reports on itself and stops."""

from __future__ import annotations

import signal
import socket
import urllib.error
from contextlib import closing

import pytest
from structlog.testing import capture_logs

from monitor.daemon import EXIT_INTERRUPTED, service
from monitor.errors import MonitorError
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.workers import WorkerView, get_workers
from tests.daemon.running import Loader, ask, run, send, slugs, until


@pytest.mark.parametrize(
    ("number", "exit_code"), [(signal.SIGTERM, 0), (signal.SIGINT, EXIT_INTERRUPTED)]
)
def test_it_stops_at_a_signal_and_says_which(
    loader: Loader, number: signal.Signals, exit_code: int
) -> None:
    async def stop() -> None:
        send(number)

    assert run(loader, stop) == exit_code


@pytest.mark.parametrize("roles", [("poll",), ("ingest",), ("poll", "ingest", "deliver")])
def test_each_role_can_run_alone_or_with_the_others(loader: Loader, roles: tuple[str, ...]) -> None:
    async def stop() -> None:
        send(signal.SIGTERM)

    assert run(loader, stop, *roles) == 0


def test_a_start_warns_of_a_database_on_a_network(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No network can be mounted here: what the machine would say stands in its place."""
    monkeypatch.setattr(service, "find_network_system", lambda _path: "nfs4")

    async def stop() -> None:
        send(signal.SIGTERM)

    with capture_logs() as logs:
        assert run(loader, stop) == 0

    (warned,) = [one for one in logs if one["event"] == "database_on_network"]
    assert warned["kind"] == "nfs4"
    assert "PostgreSQL" in warned["hint"]


def test_a_start_whose_address_is_taken_leaves_no_worker_at_work(loader: Loader) -> None:
    async def wait() -> None:
        """It ends by itself."""

    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        text = (loader.folder / "monitor.toml").read_text()
        listen = f'listen = "127.0.0.1:{taken.getsockname()[1]}"'
        (loader.folder / "monitor.toml").write_text(f"{text}[http]\n{listen}\n")
        with pytest.raises(MonitorError, match=r"http\.listen"):
            run(loader, wait)

    (worker,) = workers(loader)
    assert worker.stopped_at is not None


def workers(loader: Loader) -> list[WorkerView]:
    with closing(Store(load_settings(loader.folder, {}).database_url)) as store:
        return store.read(get_workers)


def test_a_database_taken_away_is_told_and_no_other_is_made(loader: Loader) -> None:
    text = (loader.folder / "monitor.toml").read_text()
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (loader.folder / "monitor.toml").write_text(f'{text}[http]\nlisten = "127.0.0.1:{port}"\n')
    path = Store(load_settings(loader.folder, {}).database_url).path
    assert path is not None
    seen: list[dict[str, object]] = []

    def look() -> bool:
        try:
            seen.append(ask(f"http://127.0.0.1:{port}/healthz")[1])
        except urllib.error.URLError:
            return False
        return True

    async def take_away() -> None:
        await until(look)
        path.rename(path.with_suffix(".aside"))
        send(signal.SIGHUP)  # wakes all stages, and the new config cannot be stored
        await until(lambda: look() and seen[-1]["stages"] != "ok")
        path.with_suffix(".aside").rename(path)
        send(signal.SIGTERM)

    assert run(loader, take_away, "deliver") == 0
    assert "deleted or replaced" in str(seen[-1]["stages"])
    assert slugs(loader) == ["harbour"]
