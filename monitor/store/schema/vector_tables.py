"""The tables of the optional encoder; the rules of `tables` hold here, too."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, LargeBinary, Text
from sqlmodel import Field, SQLModel

from monitor.store.schema.columns import core as _core
from monitor.store.schema.columns import text as _text


class SentenceVector(SQLModel, table=True):
    """The direction of a sentence in meaning, for all sentences with its key; of another encoder it
    says nothing.
    """

    __tablename__: ClassVar[Any] = "sentence_vectors"
    __table_args__: ClassVar[Any] = ({"sqlite_with_rowid": False},)

    key: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    encoder: str = _text()
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class EncoderRow(SQLModel, table=True):
    """An encoder that was used, and when and why it last failed; None while it works."""

    __tablename__: ClassVar[Any] = "encoders"

    name: str = Field(sa_column=Column(Text, primary_key=True))
    failed_at: datetime | None = None
    error: str = _text()


sentence_vectors = _core(SentenceVector)
encoders = _core(EncoderRow)
