"""Who carries a development, in one line and by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import tzinfo
from operator import attrgetter

from monitor.alerts.payload import (
    AlertPayload,
    ArticlePart,
    CarrierPart,
    CarriersPart,
    CorroborationPart,
)
from monitor.alerts.views.values import LinkView, SourcesView
from monitor.alerts.views.wording import count_of, safe_url
from monitor.dates.printing import print_moment
from monitor.text import one_line

MAX_CARRIERS = 6


def sources_of(payload: AlertPayload, zone: tzinfo) -> SourcesView:
    """Returns who carries it, copies of one text as one; times are in the zone."""
    carriers = _other_carriers(payload)
    line = _carriers_line(payload, zone)
    return SourcesView(line, carriers[:MAX_CARRIERS], len(carriers[MAX_CARRIERS:]))


def _other_carriers(payload: AlertPayload) -> tuple[LinkView, ...]:
    """Returns who carries it; nobody where that is the article alone, which is opened above."""
    carriers = _fold_copies(payload.carriers.items)
    return () if _is_article(payload.article, carriers) else carriers


def _is_article(article: ArticlePart, carriers: Sequence[LinkView]) -> bool:
    return len(carriers) == 1 and carriers[0].url == safe_url(article.url)


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
