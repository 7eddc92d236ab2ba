"""Columns as all tables have them: 64-bit ids, texts without a limit, JSON, states with a CHECK,
and names for constraints.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Table,
    Text,
)
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

ID = BigInteger().with_variant(Integer, "sqlite")
JSON_VALUE = JSON().with_variant(JSONB, "postgresql")


def key() -> Any:
    """A primary key that counts up."""
    return Field(default=None, sa_column=Column(ID, primary_key=True, autoincrement=True))


def ref(target: str, *, nullable: bool = False, primary_key: bool = False) -> Any:
    """A foreign key; removing the row it points to removes this one too, unless it may be empty."""
    on_delete = "SET NULL" if nullable else "CASCADE"
    column = Column(
        ID, ForeignKey(target, ondelete=on_delete), nullable=nullable, primary_key=primary_key
    )
    return Field(default=None, sa_column=column)


def text(*, nullable: bool = False) -> Any:
    """A text of any length; None or empty by default."""
    return Field(default=None if nullable else "", sa_column=Column(Text, nullable=nullable))


def json() -> Any:
    """A value that is never filtered on."""
    return Field(sa_column=Column(JSON_VALUE, nullable=False))


def one_of(column: str, *values: str) -> CheckConstraint:
    """The rule that a column holds one of these values."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({quoted})", name=f"{column}_known")


def tier_known() -> CheckConstraint:
    """The rule that a tier is 1, 2 or 3, where there is one."""
    return CheckConstraint("tier BETWEEN 1 AND 3", name="tier_known")


def partial_index(name: str, *columns: str, where: str, on_sqlite: str = "") -> Index:
    """An index of the rows that wait for something: it stays small while the table grows for years.

    Args:
        on_sqlite: the condition as statements have it there, where that differs.
    """
    return Index(name, *columns, postgresql_where=sql(where), sqlite_where=sql(on_sqlite or where))


def held_index(table: str) -> Index:
    """The index of what somebody holds: a start asks whose work is to be given free."""
    return partial_index(f"ix_{table}_held", "lease_owner", where="lease_owner IS NOT NULL")


NAMING: dict[str, str] = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
SQLModel.metadata.naming_convention = NAMING


def core(model: type[SQLModel]) -> Table:
    """The table of a model, for statements: its columns are typed as columns, a model's attributes
    as their values.
    """
    # SQLModel sets it on the models of tables only.
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
