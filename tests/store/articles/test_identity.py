"""Public ids hash what a thing is: two stores never give two things one id."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Table, select, update
from sqlmodel import Session

from monitor.model import NewSentence, Outcome, Reason, Verdict
from monitor.novelty import Change
from monitor.store import Store
from monitor.store.articles import RevisionKey, make_uid
from monitor.store.articles.identity import free_uid
from monitor.store.pages import insert_edit
from monitor.store.schema.tables import alerts, articles, cases, developments, edits, stories
from tests.databases import place_database
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged

PIER = "A judge in Calder Bay ordered the pier closed on Sunday."
MUSEUM = "The museum in Marlow lost its director on Monday."


def tell(session: Session, number: int, text: str, slug: str = "harbour") -> int:
    """Stores an article whose news alerts; returns its row."""
    article = fetched(number, text)
    revision = add_article(session, article)
    verdict = Verdict(
        Outcome.ALERT, 6.0, 4.5, (Reason("event", "new"),), (NewSentence(text, 0, 42, None),)
    )
    add_development(session, judged(add_case(session, slug), revision, article), verdict, ())
    return revision.article_id


def uids(store: Store, table: Table) -> list[str]:
    return store.read(
        lambda session: list(session.scalars(select(table.c.uid).order_by(table.c.id)))
    )


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    """Another database, whose rows count from one as well."""
    place_database(tmp_path / "other.db")
    opened = Store(f"sqlite:///{tmp_path / 'other.db'}")
    yield opened
    opened.close()


@pytest.mark.parametrize("table", [alerts, developments, stories], ids=str)
def test_two_stores_give_two_things_two_ids(store: Store, other: Store, table: Table) -> None:
    store.write(tell, 1, PIER)
    other.write(tell, 2, MUSEUM)

    assert not set(uids(store, table)) & set(uids(other, table))


@pytest.mark.parametrize("table", [alerts, developments, stories], ids=str)
def test_two_stores_give_one_thing_one_id_whatever_came_before(
    store: Store, other: Store, table: Table
) -> None:
    store.write(tell, 1, PIER)
    other.write(tell, 2, MUSEUM)
    other.write(tell, 1, PIER)

    assert uids(store, table) == uids(other, table)[1:]


def test_another_case_another_text_is_another_development(store: Store) -> None:
    store.write(tell, 1, PIER)
    store.write(tell, 2, PIER)
    store.write(tell, 3, PIER, "museum")

    assert len(set(uids(store, developments))) == 3


def test_a_case_with_the_slug_of_a_renamed_one_has_ids_of_its_own(store: Store) -> None:
    first = store.write(tell, 1, PIER)
    store.write(lambda session: session.execute(update(cases).values(slug="pier")))

    def judge_again(session: Session) -> None:
        article = fetched(1, PIER)
        verdict = Verdict(Outcome.ALERT, 6.0, 4.5, (Reason("event", "new"),), ())
        key = RevisionKey(first, 1)
        add_development(session, judged(add_case(session), key, article), verdict, ())

    store.write(judge_again)

    assert len(set(uids(store, developments))) == len(set(uids(store, alerts))) == 2


def test_an_edit_is_known_by_its_article_and_time(store: Store, other: Store) -> None:
    for each, before in ((store, []), (other, [MUSEUM])):
        for number, text in enumerate(before, start=5):
            each.write(tell, number, text)
        article_id = each.write(tell, 1, PIER)
        each.write(insert_edit, article_id, Change.REMOVED, at=NOW)

    assert uids(store, edits) == uids(other, edits)


def test_a_seed_is_known_by_its_text_too(store: Store, other: Store) -> None:
    for each, text in ((store, PIER), (other, MUSEUM)):
        seed = fetched(1, text, url="seed:one", urls=("seed:one",))
        each.write(add_article, seed)

    assert uids(store, articles) != uids(other, articles)


def test_an_id_that_is_taken_gives_way_to_the_next(store: Store) -> None:
    store.write(tell, 1, PIER)
    url = fetched(1, PIER).url

    uid = store.read(free_uid, stories, "story", "harbour", url)

    assert uid == make_uid("story", "harbour", url, "1")
