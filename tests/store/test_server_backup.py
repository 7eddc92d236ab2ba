"""Copies of a PostgreSQL database: whole, checked, put back with the present one kept."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import make_url
from sqlmodel import Session

from monitor.errors import SchemaMismatch, StoreError
from monitor.store import Store
from monitor.store.schema.migrate import upgrade
from monitor.store.server_backup import (
    SET_ASIDE,
    check_dump,
    dump,
    find_aside,
    has_tables,
    load,
    require_unused,
)
from monitor.store.views.articles import list_articles
from monitor.store.workers import start_worker, stop_worker
from tests.postgresql import Cluster
from tests.store.rows import NOW, add_article, fetched


@pytest.fixture
def server(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A PostgreSQL database with one article, and the tools of its own version."""
    monkeypatch.setenv("PATH", f"{cluster.bin}{os.pathsep}{os.environ['PATH']}")
    opened = Store(cluster.url())
    upgrade(opened)
    opened.write(add_article, fetched(1, "The pier of Calder Bay was closed."))
    yield opened
    opened.close()


def urls(store: Store) -> list[str]:
    return sorted(article.url[-1] for article in store.read(list_articles, limit=9))


def nothing(_store: Store) -> None:
    """What a restored database needs before it is used, where that is nothing."""


def test_what_was_copied_comes_back(server: Store, tmp_path: Path) -> None:
    file = dump(server, tmp_path / "copy.dump")
    server.write(add_article, fetched(2, "Ferries leave."))
    assert urls(server) == ["1", "2"]

    load(server, file, nothing)

    assert urls(server) == ["1"]
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_was_there_is_kept_beside_and_never_overwritten(server: Store, tmp_path: Path) -> None:
    file = dump(server, tmp_path / "copy.dump")
    kept = []
    for number in (2, 3):
        server.write(add_article, fetched(number, "Ferries leave."))
        kept.append(load(server, file, nothing))

    def articles_of(session: Session, schema: str) -> list[str]:
        named = sa.text(f"SELECT right(canonical_url, 1) FROM {schema}.articles ORDER BY 1")
        return list(session.scalars(named))

    assert kept == [SET_ASIDE, f"{SET_ASIDE}_2"]
    assert [server.read(articles_of, schema) for schema in kept] == [["1", "2"], ["1", "3"]]
    # What is kept aside is no part of the next copy.
    again = dump(server, tmp_path / "again.dump")
    assert again.stat().st_size < 2 * file.stat().st_size


def test_a_restore_that_fails_leaves_what_was_kept_before(server: Store, tmp_path: Path) -> None:
    file = dump(server, tmp_path / "copy.dump")
    load(server, file, nothing)
    cut = tmp_path / "cut.dump"
    cut.write_bytes(file.read_bytes()[:-600])

    with pytest.raises(StoreError, match="pg_restore failed"):
        load(server, cut, nothing)

    assert find_aside(server) == f"{SET_ASIDE}_2"
    assert urls(server) == ["1"]


def test_a_restore_that_fails_leaves_the_database_as_it_was(server: Store, tmp_path: Path) -> None:
    file = dump(server, tmp_path / "copy.dump")
    server.write(add_article, fetched(2, "Ferries leave."))

    def fail(_store: Store) -> None:
        raise StoreError("no room")

    with pytest.raises(StoreError, match="no room"):
        load(server, file, fail)
    cut = tmp_path / "cut.dump"
    cut.write_bytes(file.read_bytes()[:-600])
    with pytest.raises(StoreError, match="pg_restore failed"):
        load(server, cut, nothing)

    assert urls(server) == ["1", "2"]
    server.write(add_article, fetched(3, "More ferries leave."))


def test_a_copy_goes_into_an_empty_database_too(
    server: Store, cluster: Cluster, tmp_path: Path
) -> None:
    file = dump(server, tmp_path / "copy.dump")
    other = Store(cluster.empty_url())
    try:
        assert not has_tables(other)
        load(other, file, nothing)
        assert urls(other) == ["1"]
    finally:
        other.close()


