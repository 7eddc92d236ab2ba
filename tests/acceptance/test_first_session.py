"""From a clone to the first alert in the mailbox, as README says it, at a terminal."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.first_session import CASE, ENVIRONMENT, ROOT, VENV, Session, play
from tests.acceptance.terminal import CTRL_C, Terminal

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")

MOST_SECONDS = 300


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clone")


@pytest.fixture(scope="module")
def session(folder: Path) -> Session:
    return play(folder)


@pytest.mark.long
def test_the_session_is_the_one_that_the_documents_show(session: Session) -> None:
    recorded = (ROOT / "docs" / "first-session.txt").read_text(encoding="utf-8")

    assert session.text == recorded, "see `python -m docs.pictures`"


def test_somebody_new_has_the_first_alert_mail_within_five_minutes(session: Session) -> None:
    assert session.mails == 1
    assert session.seconds < MOST_SECONDS


def test_ctrl_c_ends_the_daemon_without_an_error_of_make(session: Session) -> None:
    assert "make:" not in session.text
    assert session.text.rstrip().endswith("stopping: what is in hand is finished")
    assert session.init_code == 0


def test_the_installer_tells_errors_and_no_warnings(tmp_path: Path) -> None:
    words = ["make", "-n", "-C", str(ROOT), f"VENV={tmp_path}", "init"]
    planned = subprocess.run(words, capture_output=True, text=True, check=True).stdout
    (line,) = [line for line in planned.splitlines() if "pip install" in line]
    options = [
        word for word in shlex.split(line) if word in ("--quiet", "--disable-pip-version-check")
    ]
    # An extra that the newest pip itself would warn of.
    install = [sys.executable, "-m", "pip", "install", *options, "--no-index", "--dry-run"]

    warned = subprocess.run([*install, "pip[nothing]"], capture_output=True, text=True)
    failed = subprocess.run([*install, "no-such-package-here"], capture_output=True, text=True)

    assert "WARNING" not in warned.stderr
    assert (failed.returncode, "no-such-package-here" in failed.stderr) == (1, True)


def test_nothing_is_shown_that_a_person_cannot_read(session: Session) -> None:
    told = session.text.split("$ make run")[1]

    assert "{" not in told
    assert "=" not in told.replace(f"CONFIG={CASE}", "")
    assert max(map(len, session.text.splitlines())) <= 100


def test_no_answer_was_asked_for_twice_but_the_one_that_was_wrong(session: Session) -> None:
    asked = [line.partition(":")[0] for line in session.text.splitlines() if ": " in line]

    assert len([question for question in asked if question.startswith("Query")]) == 2
    for question in ("Name of the case", "Feeds or sites", "Mail address", "Mail server"):
        assert len([one for one in asked if one.startswith(question)]) == 1


def test_the_config_is_whole_and_keeps_its_database_inside(session: Session, folder: Path) -> None:
    names = {path.relative_to(folder / CASE).as_posix() for path in (folder / CASE).rglob("*")}

    assert {"monitor.toml", "feeds.toml", "channels.toml", "monitor.db"} <= names
    assert list(folder.iterdir()) == [folder / CASE]


def test_readme_says_the_commands_of_the_session(session: Session) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for line in session.text.splitlines():
        if line.startswith("$ "):
            assert line.removeprefix("$ ") in readme


def test_a_terminal_gets_the_fields_where_they_are_asked_for(
    session: Session, folder: Path
) -> None:
    command = [str(VENV / "bin" / "monitor"), "--config", CASE, "run", "--log", "json"]
    daemon = Terminal(command, folder, ENVIRONMENT)
    daemon.expect('"event": "polling"')
    daemon.type(CTRL_C)

    code = daemon.end()

    assert code == 130
    # The terminal echoes Ctrl-C wherever it is, between a line and its end, too.
    told = daemon.shown.replace("^C", "")
    lines = [line for line in told.splitlines() if line.startswith("{")]
    assert [json.loads(line)["event"] for line in lines][-1] == "daemon_stopped"
    assert "watching" not in daemon.shown
