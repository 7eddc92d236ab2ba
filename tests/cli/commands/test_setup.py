"""`init`, `check`, `seeds import`, `config show`: from an empty folder to a right config."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from tests.acceptance.config import COMMAND, read_rows, run_command, write_config
from tests.cli.conftest import Read
from tests.conftest import SEED
from tests.world import Outlet, Story


def test_a_wrong_config_names_all_places_at_once_and_exits_2(config: Path) -> None:
    (config / "monitor.toml").write_text('timezone = "Mars/Olympus"\n[fetch]\nconcurency = 3\n')

    done = run_command(config, "check", check=False)

    assert done.returncode == 2
    assert "monitor.toml:1: timezone" in done.stderr
    assert "monitor.toml:3: fetch.concurency" in done.stderr
    assert "Traceback" not in done.stderr


def test_init_writes_a_config_that_works(tmp_path: Path, outlet: Outlet) -> None:
    folder = tmp_path / "new" / "config"
    arguments = (
        "--title",
        "Ana Túñez",
        "--feed",
        outlet.feed_url,
        "--email",
        "desk@example.org",
        "--seed",
        str(SEED),
    )
    run_command(tmp_path, "init", str(folder), *arguments)

    assert "1 feed, 1 seed" in run_command(folder, "check").stderr
    assert (folder / "cases" / "ana-tunez.toml").exists()
    assert run_command(tmp_path, "init", str(folder), *arguments, check=False).returncode == 1


def test_config_show_masks_secrets(config: Path) -> None:
    (config / "channels.toml").write_text(
        '[hook]\ntype = "webhook"\nurl = "https://hooks.example/x"\nsecret ='
        ' "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"\n'
    )

    shown = run_command(config, "config", "show").stdout

    assert "MfKQ9r8G" not in shown
    assert "channels.hook.url" in shown


def test_importing_seeds_puts_nothing_on_stdout(tmp_path: Path, outlet: Outlet) -> None:
    done = run_command(write_config(tmp_path / "fresh", [outlet]), "seeds", "import")

    assert done.stdout == ""
    assert "imported" in done.stderr


@pytest.mark.parametrize("wrong", [("--query", "(night"), ("--feed", "nowhere")])
def test_an_init_that_was_typed_wrong_leaves_nothing_behind(
    tmp_path: Path, wrong: tuple[str, str]
) -> None:
    folder = tmp_path / "new"

    done = run_command(tmp_path, "init", str(folder), "--title", "Night ferry", *wrong, check=False)

    assert done.returncode == 2
    run_command(tmp_path, "init", str(folder), "--title", "Night ferry")


def test_a_name_alone_makes_a_config_that_looks_for_it_as_a_phrase(tmp_path: Path) -> None:
    folder = tmp_path / "new"

    done = run_command(tmp_path, "init", str(folder), "--title", "Night ferry")

    case = tomllib.loads((folder / "cases" / "night-ferry.toml").read_text())
    assert (case["title"], case["query"]) == ("Night ferry", '"Night ferry"')
    assert done.stdout == ""
    assert f"next: monitor --config {folder} check --live" in done.stderr
    assert "no --feed: nothing is watched" in done.stderr
    assert "from a SIGHUP to it" in done.stderr
    for name in ("monitor.toml", "cases/night-ferry.toml"):
        assert "SIGHUP" in (folder / name).read_text()


def test_init_without_a_name_asks_nobody_in_a_script(tmp_path: Path) -> None:
    done = run_command(tmp_path, "init", str(tmp_path / "new"), check=False)

    assert done.returncode == 2
    assert "a case needs a name" in done.stderr
    assert not (tmp_path / "new").exists()


def test_init_asks_on_a_terminal_for_what_is_not_given(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    ours, theirs = os.openpty()
    os.write(ours, b"Night ferry\n\nhttps://gazette.example/rss\n\n")

    done = subprocess.run(
        [COMMAND, "init", str(folder), "--email", "desk@example.org"],
        stdin=theirs,
        capture_output=True,
        timeout=60,
    )

    os.close(theirs)
    os.close(ours)
    assert done.returncode == 0, done.stderr
    assert tomllib.loads((folder / "feeds.toml").read_text())["feed"] == [
        {"url": "https://gazette.example/rss"}
    ]
    assert tomllib.loads((folder / "cases" / "night-ferry.toml").read_text())["query"] == (
        '"Night ferry"'
    )


def test_what_was_given_is_not_said_to_be_missing(tmp_path: Path) -> None:
    given = ("--query", "ferry", "--feed", "https://gazette.example/rss")
    mail = ("--email", "desk@example.org", "--mail-server", "mail.example.org:587")

    done = run_command(
        tmp_path, "init", str(tmp_path / "new"), "--title", "Night ferry", *given, *mail
    )

    assert "no --" not in done.stderr


def test_check_live_says_which_case_finds_nothing_today(tmp_path: Path, outlet: Outlet) -> None:
    outlet.publish(Story("/tram", "Tram fares rise", ["Fares rise."], utc_now(), "Fares rise."))
    folder = write_config(tmp_path / "fresh", [outlet], query="ferry")
    other = (folder / "cases" / "abrego-garcia.toml").read_text().replace("'ferry'", "'tram'")
    (folder / "cases" / "trams.toml").write_text(other)

    said = run_command(folder, "check", "--live").stderr

    assert "abrego-garcia: its query would pick nothing of that today" in said
    assert "trams: its query" not in said


@pytest.mark.parametrize("is_live", [False, True])
def test_check_stores_nothing(tmp_path: Path, outlet: Outlet, is_live: bool) -> None:
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)

    run_command(folder, "check", *(["--live"] if is_live else []))

    assert not (folder / "monitor.db").exists()
    assert len(outlet.requests) == is_live


def test_check_says_what_a_case_watches_and_where_its_alerts_go(read: Read) -> None:
    said = run_command(read.config, "check").stderr.splitlines()

    assert said[0] == "abrego-garcia: 1 feed, 1 seed, alerts to hook (now), desk (now)"
    assert said[1] == 'looks for: "abrego garcia", kilmar NEAR/3 garcia'
    assert said[2] == "held back in doubt: hook (daily 08:00), desk (daily 08:00)"
    assert said[-1] == f"{read.config}: the config is right: 1 feed, 1 case"


@pytest.mark.parametrize(
    ("allowed", "refused"),
    [
        ("false", ["http://127.0.0.1:8790/f", "http://localhost/f", "http://[::1]/f"]),
        ("true", []),
        ('["127.0.0.1:8790", "::1"]', ["http://localhost/f"]),
    ],
)
def test_check_names_feeds_that_would_be_refused(
    tmp_path: Path, outlet: Outlet, allowed: str, refused: list[str]
) -> None:
    folder = write_config(tmp_path / "fresh", [outlet])
    urls = ("http://127.0.0.1:8790/f", "http://localhost/f", "http://[::1]/f", "http://8.8.8.8/f")
    (folder / "feeds.toml").write_text("".join(f'[[feed]]\nurl = "{url}"\n' for url in urls))
    service = (folder / "monitor.toml").read_text()
    (folder / "monitor.toml").write_text(
        re.sub(r"allow_private = .*", f"allow_private = {allowed}", service)
    )

    said = run_command(folder, "check").stderr

    assert re.findall(r"^(\S+) will be refused", said, re.MULTILINE) == refused


def test_check_says_which_languages_are_judged_by_words_alone(
    tmp_path: Path, outlet: Outlet
) -> None:
    folder = write_config(tmp_path / "fresh", [outlet])
    (case,) = (folder / "cases").glob("*.toml")
    case.write_text(re.sub(r"languages = .*", 'languages = ["en", "de", "ar"]', case.read_text()))

    said = run_command(folder, "check").stderr

    assert "de, ar: matched and searched, but judged by words alone" in said


def test_a_folder_without_a_config_says_how_to_make_one(tmp_path: Path) -> None:
    done = run_command(tmp_path / "nowhere", "check", check=False)

    assert done.returncode == 2
    assert "`monitor init`" in done.stderr


def test_config_show_says_where_each_value_comes_from(read: Read) -> None:
    rows = {row["key"]: row for row in read_rows(read.config, "config", "show")}

    assert rows["timezone"] == {"key": "timezone", "value": "UTC", "origin": "default"}
    assert rows["fetch.per_host_delay"]["value"] == "0s"
    assert rows["fetch.per_host_delay"]["origin"] == f"{read.config / 'monitor.toml'}:4"


def test_seeds_are_stored_once(tmp_path: Path, outlet: Outlet) -> None:
    folder = write_config(tmp_path / "fresh", [outlet])

    first, second = (run_command(folder, "seeds", "import").stderr for _ in range(2))

    assert f"abrego-garcia: {SEED.name}: imported" in first
    assert "imported" not in second
    assert len(read_rows(folder, "articles", "list")) == 1
