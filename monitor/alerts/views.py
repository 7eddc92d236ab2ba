"""What a mail shows of an alert, prepared once: the plain text and the HTML are two prints of the
same view and cannot differ in content.

Order is importance: what happened and when, what it changes, what else is new, changed claims, who
carries it, what was known, what lies ahead, what can be done, why it came.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from difflib import SequenceMatcher
from functools import partial
from operator import attrgetter

from monitor.alerts.actions.signed import LABELS, PROGRAM, Act
from monitor.alerts.calendar import untold_day
from monitor.alerts.payload import (
    AlertPart,
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    CasePart,
    ClaimPart,
    CorroborationPart,
    EventType,
    NearestPart,
    StatePart,
)
from monitor.dates.printing import (
    day_of,
    name_days,
    print_date,
    print_iso_day,
    print_moment,
)
from monitor.model import MatchedTerm
from monitor.text import cut, fold_words, one_line
from monitor.urls import is_web_url

MAX_SENTENCES = 12
MAX_CARRIERS = 6
MAX_TERMS = 4
MAX_CLAIMS = 6
MAX_LEAD = 320  # characters of the line that says what happened
MAX_SENTENCE = 600  # characters of one sentence
MAX_NEAREST = 200
MAX_AHEAD = 300  # characters of the sentence that names the next day
MAX_CLAUSE = 160  # characters of the reason why something was held back
ID_CHARS = 8  # of an id in a command; commands take unique prefixes
# Overlap of words below which a stored sentence tells a reader nothing about a new one. Read off
# the alerts of the shipped case: what stood beside a quote below it was about something else.
USEFUL_LIKENESS = 0.35
# Share of words that two forms of one claim have in common at least; below it they are two claims.
CLAIM_LIKENESS = 0.5

# Kinds of facts in the words of a mail; one that is not here is "fact".
_SLOTS = {
    "number": "number",
    "date": "date",
    "name": "name",
    "place": "place",
    "negation": "yes or no",
    "status": "status",
}
TIERS = {1: "Change of state", 2: "Official act", 3: "Statement"}
_EDITS = {EventType.REVISION_DETECTED: "Edited article", EventType.ARTICLE_REMOVED: "Removed"}
_UNCONFIRMED = "The evidence for this is weak; it may be known already."
# What a reader must know about a text that is not the whole article.
_EXTRACTIONS = {
    "teaser": "Only the teaser could be read; the article may say more.",
    "consent": "The page showed a consent form; this is from the feed.",
    "feed_only": "The page was not read; this is from the feed.",
    "unreadable": "The page could not be read; this is from the feed.",
}


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


def _nowhere(_act: Act) -> str:
    return ""


def make_view(
    payload: AlertPayload,
    zone: tzinfo,
    *,
    limit: int = MAX_SENTENCES,
    links: Callable[[Act], str] = _nowhere,
    program: str = PROGRAM,
) -> MailView:
    """Prepares an alert; every text is clean and on one line, times are in the zone.

    Args:
        limit: new sentences that are shown beside the lead; the rest is counted.
        links: where a click does something about it; empty for nowhere.
        program: what commands begin with.
    """
    return MailView(
        case_title=one_line(payload.case.title, limit=200),
        note=one_line(payload.case.note, limit=1_000),
        head=_head(payload, zone),
        news=_news(payload, limit),
        sources=_sources(payload, zone),
        known=_known(payload, zone),
        ahead=ahead_of(payload.case, [payload]),
        actions=_actions(payload, links, program),
        matched=_matched(payload.matched),
    )


def ahead_of(case: CasePart | None, told: Iterable[AlertPayload]) -> AheadView:
    """Returns the next day of a case, unless the alerts that are told name it."""
    if case is None or untold_day(case.next_date, told) is None:
        return AheadView()
    text = cut(one_line(case.next_date_text, limit=2_000), MAX_AHEAD)
    return AheadView(print_iso_day(case.next_date), f"“{text}”" if text else "")


def _head(payload: AlertPayload, zone: tzinfo) -> HeadView:
    article = payload.article
    return HeadView(
        tier=_EDITS.get(payload.type, "") or tier_word(payload),
        accent=payload.development.tier or 0,
        lead=cut(one_line(lead_of(payload), limit=2_000), MAX_LEAD),
        outlet=outlet_of(article),
        happened=happened(payload),
        told=_told(article, zone),
        headline=one_line(article.title, limit=300),
        url=safe_url(article.url),
        caveat=caveat_of(payload),
    )


def _news(payload: AlertPayload, limit: int) -> NewsView:
    further, outlet = _beside_lead(payload), outlet_of(payload.article)
    return NewsView(
        changes=changes_of(payload),
        sentences=tuple(map(partial(QuoteView, outlet=outlet), further[:limit])),
        more=len(further[limit:]),
        claims=claims_of(payload)[:MAX_CLAIMS],
    )


def _beside_lead(payload: AlertPayload) -> list[str]:
    """Returns the new sentences that the lead does not say."""
    lead = one_line(lead_of(payload))
    # The lead is quoted once, on top.
    texts = [one.text for one in payload.new_sentences if one_line(one.text) != lead]
    return list(map(_cut_sentence, texts))


def _cut_sentence(text: str) -> str:
    return cut(one_line(text, limit=2_000), MAX_SENTENCE)


def _sources(payload: AlertPayload, zone: tzinfo) -> SourcesView:
    carriers = _other_carriers(payload)
    line = _carriers_line(payload, zone)
    return SourcesView(line, carriers[:MAX_CARRIERS], len(carriers[MAX_CARRIERS:]))


def _other_carriers(payload: AlertPayload) -> tuple[LinkView, ...]:
    """Returns who carries it; nobody where that is the article alone, which is opened above."""
    carriers = _fold_copies(payload.carriers.items)
    return () if _is_article(payload.article, carriers) else carriers


def _is_article(article: ArticlePart, carriers: Sequence[LinkView]) -> bool:
    return len(carriers) == 1 and carriers[0].url == safe_url(article.url)


def lead_of(payload: AlertPayload) -> str:
    """Returns the sentence that says what happened."""
    if payload.development.summary_sentence:
        return payload.development.summary_sentence
    if payload.new_sentences:
        return payload.new_sentences[0].text
    return payload.article.title


def tier_word(payload: AlertPayload) -> str:
    """Returns what kind of news it is; empty where nobody said."""
    return TIERS.get(payload.development.tier or 0, "")


def outlet_of(article: ArticlePart) -> str:
    """Returns who published an article."""
    return one_line(article.outlet, limit=100) or "Unknown outlet"


def happened(payload: AlertPayload) -> str:
    """Returns the day on which it happened; empty where the reports do not say."""
    return print_iso_day(payload.development.event_date)


def safe_url(url: str) -> str:
    """Returns an address that may be made clickable, else nothing."""
    # `javascript:` and the like would run in the reader's mail program.
    return url if is_web_url(url) else ""


def count_of(number: int, noun: str) -> str:
    """Prints a number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _told(article: ArticlePart, zone: tzinfo) -> str:
    """Returns when a text was published and found; what fell on one day names it once."""
    times = {"published": article.published_at, "this text": article.revised_at}
    parts, day = [], None
    for name, at in {**times, "found": article.found_at}.items():
        if at is not None:
            local = at.astimezone(zone)
            parts.append(f"{name} {_print_clock(local, day)}")
            day = local.date()
    # The zone stands with the last time: all are in it.
    line = f"{', '.join(parts)} {article.found_at.astimezone(zone):%Z}"
    return line[:1].upper() + line[1:]


