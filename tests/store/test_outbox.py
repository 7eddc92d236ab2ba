"""The outbox: born with the verdict, sealed once, marked sent only after acceptance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from monitor.errors import LeaseLost
from monitor.model import (
    Nearest,
    NewSentence,
    Outcome,
    Reason,
    Receipt,
    RecipientAnswer,
    Verdict,
)
from monitor.store import Store
from monitor.store.outbox import (
    SealedDelivery,
    get_channel_loads,
    get_open_alerts,
    mark_sent,
    mark_unsent,
    note_answers,
    requeue_delivery,
    seal_deliveries,
)
from monitor.store.verdicts import (
    AlertTarget,
)
from monitor.store.views.alerts import list_alerts
from monitor.store.views.developments import list_developments
from tests.store.rows import (
    NOW,
    add_article,
    add_case,
    add_development,
    claim_due,
    fetched,
    judged,
)

TEXT = (
    "A judge in Calder Bay ordered the harbour closed on Sunday.\n\n"
    "The order takes effect at once, the clerk said."
)


def add_alert(session: Session, number: int, targets: Sequence[AlertTarget]) -> None:
    """Stores an article whose news alerts."""
    article = fetched(number, TEXT)
    revision = add_article(session, article)
    nearest = Nearest("Old.", revision.article_id, 0.2)
    new = NewSentence(TEXT.split("\n")[0], 0, 42, nearest)
    verdict = Verdict(Outcome.ALERT, 6.0, 4.5, (Reason("event", "new: judge, order"),), (new,))
    add_development(session, judged(add_case(session), revision, article), verdict, targets)


def seal(store: Store, uid: str = "d1", channel: str = "desk") -> None:
    open_alerts = store.read(get_open_alerts, NOW, wait=timedelta(minutes=5))
    ids = tuple(alert.alert_id for alert in open_alerts if alert.channel == channel)
    store.write(
        seal_deliveries,
        [SealedDelivery(uid, channel, "alert", open_alerts[0].case_id, {"x": 1}, ids)],
        NOW,
    )


@pytest.fixture
def waiting(store: Store) -> Store:
    """A store with one alert that waits five minutes for two channels."""
    targets = [AlertTarget(name, "now", NOW + timedelta(minutes=5)) for name in ("desk", "hook")]
    store.write(add_alert, 1, targets)
    return store


def test_an_alert_waits_for_its_group_unless_told_not_to(waiting: Store) -> None:
    assert waiting.read(get_open_alerts, NOW) == []
    assert len(waiting.read(get_open_alerts, NOW, wait=timedelta(minutes=5))) == 2
    assert len(waiting.read(get_open_alerts, NOW + timedelta(minutes=5))) == 2


def test_a_daily_alert_is_not_hurried(store: Store) -> None:
    store.write(add_alert, 1, [AlertTarget("desk", "daily 08:00", NOW + timedelta(hours=20))])

    assert store.read(get_open_alerts, NOW, wait=timedelta(minutes=5)) == []


def test_a_sealed_alert_is_never_sealed_again_for_its_channel(waiting: Store) -> None:
    seal(waiting)

    assert [
        alert.channel for alert in waiting.read(get_open_alerts, NOW, wait=timedelta(minutes=5))
    ] == ["hook"]
    with pytest.raises(IntegrityError):
        seal(waiting, "d1", "hook")


def test_sent_is_written_only_by_the_worker_that_holds_the_delivery(waiting: Store) -> None:
    seal(waiting)
    delivery = waiting.write(claim_due, owner="slow")[0]
    again = waiting.write(claim_due, owner="quick", now=NOW + timedelta(hours=1))[0]

    with pytest.raises(LeaseLost):
        waiting.write(mark_sent, delivery, "slow", now=NOW, receipt=Receipt(""))
    waiting.write(mark_sent, again, "quick", now=NOW, receipt=Receipt("250 ok"))

    assert again.uid == delivery.uid
    assert {
        alert.state for alert in waiting.read(list_alerts, limit=5) if alert.channel == "desk"
    } == {"sent"}


def test_a_failed_attempt_is_repeated_later_and_given_up_at_last(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]
    waiting.write(mark_unsent, first, "w", retry_at=NOW + timedelta(minutes=5), error="busy")
    assert waiting.write(claim_due) == []

    second = waiting.write(claim_due, now=NOW + timedelta(minutes=5))[0]
    waiting.write(mark_unsent, second, "w", retry_at=None, error="refused")

    dead = next(alert for alert in waiting.read(list_alerts, limit=5, states=["dead"]))
    assert (dead.attempts, dead.error) == (2, "refused")
    assert waiting.write(claim_due, now=NOW + timedelta(days=9)) == []


def test_resending_keeps_id_and_content(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]
    waiting.write(mark_sent, first, "w", now=NOW, receipt=Receipt(""))

    waiting.write(requeue_delivery, first.id, NOW)

    again = waiting.write(claim_due)[0]
    assert (again.uid, again.payload) == (first.uid, first.payload)


DESK_HAS_IT = RecipientAnswer("desk@ferry.example", is_accepted=True, text="250 ok")
NIGHT_IS_GONE = RecipientAnswer("night@ferry.example", is_accepted=False, text="550 gone")


def test_recipients_that_answered_are_known_to_whoever_tries_next(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]
    waiting.write(note_answers, first, [DESK_HAS_IT, NIGHT_IS_GONE], NOW)
    waiting.write(mark_unsent, first, "w", retry_at=NOW, error="busy")

    again = waiting.write(claim_due, owner="other")[0]

    assert first.answered == ()
    assert again.answered == (DESK_HAS_IT, NIGHT_IS_GONE)


def test_the_answer_of_a_recipient_is_final(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]

    for answer in (DESK_HAS_IT, replace(DESK_HAS_IT, is_accepted=False)):
        waiting.write(note_answers, first, [answer], NOW)

    again = waiting.write(claim_due, owner="other", now=NOW + timedelta(hours=1))[0]
    assert again.answered == (DESK_HAS_IT,)


def test_what_is_sent_while_a_recipient_refused_it_says_so(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]

    waiting.write(
        mark_sent, first, "w", now=NOW, receipt=Receipt("250", (DESK_HAS_IT, NIGHT_IS_GONE))
    )

    (desk,) = (one for one in waiting.read(list_alerts, limit=5) if one.channel == "desk")
    assert (desk.state, desk.error) == ("sent", "night@ferry.example: 550 gone")


def test_resending_what_died_spares_those_that_have_it(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]
    waiting.write(note_answers, first, [DESK_HAS_IT, NIGHT_IS_GONE], NOW)
    waiting.write(mark_unsent, first, "w", retry_at=None, error="given up")

    waiting.write(requeue_delivery, first.id, NOW)

    assert waiting.write(claim_due)[0].answered == (DESK_HAS_IT,)


def test_resending_what_was_sent_is_for_all_recipients(waiting: Store) -> None:
    seal(waiting)
    first = waiting.write(claim_due)[0]
    waiting.write(mark_sent, first, "w", now=NOW, receipt=Receipt("250", (DESK_HAS_IT,)))

    waiting.write(requeue_delivery, first.id, NOW)

    assert waiting.write(claim_due)[0].answered == ()


def test_a_channels_load_counts_the_last_hour(waiting: Store) -> None:
    seal(waiting)

    assert waiting.read(get_channel_loads, NOW - timedelta(hours=1))["desk"].alerts == 1
    assert waiting.read(get_channel_loads, NOW) == {}


def test_a_development_is_listed_with_its_alert_and_first_carrier(waiting: Store) -> None:
    development = waiting.read(list_developments, limit=5)[0]

    assert (development.case, development.outlet, development.carriers) == ("harbour", "Gazette", 1)
    assert waiting.read(list_developments, limit=5, as_of=NOW - timedelta(seconds=1)) == []