def test_a_copy_never_overwrites(server: Store, tmp_path: Path) -> None:
    file = tmp_path / "copy.dump"
    file.write_text("precious")

    with pytest.raises(StoreError, match="exists"):
        dump(server, file)

    assert file.read_text() == "precious"


@pytest.mark.parametrize("content", [b"", b"PGDMP", b"something else entirely"])
def test_a_file_that_is_no_copy_is_refused(server: Store, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)

    with pytest.raises(StoreError):
        check_dump(server, file)


def test_a_copy_of_another_programs_database_is_refused(
    server: Store, cluster: Cluster, tmp_path: Path
) -> None:
    other = Store(cluster.empty_url())
    try:
        other.write(lambda session: session.execute(sa.text("CREATE TABLE ships (id int)")))
        with pytest.raises(StoreError, match="is no database of monitor"):
            dump(other, tmp_path / "ships.dump")
    finally:
        other.close()
    assert list(tmp_path.glob("ships*")) == []


def test_where_the_tools_are_missing_it_says_what_to_install(
    server: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(StoreError, match="pg_dump was not found") as failed:
        dump(server, tmp_path / "copy.dump")

    assert "postgresql-client" in (failed.value.hint or "")


def test_a_daemon_at_work_is_in_the_way_until_it_stops_or_is_silent(server: Store) -> None:
    server.write(start_worker, "here:1:aa", version="1", roles="poll", now=NOW)
    with pytest.raises(StoreError, match="the daemon here:1:aa runs"):
        require_unused(server, NOW + timedelta(minutes=1))

    require_unused(server, NOW + timedelta(minutes=3))
    server.write(stop_worker, "here:1:aa", NOW)
    require_unused(server, NOW + timedelta(minutes=1))


def test_a_password_is_no_argument_and_stands_in_no_error(
    server: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tool that tells what it was given, in the place of the real one."""
    tool = tmp_path / "pg_dump"
    tool.write_text('#!/bin/sh\necho "environment: $PGPASSWORD; arguments: $*" >&2\nexit 1\n')
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    store = Store(server.url.set(password="hunter2").render_as_string(hide_password=False))

    with closing(store), pytest.raises(StoreError) as failed:
        dump(store, tmp_path / "copy.dump")

    said = failed.value.message
    assert f"host={store.url.query['host']}" in said
    assert f"dbname={store.url.database}" in said
    assert "environment: …" in said
    assert "hunter2" not in said


@pytest.fixture(params=["harbour", "Harbour Desk", "public"])
def shared(
    request: pytest.FixtureRequest, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    """A database whose default schema is the given one, where others have tables, too: some beside
    those of this program, and some in `public`.
    """
    monkeypatch.setenv("PATH", f"{cluster.bin}{os.pathsep}{os.environ['PATH']}")
    url = cluster.empty_url()
    with cluster.connect(make_url(url).database or "") as connection:
        connection.execute(f'CREATE SCHEMA IF NOT EXISTS "{request.param}"')
        for schema in {request.param, "public"}:
            connection.execute(f'CREATE TABLE "{schema}".sailors (name text)')
            connection.execute(f"INSERT INTO \"{schema}\".sailors VALUES ('Ines of {schema}')")
        connection.execute(
            f'ALTER DATABASE "{make_url(url).database}" SET search_path = "{request.param}", public'
        )
    with closing(Store(url)) as opened:
        upgrade(opened)
        opened.write(add_article, fetched(1, "The pier of Calder Bay was closed."))
        yield opened


def tables_of_others(store: Store) -> list[tuple[str, str]]:
    """Each table of sailors: where it stands, and who is in it."""

    def read(session: Session) -> list[tuple[str, str]]:
        found = session.scalars(
            sa.text("SELECT schemaname FROM pg_tables WHERE tablename = 'sailors' ORDER BY 1")
        )
        return [
            (schema, str(session.scalar(sa.text(f'SELECT name FROM "{schema}".sailors'))))
            for schema in found
        ]

    return store.read(read)


def test_only_own_tables_are_replaced_wherever_they_stand(shared: Store, tmp_path: Path) -> None:
    before = tables_of_others(shared)
    file = dump(shared, tmp_path / "copy.dump")
    shared.write(add_article, fetched(2, "Ferries leave."))

    aside = load(shared, file, nothing)

    assert urls(shared) == ["1"]
    assert tables_of_others(shared) == before != []
    kept = sa.text(f"SELECT count(*) FROM {aside}.articles")
    assert shared.read(lambda session: session.scalar(kept)) == 2
    # Numbers go on after those that came back.
    shared.write(add_article, fetched(3, "More ferries leave."))
    assert urls(shared) == ["1", "3"]


def test_a_restore_that_fails_leaves_the_tables_of_others_too(
    shared: Store, tmp_path: Path
) -> None:
    before = tables_of_others(shared)
    file = dump(shared, tmp_path / "copy.dump")
    shared.write(add_article, fetched(2, "Ferries leave."))

    def fail(_store: Store) -> None:
        raise StoreError("no room")

    with pytest.raises(StoreError, match="no room"):
        load(shared, file, fail)

    assert urls(shared) == ["1", "2"]
    assert tables_of_others(shared) == before


def test_nothing_is_kept_aside_where_nothing_was(
    server: Store, cluster: Cluster, tmp_path: Path
) -> None:
    file = dump(server, tmp_path / "copy.dump")
    with closing(Store(cluster.empty_url())) as other:
        assert load(other, file, nothing) == ""
        assert find_aside(other) == SET_ASIDE


def test_a_table_of_another_program_is_not_taken_for_ours_by_its_name(
    server: Store, cluster: Cluster, tmp_path: Path
) -> None:
    """A shop has articles, too, and Alembic."""
    file = dump(server, tmp_path / "copy.dump")
    with closing(Store(cluster.empty_url())) as other:
        for statement in ("CREATE TABLE articles (price int)", "INSERT INTO articles VALUES (7)"):
            other.write(lambda session, made=statement: session.execute(sa.text(made)))
        assert not has_tables(other)

        with pytest.raises(StoreError, match="another program has a table articles"):
            load(other, file, nothing)

        price = sa.text("SELECT price FROM articles")
        assert other.read(lambda session: session.scalar(price)) == 7


@pytest.mark.parametrize("shared", ["harbour"], indirect=True)
def test_a_copy_of_another_schema_is_refused(server: Store, shared: Store, tmp_path: Path) -> None:
    file = dump(shared, tmp_path / "copy.dump")

    with pytest.raises(StoreError, match="the copy is of the schema harbour"):
        load(server, file, nothing)

    assert urls(server) == ["1"]


def test_tables_that_a_newer_program_made_are_left_to_it(server: Store, tmp_path: Path) -> None:
    file = dump(server, tmp_path / "copy.dump")
    newer = sa.text("UPDATE alembic_version SET version_num = '9999'")
    server.write(lambda session: session.execute(newer))

    with pytest.raises(SchemaMismatch, match="9999"):
        dump(server, tmp_path / "again.dump")
    with pytest.raises(SchemaMismatch, match="9999"):
        load(server, file, nothing)

    assert urls(server) == ["1"]


def test_where_there_is_no_schema_for_tables_it_says_so(cluster: Cluster) -> None:
    url = cluster.empty_url()
    name = make_url(url).database or ""
    with cluster.connect(name) as connection:
        connection.execute(f"ALTER DATABASE {name} SET search_path = nowhere")

    with closing(Store(url)) as lost, pytest.raises(StoreError, match="schemas") as failed:
        has_tables(lost)

    assert "search_path" in (failed.value.hint or "")
