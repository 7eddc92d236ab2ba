"""Configs for the tests of commands: one that a test may change, one that all of them read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import run_command, write_config
from tests.cli.commands.stories import HOSTILE_TITLE, ORDER, SEED_PARAGRAPHS
from tests.world import Hook, Mailbox, Outlet, Story


@pytest.fixture
def config(tmp_path: Path, outlet: Outlet) -> Path:
    """A config over one outlet that was polled once, when it was empty."""
    folder = write_config(tmp_path / "config", [outlet])
    run_command(folder, "poll")
    return folder


@pytest.fixture
def polled(tmp_path: Path, outlet: Outlet) -> Path:
    """A config without a seed that was polled once."""
    folder = write_config(tmp_path / "config", [outlet], seed=None)
    run_command(folder, "poll")
    return folder


@pytest.fixture
def judged(config: Path, outlet: Outlet) -> Path:
    """A case with its seed, one alert and one copy."""
    publish_news(outlet)
    run_command(config, "poll")
    return config


def publish_news(outlet: Outlet) -> None:
    """Publishes an article that brings news, and one that only repeats the seed."""
    now = utc_now()
    news = ORDER.format(day=f"{now - timedelta(hours=6):%A}")
    summary = "Kilmar Abrego Garcia"
    outlet.publish(
        Story("/order", "Judge orders testimony", [news, *SEED_PARAGRAPHS], now, summary)
    )
    outlet.publish(Story("/copy", "President says no", SEED_PARAGRAPHS[:5], now, summary))


@dataclass(frozen=True)
class Read:
    """A world that tests only read: never run a command on it that writes."""

    config: Path
    outlet: Outlet
    hook: Hook
    mailbox: Mailbox


@pytest.fixture(scope="package")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """A case with its seed, an alert sent to a webhook and by mail, a copy, a hostile headline."""
    outlet, hook, mailbox = Outlet("Harbour Gazette"), Hook(), Mailbox()
    folder = tmp_path_factory.mktemp("read") / "config"
    write_config(folder, [outlet], hook=hook, mailbox=mailbox)
    run_command(folder, "poll")
    publish_news(outlet)
    outlet.publish(
        Story("/hostile", HOSTILE_TITLE, SEED_PARAGRAPHS[:4], utc_now(), "Kilmar Abrego Garcia")
    )
    run_command(folder, "poll")
    yield Read(folder, outlet, hook, mailbox)
    for server in (outlet, hook, mailbox):
        server.close()
