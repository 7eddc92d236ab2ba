"""How the program itself does, as news: heartbeats, a channel that is stuck, a full disk, a
database that fails, and the ping that a watchdog elsewhere waits for.
"""

from monitor.pipeline.notices.database import DatabaseAlarm
from monitor.pipeline.notices.ping import Pinger
from monitor.pipeline.notices.welfare import tell_welfare

__all__ = ["DatabaseAlarm", "Pinger", "tell_welfare"]
