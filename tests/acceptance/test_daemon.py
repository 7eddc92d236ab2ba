"""The installed `monitor run` as a process against real feeds, pages, a mail server and a webhook
receiver on loopback.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.store import Store
from monitor.store.schema.tables import pages
from tests.acceptance.config import COMMAND, read_rows, run_command, write_config
from tests.conftest import SEED
from tests.world import Hook, Mailbox, Outlet, Story

WAIT_S = 60
SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
NEWS = [
    (
        "A federal judge in Maryland ordered four government officials on Tuesday to answer"
        " questions under oath about what they have done to bring Abrego Garcia back."
    ),
    "Judge Paula Xinis set a two-week timetable for the depositions.",
]


class Daemon:
    """A running `monitor run`; what it says is kept in a file."""

    def __init__(self, config: Path) -> None:
        self.config = config
        self.log = config / f"daemon-{time.monotonic_ns()}.log"
        environment = {**os.environ, "MONITOR_CONFIG": str(config)}
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [COMMAND, "run"], env=environment, stdout=output, stderr=subprocess.STDOUT
            )
        self.wait_until(lambda: "polling" in self.said)

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, holds: Callable[[], bool]) -> None:
        """Waits for what the daemon brings about; fails loudly when it does not come."""
        deadline = time.monotonic() + WAIT_S
        while not holds():
            assert self.process.poll() is None, f"the daemon ended early:\n{self.said}"
            assert time.monotonic() < deadline, f"the daemon did not get there:\n{self.said}"
            time.sleep(0.1)

    def poll_now(self) -> None:
        """Makes all feeds due and waits until every one was polled after this moment."""
        before = datetime.now(UTC)
        run_command(
            self.config,
            "feeds",
            "reset",
            *(row["url"] for row in read_rows(self.config, "feeds", "list")),
        )

        def is_done() -> bool:
            feeds = read_rows(self.config, "feeds", "list")
            polled = all(
                row["last_polled_at"] and datetime.fromisoformat(row["last_polled_at"]) > before
                for row in feeds
            )
            return polled and read_rows(self.config, "status")[0]["queued"] == 0

        self.wait_until(is_done)

    def stop(self) -> float:
        """Sends SIGTERM and returns how many seconds the end took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0, self.said
        return time.monotonic() - began

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


@pytest.fixture
def outlets() -> Iterator[list[Outlet]]:
    sites = [
        Outlet(name, f"127.0.2.{number}")
        for number, name in enumerate(("Harbour Gazette", "Bay Courier", "Valley Post"), start=1)
    ]
    yield sites
    for site in sites:
        site.close()


def seed_story(path: str, title: str, paragraphs: list[str], hours: int = 0) -> Story:
    return Story(
        path,
        title,
        paragraphs,
        datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30 - hours),
        "Kilmar Abrego Garcia",
    )


def test_one_alert_for_the_one_new_paragraph_and_none_for_anything_else(
    tmp_path: Path, outlets: list[Outlet], hook: Hook, mailbox: Mailbox
) -> None:
    config = write_config(tmp_path / "config", outlets, hook=hook, mailbox=mailbox)
    gazette, courier, post = outlets
    daemon = Daemon(config)
    try:
        daemon.wait_until(
            lambda: all(row["last_ok_at"] for row in read_rows(config, "feeds", "list"))
        )

        # What is known, cut, or about somebody else raises no alert.
        gazette.publish(
            seed_story(
                "/a/bukele-will-not-return-man",
                "Bukele will not return deported man",
                SEED_PARAGRAPHS,
            )
        )
        courier.publish(
            seed_story("/b/no-return", "El Salvador's president says no", SEED_PARAGRAPHS[:4])
        )
        other = [
            (
                "Rep. Robert Garcia of Long Beach opened a new library on Monday, the first in the"
                " district in twenty years."
            ),
            (
                "The congressman said that reading rooms bring a neighbourhood together. About 300"
                " people came to the opening."
            ),
            (
                "The building cost nine million dollars and has two floors, a garden and a stage"
                " for the city's young musicians."
            ),
        ]
        post.publish(
            Story(
                "/c/garcia-library",
                "Garcia opens library in Long Beach",
                other,
                datetime.now(UTC),
                "A new library",
            )
        )
        daemon.poll_now()
        assert hook.events == []
        assert mailbox.messages == []

        # One new paragraph inside the known story: one alert, quoting exactly that paragraph's
        # sentences.
        url = gazette.publish(
            seed_story(
                "/a/judge-orders-testimony",
                "Judge orders testimony",
                [" ".join(NEWS), *SEED_PARAGRAPHS],
                1,
            )
        )
        daemon.poll_now()
        daemon.wait_until(lambda: len(hook.events) == 1 and len(mailbox.messages) == 1)
        identity, event = hook.events[0]
        assert event["type"] == "development.created"
        assert [sentence["text"] for sentence in event["data"]["new_sentences"]] == NEWS
        assert event["data"]["article"]["url"] == url
        assert event["data"]["alert"]["is_test"] is False

        # The same news elsewhere: no second alert, the carriers are attached.
        courier.publish(
            seed_story(
                "/b/officials-must-testify",
                "Officials must testify",
                [" ".join(NEWS), *SEED_PARAGRAPHS],
                2,
            )
        )
        post.publish(
            seed_story(
                "/c/testimony", "Testimony ordered", [" ".join(NEWS), *SEED_PARAGRAPHS[:3]], 3
            )
        )
        daemon.poll_now()
        developments = read_rows(config, "timeline", "abrego-garcia")
        assert [row["carriers"] for row in developments] == [3]

        assert daemon.stop() < 10
    finally:
        daemon.kill()

    assert [one for one, _ in hook.events] == [identity]
    assert len(mailbox.messages) == 1
    assert hook.forged == 0
    check_mail(mailbox)
    check_that_a_restart_repeats_nothing(config, hook, mailbox)
    check_chains(config, outlets)


