"""An alert as a mail shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import tzinfo
from functools import partial

from monitor.alerts.actions.signed import LABELS, PROGRAM, Act
from monitor.alerts.calendar import untold_day
from monitor.alerts.payload import AlertPayload, CasePart, EventType
from monitor.alerts.views.carriers import sources_of
from monitor.alerts.views.changes import changes_of, claims_of
from monitor.alerts.views.known import known_line, matched_line
from monitor.alerts.views.values import (
    ActionView,
    AheadView,
    HeadView,
    MailView,
    NewsView,
    QuoteView,
)
from monitor.alerts.views.wording import (
    caveat_of,
    cut_sentence,
    happened,
    lead_of,
    outlet_of,
    safe_url,
    tier_word,
    told_line,
)
from monitor.dates.printing import print_iso_day
from monitor.text import cut, one_line

MAX_SENTENCES = 12
MAX_CLAIMS = 6
MAX_LEAD = 320  # characters of the line that says what happened
MAX_AHEAD = 300  # characters of the sentence that names the next day
ID_CHARS = 8  # of an id in a command; commands take unique prefixes
_EDITS = {EventType.REVISION_DETECTED: "Edited article", EventType.ARTICLE_REMOVED: "Removed"}


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
        sources=sources_of(payload, zone),
        known=known_line(payload, zone),
        ahead=ahead_of(payload.case, [payload]),
        actions=_actions(payload, links, program),
        matched=matched_line(payload.matched),
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
        told=told_line(article, zone),
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
    return list(map(cut_sentence, texts))


def short_command(text: str, program: str) -> str:
    """Returns a command with the beginning of the id at its end.

    Args:
        text: as events tell it, beginning with `PROGRAM`.
        program: what it begins with here; it may name a long path, which stays whole.
    """
    command, _, id_ = one_line(text, limit=100).rpartition(" ")
    return f"{command} {id_[:ID_CHARS]}".strip().replace(PROGRAM, program, 1)


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
    return (*acts, ActionView("Why it came", short_command(payload.links.why, program)))
