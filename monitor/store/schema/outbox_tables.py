"""The tables of what receivers said once and for all, recipients of a delivery and channels; and of
what is not to be told for a while.

The rules of `tables` hold here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import CheckConstraint, Column, ForeignKey, Text
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import ID
from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import key as _key
from monitor.store.schema.columns import one_of as _one_of
from monitor.store.schema.columns import ref as _ref
from monitor.store.schema.columns import text as _text


class DeliveryRecipient(SQLModel, table=True):
    """The final answer of one recipient to a delivery; who is to be asked again has no row."""

    __tablename__: ClassVar[Any] = "delivery_recipients"

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


silences = _core(SilenceRow)
closed_channels = _core(ClosedChannel)
delivery_recipients = _core(DeliveryRecipient)
