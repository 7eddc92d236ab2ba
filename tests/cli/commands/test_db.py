"""`db …`: backup and restore bring back what was there."""

from __future__ import annotations

import gzip
import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from sqlmodel import Session

from monitor.alerts.payload import EventType, NoticePayload
from monitor.cli.state import utc_now
from monitor.daemon import lock_database
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.outbox import SealedDelivery, seal_deliveries
from monitor.store.schema.migrate import HEAD
from tests.acceptance.config import read_rows, run_command, write_config
from tests.cli.commands.stories import SEED_PARAGRAPHS
from tests.cli.conftest import Read
from tests.postgresql import Cluster
from tests.store.schema.test_every_release import read_all
from tests.world import Outlet, Story

NOTICE = NoticePayload(EventType.HEARTBEAT, "The night ferry is watched")


def test_backup_and_restore_bring_back_what_was_there(
    config: Path, outlet: Outlet, tmp_path: Path
) -> None:
    before = read_rows(config, "articles", "list")
    run_command(config, "db", "backup", str(tmp_path / "copy.db"))
    outlet.publish(Story("/late", "Kilmar Abrego Garcia seen", SEED_PARAGRAPHS, utc_now()))
    run_command(config, "poll")
    assert read_rows(config, "articles", "list") != before

    assert (
        run_command(config, "db", "restore", str(tmp_path / "copy.db"), check=False).returncode == 1
    )
    run_command(config, "db", "restore", str(tmp_path / "copy.db"), "--force")

    assert read_rows(config, "articles", "list") == before


