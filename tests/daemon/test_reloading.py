"""SIGHUP: a changed config is taken over, a wrong one is not."""

from __future__ import annotations

import signal
from pathlib import Path

from monitor.errors import ConfigError
from tests.daemon.running import Loader, run, send, slugs, until


def test_a_changed_config_is_taken_over_while_it_runs(loader: Loader) -> None:
    async def change() -> None:
        (loader.folder / "cases" / "museum.toml").write_text('title = "M"\nquery = "museum"\n')
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    # What it holds when it is stopped it finishes, a reload as well.
    assert run(loader, change) == 0
    assert slugs(loader) == ["harbour", "museum"]


def test_a_case_under_another_name_is_refused_at_a_reload_and_the_old_config_stays(
    loader: Loader,
) -> None:
    async def change() -> None:
        cases = loader.folder / "cases"
        (cases / "harbour.toml").rename(cases / "port.toml")
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    assert run(loader, change) == 0
    assert slugs(loader) == ["harbour"]


def test_a_wrong_config_is_refused_and_the_old_one_stays(loader: Loader) -> None:
    async def change() -> None:
        loader.error = ConfigError(Path("feeds.toml"), 3, "url", "is wrong")
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    assert run(loader, change) == 0
    assert slugs(loader) == ["harbour"]


def test_a_config_with_a_seed_that_cannot_be_read_leaves_the_store_as_it_was(
    loader: Loader,
) -> None:
    async def change() -> None:
        (loader.folder / "cases" / "first.txt").write_bytes(b"\xff\xfe")
        (loader.folder / "cases" / "museum.toml").write_text(
            'title = "M"\nquery = "museum"\nseeds = ["first.txt"]\n'
        )
        send(signal.SIGHUP)
        await until(lambda: loader.calls == 1)
        send(signal.SIGTERM)

    assert run(loader, change) == 0
    (loader.folder / "cases" / "museum.toml").unlink()
    assert slugs(loader) == ["harbour"]
