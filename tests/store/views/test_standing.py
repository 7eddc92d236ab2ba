"""What a development changes in its case, when it happened, and which day comes next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from sqlmodel import Session

from monitor.alerts.notices.heartbeat import CaseNews
from monitor.alerts.payload import AlertPayload, StatePart
from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.novelty import analyse, event_keys
from monitor.store import Store
from monitor.store.verdicts import AlertTarget
from monitor.store.views.payloads import get_alert_payloads
from monitor.store.views.payloads.standing import get_case_news, get_days_ahead, get_next_dates
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged
from tests.store.views.stored import HOUR, MAIL, alert, judge

DESK = AlertTarget("desk", "now", NOW)
CHARGED = "Prosecutors charged Nora Ferris with fraud on Saturday."
FREED = "A judge released Nora Ferris from jail on Saturday."
HELD = "Police arrested Nora Ferris on Friday."


def tell(session: Session, *texts: str, published_at: datetime = NOW) -> None:
    """Stores a development for each text, an hour apart, as the judge would."""
    for number, text in enumerate(texts, start=1):
        article = fetched(number, text, title=f"Story {number}", published_at=published_at)
        now = NOW + timedelta(hours=number)
        given = judged(add_case(session), add_article(session, article), article, now=now)
        analysis = analyse("", text, lang="en", published_at=NOW)
        keys = {key for one in analysis.sentences for key in event_keys(one.facts)}
        verdict = Verdict(
            Outcome.ALERT,
            0.9,
            0.5,
            (Reason("event", "new"),),
            (NewSentence(text, 0, number, None),),
            event_keys=frozenset(map(str, keys)),
            tier=1,
        )
        add_development(session, given, verdict, [DESK])


def told(store: Store, count: int) -> list[AlertPayload]:
    rows = list(range(1, count + 1))
    payloads = store.read(get_alert_payloads, rows, NOW)
    return [payloads[row] for row in rows]


def test_a_change_is_told_with_what_held_before(store: Store) -> None:
    store.write(tell, HELD, FREED)

    first, second = told(store, 2)

    assert [part.before for part in first.state] == [""]
    assert second.state[0].before == first.state[0].after
    assert (second.state[0].subject, second.state[0].what) == ("Harbour", first.state[0].what)
    assert isinstance(second.state[0], StatePart)


def test_another_order_is_no_change_of_the_one_before(store: Store) -> None:
    denied = "The judge denied a motion to close the harbour on Friday."
    barred = "A second judge barred the ferry line from the harbour on Saturday."
    stayed = "The appeals court stayed the order in the case of the harbour on Sunday."
    store.write(tell, denied, barred, stayed)

    states = [[(part.before, part.after) for part in one.state] for one in told(store, 3)]

    # "Denied → barred" would say that what was denied is barred now.
    assert states == [
        [("", "a request denied")],
        [("", "a ban issued")],
        [("a ban issued", "an order stayed")],
    ]


def test_what_changes_nothing_has_no_state(store: Store) -> None:
    store.write(tell, "The harbour master likes the old pier.")

    assert told(store, 1)[0].state == ()


# NOW is Sunday 1 June 2025.
@pytest.mark.parametrize(("text", "day"), [(HELD, "2025-05-30"), (CHARGED, "2025-05-31")])
def test_the_day_of_an_event_is_told(store: Store, text: str, day: str) -> None:
    store.write(tell, text)

    (payload,) = told(store, 1)

    assert payload.development.event_date == day
    assert payload.development.event_date_precision == "day"


def test_a_development_without_events_has_no_day(store: Store) -> None:
    store.write(tell, "Nobody knows.")

    (payload,) = told(store, 1)

    assert payload.development.event_date is None
    assert payload.development.event_date_precision == "unknown"


def test_the_next_day_of_a_case_is_the_nearest_that_its_developments_name(store: Store) -> None:
    store.write(tell, "The trial begins on 30 June.", "The hearing is on 12 June.", CHARGED)

    assert {payload.case.next_date for payload in told(store, 3)} == {"2025-06-12"}


def test_a_day_that_a_later_development_calls_off_is_not_the_next_one(store: Store) -> None:
    off = "The judge cancelled the hearing of 12 June."
    store.write(tell, "The trial begins on 30 June.", "The hearing is on 12 June.", off)

    case = told(store, 1)[0].case

    assert (case.next_date, case.next_date_text) == ("2025-06-30", "The trial begins on 30 June.")


def test_a_case_without_a_day_ahead_has_no_next_date(store: Store) -> None:
    store.write(tell, HELD)

    assert told(store, 1)[0].case.next_date is None


def test_a_weekday_of_an_article_that_was_found_late_has_passed(store: Store) -> None:
    week = timedelta(days=7)
    store.write(tell, "She will testify on Thursday.", published_at=NOW - week)

    assert told(store, 1)[0].case.next_date is None


def test_a_weekday_of_an_article_that_was_found_at_once_lies_ahead(store: Store) -> None:
    store.write(tell, "She will testify on Thursday.")

    assert told(store, 1)[0].case.next_date == "2025-06-05"


def test_tomorrow_is_meant_from_the_day_at_the_place_of_the_case(store: Store) -> None:
    # In Velmora, five hours behind, it is Saturday evening still.
    late = datetime(2025, 6, 1, 2, tzinfo=UTC)
    local = timezone(timedelta(hours=-5))
    store.write(tell, "She will testify tomorrow.", published_at=late)

    days = store.read(get_next_dates, ["harbour"], late.astimezone(local))

    assert days["harbour"].day == date(2025, 6, 1)
    assert store.read(get_next_dates, ["harbour"], late)["harbour"].day == date(2025, 6, 2)


def test_all_days_ahead_of_a_case_are_told_the_next_one_first(store: Store) -> None:
    store.write(tell, "The trial begins on 30 June.", "The hearing is on 12 June.", CHARGED)

    ahead = store.read(get_days_ahead, "harbour", NOW)

    assert [(one.day.day, one.text) for one in ahead] == [
        (12, "The hearing is on 12 June."),
        (30, "The trial begins on 30 June."),
    ]
    assert store.read(get_days_ahead, "nobody", NOW) == []


def test_of_each_case_the_recent_developments_are_counted_and_the_last_is_told(
    store: Store,
) -> None:
    store.write(alert, 1, hours=1)
    store.write(alert, 2, hours=5)
    # What is held back in doubt is no development that was told.
    store.write(judge, 3, outcome=Outcome.DIGEST, targets=(MAIL,), hours=7)
    store.write(add_case, "quarry")
    titles = {"quarry": "Quarry", "harbour": "Harbour"}

    quarry, harbour = store.read(get_case_news, titles, since=NOW + 3 * HOUR)
    later = store.read(get_case_news, titles, since=NOW + 9 * HOUR)[1]

    assert quarry == CaseNews("Quarry", 0)
    assert (harbour.title, harbour.developments, harbour.last_at) == ("Harbour", 1, NOW + 5 * HOUR)
    assert harbour.last
    assert later == replace(harbour, developments=0)
