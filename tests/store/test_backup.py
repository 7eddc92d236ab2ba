"""Backups: whole, checked, never over another file, and put back with the present one kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store.backup import back_up, check_file, put_back
from monitor.store.views.articles import list_articles
from tests.databases import place_database
from tests.postgresql import Cluster
from tests.store.rows import add_article, fetched


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Store]:
    """An SQLite database with one article, whose write-ahead log is not written back yet."""
    place_database(tmp_path / "monitor.db")
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    opened.write(add_article, fetched(1, "The pier was closed."))
    yield opened
    opened.close()


def count_articles(path: Path) -> int:
    store = Store(f"sqlite:///{path}")
    try:
        return len(store.read(list_articles, limit=9))
    finally:
        store.close()


def test_a_backup_has_what_the_log_has(library: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"

    assert back_up(library, target) == target

    assert count_articles(target) == 1
    assert not target.with_name("copy.db.partial").exists()


def test_nothing_is_left_beside_a_backup_nor_by_whoever_checks_it(
    library: Store, tmp_path: Path
) -> None:
    target = back_up(library, tmp_path / "copy.db")

    check_file(target)

    assert list(tmp_path.glob("copy.db*")) == [target]


def test_a_database_that_was_put_back_has_a_log_again(library: Store, tmp_path: Path) -> None:
    target = tmp_path / "other.db"
    put_back(back_up(library, tmp_path / "copy.db"), target)

    store = Store(f"sqlite:///{target}")
    mode = store.read(lambda session: session.execute(sa.text("PRAGMA journal_mode")).scalar_one())
    store.close()

    assert mode == "wal"


def test_a_backup_made_while_a_transaction_writes_is_whole(library: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"

    def write_and_copy(session: object) -> None:
        add_article(session, fetched(2, "Ferries leave."))  # type: ignore[arg-type]
        back_up(library, target)

    library.write(write_and_copy)

    assert count_articles(target) == 1


def test_a_backup_never_overwrites(library: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("precious")

    with pytest.raises(StoreError, match="exists"):
        back_up(library, target)

    assert target.read_text() == "precious"


def test_what_a_killed_backup_left_is_in_nobodys_way(library: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.with_name("copy.db.partial").write_text("half a database")

    back_up(library, target)

    assert count_articles(target) == 1


def test_a_backup_that_fails_leaves_nothing(library: Store, tmp_path: Path) -> None:
    target = tmp_path / "no such folder" / "copy.db"

    with pytest.raises(StoreError, match="the backup failed"):
        back_up(library, target)

    assert not target.parent.exists()


def test_postgresql_has_its_own_tools(cluster: Cluster, tmp_path: Path) -> None:
    store = Store(cluster.url())

    with pytest.raises(StoreError, match="own tools"):
        back_up(store, tmp_path / "copy.db")


def make_nothing(_path: Path) -> None:
    """There is no file."""


def make_text(path: Path) -> None:
    path.write_text("This is a letter, and a long one. " * 100)


def make_other_program(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE notes (id INTEGER)")


def make_empty(path: Path) -> None:
    path.touch()


def make_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (make_nothing, "no such file"),
        (make_folder, "no such file"),
        (make_text, "not a sound database"),
        (make_other_program, "is no database of monitor"),
        (make_empty, "is no database of monitor"),
    ],
)
def test_what_is_no_backup_is_refused(
    make: Callable[[Path], None], message: str, tmp_path: Path
) -> None:
    path = tmp_path / "file.db"
    make(path)

    with pytest.raises(StoreError, match=message):
        check_file(path)


def test_checking_changes_nothing(library: Store, tmp_path: Path) -> None:
    target = back_up(library, tmp_path / "copy.db")
    before = target.read_bytes()

    check_file(target)

    assert target.read_bytes() == before


def test_a_damaged_page_is_found(library: Store, tmp_path: Path) -> None:
    target = back_up(library, tmp_path / "copy.db")
    content = bytearray(target.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    target.write_bytes(bytes(content))

    with pytest.raises(StoreError, match="not a sound database"):
        check_file(target)


def test_a_backup_is_put_back_and_the_present_one_kept(library: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    saved = back_up(library, tmp_path / "copy.db")
    library.write(add_article, fetched(2, "Ferries leave."))
    library.close()

    put_back(saved, path)

    assert count_articles(path) == 1
    assert count_articles(path.with_name("monitor.db.replaced")) == 2
    assert count_articles(saved) == 1


def test_what_was_replaced_before_is_never_overwritten(library: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    saved = back_up(library, tmp_path / "copy.db")
    library.write(add_article, fetched(2, "Ferries leave."))
    library.close()

    kept = [put_back(saved, path), put_back(saved, path), put_back(saved, path)]

    names = ["monitor.db.replaced", "monitor.db.replaced-2", "monitor.db.replaced-3"]
    assert kept == list(map(path.with_name, names))
    # The first one is the only copy of the second article.
    assert list(map(count_articles, map(path.with_name, names))) == [2, 1, 1]


def test_what_was_replaced_can_itself_be_put_back(library: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    saved = back_up(library, tmp_path / "copy.db")
    library.write(add_article, fetched(2, "Ferries leave."))
    library.close()
    replaced = put_back(saved, path)
    assert replaced

    again = put_back(replaced, path)

    assert again == path.with_name("monitor.db.replaced-2")
    assert list(map(count_articles, (path, replaced, again))) == [2, 2, 1]


def test_a_log_that_lies_about_never_comes_beside_another_database(
    library: Store, tmp_path: Path
) -> None:
    path = tmp_path / "monitor.db"
    saved = back_up(library, tmp_path / "copy.db")
    library.close()
    strays = [path.with_name(f"monitor.db.{name}-wal") for name in ("replaced", "restoring")]
    for stray in strays:
        stray.write_bytes(b"of another database")

    assert put_back(saved, path) == path.with_name("monitor.db.replaced-2")

    # It may be all that is left of somebody's database; the other is of a restore that was killed.
    assert [stray.exists() for stray in strays] == [True, False]
    assert count_articles(path) == 1


def test_a_database_that_somebody_reads_is_not_replaced(library: Store, tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    saved = back_up(library, tmp_path / "copy.db")
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        library.write(add_article, fetched(2, "Ferries leave."))

        with pytest.raises(StoreError, match="is in use"):
            put_back(saved, path)

    assert count_articles(path) == 2
    assert not path.with_name("monitor.db.restoring").exists()


def test_a_backup_is_put_where_no_database_was(library: Store, tmp_path: Path) -> None:
    saved = back_up(library, tmp_path / "copy.db")
    path = tmp_path / "fresh.db"

    assert put_back(saved, path) is None

    assert count_articles(path) == 1
    assert not path.with_name("fresh.db.replaced").exists()


def test_what_cannot_be_put_back_leaves_the_present_one(library: Store, tmp_path: Path) -> None:
    library.close()
    path = tmp_path / "monitor.db"

    with pytest.raises(StoreError, match="could not be restored"):
        put_back(tmp_path / "missing.db", path)

    assert count_articles(path) == 1
    assert not path.with_name("monitor.db.restoring").exists()
