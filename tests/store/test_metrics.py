"""The store in figures, however much is in it."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session

from monitor.model import NEVER
from monitor.store import Store
from monitor.store.feeds import FeedSpec, sync_feeds
from monitor.store.metrics import MAX_FEED_SERIES, AlertCount, FeedSuccess, get_figures
from monitor.store.outbox import SealedDelivery, seal_deliveries
from monitor.store.schema.tables import deliveries, feeds
from monitor.store.verdicts import AlertTarget
from tests.store.rows import NOW, add_case
from tests.store.test_outbox import add_alert

HOUR = timedelta(hours=1)


def add_feeds(session: Session, count: int) -> None:
    """Feeds that were asked once and answered, the first the longest ago."""
    specs = [FeedSpec(f"https://f{n}.example/", "", (), None, False) for n in range(count)]
    sync_feeds(session, specs, NOW)
    asked = {"state": "ok", "last_polled_at": NOW, "last_ok_at": NOW}
    session.execute(update(feeds).values(**asked))


def test_an_empty_store_has_figures(store: Store) -> None:
    figures = store.read(get_figures, NOW)

    assert (figures.articles, figures.pending, figures.dead, figures.failed) == (0, 0, 0, 0)
    assert figures.oldest_due_at is None
    assert (figures.feeds, figures.successes, figures.alerts) == ({}, [], [])


def test_few_feeds_have_a_series_each_those_that_never_answered_first(store: Store) -> None:
    def change(session: Session) -> None:
        add_feeds(session, 3)
        late = update(feeds).where(feeds.c.url == "https://f1.example/")
        session.execute(late.values(state="failing", last_ok_at=None))

    store.write(change)
    figures = store.read(get_figures, NOW)

    assert figures.successes[0] == FeedSuccess("https://f1.example/", None)
    assert (len(figures.successes), figures.feeds_left_out) == (3, 0)
    assert figures.feeds == {"ok": 2, "failing": 1}


def test_a_feed_that_was_not_asked_yet_has_not_failed(store: Store) -> None:
    store.write(sync_feeds, [FeedSpec("https://new.example/", "", (), None, False)], NOW)

    assert store.read(get_figures, NOW).successes == []


def test_of_many_feeds_those_in_trouble_have_a_series_and_the_rest_is_counted(
    store: Store,
) -> None:
    count, failing = MAX_FEED_SERIES + 50, 7

    def change(session: Session) -> None:
        add_feeds(session, count)
        session.execute(update(feeds).where(feeds.c.id <= failing).values(state="failing"))

    store.write(change)
    figures = store.read(get_figures, NOW)

    assert len(figures.successes) == failing
    assert figures.feeds_left_out == count - failing


def test_however_many_feeds_fail_the_series_are_bounded(store: Store) -> None:
    def change(session: Session) -> None:
        add_feeds(session, 3 * MAX_FEED_SERIES)
        session.execute(update(feeds).values(state="failing"))
        # The oldest is the last to be dropped.
        oldest = update(feeds).where(feeds.c.url == "https://f599.example/")
        session.execute(oldest.values(last_ok_at=NOW - HOUR))

    store.write(change)
    figures = store.read(get_figures, NOW)

    assert len(figures.successes) == MAX_FEED_SERIES
    assert figures.successes[0].url == "https://f599.example/"


def add_alerts(session: Session) -> None:
    """Two alerts: one is sealed, the other waits since an hour."""
    for number in (1, 2):
        add_alert(session, number, [AlertTarget("desk", "now", NOW - HOUR * number)])
    case_id = add_case(session)
    sealed = SealedDelivery("d1", "desk", "alert", case_id, {}, (1,))
    seal_deliveries(session, [sealed], NOW)


def test_alerts_are_counted_by_what_came_of_them(store: Store) -> None:
    store.write(add_alerts)
    figures = store.read(get_figures, NOW)

    assert (figures.waiting, figures.pending) == (1, 1)
    assert {(one.outcome, one.count) for one in figures.alerts} == {("waiting", 1), ("pending", 1)}
    assert isinstance(figures.alerts[0], AlertCount)


def test_what_a_silence_keeps_back_is_not_due(store: Store) -> None:
    store.write(add_alert, 1, [AlertTarget("desk", NEVER, NOW - 2 * HOUR)])

    assert store.read(get_figures, NOW).oldest_due_at is None


def test_the_oldest_due_is_the_oldest_of_what_waits_in_either_place(store: Store) -> None:
    store.write(add_alerts)
    assert store.read(get_figures, NOW).oldest_due_at == NOW - 2 * HOUR

    def give_up(session: Session) -> None:
        session.execute(update(deliveries).values(state="dead"))

    store.write(give_up)
    figures = store.read(get_figures, NOW - 3 * HOUR)
    assert figures.dead == 1
    # What is not due yet waits for its hour, not for us.
    assert figures.oldest_due_at is None
