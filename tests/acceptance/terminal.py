"""A person at a terminal: a program behind a pseudo-terminal, what it shows and what is typed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import subprocess
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

CTRL_C = "\x03"
COLUMNS, LINES = 80, 40


class Terminal:
    """Runs a program on a terminal of 80 columns and keeps what it shows."""

    def __init__(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        self.shown = ""
        self._seen = 0
        self._ours, theirs = os.openpty()
        termios.tcsetwinsize(theirs, (LINES, COLUMNS))
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **environment, "TERM": "dumb"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            preexec_fn=_own_terminal,
        )
        os.close(theirs)

    def expect(self, text: str, *, timeout: float = 120) -> None:
        """Waits until the program has shown a text, after what was waited for before."""
        deadline = time.monotonic() + timeout
        while text not in self.shown[self._seen :]:
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.shown}"
            assert self._read(1) or self._process.poll() is None, f"ended:\n{self.shown}"
        self._seen = self.shown.index(text, self._seen) + len(text)

    def type(self, text: str) -> None:
        """Types a text; a line ends with a line break."""
        os.write(self._ours, text.encode())

    def end(self, *, timeout: float = 60) -> int:
        """Waits for the end of the program and returns its exit code."""
        deadline = time.monotonic() + timeout
        while self._process.poll() is None:
            assert time.monotonic() < deadline, f"still running:\n{self.shown}"
            self._read(0.2)
        while self._read(0.1):
            pass
        os.close(self._ours)
        return self._process.returncode

    def _read(self, wait: float) -> bool:
        """Reads what is shown by now; says whether there was anything."""
        ready, _, _ = select.select([self._ours], [], [], wait)
        chunk = b""
        # The other end is closed when the program has ended: Linux calls that an error.
        with contextlib.suppress(OSError):
            chunk = os.read(self._ours, 65_536) if ready else b""
        self.shown += chunk.decode("utf-8", "replace").replace("\r", "")
        return bool(chunk)


def _own_terminal() -> None:
    """Makes the pseudo-terminal that of the program, so that Ctrl-C reaches it and its children."""
    os.setsid()
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
