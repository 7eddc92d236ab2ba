"""Fixtures for everything that touches the outside: databases of both kinds, and a news world on
loopback.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from monitor.store import Store
from tests.databases import place_database, share_compiled
from tests.listener import Listener
from tests.newest import choose
from tests.postgresql import Cluster
from tests.world import Hook, Mailbox, Outlet

# How long an example takes says how busy the machine is: speed is measured by benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
share_compiled()

SEED = Path(__file__).parent.parent / "seeds" / "000_39b7992f23781b65.txt"


# Where most of a test is waiting for programs and servers.
WAITING_ROOMS = {"acceptance", "pipeline", "cli", "trust"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--newest", action="store_true", help="only what tests/newest.py chooses")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Puts what takes long first: begun last, it would leave all processes but one idle."""
    if config.getoption("newest"):
        short = [item for item in items if item.get_closest_marker("long") is None]
        chosen = set(choose(item.nodeid for item in short))
        config.hook.pytest_deselected(items=[one for one in items if one.nodeid not in chosen])
        items[:] = [one for one in short if one.nodeid in chosen]
    items.sort(key=lambda item: (item.get_closest_marker("long") is None, not _waits(item)))


def _waits(item: pytest.Item) -> bool:
    return not WAITING_ROOMS.isdisjoint(item.path.parts)


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """One private PostgreSQL for the whole run."""
    running = Cluster()
    yield running
    running.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each kind in turn, with the current schema and no rows."""
    if request.param == "sqlite":
        place_database(tmp_path / "monitor.db")
        yield f"sqlite:///{tmp_path / 'monitor.db'}"
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.url()
        yield url
        cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of each kind in turn that has no tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'monitor.db'}"
    cluster: Cluster = request.getfixturevalue("cluster")
    return cluster.empty_url()


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A store with the current schema, on each database in turn."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def outlet() -> Iterator[Outlet]:
    """An outlet without stories."""
    site = Outlet("Harbour Gazette")
    yield site
    site.close()


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook receiver that verifies signatures."""
    receiver = Hook()
    yield receiver
    receiver.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server."""
    box = Mailbox()
    yield box
    box.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    """A port that nobody should ask."""
    opened = Listener()
    yield opened
    opened.close()