def _print_clock(local: datetime, known_day: date | None) -> str:
    clock = f"{local:%H:%M}"
    return clock if local.date() == known_day else _print_on(local, clock)


def _print_on(local: datetime, clock: str) -> str:
    return f"{print_date(local)}, {clock}"


def changes_of(payload: AlertPayload) -> tuple[ChangeView, ...]:
    """Returns what a development changes in the case."""
    return tuple(map(_change, payload.state))


def _change(state: StatePart) -> ChangeView:
    what = one_line(state.what, limit=40).capitalize()
    return ChangeView(what, _state_words(state.before), _state_words(state.after))


def _state_words(text: str) -> str:
    return name_days(one_line(text, limit=120))


def claims_of(payload: AlertPayload) -> tuple[ClaimView, ...]:
    """Returns the claims that changed, but for pairs that only look like one claim."""
    return tuple(map(_claim, filter(_is_one_claim, payload.changed_claims)))


def _is_one_claim(claim: ClaimPart) -> bool:
    before, after = set(fold_words(claim.before)), set(fold_words(claim.after))
    # Equal words, or hardly any in common: nothing changed, or it is another statement.
    shared = len(before & after) / max(1, min(len(before), len(after)))
    return before != after and shared >= CLAIM_LIKENESS


def _claim(claim: ClaimPart) -> ClaimView:
    before, after = _cut_sentence(claim.before), _cut_sentence(claim.after)
    slot = _SLOTS.get(claim.slot, "fact")
    return ClaimView(slot, before, after, *_mark_changes(before.split(), after.split()))


def _mark_changes(
    before: Sequence[str], after: Sequence[str]
) -> tuple[tuple[PieceView, ...], tuple[PieceView, ...]]:
    """Returns two sentences in pieces: what they share, and what changed."""
    old: list[PieceView] = []
    new: list[PieceView] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        old += _piece(before[i1:i2], tag)
        new += _piece(after[j1:j2], tag)
    return tuple(old), tuple(new)


def _piece(words: Sequence[str], tag: str) -> list[PieceView]:
    return [PieceView(" ".join(words), tag != "equal")] if words else []


def _carriers_line(payload: AlertPayload, zone: tzinfo) -> str:
    carriers, told = payload.carriers, payload.corroboration
    if told and told.is_single:
        return f"One newsroom so far{_outlets(carriers)}.{_first(payload, zone)}"
    newsrooms = count_of(told.newsrooms if told else carriers.newsrooms, "newsroom")
    return f"{newsrooms}{_outlets(carriers)}.{_first(payload, zone)}"


