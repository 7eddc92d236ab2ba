"""A later text of an article has its own date, told beside the first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from monitor.store.views.articles import list_revisions
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_run_once import ORDER, SEED_PARAGRAPHS, story
from tests.world import Story, at

APRIL = at("2025-04-15T11:00:00")
JUNE = at("2025-06-11T10:00:00")
GUID = "https://harbour.example/top-story"
NEXT = (
    "A federal judge in Maryland on Wednesday ordered the release of three officials' letters "
    "about Kilmar Abrego Garcia."
)


def publish(newsroom: Newsroom, paragraphs: list[str], when: datetime, title: str) -> Story:
    """Puts another text under the same address and guid, dated anew."""
    told = story("/top", paragraphs, when, title=title)
    told.guid, told.summary = GUID, paragraphs[0]
    newsroom.outlets[0].stories[:] = [told]
    return told


def developments(newsroom: Newsroom) -> list[dict[str, Any]]:
    """What was told as news."""
    return [event["data"] for event in newsroom.alerts if event["type"] == "development.created"]


@pytest.fixture(params=["by its feed", "by its page"])
def alert(newsroom: Newsroom, request: pytest.FixtureRequest) -> dict[str, Any]:
    """What was told of June's news under April's guid."""
    newsroom.poll()
    publish(newsroom, [ORDER, *SEED_PARAGRAPHS], APRIL, "Abrego Garcia: judge orders testimony")
    newsroom.poll()
    newsroom.now = JUNE
    publish(newsroom, [NEXT, *SEED_PARAGRAPHS], JUNE, "Abrego Garcia: letters to be released")
    if request.param == "by its feed":
        # Another number of stories is another document to the server.
        newsroom.outlets[0].publish(story("/rain", ["Rain until Sunday."], JUNE, title="Rain"))
    newsroom.poll()
    first, second = developments(newsroom)
    assert first["article"]["revision"] == 1
    return second


def test_an_alert_on_a_later_text_says_both_dates(alert: dict[str, Any]) -> None:
    assert NEXT in [sentence["text"] for sentence in alert["new_sentences"]]
    assert alert["article"]["revision"] == 2
    assert alert["article"]["published_at"] == "2025-04-15T11:00:00Z"
    assert alert["article"]["revised_at"] == "2025-06-11T10:00:00Z"
    assert alert["development"]["first_published_at"] == "2025-06-11T10:00:00Z"


def test_the_first_text_has_the_date_of_the_article_alone(newsroom: Newsroom) -> None:
    newsroom.poll()
    publish(newsroom, [ORDER, *SEED_PARAGRAPHS], APRIL, "Abrego Garcia: judge orders testimony")
    newsroom.poll()

    (alert,) = developments(newsroom)
    assert alert["article"]["revised_at"] is None
    assert alert["development"]["first_published_at"] == "2025-04-15T11:00:00Z"


@pytest.mark.parametrize("dated", [APRIL, APRIL - timedelta(days=9), at("2031-01-01T00:00:00")])
def test_a_text_that_states_no_later_date_has_none(newsroom: Newsroom, dated: datetime) -> None:
    newsroom.poll()
    publish(newsroom, [ORDER, *SEED_PARAGRAPHS], APRIL, "Abrego Garcia: judge orders testimony")
    newsroom.poll()
    newsroom.now = JUNE
    publish(newsroom, [NEXT, *SEED_PARAGRAPHS], dated, "Abrego Garcia: letters to be released")
    newsroom.poll()

    texts = [text for row in range(1, 5) for text in newsroom.read(list_revisions, row)]
    assert max(text.number for text in texts) == 2
    assert {text.published_at for text in texts} == {None}
    _, second = developments(newsroom)
    # What was added in June was not published in April.
    assert second["development"]["first_published_at"] is None
