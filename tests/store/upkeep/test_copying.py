"""A store is copied into another database whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session, SQLModel

from monitor.errors import SchemaMismatch, StoreError
from monitor.store import Store
from monitor.store.articles import index_article
from monitor.store.schema.tables import articles, cases, hosts, sentences
from monitor.store.upkeep import copying
from monitor.store.upkeep.copying import copy_store
from monitor.store.views.search import find_articles
from tests.databases import place_database
from tests.postgresql import Cluster
from tests.store.rows import NOW, add_article, add_case, fetched
from tests.store.views.stored import judge

TEXT = "Ferries leave Calder Bay at 8:25; el juez Ábrego 👩‍⚖️ said “no”."


@pytest.fixture
def target(store: Store, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty database of the other kind than the store."""
    if store.is_sqlite:
        cluster: Cluster = request.getfixturevalue("cluster")
        url = cluster.empty_url()
    else:
        url = f"sqlite:///{tmp_path / 'copy.db'}"
    with closing(Store(url)) as opened:
        yield opened


def fill(session: Session) -> None:
    for number in range(1, 4):
        judge(session, number, hours=number)
    add_article(session, fetched(7, TEXT, title="Überfahrt"))
    for name in ("b.example", "B.example", "a-b.example", "ab.example", "é.example"):
        session.execute(sa.insert(hosts).values(name=name, paused_until=NOW, reason="429"))


def content(store: Store) -> dict[str, list[tuple[object, ...]]]:
    def read(session: Session) -> dict[str, list[tuple[object, ...]]]:
        found = {}
        for table in SQLModel.metadata.sorted_tables:
            found[table.name] = sorted(map(tuple, session.execute(sa.select(table))), key=repr)
        return found

    return store.read(read)


def test_every_row_and_every_word_arrives(store: Store, target: Store) -> None:
    store.write(fill)

    count = copy_store(store, target)

    assert content(target) == content(store)
    assert count == sum(map(len, content(store).values())) > 30
    for word in ("pier", "abrego", "uberfahrt", "number", "nowhere"):
        assert target.read(find_articles, [[word]]) == store.read(find_articles, [[word]])
    assert target.read(find_articles, [["abrego"]])


def test_there_and_back_again_nothing_has_changed(
    store: Store, target: Store, tmp_path: Path
) -> None:
    store.write(fill)
    copy_store(store, target)

    with closing(Store(f"sqlite:///{tmp_path / 'back.db'}")) as back:
        copy_store(target, back)
        assert content(back) == content(store)


def test_the_copy_goes_on_with_ids_of_its_own(store: Store, target: Store) -> None:
    store.write(fill)
    copy_store(store, target)

    fresh = target.write(add_article, fetched(40, "Rain.", title="Later"))

    assert fresh.article_id > max(row[0] for row in content(store)["articles"])


def test_a_target_with_rows_is_refused_and_stays_as_it_is(store: Store, target: Store) -> None:
    store.write(fill)
    copy_store(store, target)
    before = content(target)

    with pytest.raises(StoreError, match="has rows already, in articles"):
        copy_store(store, target)

    assert content(target) == before


def test_what_breaks_half_way_leaves_the_target_empty(store: Store, target: Store) -> None:
    store.write(fill)
    told: list[str] = []

    def stop(table: str, _rows: int) -> None:
        told.append(table)
        if table == "cases":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy_store(store, target, stop)

    assert "articles" in told
    assert not any(content(target).values())


def test_a_row_that_is_not_what_it_was_is_found(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(fill)
    whole = copying._copy_table

    def lose(write: Session, read: Session, table: sa.Table, progress: copying.Progress) -> int:
        count = whole(write, read, table, progress)
        if table is sentences:
            write.execute(sa.delete(sentences).where(sentences.c.number == 0))
        return count

    monkeypatch.setattr(copying, "_copy_table", lose)
    with pytest.raises(StoreError, match="of sentences is not what it was"):
        copy_store(store, target)

    assert not any(content(target).values())


def test_words_that_went_missing_are_found(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(fill)
    monkeypatch.setattr(
        copying, "index_words", lambda session, number, words: index_article(session, number, "")
    )
    with pytest.raises(StoreError, match="article_search is not what it was"):
        copy_store(store, target)


def test_many_rows_come_in_batches(
    store: Store, target: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "BATCH", 2)
    store.write(lambda session: [add_case(session, f"case-{number}") for number in range(5)])
    told: list[tuple[str, int]] = []

    copy_store(store, target, lambda table, rows: told.append((table, rows)))

    assert [rows for table, rows in told if table == cases.name] == [2, 4, 5]


def test_an_older_schema_is_not_copied(store: Store, target: Store) -> None:
    store.write(
        lambda session: session.execute(sa.text("UPDATE alembic_version SET version_num = '0003'"))
    )

    with pytest.raises(SchemaMismatch, match="0003"):
        copy_store(store, target)


def test_a_database_is_not_copied_onto_itself(tmp_path: Path) -> None:
    place_database(tmp_path / "one.db")
    with (
        closing(Store(f"sqlite:///{tmp_path / 'one.db'}")) as one,
        closing(Store(f"sqlite:///{tmp_path / 'one.db'}")) as same,
        pytest.raises(StoreError, match="onto itself"),
    ):
        copy_store(one, same)


def test_times_keep_their_moment(store: Store, target: Store) -> None:
    store.write(fill)
    copy_store(store, target)

    at = target.read(lambda session: session.scalar(sa.select(articles.c.found_at).limit(1)))

    assert at == NOW


@pytest.mark.parametrize(
    "words",
    ["x" * 3_000, "x" * 3_000 + " " + "x" * 4_000, " ".join(f"{n:030}" for n in range(40_000))],
    ids=["a long word", "two of one beginning", "many words"],
)
def test_words_that_no_index_takes_whole_are_copied_as_far_as_they_go(
    tmp_path: Path, cluster: Cluster, words: str
) -> None:
    place_database(tmp_path / "one.db")
    older = sa.text("UPDATE article_search SET words = :words")
    with (
        closing(Store(f"sqlite:///{tmp_path / 'one.db'}")) as source,
        closing(Store(cluster.empty_url())) as target,
    ):
        article_id = source.write(add_article, fetched(1, TEXT)).article_id
        source.write(lambda session: session.execute(older, {"words": words}))

        copy_store(source, target)

        assert target.read(find_articles, [[words.split()[0]]]) == [article_id]
