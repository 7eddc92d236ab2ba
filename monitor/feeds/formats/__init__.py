"""Feed formats: each says how well a document suits it and reads it into raw items.

A format takes over what the document states, in markup and as strings; cleaning, dates, limits and
identity are the same for all and are done once, in `monitor.feeds.parse`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FeedSource:
    """A decoded document and where it came from.

    Attributes:
        url: the address after redirects.
        warning: what was wrong with its encoding; empty when nothing was.
    """

    text: str
    url: str
    media_type: str = ""
    content_language: str | None = None
    warning: str = ""


@dataclass(frozen=True, slots=True)
class RawItem:
    """One item as the document has it: texts are markup, dates are strings, links are resolved.

    Attributes:
        published_hint: the format's own reading of `published`, used when ours fails.
        is_media: its link is a file beside the item (an enclosure), no page.
        updated: date of the last change; the only date of items that carry Dublin Core's `date`.
        published_field, updated_field: what the two are called in the document.
    """

    guid: str = ""
    url: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    author: str = ""
    published: str = ""
    updated: str = ""
    published_hint: datetime | None = None
    updated_hint: datetime | None = None
    lang: str | None = None
    source_name: str | None = None
    is_media: bool = False
    published_field: str = "published"
    updated_field: str = "updated"


@dataclass(frozen=True, slots=True)
class RawFeed:
    """A document as its format reads it; see `monitor.model.FeedDocument` for the meaning of the
    fields.

    Attributes:
        is_last_item_broken: the document breaks off inside its last item.
    """

    format: str
    items: Sequence[RawItem]
    title: str = ""
    description: str = ""
    home_url: str | None = None
    lang: str | None = None
    warning: str = ""
    is_truncated: bool = False
    is_last_item_broken: bool = False
    ttl: timedelta | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    older_url: str | None = None
    hub_url: str | None = None


class FeedFormat(Protocol):
    """What a module in this package offers."""

    def accepts(self, media_type: str, head: str) -> float:
        """Returns how well a document suits, 0-1, higher is better.

        Args:
            media_type: of the Content-Type header, lower case; may be empty.
            head: its first characters, without leading white space.
        """

    def parse(self, source: FeedSource) -> RawFeed:
        """Reads the document.

        Raises:
            FeedParseError: it is not of this format, or holds nothing that can be read.
        """
