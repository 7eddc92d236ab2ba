"""What a query sees of an item or an article, made in one place from whatever is known of it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from monitor.dates import is_plausible
from monitor.matching import Folded
from monitor.model import FeedDocument, FeedItem, Fields
from monitor.newsrooms import find_credit, newsroom_of

# Named by types only: a search needs none of them.
if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.articles import FetchedArticle
    from monitor.store.cases import StoredItem
    from monitor.store.feeds import FeedName


class HasArticleFields(Protocol):
    """An article with its text, as fetched or as stored."""

    @property
    def title(self) -> str:
        """Its headline."""

    @property
    def summary(self) -> str:
        """Its teaser in the feed."""

    @property
    def text(self) -> str:
        """Its full text."""

    @property
    def url(self) -> str:
        """Its address."""

    @property
    def outlet(self) -> str:
        """Who published it."""

    @property
    def lang(self) -> str | None:
        """Its language as its page or feed names it."""


def article_fields(article: HasArticleFields, *, feed: str, at: datetime) -> Fields:
    """Returns what queries see of an article.

    Args:
        feed: titles or addresses of the feeds that brought it.
        at: when it was published, else found.
    """
    return Fields(
        title=article.title,
        summary=article.summary,
        text=article.text,
        url=article.url,
        outlet=article.outlet,
        lang=short_lang(article.lang),
        feed=feed,
        at=at,
    )


def fold_article(fields: Fields) -> Folded:
    """Folds an article of which all is read; where neither feed nor page names its language, its
    words tell it.
    """
    return Folded.of(fields, guess_lang=_guess_lang)


def _guess_lang(fields: Fields) -> str:
    # Loaded here: a search needs it for no article that was analysed.
    from monitor.novelty import guess_language

    return guess_language(fields.text or f"{fields.title} {fields.summary}")


def item_fields(item: FeedItem, document: FeedDocument, feed: FeedName, now: datetime) -> Fields:
    """Returns what queries see of a feed's item; one whose date cannot be believed is of now."""
    at = item.published_at
    return Fields(
        title=item.title,
        summary=item.summary,
        text=item.content,
        url=item.url or "",
        outlet=item.source_name or feed.title or document.title,
        lang=item.lang or document.lang or "",
        feed=feed.label,
        at=at if at and is_plausible(at, now=now) else now,
    )


def stored_item_fields(item: StoredItem) -> Fields:
    """Returns what queries see of a stored item whose page nobody has read."""
    return Fields(
        title=item.title,
        summary=item.summary,
        url=item.url,
        outlet=item.feed.label,
        lang=item.lang,
        feed=item.feed.label,
        at=item.at,
    )


def own_newsroom(settings: Settings, article: FetchedArticle) -> str:
    """Returns whose text an article is, by what it says itself and where it stands."""
    credit = find_credit(article.text, article.author)
    return newsroom_of(article.urls[0], credit, settings.families)


def short_lang(lang: str | None) -> str:
    """Returns the language of a tag such as "es-419": its first two letters, empty for unknown."""
    return (lang or "")[:2]
