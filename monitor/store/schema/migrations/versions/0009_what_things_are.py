"""What a feed's server says of its end is counted before it is believed.

A feed that was taken as gone at the first answer is asked again as one that fails: its server may have been wrong.

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feeds", sa.Column("gone_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feeds", sa.Column("gone_answers", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("entries", sa.Column("is_media", sa.Boolean(), nullable=False, server_default=sa.false()))
    _ask_again()


def _ask_again() -> None:
    op.execute("UPDATE feeds SET gone_since = failing_since, gone_answers = 1 WHERE state = 'gone'")
    op.execute("UPDATE feeds SET state = 'failing' WHERE state = 'gone'")