def test_a_backup_never_overwrites(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    file.write_text("precious")

    done = run_command(read.config, "db", "backup", str(file), check=False)

    assert done.returncode == 1
    assert "a backup never overwrites" in done.stderr
    assert file.read_text() == "precious"


def test_a_backup_is_a_sound_database_of_its_own(read: Read, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"

    done = run_command(read.config, "db", "backup", str(file))

    assert (done.stdout, done.stderr) == ("", f"copied to {file}, checked\n")
    with closing(sqlite3.connect(file)) as database, database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (count,) = database.execute("SELECT count(*) FROM articles").fetchone()
    assert count == len(read_rows(read.config, "articles", "list"))


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path, outlet: Outlet) -> None:
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)

    done = run_command(folder, "db", "backup", str(tmp_path / "copy.db"), check=False)

    assert done.returncode == 1
    assert "no database yet" in done.stderr
    assert not (folder / "monitor.db").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no such file"), (b"this is no database" * 500, "not a sound database")],
)
def test_what_is_no_backup_never_takes_the_place_of_a_database(
    config: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "copy.db"
    if content is not None:
        file.write_bytes(content)
    before = read_rows(config, "articles", "list")

    done = run_command(config, "db", "restore", str(file), "--force", check=False)

    assert done.returncode == 1
    assert message in done.stderr
    assert read_rows(config, "articles", "list") == before


def test_a_database_of_another_program_is_no_backup(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("CREATE TABLE songs (title TEXT)")

    done = run_command(config, "db", "restore", str(file), "--force", check=False)

    assert done.returncode == 1
    assert "is no database of monitor" in done.stderr


def test_what_a_restore_replaces_is_kept_beside(config: Path, tmp_path: Path) -> None:
    file = tmp_path / "copy.db"
    run_command(config, "db", "backup", str(file))

    done = run_command(config, "db", "restore", str(file), "--force")

    path = (config / "monitor.db").resolve()
    assert f"restored {path}" in done.stderr
    assert list(config.glob("monitor.db.replaced*"))
    assert f"what was there is kept as {path}.replaced; delete it" in done.stderr


def test_before_a_restore_replaces_anything_it_says_where_that_will_be(
    config: Path, tmp_path: Path
) -> None:
    file = tmp_path / "copy.db"
    run_command(config, "db", "backup", str(file))
    run_command(config, "db", "restore", str(file), "--force")
    first = (config / "monitor.db.replaced").read_bytes()

    asked = run_command(config, "db", "restore", str(file), check=False)
    done = run_command(config, "db", "restore", str(file), "--force")

    assert asked.stderr.endswith(
        "give --force to replace it; it is kept as monitor.db.replaced-2\n"
    )
    assert "monitor.db.replaced-2; delete it" in done.stderr
    assert (config / "monitor.db.replaced").read_bytes() == first


def test_upgrade_makes_a_database_and_then_has_nothing_to_do(
    tmp_path: Path, outlet: Outlet
) -> None:
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)

    first, second = (run_command(folder, "db", "upgrade").stderr for _ in range(2))

    assert first.endswith(": upgraded\n")
    assert second.endswith(": nothing to do\n")
    assert read_rows(folder, "articles", "list") == []


def test_a_database_newer_than_the_program_is_refused(config: Path) -> None:
    with closing(sqlite3.connect(config / "monitor.db")) as database, database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")

    done = run_command(config, "articles", "list", check=False)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


@pytest.fixture
def restored(config: Path, tmp_path: Path) -> Path:
    """A config whose database was restored while an alert of it was not sent yet."""
    file = tmp_path / "copy.db"
    store = Store(load_settings(config, {}).database_url)
    store.write(_add_pending, utc_now())
    store.close()
    run_command(config, "db", "backup", str(file))
    done = run_command(config, "db", "restore", str(file), "--force")
    assert "1 message held: monitor alerts release" in done.stderr
    return config


def _add_pending(session: Session, now: datetime) -> None:
    delivery = SealedDelivery("aaaa", "console", "notice", None, NOTICE.to_json(), ())
    seal_deliveries(session, [delivery], now)


def test_what_a_restored_database_had_not_sent_is_held_and_told(restored: Path) -> None:
    passed = run_command(restored, "poll")
    status = run_command(restored, "status", "--check", check=False)

    assert NOTICE.title not in passed.stdout
    assert status.returncode == 3
    assert "1 message held since a restore" in status.stdout


def test_what_is_held_is_sent_once_somebody_says_so(restored: Path) -> None:
    assert "1 message is due" in run_command(restored, "alerts", "release").stderr

    assert NOTICE.title in run_command(restored, "poll").stdout
    assert NOTICE.title not in run_command(restored, "poll").stdout


def test_what_is_held_can_be_dropped(restored: Path) -> None:
    done = run_command(restored, "alerts", "release", "--drop")

    assert "1 message is dropped" in done.stderr
    assert NOTICE.title not in run_command(restored, "poll").stdout


@pytest.fixture
def old(judged: Path) -> Path:
    """A config whose database holds a copy and an alert that are half a year old."""
    with closing(sqlite3.connect(judged / "monitor.db")) as database, database:
        for table, column in (
            ("articles", "found_at"),
            ("revisions", "fetched_at"),
            ("entries", "seen_at"),
        ):
            old = f"datetime({column}, '-180 days') || '.000000'"
            database.execute(f"UPDATE {table} SET {column} = {old}")
        database.execute("UPDATE pages SET next_check_at = NULL")
        database.execute(
            "DELETE FROM development_carriers WHERE article_id NOT IN "
            "(SELECT article_id FROM developments)"
        )
    return judged


def texts(config: Path) -> int:
    """How many revisions have a text."""
    with closing(sqlite3.connect(config / "monitor.db")) as database:
        return int(
            database.execute("SELECT count(*) FROM revisions WHERE text != ''").fetchone()[0]
        )


def test_a_dry_run_says_what_there_is_to_take_out_and_takes_nothing(old: Path) -> None:
    before = texts(old)

    done = run_command(old, "db", "prune", "--older-than", "90d", "--dry-run")

    assert done.stderr.startswith("would take out 1 text of articles, ")
    assert "2 texts of items, about 0.0 MB" in done.stderr
    assert texts(old) == before


def test_prune_takes_out_what_told_nothing_and_makes_the_file_smaller(old: Path) -> None:
    before = texts(old)

    done = run_command(old, "db", "prune", "--older-than", "90d")

    assert "took out 1 text of articles" in done.stderr
    assert " MB smaller" in done.stderr
    assert texts(old) == before - 1
    assert (
        "would take out 0 texts of articles"
        in run_command(old, "db", "prune", "--older-than", "90d", "--dry-run").stderr
    )


def test_while_a_daemon_runs_the_file_keeps_its_size(old: Path) -> None:
    with lock_database(old / "monitor.db"):
        done = run_command(old, "db", "prune", "--older-than", "90d")

    assert "to make the file smaller, stop it" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "everything is kept"),
        (("--older-than", "7d"), "too short"),
        (("--older-than", "soon"), "no duration"),
    ],
)
def test_prune_without_an_age_takes_nothing(
    read: Read, arguments: tuple[str, ...], said: str
) -> None:
    done = run_command(read.config, "db", "prune", *arguments, check=False)

    assert (done.returncode, said in done.stderr) == (2, True)


def test_the_config_says_how_long_texts_are_kept(old: Path) -> None:
    settings = old / "monitor.toml"
    settings.write_text(settings.read_text() + '[storage]\nkeep_texts = "120d"\n')

    assert "took out 1 text of articles" in run_command(old, "db", "prune").stderr


RELEASED = Path(__file__).parents[2] / "store" / "schema" / "released"


