"""When an article was published and last changed, as its page says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml.html import HtmlElement, document_fromstring

from monitor.extraction.page_dates import find_published, find_updated
from monitor.model import DateSource, Precision

NINE_PM = datetime(2025, 4, 11, 21, tzinfo=UTC)
META = "article:published_time"


def page(body: str = "<p>Words.</p>") -> HtmlElement:
    return document_fromstring(f"<html><body>{body}</body></html>")


@pytest.mark.parametrize(
    ("article", "metas", "body", "source"),
    [
        ({"datePublished": "2025-04-11T21:00:00Z"}, {}, "", DateSource.JSON_LD),
        ({"dateCreated": "2025-04-11T21:00:00Z"}, {}, "", DateSource.JSON_LD),
        ({}, {META: "2025-04-11T17:00:00-04:00"}, "", DateSource.META),
        ({}, {}, "<time pubdate datetime='2025-04-11T21:00Z'>Friday</time>", DateSource.TIME),
        (
            {},
            {},
            "<time itemprop='datePublished' datetime='2025-04-11T21:00Z'>Friday</time>",
            DateSource.TIME,
        ),
        (
            {},
            {},
            "<time class='entry-published' datetime='2025-04-11T21:00Z'>Friday</time>",
            DateSource.TIME,
        ),
    ],
)
def test_each_place_that_states_a_date(
    article: dict[str, object], metas: dict[str, str], body: str, source: DateSource
) -> None:
    found = find_published(page(body), article, metas, None)

    assert found is not None
    assert (found.date.at, found.source, found.is_exact) == (NINE_PM, source, True)


def test_the_page_s_own_data_come_before_its_meta_tags() -> None:
    found = find_published(
        page(), {"datePublished": "2025-04-11T21:00:00Z"}, {META: "2025-04-11T09:00:00Z"}, None
    )

    assert found is not None
    assert (found.source, found.raw) == (DateSource.JSON_LD, "2025-04-11T21:00:00Z")


def test_an_instant_of_the_same_day_replaces_a_day() -> None:
    found = find_published(
        page(), {"datePublished": "2025-04-11"}, {META: "2025-04-11T21:00:00Z"}, None
    )

    assert found is not None
    assert (found.date.at, found.source) == (NINE_PM, DateSource.META)


def test_an_instant_of_another_day_is_another_article_s() -> None:
    found = find_published(
        page(), {"datePublished": "2025-04-11"}, {META: "2025-06-30T21:00:00Z"}, None
    )

    assert found is not None
    assert found.date.precision is Precision.DAY
    assert found.date.at == datetime(2025, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize("placeholder", ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "soon", ""])
def test_a_placeholder_is_no_date(placeholder: str) -> None:
    found = find_published(
        page(), {"datePublished": placeholder}, {META: "2025-04-11T21:00:00Z"}, None
    )

    assert found is not None
    assert found.source is DateSource.META


def test_a_time_that_is_not_marked_is_not_the_article_s() -> None:
    body = "<time datetime='2025-04-11T21:00:00Z'>The march is on Friday</time>"
    found = find_published(page(body), {}, {}, None)

    assert found is None or found.source is DateSource.HTMLDATE


def test_a_day_in_the_text_is_found_where_nothing_is_stated() -> None:
    body = "<div class='byline'>By Ada Quill, published April 11, 2025</div><p>Words.</p>"
    found = find_published(page(body), {}, {}, "en")

    assert found is not None
    assert (found.source, found.date.precision) == (DateSource.HTMLDATE, Precision.DAY)
    assert found.date.at == datetime(2025, 4, 11, tzinfo=UTC)


@pytest.mark.parametrize("body", ["<p>Words.</p>", "<footer>© 2024 Valley Gazette</footer>"])
def test_a_page_without_a_date_or_with_a_year_alone_has_none(body: str) -> None:
    assert find_published(page(body), {}, {}, None) is None


def test_looking_for_a_date_leaves_the_page_as_it_was() -> None:
    tree = page("<div class='date'>11 April 2025</div><p>Words.</p>")
    before = tree.text_content()

    find_published(tree, {}, {}, None)
    assert tree.text_content() == before


def test_a_date_as_written_is_kept_on_one_bounded_line() -> None:
    written = "2025-04-11T21:00:00Z" + " " * 200
    found = find_published(page(), {"datePublished": written}, {}, None)

    assert found is not None
    assert len(found.raw) <= 100
    assert "\n" not in found.raw


def test_when_a_page_was_changed_is_what_it_says_itself() -> None:
    stated = {"dateModified": "2025-04-11T21:00:00Z"}
    metas = {"article:modified_time": "2025-04-12T21:00:00Z"}

    of_article, of_tags = find_updated(stated, metas, None), find_updated({}, metas, None)
    assert of_article is not None
    assert of_tags is not None
    assert (of_article.at.day, of_tags.at.day) == (11, 12)


def test_a_change_that_cannot_be_read_is_looked_for_in_the_next_place() -> None:
    found = find_updated(
        {"dateModified": "just now"}, {"article:modified_time": "2025-04-12T21:00:00Z"}, None
    )

    assert found is not None
    assert found.at.day == 12
    assert find_updated({}, {}, None) is None


def test_fractions_of_seconds_are_kept_since_edits_are_told_apart_by_them() -> None:
    found = find_updated({"dateModified": "2025-04-11T21:00:00.250Z"}, {}, None)

    assert found is not None
    assert found.at.microsecond == 250_000
