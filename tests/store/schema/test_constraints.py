"""What the schema itself makes impossible, whatever a worker does."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from monitor.store import Store
from monitor.store.schema import tables
from tests.store.rows import NOW
from tests.store.views.stored import DESK, MAIL, add_item, alert, seal


@pytest.fixture
def full(store: Store) -> Store:
    """A store with a row of everything from feed to delivery."""
    store.write(fill)
    return store


def fill(session: Session) -> None:
    key = alert(session, 1, DESK, MAIL)
    add_item(session, 1, article_id=key.article_id)
    seal(session, "desk")


def insert_again(session: Session, table: Table, changed: dict[str, Any]) -> None:
    """Inserts the first row of a table once more under another id, changed in some columns."""
    first = session.execute(select(table).limit(1)).one()._asdict()
    row = {name: value for name, value in first.items() if name != "id"}
    session.execute(insert(table).values(**row | changed))


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        (tables.feeds, {}),
        (tables.entries, {}),
        (tables.cases, {}),
        (tables.articles, {"uid": "f" * 16}),
        (tables.articles, {"canonical_url": "https://news.example/other"}),
        (tables.article_urls, {}),
        (tables.revisions, {}),
        (tables.sentences, {}),
        (tables.fingerprints, {}),
        (tables.stories, {}),
        (tables.case_articles, {}),
        (tables.developments, {"uid": "f" * 16}),
        (tables.alerts, {"uid": "f" * 16}),
        (tables.carriers, {}),
        (tables.alert_channels, {}),
        (tables.deliveries, {}),
    ],
    ids=lambda value: value.name if isinstance(value, Table) else ",".join(value) or "same",
)
def test_what_is_there_once_cannot_be_there_twice(
    full: Store, table: Table, changed: dict[str, Any]
) -> None:
    with pytest.raises(IntegrityError):
        full.write(insert_again, table, changed)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (tables.feeds, "state"),
        (tables.feeds, "outcome"),
        (tables.entries, "state"),
        (tables.entries, "published_flag"),
        (tables.entries, "published_precision"),
        (tables.articles, "extraction"),
        (tables.articles, "origin"),
        (tables.articles, "published_source"),
        (tables.case_articles, "outcome"),
        (tables.deliveries, "state"),
        (tables.deliveries, "kind"),
    ],
    ids=str,
)
def test_a_state_is_one_of_those_that_are_known(full: Store, table: Table, column: str) -> None:
    with pytest.raises(IntegrityError):
        full.write(set_column, table, column, "no such state")


def set_column(session: Session, table: Table, column: str, value: Any) -> None:
    session.execute(update(table).values(**{column: value}))


@pytest.mark.parametrize(
    ("table", "column"),
    [
        (tables.entries, "feed_id"),
        (tables.entries, "article_id"),
        (tables.revisions, "article_id"),
        (tables.sentences, "revision_id"),
        (tables.case_articles, "story_id"),
        (tables.developments, "case_article_id"),
        (tables.alerts, "development_id"),
        (tables.alert_channels, "delivery_id"),
    ],
    ids=str,
)
def test_a_row_points_to_one_that_is_there(full: Store, table: Table, column: str) -> None:
    with pytest.raises(IntegrityError):
        full.write(set_column, table, column, 9_999)


def count(store: Store, table: Table) -> int:
    return len(store.read(lambda session: session.execute(select(table)).all()))


def remove(session: Session, table: Table) -> None:
    session.execute(delete(table))


@pytest.mark.parametrize(
    ("removed", "gone"),
    [
        (tables.articles, [tables.revisions, tables.sentences, tables.alerts, tables.carriers]),
        (tables.revisions, [tables.sentences, tables.fingerprints, tables.case_articles]),
        (tables.case_articles, [tables.developments, tables.alerts, tables.alert_channels]),
        (tables.feeds, [tables.entries, tables.entry_matches]),
        (tables.cases, [tables.stories, tables.case_articles, tables.entry_matches]),
    ],
    ids=lambda value: value.name if isinstance(value, Table) else "",
)
def test_what_belongs_to_a_row_goes_with_it(full: Store, removed: Table, gone: list[Table]) -> None:
    full.write(remove, removed)

    assert [count(full, table) for table in gone] == [0] * len(gone)


def test_an_entry_outlives_its_article(full: Store) -> None:
    full.write(remove, tables.articles)

    (entry,) = full.read(lambda session: session.execute(select(tables.entries)).all())
    assert (entry.article_id, entry.state) == (None, "stored")


def test_a_delivery_outlives_its_case_and_an_alert_its_delivery(full: Store) -> None:
    full.write(remove, tables.deliveries)
    assert count(full, tables.alert_channels) == 2

    full.write(seal, "desk", "d2")
    full.write(remove, tables.cases)

    (delivery,) = full.read(lambda session: session.execute(select(tables.deliveries)).all())
    assert (delivery.case_id, delivery.payload) == (None, {"x": 1})


def test_times_come_back_as_aware_utc(full: Store) -> None:
    (article,) = full.read(lambda session: session.execute(select(tables.articles)).all())

    assert article.found_at == NOW
    assert article.found_at.utcoffset() == NOW.utcoffset()


@pytest.mark.parametrize("value", [2**31, 2**62, -(2**63)])
def test_keys_of_sentences_have_64_bits(full: Store, value: int) -> None:
    full.write(set_column, tables.sentences, "key", value)

    rows = full.read(lambda session: session.execute(select(tables.sentences)).all())
    assert {row.key for row in rows} == {value}
