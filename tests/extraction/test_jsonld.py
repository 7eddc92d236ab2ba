"""Which JSON-LD object describes the article, and what its values say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from monitor.extraction.jsonld import (
    JsonObject,
    find_article,
    find_named,
    is_free,
    read_kinds,
    read_line,
    read_posts,
    read_string,
)
from monitor.model import Post

URL = "https://herald.example/harbor"
ARTICLE: JsonObject = {"@type": "NewsArticle", "headline": "Harbor reopens"}
OWN: JsonObject = {**ARTICLE, "url": URL}
DATED: JsonObject = {**ARTICLE, "headline": "Ferry delayed", "datePublished": "2025-04-11"}


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        ([DATED, OWN], OWN),
        ([DATED, {**ARTICLE, "mainEntityOfPage": {"@id": f"{URL}?utm_source=x"}}], None),
        ([ARTICLE, DATED], DATED),
        ([ARTICLE], ARTICLE),
        ([{"@type": "NewsArticle"}], {}),
        ([{"@type": "Organization", "name": "Herald"}], {}),
        ([], {}),
    ],
)
def test_the_node_with_the_pages_address_counts_then_one_with_a_date(
    nodes: list[JsonObject], found: JsonObject | None
) -> None:
    assert find_article(nodes, URL) == (nodes[-1] if found is None else found)


def test_a_post_of_a_live_blog_is_not_the_article() -> None:
    post: JsonObject = {"@type": "BlogPosting", "headline": "Ferry leaves", "url": URL}
    blog: JsonObject = {
        "@type": "LiveBlogPosting",
        "headline": "Harbor live",
        "liveBlogUpdate": [post],
    }

    assert find_article([blog, post], URL) is blog


@pytest.mark.parametrize(
    ("value", "kinds"),
    [
        ("NewsArticle", ["NewsArticle"]),
        (["https://schema.org/Report", "Thing"], ["Report", "Thing"]),
        ([None, 7], []),
        (None, []),
    ],
)
def test_types_are_read_without_the_address_of_their_vocabulary(
    value: object, kinds: list[str]
) -> None:
    assert kinds == read_kinds({"@type": value})


@pytest.mark.parametrize(
    ("value", "text"),
    [(" Harbor ", "Harbor"), (["Harbor", "Ferry"], "Harbor"), ([], ""), ({"a": "b"}, ""), (7, "")],
)
def test_a_string_is_trimmed_and_of_a_list_the_first(value: object, text: str) -> None:
    assert read_string({"name": value}, "headline", "name") == text


@pytest.mark.parametrize(
    ("value", "free"),
    [
        (None, True),
        (True, True),
        (False, False),
        ("False", False),
        ("http://schema.org/False", False),
        ("true", True),
    ],
)
def test_only_what_says_so_is_behind_a_paywall(value: object, free: bool) -> None:
    assert is_free({"isAccessibleForFree": value}) is free


def test_a_value_that_is_escaped_as_html_is_read_as_text() -> None:
    assert read_line("Harbor &amp; <b>ferry</b>") == "Harbor & ferry"


def test_a_reference_leads_to_a_node_with_a_name() -> None:
    nodes: list[JsonObject] = [{"@id": "#jane"}, {"@id": "#jane", "name": "Jane Roe"}]

    assert find_named(nodes, "#jane") == nodes[1]
    assert find_named(nodes, "#leo") is None


def test_posts_have_their_times_and_do_not_repeat_their_headline() -> None:
    updates = [
        {"headline": "Ferry leaves", "articleBody": "Ferry leaves."},
        {"articleBody": "The pier is open.", "datePublished": "2025-04-11T21:00:00Z"},
        {"datePublished": "2025-04-11T22:00:00Z"},
        "no post",
    ]

    assert read_posts({"liveBlogUpdate": updates}, "en") == (
        Post(None, "Ferry leaves", ""),
        Post(datetime(2025, 4, 11, 21, tzinfo=UTC), "", "The pier is open."),
    )
