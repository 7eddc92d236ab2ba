"""A feed says which host it is asked at: of several workers one at a time asks a host.

Revision: 0015, after 0014
"""

from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FEEDS = sa.table(
    "feeds",
    sa.column("id", sa.BigInteger()),
    sa.column("url", sa.Text()),
    sa.column("fetch_url", sa.Text()),
    sa.column("host", sa.Text()),
)


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return ""


def upgrade() -> None:
    op.add_column("feeds", sa.Column("host", sa.Text(), nullable=False, server_default=""))
    connection = op.get_bind()
    for row in connection.execute(sa.select(FEEDS.c.id, FEEDS.c.url, FEEDS.c.fetch_url)).all():
        host = _host_of(row.fetch_url or row.url)
        connection.execute(sa.update(FEEDS).where(FEEDS.c.id == row.id).values(host=host))
    held = sa.text("lease_owner IS NOT NULL")
    op.create_index(
        "ix_feeds_held", "feeds", ["host"], postgresql_where=held, sqlite_where=held
    )
