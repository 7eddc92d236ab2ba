"""Which statement is made again with another fact: what people are shown as before and after.

Most sentences in much the same words that differ in a fact tell of two events: a judge ordered it
on Tuesday, a court stayed it on Wednesday. A claim that changed is one statement of which one fact
is another now: a toll, a sum, a day to come, a name, yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

from monitor.model import FactKind, Facts, Sentence
from monitor.novelty.alignment.compare import (
    SetChange,
    has_turned,
    is_cut_short,
    is_place,
)
from monitor.novelty.index.sentence_index import Neighbour
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.sentences import strip_dateline
from monitor.text import fold_words

# Share of words, both ways, from which two sentences are one statement; from which a number in them
# is of the same thing; from which a turn to the other side is; and from which a mere "not" is.
_SAME, _COUNTED, _TURNED, _DENIED = 0.45, 0.55, 0.65, 0.8
_NAME_WORDS = 3  # of one name


def changed_claim(sentence: Sentence, neighbour: Neighbour, today: date) -> FactKind | None:
    """Returns the fact of a stored statement that a sentence gives otherwise; None where it makes
    another statement.

    Args:
        today: the article's local day; of days only those to come belong to a statement, others say
            when somebody made it.
    """
    pair = _Pair(sentence, neighbour)
    if not pair.is_alike(_SAME) or pair.is_next_step():
        return None
    names = pair.names()
    if names.is_swap:
        return pair.changed_name(names)
    return pair.changed_value(today)


@dataclass(frozen=True, slots=True)
class _Pair:
    """A sentence beside a stored one."""

    sentence: Sentence
    neighbour: Neighbour

    @property
    def old(self) -> Facts:
        return self.neighbour.stored.facts

    @property
    def new(self) -> Facts:
        return self.sentence.facts

    def is_alike(self, share: float) -> bool:
        return self.neighbour.mutual_overlap >= share

    def is_next_step(self) -> bool:
        """Says whether they tell of two of a kind: "a second body", "a third body"."""
        return _steps(self.neighbour.stored.text) != _steps(self.sentence.text)

    def names(self) -> SetChange:
        old = _names(self.neighbour.stored.text, self.old)
        return SetChange.between(old, _names(self.sentence.text, self.new))

    def changed_name(self, names: SetChange) -> FactKind | None:
        """Returns the kind of one name in place of one other; None where more is other, since then
        it is of somebody else.
        """
        is_single = max(len(names.gained), len(names.lost)) <= _NAME_WORDS
        if not (is_single and self.is_alike(_TURNED) and self._has_same_values()):
            return None
        is_of_place = any(map(partial(is_place, self.sentence.text), map(str, names.gained)))
        return FactKind.PLACE if is_of_place else FactKind.NAME

    def _has_same_values(self) -> bool:
        return self.old.numbers == self.new.numbers and self.old.days == self.new.days

    def changed_value(self, today: date) -> FactKind | None:
        if self.is_alike(_COUNTED) and self._is_recounted():
            return FactKind.NUMBER
        if self._is_put_off(today):
            return FactKind.DATE
        return FactKind.NEGATION if self._is_turned() else None

    def _is_recounted(self) -> bool:
        """Another number of the same thing: one in place of one, and nobody does something else."""
        numbers = SetChange.between(self.old.numbers, self.new.numbers)
        is_even = len(numbers.gained) == len(numbers.lost) > 0
        return is_even and not SetChange.between(_acts(self.old), _acts(self.new)).is_swap

    def _is_put_off(self, today: date) -> bool:
        """Another day to come in a statement that had one."""
        stored_on = self.neighbour.stored.at.date()
        gained = set(self.new.days) - set(self.old.days)
        return (
            max(gained, default=today) > today and max(self.old.days, default=stored_on) > stored_on
        )

    def _is_turned(self) -> bool:
        if not has_turned(self.old, self.new) or is_cut_short(self.sentence.text, self.neighbour):
            return False
        # One more "not" in a longer sentence denies something else.
        is_swap = SetChange.between(self.old.classes, self.new.classes).is_swap
        return self.is_alike(_TURNED if is_swap else _DENIED)


def _acts(facts: Facts) -> set[str]:
    return set(facts.classes) - lexicon().events.weak


def _steps(text: str) -> list[int]:
    return sorted(filter(None, map(lexicon().ordinals.values.get, fold_words(text))))


def _names(text: str, facts: Facts) -> set[str]:
    """Returns the names of a sentence, those of its dateline left aside."""
    return set(fold_words(strip_dateline(text))).intersection(facts.names)
