"""What a query sees is the same, wherever an article or an item comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import FeedDocument, FeedItem, Fields
from monitor.pipeline.fields import (
    article_fields,
    fold_article,
    item_fields,
    own_newsroom,
    short_lang,
    stored_item_fields,
)
from monitor.settings import load_settings
from monitor.store.cases import StoredItem
from monitor.store.feeds import FeedName
from tests.store.rows import fetched
from tests.world import at

NOW = at("2025-06-01T12:00:00")
PUBLISHED = at("2025-05-31T09:00:00")
FEED = FeedName("https://quarry.example/rss", "Quarry News", ("local",))
ITEM = FeedItem("k", "https://quarry.example/1", "Quarry reopens", published_at=PUBLISHED)
DOCUMENT = FeedDocument("rss", title="The Quarry Paper", lang="es", items=(ITEM,))


@pytest.mark.parametrize(
    ("written", "short"), [("es-419", "es"), ("en", "en"), ("", ""), (None, "")]
)
def test_a_language_is_its_first_two_letters(written: str | None, short: str) -> None:
    assert short_lang(written) == short


@pytest.mark.parametrize(
    ("title", "summary", "text", "lang"),
    [
        ("Closed", "", "The quarry was closed by the mayor of the town.", "en"),
        ("Cerrada", "", "La cantera fue cerrada por la alcaldesa de la villa.", "es"),
        ("The mayor of the valley", "La cantera", "", "en"),
        ("Suletud", "", "Karjäär suleti.", ""),
    ],
)
def test_words_tell_the_language_of_an_article_that_names_none(
    title: str, summary: str, text: str, lang: str
) -> None:
    assert fold_article(Fields(title=title, summary=summary, text=text)).lang == lang


def test_an_article_is_seen_with_its_full_text() -> None:
    article = fetched(7, "The quarry reopened on Sunday.", title="Quarry reopens", lang="en-GB")

    assert article_fields(article, feed="Quarry News", at=PUBLISHED) == Fields(
        title="Quarry reopens",
        summary="",
        text="The quarry reopened on Sunday.",
        url="https://news.example/story-number-7",
        outlet="Gazette",
        lang="en",
        feed="Quarry News",
        at=PUBLISHED,
    )


@pytest.mark.parametrize(
    ("source", "feed_title", "outlet"),
    [
        ("Valley Wire", "Quarry News", "Valley Wire"),
        (None, "Quarry News", "Quarry News"),
        (None, "", "The Quarry Paper"),
    ],
)
def test_an_items_outlet_is_its_source_else_its_feed_else_the_document(
    source: str | None, feed_title: str, outlet: str
) -> None:
    item = replace(ITEM, source_name=source)
    feed = replace(FEED, title=feed_title)

    assert item_fields(item, DOCUMENT, feed, NOW).outlet == outlet


@pytest.mark.parametrize(("lang", "seen"), [("en", "en"), (None, "es")])
def test_an_item_without_a_language_has_that_of_its_document(lang: str | None, seen: str) -> None:
    assert item_fields(replace(ITEM, lang=lang), DOCUMENT, FEED, NOW).lang == seen


@pytest.mark.parametrize(
    ("published_at", "seen_at"),
    [(PUBLISHED, PUBLISHED), (None, NOW), (NOW + timedelta(days=30), NOW)],
)
def test_an_item_whose_date_cannot_be_believed_is_of_now(
    published_at: datetime | None, seen_at: datetime
) -> None:
    item = replace(ITEM, published_at=published_at)

    assert item_fields(item, DOCUMENT, FEED, NOW).at == seen_at


@pytest.mark.parametrize(
    ("title", "label"), [("Quarry News", "Quarry News"), ("", "https://quarry.example/rss")]
)
def test_a_stored_items_outlet_is_its_feed(title: str, label: str) -> None:
    item = StoredItem(
        id=1,
        feed=replace(FEED, title=title),
        url="https://quarry.example/1",
        title="Quarry reopens",
        summary="After nine years.",
        lang="en",
        at=PUBLISHED,
        is_read=False,
    )

    fields = stored_item_fields(item)

    assert (fields.outlet, fields.feed) == (label, label)
    assert (fields.text, fields.summary) == ("", "After nine years.")


@pytest.mark.parametrize(
    ("changes", "newsroom"),
    [
        ({}, "news.example"),
        ({"text": "BALTIMORE (AP) — The quarry reopened."}, "Associated Press"),
        ({"author": "Reuters"}, "Reuters"),
        ({"urls": ("https://quarry.example/1",)}, "Quarry group"),
        ({"outlet": "BBC"}, "news.example"),
    ],
)
def test_a_newsroom_is_told_by_text_and_address_and_not_by_the_feed(
    tmp_path: Path, changes: dict[str, object], newsroom: str
) -> None:
    (tmp_path / "monitor.toml").write_text('[publishers]\n"Quarry group" = ["quarry.example"]\n')
    (tmp_path / "feeds.toml").write_text("")
    article = replace(fetched(7, "The quarry reopened on Sunday."), **changes)  # type: ignore[arg-type]

    assert own_newsroom(load_settings(tmp_path, {}), article) == newsroom
