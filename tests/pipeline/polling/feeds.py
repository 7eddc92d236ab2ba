"""A claimed feed of which nothing is known, and what a poll of it may bring."""

from __future__ import annotations

from monitor.model import Fetched, Validators
from monitor.store.feeds import DueFeed

URL = "https://quarry.example/rss"
_UNKNOWN = (
    "every", "body_hash", "interval", "item_count", "fetch_url", "validators_url", "whole_at",
    "last_new_at", "gap", "newest_at", "ttl", "max_age", "move", "failing_since", "farewell",
    "read_items",
)  # fmt: skip


def due_feed(**known: object) -> DueFeed:
    """A feed as it was claimed; what is not given is not known."""
    values: dict[str, object] = dict.fromkeys(_UNKNOWN)
    values |= {
        "id": 1,
        "url": URL,
        "title": "Quarry News",
        "tags": (),
        "takes_all": False,
        "trusts_guids": True,
        "validators": Validators(),
        "is_baseline": False,
        "is_gone": False,
        "failures": 0,
        "is_frozen": False,
        "warning": "",
        "skip_hours": (),
        "skip_days": (),
    }
    return DueFeed(**{**values, **known})  # type: ignore[arg-type]


def answer(**other: object) -> Fetched:
    """A whole document as it came."""
    values: dict[str, object] = {"url": URL, "final_url": URL, "status": 200, "body": b""}
    return Fetched(**{**values, **other})  # type: ignore[arg-type]
