"""Facts as JSON for the store: short keys, nothing that is empty.

Written by hand because a case reads some hundred thousand of these rows when it is first judged: a
validating adapter over a second class with the short keys as aliases would have to be kept in step
with `Facts` just as these tables are, and would still need this step to leave out what is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from monitor.model import Facts

# Short keys are what databases hold: they are never reused for another field.
_LISTS = {"c": "classes", "r": "roles", "n": "names", "x": "numbers", "q": "quotes"}
_DAYS = {"d": "days", "e": "event_days"}
_FLAGS = {"neg": "is_negated", "bg": "is_background", "fr": "is_fresh", "note": "is_note"}


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Returns facts as a JSON object; `facts_from_json` is its inverse."""
    stored: dict[str, Any] = {}
    for key, name in _LISTS.items():
        stored[key] = list(getattr(facts, name))
    for key, name in _FLAGS.items():
        stored[key] = getattr(facts, name)
    for key, name in _DAYS.items():
        stored[key] = [day.isoformat() for day in getattr(facts, name)]
    stored |= {"y": list(facts.years), "qs": facts.quoted_share, "s": facts.speaker}
    return {key: value for key, value in stored.items() if value}


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
        years=tuple(map(int, stored.get("y", ()))),
        event_days=_days(stored.get("e", ())),
        is_note=bool(stored.get("note")),
        quoted_share=float(stored.get("qs", 0.0)),
    )


def _texts(stored: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return tuple(map(str, stored.get(key, ())))


def _days(days: Iterable[str]) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, days))
