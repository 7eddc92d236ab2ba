"""Developments as people see them: confirmed, newest first, with everyone who carries them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session

from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.store import Store
from monitor.store.articles import set_newsroom
from monitor.store.verdicts import (
    add_carrier,
    insert_development,
    insert_story,
    insert_verdict,
)
from monitor.store.views.developments import (
    count_tiers,
    get_case_state,
    get_quotes,
    get_with_news,
    list_carriers,
    list_developments,
)
from tests.store.rows import (
    NOW,
    add_article,
    add_case,
    add_development,
    add_revision,
    fetched,
    judged,
)
from tests.store.views.stored import DESK, FIRST_SENTENCE, HOUR, MAIL, alert, judge


@pytest.fixture
def told(store: Store) -> Store:
    """Two developments of the harbour, an hour apart."""
    for number in (1, 2):
        store.write(alert, number, hours=number)
    return store


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, [2, 1]),
        ({"limit": 1}, [2]),
        ({"case": "harbour"}, [2, 1]),
        ({"case": "quarry"}, []),
        ({"since": NOW + 2 * HOUR}, [2]),
        ({"until": NOW + 2 * HOUR}, [1]),
        ({"as_of": NOW + 1 * HOUR}, [1]),
        ({"as_of": NOW}, []),
    ],
    ids=str,
)
def test_developments_are_narrowed_by_case_and_time(
    told: Store, chosen: dict[str, Any], expected: list[int]
) -> None:
    found = told.read(list_developments, **{"limit": 9, **chosen})

    assert [one.url for one in found] == [fetched(number, "").url for number in expected]


@pytest.mark.parametrize(
    ("tiers", "expected"), [((), [3, 2, 1]), ((1,), [1]), ((1, 3), [3, 1])], ids=str
)
def test_developments_are_narrowed_by_tier(
    store: Store, tiers: tuple[int, ...], expected: list[int]
) -> None:
    for tier in (1, 2, 3):
        store.write(alert, tier, hours=tier, tier=tier)

    found = store.read(list_developments, limit=9, tiers=tiers)

    assert [one.tier for one in found] == expected


def test_developments_are_counted_by_tier(store: Store) -> None:
    for number, tier in enumerate((3, 1, 3), start=1):
        store.write(alert, number, tier=tier)
    store.write(judge, 4, outcome=Outcome.DIGEST, targets=(MAIL,), tier=1)

    assert store.read(count_tiers, "harbour") == {1: 1, 3: 2}
    assert store.read(count_tiers, "quarry") == {}


def test_what_a_digest_tells_as_unconfirmed_is_no_development_yet(store: Store) -> None:
    store.write(judge, 1, outcome=Outcome.DIGEST, targets=(MAIL,))

    assert store.read(list_developments, limit=9) == []


def test_a_development_says_what_happened_and_who_told_it_first(store: Store) -> None:
    store.write(alert, 1, hours=3)

    (one,) = store.read(list_developments, limit=9)

    assert (one.summary, one.outlet, one.case) == (FIRST_SENTENCE, "Gazette", "harbour")
    assert (one.first_found_at, one.first_published_at) == (NOW + 3 * HOUR, NOW + 3 * HOUR)
    assert one.carriers == 1


def test_carriers_come_in_the_order_in_which_they_were_found(told: Store) -> None:
    _, first = told.read(list_developments, limit=9)
    late = told.write(judge, 3, outlet="Courier")
    early = told.write(judge, 4, outlet="Tribune")

    told.write(add_carrier, [first.row_id], late.article_id, NOW + 9 * HOUR)
    told.write(add_carrier, [first.row_id], early.article_id, NOW + 8 * HOUR)

    found = told.read(list_carriers, first.row_id)
    assert [one.outlet for one in found] == ["Gazette", "Tribune", "Courier"]


def test_carriers_of_then_are_counted_for_then(told: Store) -> None:
    _, first = told.read(list_developments, limit=9)
    other = told.write(judge, 3)
    told.write(add_carrier, [first.row_id], other.article_id, NOW + 9 * HOUR)

    then = told.read(list_developments, limit=9, as_of=NOW + 8 * HOUR)

    assert [one.carriers for one in then] == [1, 1]
    assert [one.carriers for one in told.read(list_developments, limit=9)] == [1, 2]


def test_newsrooms_are_counted_once_each_and_as_of_then(told: Store) -> None:
    _, first = told.read(list_developments, limit=9)
    for number, newsroom in ((3, "Reuters"), (4, "Reuters"), (5, "")):
        other = told.write(judge, number)
        told.write(set_newsroom, other.article_id, newsroom)
        told.write(add_carrier, [first.row_id], other.article_id, NOW + number * HOUR)

    def count(**options: Any) -> list[int]:
        return [one.newsrooms for one in told.read(list_developments, limit=9, **options)]

    assert count() == [1, 2]
    assert count(as_of=NOW + 2 * HOUR) == [1, 1]
    assert [one.newsroom for one in told.read(list_carriers, first.row_id)] == [
        "news.example",
        "Reuters",
        "Reuters",
        "",
    ]


def test_one_development_is_found_by_its_row(told: Store) -> None:
    newest, _ = told.read(list_developments, limit=9)

    assert told.read(list_developments, limit=9, only=newest.row_id) == [newest]


def test_only_first_reports_have_news(told: Store) -> None:
    silent = told.write(judge, 3)
    first = told.write(alert, 4)

    rows = [silent.article_id, first.article_id]

    assert told.read(get_with_news, rows) == {first.article_id}
    assert told.read(get_with_news, []) == set()


def tell(session: Session, number: int, keys: tuple[str, ...], text: str, **other: Any) -> None:
    """Stores a development of the first tier whose only sentence is this."""
    read = fetched(number, text, title=f"Headline {number}")
    key = add_article(session, read)
    case_id = add_case(session, other.get("slug", "harbour"))
    given = judged(case_id, key, read, now=NOW + number * HOUR)
    new = NewSentence(text, 0, number, None)
    reasons = (Reason("new_event", "why"),)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, reasons, (new,), event_keys=keys, tier=1)
    add_development(session, given, verdict, (DESK,))


DETAINED = (("class DETAIN 2025-06-01",), "Police arrested the harbour master, Otto Quern.")
FREED = (("class RELEASE 2025-06-02",), "Otto Quern was released on bail.")


def test_a_development_says_what_it_changed(store: Store) -> None:
    store.write(tell, 1, *DETAINED)
    store.write(tell, 2, *DETAINED)
    store.write(tell, 3, *FREED)
    store.write(tell, 4, *DETAINED, slug="quarry")

    found = store.read(list_developments, limit=9)

    detained, freed = ("custody", "detained"), ("custody", "released")
    assert [one.changes for one in found] == [(detained,), (freed,), (), (detained,)]


def test_the_state_of_a_case_is_what_it_was_told_last(store: Store) -> None:
    store.write(tell, 1, *DETAINED)
    store.write(tell, 26, *FREED)
    store.write(tell, 27, *DETAINED, slug="quarry")

    (held,) = store.read(get_case_state, "harbour").holds

    assert (held.aspect, held.value, held.title) == ("custody", "released", "Headline 26")
    assert held.since == date(2025, 6, 2)
    assert held.development_id == store.read(list_developments, limit=1, case="harbour")[0].id
    assert store.read(get_case_state, "nobody").holds == ()


def test_the_changes_of_a_long_list_take_one_statement(store: Store) -> None:
    for number in range(1, 4):
        store.write(tell, number, *(DETAINED, FREED)[number % 2])

    few = count_statements(store, limit=1)

    assert count_statements(store, limit=9) == few


def count_statements(store: Store, *, limit: int) -> int:
    seen: list[str] = []

    def note(*given: Any) -> None:
        seen.append(given[2])

    engine = store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        store.read(list_developments, limit=limit)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(seen)


def test_a_development_names_its_filings_and_how_often_its_report_changed(store: Store) -> None:
    order = "https://court.example/8-25/112"
    store.write(tell, 1, (), f"The court closed the pier; see {order}, and {order} again.")
    (as_published,) = store.read(list_developments, limit=9)
    later = fetched(1, "The pier opens again.")
    store.write(lambda session: add_revision(session, 1, later, number=2))

    (changed,) = store.read(list_developments, limit=9)

    assert as_published.named_urls == changed.named_urls == (order,)
    assert (as_published.revisions, changed.revisions) == (1, 2)


def test_a_development_says_by_how_much_its_first_newsroom_led(told: Store) -> None:
    key = told.write(judge, 3, outlet="Courier", hours=3)
    told.write(set_newsroom, key.article_id, "Reuters")
    first = told.read(list_developments, limit=9)[1]
    told.write(add_carrier, [first.row_id], key.article_id, NOW + 3 * HOUR)

    led, alone = told.read(list_developments, limit=9)[::-1]

    assert (led.first_outlet, led.next_outlet) == ("Gazette", "Courier")
    assert led.lead_seconds is not None
    assert (alone.first_outlet, alone.next_outlet, alone.lead_seconds) == ("Gazette", "", None)


def add_two_of_one_article(session: Session) -> None:
    """Stores an article that brought a development, and another one with an edit."""
    article = fetched(1, "The pier is shut.")
    case_id, key = add_case(session), add_article(session, article)
    edited = add_revision(session, key.article_id, article, number=2)
    story_id = insert_story(session, case_id, key.article_id, NOW)
    for revision, said in ((key, "The pier is shut."), (edited, "Two boats sank.")):
        sentence = NewSentence(said, 0, 1, None)
        verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("new_event", "new"),), (sentence,))
        given = judged(case_id, revision, article)
        told = insert_verdict(session, given, verdict, story_id)
        insert_development(session, given, verdict, told, ())


def test_developments_that_one_article_brought_keep_their_sentences_apart(store: Store) -> None:
    store.write(add_two_of_one_article)

    quotes = store.read(get_quotes, [1, 2])

    assert quotes == {1: ["The pier is shut."], 2: ["Two boats sank."]}
