"""The example of each command that writes runs, one after the other in a world of their own; those
that only read are run in `test_help`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.conftest import Read, publish_news
from tests.cli.test_help import COMMANDS, READING, example
from tests.world import Hook, Mailbox, Outlet

CASE = "abrego-garcia"
# What users are promised, in whatever later version.
PROMISED: Mapping[str, str] = {
    "": "init run poll check status search timeline why replay export doctor feedback",
    "feeds": "list add show discover pause resume reset import export",
    "cases": "list show add rename test",
    "articles": "list show open diff log",
    "stories": "show list merge split",
    "developments": "list show",
    "alerts": "list show preview resend",
    "channels": "list test",
    "silence": "add list expire",
    "evidence": "bundle verify",
    "seeds": "import",
    "db": "upgrade backup restore prune copy",
    "config": "show",
}
# The daemon ends by a signal, and a browser is opened: both run in tests of their own.
ELSEWHERE = ("run", "articles open")
# What has to be there before, and what leaves another world behind.
BEFORE = ("silence add", "evidence bundle", "stories split", "db backup", "channels list")
AFTER = ("cases add", "cases rename", "db restore")
WRITING = [one for one in COMMANDS if one not in (*READING, *ELSEWHERE)]
IN_ORDER = [
    *(one for one in WRITING if one in BEFORE),
    *(one for one in WRITING if one not in (*BEFORE, *AFTER)),
    *(one for one in WRITING if one in AFTER),
]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """A case with an alert that went to "desk" by mail and to "newsroom"; an article with two
    texts; a page that offers a feed, and a list of feeds.
    """
    outlet, hook, mailbox = Outlet("Harbour Gazette"), Hook(), Mailbox()
    folder = tmp_path_factory.mktemp("examples") / "config"
    write_config(folder, [outlet], hook=hook, mailbox=mailbox)
    for path, old, new in (
        (folder / "channels.toml", "[hook]", "[newsroom]"),
        (folder / "cases" / f"{CASE}.toml", '"hook"', '"newsroom"'),
    ):
        path.write_text(path.read_text().replace(old, new))
    with (folder / "feeds.toml").open("a") as file:
        file.write('tags = ["us"]\n')
    run_command(folder, "poll")
    publish_news(outlet)
    run_command(folder, "poll")
    outlet.stories[0].paragraphs[0] += " A fifth official has to answer, too, the judge added."
    run_command(folder, "poll", "--at", (utc_now() + timedelta(days=1)).isoformat())
    page = f'<link rel="alternate" type="application/rss+xml" href="{outlet.feed_url}">'
    outlet.answers["/"] = lambda: (200, "text/html", f"<head>{page}</head>".encode())
    outlet.answers["/rss"] = lambda: (200, "application/rss+xml", outlet.feed().encode())
    address = f"{outlet.base}/bay.xml"
    listed = f'<opml version="2.0"><body><outline text="Bay" xmlUrl="{address}"/></body></opml>'
    (folder.parent / "subscriptions.opml").write_text(listed)
    yield Read(folder, outlet, hook, mailbox)
    for server in (outlet, hook, mailbox):
        server.close()


def first_id(world: Read, command: str) -> str:
    """The id that an example of a command is about."""
    lists = {"silence": "silence list", "alerts": "alerts list", "stories": "stories list"}
    if command == "silence add":
        return str(read_rows(world.config, "stories", "list")[0]["id"])
    rows = read_rows(world.config, *lists.get(command.split()[0], "articles list").split())
    order = [row for row in rows if row.get("title") == "Judge orders testimony"]
    return str((order or rows)[0]["id"])


def stories_of(world: Read) -> dict[tuple[str, str], str]:
    """What the examples of stories name: the last ones of the list, and what was done to them."""
    there = [row["id"] for row in read_rows(world.config, "stories", "list")]
    (shown,) = read_rows(world.config, "stories", "show", there[0])
    return {
        ("stories show", "3f9c"): there[0],
        ("stories split", "3f9c"): there[0],
        ("stories split", "81d0"): shown["texts"][-1]["articles"][-1]["id"],
        ("stories merge", "3f9c"): there[0],
        ("stories merge", "81d0"): there[-1],
        ("stories undo", "5b2e"): shown["changes"][-1]["id"] if shown["changes"] else "",
    }


def words_of(command: str, world: Read) -> list[str]:
    """The words of an example, with what there is in this world in the place of what it names."""
    place, site = world.config.parent, world.outlet
    there = {
        "guardian": "Harbour",
        "Guardian, US immigration": site.name,
        "https://example.org/rss": f"{site.base}/rss",
        "https://example.org/": f"{site.base}/",
        "subscriptions.opml": str(place / "subscriptions.opml"),
        "abrego.zip": str(place / "abrego.zip"),
        "/backups/monitor-2026-11-25.db": str(place / "copy.db"),
        # Copies to and from a server: tests/store/upkeep/test_copying.py.
        "postgresql://monitor@db.example/monitor": f"sqlite:///{place / 'copied.db'}",
    }
    words = [there.get(word, word) for word in example(command)]
    if command.startswith("stories "):
        return [stories_of(world).get((command, word), word) for word in words]
    words = [first_id(world, command) if word == "3f9c" else word for word in words]
    return [*words, str(place / "new")] if command == "init" else words


def test_every_command_that_was_promised_is_there() -> None:
    promised = {
        f"{noun} {verb}".strip() for noun, verbs in PROMISED.items() for verb in verbs.split()
    }

    assert promised - set(COMMANDS) == set()


@pytest.mark.parametrize("command", IN_ORDER)
def test_the_example_of_a_command_that_writes_runs(world: Read, command: str) -> None:
    done = run_command(world.config, *words_of(command, world), check=False)

    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stdout + done.stderr
