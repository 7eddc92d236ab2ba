"""Logs: words for a person, fields for a program, and a traceback only for what is our bug."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import structlog

from monitor.cli.events import LogForm
from monitor.cli.logs import set_up_logs
from monitor.errors import StoreError


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def logged(
    capsys: pytest.CaptureFixture[str], form: LogForm, error: Exception, **options: bool
) -> str:
    """Logs a crash as the pipeline does; returns what stderr got."""
    set_up_logs(
        is_verbose=options.get("is_verbose", False),
        is_quiet=options.get("is_quiet", False),
        form=form,
    )
    try:
        raise error
    except Exception as caught:  # noqa: BLE001 (whatever is given)
        structlog.get_logger().error("ingest_crashed", url="https://x.example/", exc_info=caught)
    structlog.get_logger().info("poll_done", feed="https://x.example/", outcome="new", new=1)
    return capsys.readouterr().err


FULL = StoreError("database: database or disk is full", hint="make room on the disk")


@pytest.mark.parametrize("form", list(LogForm))
def test_a_full_disk_is_one_line_without_a_traceback(
    capsys: pytest.CaptureFixture[str], form: LogForm
) -> None:
    first, second = logged(capsys, form, FULL).splitlines()

    assert "disk is full; make room on the disk" in first
    assert "Traceback" not in first
    assert "poll_done" in second or "1 new" in second


@pytest.mark.parametrize("form", list(LogForm))
def test_a_bug_of_ours_keeps_its_traceback(
    capsys: pytest.CaptureFixture[str], form: LogForm
) -> None:
    assert "ZeroDivisionError" in logged(capsys, form, ZeroDivisionError("by nothing"))


def test_programs_get_every_field(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = map(json.loads, logged(capsys, LogForm.JSON, FULL).splitlines())

    assert (first["event"], first["level"], first["url"]) == (
        "ingest_crashed",
        "error",
        "https://x.example/",
    )
    assert second["new"] == 1
    assert second["timestamp"].endswith("Z")


def test_a_line_end_in_a_title_begins_no_line_of_the_log(
    capsys: pytest.CaptureFixture[str],
) -> None:
    title = 'Pier closes\n{"level": "error", "event": "ingest_crashed"}'
    set_up_logs(is_verbose=False, is_quiet=False, form=LogForm.JSON)

    structlog.get_logger().info("article_stored", title=title, titles=[title])

    (line,) = capsys.readouterr().err.splitlines()
    fields = json.loads(line)
    assert (fields["event"], fields["level"]) == ("article_stored", "info")
    assert fields["title"] == 'Pier closes {"level": "error", "event": "ingest_crashed"}'
    assert fields["titles"] == [fields["title"]]


def test_quiet_says_only_what_went_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    (line,) = logged(capsys, LogForm.TEXT, FULL, is_quiet=True).splitlines()

    assert "ingest crashed" in line


def test_who_wants_to_see_more_gets_the_fields(capsys: pytest.CaptureFixture[str]) -> None:
    shown = logged(capsys, LogForm.TEXT, FULL, is_verbose=True)

    assert "outcome=new" in shown.replace("\x1b[0m", "").replace("\x1b[36m", "")


IDLE = {"feed": "https://x.example/rss", "outcome": "not_modified", "items": 9, "new": 0}


def lines_of_idle_polls(capsys: pytest.CaptureFixture[str], form: LogForm) -> int:
    """How many lines two polls have that brought nothing."""
    set_up_logs(is_verbose=False, is_quiet=False, form=form)
    for _ in range(2):
        structlog.get_logger().debug("poll_done", **IDLE)
    return len(capsys.readouterr().err.splitlines())


def test_programs_get_no_line_of_a_poll_that_brought_nothing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lines_of_idle_polls(capsys, LogForm.JSON) == 0


def test_a_person_is_told_once_of_a_feed_that_it_has_nothing_new(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert lines_of_idle_polls(capsys, LogForm.TEXT) == 1


@pytest.mark.parametrize(("form", "lines"), [(LogForm.JSON, 2), (LogForm.TEXT, 2)])
def test_verbose_shows_every_poll_and_quiet_none(
    capsys: pytest.CaptureFixture[str], form: LogForm, lines: int
) -> None:
    for is_verbose, expected in ((True, lines), (False, 0)):
        set_up_logs(is_verbose=is_verbose, is_quiet=not is_verbose, form=form)
        for _ in range(2):
            structlog.get_logger().debug("poll_done", **IDLE)
        assert len(capsys.readouterr().err.splitlines()) == expected
