"""A verdict remembers how its article was read: with it and what the case knew then, the text can be judged again exactly.

Verdicts that are there do not know; what is stored of the article stands in for it.

Revision: 0007, after 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("case_articles", sa.Column("read_title", sa.Text(), nullable=True))
    op.add_column("case_articles", sa.Column("read_text", sa.Text(), nullable=True))
    op.add_column("case_articles", sa.Column("read_outlet", sa.Text(), nullable=True))
    op.add_column("case_articles", sa.Column("read_summary", sa.Text(), nullable=True))
    op.add_column("case_articles", sa.Column("read_published_at", sa.DateTime(timezone=True), nullable=True))
