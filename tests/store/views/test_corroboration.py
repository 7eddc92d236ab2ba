"""Which newsrooms have a development: copies, mirrors and aggregators do not count twice."""

from __future__ import annotations

import pytest

from monitor.store import Store
from monitor.store.articles import set_newsroom
from monitor.store.verdicts import add_carrier
from monitor.store.views.corroboration import count_newsrooms, get_newsrooms
from tests.store.rows import NOW
from tests.store.views.stored import HOUR, alert, judge


def carry(store: Store, number: int, newsroom: str) -> None:
    """Stores an article of a newsroom that reports the first development `number` hours later."""
    key = store.write(judge, number)
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
