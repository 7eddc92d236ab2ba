"""`alerts …`: what was sent, what it says, and sending it once more."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.conftest import Read, publish_news
from tests.world import Hook, Outlet

# What docs/alerts.md promises of `development.created`.
DATA = {
    "alert": "id kind reason_codes thread_id is_test",
    "case": "slug title note",
    "development": "id story_id first_found_at first_published_at summary_sentence",
    "article": "id url canonical_url title outlet author lang published_at found_at extraction"
    " sha256_text revision",
    "carriers": "outlets newsrooms origin items truncated",
    "links": "article why",
}


def alert_id(read: Read) -> str:
    return str(read_rows(read.config, "alerts", "list")[0]["id"])


def test_list_has_a_row_for_each_channel_of_an_alert(read: Read) -> None:
    rows = read_rows(read.config, "alerts", "list")

    assert {row["channel"]: row["state"] for row in rows} == {"hook": "sent", "desk": "sent"}
    assert len({row["id"] for row in rows}) == 1
    assert [row["error"] for row in rows] == ["", ""]


@pytest.mark.parametrize("option", ["--pending", "--failed"])
def test_what_was_delivered_is_neither_pending_nor_failed(read: Read, option: str) -> None:
    assert read_rows(read.config, "alerts", "list", option) == []


def test_show_prints_what_the_webhook_got(read: Read) -> None:
    (shown,) = read_rows(read.config, "alerts", "show", alert_id(read))

    ((_, event),) = read.hook.events
    assert {"type": event["type"], **event["data"]} == shown


@pytest.mark.parametrize("part", DATA)
def test_show_has_the_fields_that_the_docs_promise(read: Read, part: str) -> None:
    (shown,) = read_rows(read.config, "alerts", "show", alert_id(read))

    assert set(DATA[part].split()) <= set(shown[part])


def test_show_is_json_on_a_terminal_too(read: Read) -> None:
    as_table = run_command(read.config, "alerts", "show", alert_id(read), "--format", "table")

    assert json.loads(as_table.stdout) == read_rows(read.config, "alerts", "show", alert_id(read))


def test_preview_is_the_mail_that_was_sent(read: Read) -> None:
    sent = read.mailbox.messages[0]
    body, page = sent.get_body(("plain",)), sent.get_body(("html",))
    assert body is not None
    assert page is not None

    text = run_command(read.config, "alerts", "preview", alert_id(read)).stdout
    html = run_command(read.config, "alerts", "preview", alert_id(read), "--html").stdout

    subject, _, rest = text.partition("\n\n")
    assert subject == f"Subject: {sent['Subject']}"
    assert rest.split() == body.get_content().split()
    assert html.split() == page.get_content().split()


def test_an_id_is_found_by_its_first_digits_and_refused_when_it_is_none(read: Read) -> None:
    whole = alert_id(read)

    assert read_rows(read.config, "alerts", "show", whole[:6]) == read_rows(
        read.config, "alerts", "show", whole
    )
    done = run_command(read.config, "alerts", "show", "zzz", check=False)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")


def test_a_refused_alert_is_pending_with_its_error_until_it_is_accepted(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    hook.status = 500
    run_command(config, "poll")
    (row,) = read_rows(config, "alerts", "list", "--pending")
    assert (row["state"], row["attempts"]) == ("pending", 1)
    assert "500" in row["error"]

    hook.status = 200
    done = run_command(config, "alerts", "resend", row["id"], "--channel", "hook")
    run_command(config, "poll")

    assert "1 delivery is due again" in done.stderr
    assert read_rows(config, "alerts", "list", "--pending") == []
    assert len(hook.events) == 1


def test_a_repeated_alert_has_the_id_of_the_first(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    run_command(config, "poll")

    run_command(config, "alerts", "resend", read_rows(config, "alerts", "list")[0]["id"])
    run_command(config, "poll")

    first, second = hook.events
    assert first == second


def test_resend_to_a_channel_that_is_none_names_those_that_are(read: Read) -> None:
    words = ("alerts", "resend", alert_id(read), "--channel", "pager")

    done = run_command(read.config, *words, check=False)

    assert done.returncode == 1
    assert "no channel 'pager'" in done.stderr
    assert "hook" in done.stderr


def test_all_that_a_channel_refused_is_asked_of_one_that_is_there(read: Read) -> None:
    done = run_command(read.config, "alerts", "resend", "--channel", "pager", check=False)

    assert done.returncode == 1
    assert "no channel 'pager'" in done.stderr


@pytest.mark.parametrize("options", [(), ("--channel", "hook")])
def test_resend_says_what_keeps_an_alert(
    tmp_path: Path, outlet: Outlet, hook: Hook, options: tuple[str, ...]
) -> None:
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    with next((config / "cases").glob("*.toml")).open("a", encoding="utf-8") as case:
        case.write('held = "none"\n')
    run_command(config, "poll")
    silence = ("--case", "abrego-garcia", "--for", "7d", "--comment", "too many")
    run_command(config, "silence", "add", *silence)
    publish_news(outlet)
    run_command(config, "poll")
    (row,) = read_rows(config, "alerts", "list")

    done = run_command(config, "alerts", "resend", row["id"], *options, check=False)

    assert (row["state"], done.returncode) == ("silenced", 1)
    assert "a silence keeps it" in done.stderr
    assert "monitor silence expire" in done.stderr
    assert "--pending" not in done.stderr


def refused(tmp_path: Path, outlet: Outlet, hook: Hook) -> Path:
    """Returns a config whose webhook refused an alert for good."""
    config = write_config(tmp_path / "config", [outlet], hook=hook)
    run_command(config, "poll")
    publish_news(outlet)
    hook.status = 404
    run_command(config, "poll")
    assert [row["state"] for row in read_rows(config, "alerts", "list")] == ["dead"]
    hook.status = 200
    return config


def test_what_a_channel_refused_is_sent_again_by_its_name(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = refused(tmp_path, outlet, hook)

    assert "0 deliveries" in run_command(config, "alerts", "resend", "--channel", "console").stderr
    assert (
        "1 delivery is due" in run_command(config, "alerts", "resend", "--channel", "hook").stderr
    )
    run_command(config, "poll")

    assert [row["state"] for row in read_rows(config, "alerts", "list")] == ["sent"]
    assert "0 deliveries" in run_command(config, "alerts", "resend", "--channel", "hook").stderr


def test_an_alert_is_sent_to_a_channel_that_never_had_it(
    tmp_path: Path, outlet: Outlet, hook: Hook
) -> None:
    config = refused(tmp_path, outlet, hook)
    (row,) = read_rows(config, "alerts", "list")

    done = run_command(config, "alerts", "resend", row["id"], "--channel", "console")
    assert "1 delivery is due again" in done.stderr
    printed = run_command(config, "poll").stdout

    assert printed.count("ordered four officials") >= 1
    states = {one["channel"]: one["state"] for one in read_rows(config, "alerts", "list")}
    assert states == {"hook": "dead", "console": "sent"}


def test_resend_without_an_alert_or_a_channel_is_no_command(read: Read) -> None:
    done = run_command(read.config, "alerts", "resend", check=False)

    assert (done.returncode, done.stdout) == (2, "")
    assert "give an alert or --channel" in done.stderr
