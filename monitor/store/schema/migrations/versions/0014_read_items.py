"""A feed remembers the items of its last document: of the next one only what is new is read.

Feeds that are there have nothing remembered, and are read whole once.

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("read_items", sa.LargeBinary(), nullable=True))
