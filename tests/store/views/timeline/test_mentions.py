"""Which days matter: those that later articles still name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import Session

from monitor.store import Store
from monitor.store.views.developments import DevelopmentView, choose_top
from monitor.store.views.timeline.mentions import Mention, list_mentions, weigh_days
from tests.pages.test_timeline import told
from tests.store.rows import NOW, add_article, add_case, fetched, judged
from tests.store.views.stored import HOUR, Outcome, record, verdict_of

JUNE = date(2025, 6, 1)
DAY = timedelta(days=1)


def tell(session: Session, number: int, text: str) -> None:
    """Stores an article of the first of June that a case has judged."""
    article = fetched(number, text)
    key = add_article(session, article)
    verdict = verdict_of(session, key, Outcome.SILENT)
    record(session, judged(add_case(session), key, article), verdict)


def test_the_days_of_all_sentences_are_found_once_an_article(store: Store) -> None:
    store.write(tell, 1, "The pier was closed on 20 May. It had been closed on 20 May before.")
    store.write(tell, 2, "On 20 May the pier was closed. On 28 May it opened.")
    store.write(tell, 3, "The pier is made of wood.")

    found = store.read(list_mentions, "harbour")

    days = sorted(mention.day.day for mention in found)
    assert days == [20, 20, 28]
    assert {mention.told_on for mention in found} == {JUNE}
    assert store.read(list_mentions, "quarry") == set()
    assert store.read(list_mentions, "harbour", as_of=NOW - HOUR) == set()


@pytest.mark.parametrize(
    ("distance", "weight"), [(0, 1.0), (1, 1.0), (2, 2.0), (90, 2.0), (-5, 1.0)]
)
def test_a_day_that_is_named_later_counts_twice(distance: int, weight: float) -> None:
    assert weigh_days([Mention(1, JUNE + distance * DAY, JUNE)]) == {JUNE: weight}


def test_each_article_counts() -> None:
    late = JUNE + 9 * DAY

    weights = weigh_days([Mention(1, JUNE, JUNE), Mention(2, late, JUNE), Mention(2, late, late)])

    assert weights == {JUNE: 3.0, late: 1.0}


FOUND = [told(5, newsrooms=9), told(3), told(2, newsrooms=4), told(1, event_date=JUNE + 2 * DAY)]
WEIGHTS = {JUNE + 2 * DAY: 5.0, JUNE + 3 * DAY: 7.0, JUNE + 5 * DAY: 1.0}


@pytest.mark.parametrize(
    ("count", "expected"),
    [(1, [3]), (2, [3, 2]), (3, [5, 3, 2]), (4, [5, 3, 2, 1]), (9, [5, 3, 2, 1])],
)
def test_the_top_are_one_of_each_day_that_matters_before_a_second(
    count: int, expected: list[int]
) -> None:
    chosen: list[DevelopmentView] = choose_top(FOUND, WEIGHTS, count)

    assert [one.row_id for one in chosen] == expected


def test_days_that_nobody_names_come_last_and_the_first_of_them_first() -> None:
    assert [one.row_id for one in choose_top(FOUND, {}, 1)] == [2]
    assert choose_top([], WEIGHTS, 3) == []