def _outlets(carriers: CarriersPart) -> str:
    return f", {count_of(carriers.outlets, 'outlet')}" if carriers.outlets > 1 else ""


def _first(payload: AlertPayload, zone: tzinfo) -> str:
    """Returns who had it first, as a sentence; nothing when that is not known."""
    origin = payload.carriers.origin
    name = one_line(origin.name, limit=100)
    if not name or origin.basis == "unknown":
        return ""
    if origin.basis == "credit_line":
        return f" The text is by {name}, as its credit line says."
    return f" First reported by {name}{_first_at(payload.corroboration, zone)}."


def _first_at(told: CorroborationPart | None, zone: tzinfo) -> str:
    return f" on {print_moment(told.first.at, zone)}" if told else ""


def _fold_copies(carriers: Iterable[CarrierPart]) -> tuple[LinkView, ...]:
    """Returns who carries it, the outlets that print one newsroom's text as one."""
    texts: dict[str, list[CarrierPart]] = {}
    for carrier in carriers:
        texts.setdefault(carrier.newsroom or carrier.outlet, []).append(carrier)
    return tuple(_text_of(name, group) for name, group in texts.items())


def _text_of(newsroom: str, group: Sequence[CarrierPart]) -> LinkView:
    # An outlet may print it twice.
    outlets = len(set(map(attrgetter("outlet"), group)))
    first = group[0]
    name = f"{newsroom} text, {count_of(outlets, 'outlet')}" if outlets > 1 else first.outlet
    return LinkView(one_line(name, limit=100), safe_url(first.url))


def _known(payload: AlertPayload, zone: tzinfo) -> str:
    line, lead = _known_share(payload.known_share), one_line(lead_of(payload))
    # What comes near to a sentence beside the news says nothing of what was known of the news.
    told = (one.nearest for one in payload.new_sentences if one_line(one.text) == lead)
    nearest = next(filter(None, told), None)
    # What has little in common with it explains nothing.
    if nearest is None or nearest.score < USEFUL_LIKENESS:
        return line
    return f"{line} Nearest to what is new: {_earlier(nearest, zone)}"


def _known_share(share: float) -> str:
    # What rounds to nothing is nothing to a reader.
    known = f"{share:.0%}"
    return f"{'Nothing' if known == '0%' else known} of this article was known."


def _earlier(nearest: NearestPart, zone: tzinfo) -> str:
    text = cut(one_line(nearest.text, limit=2_000), MAX_NEAREST)
    outlet = one_line(nearest.outlet, limit=100)
    # A seed was found when the case began, and says when it was published.
    said = day_of(nearest.published_at or nearest.found_at, zone)
    return f"“{text}” ({outlet}, {print_date(said)})"


def _matched(matched: Sequence[MatchedTerm]) -> str:
    """Returns what the query found, each term once, with the places where it stands."""
    fields: dict[str, dict[str, None]] = {}
    for one in matched:
        fields.setdefault(one_line(one.term, limit=100), {})[one_line(one.field, limit=20)] = None
    shown = list(fields.items())[:MAX_TERMS]
    return "; ".join(f"{term} in {_join(list(filter(None, at)))}" for term, at in shown)


def _join(words: Sequence[str]) -> str:
    """Prints words as a list: "title, summary and text"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def caveat_of(payload: AlertPayload) -> str:
    """Returns what to keep in mind, empty for nothing."""
    evidence = _held_back(payload.alert) if payload.alert.kind == "unconfirmed" else ""
    return f"{evidence} {_how_read(payload.article)}".strip()


def _how_read(article: ArticlePart) -> str:
    return _EXTRACTIONS.get(article.extraction, "")


def _held_back(alert: AlertPart) -> str:
    """Returns why something did not alert by itself, as a sentence."""
    clause = one_line(alert.held_back, limit=MAX_CLAUSE).rstrip(".")
    return f"Held back: {clause}." if clause else _UNCONFIRMED


def short_command(text: str) -> str:
    """Returns a command with the beginning of the id at its end."""
    command, _, id_ = one_line(text, limit=100).rpartition(" ")
    return f"{command} {id_[:ID_CHARS]}".strip()


def _actions(
    payload: AlertPayload, links: Callable[[Act], str], program: str
) -> tuple[ActionView, ...]:
    """Returns what a reader can do: by a click where that leads somewhere, else as commands."""
    alert = one_line(payload.alert.id, limit=ID_CHARS)
    story = one_line(payload.alert.thread_id, limit=ID_CHARS)
    commands = {
        Act.SILENCE: f'{program} silence add --story {story} --for 7d --comment "enough for now"',
        Act.NOT_RELEVANT: f"{program} feedback {alert} --not-relevant",
        Act.NOT_NEW: f"{program} feedback {alert} --not-new",
    }
    acts = (ActionView(LABELS[act], line, links(act)) for act, line in commands.items())
    why = payload.links.why.replace(PROGRAM, program, 1)
    return (*acts, ActionView("Why it came", short_command(why)))
