"""What things are: public ids hash it instead of row numbers; an item's link may be a file; a feed is gone after several answers; a
store belongs to a config folder; a later text of an article has a date of its own.

Ids of alerts, developments and stories that went into a message stay as they are: receivers thread and drop by them. Others are
made anew of the case's slug, the article's address and its text. A feed that was taken as gone at the first answer is asked again as
one that fails: its server may have been wrong.

Revision: 0009, after 0008
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


CASES = _table("cases", "id", "slug")
ARTICLES = _table("articles", "id", "canonical_url")
REVISIONS = _table("revisions", "id", "article_id", "text_hash")
VERDICTS = _table("case_articles", "id", "revision_id")
STORIES = _table("stories", "id", "uid", "case_id", "first_article_id")
DEVELOPMENTS = _table("developments", "id", "uid", "case_id", "story_id", "case_article_id")
ALERTS = _table("alerts", "id", "uid", "development_id")
CHANNELS = _table("alert_channels", "alert_id", "delivery_id")
DELIVERIES = _table("deliveries", "case_id", "is_edit")
FEEDS = _table("feeds", "state", "gone_since", "gone_answers", "failing_since")


def upgrade() -> None:
    op.add_column("feeds", sa.Column("gone_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("feeds", sa.Column("gone_answers", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("entries", sa.Column("is_media", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("entries", sa.Column("restated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("revisions", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "config_folders",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_config_folders")),
    )
    _ask_again()
    _name_stories()
    _name_developments()


def _ask_again() -> None:
    was_gone = sa.update(FEEDS).where(FEEDS.c.state == "gone")
    op.execute(was_gone.values(gone_since=FEEDS.c.failing_since, gone_answers=1, state="failing"))


def _told() -> sa.Select[tuple[int]]:
    """What was sealed is sent as it stands, under the ids that it names."""
    joined = ALERTS.join(CHANNELS, CHANNELS.c.alert_id == ALERTS.c.id)
    return sa.select(ALERTS.c.development_id).select_from(joined).where(CHANNELS.c.delivery_id.is_not(None))


def _name_stories() -> None:
    told = sa.select(DEVELOPMENTS.c.story_id).where(DEVELOPMENTS.c.id.in_(_told()))
    # An event on an edit names its story and is tied to no development.
    of_edits = sa.select(DELIVERIES.c.case_id).where(DELIVERIES.c.is_edit.is_(sa.true()), DELIVERIES.c.case_id.is_not(None))
    joined = STORIES.join(CASES, CASES.c.id == STORIES.c.case_id).join(ARTICLES, ARTICLES.c.id == STORIES.c.first_article_id)
    found = sa.select(STORIES.c.id, CASES.c.slug, ARTICLES.c.canonical_url).select_from(joined)
    for row in op.get_bind().execute(found.where(STORIES.c.id.not_in(told), STORIES.c.case_id.not_in(of_edits))).all():
        _rename(STORIES, row.id, "story", row.slug, row.canonical_url)


def _name_developments() -> None:
    joined = (
        DEVELOPMENTS.join(ALERTS, ALERTS.c.development_id == DEVELOPMENTS.c.id)
        .join(CASES, CASES.c.id == DEVELOPMENTS.c.case_id)
        .join(VERDICTS, VERDICTS.c.id == DEVELOPMENTS.c.case_article_id)
        .join(REVISIONS, REVISIONS.c.id == VERDICTS.c.revision_id)
        .join(ARTICLES, ARTICLES.c.id == REVISIONS.c.article_id)
    )
    columns = (DEVELOPMENTS.c.id, ALERTS.c.id.label("alert"), CASES.c.slug, ARTICLES.c.canonical_url, REVISIONS.c.text_hash)
    found = sa.select(*columns).select_from(joined).where(DEVELOPMENTS.c.id.not_in(_told()))
    for row in op.get_bind().execute(found.order_by(DEVELOPMENTS.c.id)).all():
        parts = (row.slug, row.canonical_url, row.text_hash)
        _rename(DEVELOPMENTS, row.id, "development", *parts)
        _rename(ALERTS, row.alert, "alert", *parts)


def _rename(table: sa.TableClause, row_id: int, kind: str, *parts: str) -> None:
    connection, number, uid = op.get_bind(), 0, _uid(kind, *parts)
    others = sa.select(sa.func.count()).select_from(table).where(table.c.id != row_id)
    while connection.execute(others.where(table.c.uid == uid)).scalar_one():
        number += 1
        uid = _uid(kind, *parts, str(number))
    connection.execute(sa.update(table).where(table.c.id == row_id).values(uid=uid))


def _uid(kind: str, *parts: str) -> str:
    return hashlib.sha256("\x1f".join((kind, *parts)).encode()).hexdigest()[:16]
