"""Facts as JSON for the store: short keys, nothing that is empty.

Written by hand because a case reads some hundred thousand of these rows when it is first judged: a
validating adapter over a second class with the short keys as aliases would have to be kept in step
with `Facts` just as these tables are, and would still need this step to leave out what is empty."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from monitor.model import Facts

# Short keys are what databases hold: they are never reused for another field.
_PLAIN = {
    "c": "classes",
    "r": "roles",
    "n": "names",
    "x": "numbers",
    "q": "quotes",
    "neg": "is_negated",
    "bg": "is_background",
    "fr": "is_fresh",
    "note": "is_note",
    "y": "years",
    "qs": "quoted_share",
    "s": "speaker",
}
_DAYS = {"d": "days", "e": "event_days"}
_read_plain = attrgetter(*_PLAIN.values())


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """Returns facts as a JSON object; `facts_from_json` is its inverse."""
    stored: dict[str, Any] = {}
    for key, value in zip(_PLAIN, _read_plain(facts), strict=True):
        if value:
            stored[key] = list(value) if isinstance(value, tuple) else value
    for key, name in _DAYS.items():
        days = getattr(facts, name)
        if days:
            stored[key] = [day.isoformat() for day in days]
    return stored


def facts_from_json(stored: Mapping[str, Any]) -> Facts:
    """Returns the facts that `facts_to_json` wrote; keys that it does not know are left alone."""
    values: dict[str, Any] = {}
    for key, value in stored.items():
        if key in _READERS:
            name, read = _READERS[key]
            values[name] = read(value)
    return Facts(**values)


def _days(values: Iterable[str]) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, values))


_READ_AS: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("c", "r", "n", "x", "q", "y"), tuple),
    **dict.fromkeys(("neg", "bg", "fr", "note"), bool),
    **dict.fromkeys(_DAYS, _days),
    "qs": float,
    "s": str,
}
_READERS = {key: (name, _READ_AS[key]) for key, name in (_PLAIN | _DAYS).items()}
