"""JSON Feed as its two versions, old writers and broken transfers have it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import FeedParseError
from monitor.feeds.formats import FeedSource, RawFeed, jsonfeed

URL = "https://gazette.example/feed.json"
ITEM = {"id": "1", "url": "/news/ferry", "title": "Ferry runs again", "content_text": "It runs."}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def document(*items: object, **top: object) -> str:
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Gazette"}
    return json.dumps({**head, **top, "items": list(items)})


def parse(text: str, **source: Any) -> RawFeed:
    return jsonfeed.parse(FeedSource(text=text, url=URL, **source))


@pytest.mark.parametrize(
    ("media_type", "head", "fit"),
    [
        ("application/feed+json", '{"items": []', 1.0),
        ("text/plain", '{"version": "https://jsonfeed.org/version/1"', 1.0),
        ("application/json", '{"title": "Gazette"', 0.8),
        ("application/feed+json", "<rss>", 0.0),
        ("application/json", '["a"]', 0.0),
    ],
)
def test_objects_of_json_suit_best_where_they_say_what_they_are(
    media_type: str, head: str, fit: float
) -> None:
    assert jsonfeed.accepts(media_type, head) == fit


def test_what_the_feed_says_of_itself() -> None:
    feed = parse(
        document(
            ITEM,
            description="All of the valley",
            home_page_url="https://gazette.example/",
            language="en-GB",
            next_url="/feed.json?page=2",
            hubs=[{"type": "rssCloud", "url": ""}, {"type": "WebSub", "url": "/hub"}],
        )
    )

    assert (feed.format, feed.title, feed.description) == ("json", "Gazette", "All of the valley")
    assert (feed.home_url, feed.lang) == ("https://gazette.example/", "en-GB")
    assert feed.older_url == "https://gazette.example/feed.json?page=2"
    assert feed.hub_url == "https://gazette.example/hub"
    assert not feed.is_truncated
    assert not feed.warning


def test_the_language_of_the_answer_serves_where_the_feed_names_none() -> None:
    assert parse(document(ITEM), content_language="es").lang == "es"
    assert parse(document(ITEM, language="fr"), content_language="es").lang == "fr"


def test_an_item_of_the_second_version() -> None:
    (item,) = parse(
        document(
            {
                **ITEM,
                "summary": "Again <soon>",
                "content_html": "<p>It runs.</p>",
                "date_published": "2025-04-11T21:00:00Z",
                "date_modified": "2025-04-12T09:00:00Z",
                "authors": [
                    {"name": "Ada Quill"},
                    {"url": "https://x.example"},
                    {"name": "B. Oak"},
                ],
                "language": "en",
            }
        )
    ).items

    assert (item.guid, item.url) == ("1", "https://gazette.example/news/ferry")
    # Markup is markup, and plain text is made into it.
    assert (item.content, item.summary) == ("<p>It runs.</p>", "Again &lt;soon&gt;")
    assert (item.published, item.updated) == ("2025-04-11T21:00:00Z", "2025-04-12T09:00:00Z")
    assert (item.author, item.lang) == ("Ada Quill, B. Oak", "en")


def test_the_author_of_the_first_version_serves_where_there_are_no_authors() -> None:
    old, both = parse(
        document(
            {**ITEM, "author": {"name": "Ada Quill"}},
            {**ITEM, "author": {"name": "Ada Quill"}, "authors": [{"name": "B. Oak"}]},
        )
    ).items

    assert old.author == "Ada Quill"
    assert both.author == "B. Oak"


def test_an_item_that_points_elsewhere_has_that_address() -> None:
    linked, own = parse(
        document(
            {"id": "1", "external_url": "https://herald.example/a"},
            {"id": "2", "url": "/b", "external_url": "https://herald.example/b"},
        )
    ).items

    assert linked.url == "https://herald.example/a"
    assert own.url == "https://gazette.example/b"


def test_numbers_are_ids_and_truths_are_not() -> None:
    ids = [item.guid for item in parse(document({"id": 17}, {"id": 1.5}, {"id": True})).items]

    assert ids == ["17", "1.5", ""]


def test_what_is_no_object_is_no_item() -> None:
    assert len(parse(document(ITEM, "text", None, 3, [ITEM], ITEM)).items) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "http://", "", 7])
def test_an_address_that_is_none_of_the_web_is_no_address(url: object) -> None:
    (item,) = parse(document({"id": "1", "url": url})).items

    assert item.url is None or item.url.startswith("https://gazette.example/")


def test_of_a_feed_that_breaks_off_the_whole_items_are_kept() -> None:
    whole = document(ITEM, {**ITEM, "id": "2"}, {**ITEM, "id": "3"}, language="en")
    items_begin = whole.index('"items"')
    feed = parse(whole[: whole.index('"id": "3"') + 4])

    assert [item.guid for item in feed.items] == ["1", "2"]
    assert feed.is_truncated
    assert feed.warning == "the document breaks off after 2 items"
    # What stands before the items is known all the same.
    assert '"language"' in whole[:items_begin]
    assert (feed.title, feed.lang) == ("Gazette", "en")


@given(cut=st.integers(min_value=1, max_value=400))
def test_wherever_a_feed_breaks_off_no_item_is_invented(cut: int) -> None:
    whole = document(*({**ITEM, "id": str(number)} for number in range(4)))
    try:
        feed = parse(whole[: min(cut, len(whole) - 1)])
    except FeedParseError:
        return

    ids = [item.guid for item in feed.items]
    assert ids == [str(number) for number in range(len(ids))]
    assert all(item.title == "Ferry runs again" for item in feed.items)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"title": "Gazette"', "broken JSON"),
        ('{"items": [', "broken JSON"),
        ('{"items": {"id": 1}}', "no list of items"),
        ('{"title": "Gazette"}', "no list of items"),
        ('["items"]', "no list of items"),
        ("[" * 100_000, "broken JSON"),
    ],
)
def test_what_is_no_json_feed_says_what_is_wrong_and_what_to_do(text: str, said: str) -> None:
    with pytest.raises(FeedParseError, match=said) as caught:
        parse(text)

    assert URL in str(caught.value)
    assert caught.value.hint


def test_what_follows_the_object_is_no_part_of_the_feed() -> None:
    assert len(parse(document(ITEM) + "\n<!-- served in 3 ms -->").items) == 1


@given(top=st.dictionaries(st.text(max_size=12), ANYTHING, max_size=4), items=st.lists(ANYTHING))
def test_values_of_any_type_are_read_or_left(top: dict[str, Any], items: list[Any]) -> None:
    feed = parse(json.dumps({**top, "items": items}))

    assert len(feed.items) == sum(isinstance(item, dict) for item in items)
    assert all(isinstance(item.title, str) for item in feed.items)


def test_line_breaks_inside_strings_cost_nothing() -> None:
    text = document({**ITEM, "content_text": "It runs.@Again."}, {**ITEM, "id": "2"})

    feed = parse(text.replace("@", "\n\t"))

    assert [item.guid for item in feed.items] == ["1", "2"]
    assert "Again." in feed.items[0].content
    assert not feed.is_truncated