def check_mail(mailbox: Mailbox) -> None:
    mail = mailbox.messages[0]
    assert mail["Subject"].startswith(
        "[Kilmar Abrego Garcia] New: A federal judge in Maryland ordered"
    )
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"]
    assert mail["X-Monitor-Alert"]
    plain, page = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert page is not None
    assert all(sentence in " ".join(plain.get_content().split()) for sentence in NEWS)
    assert "http-equiv" not in page.get_content()
    assert "<img" not in page.get_content()


def check_that_a_restart_repeats_nothing(config: Path, hook: Hook, mailbox: Mailbox) -> None:
    again = Daemon(config)
    try:
        again.poll_now()
        again.stop()
    finally:
        again.kill()
    assert len(hook.events) == 1
    assert len(mailbox.messages) == 1


def check_chains(config: Path, outlets: list[Outlet]) -> None:
    """`why` tells the whole chain for an alert, a copy and an article about somebody else."""
    gazette, courier, post = outlets
    alerted = read_rows(config, "why", f"{gazette.base}/a/judge-orders-testimony")[0]
    assert alerted["verdicts"][0]["outcome"] == "alert"
    assert {alert["state"] for alert in alerted["alerts"]} == {"sent"}
    copied = read_rows(config, "why", f"{courier.base}/b/no-return")[0]
    assert copied["verdicts"][0]["outcome"] == "silent"
    assert copied["verdicts"][0]["relation"] in ("copy", "excerpt")
    other = read_rows(config, "why", f"{post.base}/c/garcia-library")[0]
    assert other["article"] is None
    assert other["entries"][0]["state"] in ("unmatched", "ignored")


def test_the_daemon_looks_at_a_due_page_once_and_mails_nobody_about_the_edit(
    tmp_path: Path, outlets: list[Outlet], hook: Hook, mailbox: Mailbox
) -> None:
    config = write_config(tmp_path / "config", outlets, hook=hook, mailbox=mailbox)
    gazette = outlets[0]
    people = (
        "About 200 people held a vigil for Kilmar Abrego Garcia in front of the town hall of Marlow"
        " on Sunday evening."
    )
    tea = (
        "A choir sang on the steps, while shopkeepers of the old town handed out tea and blankets"
        " to everybody who came."
    )
    gazette.publish(
        seed_story("/vigil", "Vigil for Abrego Garcia", [people, tea, *SEED_PARAGRAPHS])
    )
    run_command(config, "poll")
    del gazette.stories[0].paragraphs[1]
    store = Store(f"sqlite:///{config / 'monitor.db'}")
    due = datetime.now(UTC) - timedelta(days=7)
    store.write(lambda session: session.execute(sa.update(pages).values(next_check_at=due)))
    store.close()

    daemon = Daemon(config)
    try:
        daemon.wait_until(lambda: bool(hook.events))
        assert daemon.stop() < 10
    finally:
        daemon.kill()

    assert [event["type"] for _, event in hook.events] == ["revision.detected"]
    assert hook.events[0][1]["data"]["development"]["summary_sentence"] == tea
    assert mailbox.messages == []
    assert [path for _, path, _ in gazette.requests].count("/vigil") == 2
