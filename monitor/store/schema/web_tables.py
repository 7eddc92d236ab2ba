"""The tables of what is remembered of hosts and links; the rules of `tables` hold here, too."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Column, Text
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import text as _text


class Host(SQLModel, table=True):
    """A host that asked to be left alone; gone when it answers again."""

    __tablename__: ClassVar[Any] = "hosts"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    paused_until: datetime
    refusals: int = 0
    reason: str = _text()


class RobotsRow(SQLModel, table=True):
    """A site's robots.txt as last fetched, by scheme and host."""

    __tablename__: ClassVar[Any] = "robots_files"

    origin: str = Field(sa_column=Column(Text, primary_key=True))
    text: str = _text()
    is_readable: bool
    expires_at: datetime


class ResolvedLink(SQLModel, table=True):
    """Where an aggregator's link leads, by its token; without a target nobody could say."""

    __tablename__: ClassVar[Any] = "resolved_links"

    token: str = Field(sa_column=Column(Text, primary_key=True))
    target: str | None = _text(nullable=True)
    asked_at: datetime


hosts = _core(Host)
robots_files = _core(RobotsRow)
