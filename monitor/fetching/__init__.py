"""The only sockets: one HTTP client with an address guard and limits for every exchange of the
program.
"""

from monitor.fetching.challenge import is_challenge
from monitor.fetching.client import Client, FetchOptions, Posted
from monitor.fetching.journey import Credentials
from monitor.fetching.lanes import SLOW
from monitor.fetching.limits import MemoryHostState, MonotonicClock
from monitor.politeness import HostStateStore

__all__ = [
    "SLOW",
    "Client",
    "Credentials",
    "FetchOptions",
    "HostStateStore",
    "MemoryHostState",
    "MonotonicClock",
    "Posted",
    "is_challenge",
]
