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
# News of one case shares a place and few words: who, what, to whom, and what is told beside it.
_WHO = (
    *("Prosecutors", "Divers", "The coastguard", "A jury", "Dockers", "Voters", "Inspectors"),
    *("The bishop", "Two brothers", "An insurer", "Teachers", "The queen's envoy", "Surgeons"),
)
_ACTS = (
    *("charged", "rescued", "acquitted", "fined", "elected", "sued", "arrested", "honoured"),
    *("dismissed", "released", "convicted", "paid off", "pardoned", "deported", "buried"),
)
_WHOM = (
    *("the pilot {who}", "the cook {who}", "harbour master {who}", "the smuggler {who}"),
    *("the poet {who}", "senator {who}", "the diver {who}", "a nurse named {who}"),
    *("the banker {who}", "the crane driver {who}", "the violinist {who}"),
)
_WHERE = (
    *("at the quay of {town}", "in the customs house of {town}", "on the ferry to {town}"),
    *("outside the fish market in {town}", "below the lighthouse of {town}"),
    *("in a barn near {town}", "before the parliament in {town}", "at the dry dock of {town}"),
)
_BESIDE = (
    "The harbour lost {amount} dollars by it, says {other}.",
    "{other} had warned of that in a letter of {few} pages.",
    "Some {amount} people had signed for it; {other} read out their names.",
    "It rained for {few} hours, and {other} held the umbrella.",
    "A dog called {other} had found the bag with {few} keys.",
    "Nobody had asked {other}, who sells {amount} lamps a year.",
    "The train from {other} was {few} minutes late because of the crowd.",
    "{few} schools stay closed, the mayor of {other} wrote.",
    "A painting of {other}, worth {amount} dollars, is still missing.",
    "The roof over the nets of {other} will be mended in {few} weeks.",
)


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
        # Its own day: what is dated days before its publication is no news, and alerts nobody.
        lead = f"{chance.choice(_WHO)} {chance.choice(_ACTS)} {chance.choice(_WHOM)}"
        lead = f"{lead} {chance.choice(_WHERE)} on {self.published_at:%A}."
        return [_tell(text, chance) for text in (lead, *chance.sample(_BESIDE, 3))]

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


def _tell(text: str, chance: random.Random) -> str:
    """Returns a sentence with names and numbers that no other one has."""
    return text.format(
        who=name(chance),
        town=name(chance),
        other=name(chance),
        amount=chance.randint(101, 990_000),
        few=chance.randint(2, 99),
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
