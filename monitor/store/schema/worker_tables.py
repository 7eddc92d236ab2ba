"""The tables of who works on a store: its daemons, and the config that it belongs to; the rules of
`tables` hold here, too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import core as _core


class Worker(SQLModel, table=True):
    """A daemon that works on this store, and when it last said so."""

    __tablename__: ClassVar[Any] = "workers"

    id: str = Field(sa_column=Column(Text, primary_key=True))
    version: str
    roles: str
    started_at: datetime
    heartbeat_at: datetime
    stopped_at: datetime | None = None


class ConfigFolder(SQLModel, table=True):
    """The folder whose config the store belongs to: one row, none where nobody has used it."""

    __tablename__: ClassVar[Any] = "config_folders"

    path: str = Field(sa_column=Column(Text, primary_key=True))
    adopted_at: datetime


workers = _core(Worker)
config_folders = _core(ConfigFolder)
