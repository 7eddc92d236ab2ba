"""A world that counts: feeds that never show again what a reader says it has, and receivers that
keep every arrival."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standardwebhooks.webhooks import Webhook

from tests.trust.stories import QUERY, NewsItem, document
from tests.world import SECRET, Mailbox, Site

# Between two versions of a feed at least, so that the reader has time for the news as well.
PUBLISHING_S = 0.4
# How long receivers have for what a dead sender left.
PATIENCE_S = 10.0
# As /proc/net/tcp has them: no connection yet, and none any more.
LISTENING, TIME_WAIT = "0A", "06"


class Newsstand(Site):
    """A feed whose server believes its reader: what it names by its validators is not shown again.

    So a reader that keeps validators without the entries that they vouch for has lost these for
    good, and it shows. One old item stays, as in every real feed.

    Attributes:
        served: the paths of the items that were in an answer.
        is_open: False when nothing new is published any more.
    """

    def __init__(
        self,
        number: int,
        address: str,
        clock: Callable[[], datetime],
        every_s: float = PUBLISHING_S,
    ) -> None:
        self._number, self._clock, self._every_s = number, clock, every_s
        self._version = 0
        self._items: list[NewsItem] = []
        self._publishing = threading.Lock()
        self._published_at = 0.0
        self._by_path: dict[str, NewsItem] = {}
        self.served: set[str] = set()
        self.is_open = True
        super().__init__(address)

    @property
    def feed_url(self) -> str:
        return f"{self.base}/feed.xml"

    @property
    def name(self) -> str:
        return f"Stand {self._number}"

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str, bytes, dict[str, str]]:
        if path == "/feed.xml":
            return self._feed(headers.get("if-none-match"))
        item = self._by_path.get(path)
        if item is None:
            return 404, "text/plain", b"no such page", {}
        return 200, "text/html; charset=utf-8", item.page().encode(), {}

    def _feed(self, known: str | None) -> tuple[int, str, bytes, dict[str, str]]:
        with self._publishing:
            if known == self._etag:
                if not self._has_news():
                    return 304, "application/rss+xml", b"", {"ETag": known}
                self._publish()
            shown = self._items[-2:]
            self.served.update(item.path for item in shown)
            body = document(self.name, self.base, list(reversed(shown)))
            return 200, "application/rss+xml; charset=utf-8", body, {"ETag": self._etag}

    @property
    def _etag(self) -> str:
        return f'"{self._number}-{self._version}"'

    def _has_news(self) -> bool:
        return self.is_open and time.monotonic() - self._published_at > self._every_s

    def _publish(self) -> None:
        self._version += 1
        self._published_at = time.monotonic()
        item = NewsItem(self._number, len(self._items), self._clock())
        self._items.append(item)
        self._by_path[item.path] = item


@dataclass
class Arrivals:
    """What came in, by whoever received it.

    Attributes:
        ids: the ids under which each alert came.
        times: how often each id came.
        repeats: how many came again, by the life of the program that had sent them before and
            ended before it wrote that down: two lives may leave one each to a third.
        life: the one that is lived now.
        first_at: when each alert came first.
    """

    ids: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    times: Counter[str] = field(default_factory=Counter)
    repeats: Counter[int] = field(default_factory=Counter)
    life: int = 0
    first_at: dict[str, datetime] = field(default_factory=dict)
    _sent_in: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, alert: str, identity: str) -> None:
        with self._lock:
            self.first_at.setdefault(alert, datetime.now(UTC))
            self.ids[alert].add(identity)
            self.times[identity] += 1
            if self.times[identity] > 1:
                self.repeats[self._sent_in[identity]] += 1
            self._sent_in[identity] = self.life

    @property
    def most_of_a_life(self) -> int:
        """How many came again of what one life had sent, of that where most did."""
        return max(self.repeats.values(), default=0)

    @property
    def duplicates(self) -> int:
        return sum(count - 1 for count in self.times.values())

    @property
    def second_ids(self) -> int:
        return sum(len(ids) > 1 for ids in self.ids.values())


class CountingHook(Site):
    """A webhook receiver that verifies and counts.

    Attributes:
        answers_after_s: how long it takes to answer what it has taken.
    """

    def __init__(self) -> None:
        self.answers_after_s = 0.0
        self.arrivals = Arrivals()
        super().__init__()

    @property
    def url(self) -> str:
        return f"{self.base}/hook"

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        Webhook(SECRET).verify(body, {name.lower(): value for name, value in headers.items()})
        said: dict[str, Any] = json.loads(body)
        # Of a further newsroom a webhook hears besides; that is no second telling of the alert.
        if said["type"] != "development.updated":
            for alert in alerts_in(said):
                self.arrivals.note(alert, headers["webhook-id"])
        time.sleep(self.answers_after_s)
        return 200


def alerts_in(said: dict[str, Any]) -> list[str]:
    """Returns the ids of the alerts in a message, one or those of a digest."""
    data = said["data"]
    items = data.get("items", [data])
    return [item["alert"]["id"] for item in items if "alert" in item]


class CountingMailbox(Mailbox):
    """A mail server that counts."""

    def __post_init__(self) -> None:
        self.arrivals = Arrivals()
        super().__post_init__()

    async def handle_DATA(self, server: object, session: object, envelope: Any) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        message = self.messages.pop()
        self.raw.clear()
        for alert in str(message["X-Monitor-Alert"] or "").split():
            self.arrivals.note(alert.strip(","), str(message["Message-ID"]))
        return answer


@dataclass
class World:
    """Feeds, a webhook receiver and a mail server.

    Attributes:
        whole: the lives that ended by themselves: nothing that they sent may come again.
    """

    stands: Sequence[Newsstand]
    hook: CountingHook
    mailbox: CountingMailbox
    whole: set[int] = field(default_factory=set)

    @property
    def served(self) -> set[str]:
        """The addresses of all items that were in an answer."""
        return {stand.base + path for stand in self.stands for path in stand.served}

    @property
    def arrivals(self) -> tuple[Arrivals, Arrivals]:
        return self.hook.arrivals, self.mailbox.arrivals

    @property
    def unprovoked(self) -> int:
        """How many came again although the life that had sent them ended by itself."""
        return sum(arrivals.repeats[life] for arrivals in self.arrivals for life in self.whole)

    def begin_life(self, number: int) -> None:
        for arrivals in self.arrivals:
            arrivals.life = number

    def end_life(self, number: int, *, is_killed: bool) -> None:
        """Waits until all that a life sent is counted: the last of it may still be read."""
        if not is_killed:
            self.whole.add(number)
        ports = {self.hook.server.server_address[1], self.mailbox.port}
        waiting_until = time.monotonic() + PATIENCE_S
        while count_connections(ports):
            assert time.monotonic() < waiting_until, "a receiver keeps a dead sender's connection"
            time.sleep(0.001)

    def stop_publishing(self) -> None:
        for stand in self.stands:
            stand.is_open = False

    def close(self) -> None:
        for site in (*self.stands, self.hook):
            site.close()
        self.mailbox.close()


def count_connections(ports: Collection[int]) -> int:
    """Returns how many connections to servers on these ports of this machine are open, those that
    their clients have closed included.
    """
    # In a line stand its number, the local address and port, the other ones, and the state.
    here = "|".join(f"{port:04X}" for port in ports)
    lines = Path("/proc/net/tcp").read_text()
    states = re.findall(rf": [0-9A-F]+:(?:{here}) [0-9A-F]+:[0-9A-F]+ (..)", lines)
    return sum(state not in {LISTENING, TIME_WAIT} for state in states)


def open_world(stands: int, clock: Callable[[], datetime], every_s: float = PUBLISHING_S) -> World:
    """Opens a world with so many feeds, each on a host of its own, with news at most so often."""
    sites = [
        Newsstand(number, f"127.0.3.{number}", clock, every_s) for number in range(1, stands + 1)
    ]
    return World(sites, CountingHook(), CountingMailbox())


def write_config(
    folder: Path, world: World, database_url: str = "sqlite:///monitor.db", extra: str = ""
) -> Path:
    """Writes a config over a world: one case, alerted by webhook and mail."""
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        f'database_url = "{database_url}"\n{extra}'
        '[fetch]\nallow_private = true\nper_host_delay = "0s"\n'
        '[schedule]\nmin_interval = "1m"\nmax_interval = "5m"\n'
        '[alerts]\ngroup_wait = "0s"\nmax_per_hour = 1000\n[judge]\nsemantic = "off"\n'
        f'[smtp]\nhost = "127.0.0.1"\nport = {world.mailbox.port}\nfrom = "monitor@example.org"\n'
    )
    feeds = (f'[[feed]]\nurl = "{one.feed_url}"\ntitle = "{one.name}"\n' for one in world.stands)
    (folder / "feeds.toml").write_text("".join(feeds))
    (folder / "channels.toml").write_text(
        f'[hook]\ntype = "webhook"\nurl = "{world.hook.url}"\nsecret = "{SECRET}"\n'
        '[desk]\ntype = "email"\nto = ["desk@example.org"]\n'
    )
    rules = "".join(
        f'[[alert]]\nchannel = "{name}"\nwhen = "now"\nheld = "none"\n' for name in ("hook", "desk")
    )
    (folder / "cases" / "harbour.toml").write_text(
        f'title = "Harbour"\nquery = "{QUERY}"\nfeeds = ["*"]\n{rules}'
    )
    return folder
