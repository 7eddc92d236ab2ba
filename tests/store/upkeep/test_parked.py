"""What a restored database had not sent waits until somebody says what is to become of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.store import Store
from monitor.store.outbox import SealedDelivery, get_due_channels, get_open_alerts, seal_deliveries
from monitor.store.upkeep.given_up import get_given_up
from monitor.store.upkeep.parked import (
    DROPPED,
    count_parked,
    drop_parked,
    park_outbox,
    release_parked,
)
from monitor.store.verdicts import AlertTarget
from monitor.store.views.alerts import list_alerts
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged

LATER = NOW + timedelta(days=9)


def _add_alert(session: Session) -> None:
    article = fetched(1, "On Tuesday the pier was opened.")
    given = judged(add_case(session), add_article(session, article), article)
    new = (NewSentence(article.text, 0, 1, None),)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), new)
    add_development(session, given, verdict, [AlertTarget(one, "now", NOW) for one in ("a", "b")])


@pytest.fixture
def restored(store: Store) -> Store:
    """An alert that is sealed for one channel and waits for the other, after a restore."""
    store.write(_add_alert)
    (first, _) = store.read(get_open_alerts, NOW, wait=timedelta(minutes=5))
    delivery = SealedDelivery("d", "a", "alert", first.case_id, {}, (first.alert_id,))
    store.write(seal_deliveries, [delivery], NOW)
    assert store.write(park_outbox, NOW) == 2
    return store


def test_nothing_of_it_is_sealed_or_sent(restored: Store) -> None:
    assert restored.read(get_open_alerts, LATER, wait=timedelta(minutes=5)) == []
    assert restored.read(get_due_channels, LATER) == []


def test_what_is_released_goes_out_as_if_nothing_had_been(restored: Store) -> None:
    assert restored.write(release_parked) == 2

    assert [
        one.channel for one in restored.read(get_open_alerts, NOW, wait=timedelta(minutes=5))
    ] == ["b"]
    assert restored.read(get_due_channels, NOW) == ["a"]
    assert restored.read(count_parked) == 0


def test_what_is_dropped_is_dead_and_told_nobody(restored: Store) -> None:
    assert restored.write(drop_parked, NOW) == 2

    assert [(one.state, one.error) for one in restored.read(list_alerts, limit=9)] == [
        ("dead", DROPPED)
    ]
    assert restored.read(get_given_up, LATER) == []
    assert restored.read(get_open_alerts, LATER, wait=timedelta(minutes=5)) == []
    assert restored.read(count_parked) == 0
