"""Pages that are asked for again, and what outlets did to their articles.

The pages of articles found in the last thirty days before the newest one are asked for once more, at once; older ones are
past the last step.

Revision: 0004, after 0003
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON_VALUE = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
STATES = "'there', 'missing', 'removed', 'paywalled'"
KINDS = "'trivial', 'copy_edit', 'headline', 'substantive', 'correction', 'removed', 'paywalled', 'returned'"
LAST_STEP = timedelta(days=30)


def upgrade() -> None:
    op.add_column("deliveries", sa.Column("is_edit", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_table(
        "pages",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.String(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("next_check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("lease_owner", sa.String(), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_pages_state_known")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_pages_article_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
        sa.UniqueConstraint("article_id", name=op.f("uq_pages_article_id")),
    )
    op.create_index("ix_pages_next_check_at", "pages", ["next_check_at"])
    _create_edits()
    _watch_recent_pages()


def _create_edits() -> None:
    op.create_table(
        "edits",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("uid", sa.Text(), nullable=False),
        sa.Column("article_id", ID, nullable=False),
        sa.Column("revision_id", ID, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("added", JSON_VALUE, nullable=False),
        sa.Column("removed", JSON_VALUE, nullable=False),
        sa.Column("changed_claims", JSON_VALUE, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(f"kind IN ({KINDS})", name=op.f("ck_edits_kind_known")),
        sa.ForeignKeyConstraint(["article_id"], ["articles.id"], name=op.f("fk_edits_article_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["revision_id"], ["revisions.id"], name=op.f("fk_edits_revision_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edits")),
        sa.UniqueConstraint("uid", name=op.f("uq_edits_uid")),
        sa.UniqueConstraint("revision_id", name=op.f("uq_edits_revision_id")),
    )
    op.create_index("ix_edits_article_id", "edits", ["article_id"])


def _watch_recent_pages() -> None:
    articles = sa.table("articles", sa.column("found_at", sa.DateTime(timezone=True)))
    newest = op.get_bind().execute(sa.select(sa.func.max(articles.c.found_at))).scalar_one_or_none()
    if newest is None:
        return
    watch = sa.text(
        "INSERT INTO pages (article_id, url, title, text_hash, status, state, next_check_at, checks, failures, last_error)"
        " SELECT id, url, '', '', page_status, 'there', found_at, 0, 0, '' FROM articles"
        " WHERE origin = 'feed' AND page_status <> '' AND (url LIKE 'http://%' OR url LIKE 'https://%')"
        " AND found_at > :since AND EXISTS (SELECT 1 FROM case_articles WHERE case_articles.article_id = articles.id)"
    )
    since = sa.bindparam("since", newest - LAST_STEP, type_=sa.DateTime(timezone=True))
    op.execute(watch.bindparams(since))
