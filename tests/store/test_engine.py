"""Transactions: all or nothing, no lost updates, clear errors."""

import multiprocessing
import os
import random
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.store import Store, engine
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.engine import (
    CHUNK,
    check_sound,
    chunks,
    insert_new,
    insert_row,
    is_on_sqlite,
    upsert,
)
from monitor.store.schema.migrate import upgrade
from monitor.store.schema.tables import cases
from tests.postgresql import Cluster
from tests.world import at

NOW = at("2025-06-01T12:00:00")


def add_one(session: Session) -> None:
    """Reads and writes, which loses updates where a transaction does not hold the lock from its
    beginning.
    """
    note = int(session.execute(sa.select(cases.c.note).with_for_update()).scalar_one())
    session.execute(sa.update(cases).values(note=str(note + 1)))


def count(url: str, times: int) -> None:
    store = Store(url)
    for _ in range(times):
        store.write(add_one)
    store.close()


@pytest.mark.long
def test_concurrent_processes_lose_no_update(store: Store, database_url: str) -> None:
    store.write(sync_cases, [CaseSpec("one", "One", "0", "x")], NOW)
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=count, args=(database_url, 30)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert store.read(lambda session: session.execute(sa.select(cases.c.note)).scalar_one()) == "90"


def test_an_exception_rolls_everything_back(store: Store) -> None:
    def half(session: Session) -> None:
        sync_cases(session, [CaseSpec("one", "One", "", "x")], NOW)
        raise ValueError("in the middle")

    with pytest.raises(ValueError, match="middle"):
        store.write(half)

    assert store.read(lambda session: list(session.execute(sa.select(cases)))) == []


def test_the_store_can_be_read_while_a_transaction_writes(store: Store) -> None:
    store.write(sync_cases, [CaseSpec("one", "One", "", "x")], NOW)
    inside, release = threading.Event(), threading.Event()

    def slow(session: Session) -> None:
        session.execute(sa.update(cases).values(title="Two"))
        inside.set()
        release.wait(10)

    writer = threading.Thread(target=store.write, args=(slow,))
    writer.start()
    inside.wait(10)
    seen = store.read(lambda session: session.execute(sa.select(cases.c.title)).scalar_one())
    release.set()
    writer.join()

    assert seen == "One"


def test_rows_that_are_there_are_left_alone(store: Store) -> None:
    row = {
        "slug": "one",
        "title": "First",
        "note": "",
        "query": "x",
        "is_enabled": True,
        "looked_until": 0,
        "created_at": NOW,
    }

    first = store.write(insert_new, cases, [row], returning="slug")
    again = store.write(
        insert_new, cases, [{**row, "title": "Second"}, {**row, "slug": "two"}], returning="slug"
    )

    assert (first, again) == (["one"], ["two"])
    assert store.read(lambda session: set(session.execute(sa.select(cases.c.title)).scalars())) == {
        "First"
    }


def test_a_url_that_names_no_database_is_told() -> None:
    with pytest.raises(StoreError, match="no database URL"):
        Store("monitor.db")


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    (tmp_path / "monitor.db").mkdir()
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")

    with pytest.raises(StoreError, match="unable to open"):
        upgrade(store)


