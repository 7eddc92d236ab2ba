"""A query that is widened finds what was read for the case before and belonged to it not yet."""

from __future__ import annotations

from datetime import timedelta

from monitor.store.views.articles import list_articles
from tests.acceptance.config import QUERY
from tests.pipeline.conftest import Newsroom
from tests.world import Story


def _ask_for(newsroom: Newsroom, query: str) -> None:
    """Gives the case a query, beside what makes it look at an item."""
    path = newsroom.config / "cases" / "abrego-garcia.toml"
    case = path.read_text()
    begin = case.index("query = ")
    rest = case[case.index("feeds = ") :].removeprefix("candidates = 'lakeside'\n")
    path.write_text(f"{case[:begin]}query = '''{query}'''\ncandidates = 'lakeside'\n{rest}")


def _titles(newsroom: Newsroom) -> set[str]:
    return {one.title for one in newsroom.read(list_articles, limit=9)} - {""}


def test_an_item_that_was_read_in_vain_is_read_again_for_a_wider_query(newsroom: Newsroom) -> None:
    _ask_for(newsroom, QUERY)
    newsroom.poll()
    newsroom.outlets[0].publish(
        Story(
            "/mayor",
            "Lakeside elects a mayor",
            ["Voters in Lakeside elected Ada Winter as their mayor on Tuesday."],
            newsroom.now + timedelta(minutes=30),
        )
    )
    assert newsroom.poll().ingested == 1
    assert _titles(newsroom) == set()
    _ask_for(newsroom, f'{QUERY} OR "ada winter"')

    newsroom.poll()

    assert _titles(newsroom) == {"Lakeside elects a mayor"}
    assert newsroom.alerts == []
