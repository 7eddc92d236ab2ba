"""Alembic's entry: runs on the connection it is given, never opens one."""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlmodel import SQLModel

from monitor.store.schema import tables  # noqa: F401  (fills the metadata)
from monitor.store.schema.migrate import SEARCH_PREFIX


def include_object(
    _object: Any, name: str | None, _type: str, _reflected: bool, _compare_to: Any
) -> bool:
    """Keeps the full-text tables, which migrations alone make, out of comparisons."""
    return not (name or "").startswith(SEARCH_PREFIX)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    include_object=include_object,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
