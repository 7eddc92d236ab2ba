"""Channels that fail now and items that were given up, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from monitor.model import Receipt
from monitor.store import Store
from monitor.store.outbox import (
    SealedDelivery,
    claim_delivery,
    get_due_channels,
    mark_sent,
    mark_unsent,
    seal_deliveries,
)
from monitor.store.schema.tables import deliveries
from monitor.store.views.alerts import get_dead_deliveries
from monitor.store.views.troubles import FailingChannel, get_failed_entries, get_failing_channels

NOW = datetime(2025, 6, 6, 12, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


def seal(store: Store, *channels: str) -> None:
    sealed = [
        SealedDelivery(f"{channel}-{number}", channel, "notice", None, {}, ())
        for number, channel in enumerate(channels)
    ]
    store.write(seal_deliveries, sealed, NOW)


def try_all(store: Store, *, retry_at: datetime | None, error: str) -> None:
    for channel in store.read(get_due_channels, NOW):
        while delivery := store.write(claim_delivery, channel, owner="w", now=NOW):
            store.write(mark_unsent, delivery, "w", retry_at=retry_at, error=error)


def test_a_channel_fails_while_what_it_refused_waits(store: Store) -> None:
    seal(store, "desk", "hook", "desk")
    assert store.read(get_failing_channels) == []

    try_all(store, retry_at=LATER, error="no answer")

    assert store.read(get_failing_channels) == [
        FailingChannel("desk", 2, "no answer"),
        FailingChannel("hook", 1, "no answer"),
    ]


def test_a_channel_that_accepted_or_refused_for_good_does_not_fail_now(store: Store) -> None:
    seal(store, "desk", "hook")
    desk, hook = (
        store.write(claim_delivery, channel, owner="w", now=NOW) for channel in ("desk", "hook")
    )
    assert desk is not None
    assert hook is not None
    store.write(mark_sent, desk, "w", now=NOW, receipt=Receipt("250"))
    store.write(mark_unsent, hook, "w", retry_at=None, error="410")

    assert store.read(get_failing_channels) == []


def test_what_was_refused_for_good_is_found_by_its_channel(store: Store) -> None:
    seal(store, "desk", "hook", "hook")
    try_all(store, retry_at=None, error="410")

    assert len(store.read(get_dead_deliveries, "hook")) == 2
    assert len(store.read(get_dead_deliveries, None)) == 3
    assert store.read(get_dead_deliveries, "pager") == []


def test_a_store_without_items_has_none_that_failed(store: Store) -> None:
    store.write(lambda session: session.execute(update(deliveries).values(attempts=0)))

    assert store.read(get_failed_entries, NOW) == []
