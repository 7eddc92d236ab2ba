"""Feeds: keeping them as the config says, claiming those that are due, writing down how a poll
went.
"""

from monitor.store.feeds.following import (
    F,
    NamedFeed,
    WatchedFeed,
    find_feed,
    get_ids_by_url,
    get_watched_feeds,
    is_watched,
    reset_feeds,
    set_paused,
    sync_feeds,
)
from monitor.store.feeds.polling import (
    POLL_LEASE,
    as_due_feed,
    claim_feeds,
    fail_poll,
    finish_poll,
    get_health,
    get_last_poll_at,
    get_next_poll_at,
    mark_recovered,
    mark_told,
    postpone_poll,
)
from monitor.store.feeds.updates import UNSET, FeedUpdate, Unset
from monitor.store.feeds.values import DueFeed, FeedName, FeedSpec

__all__ = [
    "POLL_LEASE",
    "UNSET",
    "DueFeed",
    "F",
    "FeedName",
    "FeedSpec",
    "FeedUpdate",
    "NamedFeed",
    "Unset",
    "WatchedFeed",
    "as_due_feed",
    "claim_feeds",
    "fail_poll",
    "find_feed",
    "finish_poll",
    "get_health",
    "get_ids_by_url",
    "get_last_poll_at",
    "get_next_poll_at",
    "get_watched_feeds",
    "is_watched",
    "mark_recovered",
    "mark_told",
    "postpone_poll",
    "reset_feeds",
    "set_paused",
    "sync_feeds",
]
