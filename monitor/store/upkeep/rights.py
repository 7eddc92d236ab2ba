"""What a role may do with a PostgreSQL database, and what it has to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from monitor.store.engine import is_on_sqlite
from monitor.store.schema.migrate import HEAD, find_version
from monitor.store.schema.own_tables import OwnTables, find_own_tables

# A table's numbers come from a sequence, which has rights of its own.
_MISSING = sa.text("""
    WITH ours AS (
        SELECT pg_class.oid, relname, CASE relkind WHEN 'S' THEN 'sequence' ELSE 'table' END AS kind
        FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE nspname = :schema AND (relname = ANY(:names) OR relkind = 'S' AND EXISTS (
            SELECT 1 FROM pg_depend JOIN pg_class AS owner ON owner.oid = refobjid
            WHERE objid = pg_class.oid AND deptype = 'a' AND owner.relname = ANY(:names)))
    ), needed AS (
        SELECT *, unnest(CASE kind WHEN 'table' THEN ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE']
            ELSE ARRAY['USAGE'] END) AS needs FROM ours
    )
    SELECT needs || ' on' AS what, kind, count(*) AS number, min(relname) AS name FROM needed
    WHERE NOT CASE kind WHEN 'table' THEN has_table_privilege(oid, needs)
        ELSE has_sequence_privilege(oid, needs) END
    GROUP BY needs, kind ORDER BY needs
""")
_MAY_CREATE = sa.text("SELECT has_schema_privilege(:schema, 'CREATE')")
_OF_OTHERS = sa.text("""
    SELECT 'ownership of' AS what, 'table' AS kind, count(*) AS number, min(relname) AS name
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = :schema AND relname = ANY(:names) AND NOT pg_has_role(relowner, 'USAGE')
    HAVING count(*) > 0
""")
_IS_READ_ONLY = sa.text("SELECT current_setting('transaction_read_only') = 'on'")


def find_missing_rights(session: Session) -> list[str]:
    """Returns what the role of a connection lacks, in words; nothing on SQLite.

    Raises:
        StoreError: there is no schema that it may use.
    """
    if is_on_sqlite(session):
        return []
    own = find_own_tables(session)
    missing = _find_missing(session, _written(own), _MISSING)
    if not missing and find_version(session) != HEAD:
        missing = _find_missing_to_upgrade(session, own)
    if session.scalar(_IS_READ_ONLY):
        missing.append("all writing: its transactions are read-only")
    return missing


def _written(own: OwnTables) -> OwnTables:
    """Returns the tables that are written to between upgrades."""
    return replace(own, names=tuple(name for name in own.names if name != "alembic_version"))


def _find_missing(session: Session, own: OwnTables, statement: sa.TextClause) -> list[str]:
    """Returns what a role may not do with the tables that are there."""
    found = session.execute(statement, {"schema": own.schema, "names": list(own.names)})
    return list(map(_describe, found))


def _find_missing_to_upgrade(session: Session, own: OwnTables) -> list[str]:
    """Returns what keeps a role from making tables, or from changing them."""
    missing = _find_missing(session, own, _OF_OTHERS)
    if not session.scalar(_MAY_CREATE, {"schema": own.schema}):
        missing.append(f"CREATE on the schema {own.schema}")
    return missing


def _describe(row: Any) -> str:
    """Returns a right in words, with how often it is missing."""
    if row.number == 1:
        return f"{row.what} the {row.kind} {row.name}"
    return f"{row.what} {row.number} {row.kind}s such as {row.name}"
