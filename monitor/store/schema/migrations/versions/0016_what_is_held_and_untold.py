"""What somebody holds, what nobody was told of, and the entries of an article are found without
reading years of rows.

Revision: 0016, after 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

HELD = "lease_owner IS NOT NULL"
UNTOLD = "state = 'dead' AND told_at IS NULL"
TOLD = "told_at IS NOT NULL"
STORED = "article_id IS NOT NULL"
# Name, table, columns, and the rows that are in it: on PostgreSQL, on SQLite.
INDEXES = [
    ("ix_entries_held", "entries", ["lease_owner"], HELD, HELD),
    ("ix_entries_article_id", "entries", ["article_id"], STORED, STORED),
    ("ix_pages_held", "pages", ["lease_owner"], HELD, HELD),
    ("ix_deliveries_held", "deliveries", ["lease_owner"], HELD, HELD),
    ("ix_deliveries_untold", "deliveries", ["id"], UNTOLD, UNTOLD),
    ("ix_deliveries_told_at", "deliveries", ["told_at"], TOLD, TOLD),
    ("ix_deliveries_sealed_at", "deliveries", ["sealed_at"], "is_edit IS false", "is_edit IS 0"),
    (
        "ix_delivery_recipients_refused",
        "delivery_recipients",
        ["delivery_id", "recipient"],
        "is_accepted IS false",
        "is_accepted IS 0",
    ),
    ("ix_delivery_recipients_told_at", "delivery_recipients", ["told_at"], TOLD, TOLD),
]


def upgrade() -> None:
    for name, table, columns, postgresql, sqlite in INDEXES:
        op.create_index(
            name,
            table,
            columns,
            postgresql_where=sa.text(postgresql),
            sqlite_where=sa.text(sqlite),
        )
