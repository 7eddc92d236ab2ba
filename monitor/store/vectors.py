"""Vectors of stored sentences, by the sentence's key, and how the encoder that makes them does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, insert, select
from sqlmodel import Session

from monitor.model import Sentence
from monitor.store.schema.tables import encoders, sentence_vectors, sentences

_PAGE = 500  # keys in one statement


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
    keys = sorted(key for key, vector in vectors.items() if vector)
    for start in range(0, len(keys), _PAGE):
        page = keys[start : start + _PAGE]
        # One row a sentence: a vector of another encoder would be compared with nothing.
        session.execute(delete(sentence_vectors).where(sentence_vectors.c.key.in_(page)))
        session.execute(
            insert(sentence_vectors),
            [{"key": key, "encoder": encoder, "vector": vectors[key]} for key in page],
        )


def get_vectors(session: Session, encoder: str, keys: Sequence[int]) -> dict[int, bytes]:
    """Returns the vectors that an encoder made, by key."""
    found: dict[int, bytes] = {}
    for start in range(0, len(keys), _PAGE):
        page = keys[start : start + _PAGE]
        statement = select(sentence_vectors.c.key, sentence_vectors.c.vector).where(
            sentence_vectors.c.key.in_(page), sentence_vectors.c.encoder == encoder
        )
        found.update({row.key: bytes(row.vector) for row in session.execute(statement)})
    return found


def get_unencoded(session: Session, encoder: str, *, limit: int) -> list[Sentence]:
    """Returns stored sentences without a vector of the encoder, each key once."""
    of_encoder = and_(
        sentence_vectors.c.key == sentences.c.key, sentence_vectors.c.encoder == encoder
    )
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
    """Returns how an encoder does."""
    stored = session.execute(
        select(func.count(sentences.c.key.distinct())).where(sentences.c.text != "")
    ).scalar_one()
    made = (
        select(func.count())
        .select_from(sentence_vectors)
        .where(sentence_vectors.c.encoder == encoder)
    )
    row = session.execute(select(encoders).where(encoders.c.name == encoder)).first()
    failed_at, error = (row.failed_at, row.error) if row else (None, "")
    return EncoderState(int(stored), int(session.execute(made).scalar_one()), failed_at, error)
