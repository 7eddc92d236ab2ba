"""The daemon: five ticks that only wake, one loop a stage that works, signals, and a health page.

The schedule is in the store (`next_poll_at`, `next_attempt_at`, `due_at`); APScheduler's ticks say
"look again". A tick that comes late or twice changes nothing, and no work lives in the scheduler,
which cancels its jobs when it is shut down."""

from monitor.daemon.lock import lock_database
from monitor.daemon.observability.service_manager import find_service_manager
from monitor.daemon.service import EXIT_INTERRUPTED, Daemon
from monitor.daemon.stages import ROLES

__all__ = ["EXIT_INTERRUPTED", "ROLES", "Daemon", "find_service_manager", "lock_database"]
