"""The only sockets: one HTTP client with an address guard and limits for every exchange of the program."""

from monitor.fetching.client import Client, FetchOptions, Posted

__all__ = ["Client", "FetchOptions", "Posted"]
