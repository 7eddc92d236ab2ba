"""Which statement is made again with another fact: what people are shown as before and after.

Most sentences in much the same words that differ in a fact tell of two events: a judge ordered it
on Tuesday, a court stayed it on Wednesday. A claim that changed is one statement of which one fact
is another now: a toll, a sum, a day to come, a name, yes or no."""

from __future__ import annotations

from datetime import date

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
    stored = neighbour.stored
    is_one = neighbour.mutual_overlap >= _SAME
    # "A second body" and "a third body" are two.
    if not is_one or _steps(stored.text) != _steps(sentence.text):
        return None
    names = SetChange.between(
        _names(stored.text, stored.facts), _names(sentence.text, sentence.facts)
    )
    if names.is_swap:
        return _changed_name(sentence, neighbour, names)
    return _changed_value(sentence, neighbour, today)


def _changed_value(sentence: Sentence, neighbour: Neighbour, today: date) -> FactKind | None:
    if _is_recounted(sentence.facts, neighbour):
        return FactKind.NUMBER
    if _is_put_off(sentence, neighbour, today):
        return FactKind.DATE
    return FactKind.NEGATION if _is_turned(sentence, neighbour) else None


def _is_recounted(new: Facts, neighbour: Neighbour) -> bool:
    """Another number of the same thing: one in place of one, and nobody does something else."""
    old, events = neighbour.stored.facts, lexicon().events
    numbers = SetChange.between(old.numbers, new.numbers)
    acts = SetChange.between(set(old.classes) - events.weak, set(new.classes) - events.weak)
    is_even = len(numbers.gained) == len(numbers.lost) > 0
    return neighbour.mutual_overlap >= _COUNTED and is_even and not acts.is_swap


def _is_turned(sentence: Sentence, neighbour: Neighbour) -> bool:
    old, new = neighbour.stored.facts, sentence.facts
    if not has_turned(old, new) or is_cut_short(sentence.text, neighbour):
        return False
    # One more "not" in a longer sentence denies something else.
    is_swap = SetChange.between(old.classes, new.classes).is_swap
    return neighbour.mutual_overlap >= (_TURNED if is_swap else _DENIED)


def _is_put_off(sentence: Sentence, neighbour: Neighbour, today: date) -> bool:
    """Another day to come in a statement that had one."""
    old, stored_on = neighbour.stored.facts.days, neighbour.stored.at.date()
    gained = set(sentence.facts.days) - set(old)
    return any(day > today for day in gained) and any(day > stored_on for day in old)


def _changed_name(sentence: Sentence, neighbour: Neighbour, names: SetChange) -> FactKind | None:
    """One name in place of one other, and nothing else: else it is of somebody else."""
    old, new = neighbour.stored.facts, sentence.facts
    is_alone = old.numbers == new.numbers and old.days == new.days
    is_single = max(len(names.gained), len(names.lost)) <= _NAME_WORDS
    if not (is_alone and is_single and neighbour.mutual_overlap >= _TURNED):
        return None
    is_of_place = any(is_place(sentence.text, str(word)) for word in names.gained)
    return FactKind.PLACE if is_of_place else FactKind.NAME


def _steps(text: str) -> list[int]:
    values = lexicon().ordinals.values
    return sorted(values[word] for word in fold_words(text) if word in values)


def _names(text: str, facts: Facts) -> set[str]:
    """Returns the names of a sentence, those of its dateline left aside."""
    return set(fold_words(strip_dateline(text))).intersection(facts.names)
