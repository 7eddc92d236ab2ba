"""What each recipient of a delivery answered, so that who has it does not get it again for another's sake; when people were told
of a delivery or a recipient that was given up; channels whose receiver is gone;
what a restored database has not sent and waits for a word.

A delivery that is under way has no answers yet: its next attempt asks all of its recipients.

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


DELIVERIES = sa.table("deliveries", sa.column("state"), sa.column("sealed_at"), sa.column("told_at"))


def upgrade() -> None:
    _keep_answers()
    _keep_closed_channels()
    for table in ("deliveries", "alert_channels"):
        op.add_column(table, sa.Column("parked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("deliveries", sa.Column("told_at", sa.DateTime(timezone=True), nullable=True))
    # What died before is in `alerts list --failed`, and is no news.
    was_dead = sa.update(DELIVERIES).where(DELIVERIES.c.state == "dead")
    op.execute(was_dead.values(told_at=DELIVERIES.c.sealed_at))


def _keep_closed_channels() -> None:
    op.create_table(
        "closed_channels",
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("address_hash", sa.Text(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_closed_channels")),
    )


def _keep_answers() -> None:
    op.create_table(
        "delivery_recipients",
        sa.Column("delivery_id", ID, nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["delivery_id"],
            ["deliveries.id"],
            name=op.f("fk_delivery_recipients_delivery_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delivery_id", "recipient", name=op.f("pk_delivery_recipients")),
    )
