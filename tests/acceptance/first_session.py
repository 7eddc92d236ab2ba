"""The first session of somebody new, from an empty folder to the first alert in the mailbox: typed
at a terminal as README says it.
"""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from monitor.cli.state import utc_now
from tests.acceptance.config import run_command
from tests.acceptance.terminal import CTRL_C, Terminal
from tests.cli.commands.stories import ORDER, SEED_PARAGRAPHS
from tests.world import Mailbox, Outlet, Story

ROOT = Path(__file__).parent.parent.parent
VENV = Path(sys.executable).parent.parent
CASE = "my-case"
# The site and the mail server are on this machine, and nobody waits for politeness.
ENVIRONMENT = {
    "MONITOR_FETCH__ALLOW_PRIVATE": "true",
    "MONITOR_FETCH__PER_HOST_DELAY": "0s",
    "MONITOR_ALERTS__GROUP_WAIT": "0s",
    "TZ": "UTC",
    "PYTHONPATH": str(ROOT),
    # Where nothing of the clone's environment is found by its name alone.
    "PATH": os.defpath,
}


@dataclass(frozen=True)
class Session:
    """What was shown, without what differs from day to day, and what came of it."""

    text: str
    init_code: int
    run_code: int
    mails: int
    seconds: float


def make(folder: Path, target: str) -> Terminal:
    """Types `make TARGET` as in a clone whose environment is set up."""
    installed = f"{VENV}/.installed"
    words = ["make", "--no-print-directory", "-f", str(ROOT / "Makefile"), "-o", installed]
    variables = [f"VENV={VENV}", *([f"CONFIG={CASE}"] if target == "run" else [])]
    return Terminal([*words, target, *variables], folder, ENVIRONMENT)


def play(folder: Path) -> Session:
    """Plays the session in an empty folder."""
    outlet, mailbox = Outlet("Harbour Gazette"), Mailbox()
    now = utc_now()
    outlet.publish(Story("/no", "President says no", SEED_PARAGRAPHS, now, "Kilmar Abrego Garcia"))
    begin = time.monotonic()
    asked = make(folder, "init")
    init_code = _answer(asked, outlet, mailbox)
    watched = make(folder, "run")
    run_code = _watch(watched, folder, outlet, mailbox)
    seconds = time.monotonic() - begin
    shown = f"$ make init\n{asked.shown}$ make run CONFIG={CASE}\n{watched.shown}"
    text = _without_chance(shown, outlet, mailbox)
    session = Session(text, init_code, run_code, len(mailbox.messages), seconds)
    outlet.close()
    mailbox.close()
    return session


def _answer(asked: Terminal, outlet: Outlet, mailbox: Mailbox) -> int:
    """Answers the questions, mistyping the query once; returns the exit code."""
    answers = [
        ("a law): ", "Kilmar Abrego Garcia"),
        ("]: ", '"abrego garcia" OR (kilmar NEAR/3'),
        ("]: ", '"abrego garcia" OR (kilmar NEAR/3 garcia)'),
        ("spaces): ", outlet.feed_url),
        ("keep it): ", ""),
        ("terminal): ", "desk@example.org"),
        ("]: ", f"127.0.0.1:{mailbox.port}"),
    ]
    for end_of_question, answer in answers:
        asked.expect(end_of_question)
        asked.type(f"{answer}\n")
    return asked.end()


def _watch(watched: Terminal, folder: Path, outlet: Outlet, mailbox: Mailbox) -> int:
    """Lets the daemon find what is there, publishes news, waits for the mail, stops it."""
    watched.expect("known from the start")
    now = utc_now()
    news = ORDER.format(day=f"{now:%A}")
    outlet.publish(
        Story("/order", "Judge orders testimony", [news, *SEED_PARAGRAPHS], now, "Abrego Garcia")
    )
    # As if the quarter of an hour until the next poll had passed.
    config = folder / CASE
    run_command(config, "feeds", "reset", "gazette")
    watched.expect("alert sent to desk\n")
    watched.type(CTRL_C)
    return watched.end()


def _without_chance(text: str, outlet: Outlet, mailbox: Mailbox) -> str:
    """Returns a text without ports, paths and times of day."""
    text = text.replace(outlet.base, "https://gazette.example")
    text = text.replace(f"127.0.0.1:{mailbox.port}", "mail.example.org:25")
    text = re.sub(r"\S+/bin/monitor\b", ".venv/bin/monitor", text)
    text = re.sub(r"(?m)^\d\d:\d\d:\d\d", "08:00:00", text)
    return "".join(f"{line.rstrip()}\n" for line in text.splitlines())
