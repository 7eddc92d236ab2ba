"""Rows are chosen by the beginning of a public id, or by the options that were given."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.store import Store
from monitor.store.schema.selection import narrow, resolve_uid
from monitor.store.schema.tables import articles, stories
from tests.store.rows import add_article, fetched

UIDS = ("abc1" + "0" * 12, "abc2" + "0" * 12, "def0" + "0" * 12)


@pytest.fixture
def library(store: Store) -> Store:
    """Articles with chosen ids, in rows 1 to 3."""
    store.write(add_named)
    return store


def add_named(session: Session) -> None:
    for number, uid in enumerate(UIDS, start=1):
        key = add_article(session, fetched(number, "A text."))
        changed = articles.update().where(articles.c.id == key.article_id)
        session.execute(changed.values(uid=uid))


def resolve(store: Store, prefix: str) -> int:
    return store.read(resolve_uid, articles, prefix, "article")


@pytest.mark.parametrize(
    ("prefix", "row"), [("abc1", 1), ("abc2", 2), ("def", 3), ("DEF0", 3), (UIDS[1], 2)]
)
def test_a_prefix_that_one_id_has_names_it(library: Store, prefix: str, row: int) -> None:
    assert resolve(library, prefix) == row


@pytest.mark.parametrize(
    ("prefix", "message"),
    [
        ("ab", "'ab' is no id of article"),
        ("", "'' is no id of article"),
        ("harbour", "'harbour' is no id of article"),
        ("ab%", "'ab%' is no id of article"),
        ("abc3", "no article has an id that begins with abc3"),
        (UIDS[0] + "0", "no article has an id that begins with"),
        ("abc", "abc is not unique"),
    ],
)
def test_any_other_prefix_is_refused_with_its_reason(
    library: Store, prefix: str, message: str
) -> None:
    with pytest.raises(NotFound) as caught:
        resolve(library, prefix)

    assert message in str(caught.value)


def test_a_thing_is_named_as_a_sentence_has_it(store: Store) -> None:
    with pytest.raises(NotFound, match="no story has an id that begins with abc3"):
        store.read(resolve_uid, stories, "abc3", "a story")


def test_a_prefix_of_several_names_them(library: Store) -> None:
    with pytest.raises(NotFound) as caught:
        resolve(library, "abc")

    assert caught.value.hint == f"one of {UIDS[0]}, {UIDS[1]}"


def test_only_options_that_were_given_narrow() -> None:
    everything = select(articles.c.id)
    column = articles.c.outlet

    assert str(narrow(everything, (None, column.__eq__))) == str(everything)
    assert str(narrow(everything)) == str(everything)
    assert str(narrow(everything, ("", column.__eq__))).endswith(
        "WHERE articles.outlet = :outlet_1"
    )
