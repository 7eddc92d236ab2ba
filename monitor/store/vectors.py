"""Vectors of stored sentences, by the sentence's key, and how the encoder that makes them does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, func, insert, select
from sqlmodel import Session

from monitor.model import Sentence
from monitor.store.engine import chunks
from monitor.store.schema.tables import encoders, sentence_vectors, sentences


@dataclass(frozen=True, slots=True)
class EncoderState:
    """How many distinct sentences are stored, how many have a vector of the encoder, and its last
    failure, if it lasts.
    """

    sentences: int
    encoded: int
    failed_at: datetime | None
    error: str


def store_vectors(session: Session, encoder: str, vectors: Mapping[int, bytes]) -> None:
    """Stores vectors by key; those that another encoder made are replaced."""
    # An empty vector is none: the sentence keeps waiting for one.
    keys = sorted(key for key, vector in vectors.items() if vector)
    for part in chunks(keys):
        # One row a sentence: a vector of another encoder would be compared with nothing.
        session.execute(delete(sentence_vectors).where(sentence_vectors.c.key.in_(part)))
        rows = [{"key": key, "encoder": encoder, "vector": vectors[key]} for key in part]
        session.execute(insert(sentence_vectors), rows)


def get_vectors(session: Session, encoder: str, keys: Sequence[int]) -> dict[int, bytes]:
    """Returns the vectors that an encoder made, by key."""
    found: dict[int, bytes] = {}
    columns = (sentence_vectors.c.key, sentence_vectors.c.vector)
    of_encoder = select(*columns).where(sentence_vectors.c.encoder == encoder)
    for part in chunks(list(keys)):
        rows = session.execute(of_encoder.where(sentence_vectors.c.key.in_(part)))
        found.update({row.key: bytes(row.vector) for row in rows})
    return found


def get_unencoded(session: Session, encoder: str, *, limit: int) -> list[Sentence]:
    """Returns stored sentences without a vector of the encoder, each key once."""
    of_encoder = and_(
        sentence_vectors.c.key == sentences.c.key, sentence_vectors.c.encoder == encoder
    )
    # The same words have the same key; which of their spellings stands for it does not matter, but
    # it is always the same one.
    statement = (
        select(sentences.c.key, func.min(sentences.c.text).label("text"))
        .outerjoin(sentence_vectors, of_encoder)
        .where(sentence_vectors.c.key.is_(None), sentences.c.text != "")
        .group_by(sentences.c.key)
        .limit(limit)
    )
    return [Sentence(0, 0, row.text, row.key) for row in session.execute(statement)]


def set_encoder_state(
    session: Session, encoder: str, *, failed_at: datetime | None, error: str
) -> None:
    """Notes that the encoder failed, or that it works."""
    session.execute(delete(encoders).where(encoders.c.name == encoder))
    session.execute(insert(encoders).values(name=encoder, failed_at=failed_at, error=error))


def get_encoder_state(session: Session, encoder: str) -> EncoderState:
    """Returns how an encoder does; one that was never used has made nothing and never failed."""
    row = session.execute(select(encoders).where(encoders.c.name == encoder)).first()
    return EncoderState(
        sentences=int(session.execute(_count_sentences()).scalar_one()),
        encoded=int(session.execute(_count_vectors(encoder)).scalar_one()),
        failed_at=row.failed_at if row else None,
        error=row.error if row else "",
    )


def _count_sentences() -> Select[Any]:
    """Selects how many different sentences are stored; empty ones have nothing to encode."""
    return select(func.count(sentences.c.key.distinct())).where(sentences.c.text != "")


def _count_vectors(encoder: str) -> Select[Any]:
    """Selects how many vectors an encoder has made."""
    counted = select(func.count()).select_from(sentence_vectors)
    return counted.where(sentence_vectors.c.encoder == encoder)
