"""The guides for people: every command in them runs, every file in them is a config that loads."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.settings import load_settings
from tests.acceptance.config import run_command
from tests.cli.conftest import Read, read  # noqa: F401 (a fixture)
from tests.databases import place_database
from tests.world import Mailbox, Outlet, Site

DOCS = Path(__file__).parent.parent / "docs"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)
BASE = {
    "monitor.toml": 'database_url = "sqlite:///monitor.db"\n',
    "feeds.toml": '[[feed]]\nurl = "https://gazette.example/feed.xml"\ntitle = "Gazette"\n',
    "channels.toml": '[desk]\ntype = "email"\nto = ["desk@example.org"]\n',
    "cases/ferry.toml": 'title = "Ferry"\nquery = "ferry"\n[[alert]]\nchannel = "desk"\n',
}


class Room(Site):
    """A chat that takes what is posted."""

    def receive(self, body: bytes, headers: dict[str, str]) -> int:
        return 200


def sections(name: str) -> dict[str, list[tuple[str, str]]]:
    """The blocks of a guide, by the heading that they stand under."""
    parts = re.split(r"^## ", (DOCS / name).read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = {part.splitlines()[0].lstrip("# "): _BLOCK.findall(part) for part in parts}
    return {heading: blocks for heading, blocks in found.items() if blocks}


def commands(blocks: list[tuple[str, str]]) -> Iterator[list[str]]:
    """The words of each command, without the comment behind it."""
    for kind, text in blocks:
        for line in text.splitlines() if kind == "sh" else ():
            words = shlex.split(line, comments=True)
            assert words[0] == "monitor", line
            yield words[1:]


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """What the guides name, and what stands for it here."""
    outlet, mailbox, room = Outlet("Gazette"), Mailbox(), Room()
    for name in ("MAIL_PASSWORD", "FEED_PASSWORD"):
        monkeypatch.setenv(name, "a password")
    monkeypatch.setenv("MONITOR_FETCH__ALLOW_PRIVATE", "true")
    yield {
        "https://gazette.example": outlet.base,
        "https://hooks.slack.com": room.base,
        'host = "mail.example.org"': 'host = "127.0.0.1"',
        "mail.example.org:25": f"127.0.0.1:{mailbox.port}",
        "port = 587": f"port = {mailbox.port}",
        # The server here has no certificate, and asks nobody who he is.
        'tls = "starttls"\n': "",
        'username = "monitor"\npassword_env = "MAIL_PASSWORD"\n': "",
    }
    for server in (outlet, mailbox, room):
        server.close()


def here(text: str, servers: dict[str, str]) -> str:
    for name, place in servers.items():
        text = text.replace(name, place)
    return text


@pytest.mark.parametrize("heading", sections("howto.md"))
def test_a_how_to_is_a_config_that_works(
    tmp_path: Path, servers: dict[str, str], heading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = sections("howto.md")[heading]
    files = {text.splitlines()[0].lstrip("# "): text for kind, text in blocks if kind == "toml"}
    for name, text in {**BASE, **files}.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(here(text, servers))
    if "[smtp]" not in (tmp_path / "monitor.toml").read_text():
        place_database(tmp_path / "monitor.db")
    monkeypatch.chdir(tmp_path)

    assert load_settings(tmp_path, {"MAIL_PASSWORD": "x", "FEED_PASSWORD": "x"}).cases
    run_command(tmp_path, "poll")
    for words in commands(blocks):
        run_command(tmp_path, *(here(word, servers) for word in words))


def test_every_file_of_a_how_to_is_one_of_a_config() -> None:
    for blocks in sections("howto.md").values():
        names = {text.splitlines()[0].lstrip("# ") for kind, text in blocks if kind == "toml"}

        assert names <= set(BASE)


def test_the_tutorial_leads_to_a_case_that_is_followed(
    tmp_path: Path, servers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    for blocks in sections("tutorial.md").values():
        for words in commands(blocks):
            run_command(tmp_path / "ferry", *(here(word, servers) for word in words))

    assert (tmp_path / "ferry" / "cases" / "night-ferry.toml").exists()


def test_the_questions_are_answered_by_commands_that_run(read: Read) -> None:  # noqa: F811
    for blocks in sections("faq.md").values():
        for words in commands(blocks):
            place = {"https://gazette.example": read.outlet.base}
            done = run_command(read.config, *(here(word, place) for word in words), check=False)

            assert done.returncode == 0, f"{words}: {done.stderr}"


def test_every_reason_of_the_answers_is_a_reason() -> None:
    glossary = (DOCS / "glossary.md").read_text(encoding="utf-8")
    table = (DOCS / "faq.md").read_text(encoding="utf-8").split("|---|---|---|")[1]
    named = {code for row in table.splitlines() if row for code in re.findall(r"^\| (.+?) \|", row)}
    codes = {code for text in named for code in re.findall(r"`(\w+)`", text)}

    assert codes
    assert {code for code in codes if f"`{code}`" not in glossary} == set()
