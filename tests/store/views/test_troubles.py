"""Channels that fail now and items that were given up, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import update

from monitor.model import Receipt
from monitor.store import Store
from monitor.store.outbox import (
    NEVER,
    SealedDelivery,
    claim_delivery,
    get_due_channels,
    mark_sent,
    mark_unsent,
    seal_deliveries,
)
from monitor.store.schema.tables import deliveries
from monitor.store.upkeep.parked import park_outbox
from monitor.store.verdicts import AlertTarget
from monitor.store.views.alerts import get_dead_deliveries
from monitor.store.views.troubles import (
    FailingChannel,
    count_waiting,
    get_failed_entries,
    get_failing_channels,
    get_oldest_unsealed,
)
from tests.store.views.stored import HOUR, alert

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


ALERT_AT = NOW + 2 * HOUR


def wait_since(store: Store, cadence: str = "now") -> None:
    """An alert that the desk is to get at `NOW`."""
    store.write(alert, 1, AlertTarget("desk", cadence, NOW))


def roll_up(store: Store, channel: str, at: datetime) -> None:
    sealed = SealedDelivery(f"r-{channel}", channel, "roll-up", None, {}, ())
    store.write(seal_deliveries, [sealed], at)


def test_an_alert_that_nobody_seals_waits_since_it_was_due(store: Store) -> None:
    wait_since(store)

    assert store.read(get_oldest_unsealed, NOW - HOUR) is None
    assert store.read(get_oldest_unsealed, ALERT_AT) == NOW


def test_an_alert_that_is_in_a_delivery_waits_there(store: Store) -> None:
    wait_since(store)

    sealed = SealedDelivery("d1", "desk", "alert", None, {}, (1,))
    store.write(seal_deliveries, [sealed], NOW)

    assert store.read(get_oldest_unsealed, ALERT_AT) is None


def test_what_a_silence_or_a_restore_holds_is_not_overdue(store: Store) -> None:
    wait_since(store, cadence=NEVER)
    assert store.read(get_oldest_unsealed, ALERT_AT) is None
    store.write(alert, 2, AlertTarget("desk", "now", NOW))
    assert store.read(get_oldest_unsealed, ALERT_AT) == NOW

    store.write(park_outbox, NOW)

    assert store.read(get_oldest_unsealed, ALERT_AT) is None


def test_what_waits_for_the_next_roll_up_of_its_channel_is_not_overdue(store: Store) -> None:
    wait_since(store)
    roll_up(store, "pager", ALERT_AT)
    assert store.read(get_oldest_unsealed, ALERT_AT) == NOW

    roll_up(store, "desk", ALERT_AT)

    # A roll-up comes once an hour: the next pass after that takes it.
    assert store.read(get_oldest_unsealed, ALERT_AT + HOUR) is None
    assert store.read(get_oldest_unsealed, ALERT_AT + 2 * HOUR) == NOW


def test_a_roll_up_keeps_no_digest_waiting(store: Store) -> None:
    wait_since(store, cadence="daily 08:00")

    roll_up(store, "desk", ALERT_AT)

    assert store.read(get_oldest_unsealed, ALERT_AT) == NOW


def test_what_waits_is_counted_by_channel_sealed_or_not(store: Store) -> None:
    seal(store, "desk", "hook", "desk")
    store.write(alert, 1, AlertTarget("hook", "now", NOW), AlertTarget("mail", NEVER, NOW))

    assert store.read(count_waiting) == {"desk": 2, "hook": 2}
