"""A feed keeps what was wrong with its last document though it could be read.

Feeds that are there have nothing to say until their next document comes.

Revision: 0017, after 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("warning", sa.Text(), server_default="", nullable=False))
