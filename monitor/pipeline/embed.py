"""Vectors for sentences, where the optional encoder is installed; no failure of it stops anything.

Verdicts are the same without it; an article whose sentences could not be encoded shows no stored
sentence nearest in meaning. The first failure is logged and shown by `status`; after three in a row
the encoder is left alone until the next start. Sentences that were stored without a vector, or with
one of another version, are made up for a thousand at a time, before articles are read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from monitor.encoding import encode_texts
from monitor.errors import MonitorError
from monitor.model import Analysis
from monitor.novelty import with_vectors
from monitor.pipeline.context import Context, Encoder, log
from monitor.store.vectors import get_unencoded, set_encoder_state, store_vectors

# For one article or batch: 400 sentences take a third of a second, loading the model half of one.
TIMEOUT = timedelta(seconds=20)
BATCH = 250  # sentences made up for in one call
FILLED = 1_000  # sentences made up for before articles are read: a second of work
# In a row: each takes up to the timeout, and articles wait for it.
MOST_FAILURES = 3


def usable_encoder(ctx: Context) -> Encoder | None:
    """Returns the encoder; None when none is installed, the config says no, or it failed too
    often.
    """
    encoder = ctx.encoder
    if encoder is None or ctx.settings.judge.semantic != "auto":
        return None
    return encoder if encoder.failures < MOST_FAILURES else None


async def encode_analysis(ctx: Context, analysis: Analysis) -> Analysis:
    """Returns the analysis with a vector for every sentence, as it is when there is no encoder or
    it fails.
    """
    encoder = usable_encoder(ctx)
    if encoder is None:
        return analysis
    texts = [sentence.text for sentence in (analysis.title, *analysis.sentences)]
    vectors = await _encode(ctx, encoder, texts)
    return analysis if vectors is None else with_vectors(analysis, vectors)


async def fill_vectors(ctx: Context) -> int:
    """Encodes stored sentences that have no vector of this encoder, at most `FILLED`; returns how
    many.
    """
    filled = 0
    while (encoder := usable_encoder(ctx)) is not None and filled < FILLED:
        count = await _fill_batch(ctx, encoder)
        filled += count
        # Nothing is left, or the encoder fails.
        if count < BATCH:
            break
    if filled:
        ctx.indexes.forget_all()  # they were read without these vectors
        log.info("vectors_filled", sentences=filled)
    return filled


async def _fill_batch(ctx: Context, encoder: Encoder) -> int:
    """Returns how many sentences got a vector, 0 when none is missing or the encoder fails."""
    missing = await ctx.read(get_unencoded, encoder.name, limit=BATCH)
    if not missing:
        return 0
    vectors = await _encode(ctx, encoder, [sentence.text for sentence in missing])
    if vectors is None:
        return 0
    # By key: a sentence that several articles have is encoded once.
    keys = [sentence.key for sentence in missing]
    await ctx.write(store_vectors, encoder.name, dict(zip(keys, vectors, strict=True)))
    return len(missing)


async def _encode(ctx: Context, encoder: Encoder, texts: Sequence[str]) -> list[bytes] | None:
    try:
        vectors = await encoder.pool.run(encode_texts, list(texts), timeout=TIMEOUT)
    except MonitorError as error:
        await _note_failure(ctx, encoder, error)
        return None
    await _note_success(ctx, encoder)
    return vectors


async def _note_success(ctx: Context, encoder: Encoder) -> None:
    # Once, and after a failure: a write for every article would say nothing new.
    if encoder.failures or not encoder.was_noted:
        encoder.failures, encoder.was_noted = 0, True
        await ctx.write(set_encoder_state, encoder.name, failed_at=None, error="")


async def _note_failure(ctx: Context, encoder: Encoder, error: MonitorError) -> None:
    encoder.failures += 1
    _warn_of_failure(encoder, error)
    await ctx.write(set_encoder_state, encoder.name, failed_at=ctx.clock(), error=error.message)


def _warn_of_failure(encoder: Encoder, error: MonitorError) -> None:
    # The first and the last one: those between are the same.
    if encoder.failures == 1:
        log.warning(
            "encoder_failed",
            encoder=encoder.name,
            error=error.message,
            effect="no sentence nearest in meaning is shown",
        )
    if encoder.failures == MOST_FAILURES:
        hint = "it is tried again at the next start"
        log.warning("encoder_stopped", encoder=encoder.name, hint=hint)
