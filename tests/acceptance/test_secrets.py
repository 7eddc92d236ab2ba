"""Canaries in every place of a config that may hold a secret, looked for wherever anything is said
or sent.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store import Store
from monitor.store.schema.tables import deliveries, feeds
from tests.acceptance.config import run_command, write_config
from tests.acceptance.test_daemon import Daemon
from tests.world import Hook, Mailbox, Outlet

CANARY = "Finchling"
READING = (
    ("status",),
    ("status", "--format", "json"),
    ("feeds", "list"),
    ("feeds", "list", "--format", "table"),
    ("feeds", "list", "--format", "csv"),
    ("feeds", "export"),
    ("channels", "list"),
    ("alerts", "list"),
    ("check",),
    ("check", "--live"),
    ("config", "show"),
    ("cases", "show", "abrego-garcia"),
    ("poll",),
)


class KeyedOutlet(Outlet):
    """An outlet whose feed is for those who know its key."""

    @property
    def feed_url(self) -> str:
        return f"{self.base}/feed.xml?key={CANARY}Query&format=rss"

    def answer(self, path: str, headers: dict[str, str]) -> tuple[int, str, bytes, dict[str, str]]:
        return super().answer(path.partition("?")[0], headers)


class KeyedHook(Hook):
    """A receiver whose address is its secret, and which repeats it where it refuses."""

    @property
    def url(self) -> str:
        return f"{self.base}/services/{CANARY}Path?sig={CANARY}Sig"


@pytest.fixture
def keyed() -> Iterator[KeyedOutlet]:
    # Without a title, so that every place has to name it by its address.
    site = KeyedOutlet("")
    yield site
    site.close()


@pytest.fixture
def keyed_hook() -> Iterator[KeyedHook]:
    site = KeyedHook()
    path = site.url.removeprefix(site.base)
    site.answers[f"POST {path}"] = lambda: (404, "text/plain", f"Cannot POST {path}".encode())
    yield site
    site.close()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.close()


def write_canaries(folder: Path, keyed: Outlet, hook: Hook, mailbox: Mailbox, extra: str) -> Path:
    config = write_config(
        folder, [keyed], hook=hook, mailbox=mailbox, seed=None, extra=extra, query="harbour"
    )
    feed = config / "feeds.toml"
    lines = [line for line in feed.read_text().splitlines() if not line.startswith("title")]
    auth = f'auth = {{ user = "desk", password = "{CANARY}Login" }}'
    feed.write_text("\n".join([*lines, auth, ""]))
    return config


def said_by(config: Path, *arguments: str) -> str:
    done = run_command(config, *arguments, check=False)
    return f"{done.stdout}\n{done.stderr}"


def test_no_canary_is_in_anything_that_commands_say(
    tmp_path: Path, keyed: KeyedOutlet, keyed_hook: KeyedHook, mailbox: Mailbox
) -> None:
    password = f'password = "{CANARY}Mail"\n'
    config = write_canaries(tmp_path / "config", keyed, keyed_hook, mailbox, password)
    said = said_by(config, "--verbose", "poll")
    keyed.answers["/feed.xml"] = lambda: (500, "text/plain", b"down")
    said += said_by(config, "--verbose", "poll")
    keyed.answers["/feed.xml"] = lambda: (200, "text/html", b"<p>Log in first")
    for arguments in READING:
        said += said_by(config, *arguments)
    said += said_by(config, "feeds", "show", keyed.base)
    said += said_by(config, "feeds", "add", keyed.feed_url)
    said += said_by(config, "channels", "test", "hook")
    said += said_by(config, "feeds", "reset", f"{keyed.base}/feed.xml?key=…&format=rss")

    assert f"{keyed.base}/feed.xml?key=…&format=rss" in said
    assert "answered 404" in said
    assert CANARY not in said


def test_a_list_is_exported_with_its_keys_on_request(
    tmp_path: Path, keyed: KeyedOutlet, keyed_hook: KeyedHook, mailbox: Mailbox
) -> None:
    config = write_canaries(tmp_path / "config", keyed, keyed_hook, mailbox, "")

    assert "?key=…&amp;format=rss" in said_by(config, "feeds", "export")
    assert f"?key={CANARY}Query&amp;" in said_by(config, "feeds", "export", "--with-secrets")


def test_no_canary_is_in_what_a_daemon_logs_sends_and_stores(
    tmp_path: Path, keyed: KeyedOutlet, keyed_hook: KeyedHook, mailbox: Mailbox
) -> None:
    listen = "127.0.0.1:39417"
    extra = f'password = "{CANARY}Mail"\n[http]\nlisten = "{listen}"\n'
    config = write_canaries(tmp_path / "config", keyed, keyed_hook, mailbox, extra)
    run_command(config, "poll")
    # Gone for good: told by mail and webhook, with the address as the only name.
    keyed.answers["/feed.xml"] = lambda: (404, "text/plain", b"no such feed")
    store = Store(f"sqlite:///{config / 'monitor.db'}")
    past = datetime(2025, 1, 1, tzinfo=UTC)
    failing = sa.update(feeds).values(failures=9, failing_since=past, next_poll_at=past)
    store.write(lambda session: session.execute(failing))
    daemon = Daemon(config)
    try:
        daemon.wait_until(lambda: bool(mailbox.raw) and "answered 404" in daemon.said)
        health = read_health(f"http://{listen}/healthz")
    finally:
        daemon.kill()
    sent = store.read(lambda session: session.execute(sa.select(deliveries)).all())
    store.close()

    assert "in trouble" in str(mailbox.messages[0]["Subject"])
    said = (daemon.said, health, str(sent), *map(str, mailbox.messages), str(mailbox.raw))
    assert [part for part in said if CANARY in part] == []


def read_health(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return str(answer.read())
    except urllib.error.HTTPError as error:
        return str(error.read())


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgresql", "postgres"])
@pytest.mark.parametrize(
    "rest",
    [
        f"//desk:{CANARY}@127.0.0.1:1/news",
        f"//desk:a@{CANARY}@127.0.0.1:1/news",
        f"//desk:{CANARY}@{CANARY}@127.0.0.1:1/news",
        f"//desk:{CANARY}/{CANARY}@127.0.0.1:1/news",
        f"//desk:a@b/{CANARY}@127.0.0.1:1/news",
        f"//desk:{CANARY}?{CANARY}@127.0.0.1:1/news",
        f"//desk:{CANARY}#{CANARY}@127.0.0.1:1/news",
        f"//desk:{CANARY}%40{CANARY}@127.0.0.1:1/news",
        f"//127.0.0.1:1/news?user=desk&password={CANARY}",
        f"//127.0.0.1:1/news?password={CANARY}@{CANARY}",
        f"//127.0.0.1:{CANARY}/news",
        f"//desk@127.0.0.1:1/news?sslpassword={CANARY}",
    ],
)
def test_no_canary_of_a_database_url_is_said(tmp_path: Path, scheme: str, rest: str) -> None:
    config = write_config(tmp_path / "config", [], database_url=f"{scheme}:{rest}")

    commands = (("status",), ("config", "show"), ("poll",), ("run",), ("check",))
    said = "".join(said_by(config, *command) for command in commands)

    assert "database" in said
    assert CANARY not in said
