"""Which newsrooms have a development: copies, mirrors and aggregators do not count twice."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.model import DateOrigin, DateSource, Outcome, Precision, Reason, Verdict
from monitor.store import Store
from monitor.store.articles import RevisionKey, set_newsroom
from monitor.store.schema.tables import stories
from monitor.store.verdicts import add_carrier, insert_verdict
from monitor.store.views.corroboration import (
    Spread,
    count_newsrooms,
    get_newsrooms,
    get_spreads,
)
from tests.store.rows import NOW, add_revision, fetched, judged
from tests.store.views.stored import HOUR, alert, judge

SILENT = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))


def carry(store: Store, number: int, newsroom: str, **article: object) -> None:
    """Stores an article of a newsroom that reports the first development `number` hours later."""
    key = store.write(judge, number, **article)
    store.write(set_newsroom, key.article_id, newsroom)
    store.write(add_carrier, [1], key.article_id, NOW + number * HOUR)


def test_newsrooms_come_in_the_order_in_which_they_joined(store: Store) -> None:
    store.write(alert, 1)
    for number, newsroom in ((9, "BBC"), (3, "Reuters"), (4, "Reuters"), (5, "")):
        carry(store, number, newsroom)

    assert store.read(get_newsrooms, [1]) == {1: ("news.example", "Reuters", "BBC")}
    assert store.read(get_newsrooms, [1], as_of=NOW) == {1: ("news.example",)}


def test_each_development_has_its_own(store: Store) -> None:
    for number in (1, 2):
        store.write(alert, number)
    carry(store, 3, "Reuters")

    found = store.read(get_newsrooms, [1, 2])

    assert {one: len(names) for one, names in found.items()} == {1: 2, 2: 1}
    assert store.read(get_newsrooms, []) == {}


@pytest.mark.parametrize(("names", "count"), [((), 1), (("BBC",), 1), (("BBC", "Reuters"), 2)])
def test_somebody_wrote_what_only_an_aggregator_has(names: tuple[str, ...], count: int) -> None:
    assert count_newsrooms(names) == count


def at(hours: float, outlet: str, precision: Precision = Precision.INSTANT) -> dict[str, object]:
    """An article of an outlet with its time, as its feed gave it."""
    origin = DateOrigin(DateSource.FEED, precision=precision)
    published = {"published_at": NOW + hours * HOUR, "date_origin": origin}
    return {**published, "outlet": outlet}


def test_the_lead_is_that_of_the_first_newsroom_over_the_next(store: Store) -> None:
    store.write(alert, 1, **at(2, "Gazette"))
    carry(store, 2, "news.example", **at(2.2, "Gazette Sunday"))
    carry(store, 3, "Reuters", **at(3, "Courier"))
    carry(store, 4, "BBC", **at(5, "BBC"))

    (spread,) = store.read(get_spreads, [1]).values()

    assert spread == Spread(("news.example", "Reuters", "BBC"), "Gazette", "Courier", 1 * HOUR)


def test_who_was_found_later_and_had_it_first_is_first(store: Store) -> None:
    store.write(alert, 1, **at(2, "Gazette"))
    carry(store, 3, "Reuters", **at(1.5, "Courier"))

    spread = store.read(get_spreads, [1])[1]

    assert (spread.first, spread.following, spread.lead) == ("Courier", "Gazette", HOUR / 2)
    assert store.read(get_spreads, [1], as_of=NOW)[1] == Spread(("news.example",), "Gazette")


def test_a_day_without_an_hour_is_before_nobody(store: Store) -> None:
    store.write(alert, 1, **at(-1, "Gazette"))
    # The day began before; it was found at NOW.
    carry(store, 3, "Reuters", **at(-12, "Courier", Precision.DAY))

    spread = store.read(get_spreads, [1])[1]

    assert (spread.first, spread.following, spread.lead) == ("Gazette", "Courier", 1 * HOUR)


def test_an_aggregator_is_neither_first_nor_next(store: Store) -> None:
    store.write(alert, 1, **at(2, "Gazette"))
    carry(store, 3, "", **at(1, "News in one place"))

    assert store.read(get_spreads, [1])[1] == Spread(("news.example",), "Gazette")
    assert store.read(get_spreads, []) == {}


def edit(store: Store, article: RevisionKey, hours: float) -> None:
    """Stores another text of an article, which brings the development that many hours later."""

    def work(session: Session) -> None:
        now, text = NOW + hours * HOUR, fetched(1, "Two boats sank.")
        revision = add_revision(session, article.article_id, text, number=2)
        story_id = session.scalars(select(stories.c.id)).all()[-1]
        insert_verdict(session, judged(1, revision, text, now=now), SILENT, story_id)
        add_carrier(session, [1], article.article_id, now)

    store.write(work)


def test_who_added_it_to_an_older_article_had_it_when_that_was_added(store: Store) -> None:
    store.write(alert, 1, **at(2, "Gazette"))
    older = store.write(judge, 3, **at(1, "Courier"))
    store.write(set_newsroom, older.article_id, "Reuters")

    edit(store, older, hours=5)

    spread = store.read(get_spreads, [1])[1]
    assert (spread.first, spread.following, spread.lead) == ("Gazette", "Courier", 3 * HOUR)
