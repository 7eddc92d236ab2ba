"""Links of mails that were used: each does what it says once. What people did to stories.

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.create_table(
        "used_links",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_used_links")),
    )
    op.create_table(
        "story_changes",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("into_id", ID, nullable=False),
        sa.Column("articles", JSON_VALUE, nullable=False),
        sa.Column("silences", JSON_VALUE, nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('merge', 'split')", name=op.f("ck_story_changes_kind_known")),
        sa.ForeignKeyConstraint(["from_id"], ["stories.id"], name=op.f("fk_story_changes_from_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["into_id"], ["stories.id"], name=op.f("fk_story_changes_into_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_story_changes")),
        sa.UniqueConstraint("uid", name=op.f("uq_story_changes_uid")),
    )
    op.create_index("ix_story_changes_from_id", "story_changes", ["from_id"])
    op.create_index("ix_story_changes_into_id", "story_changes", ["into_id"])
