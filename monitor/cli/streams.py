"""The standard streams, safe to write to: closed ones, and terminals that lack a character.

Set up once, before anything is read or written."""

from __future__ import annotations

import errno
import io
import os
import sys
from typing import TextIO


class _ClosedOutput(io.TextIOBase):
    """Stands for a standard output that is closed, as by `>&-`: writing to it is an error."""

    def write(self, _text: str) -> int:
        """Raises OSError, as a write to a closed file does."""
        raise OSError(errno.EBADF, "the standard output is closed")


class _Forgiving:
    """A stream for talk and logs: what cannot be written is lost, the work goes on."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Writes a text, as far as the stream still takes it."""
        try:
            return self._stream.write(text)
        # Its reader has gone, or the disk is full: no reason to stop watching feeds.
        except (OSError, ValueError):
            return len(text)

    def flush(self) -> None:
        """Writes what is buffered, as far as the stream still takes it."""
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return


def prepare_streams() -> None:
    """Fills the places of closed streams and has characters replaced that a terminal lacks."""
    _occupy_standard_files()
    sys.stdout = sys.stdout or _ClosedOutput()
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (for good)
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _occupy_standard_files() -> None:
    """Opens the files 0 to 2 where they are closed: else the database could become one of them."""
    while True:
        number = os.open(os.devnull, os.O_RDWR)
        if number > 2:
            os.close(number)
            return


def log_stream() -> TextIO:
    """Returns where logs go: stderr, whatever becomes of it."""
    return _Forgiving(sys.stderr)  # type: ignore[return-value]  # only written to


def discard_output() -> None:
    """Lets what is still buffered go nowhere: written at the very end it would fail again, and
    change the exit code.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def is_unicode() -> bool:
    """Whether the standard output can show every character."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").startswith("utf")
