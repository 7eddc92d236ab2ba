"""What a sentence says, as parts that can be looked up: word stems, typed terms, event keys on
days.

Typed terms are what an index of words is made of in information retrieval, with their kind beside
them ("name marlow", "number 30"). Event keys bind them to a day, because what makes a report new is
seldom a word: it is that a judge stays an order *today*. Both are named tuples, not dataclasses: a
case of 50,000 sentences holds and hashes some hundred thousand of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import repeat
from typing import Literal, NamedTuple, cast

from monitor.model import Facts
from monitor.novelty.nlp.lexicon import lexicon
from monitor.text import fold_words

EventKind = Literal["class", "name", "role"]
TermKind = Literal["class", "day", "name", "number", "role"]
_STEM = 7  # letters; "decided" and "decides" meet, "decision" stays apart


class TypedTerm(NamedTuple):
    """One part of what a sentence says: an event class, day, name, number or role.

    Ordered by kind, then value. A day's value is its ISO date.
    """

    kind: TermKind
    value: str

    @classmethod
    def of_day(cls, day: date) -> TypedTerm:
        """Returns the term of a day."""
        return cls("day", day.isoformat())


class EventKey(NamedTuple):
    """Something that happened on a day: an event class, a class with the role that acts, or a
    proper name that takes part.

    Its text form ("class STAY 2025-07-23", "role JUDGE STAY 2025-07-23", "name marlow 2025-07-23")
    is stored with developments and must not change. Keys are ordered as their texts are.

    Attributes:
        role: empty unless the kind is "role".
        label: the event class or the name.
    """

    kind: EventKind
    role: str
    label: str
    day: date

    def __str__(self) -> str:
        parts = (self.kind, self.role, self.label, self.day.isoformat())
        return " ".join(filter(None, parts))

    @classmethod
    def of_class(cls, name: str, day: date) -> EventKey:
        """Returns the key of an event class on a day."""
        return cls("class", "", name, day)

    @classmethod
    def of_role(cls, role: str, name: str, day: date) -> EventKey:
        """Returns the key of a role with an event class on a day."""
        return cls("role", role, name, day)

    @classmethod
    def of_name(cls, name: str, day: date) -> EventKey:
        """Returns the key of a proper name on a day."""
        return cls("name", "", name, day)

    @classmethod
    def parse(cls, text: str) -> EventKey:
        """Returns the key of a text form, the inverse of `str`.

        Raises:
            ValueError: it is not the text form of a key.
        """
        kind, *labels = text.split(" ")
        count = {"class": 1, "name": 1, "role": 2}.get(kind)
        if count is None or len(labels) != count + 1:
            raise ValueError(f"{text!r} is not an event key")
        # Neither labels nor folded names hold blanks, so the parts are certain.
        *roles, label, day = labels
        return cls(cast(EventKind, kind), "".join(roles), label, date.fromisoformat(day))

    @property
    def is_act(self) -> bool:
        """Whether it is of a strong event class: something happened, beyond talk and papers."""
        return self.kind == "class" and self.label not in lexicon().events.weak


def stems(text: str) -> frozenset[str]:
    """Returns a sentence's words that carry meaning, cut to their stems."""
    small = lexicon().stop_words
    # A case of many sentences is read word by word, and a call for each word takes a third of that.
    return frozenset(
        word[:_STEM] if len(word) > _STEM else word.rstrip("s") or word
        for word in fold_words(text)
        if word not in small
    )


def event_keys(facts: Facts) -> set[EventKey]:
    """Returns what a sentence says happened; nothing for background and the editors' notes."""
    keys: set[EventKey] = set()
    if facts.is_note:
        return keys
    classes = [name for name in facts.classes if name not in lexicon().events.keyless]
    for day in facts.event_days:
        for name in classes:
            keys.add(EventKey.of_class(name, day))
            for role in facts.roles:
                keys.add(EventKey.of_role(role, name, day))
        for name in facts.names:
            keys.add(EventKey.of_name(name, day))
    return keys


def typed_terms(facts: Facts) -> set[TypedTerm]:
    """Returns the days, numbers, names, classes and roles of a sentence; of one that names no day,
    the days on which it may have happened.
    """
    terms = explicit_terms(facts)
    if not facts.days:
        # A sentence that names a day means that one, whenever it happened.
        terms.update(map(TypedTerm.of_day, facts.event_days))
    return terms


def explicit_terms(facts: Facts) -> set[TypedTerm]:
    """Returns the typed terms that a sentence has in so many words: no day that is only implied."""
    terms = set(map(TypedTerm.of_day, facts.days))
    _add_terms(terms, "number", facts.numbers)
    _add_terms(terms, "name", facts.names)
    _add_terms(terms, "class", facts.classes)
    _add_terms(terms, "role", facts.roles)
    return terms


def _add_terms(terms: set[TypedTerm], kind: TermKind, values: Iterable[str]) -> None:
    terms.update(map(TypedTerm, repeat(kind), values))
