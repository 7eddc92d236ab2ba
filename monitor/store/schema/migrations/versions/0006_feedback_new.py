"""A person may also say that something was rightly told as new.

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KINDS = "kind IN ('not_relevant', 'not_new', 'missed', 'new')"
COPY = """INSERT INTO feedback (id, case_id, article_id, kind, note, created_at)
    SELECT id, case_id, article_id, kind, note, created_at FROM feedback_before"""


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_feedback_kind_known"), "feedback")
        op.create_check_constraint(op.f("ck_feedback_kind_known"), "feedback", KINDS)
        return
    # SQLite cannot change a check: the table is made anew. Nothing refers to it.
    op.drop_index("ix_feedback_article_id", "feedback")
    op.rename_table("feedback", "feedback_before")
    op.create_table(
        "feedback",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_feedback_kind_known")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_feedback_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_feedback_case_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("case_id", "article_id", name=op.f("uq_feedback_case_id_article_id")),
    )
    op.execute(COPY)
    op.drop_table("feedback_before")
    op.create_index("ix_feedback_article_id", "feedback", ["article_id"], unique=False)
