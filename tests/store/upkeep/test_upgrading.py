"""An older file is copied before its schema is changed, whoever starts on it."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store.schema.migrate import HEAD, schema_version
from monitor.store.upkeep.upgrading import Upgrade, upgrade_store
from tests.store.schema.test_every_release import read_all

OLD = Path(__file__).parents[1] / "schema" / "released" / "0008.db.gz"
Disk = namedtuple("Disk", "total used free")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "monitor.db"
    path.write_bytes(gzip.decompress(OLD.read_bytes()))
    return path


@pytest.fixture
def old(path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{path}")
    yield store
    store.close()


def test_an_older_file_is_kept_as_it_was(old: Store, path: Path) -> None:
    before = read_all(path)

    done = upgrade_store(old)

    assert done == Upgrade(is_changed=True, copy=path.with_name(f"monitor.db.before-{HEAD}"))
    assert done.copy
    assert read_all(done.copy) == before
    assert schema_version(old) == HEAD


def test_the_copy_of_an_earlier_try_stays(old: Store, path: Path) -> None:
    earlier = path.with_name(f"monitor.db.before-{HEAD}")
    earlier.write_text("what a try before this one left")

    done = upgrade_store(old)

    assert done.copy == path.with_name(f"monitor.db.before-{HEAD}-2")
    assert earlier.read_text() == "what a try before this one left"


def test_what_is_current_or_new_is_not_copied(old: Store, path: Path, tmp_path: Path) -> None:
    upgrade_store(old)
    fresh = Store(f"sqlite:///{tmp_path / 'fresh.db'}")

    assert upgrade_store(old) == Upgrade(is_changed=False)
    assert upgrade_store(fresh) == Upgrade(is_changed=True)
    fresh.close()


def test_a_file_that_somebody_has_copied_is_not_copied_again(old: Store, path: Path) -> None:
    assert upgrade_store(old, has_backup=True) == Upgrade(is_changed=True)
    assert list(path.parent.glob("*.before-*")) == []


def test_the_write_ahead_log_needs_room_too(
    old: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("PRAGMA journal_mode=WAL")
        writer.execute("CREATE TABLE noted (id INTEGER)")
        size = path.stat().st_size
        monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(size, size, size))

        with pytest.raises(StoreError, match="a copy before the upgrade"):
            upgrade_store(old)


def test_without_room_for_a_copy_nothing_is_changed(
    old: Store, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, size = read_all(path), path.stat().st_size
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Disk(size, size, size - 1))

    with pytest.raises(StoreError, match="a copy before the upgrade") as refused:
        upgrade_store(old)

    assert "--no-copy" in str(refused.value.hint)
    assert schema_version(old) == "0008"
    assert read_all(path) == before
