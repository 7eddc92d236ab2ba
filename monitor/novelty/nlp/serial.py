"""Facts as JSON for the store: short keys, nothing that is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from monitor.model import Facts

_LISTS = {"c": "classes", "r": "roles", "n": "names", "x": "numbers", "q": "quotes"}
_FLAGS = {"neg": "is_negated", "bg": "is_background", "fr": "is_fresh", "note": "is_note"}


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Returns facts as a JSON object; `facts_from_json` is its inverse."""
    found: dict[str, Any] = {
        key: list(getattr(facts, name)) for key, name in _LISTS.items() if getattr(facts, name)
    }
    found |= {key: True for key, name in _FLAGS.items() if getattr(facts, name)}
    found |= {
        key: [day.isoformat() for day in days]
        for key, days in (("d", facts.days), ("e", facts.event_days))
        if days
    }
    if facts.years:
        found["y"] = list(facts.years)
    if facts.quoted_share:
        found["qs"] = facts.quoted_share
    if facts.speaker:
        found["s"] = facts.speaker
    return found


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Returns the facts that `facts_to_json` wrote; keys that it does not know are left alone."""
    return Facts(
        classes=_texts(stored, "c"),
        roles=_texts(stored, "r"),
        names=_texts(stored, "n"),
        numbers=_texts(stored, "x"),
        days=_days(stored.get("d", ())),
        is_negated=bool(stored.get("neg")),
        is_background=bool(stored.get("bg")),
        is_fresh=bool(stored.get("fr")),
        quotes=_texts(stored, "q"),
        speaker=str(stored.get("s", "")),
        years=tuple(int(year) for year in stored.get("y", ())),
        event_days=_days(stored.get("e", ())),
        is_note=bool(stored.get("note")),
        quoted_share=float(stored.get("qs", 0.0)),
    )


def _texts(stored: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(str(text) for text in stored.get(key, ()))


def _days(days: Iterable[str]) -> tuple[date, ...]:
    return tuple(date.fromisoformat(day) for day in days)
