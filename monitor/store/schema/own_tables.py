"""Which tables of a PostgreSQL database are this program's, and in which schema they stand: others
may have theirs beside them."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlmodel import Session, SQLModel

from monitor.errors import SchemaMismatch, StoreError
from monitor.store.engine import BUSY_TIMEOUT_S, Store
from monitor.store.schema import tables
from monitor.store.schema.migrate import HEAD, SEARCH_PREFIX, schema_version

# Every version has made it, and no other program has one of its name.
MARK = tables.case_articles.name
_QUOTING = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
# Those of no model are made by Alembic and by a migration.
_NAMES = frozenset({*SQLModel.metadata.tables, "alembic_version", SEARCH_PREFIX})
_SCHEMA = sa.text(
    "SELECT coalesce((SELECT nspname FROM pg_namespace JOIN pg_class"
    " ON pg_namespace.oid = relnamespace WHERE pg_class.oid = to_regclass(:mark)),"
    " current_schema())"
)
_TABLES = sa.text(
    "SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
    " WHERE nspname = :schema AND relkind IN ('r', 'p')"
)

_WAIT_BRIEFLY = sa.text(f"SET LOCAL lock_timeout = '{BUSY_TIMEOUT_S}s'")


@dataclass(frozen=True, slots=True)
class OwnTables:
    """The tables of this program.

    Attributes:
        schema: where they stand, or would be made.
        names: in order; empty where there are none.
    """

    schema: str
    names: tuple[str, ...]

    def full_names(self) -> list[str]:
        """Returns them with their schema, quoted where a statement needs it."""
        named = (sa.table(name, schema=self.schema) for name in self.names)
        return list(map(_QUOTING.format_table, named))


def find_own_tables(session: Session) -> OwnTables:
    """Returns the tables that a connection takes for this program's.

    Raises:
        StoreError: none are there, and there is no schema to make them in.
    """
    schema = session.scalar(_SCHEMA, {"mark": MARK})
    if schema is None:
        raise StoreError(
            "database: none of the schemas that it is to look in exists",
            hint="create one, or give another search_path to the role or in database_url",
        )
    present = get_table_names(session, schema)
    # Names as common as "articles" tell nothing by themselves.
    names = sorted(_NAMES & present) if MARK in present else ()
    return OwnTables(schema, tuple(names))


def get_table_names(session: Session, schema: str) -> set[str]:
    """Returns the names of all tables in a schema, whoever made them."""
    return set(session.scalars(_TABLES, {"schema": schema}))


def move_tables(session: Session, moved: OwnTables, schema: str) -> None:
    """Moves tables, with their indexes and sequences, into another schema."""
    # Somebody who looks at one of them for an hour would be waited for.
    session.execute(_WAIT_BRIEFLY)
    target = _QUOTING.quote(schema)
    for name in moved.full_names():
        session.execute(sa.text(f"ALTER TABLE {name} SET SCHEMA {target}"))


def require_known(store: Store) -> None:
    """Raises SchemaMismatch where a newer program has made tables that this one cannot know."""
    version = schema_version(store)
    if version is not None and version > HEAD:
        raise SchemaMismatch(
            f"the database has schema {version}, newer than this program's {HEAD}",
            hint="install the newer version, or use an empty database",
        )
