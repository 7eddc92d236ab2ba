"""Lives of the program: forked from a warm process, worked for a while, killed at a moment or at a
named point.

Importing everything takes seconds, so a process that has done so forks each life. Run as a module
it is that process: it reads orders and answers how each life ended, a line of JSON each.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import traceback
from dataclasses import asdict, dataclass
from pathlib import Path

import sqlalchemy


@dataclass(frozen=True)
class Order:
    """What a life is to do.

    Attributes:
        config: the folder of the config.
        ahead_s: how far its clock is ahead of the true time.
        kill_after_s: when it is killed; None lets it live until it has nothing to do.
        limit_s: when it ends by itself at the latest.
        point: the named point at which it kills itself, such as "before _store_poll".
        broken: the promise that is broken in it on purpose, see `tests.trust.breaks`.
    """

    config: str
    ahead_s: float = 0.0
    kill_after_s: float | None = None
    limit_s: float = 60.0
    point: str = ""
    broken: str = ""


class Statements(dict[tuple[object, ...], object]):
    """Compiled statements, for every engine of one database's kind: SQLAlchemy keeps those of each
    engine apart, by its dialect, which comes first in a key.
    """

    def get(self, key: tuple[object, ...], default: object = None) -> object:
        return super().get(key[1:], default)

    def __setitem__(self, key: tuple[object, ...], compiled: object) -> None:
        super().__setitem__(key[1:], compiled)


class Lives:
    """The warm process, from outside.

    Args:
        warm: a first life, lived in the process itself, so that all that is loaded when it is
            first needed is there.
    """

    def __init__(self, warm: Order) -> None:
        with (Path(warm.config) / "lives.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.trust.lives"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.live(warm) == 0

    def live(self, order: Order) -> int:
        """Has one life lived; returns its end as `os.waitstatus_to_exitcode` says it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asdict(order)) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(timeout=20)
        self._process.stdout.close()


def serve() -> None:
    """Forks lives until there are no more orders."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    from tests.trust.product import work

    # Reading the certificates of this machine takes longer than most lives; no life needs them.
    ssl.create_default_context = functools.cache(ssl.create_default_context)
    # To compile its statements takes a life longer than to run them, and what is killed is the
    # running: all lives have those of the warm process.
    statements = {"compiled_cache": Statements()}
    sqlalchemy.create_engine = functools.partial(
        sqlalchemy.create_engine, execution_options=statements
    )
    asyncio.run(work(Order(**json.loads(sys.stdin.readline()))))
    print(0, file=answers, flush=True)
    # What is there now is shared by all lives: a collection that touched it would copy it.
    gc.freeze()
    for line in sys.stdin:
        order = Order(**json.loads(line))
        pid = os.fork()
        if pid == 0:
            _be_born(order)
        if order.kill_after_s is not None:
            time.sleep(order.kill_after_s)
            os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def _be_born(order: Order) -> None:
    """Lives in a forked process, which ends here whatever happens."""
    from tests.trust.product import work

    folder = Path(order.config)
    log = os.open(folder / "life.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(0)
    try:
        asyncio.run(work(order))
    # The end of a process: whatever it was, its log says it.
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
        sys.stderr.flush()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    serve()
