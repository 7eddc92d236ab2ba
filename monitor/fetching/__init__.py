"""The only sockets: one HTTP client with an address guard and limits for every exchange of the
program.
"""

from monitor.fetching.challenge import is_challenge
from monitor.fetching.client import Client, FetchOptions, Posted
from monitor.fetching.limits import MemoryBook, Pace
from monitor.politeness import HostBook

__all__ = ["Client", "FetchOptions", "HostBook", "MemoryBook", "Pace", "Posted", "is_challenge"]
