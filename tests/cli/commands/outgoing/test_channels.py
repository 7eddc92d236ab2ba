"""`channels …`: where alerts go, and a test that goes the whole way."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from monitor.cli.state import utc_now
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.upkeep.closed_channels import close_channel
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.conftest import publish_news
from tests.world import Hook, Mailbox, Outlet


@dataclass(frozen=True)
class Desk:
    """A config with a mailbox and a webhook, which may refuse what it gets."""

    config: Path
    hook: Hook
    mailbox: Mailbox


@pytest.fixture
def desk(tmp_path: Path, outlet: Outlet, hook: Hook, mailbox: Mailbox) -> Desk:
    folder = write_config(tmp_path / "config", [outlet], hook=hook, mailbox=mailbox, seed=None)
    return Desk(folder, hook, mailbox)


def test_list_names_each_channel_with_the_cases_that_use_it(desk: Desk) -> None:
    assert read_rows(desk.config, "channels", "list") == [
        {"name": "hook", "type": "webhook", "used_by": ["abrego-garcia (now)"]},
        {"name": "desk", "type": "email", "used_by": ["abrego-garcia (now)"]},
    ]


def test_the_console_is_listed_where_a_case_tells_it(tmp_path: Path, outlet: Outlet) -> None:
    folder = write_config(tmp_path / "config", [outlet], seed=None)
    with next((folder / "cases").glob("*.toml")).open("a", encoding="utf-8") as case:
        case.write('\n[[alert]]\nchannel = "console"\n')

    assert read_rows(folder, "channels", "list")[-1] == {
        "name": "console",
        "type": "console",
        "used_by": ["abrego-garcia (now)"],
    }


def test_a_test_goes_to_every_channel_and_says_that_it_is_one(desk: Desk) -> None:
    done = run_command(desk.config, "channels", "test")

    assert "hook: accepted" in done.stderr
    assert "desk: accepted" in done.stderr
    ((identity, event),) = desk.hook.events
    assert event["type"] == "test"
    assert identity.startswith("test-hook-")
    (mail,) = desk.mailbox.messages
    assert mail["To"] == "desk@example.org"
    assert "test" in mail["Subject"].lower()


def test_a_test_to_one_channel_leaves_the_others_alone(desk: Desk) -> None:
    run_command(desk.config, "channels", "test", "desk")

    assert desk.hook.events == []
    assert len(desk.mailbox.messages) == 1


def test_a_refusal_is_said_and_the_next_channel_is_tried_all_the_same(desk: Desk) -> None:
    desk.hook.status = 410

    done = run_command(desk.config, "channels", "test", check=False)

    assert done.returncode == 1
    assert "hook: not accepted: " in done.stderr
    assert "desk: accepted" in done.stderr
    assert len(desk.mailbox.messages) == 1


def test_a_name_that_is_wrong_is_refused_before_anything_is_sent(desk: Desk) -> None:
    done = run_command(desk.config, "channels", "test", "desk", "pager", check=False)

    assert done.returncode == 1
    assert "no channel 'pager'" in done.stderr
    assert "channels.toml has hook, desk" in done.stderr
    assert desk.mailbox.messages == []


def test_without_channels_the_test_is_printed_on_the_terminal(
    tmp_path: Path, outlet: Outlet
) -> None:
    folder = write_config(tmp_path / "bare", [outlet], seed=None)

    done = run_command(folder, "channels", "test")

    assert "test" in done.stdout.lower()
    assert "console: accepted" in done.stderr


def test_a_test_needs_no_database_and_makes_none(desk: Desk) -> None:
    (desk.config / "monitor.db").unlink()

    run_command(desk.config, "channels", "test", "hook")

    assert not (desk.config / "monitor.db").exists()


def test_enable_opens_a_channel_and_says_whether_there_was_need(desk: Desk) -> None:
    run_command(desk.config, "poll")
    store = Store(load_settings(desk.config, {}).database_url)
    store.write(close_channel, "hook", "https://hooks.ferry.example/", utc_now(), "answered 410")
    store.close()

    first, second = (run_command(desk.config, "channels", "enable", "hook") for _ in range(2))

    assert "hook: enabled" in first.stderr
    assert "undelivered" not in first.stderr
    assert "hook: was not disabled" in second.stderr


def test_enable_says_that_what_met_the_refusal_is_not_sent_by_itself(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    hook.status = 410
    run_command(config, "poll")

    done = run_command(config, "channels", "enable", "hook")

    assert "hook: enabled" in done.stderr
    assert "1 message that it refused stays undelivered" in done.stderr
    assert "monitor alerts resend --channel hook" in done.stderr
