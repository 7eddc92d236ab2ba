"""Where dates come from, notices about feeds that dry up, and resolved links of an aggregator.

What was stored before has no known origin: empty sources, flags and precisions, and NULL for an assumed zone.

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
KINDS = "'alert', 'digest', 'roll-up', 'notice'"
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
    op.create_table(
        "resolved_links",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_resolved_links")),
    )
    op.add_column("feeds", sa.Column("told_as", sa.Text(), nullable=True))
    op.add_column("feeds", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    if op.get_bind().dialect.name == "sqlite":
        _copy_deliveries()
    else:
        op.alter_column("deliveries", "case_id", nullable=True)
        op.drop_constraint(op.f("ck_deliveries_kind_known"), "deliveries")
        op.create_check_constraint(op.f("ck_deliveries_kind_known"), "deliveries", f"kind IN ({KINDS})")
        op.drop_constraint(op.f("fk_deliveries_case_id"), "deliveries")
        op.create_foreign_key(op.f("fk_deliveries_case_id"), "deliveries", "cases", ["case_id"], ["id"], ondelete="SET NULL")


def _copy_deliveries() -> None:
    """Makes the table anew: SQLite changes neither a check nor NOT NULL in place.

    Dropping the old one empties the references to it (ON DELETE SET NULL), so they are kept aside and put back.
    """
    op.execute(
        "CREATE TEMP TABLE kept AS SELECT alert_id, channel, delivery_id FROM alert_channels WHERE delivery_id IS NOT NULL"
    )
    op.create_table(
        "new_deliveries",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("payload", JSON_VALUE, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_deliveries_kind_known")),
        sa.CheckConstraint("state IN ('pending', 'sent', 'dead')", name=op.f("ck_deliveries_state_known")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("uid", name=op.f("uq_deliveries_uid")),
    )
    columns = (
        "id, uid, channel, kind, case_id, payload, state, sealed_at, attempts, next_attempt_at, sent_at, last_error, receipt,"
        " lease_owner, lease_until"
    )
    op.execute(f"INSERT INTO new_deliveries ({columns}) SELECT {columns} FROM deliveries")  # noqa: S608  (names only)
    op.drop_table("deliveries")
    op.rename_table("new_deliveries", "deliveries")
    op.create_index("ix_deliveries_channel_sealed_at", "deliveries", ["channel", "sealed_at"])
    op.create_index("ix_deliveries_pending", "deliveries", ["next_attempt_at"], sqlite_where=sa.text("state = 'pending'"))
    op.execute(
        "UPDATE alert_channels SET delivery_id = (SELECT kept.delivery_id FROM kept"
        " WHERE kept.alert_id = alert_channels.alert_id AND kept.channel = alert_channels.channel)"
        " WHERE (alert_id, channel) IN (SELECT alert_id, channel FROM kept)"
    )
    op.execute("DROP TABLE kept")


def _add_checked(table: str, column: str, values: str) -> None:
    # Alembic would copy the whole table on SQLite to add a check; with the column it can be added in place.
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR DEFAULT '' NOT NULL"
        f" CONSTRAINT ck_{table}_{column}_known CHECK ({column} IN ({values}))"
    )
