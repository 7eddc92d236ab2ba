"""What a feed's site is shown of a reader, from the config to the client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from monitor.fetching import Credentials
from monitor.settings import FeedSettings


def login_of(feed: FeedSettings) -> Credentials | None:
    """Returns the credentials of a feed, None for one that is for everybody."""
    return Credentials(feed.url, *feed.auth.to_header()) if feed.auth else None


def logins_of(feeds: Iterable[FeedSettings]) -> Mapping[str, Credentials]:
    """Returns the credentials of feeds by their addresses."""
    return {feed.url: login for feed in feeds if (login := login_of(feed))}
