"""Writes a config folder for a loopback world and runs commands with it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from monitor.cli import main
from tests.conftest import SEED
from tests.databases import place_database
from tests.world import SECRET, Hook, Mailbox, Outlet

COMMAND = str(Path(sys.executable).parent / "monitor")
QUERY = '"abrego garcia" OR (kilmar NEAR/3 garcia)'


def write_config(
    folder: Path,
    outlets: Sequence[Outlet],
    *,
    hook: Hook | None = None,
    mailbox: Mailbox | None = None,
    database_url: str | None = None,
    query: str = QUERY,
    seed: Path | None = SEED,
    extra: str = "",
    semantic: str = "off",
    has_database: bool = True,
) -> Path:
    """Writes the four files of a config; alerts go to the hook and the mailbox that are given.
    Where no database is named, one without rows lies beside them, which saves each test the
    migrations.

    Args:
        semantic: "auto" where the encoder is what is tested; loading it takes each new process a
            second.
    """
    (folder / "cases").mkdir(parents=True, exist_ok=True)
    if database_url is None and has_database:
        place_database(folder / "monitor.db")
    smtp = (
        f'[smtp]\nhost = "127.0.0.1"\nport = {mailbox.port}\nfrom = "monitor@example.org"\n'
        if mailbox
        else ""
    )
    (folder / "monitor.toml").write_text(
        f'database_url = "{database_url or "sqlite:///monitor.db"}"\n[fetch]\nallow_private ='
        ' true\nper_host_delay = "0s"\ncontact ='
        ' "mailto:tests@example.org"\n[schedule]\nmin_interval = "1m"\nmax_interval ='
        ' "5m"\n[alerts]\ngroup_wait = "0s"\nmax_per_hour = 100\n[judge]\nsemantic ='
        f' "{semantic}"\n' + smtp + extra
    )
    feeds = (
        f"[[feed]]\nurl = {json.dumps(outlet.feed_url)}\ntitle = {json.dumps(outlet.name)}\n"
        for outlet in outlets
    )
    (folder / "feeds.toml").write_text("\n".join(feeds))
    hooks = f'[hook]\ntype = "webhook"\nurl = "{hook.url}"\nsecret = "{SECRET}"\n' if hook else ""
    desks = '[desk]\ntype = "email"\nto = ["desk@example.org"]\n' if mailbox else ""
    (folder / "channels.toml").write_text(hooks + desks)
    rules = "".join(
        f'[[alert]]\nchannel = "{name}"\nwhen = "now"\n'
        for name, there in (("hook", hook), ("desk", mailbox))
        if there
    )
    seeds = f"seeds = [{json.dumps(str(seed))}]\n" if seed else ""
    (folder / "cases" / "abrego-garcia.toml").write_text(
        'title = "Kilmar Abrego Garcia"\nnote = "A test."\nlanguages = ["en", "es"]\n'
        f"query = '''{query}'''\nfeeds = [\"*\"]\n{seeds}{rules}"
    )
    return folder


class _Switch(io.TextIOBase):
    """A stream that the program may keep: what is written goes to the call that runs just now."""

    def __init__(self) -> None:
        self.target = io.StringIO()

    def write(self, text: str) -> int:
        return self.target.write(text)


_STDOUT, _STDERR = _Switch(), _Switch()


def run_command(
    config: Path, *arguments: str, check: bool = True, columns: int = 200
) -> subprocess.CompletedProcess[str]:
    """Runs the command line in this process, which saves each call a second of imports.

    Args:
        columns: width of the terminal that it believes to write to.
    """
    _STDOUT.target, _STDERR.target = io.StringIO(), io.StringIO()
    environment = {"MONITOR_CONFIG": str(config), "COLUMNS": str(columns)}
    with (
        _kept_process(),
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["monitor", *arguments]),
        contextlib.redirect_stdout(_STDOUT),
        contextlib.redirect_stderr(_STDERR),
        pytest.raises(SystemExit) as ended,
    ):
        main()
    return _checked(
        subprocess.CompletedProcess(
            arguments,
            int(ended.value.code or 0),
            _STDOUT.target.getvalue(),
            _STDERR.target.getvalue(),
        ),
        is_required=check,
    )


@contextlib.contextmanager
def _kept_process() -> Iterator[None]:
    """Undoes what the program sets for the process that it has for itself otherwise."""
    mask, handler = os.umask(0o022), signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        os.umask(mask)
        signal.signal(signal.SIGTERM, handler)


def run_process(
    config: Path, *arguments: str, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Runs the installed command to its end, where the process itself is the point."""
    environment = {**os.environ, "MONITOR_CONFIG": str(config), "COLUMNS": "200"}
    done = subprocess.run(
        [COMMAND, *arguments], capture_output=True, text=True, env=environment, timeout=120
    )
    return _checked(done, is_required=check)


def _checked(
    done: subprocess.CompletedProcess[str], *, is_required: bool
) -> subprocess.CompletedProcess[str]:
    assert not is_required or done.returncode == 0, (
        f"{done.args}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    )
    return done


def read_rows(config: Path, *arguments: str) -> list[dict[str, Any]]:
    """Runs a reading command and returns its rows."""
    return [
        json.loads(line)
        for line in run_command(config, *arguments, "--format", "jsonl").stdout.splitlines()
    ]
