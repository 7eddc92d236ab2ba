"""Schema versions: which one the database has, and bringing it to the one this code works with.

Alembic does the work but is only loaded when there is some: a current database costs one SELECT. A
database newer than the code is refused."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlmodel import Session

from monitor.errors import SchemaMismatch
from monitor.store.engine import Store, is_on_sqlite

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0017"
# The full-text tables are made by migrations alone: FTS5 and tsvector have no common model.
# Any number that nothing else on the server takes a lock by.
_UPGRADE_LOCK = 6061
SEARCH_PREFIX = "article_search"


def schema_version(store: Store) -> str | None:
    """Returns the revision that the database is at, None when it is empty."""
    return store.read(find_version)


def find_version(session: Session) -> str | None:
    """Returns the revision that the database is at, None when it is empty."""
    # Alembic's own table, without Alembic.
    if not sa.inspect(session.connection()).has_table("alembic_version"):
        return None
    return session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def require_current(store: Store) -> None:
    """Raises SchemaMismatch unless the database has exactly this code's schema."""
    version = schema_version(store)
    if version is None:
        hint = "start it with `monitor poll` or `monitor run`"
        raise SchemaMismatch("the database is empty", hint=hint)
    # Revisions are numbered with leading zeros: they sort as texts.
    if version > HEAD:
        found = f"the database has schema {version}, newer than this program's {HEAD}"
        raise SchemaMismatch(found, hint="install the newer version")
    if version < HEAD:
        found = f"the database has schema {version}, this program needs {HEAD}"
        raise SchemaMismatch(found, hint="run `monitor db upgrade`")


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration: its number and what it does, in its own words."""

    number: str
    text: str


def pending_versions(store: Store) -> list[Migration]:
    """Returns the migrations that a database lacks, in their order; changes nothing.

    Raises:
        SchemaMismatch: the database is newer than the code.
    """
    version = schema_version(store) or ""
    if version > HEAD:
        require_current(store)
    # Loaded here: a current database does without it.
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_alembic_config()).walk_revisions()
    steps = [Migration(script.revision, script.doc) for script in scripts]
    return sorted((step for step in steps if step.number > version), key=attrgetter("number"))


def upgrade(store: Store) -> bool:
    """Brings the database to this code's schema in one transaction; returns whether there was
    anything to do.

    Raises:
        SchemaMismatch: the database is newer than the code.
    """
    version = schema_version(store)
    if version == HEAD:
        return False
    if version is not None and version > HEAD:
        require_current(store)
    store.write(_run_migrations)
    return True


def _run_migrations(session: Session) -> None:
    """Runs the migrations that a database lacks."""
    if not is_on_sqlite(session):
        # Two workers that start together: the second waits here and then finds nothing to do.
        session.execute(sa.text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
    # Loaded here: a current database does without it.
    from alembic import command

    config = _alembic_config()
    config.attributes["connection"] = session.connection()
    command.upgrade(config, "head")


def _alembic_config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.store.schema:migrations")
    return config
