"""What a sentence says, as parts that can be looked up: word stems, frame elements, event keys on
days.
"""

from __future__ import annotations

from datetime import date

from monitor.model import Facts
from monitor.novelty.nlp.lexicon import lexicon
from monitor.text import fold_words

_STEM = 7  # letters; "decided" and "decides" meet, "decision" stays apart


def stems(text: str) -> frozenset[str]:
    """Returns a sentence's words that carry meaning, cut to their stems."""
    small = lexicon().stop_words
    return frozenset(_stem(word) for word in fold_words(text) if word not in small)


def _stem(word: str) -> str:
    return word[:_STEM] if len(word) > _STEM else word.rstrip("s") or word


def event_keys(facts: Facts) -> set[str]:
    """Returns what a sentence says happened, as keys: class and day, role, class and day, name and
    day; none for background.
    """
    if facts.is_note:
        return set()
    classes = [name for name in facts.classes if name not in lexicon().keyless]
    keys: set[str] = set()
    for day in facts.event_days:
        keys.update(class_key(name, day) for name in classes)
        keys.update(role_key(role, name, day) for role in facts.roles for name in classes)
        keys.update(name_key(name, day) for name in facts.names)
    return keys


def class_key(name: str, day: date) -> str:
    """Returns the key of an event class on a day."""
    return f"class {name} {day.isoformat()}"


def role_key(role: str, name: str, day: date) -> str:
    """Returns the key of a role with an event class on a day."""
    return f"role {role} {name} {day.isoformat()}"


def name_key(name: str, day: date) -> str:
    """Returns the key of a proper name on a day."""
    return f"name {name} {day.isoformat()}"


def frame_elements(facts: Facts) -> set[str]:
    """Returns the parts of a sentence's frame, each with its kind: days, numbers, names, classes,
    roles.
    """
    meant = () if facts.days else facts.event_days
    return stated_elements(facts) | {f"day {day.isoformat()}" for day in meant}


def stated_elements(facts: Facts) -> set[str]:
    """Returns the parts of a sentence's frame that it says in so many words: no day that is only
    meant.
    """
    return {
        *(f"day {day.isoformat()}" for day in facts.days),
        *(f"number {number}" for number in facts.numbers),
        *(f"name {name}" for name in facts.names),
        *(f"class {name}" for name in facts.classes),
        *(f"role {name}" for name in facts.roles),
    }
