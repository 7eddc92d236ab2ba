"""How much a development changes (its tier), and which newsroom an article is of.

Verdicts and developments that are there have no tier; the newsroom of an article that is there is told by its address.

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("case_articles", "developments"):
        # Alembic would copy the whole table on SQLite to add a check; with the column it can be added in place.
        op.execute(
            f"ALTER TABLE {table} ADD COLUMN tier INTEGER"
            f" CONSTRAINT ck_{table}_tier_known CHECK (tier BETWEEN 1 AND 3)"
        )
    op.add_column("articles", sa.Column("newsroom", sa.Text(), nullable=True))
