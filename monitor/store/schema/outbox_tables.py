"""The tables of what goes out: alerts, deliveries, what receivers said once and for all, and what
is not to be told for a while.

The rules of `tables` hold here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import ID
from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import held_index as _held_index
from monitor.store.schema.columns import json as _json
from monitor.store.schema.columns import key as _key
from monitor.store.schema.columns import one_of as _one_of
from monitor.store.schema.columns import partial_index as _partial_index
from monitor.store.schema.columns import ref as _ref
from monitor.store.schema.columns import text as _text


class Alert(SQLModel, table=True):
    """One alert for one development, ever."""

    __tablename__: ClassVar[Any] = "alerts"
    __table_args__: ClassVar[Any] = (
        # What makes two alerts on one development impossible, whatever the workers do.
        UniqueConstraint("development_id"),
        Index("ix_alerts_case_id_created_at", "case_id", "created_at"),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    case_id: int = _ref("cases.id")
    development_id: int = _ref("developments.id")
    created_at: datetime


class Delivery(SQLModel, table=True):
    """One message to one channel: what was sealed, and how sending it goes; a notice about feeds
    belongs to no case.
    """

    __tablename__: ClassVar[Any] = "deliveries"
    __table_args__: ClassVar[Any] = (
        _one_of("state", "pending", "sent", "dead"),
        _one_of("kind", "alert", "digest", "roll-up", "notice"),
        _partial_index("ix_deliveries_pending", "next_attempt_at", where="state = 'pending'"),
        _held_index("deliveries"),
        _partial_index("ix_deliveries_untold", "id", where="state = 'dead' AND told_at IS NULL"),
        _partial_index("ix_deliveries_told_at", "told_at", where="told_at IS NOT NULL"),
        Index("ix_deliveries_channel_sealed_at", "channel", "sealed_at"),
        _partial_index(
            "ix_deliveries_sealed_at",
            "sealed_at",
            where="is_edit IS false",
            on_sqlite="is_edit IS 0",
        ),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    channel: str = _text()
    kind: str
    case_id: int | None = _ref("cases.id", nullable=True)
    payload: dict[str, Any] = _json()
    state: str = "pending"
    sealed_at: datetime
    attempts: int = 0
    next_attempt_at: datetime
    sent_at: datetime | None = None
    last_error: str = _text()
    receipt: str = _text()
    is_edit: bool = False
    told_at: datetime | None = None
    parked_at: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None


class AlertChannel(SQLModel, table=True):
    """An alert that a channel is to get at `due_at`; sealed when it has its delivery.

    Attributes:
        cadence: "none" where a silence kept it from a channel without a digest.
        silenced: the comment of the silence that kept it from being told at once.
    """

    __tablename__: ClassVar[Any] = "alert_channels"
    __table_args__: ClassVar[Any] = (
        _partial_index("ix_alert_channels_open", "due_at", where="delivery_id IS NULL"),
        Index("ix_alert_channels_delivery_id", "delivery_id"),
    )

    alert_id: int = _ref("alerts.id", primary_key=True)
    channel: str = Field(sa_column=Column(Text, primary_key=True))
    cadence: str
    due_at: datetime
    delivery_id: int | None = _ref("deliveries.id", nullable=True)
    parked_at: datetime | None = None
    silenced: str | None = _text(nullable=True)


class DeliveryRecipient(SQLModel, table=True):
    """The final answer of one recipient to a delivery; who is to be asked again has no row."""

    __tablename__: ClassVar[Any] = "delivery_recipients"
    __table_args__: ClassVar[Any] = (
        _partial_index(
            "ix_delivery_recipients_refused",
            *("delivery_id", "recipient"),
            where="is_accepted IS false",
            on_sqlite="is_accepted IS 0",
        ),
        _partial_index("ix_delivery_recipients_told_at", "told_at", where="told_at IS NOT NULL"),
    )

    delivery_id: int = _ref("deliveries.id", primary_key=True)
    recipient: str = Field(sa_column=Column(Text, primary_key=True))
    is_accepted: bool
    text: str = _text()
    answered_at: datetime
    told_at: datetime | None = None


class ClosedChannel(SQLModel, table=True):
    """A channel whose receiver said that it is gone: nothing is sent to it.

    Attributes:
        address_hash: of the address that is gone; another one in the config opens the channel.
    """

    __tablename__: ClassVar[Any] = "closed_channels"

    channel: str = Field(sa_column=Column(Text, primary_key=True))
    address_hash: str = _text()
    closed_at: datetime
    error: str = _text()


alerts = _core(Alert)
alert_channels = _core(AlertChannel)
deliveries = _core(Delivery)


class SilenceRow(SQLModel, table=True):
    """What is not told at once until `ends_at`; see `alerts.silences`. `case_id` None is all."""

    __tablename__: ClassVar[Any] = "silences"
    __table_args__: ClassVar[Any] = (
        _one_of("kind", "case", "story", "outlet", "query"),
        CheckConstraint("comment <> ''", name="comment_given"),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    # A silence of a case must not outlive it as one of all cases.
    case_id: int | None = Field(
        default=None,
        sa_column=Column(ID, ForeignKey("cases.id", ondelete="CASCADE"), nullable=True),
    )
    kind: str = _text()
    value: str = _text()
    comment: str = _text()
    created_at: datetime
    ends_at: datetime


class UsedLink(SQLModel, table=True):
    """A signed link of a mail that was used: it does what it says once.

    Attributes:
        token_hash: its SHA-256; who reads the database can use no link.
        ends_at: from then on the link is refused anyway, and the row may go.
    """

    __tablename__: ClassVar[Any] = "used_links"

    token_hash: str = Field(sa_column=Column(Text, primary_key=True))
    ends_at: datetime


class StoryChange(SQLModel, table=True):
    """What a person did to stories: it moved articles from one into another.

    Attributes:
        kind: "merge" where all of them went, "split" where the other story was made for them.
        articles: the rows of those that were moved.
        silences: the public ids of those that followed them.
    """

    __tablename__: ClassVar[Any] = "story_changes"
    __table_args__: ClassVar[Any] = (
        _one_of("kind", "merge", "split"),
        Index("ix_story_changes_from_id", "from_id"),
        Index("ix_story_changes_into_id", "into_id"),
    )

    id: int = _key()
    uid: str = Field(sa_column=Column(Text, nullable=False, unique=True))
    kind: str
    from_id: int = _ref("stories.id")
    into_id: int = _ref("stories.id")
    articles: list[int] = _json()
    silences: list[str] = _json()
    made_by: str = _text()
    comment: str = _text()
    made_at: datetime
    undone_at: datetime | None = None


silences = _core(SilenceRow)
story_changes = _core(StoryChange)
used_links = _core(UsedLink)
closed_channels = _core(ClosedChannel)
delivery_recipients = _core(DeliveryRecipient)