def test_sqlite_is_safe_against_power_cuts(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")

    def pragma(session: Session, name: str) -> str:
        return str(session.execute(sa.text(f"PRAGMA {name}")).scalar_one())

    assert store.read(pragma, "journal_mode") == "wal"
    assert store.read(pragma, "synchronous") == "2"
    assert store.read(pragma, "foreign_keys") == "1"
    store.close()


def test_a_connection_remembers_a_quarter_megabyte_of_the_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")

    size = store.read(lambda session: session.execute(sa.text("PRAGMA cache_size")).scalar_one())

    assert size == -256
    store.close()


def test_a_row_is_inserted_under_a_new_id(store: Store) -> None:
    first = store.write(insert_row, cases, case_row("harbour"))
    second = store.write(insert_row, cases, case_row("quarry"))

    assert first != second
    assert store.read(read_titles) == {"harbour": "Harbour", "quarry": "Quarry"}


def test_a_row_that_is_there_cannot_be_inserted_alone(store: Store) -> None:
    store.write(insert_row, cases, case_row("harbour"))

    with pytest.raises(IntegrityError):
        store.write(insert_row, cases, case_row("harbour"))


def case_row(slug: str, title: str = "") -> dict[str, Any]:
    """A case that has learned everything."""
    values = {"note": "", "query": slug, "is_enabled": True, "looked_until": 0, "created_at": NOW}
    return {"slug": slug, "title": title or slug.title(), **values}


def read_titles(session: Session) -> dict[str, str]:
    return {row.slug: row.title for row in session.execute(sa.select(cases))}


def test_a_row_is_stored_or_brought_up_to_date(store: Store) -> None:
    for title in ("Harbour", "Old harbour"):
        values = case_row("harbour", title)
        del values["slug"]
        store.write(upsert, cases, {"slug": "harbour"}, values)
    store.write(insert_row, cases, case_row("quarry"))

    assert store.read(read_titles) == {"harbour": "Old harbour", "quarry": "Quarry"}


def test_only_new_rows_are_given_back(store: Store) -> None:
    store.write(insert_row, cases, case_row("harbour", "Harbour"))
    rows = [case_row("harbour", "Another"), case_row("quarry")]

    assert store.write(insert_new, cases, rows, returning="slug") == ["quarry"]

    assert store.read(read_titles)["harbour"] == "Harbour"


def test_no_rows_are_no_statement(store: Store) -> None:
    assert store.write(insert_new, cases, [], returning="id") == []


@pytest.mark.parametrize("count", [1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_more_rows_than_a_statement_takes_are_all_stored(store: Store, count: int) -> None:
    rows = [case_row(f"case-{number}") for number in range(count)]

    inserted = store.write(insert_new, cases, rows, returning="slug")

    assert sorted(inserted) == sorted(row["slug"] for row in rows)


@pytest.mark.parametrize(
    ("count", "size", "parts"),
    [(0, 3, []), (1, 3, [1]), (3, 3, [3]), (4, 3, [3, 1]), (7, 3, [3, 3, 1])],
)
def test_a_list_is_cut_into_parts_in_order(count: int, size: int, parts: list[int]) -> None:
    items = list(range(count))

    cut = list(chunks(items, size))

    assert [len(part) for part in cut] == parts
    assert [item for part in cut for item in part] == items


def test_a_broken_constraint_is_the_callers_to_judge(store: Store) -> None:
    """It is no damage of the database, so it comes as it is."""
    rows = [case_row("harbour"), case_row("harbour")]

    with pytest.raises(IntegrityError):
        store.write(insert_all, rows)

    assert store.read(read_titles) == {}


def insert_all(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        insert_row(session, cases, row)


def test_a_file_that_is_no_database_is_to_be_restored(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    path.write_bytes(b"This is a letter. " * 1_000)

    with pytest.raises(StoreError) as caught:
        Store(f"sqlite:///{path}").read(read_titles)

    assert "not a database" in str(caught.value)
    assert caught.value.hint == "restore it: monitor db restore FILE"


def test_the_folder_of_a_database_file_is_made(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'var' / 'lib' / 'monitor.db'}")

    assert store.path == tmp_path / "var" / "lib" / "monitor.db"
    assert store.path.parent.is_dir()
    store.close()


def test_only_sqlite_has_a_file(store: Store) -> None:
    assert (store.path is not None) is store.is_sqlite
    assert store.read(is_on_sqlite) is store.is_sqlite


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    """A database file that a daemon works on."""
    store = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    upgrade(store)
    store.keep_file()
    with closing(store):
        yield store


def delete(path: Path) -> None:
    path.unlink()


def put_another_in_its_place(path: Path) -> None:
    shutil.copy(path, path.with_suffix(".copy"))
    path.with_suffix(".copy").replace(path)


def delete_the_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("moved"))


@pytest.mark.parametrize("happens", [delete, put_another_in_its_place, delete_the_folder])
def test_work_ends_when_the_file_is_taken_away(
    kept: Store, happens: Callable[[Path], None]
) -> None:
    assert kept.path is not None
    happens(kept.path)

    for work in (kept.read, kept.write):
        with pytest.raises(StoreError, match="deleted or replaced") as caught:
            work(read_titles)
        assert "monitor db restore FILE" in caught.value.hint
    # No empty one was made in its place.
    assert happens is put_another_in_its_place or not kept.path.exists()


def test_work_goes_on_when_the_file_is_back(kept: Store) -> None:
    assert kept.path is not None
    aside = kept.path.with_suffix(".aside")
    kept.path.rename(aside)
    with pytest.raises(StoreError):
        kept.read(read_titles)

    aside.rename(kept.path)

    assert kept.read(read_titles) == {}


def test_a_file_that_is_written_to_stays_the_same(kept: Store) -> None:
    kept.write(insert_all, [case_row("harbour")])

    assert kept.read(read_titles)


def test_looking_for_damage_leaves_a_sound_database_as_it_was(store: Store) -> None:
    store.write(insert_all, [case_row("harbour")])
    before = store.read(read_titles)

    store.read(check_sound)

    assert store.read(read_titles) == before


def test_a_damaged_page_is_found_before_it_is_needed(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    with closing(Store(f"sqlite:///{path}")) as store:
        upgrade(store)
        store.write(insert_all, [case_row(f"case-{number}") for number in range(500)])
    # Past the header and the schema, where rows stand.
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 2 :] = os.urandom(len(damaged) - len(damaged) // 2)
    path.write_bytes(damaged)

    with closing(Store(f"sqlite:///{path}")) as store, pytest.raises(StoreError) as caught:
        store.read(check_sound)

    assert caught.value.hint == "restore it: monitor db restore FILE"


def test_a_writer_waits_for_its_turn_no_longer_than_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else those behind a foreign lock wait one after the other, and nobody is told for minutes."""
    monkeypatch.setattr(engine, "BUSY_TIMEOUT_S", 0.05)
    opened = Store(f"sqlite:///{tmp_path / 'monitor.db'}")
    began, may_end = threading.Event(), threading.Event()

    def hold(session: Session) -> None:
        began.set()
        may_end.wait(10)

    holder = threading.Thread(target=opened.write, args=(hold,))
    holder.start()
    began.wait(10)
    try:
        with pytest.raises(StoreError, match="locked"):
            opened.write(lambda session: None)
    finally:
        may_end.set()
        holder.join()
        opened.close()


def test_a_disk_without_room_is_named(tmp_path: Path) -> None:
    path = tmp_path / "small.db"

    def fill(session: Session) -> None:
        session.execute(sa.text("PRAGMA max_page_count = 1"))
        session.execute(sa.text("CREATE TABLE boats (name TEXT)"))
        session.execute(sa.text("CREATE TABLE piers (name TEXT)"))

    with closing(Store(f"sqlite:///{path}")) as store, pytest.raises(StoreError) as caught:
        store.write(fill)

    assert "full" in caught.value.message
    assert caught.value.hint.startswith(f"make room on the disk of {path}; ")


def test_what_is_too_large_is_the_callers_to_judge(cluster: Cluster) -> None:
    """Else one long address from the web stands for a database in trouble, and all work waits."""
    long = case_row(random.Random(1).randbytes(4_000).hex())

    with closing(Store(cluster.url())) as store:
        with pytest.raises(OperationalError, match="index row"):
            store.write(insert_all, [long])
        store.write(insert_all, [case_row("harbour")])

        assert store.read(read_titles) == {"harbour": "Harbour"}


@pytest.fixture
def odd_url(cluster: Cluster) -> str:
    """A database whose owner has other habits in all that a session may be set to."""
    url = cluster.url()
    name = make_url(url).database
    with cluster.connect() as connection:
        for setting, habit in ODD_HABITS.items():
            connection.execute(f"ALTER DATABASE {name} SET {setting} = {habit}")
    return url


ODD_HABITS = {
    "DateStyle": "'German, DMY'",
    "IntervalStyle": "iso_8601",
    "TimeZone": "'America/New_York'",
    "extra_float_digits": "-15",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "default_transaction_isolation": "serializable",
    "client_encoding": "latin1",
}


def test_a_session_means_the_same_whatever_a_server_is_set_to(odd_url: str) -> None:
    def read(session: Session) -> dict[str, str]:
        return {name: str(session.scalar(sa.text(f"SHOW {name}"))) for name in ODD_HABITS}

    with closing(Store(odd_url)) as store:
        assert store.read(read) == {
            "DateStyle": "ISO, MDY",
            "IntervalStyle": "postgres",
            "TimeZone": "UTC",
            "extra_float_digits": "3",
            "standard_conforming_strings": "on",
            "bytea_output": "hex",
            "default_transaction_isolation": "read committed",
            "client_encoding": "UTF8",
        }


def test_times_words_and_figures_come_back_whatever_a_server_is_set_to(odd_url: str) -> None:
    with closing(Store(odd_url)) as store:
        store.write(insert_row, cases, case_row("ferry", "Fähre 👩‍⚖️ \\ “Calder”"))
        third = sa.select(sa.cast(sa.literal(1 / 3), sa.Double))

        assert store.read(read_titles) == {"ferry": "Fähre 👩‍⚖️ \\ “Calder”"}
        assert store.read(lambda session: session.scalar(sa.select(cases.c.created_at))) == NOW
        assert store.read(lambda session: session.scalar(third)) == 1 / 3


def read_schema(session: Session) -> str | None:
    return session.scalar(sa.text("SELECT current_schema()"))


def test_options_of_the_address_hold_beside_those_of_the_program(odd_url: str) -> None:
    url = make_url(odd_url).update_query_dict({"options": "-c search_path=pg_catalog"})

    with closing(Store(url.render_as_string(hide_password=False))) as store:
        limit = sa.text("SHOW idle_in_transaction_session_timeout")
        assert store.read(read_schema) == "pg_catalog"
        assert store.read(lambda session: session.scalar(sa.text("SHOW DateStyle"))) == "ISO, MDY"
        assert store.read(lambda session: session.scalar(limit)) == "1min"


def test_options_of_the_environment_hold_where_the_address_has_none(
    odd_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGOPTIONS", "-c search_path=pg_catalog")
    own = make_url(odd_url).update_query_dict({"options": "-c search_path=public"})

    with closing(Store(odd_url)) as store:
        assert store.read(read_schema) == "pg_catalog"
    with closing(Store(own.render_as_string(hide_password=False))) as store:
        assert store.read(read_schema) == "public"


def test_who_wants_another_limit_for_idle_transactions_has_it(odd_url: str) -> None:
    option = "-c idle_in_transaction_session_timeout=5min"
    url = make_url(odd_url).update_query_dict({"options": option})

    with closing(Store(url.render_as_string(hide_password=False))) as store:
        limit = sa.text("SHOW idle_in_transaction_session_timeout")
        assert store.read(lambda session: session.scalar(limit)) == "5min"
