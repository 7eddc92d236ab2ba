"""An article over several pages is read whole, or is said to be incomplete."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from monitor.extraction.further_pages import MAX_PAGES
from monitor.store.views.articles import list_revisions
from monitor.store.views.trace import trace_url
from monitor.urls import canonical_url
from tests.pipeline.conftest import Newsroom
from tests.pipeline.test_run_once import ORDER, story

Answer = Callable[[], tuple[int, str, bytes]]


def part(number: int) -> str:
    return (
        f"Part {number} of the report on Abrego Garcia says what the clerk of the court wrote down "
        f"on the day numbered {number}, and who was there to hear it read aloud in the afternoon."
    )


def serve(newsroom: Newsroom, pages: int, *, answers: dict[int, Answer] | None = None) -> str:
    """Publishes an article of some pages and returns its address."""
    outlet = newsroom.outlets[0]
    url = outlet.publish(
        story("/a", [ORDER], newsroom.now, title="Judge orders testimony about Abrego Garcia")
    )

    def answer(number: int) -> Answer:
        links = "".join(f'<a href="/a?page={other}">{other}</a> ' for other in range(2, pages + 1))
        html = (
            "<html><head><title>Judge orders testimony about Abrego Garcia</title></head><body>"
            "<article><h1>Judge orders testimony about Abrego Garcia</h1>"
            f"<p>{ORDER}</p><p>{part(number)}</p></article><p>{links}</p></body></html>"
        )
        return lambda: (200, "text/html; charset=utf-8", html.encode())

    for number in range(1, pages + 1):
        path = "/a" if number == 1 else f"/a?page={number}"
        outlet.answers[path] = (answers or {}).get(number, answer(number))
    return url


def read(newsroom: Newsroom, url: str) -> tuple[str, str, str]:
    """How much of an article was read, its text and why not more."""
    trace = newsroom.read(trace_url, [url, canonical_url(url)])
    assert trace.article is not None
    (revision,) = newsroom.read(list_revisions, trace.article.row_id)
    return trace.article.extraction, revision.text, trace.page_reason


@pytest.mark.parametrize("pages", [2, 3])
def test_an_article_over_several_pages_is_joined(newsroom: Newsroom, pages: int) -> None:
    newsroom.poll()
    url = serve(newsroom, pages)

    newsroom.poll()

    extraction, text, _ = read(newsroom, url)
    assert extraction == "full"
    assert text.split("\n\n") == [ORDER, *map(part, range(1, pages + 1))]


def test_a_page_that_cannot_be_had_makes_the_article_incomplete(newsroom: Newsroom) -> None:
    newsroom.poll()
    url = serve(newsroom, 3, answers={3: lambda: (500, "text/plain", b"broken")})

    newsroom.poll()

    extraction, text, reason = read(newsroom, url)
    assert extraction == "teaser"
    assert text.split("\n\n") == [ORDER, part(1), part(2)]
    assert "page 3 of the article could not be had" in reason


def test_no_more_than_ten_pages_are_asked_for(newsroom: Newsroom) -> None:
    newsroom.poll()
    url = serve(newsroom, MAX_PAGES + 3)

    newsroom.poll()

    extraction, _, reason = read(newsroom, url)
    asked = [target for _, target, _ in newsroom.outlets[0].requests if target.startswith("/a")]
    assert (extraction, len(asked)) == ("teaser", MAX_PAGES)
    assert "more pages than are read" in reason


def test_what_a_page_with_another_headline_tells_is_not_joined(newsroom: Newsroom) -> None:
    newsroom.poll()
    other = (
        "<html><head><title>Museum in Harrow gives back two bells</title></head><body><article>"
        f"<h1>Museum in Harrow gives back two bells</h1><p>{part(7)}</p><p>{part(8)}</p>"
        "</article></body></html>"
    )
    url = serve(newsroom, 2, answers={2: lambda: (200, "text/html", other.encode())})

    newsroom.poll()

    extraction, text, reason = read(newsroom, url)
    assert (extraction, reason) == ("full", "")
    assert text.split("\n\n") == [ORDER, part(1)]
