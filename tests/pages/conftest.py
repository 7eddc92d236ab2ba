"""A store with two cases, served as a daemon serves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from monitor.daemon.observability.web_server import serve
from monitor.daemon.pulse import Pulse
from monitor.pages.library import Library
from monitor.settings import Settings, load_settings
from monitor.store import Store
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.verdicts import add_carrier
from monitor.store.views.developments import list_developments
from tests.pipeline.program import start_program
from tests.store.rows import NOW, add_case
from tests.store.views.stored import HOUR, alert, judge

HOSTILE = "<script>document.title='read'</script><img src=x onerror=alert(1)>"
KEY = "k3y-of-the-feed"
TOKEN = "a token of the desk"
METRICS = b"# figures"


@dataclass(frozen=True)
class Desk:
    """A store, and who reads it.

    Attributes:
        library: what the pages read.
        open: without a login, on loopback.
        guarded: with the token.
    """

    library: Library
    open: httpx.Client
    guarded: httpx.Client

    def ids(self, what: str = "developments") -> list[str]:
        """The ids of what the API lists of the harbour, newest first."""
        paths = {
            "developments": "/api/cases/harbour/developments",
            "stories": "/api/stories?case=harbour",
            "articles": "/api/articles?case=harbour",
        }
        return [row["id"] for row in self.open.get(paths[what]).json()]


@pytest.fixture(scope="package")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Three developments of a harbour, the second one hostile and carried by two, and a quiet
    quarry.
    """
    folder = start_program(tmp_path_factory.mktemp("pages") / "config").folder
    settings: Settings = load_settings(folder, {})
    with_store = Store(settings.database_url)
    fill(with_store)
    yield Library(with_store, lambda: settings, lambda: NOW + 5 * HOUR)
    with_store.close()


def fill(store: Store) -> None:
    for number in (1, 2, 3):
        store.write(
            alert,
            number,
            hours=number,
            tier=number,
            outlet=HOSTILE if number == 2 else "Gazette",
            title=("Pier closed", HOSTILE, "")[number - 1],
        )
    second = store.read(list_developments, limit=9)[1]
    carrier = store.write(judge, 4, hours=4, outlet="Courier", url="https://courier.example/pier")
    store.write(add_carrier, [second.row_id], carrier.article_id, NOW + 4 * HOUR)
    store.write(add_case, "quarry")
    feed = FeedSpec(f"https://gazette.example/rss?key={KEY}", "", (), None, False)
    store.write(sync_feeds, [feed], NOW)


@pytest.fixture(scope="package")
def desk(library: Library) -> Iterator[Desk]:
    """The pages, served twice: for everybody on this machine, and for who has the token."""
    servers = [
        serve("127.0.0.1:0", token, library, Pulse(), lambda: METRICS) for token in ("", TOKEN)
    ]
    bases = ["http://{}:{}".format(*server.address) for server in servers]
    # A guard against what hangs: a page may well take seconds on a machine with much else to do.
    clients = [httpx.Client(base_url=base, timeout=120) for base in bases]
    with clients[0] as first, clients[1] as second:
        yield Desk(library, first, second)
    for server in servers:
        server.stop()
