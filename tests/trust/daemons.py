"""Daemons as processes: the installed program, watched and signalled from outside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

WAIT_S = 90.0


class Daemon:
    """A running `monitor run`; what it says is kept in a file.

    Args:
        broken: the promise that is broken in it on purpose.
    """

    def __init__(self, config: Path, *, broken: str = "", is_awaited: bool = True) -> None:
        self.log = config / f"daemon-{time.monotonic_ns()}.log"
        with self.log.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.trust.daemons", broken],
                env={**os.environ, "MONITOR_CONFIG": str(config)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        if is_awaited:
            self.wait_until(lambda: "polling" in self.said)

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_until(self, holds: Callable[[], bool], limit_s: float = WAIT_S) -> None:
        """Waits for what the daemon brings about; fails loudly when it does not come."""
        deadline = time.monotonic() + limit_s
        while not holds():
            assert self.process.poll() is None, f"the daemon ended early:\n{self.said[-3000:]}"
            assert time.monotonic() < deadline, f"it did not get there:\n{self.said[-3000:]}"
            time.sleep(0.05)

    def pause(self, seconds: float) -> None:
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def stop(self, limit_s: float = 30) -> tuple[int, float]:
        """Sends SIGTERM; returns the exit code and how many seconds the end took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(timeout=limit_s)
        except subprocess.TimeoutExpired:
            self.kill()
            code = -signal.SIGKILL
        return code, time.monotonic() - began

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    @property
    def memory_mb(self) -> float:
        """What the process itself holds in memory, without its workers."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) / 1024


def main() -> None:
    """Runs the program as it is installed, with a promise broken in it where one is named."""
    broken = sys.argv.pop()
    sys.argv = ["monitor", "run"]
    from monitor.cli import main as run

    if broken:
        from tests.trust import breaks

        breaks.apply(broken)
    run()


if __name__ == "__main__":
    main()
