"""Streams that are closed, full or short of characters: one line or none, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from monitor.cli.streams import log_stream
from tests.acceptance.config import COMMAND
from tests.cli.conftest import Read

LIST = "articles list --format table"


def in_shell(
    config: Path, command: str, redirections: str, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs a command with the redirections of a shell."""
    return subprocess.run(
        ["sh", "-c", f'"{COMMAND}" {command} {redirections}'],
        capture_output=True,
        timeout=120,
        env={**os.environ, "MONITOR_CONFIG": str(config), "COLUMNS": "80", **environment},
        check=False,
    )


def test_a_closed_output_is_told_in_one_line(read: Read) -> None:
    done = in_shell(read.config, LIST, ">&-")

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"error: the standard output is closed\n"


@pytest.mark.parametrize("redirections", ["2>&-", "<&-", "<&- 2>&-", ">/dev/null 2>&-"])
def test_other_closed_streams_disturb_nobody(read: Read, redirections: str) -> None:
    done = in_shell(read.config, LIST, redirections)

    assert (done.returncode, done.stderr) == (0, b"")


def test_no_file_takes_the_place_of_a_closed_stream(read: Read) -> None:
    before = (read.config / "monitor.db").read_bytes()[:100]

    in_shell(read.config, LIST, "<&- >&- 2>&-")

    assert (read.config / "monitor.db").read_bytes()[:100] == before


def test_a_reader_that_takes_one_line_is_enough(read: Read) -> None:
    done = in_shell(read.config, "config show --format table", "| head -n 1")

    assert done.stdout.split() == [b"key", b"value"]
    assert done.stderr == b""


@pytest.mark.parametrize(("form", "encoding"), [("table", "latin-1"), ("md", "iso8859-7")])
def test_what_a_terminal_cannot_show_is_replaced(read: Read, form: str, encoding: str) -> None:
    command = f"search garcia --format {form}"

    done = in_shell(read.config, command, "", PYTHONIOENCODING=encoding)

    assert done.returncode == 0, done.stderr
    assert b"?" in done.stdout
    assert b"Harbour Gazette" in done.stdout


def test_json_loses_nothing_where_the_output_lacks_characters(read: Read) -> None:
    command = "search garcia --format json"
    whole = in_shell(read.config, command, "", PYTHONIOENCODING="utf-8")

    poor = in_shell(read.config, command, "", PYTHONIOENCODING="latin-1")

    assert poor.stdout.isascii()
    assert json.loads(poor.stdout) == json.loads(whole.stdout)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_a_new_file_is_told_in_one_line(read: Read) -> None:
    done = in_shell(read.config, "feeds export", "> /dev/full")

    assert done.returncode == 1
    assert done.stderr == b"error: No space left on device\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with open("/dev/full", "w", encoding="utf-8", buffering=1) as full:
        monkeypatch.setattr("sys.stderr", full)
        stream = log_stream()

        assert stream.write("poll_done\n") == len("poll_done\n")
        stream.flush()
        # What is still buffered would fail again when the file is closed.
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())


def test_a_file_that_cannot_be_read_is_named_without_a_traceback(read: Read) -> None:
    done = in_shell(read.config, "feeds import nowhere.opml", "")

    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"error: nowhere.opml: No such file or directory\n"
