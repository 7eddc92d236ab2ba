"""Cases and the store as a whole, in figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

import pytest
from sqlmodel import Session

from monitor.model import Outcome
from monitor.store import Store
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.outbox import (
    SealedDelivery,
    insert_edit_delivery,
    mark_unsent,
)
from monitor.store.upkeep.parked import park_outbox
from monitor.store.views.cases import Totals, get_totals, list_cases
from tests.store.rows import NOW, add_case, claim_due
from tests.store.views.stored import DESK, HOUR, MAIL, add_item, alert, judge, seal

EMPTY = Totals(0, 0, 0, 0, 0, 0, 0, 0, 0, None)
EDIT = SealedDelivery("e1", "hook", "alert", None, {}, ())


def test_an_empty_store_counts_nothing(store: Store) -> None:
    assert store.read(get_totals) == EMPTY
    assert store.read(list_cases) == []


def queue_item(session: Session) -> None:
    add_item(session, 1)


def store_article(session: Session) -> None:
    judge(session, 1)


def tell_unconfirmed(session: Session) -> None:
    judge(session, 1, outcome=Outcome.DIGEST, targets=(MAIL,))


def tell_two_channels(session: Session) -> None:
    alert(session, 1, DESK, MAIL)


def seal_one_channel(session: Session) -> None:
    tell_two_channels(session)
    seal(session, "desk")


def give_up_alert(session: Session) -> None:
    seal_one_channel(session)
    fail(session)


def give_up_edit(session: Session) -> None:
    insert_edit_delivery(session, EDIT, now=NOW, due_at=NOW)
    fail(session)


def fail(session: Session) -> None:
    """Gives the only delivery up."""
    (due,) = claim_due(session)
    mark_unsent(session, due, "w", retry_at=None, error="refused")


@pytest.mark.parametrize(
    ("happens", "counted"),
    [
        (queue_item, {"feeds": 1, "queued": 1}),
        (store_article, {"articles": 1}),
        (tell_unconfirmed, {"articles": 1, "waiting": 1}),
        (tell_two_channels, {"articles": 1, "developments": 1, "waiting": 2}),
        (
            seal_one_channel,
            {
                "articles": 1,
                "developments": 1,
                "waiting": 1,
                "pending": 1,
                "oldest_pending_at": NOW,
            },
        ),
        (give_up_alert, {"articles": 1, "developments": 1, "waiting": 1, "dead": 1}),
        (give_up_edit, {"dead_edits": 1}),
    ],
)
def test_each_thing_is_counted_where_it_stands(
    store: Store, happens: Callable[[Session], None], counted: dict[str, object]
) -> None:
    store.write(happens)

    assert asdict(store.read(get_totals)) == asdict(EMPTY) | counted


def test_an_event_that_nobody_has_tried_to_send_makes_no_queue_old(store: Store) -> None:
    store.write(insert_edit_delivery, EDIT, now=NOW, due_at=NOW)
    assert store.read(get_totals).oldest_pending_at is None
    (due,) = store.write(claim_due)

    store.write(mark_unsent, due, "w", retry_at=NOW + HOUR, error="busy")

    assert store.read(get_totals).oldest_pending_at == NOW


def test_what_a_restore_holds_makes_no_queue_old(store: Store) -> None:
    store.write(seal_one_channel)

    store.write(park_outbox, NOW)

    assert store.read(get_totals).oldest_pending_at is None


def test_a_case_counts_confirmed_developments_and_names_the_last(store: Store) -> None:
    store.write(alert, 1, hours=1)
    store.write(alert, 2, hours=2)
    store.write(judge, 3, outcome=Outcome.DIGEST, targets=(MAIL,), hours=3)

    (case,) = store.read(list_cases)

    assert (case.articles, case.developments) == (3, 2)
    assert case.last_development_at == NOW + 2 * HOUR


def test_a_case_without_articles_is_listed_with_none(store: Store) -> None:
    store.write(add_case)

    (case,) = store.read(list_cases)

    assert (case.articles, case.developments, case.last_development_at) == (0, 0, None)


def test_cases_of_the_config_come_first_each_by_name(store: Store) -> None:
    names = ("quarry", "ferry", "castle", "harbour")
    specs = [CaseSpec(name, name.title(), "", name) for name in names]
    store.write(sync_cases, specs, NOW)

    store.write(sync_cases, specs[:2], NOW)

    listed = [(case.slug, case.is_enabled) for case in store.read(list_cases)]
    assert listed == [("ferry", True), ("quarry", True), ("castle", False), ("harbour", False)]
