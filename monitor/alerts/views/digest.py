"""What a mail shows of several alerts: what changes most on top, then what was held back, edited,
silenced, and which feeds are in trouble.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial
from itertools import filterfalse
from operator import attrgetter

from monitor.alerts.actions.signed import LABELS, Act, MailLinks
from monitor.alerts.payload import (
    MIDDLE_TIER,
    AlertPayload,
    DigestKind,
    DigestPayload,
    EditPart,
    FeedPart,
    by_tier,
)
from monitor.alerts.views.changes import changes_of, claims_of
from monitor.alerts.views.mail import ID_CHARS, MAX_LEAD, ahead_of, short_command
from monitor.alerts.views.values import ActionView, AheadView, ChangeView, ClaimView, LinkView
from monitor.alerts.views.wording import (
    TIERS,
    caveat_of,
    count_of,
    happened,
    lead_of,
    outlet_of,
    safe_url,
)
from monitor.dates.printing import print_moment
from monitor.text import cut, one_line

UNCONFIRMED = "unconfirmed"
# Up to so many alerts a digest shows what else is new and what changed; a longer one is a list.
MAX_DETAILED = 8
MAX_FURTHER = 2
MAX_CHANGES = 3
MAX_LISTED = 200  # characters of the lead of an alert in a list
MAX_LINES = 10  # of edits, silenced developments and feeds each

_HEADINGS = {1: "Changes of state", 2: "Official acts", 3: "Statements"}
_BESIDE = ("in doubt", "silenced")  # kinds that stand beside the tiers
_QUESTION = "Was this news?"  # what the program asks of what it held back
_ACTS = (Act.NOT_NEW, Act.NOT_RELEVANT)
EDIT_WORDS = {"substantive": "changed", "correction": "corrected", "removed": "removed"}


@dataclass(frozen=True, slots=True)
class ItemView:
    """One alert of a digest.

    Attributes:
        case_title: empty where all are of one case.
        about: outlet, newsrooms and the day on which it happened, in one line.
        changes: what it changes in the case; nothing where it is in doubt.
        further: what else is new; empty in a list.
        question: what stands before the actions; empty where the program had no doubt.
    """

    case_title: str
    lead: str
    url: str
    about: str
    caveat: str
    changes: tuple[ChangeView, ...] = ()
    further: tuple[str, ...] = ()
    claims: tuple[ClaimView, ...] = ()
    question: str = ""
    actions: tuple[ActionView, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupView:
    """Alerts of one kind; `accent` is their tier, 0 for what was held back."""

    heading: str
    accent: int
    items: tuple[ItemView, ...]


@dataclass(frozen=True, slots=True)
class LinesView:
    """Lines of one kind below the alerts: edits, what was silenced, feeds in trouble."""

    heading: str
    lines: tuple[LinkView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest as a mail shows it; `more` alerts are left out, `note` is the case's."""

    case_title: str
    heading: str
    counts: str
    is_roll_up: bool
    ahead: AheadView
    groups: tuple[GroupView, ...]
    more: int
    sections: tuple[LinesView, ...]
    note: str


def make_digest_view(
    payload: DigestPayload, zone: tzinfo, *, limit: int, links: MailLinks, now: datetime
) -> DigestView:
    """Prepares a digest.

    Args:
        limit: alerts that are shown; the rest is counted.
        links: where its buttons lead.
        now: when it was sealed; a repeat has the same links.
    """
    case, told = payload.case, _told(payload.items)
    shown = told[:limit]
    return DigestView(
        case_title=one_line(case.title, limit=200) if case else "All cases",
        heading=heading_of(payload),
        counts=count_tiers(payload.items),
        is_roll_up=payload.kind == DigestKind.ROLL_UP,
        ahead=ahead_of(case, shown),
        groups=_groups(shown, _Style(case is None, len(shown) <= MAX_DETAILED, links, now)),
        more=len(told) - len(shown),
        sections=_sections(payload, zone),
        note=one_line(case.note, limit=1_000) if case else "",
    )


