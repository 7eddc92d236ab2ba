"""News without end: each story tells something that no other one tells."""

from __future__ import annotations

import html
import random
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

QUERY = "harbour"
_SYLLABLES = ("bel", "cor", "dan", "fen", "gar", "hol", "jun", "kes", "lin", "mor", "nev", "pol")
_ENDINGS = ("ary", "ett", "ine", "oway", "ridge", "stan", "umber", "wick")
_ACTS = (
    "ordered the release of",
    "charged",
    "sentenced",
    "fined",
    "dismissed the case against",
    "arrested",
    "deported",
    "acquitted",
)
_PLACES = ("quay", "customs house", "ferry hall", "fish market", "pilot station", "dry dock")


@dataclass(frozen=True)
class NewsItem:
    """One story: number `number` of the feed `feed`."""

    feed: int
    number: int
    published_at: datetime

    @property
    def path(self) -> str:
        return f"/{self.feed}/{self.number}"

    @property
    def _random(self) -> random.Random:
        return random.Random(f"{self.feed}/{self.number}")

    @property
    def title(self) -> str:
        return f"Harbour: {self.sentences[0][:70].rstrip('.')}"

    @property
    def sentences(self) -> list[str]:
        chance = self._random
        who, whom, other = (name(chance) for _ in range(3))
        act, place = chance.choice(_ACTS), chance.choice(_PLACES)
        amount = chance.randint(11, 990_000)
        # Its own day: what is dated days before its publication is no news, and alerts nobody.
        return [
            f"A judge in {name(chance)} {act} {who}, the harbour master of {whom}, on"
            f" {self.published_at:%A}.",
            f"{other} {name(chance)} of the union said {amount} dollars were missing from the"
            f" {place} of {whom}.",
            f"Police searched the {chance.choice(_PLACES)} and took {amount % 97 + 3} boxes of"
            f" papers signed by {who}.",
            f"The harbour council of {name(chance)} will meet {other} in {amount % 23 + 2} days.",
        ]

    def item(self, base: str) -> str:
        """Returns it as an item of RSS."""
        return (
            f"<item><title>{html.escape(self.title)}</title><link>{base}{self.path}</link>"
            f"<guid>{base}{self.path}</guid><pubDate>{format_datetime(self.published_at)}</pubDate>"
            f"<description>{html.escape(self.sentences[0])}</description></item>"
        )

    def page(self) -> str:
        """Returns it as a page."""
        text = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        title = html.escape(self.title)
        return (
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta property="article:published_time" content="{self.published_at.isoformat()}">'
            f"</head><body><main><article><h1>{title}</h1>{text}</article></main></body></html>"
        )


def name(chance: random.Random) -> str:
    """Makes up a name."""
    return (chance.choice(_SYLLABLES) + chance.choice(_SYLLABLES) + chance.choice(_ENDINGS)).title()


def document(title: str, base: str, items: list[NewsItem]) -> bytes:
    """Returns a document of RSS."""
    listed = "".join(item.item(base) for item in items)
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{title}</title>'
        f"<link>{base}/</link><description>News</description>{listed}</channel></rss>"
    ).encode()
