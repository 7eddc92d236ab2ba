"""`poll`: one pass, by the clock or by a time that is given."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from monitor.cli.commands.run import _describe_next_poll, _parse_roles
from monitor.cli.state import utc_now
from monitor.settings import load_settings
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.conftest import publish_news
from tests.world import Hook, Outlet, Story


def test_a_rehearsal_refuses_to_go_back_in_time(config: Path) -> None:
    run_command(config, "poll", "--at", "2090-01-02T00:00:00Z")

    done = run_command(config, "poll", "--at", "2090-01-01T00:00:00Z", check=False)

    assert done.returncode == 1
    assert "go back" in done.stderr


def publish(outlet: Outlet) -> str:
    return outlet.publish(
        Story("/quarry", "Kilmar Abrego Garcia seen at a quarry", ["He was seen."], utc_now())
    )


def test_a_pass_says_what_it_did_on_stderr(config: Path, outlet: Outlet) -> None:
    publish(outlet)

    done = run_command(config, "poll")

    assert done.stdout == ""
    assert done.stderr.startswith("feeds: 1 new; items: 1 new, 1 read; pages: 0 asked again; ")


def test_a_feed_that_fails_is_named_and_the_others_are_polled(
    tmp_path: Path, outlet: Outlet
) -> None:
    broken = Outlet("Tribune")
    broken.answers["/feed.xml"] = lambda: (500, "text/plain", b"broken")
    folder = write_config(tmp_path / "config", [broken, outlet], seed=None)

    done = run_command(folder, "poll")

    broken.close()
    assert done.returncode == 0
    assert done.stderr.splitlines()[0].startswith("feeds: 1 failed, 1 unchanged;")
    assert broken.feed_url in done.stderr


def test_a_feed_is_polled_by_a_part_of_its_name(config: Path, outlet: Outlet) -> None:
    publish(outlet)

    run_command(config, "poll", "harbour")

    assert len(read_rows(config, "articles", "list")) == 2


def test_no_send_records_what_is_there_as_known(tmp_path: Path, outlet: Outlet, hook: Hook) -> None:
    folder = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(folder, "poll", "--no-send")
    publish_news(outlet)

    run_command(folder, "poll", "--no-send")

    assert hook.events == []


def test_quiet_says_nothing_of_a_pass_that_went_well(config: Path) -> None:
    done = run_command(config, "--quiet", "poll")

    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize(
    ("roles", "message"),
    [
        ("x", "x: the roles are poll, ingest, deliver"),
        ("poll,x,y", "x, y: the roles are"),
        ("", "nothing: the roles are"),
        (" , ", "nothing: the roles are"),
    ],
)
def test_a_role_that_is_none_names_those_that_are(config: Path, roles: str, message: str) -> None:
    done = run_command(config, "run", "--roles", roles, check=False)

    assert done.returncode == 2
    assert message in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("poll", ("poll",)),
        (" poll , deliver ", ("poll", "deliver")),
        ("deliver,,ingest", ("deliver", "ingest")),
    ],
)
def test_roles_are_a_list_with_commas(text: str, expected: tuple[str, ...]) -> None:
    assert _parse_roles(text) == expected


def test_the_config_of_another_folder_is_refused_until_it_adopts_the_database(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONITOR_DATABASE_URL", f"sqlite:///{tmp_path / 'shared.db'}")
    run_command(config, "poll")
    other = tmp_path / "other"
    shutil.copytree(config, other)

    done = run_command(other, "poll", check=False)

    assert done.returncode == 1
    assert str(config) in done.stderr
    assert "--adopt" in done.stderr
    run_command(other, "poll", "--adopt")
    assert run_command(config, "poll", check=False).returncode == 1


def test_a_daemon_that_starts_anew_polls_at_once(tmp_path: Path, outlet: Outlet) -> None:
    config = write_config(tmp_path / "config", [outlet], has_database=False)

    assert _describe_next_poll(load_settings(config, {})) == "first poll now"


def test_after_a_pass_the_daemon_says_when_it_polls_next(config: Path, outlet: Outlet) -> None:
    publish(outlet)
    run_command(config, "poll")

    said = _describe_next_poll(load_settings(config, {}))

    assert re.fullmatch(r"next poll at \d\d:\d\d, `monitor poll` asks at once", said)


def test_one_feed_that_is_new_is_polled_at_once(config: Path, outlet: Outlet) -> None:
    run_command(config, "poll")
    with (config / "feeds.toml").open("a") as file:
        file.write('[[feed]]\nurl = "https://new.example/feed"\n')

    assert _describe_next_poll(load_settings(config, {})) == "first poll now"


def test_a_pass_whose_items_no_case_wants_says_what_to_do(config: Path, outlet: Outlet) -> None:
    story = Story("/choir", "A choir sings", ["The choir sang."], utc_now())
    story.summary = "Forty voices fill the town hall on a Tuesday."
    outlet.publish(story)

    done = run_command(config, "poll")

    assert "no new item matches a case; `monitor why URL` says why" in done.stderr
