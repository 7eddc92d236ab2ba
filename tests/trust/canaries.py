"""Secrets in every place of a config that may hold one, looked for wherever anything is said, sent
or kept.
"""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from tests.trust.daemons import Daemon
from tests.trust.figures import Figure, Finding
from tests.trust.kills import scratch
from tests.trust.stories import QUERY
from tests.trust.world import Newsstand
from tests.world import Hook, Mailbox

# Each place has a word of its own, so that a hit says where it comes from.
PLACES = (
    "FeedQuery", "FeedPassword", "FeedHeader", "HookPath", "HookQuery", "HookLogin", "MailPassword",
)  # fmt: skip
CANARIES = {place: f"Finch{place}ling" for place in PLACES}
COMMANDS = (
    ("status",),
    ("status", "--format", "json"),
    ("feeds", "list", "--format", "json"),
    ("feeds", "export"),
    ("feeds", "show", "Stand 1"),
    ("channels", "list"),
    ("channels", "test", "hook"),
    ("alerts", "list", "--format", "json"),
    ("check",),
    ("check", "--live"),
    ("config", "show"),
    ("cases", "show", "harbour"),
    ("articles", "list", "--format", "json"),
    ("timeline", "harbour", "--format", "json"),
    ("search", QUERY),
    ("--verbose", "poll"),
)
REFUSED_S = 60.0


class KeyedStand(Newsstand):
    """A feed for those who know its key, until it is down."""

    is_down = False

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str, bytes, dict[str, str]]:
        if self.is_down:
            return 500, "text/plain", f"no {path} for {headers}".encode(), {}
        return super().answer(path.partition("?")[0], headers)


def canaries(*, commands: int = len(COMMANDS), broken: str = "") -> list[Finding]:
    """Has a daemon work and fail with secrets everywhere, then looks for them, also in what so many
    commands say.
    """
    with scratch() as folder:
        said = dict(_all_that_is_said(folder, commands, broken))
    hits = {
        f"{place} in {where}"
        for place, canary in CANARIES.items()
        for where, text in said.items()
        if canary in text
    }
    looked = sum(map(len, said.values()))
    name = f"{len(PLACES)} secrets, {len(said)} places looked at"
    return [
        Figure(f"{name}: characters read, at least", looked, 3_000, ">="),
        Figure(f"{name}: hits", len(hits), 0, note="; ".join(sorted(hits)[:4])),
    ]


def _all_that_is_said(folder: Path, commands: int, broken: str) -> Iterator[tuple[str, str]]:
    stand = KeyedStand(1, "127.0.3.1", lambda: datetime.now(UTC))
    refusing, box = Hook(), Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        health = f"127.0.0.1:{free.getsockname()[1]}"
    config = _write(folder / "config", stand, refusing, box.port, health)
    path = f"/{CANARIES['HookPath']}?sig={CANARIES['HookQuery']}"
    refusing.answers[f"POST {path}"] = lambda: (500, "text/plain", f"Cannot POST {path}".encode())
    daemon = Daemon(config, broken=broken)
    try:
        daemon.wait_until(lambda: _is_told(config, refusing, box), REFUSED_S)
        # Whatever it did well, it now fails at, and says so.
        stand.is_down = True
        daemon.wait_until(lambda: _make_due(config) and "answered 500" in daemon.said, REFUSED_S)
        yield "health", _read(f"http://{health}/healthz")
    finally:
        daemon.stop()
        daemon.kill()
    yield "the log", daemon.said
    yield "mails", repr(box.raw)
    for command in COMMANDS[:commands]:
        yield " ".join(command), _run(config, command)
    for command in COMMANDS[: min(3, commands)]:
        yield f"{command} of a broken config", _run(_broken(folder, config), command)
    yield "sealed messages", _sealed(config)
    box.close()
    refusing.close()
    stand.close()


def _write(folder: Path, stand: Newsstand, hook: Hook, smtp: int, health: str) -> Path:
    secret = CANARIES
    (folder / "cases").mkdir(parents=True)
    (folder / "monitor.toml").write_text(
        f'database_url = "sqlite:///monitor.db"\n[http]\nlisten = "{health}"\n'
        '[fetch]\nallow_private = true\nper_host_delay = "0s"\n[judge]\nsemantic = "off"\n'
        '[schedule]\nmin_interval = "1m"\nmax_interval = "5m"\n[alerts]\ngroup_wait = "0s"\n'
        f'[smtp]\nhost = "127.0.0.1"\nport = {smtp}\nfrom = "monitor@example.org"\n'
        f'password = "{secret["MailPassword"]}"\n'
    )
    address = f"{stand.base}/feed.xml?key={secret['FeedQuery']}"
    (folder / "feeds.toml").write_text(
        f'[[feed]]\nurl = "{address}"\n'
        f'auth = {{ user = "desk", password = "{secret["FeedPassword"]}" }}\n'
        f'[[feed]]\nurl = "{stand.base}/none.xml"\ntitle = "Stand 1"\n'
        f'auth = {{ header = "X-Key", value = "{secret["FeedHeader"]}" }}\n'
    )
    host = hook.base.removeprefix("http://")
    target = f"http://{host}/{secret['HookPath']}"
    (folder / "channels.toml").write_text(
        f'[hook]\ntype = "webhook"\nurl = "{target}?sig={secret["HookQuery"]}"\n'
        'secret = "whsec_c2VjcmV0LWZvci10ZXN0cy1vbmx5LTEyMzQ="\n'
        '[desk]\ntype = "email"\nto = ["desk@example.org"]\n'
    )
    rules = "".join(f'[[alert]]\nchannel = "{name}"\nwhen = "now"\n' for name in ("hook", "desk"))
    (folder / "cases" / "harbour.toml").write_text(
        f'title = "Harbour"\nquery = "{QUERY}"\nfeeds = ["*"]\n{rules}'
    )
    return folder


def _is_told(config: Path, hook: Hook, box: Mailbox) -> bool:
    _make_due(config)
    return bool(hook.requests) and bool(box.raw)


def _make_due(config: Path) -> bool:
    with closing(sqlite3.connect(config / "monitor.db", isolation_level=None)) as database:
        database.execute("UPDATE feeds SET next_poll_at = '2020-01-01 00:00:00.000000'")
    return True


def _sealed(config: Path) -> str:
    with closing(sqlite3.connect(config / "monitor.db")) as database:
        tables = ("deliveries", "alerts", "articles", "revisions", "workers", "hosts")
        return str([database.execute(f"SELECT * FROM {table}").fetchall() for table in tables])


def _broken(folder: Path, config: Path) -> Path:
    """Returns a config with a mistake behind each secret."""
    copy = folder / "broken"
    copy.mkdir(exist_ok=True)
    for file in ("monitor.toml", "feeds.toml", "channels.toml"):
        text = (config / file).read_text()
        (copy / file).write_text(text + "nonsense = 1\n")
    with (copy / "channels.toml").open("a") as channels:
        login = f"desk:{CANARIES['HookLogin']}"
        channels.write(f'[other]\ntype = "webhook"\nurl = "http://{login}@gazette.example/"\n')
    return copy


def _run(config: Path, arguments: tuple[str, ...]) -> str:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "monitor"), *arguments],
        env={**os.environ, "MONITOR_CONFIG": str(config)},
        capture_output=True,
        text=True,
        timeout=90,
    )
    return done.stdout + done.stderr


def _read(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return str(error.read())
