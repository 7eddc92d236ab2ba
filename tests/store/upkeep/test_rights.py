"""What a role lacks in a PostgreSQL database is named, when it fails and before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import make_url

from monitor.errors import StoreError
from monitor.store import Store
from monitor.store.schema.migrate import upgrade
from monitor.store.upkeep.rights import find_missing_rights
from tests.postgresql import Cluster
from tests.store.rows import add_case

READ = "GRANT SELECT ON ALL TABLES IN SCHEMA public TO ines"
WRITE = "GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO ines"
COUNT = "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO ines"
CLOSED = "REVOKE CREATE ON SCHEMA public FROM PUBLIC"

Grant = Callable[..., Store]


@pytest.fixture
def grant(cluster: Cluster) -> Iterator[Grant]:
    """Opens a database as a role that owns nothing and was granted what is given."""
    opened: list[Store] = []

    def open_as_ines(url: str, *grants: str) -> Store:
        name = make_url(url).database or ""
        with cluster.connect(name) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'ines'").fetchone()
            for statement in (*(() if known else ("CREATE ROLE ines LOGIN",)), CLOSED, *grants):
                connection.execute(statement)
        opened.append(Store(make_url(url).set(username="ines").render_as_string()))
        return opened[-1]

    yield open_as_ines
    for store in opened:
        store.close()


@pytest.fixture(autouse=True)
def _as_before(cluster: Cluster) -> Iterator[None]:
    """Roles belong to the whole server."""
    yield
    with cluster.connect() as connection:
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = 'ines'").fetchone():
            connection.execute("ALTER ROLE ines RESET ALL")


def shortened(missing: str) -> str:
    """What is missing, without how often: tables are added from time to time."""
    return re.sub(r"\d+ | such as .*", "", missing)


def test_nothing_is_missing_where_all_is_granted(cluster: Cluster, grant: Grant) -> None:
    store = grant(cluster.url(), READ, WRITE, COUNT)

    assert store.read(find_missing_rights) == []
    store.write(add_case)


def test_an_owner_lacks_nothing_and_a_file_has_no_rights(store: Store) -> None:
    assert store.read(find_missing_rights) == []


@pytest.mark.parametrize(
    ("grants", "missing"),
    [
        ((READ, COUNT), ["DELETE on tables", "INSERT on tables", "UPDATE on tables"]),
        ((READ, WRITE), ["USAGE on sequences"]),
        ((READ, WRITE, COUNT, "REVOKE UPDATE ON feeds FROM ines"), ["UPDATE on the table feeds"]),
        (
            (READ, WRITE, COUNT, "ALTER ROLE ines SET default_transaction_read_only = on"),
            ["all writing: its transactions are read-only"],
        ),
    ],
)
def test_what_a_role_lacks_is_named(
    cluster: Cluster, grant: Grant, grants: tuple[str, ...], missing: list[str]
) -> None:
    found = grant(cluster.url(), *grants).read(find_missing_rights)

    assert list(map(shortened, found)) == missing


def test_whoever_may_make_no_tables_is_told(cluster: Cluster, grant: Grant) -> None:
    store = grant(cluster.empty_url())

    assert store.read(find_missing_rights) == ["CREATE on the schema public"]
    with pytest.raises(StoreError, match="permission denied for schema public") as refused:
        upgrade(store)
    assert "monitor doctor" in (refused.value.hint or "")


def test_an_upgrade_needs_an_owner(cluster: Cluster, grant: Grant) -> None:
    older = "UPDATE alembic_version SET version_num = '0016'"
    store = grant(cluster.url(), READ, WRITE, COUNT, older)

    missing = store.read(find_missing_rights)

    assert list(map(shortened, missing)) == [
        "ownership of tables",
        "CREATE on the schema public",
    ]


def test_what_may_not_be_written_is_told_in_a_line(cluster: Cluster, grant: Grant) -> None:
    store = grant(cluster.url(), READ)

    with pytest.raises(StoreError) as refused:
        store.write(add_case)

    assert refused.value.message == "database: permission denied for table cases"
    assert "monitor doctor" in (refused.value.hint or "")


def test_a_role_that_may_only_read_is_told_which_setting_it_is(
    cluster: Cluster, grant: Grant
) -> None:
    store = grant(
        cluster.url(), READ, WRITE, COUNT, "ALTER ROLE ines SET default_transaction_read_only = on"
    )

    with pytest.raises(StoreError, match="read-only transaction") as refused:
        store.write(add_case)

    assert "default_transaction_read_only" in (refused.value.hint or "")
