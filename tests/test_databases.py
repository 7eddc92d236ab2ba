"""What the databases of tests share, and what they do not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine.interfaces import CacheStats

from monitor.store import Store
from tests.databases import place_database
from tests.postgresql import Cluster


def is_compiled(url: str, statement: sa.Select[Any]) -> bool:
    """Whether a store that is opened anew finds a statement compiled."""
    hits = []
    with closing(Store(url)) as store:

        @sa.event.listens_for(store.engine, "before_cursor_execute")
        def look(*arguments: Any) -> None:
            hits.append(arguments[4].cache_hit)

        store.read(lambda session: session.execute(statement).all())
    return hits[-1] is CacheStats.CACHE_HIT


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Two databases with the schema."""
    paths = [tmp_path / "one.db", tmp_path / "two.db"]
    for path in paths:
        place_database(path)
    return [f"sqlite:///{path}" for path in paths]


def test_a_statement_is_compiled_once_for_all_stores_of_a_process(files: list[str]) -> None:
    asked = sa.select(sa.literal(1).label("once_for_all_stores"))

    assert [is_compiled(url, asked) for url in (*files, files[0])] == [False, True, True]


def test_what_differs_in_a_value_alone_is_one_statement_and_keeps_its_value(
    files: list[str],
) -> None:
    first, second = (sa.select(sa.literal(value).label("kept")) for value in (3, 4))

    with closing(Store(files[0])) as store, closing(Store(files[1])) as other:
        assert store.read(lambda session: session.execute(first).scalar_one()) == 3
        assert other.read(lambda session: session.execute(second).scalar_one()) == 4
    assert is_compiled(files[0], second)


def test_databases_of_two_kinds_have_statements_of_their_own(
    files: list[str], cluster: Cluster
) -> None:
    asked = sa.select(sa.literal("x").label("of_their_own"))
    assert not is_compiled(files[0], asked)

    url = cluster.url()
    assert not is_compiled(url, asked)
    assert is_compiled(url, asked)
    cluster.drop(url)


def test_a_database_placed_twice_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "monitor.db"
    place_database(path)
    with closing(Store(f"sqlite:///{path}")) as store:
        store.write(lambda session: session.execute(sa.text("CREATE TABLE mine (id INT)")))

    place_database(path)

    with closing(Store(f"sqlite:///{path}")) as store:
        assert "mine" in sa.inspect(store.engine).get_table_names()
