"""Alerts as people see them: a line for each channel, newest first."""

from __future__ import annotations

from typing import Any

import pytest

from monitor.model import Outcome, Receipt
from monitor.store import Store
from monitor.store.outbox import mark_sent, mark_unsent
from monitor.store.views.alerts import AlertView, get_delivery_ids, list_alerts
from tests.store.rows import NOW, claim_due
from tests.store.views.stored import DESK, HOUR, MAIL, alert, judge, seal


@pytest.fixture
def alerted(store: Store) -> Store:
    """An alert of the harbour for desk and mail; two hours later one of the quarry for the desk."""
    store.write(alert, 1, DESK, MAIL)
    quarry = {"slug": "quarry", "outcome": Outcome.ALERT, "targets": (DESK,), "hours": 2}
    store.write(judge, 2, **quarry)
    return store


def lines(found: list[AlertView]) -> list[tuple[str, str]]:
    return [(one.case, one.channel) for one in found]


def test_newest_comes_first_and_the_channels_of_one_alert_by_name(alerted: Store) -> None:
    found = alerted.read(list_alerts, limit=9)

    assert lines(found) == [("quarry", "desk"), ("harbour", "desk"), ("harbour", "mail")]
    assert found[1].id == found[2].id


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"limit": 2}, [("quarry", "desk"), ("harbour", "desk")]),
        ({"case": "harbour"}, [("harbour", "desk"), ("harbour", "mail")]),
        ({"case": "castle"}, []),
        ({"since": NOW + 2 * HOUR}, [("quarry", "desk")]),
        ({"until": NOW + 2 * HOUR}, [("harbour", "desk"), ("harbour", "mail")]),
        ({"since": NOW + HOUR, "until": NOW + 2 * HOUR}, []),
        ({"states": ["sent", "dead"]}, []),
        ({"states": [], "case": "quarry"}, [("quarry", "desk")]),
        ({"states": ["waiting"], "case": "quarry"}, [("quarry", "desk")]),
    ],
    ids=str,
)
def test_alerts_are_narrowed_by_case_time_and_state(
    alerted: Store, chosen: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert lines(alerted.read(list_alerts, **{"limit": 9, **chosen})) == expected


def test_an_alert_waits_until_it_is_in_a_delivery(store: Store) -> None:
    store.write(alert, 1, DESK, MAIL)

    store.write(seal, "desk")

    desk, mail = store.read(list_alerts, limit=9)
    assert (desk.state, desk.delivery_id, desk.attempts) == ("pending", "d1", 0)
    assert (mail.state, mail.delivery_id, mail.attempts, mail.error) == ("waiting", None, 0, "")


def test_a_sent_alert_says_when_and_after_how_many_attempts(store: Store) -> None:
    store.write(alert, 1)
    store.write(seal, "desk")
    (due,) = store.write(claim_due)

    store.write(mark_sent, due, "w", now=NOW + HOUR, receipt=Receipt("accepted"))

    (shown,) = store.read(list_alerts, limit=9)
    assert (shown.state, shown.sent_at, shown.attempts) == ("sent", NOW + HOUR, 1)


def test_a_dead_alert_says_why(store: Store) -> None:
    store.write(alert, 1)
    store.write(seal, "desk")
    (due,) = store.write(claim_due)

    store.write(mark_unsent, due, "w", retry_at=None, error="no such host")

    (shown,) = store.read(list_alerts, limit=9, states=["dead"])
    assert (shown.error, shown.sent_at) == ("no such host", None)


def test_only_sealed_deliveries_can_be_sent_again(store: Store) -> None:
    store.write(alert, 1, DESK, MAIL)
    row = 1
    assert store.read(get_delivery_ids, row, None) == []

    store.write(seal, "desk")

    (delivery,) = store.read(get_delivery_ids, row, None)
    assert store.read(get_delivery_ids, row, "desk") == [delivery]
    assert store.read(get_delivery_ids, row, "mail") == []


def test_several_alerts_of_one_delivery_share_it(store: Store) -> None:
    for number in (1, 2):
        store.write(alert, number, MAIL)

    store.write(seal, "mail")

    assert store.read(get_delivery_ids, 1, "mail") == store.read(get_delivery_ids, 2, "mail")
    assert {one.delivery_id for one in store.read(list_alerts, limit=9)} == {"d1"}
