"""What a mail shows, as values: every text is clean and on one line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LinkView:
    """A name with its address, and what is said of it; the address is empty unless it may be made
    clickable.
    """

    name: str
    url: str
    says: str = ""


@dataclass(frozen=True, slots=True)
class QuoteView:
    """A sentence with the outlet that says it."""

    text: str
    outlet: str


@dataclass(frozen=True, slots=True)
class PieceView:
    """A part of a sentence; whether it is what changed."""

    text: str
    is_changed: bool


@dataclass(frozen=True, slots=True)
class ClaimView:
    """A fact that changed: both sentences whole, and in pieces."""

    slot: str
    before: str
    after: str
    before_pieces: tuple[PieceView, ...]
    after_pieces: tuple[PieceView, ...]


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What holds now in an aspect of the case, and what held before; empty for not known."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something that a reader may want to do: where a click does it, else the command for it."""

    label: str
    command: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class HeadView:
    """What happened, and what to know about that.

    Attributes:
        tier: what kind of news it is, in words; empty where nobody said.
        accent: 1 to 3, how strongly it stands out; 0 for not at all.
        lead: what happened, in one sentence; `outlet` says it.
        happened: the day on which it did; empty where the reports do not say.
        told: when it was published and found.
        caveat: what to keep in mind, empty for nothing.
    """

    tier: str
    accent: int
    lead: str
    outlet: str
    happened: str
    told: str
    headline: str
    url: str
    caveat: str


@dataclass(frozen=True, slots=True)
class NewsView:
    """What else it brings; `more` new sentences are left out."""

    changes: tuple[ChangeView, ...]
    sentences: tuple[QuoteView, ...]
    more: int
    claims: tuple[ClaimView, ...]


@dataclass(frozen=True, slots=True)
class SourcesView:
    """Who carries it, in one line and by name with copies folded; `more` are left out."""

    line: str
    carriers: tuple[LinkView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class AheadView:
    """The next day of a case, and the sentence that names it, in quotation marks; both are empty
    without one.
    """

    day: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class MailView:
    """One alert as a mail shows it.

    Attributes:
        known: how much of the article was known and what came nearest, in one line.
        ahead: the next day of the case that is known.
        matched: what the query found, in one line.
    """

    case_title: str
    note: str
    head: HeadView
    news: NewsView
    sources: SourcesView
    known: str
    ahead: AheadView
    actions: tuple[ActionView, ...]
    matched: str
