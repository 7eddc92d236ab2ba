"""Which newsrooms have a development: copies, mirrors and aggregators do not count twice."""

from __future__ import annotations

import pytest

from monitor.model import DateOrigin, DateSource, Precision
from monitor.store import Store
from monitor.store.articles import set_newsroom
from monitor.store.verdicts import add_carrier
from monitor.store.views.corroboration import (
    Spread,
    count_newsrooms,
    get_newsrooms,
    get_spreads,
)
from tests.store.rows import NOW
from tests.store.views.stored import HOUR, alert, judge


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
