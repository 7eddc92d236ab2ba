"""How the program itself does, as news: heartbeats, a channel that is stuck, a full disk, a
database that fails.
"""

from monitor.pipeline.notices.database import DatabaseAlarm
from monitor.pipeline.notices.welfare import tell_welfare

__all__ = ["DatabaseAlarm", "tell_welfare"]
