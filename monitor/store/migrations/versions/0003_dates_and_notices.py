"""Where dates come from.

What was stored before has no known origin: empty sources, flags and precisions, and NULL for an assumed zone.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

FLAGS = "'', 'future', 'before_1995', 'unreadable', 'redated'"
PRECISIONS = "'', 'instant', 'day'"
SOURCES = "'', 'feed', 'json-ld', 'meta', 'time', 'htmldate', 'seed', 'first_seen'"


def upgrade() -> None:
    for table in ("entries", "articles"):
        op.add_column(table, sa.Column("published_raw", sa.Text(), server_default="", nullable=False))
        _add_checked(table, "published_flag", FLAGS)
        _add_checked(table, "published_precision", PRECISIONS)
        op.add_column(table, sa.Column("is_zone_assumed", sa.Boolean(), nullable=True))
    op.add_column("entries", sa.Column("published_source", sa.Text(), server_default="", nullable=False))
    _add_checked("articles", "published_source", SOURCES)


def _add_checked(table: str, column: str, values: str) -> None:
    # Alembic would copy the whole table on SQLite to add a check; with the column it can be added in place.
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR DEFAULT '' NOT NULL"
        f" CONSTRAINT ck_{table}_{column}_known CHECK ({column} IN ({values}))"
    )