def heading_of(payload: DigestPayload) -> str:
    """Returns what a digest is, with the number of its developments."""
    count = count_of(len(payload.items), "development")
    match DigestKind(payload.kind):
        case DigestKind.DIGEST:
            return f"Digest: {count}"
        case DigestKind.ROLL_UP:
            return f"{len(payload.items)} more {count.partition(' ')[2]}"
        case DigestKind.FIRST_RUN:
            return f"First look: {count}"


def digest_order(items: Iterable[AlertPayload]) -> tuple[AlertPayload, ...]:
    """Returns alerts as a digest shows them: by tier, then what was held back, then silenced."""
    return tuple(sorted(by_tier(items), key=_rank))


def _rank(item: AlertPayload) -> tuple[bool, bool]:
    # False sorts before True.
    return _is_silenced(item), is_held(item)


def _told(items: Iterable[AlertPayload]) -> tuple[AlertPayload, ...]:
    """Returns what a digest tells in full: all that nobody silenced."""
    return tuple(filterfalse(_is_silenced, digest_order(items)))


def is_held(item: AlertPayload) -> bool:
    """Returns whether an alert is only in doubt."""
    return item.alert.kind == UNCONFIRMED


def count_tiers(items: Iterable[AlertPayload]) -> str:
    """Returns how many alerts are of each kind: "1 change of state, 3 official acts, 2 in
    doubt".
    """
    counts = Counter(map(_kind_of, items))
    ordered = [*map(str.lower, TIERS.values()), *_BESIDE]
    # What there is none of is not told.
    present = filter(counts.__getitem__, ordered)
    return ", ".join(_count_kind(counts[kind], kind) for kind in present)


def _kind_of(item: AlertPayload) -> str:
    # Whatever it is, it is told as silenced.
    if _is_silenced(item):
        return "silenced"
    return "in doubt" if is_held(item) else TIERS[_tier(item)].lower()


def _tier(item: AlertPayload) -> int:
    return item.development.tier or MIDDLE_TIER


def _count_kind(number: int, kind: str) -> str:
    if kind == "change of state":
        return f"{count_of(number, 'change')} of state"
    return f"{number} {kind}" if kind in _BESIDE else count_of(number, kind)


@dataclass(frozen=True, slots=True)
class _Style:
    """How the alerts of a digest are shown.

    Attributes:
        is_mixed: they are of several cases, each is named.
        is_detailed: what else is new and what can be done stands below each.
    """

    is_mixed: bool
    is_detailed: bool
    links: MailLinks
    now: datetime

    def actions(self, item: AlertPayload) -> tuple[ActionView, ...]:
        """Returns what can be done about an alert: by a click, else by commands."""
        made = map(partial(self._action, item=item), self._acts(item))
        return tuple(filter(_leads, made)) or tuple(self._commands(item))

    def _acts(self, item: AlertPayload) -> tuple[Act, ...]:
        # A list is short, but what was in doubt is asked there, too: nobody else can tell.
        others = _ACTS if self.is_detailed else ()
        return (Act.WAS_NEWS, *others) if is_held(item) else others

    def _commands(self, item: AlertPayload) -> Iterator[ActionView]:
        program = self.links.program
        if is_held(item):
            alert = one_line(item.alert.id, limit=ID_CHARS)
            yield ActionView(LABELS[Act.WAS_NEWS], f"{program} feedback {alert} --new")
        if self.is_detailed:
            yield ActionView("Why it came", short_command(item.links.why, program))

    def _action(self, act: Act, item: AlertPayload) -> ActionView:
        url = self.links.of_act(act, item.alert.id, lead_of(item), self.now)
        return ActionView(LABELS[act], "", url)


_leads = attrgetter("url")


