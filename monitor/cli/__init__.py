"""The command line.

It starts in two steps: the commands take a tenth of a second to load, and a daemon may be told to
stop before that."""

from __future__ import annotations

import gc
import os
import signal
import sys

# Configs, databases and backups hold secrets and what somebody reads about: nobody else's business.
_UMASK = 0o077
# New objects before the collector looks for garbage. A command that ends at once makes a hundred
# thousand of them when it loads, of which none is: it would look through them 240 times.
_OBJECTS = 50_000


def main() -> None:
    """Runs the command line and ends the process with its exit code."""
    os.umask(_UMASK)
    # Only the daemon is stopped so as a matter of course; of other commands it is a failure.
    if "run" in sys.argv:
        signal.signal(signal.SIGTERM, _end)
    else:
        gc.set_threshold(_OBJECTS)
    from monitor.cli.commands import main as run_command

    run_command()


def _end(_number: int, _frame: object) -> None:
    """Ends a daemon that is not at work yet: nothing is in hand, and the store stands a kill."""
    # At once: an exception would be lost where a library's clean-up happens to run.
    os._exit(0)
