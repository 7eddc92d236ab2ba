"""Killed at the worst moment: nothing is lost, and what is repeated carries the same id."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.acceptance.config import COMMAND, read_rows, run_command, write_config
from tests.conftest import SEED
from tests.world import Hook, Outlet, Story, at

START = at("2025-04-15T12:00:00")
SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
ORDER = (
    "A federal judge in Maryland on Tuesday ordered four officials to answer questions under oath"
    " about Abrego Garcia."
)


class Victim:
    """A `monitor poll` that a server kills in the middle of a request."""

    def __init__(self) -> None:
        self.process: subprocess.Popen[bytes] | None = None

    def poll(self, config: Path, minutes: int) -> int:
        """Runs one pass that many minutes after the start; returns how it ended."""
        moment = (START + timedelta(minutes=minutes)).isoformat()
        environment = {**os.environ, "MONITOR_CONFIG": str(config)}
        self.process = subprocess.Popen(
            [COMMAND, "poll", "--at", moment], env=environment, stderr=subprocess.DEVNULL
        )
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(timeout=10)


@pytest.fixture
def victim() -> Victim:
    return Victim()


@pytest.fixture
def config(tmp_path: Path, outlet: Outlet, hook: Hook) -> Iterator[Path]:
    """A config whose feed was polled once, empty, and now holds one article with news."""
    folder = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(folder, "poll", "--at", START.isoformat())
    outlet.publish(
        Story(
            "/news",
            "Abrego Garcia: judge orders testimony",
            [ORDER, *SEED_PARAGRAPHS],
            START,
            "Abrego Garcia",
        )
    )
    return folder


def killed_by(
    victim: Victim, answer: Callable[[], tuple[int, str, bytes]]
) -> Callable[[], tuple[int, str, bytes]]:
    def kill_and_answer() -> tuple[int, str, bytes]:
        victim.kill()
        return answer()

    return kill_and_answer


def test_killed_while_a_feed_is_fetched(
    config: Path, outlet: Outlet, hook: Hook, victim: Victim
) -> None:
    feed = outlet.feed().encode()
    outlet.answers["/feed.xml"] = killed_by(victim, lambda: (200, "application/rss+xml", feed))
    assert victim.poll(config, 10) == -signal.SIGKILL
    del outlet.answers["/feed.xml"]

    assert victim.poll(config, 40) == 0

    assert len(hook.events) == 1


def test_killed_while_a_page_is_fetched(
    config: Path, outlet: Outlet, hook: Hook, victim: Victim
) -> None:
    page = outlet.page(outlet.stories[0]).encode()
    outlet.answers["/news"] = killed_by(victim, lambda: (200, "text/html", page))
    assert victim.poll(config, 10) == -signal.SIGKILL
    assert read_rows(config, "status")[0]["queued"] == 1
    del outlet.answers["/news"]

    assert victim.poll(config, 40) == 0

    assert len(hook.events) == 1


def test_killed_between_acceptance_and_marking_sent(
    config: Path, hook: Hook, victim: Victim, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = hook.receive

    def accept_and_kill(body: bytes, headers: dict[str, str]) -> int:
        status = accept(body, headers)
        victim.kill()
        return status

    monkeypatch.setattr(hook, "receive", accept_and_kill)
    assert victim.poll(config, 10) == -signal.SIGKILL
    assert read_rows(config, "alerts", "list", "--pending") != []
    monkeypatch.undo()

    assert victim.poll(config, 40) == 0
    assert victim.poll(config, 80) == 0

    identities = [identity for identity, _ in hook.events]
    assert len(identities) == 2, "at least once: the answer was lost, so it is told again"
    assert len(set(identities)) == 1, "and recognisably the same"
    assert read_rows(config, "alerts", "list", "--pending") == []


def test_a_second_daemon_on_the_same_file_is_refused(config: Path) -> None:
    environment = {**os.environ, "MONITOR_CONFIG": str(config)}
    first = subprocess.Popen([COMMAND, "run"], env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert first.stderr is not None
        assert any("polling" in line for line in first.stderr)

        second = run_command(config, "run", check=False)

        assert second.returncode == 1
        assert str(first.pid) in second.stderr
    finally:
        first.send_signal(signal.SIGTERM)
        _, _ = first.communicate(timeout=20)
    assert first.returncode == 0
