"""The tables of what receivers said once and for all: recipients of a delivery, channels.

The rules of `tables` hold here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import core as _core
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


closed_channels = _core(ClosedChannel)
delivery_recipients = _core(DeliveryRecipient)
