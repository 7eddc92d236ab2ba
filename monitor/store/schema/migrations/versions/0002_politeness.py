"""What polling politely has to remember: of feeds, of hosts, and robots.txt files.

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
OUTCOMES = (
    "'', 'new', 'unchanged', 'not_modified', 'not_a_feed', 'blocked', 'rate_limited', 'gone', 'timeout', 'too_large', 'failed'"
)


def upgrade() -> None:
    # Alembic would copy the whole table on SQLite to add a check; with the column it can be added in place.
    op.execute(
        "ALTER TABLE feeds ADD COLUMN outcome VARCHAR DEFAULT '' NOT NULL"
        f" CONSTRAINT ck_feeds_outcome_known CHECK (outcome IN ({OUTCOMES}))"
    )
    for column in (
        sa.Column("because", sa.Text(), server_default="", nullable=False),
        sa.Column("validators_url", sa.Text(), nullable=True),
        sa.Column("is_frozen", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gap_seconds", sa.Integer(), nullable=True),
        sa.Column("newest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ttl_seconds", sa.Integer(), nullable=True),
        sa.Column("max_age_seconds", sa.Integer(), nullable=True),
        sa.Column("skip_hours", JSON_VALUE, server_default="[]", nullable=False),
        sa.Column("skip_days", JSON_VALUE, server_default="[]", nullable=False),
        sa.Column("hub_url", sa.Text(), nullable=True),
        sa.Column("fetch_url", sa.Text(), nullable=True),
        sa.Column("move_url", sa.Text(), nullable=True),
        sa.Column("move_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("move_polls", sa.Integer(), server_default="0", nullable=False),
        sa.Column("move_overlaps", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
    ):
        op.add_column("feeds", column)
    op.create_table(
        "hosts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hosts")),
    )
    op.create_table(
        "robots_files",
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_readable", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("origin", name=op.f("pk_robots_files")),
    )