def _groups(items: Sequence[AlertPayload], style: _Style) -> tuple[GroupView, ...]:
    """Returns the alerts under their headings, in their order."""
    groups: dict[str, list[AlertPayload]] = {}
    for item in items:
        groups.setdefault(_heading(item), []).append(item)
    views = []
    for heading, group in groups.items():
        accent = 0 if is_held(group[0]) else _tier(group[0])
        shown = tuple(map(partial(_item, style=style), group))
        views.append(GroupView(heading, accent, shown))
    return tuple(views)


def _heading(item: AlertPayload) -> str:
    return "Held back in doubt" if is_held(item) else _HEADINGS[_tier(item)]


def _item(item: AlertPayload, style: _Style) -> ItemView:
    lead = one_line(lead_of(item), limit=2_000)
    listed = ItemView(
        case_title=one_line(item.case.title, limit=200) if style.is_mixed else "",
        lead=cut(lead, MAX_LEAD if style.is_detailed else MAX_LISTED),
        url=safe_url(item.article.url),
        about=_about(item),
        caveat=caveat_of(item),
        changes=() if is_held(item) else changes_of(item)[:MAX_CHANGES],
        question=_QUESTION if is_held(item) else "",
        actions=style.actions(item),
    )
    return _with_details(listed, item, lead) if style.is_detailed else listed


def _with_details(view: ItemView, item: AlertPayload, lead: str) -> ItemView:
    """Returns an alert with what else is new and what changed."""
    further = []
    for sentence in item.new_sentences:
        text = one_line(sentence.text, limit=400)
        # The lead stands above it.
        if text != lead:
            further.append(text)
    return replace(
        view,
        further=tuple(further[:MAX_FURTHER]),
        claims=claims_of(item)[:MAX_FURTHER],
    )


def _about(item: AlertPayload) -> str:
    others = item.carriers.outlets - 1
    outlet = outlet_of(item.article) + (f" +{others}" if others > 0 else "")
    told = item.corroboration
    newsrooms = "one newsroom so far" if told and told.is_single else ""
    if told and not told.is_single:
        newsrooms = count_of(told.newsrooms, "newsroom")
    return " · ".join(filter(None, (outlet, newsrooms, happened(item))))


def _sections(payload: DigestPayload, zone: tzinfo) -> tuple[LinesView, ...]:
    sections = (
        _lines("Edited by outlets", list(map(partial(_edit, zone), payload.edits))),
        _lines("Silenced", list(map(_silenced, filter(_is_silenced, payload.items)))),
        _lines("Feeds in trouble", list(map(_feed, payload.feeds))),
    )
    # A heading over nothing is left out.
    return tuple(filter(attrgetter("lines"), sections))


def _lines(heading: str, lines: Sequence[LinkView]) -> LinesView:
    return LinesView(heading, tuple(lines[:MAX_LINES]), max(0, len(lines) - MAX_LINES))


def _edit(zone: tzinfo, edit: EditPart) -> LinkView:
    word = EDIT_WORDS.get(edit.kind, "changed")
    who, at = one_line(edit.outlet, limit=100), print_moment(edit.at, zone)
    text = cut(one_line(edit.summary, limit=2_000), MAX_LISTED)
    return LinkView(who, safe_url(edit.url), f" {word} this, {at}: {text}")


def _is_silenced(item: AlertPayload) -> bool:
    return bool(item.alert.silenced)


def _silenced(item: AlertPayload) -> LinkView:
    text = cut(one_line(lead_of(item), limit=2_000), MAX_LISTED)
    why = one_line(item.alert.silenced, limit=100)
    return LinkView(text, safe_url(item.article.url), f" ({outlet_of(item.article)}; {why})")


def _feed(feed: FeedPart) -> LinkView:
    name = one_line(feed.title or feed.url, limit=100)
    return LinkView(name, safe_url(feed.url), f": {one_line(feed.reason, limit=200)}")
