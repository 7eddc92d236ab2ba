"""What has to be remembered to be a polite client: of hosts, of their robots.txt files, and of
feeds that move.

Below both the client, which learns it, and the store, which keeps it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Move:
    """A permanent redirect of a feed that is being watched.

    Attributes:
        url: where it leads.
        since: when it was first met.
        polls: how many polls in a row have met it; none of a place that the feed had moved to and
            was left as dead.
        overlaps: items that were known stood behind it at least once: it is the same feed.
    """

    url: str
    since: datetime
    polls: int = 1
    overlaps: bool = False

    @property
    def is_left(self) -> bool:
        """Whether the feed was asked there, until that place was dead."""
        return self.polls == 0


@dataclass(frozen=True, slots=True)
class Farewell:
    """Answers of a server that a feed is gone for good (410) that are being watched.

    Attributes:
        since: when the first of them came.
        answers: how many came since the feed last answered otherwise than with a failure.
    """

    since: datetime
    answers: int = 1


@dataclass(frozen=True, slots=True)
class HostPause:
    """A host that is left alone for a while.

    Attributes:
        until: no request before this moment.
        refusals: how often in a row it refused without saying for how long; each time doubles the
            pause.
        reason: what it said, in words.
    """

    until: datetime
    refusals: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """A site's robots.txt as last fetched.

    Attributes:
        text: its rules; empty when there are none.
        is_readable: False when the server could not give it: nobody knows what is allowed.
        expires_at: until then it is not asked for again.
    """

    text: str
    is_readable: bool
    expires_at: datetime


class HostStateStore(Protocol):
    """Keeps what is known of hosts; the program keeps it in its database, so that after a restart
    nobody is asked too early.
    """

    async def get_pause(self, host: str) -> HostPause | None:
        """Returns the last pause of a host, over or not; None when it never asked for one or has
        answered since.
        """

    async def put_pause(self, host: str, pause: HostPause | None) -> None:
        """Remembers a pause; None: the host answers again."""

    async def get_robots(self, origin: str) -> RobotsFile | None:
        """Returns the robots.txt of an origin (scheme and host) as last fetched."""

    async def put_robots(self, origin: str, robots: RobotsFile) -> None:
        """Remembers a robots.txt."""
