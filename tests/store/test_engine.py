"""Transactions: all or nothing, no lost updates, clear errors."""

import multiprocessing
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store.cases import CaseSpec, sync_cases
from monitor.store.engine import insert_new
from monitor.store.schema.migrate import upgrade
from monitor.store.schema.tables import cases
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
