"""The order in which feeds answer makes no difference, and judging twice changes nothing."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.store.schema.tables import entries
from monitor.store.views.cases import get_totals
from monitor.store.views.developments import list_developments
from tests.acceptance.config import write_config
from tests.conftest import SEED
from tests.pipeline.conftest import Newsroom
from tests.world import Hook, Outlet, Story, at

START = at("2025-04-15T12:00:00")
SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
NEWS = (
    (
        "A federal judge in Maryland on Tuesday ordered four officials to answer questions under "
        "oath about Abrego Garcia."
    ),
    (
        "A senator from Maryland flew to San Salvador on Tuesday to ask for the release of Abrego "
        "Garcia."
    ),
    (
        "The wife of Abrego Garcia filed a motion on Tuesday that asks the court to fine the "
        "government."
    ),
)


def publish_all(outlets: list[Outlet]) -> None:
    """Each outlet prints each piece of news, in a turn of its own; some at the same minute."""
    for number, outlet in enumerate(outlets):
        for turn, news in enumerate(NEWS):
            when = START + timedelta(minutes=10 * ((turn + number) % 3))
            outlet.publish(
                Story(
                    f"/{turn}",
                    f"Abrego Garcia {turn}",
                    [news, *SEED_PARAGRAPHS[: 8 - number]],
                    when,
                    "Abrego Garcia",
                )
            )


@pytest.fixture
def outlets() -> Iterator[list[Outlet]]:
    sites = [
        Outlet(name, f"127.0.7.{number}")
        for number, name in enumerate(("Gazette", "Courier", "Post"), start=1)
    ]
    yield sites
    for site in sites:
        site.close()


@pytest.mark.parametrize("shuffle", range(3))
def test_feeds_in_any_order_give_the_same_developments(
    tmp_path: Path, outlets: list[Outlet], hook: Hook, shuffle: int
) -> None:
    told = []
    publish_all(outlets)
    stories = {outlet.name: outlet.stories for outlet in outlets}
    for attempt in range(2):
        order = list(outlets)
        random.Random(shuffle * 2 + attempt).shuffle(order)
        url = f"sqlite:///{tmp_path / f'{attempt}.db'}"
        newsroom = Newsroom(
            write_config(tmp_path / str(attempt), order, hook=hook, database_url=url),
            url,
            hook,
            order,
            START,
        )
        for outlet in outlets:
            outlet.stories = []
        newsroom.poll()
        for outlet in outlets:
            outlet.stories = stories[outlet.name]
        newsroom.poll()
        told.append(
            [
                (one.url, one.summary, one.carriers)
                for one in newsroom.read(list_developments, limit=50)
            ]
        )

    assert told[0] == told[1]
    assert len(told[0]) >= 1


def test_judging_twice_changes_nothing(newsroom: Newsroom) -> None:
    newsroom.poll()
    publish_all(newsroom.outlets)
    newsroom.poll()
    before = (
        newsroom.read(get_totals),
        newsroom.read(list_developments, limit=50),
        len(newsroom.alerts),
    )

    def queue_again(session: Session) -> None:
        session.execute(sa.update(entries).values(state="queued", attempts=0))

    async def work(ctx: object) -> None:
        await ctx.write(queue_again)  # type: ignore[attr-defined]

    newsroom.run(work)
    newsroom.poll()

    assert (
        newsroom.read(get_totals),
        newsroom.read(list_developments, limit=50),
        len(newsroom.alerts),
    ) == before