def test_a_dry_run_of_an_upgrade_names_the_steps_and_takes_none(config: Path) -> None:
    (config / "monitor.db").write_bytes(gzip.decompress((RELEASED / "0008.db.gz").read_bytes()))

    done = run_command(config, "db", "upgrade", "--dry-run")

    assert done.stderr.startswith("schema 0017: 8 steps to take\n- 0009: ")
    with closing(sqlite3.connect(config / "monitor.db")) as database:
        (version,) = database.execute("SELECT version_num FROM alembic_version").fetchone()
    assert version == "0008"
    assert [path.name for path in config.glob("monitor.db.before*")] == []


def test_an_upgrade_first_copies_an_older_database_beside_it(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "fresh", [], has_database=False)
    database = folder / "monitor.db"
    database.write_bytes(gzip.decompress((RELEASED / "0008.db.gz").read_bytes()))
    before = read_all(database)

    done = run_command(folder, "db", "upgrade")

    copy = folder / f"monitor.db.before-{HEAD}"
    assert f"copied to {copy}" in done.stderr
    assert list(folder.glob("*.before-*")) == [copy]
    assert (schema_of(copy), schema_of(database)) == ("0008", HEAD)
    assert before["articles"]
    assert read_all(copy) == before
    upgraded, kept = read_all(database), copy.read_bytes()

    assert run_command(folder, "db", "upgrade").stderr == f"schema {HEAD}: nothing to do\n"
    assert read_all(database) == upgraded
    assert copy.read_bytes() == kept


def test_a_poll_of_a_new_version_copies_an_older_database_too(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "fresh", [], has_database=False)
    database = folder / "monitor.db"
    database.write_bytes(gzip.decompress((RELEASED / "0008.db.gz").read_bytes()))

    done = run_command(folder, "poll", check=False)

    copy = folder / f"monitor.db.before-{HEAD}"
    assert "database_upgraded" in done.stderr
    assert (schema_of(copy), schema_of(database)) == ("0008", HEAD)


def test_whoever_has_a_backup_upgrades_without_a_copy(tmp_path: Path) -> None:
    folder = write_config(tmp_path / "fresh", [], has_database=False)
    database = folder / "monitor.db"
    database.write_bytes(gzip.decompress((RELEASED / "0008.db.gz").read_bytes()))

    assert run_command(folder, "db", "upgrade", "--no-copy").stderr == f"schema {HEAD}: upgraded\n"
    assert list(folder.glob("*.before-*")) == []


def schema_of(path: Path) -> str:
    with closing(sqlite3.connect(path)) as database:
        return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def test_a_dry_run_makes_no_database(tmp_path: Path, outlet: Outlet) -> None:
    folder = write_config(tmp_path / "fresh", [outlet], has_database=False)

    assert "it would be made" in run_command(folder, "db", "upgrade", "--dry-run").stderr
    assert not (folder / "monitor.db").exists()


def test_a_postgresql_database_is_copied_and_put_back(
    tmp_path: Path, cluster: Cluster, outlet: Outlet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{cluster.bin}{os.pathsep}{os.environ['PATH']}")
    folder = write_config(tmp_path / "config", [outlet], database_url=cluster.url())
    run_command(folder, "poll")
    before = read_rows(folder, "articles", "list")
    file = str(tmp_path / "copy.dump")
    assert "checked" in run_command(folder, "db", "backup", file).stderr
    outlet.publish(Story("/late", "Kilmar Abrego Garcia seen", SEED_PARAGRAPHS, utc_now()))
    run_command(folder, "poll")

    refused = run_command(folder, "db", "restore", file, check=False)
    run_command(folder, "db", "restore", file, "--force")

    assert (refused.returncode, "is not empty" in refused.stderr) == (1, True)
    assert read_rows(folder, "articles", "list") == before


def test_a_store_moves_to_a_server_and_back(
    config: Path, tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, back = cluster.empty_url(), f"sqlite:///{tmp_path / 'back.db'}"
    before = read_rows(config, "articles", "list")

    done = run_command(config, "db", "copy", "--to", server)
    assert "each compared" in done.stderr

    monkeypatch.setenv("MONITOR_DATABASE_URL", server)
    assert read_rows(config, "articles", "list") == before
    run_command(config, "db", "copy", "--to", back)
    monkeypatch.setenv("MONITOR_DATABASE_URL", back)
    assert read_rows(config, "articles", "list") == before


def test_a_copy_waits_for_nobody_and_overwrites_nothing(read: Read, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    with lock_database(read.config / "monitor.db"):
        refused = run_command(read.config, "db", "copy", "--to", target, check=False)
    assert "another monitor" in refused.stderr
    assert not (tmp_path / "copy.db").exists()

    run_command(read.config, "db", "copy", "--to", target)
    again = run_command(read.config, "db", "copy", "--to", target, check=False)

    assert again.returncode == 1
    assert "has rows already" in again.stderr
