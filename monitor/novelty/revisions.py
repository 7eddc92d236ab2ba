"""What an outlet changed in its own article: one class for the whole edit, and the statements that
changed. Pure.

Sentences are compared by their keys, so white space, punctuation, case and datelines never count.
What is left on both sides is paired by shared words, and each pair is compared fact by fact; what
has no partner is new or gone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache
from importlib.resources import files

from monitor.model import ChangedClaim, FactKind, Sentence
from monitor.novelty.alignment.align import has_turned
from monitor.novelty.nlp.event_keys import stems
from monitor.novelty.nlp.lexicon import Terms
from monitor.text import fold_words

_PAIRED = (
    0.5  # shared stems, as Dice's coefficient, from which two sentences are one that was rewritten
)
# Of a sentence's stems in one or two neighbours of the other text: it was split, merged or moved
_MOVED = 0.9
_MANY = 6  # stems that a rewritten sentence gains or loses: more than copy-editing
_SPELLING = 0.8  # likeness of two spellings of one name
_TITLE = -1
_DIGITS = re.compile(r"\d+")


class Change(StrEnum):
    """What happened to an article after it was stored; the first five are of its text."""

    TRIVIAL = "trivial"
    COPY_EDIT = "copy_edit"
    HEADLINE = "headline"
    SUBSTANTIVE = "substantive"
    CORRECTION = "correction"
    REMOVED = "removed"
    PAYWALLED = "paywalled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Revised:
    """How one text differs from the one before it.

    Attributes:
        added, removed: sentences without a counterpart in the other text.
        claims: statements told again with another fact.
    """

    change: Change
    added: tuple[Sentence, ...] = ()
    removed: tuple[Sentence, ...] = ()
    claims: tuple[ChangedClaim, ...] = ()


def is_beginning(text: str, of: str) -> bool:
    """Says whether a text is only the beginning of a longer one, as teasers and cut items are; the
    last word may be cut.
    """
    short, long = fold_words(text), fold_words(of)
    if len(short) >= len(long):
        return False
    return not short or (
        long[: len(short) - 1] == short[:-1] and long[len(short) - 1].startswith(short[-1])
    )


def compare_revisions(
    before: Sequence[Sentence], after: Sequence[Sentence], *, article_id: int, is_live: bool = False
) -> Revised:
    """Classifies the step from one text of an article to the next.

    Args:
        before, after: the sentences of both, the headline (index -1) among them.
        article_id: the article, to be named in the claims.
        is_live: a live blog: posts that scroll off its end were not taken back.
    """
    old, new = _body(before), _body(after)
    old_keys, new_keys = {s.key for s in old}, {s.key for s in new}
    gone = [s for s in old if s.key not in new_keys]
    fresh = [s for s in new if s.key not in old_keys]
    pairs = [*_pair(gone, fresh), *_other_digits(old, new)]
    held, holding = ([(s, stems(s.text)) for s in told] for told in (old, new))
    added = [s for s in fresh if not _is_in(s, [b for _, b in pairs]) and not _is_moved(s, held)]
    removed = (
        []
        if is_live
        else [s for s in gone if not _is_in(s, [a for a, _ in pairs]) and not _is_moved(s, holding)]
    )
    known = {word for s in old for word in fold_words(s.text)}
    rewritten = [(a, b, _changed_slot(a, b, known)) for a, b in pairs]
    claims = [
        ChangedClaim(a.text, b.text, slot, article_id)
        for a, b, slot in rewritten
        if slot is not None
    ]
    is_much = any(slot is None and _is_much(a, b) for a, b, slot in rewritten)
    change = _class_of(before, after, bool(added or removed or claims or is_much))
    return Revised(change, tuple(added), tuple(removed), tuple(claims))


def _class_of(
    before: Sequence[Sentence], after: Sequence[Sentence], is_substantive: bool
) -> Change:
    old_keys = {s.key for s in before}
    if any(is_correction_note(s.text) for s in after if s.key not in old_keys):
        return Change.CORRECTION
    if is_substantive:
        return Change.SUBSTANTIVE
    if _titles(before) != _titles(after):
        return Change.HEADLINE
    return (
        Change.TRIVIAL
        if [s.key for s in _body(before)] == [s.key for s in _body(after)]
        else Change.COPY_EDIT
    )


def is_correction_note(text: str) -> bool:
    """Says whether a sentence or headline tells that the report itself was corrected or clarified."""
    terms = _corrections()
    folded = fold_words(text)
    if any(place == 0 for _, place in terms["starts"].places(folded)):
        return True
    is_labelled = any(place == 0 for _, place in terms["labels"].places(folded))
    return is_labelled and bool(terms["phrases"].find(folded))


@cache
def _corrections() -> dict[str, Terms]:
    lists = tomllib.loads(
        files(__package__).joinpath("data", "corrections.toml").read_text(encoding="utf-8")
    )
    return {name: Terms({name: terms}) for name, terms in lists.items()}


def _body(told: Sequence[Sentence]) -> list[Sentence]:
    return [s for s in told if s.index != _TITLE]


def _titles(told: Sequence[Sentence]) -> list[int]:
    return [s.key for s in told if s.index == _TITLE]


def _is_in(sentence: Sentence, others: Sequence[Sentence]) -> bool:
    return any(sentence is other for other in others)


def _pair(gone: Sequence[Sentence], fresh: Sequence[Sentence]) -> list[tuple[Sentence, Sentence]]:
    """Pairs each vanished sentence with the new one that it became, the likeliest pairs first."""
    left, right = [stems(s.text) for s in gone], [stems(s.text) for s in fresh]
    rated = ((_alike(a, b), -i, -j) for i, a in enumerate(left) for j, b in enumerate(right))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    pairs = []
    for _, i, j in sorted((rating for rating in rated if rating[0] >= _PAIRED), reverse=True):
        if i not in taken_left and j not in taken_right:
            taken_left.add(i)
            taken_right.add(j)
            pairs.append((gone[-i], fresh[-j]))
    return sorted(pairs, key=lambda pair: pair[1].index)


def _alike(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def _other_digits(
    old: Sequence[Sentence], new: Sequence[Sentence]
) -> list[tuple[Sentence, Sentence]]:
    """Pairs sentences that differ in a clock time only, which keys pass over; a dateline stands in
    the first sentence.
    """
    before: dict[int, list[Sentence]] = {}
    for sentence in old:
        before.setdefault(sentence.key, []).append(sentence)
    pairs = []
    for sentence in new:
        twins = before.get(sentence.key, []) if sentence.index > 0 else []
        digits = _DIGITS.findall(sentence.text)
        if twins and all(_DIGITS.findall(twin.text) != digits for twin in twins):
            pairs.append((twins[0], sentence))
    return pairs


def _is_moved(sentence: Sentence, others: Sequence[tuple[Sentence, frozenset[str]]]) -> bool:
    """Says whether one sentence of the other text, or two neighbours, hold all of it, with the same
    numbers and the same no.
    """
    own, facts = stems(sentence.text), sentence.facts
    if not own:
        return True
    shared = [len(own & held) for _, held in others]
    for place in range(len(others)):
        if sum(shared[place : place + 2]) < _MOVED * len(own):
            continue
        for near in (others[place : place + 1], others[place : place + 2]):
            if len(own & frozenset().union(*(held for _, held in near))) < _MOVED * len(own):
                continue
            numbers = {number for other, _ in near for number in other.facts.numbers}
            is_negated = any(other.facts.is_negated for other, _ in near)
            if set(facts.numbers) <= numbers and facts.is_negated <= is_negated:
                return True
    return False


def _changed_slot(before: Sentence, after: Sentence, known: set[str]) -> FactKind | None:
    """Returns the first kind of fact in which a rewritten sentence differs; None for other words
    only.
    """
    old, new = before.facts, after.facts
    if has_turned(new, old) or new.is_negated != old.is_negated:
        return FactKind.NEGATION
    if set(new.numbers) != set(old.numbers):
        return FactKind.NUMBER
    if set(new.days) != set(old.days) or _years(before) != _years(after):
        return FactKind.DATE
    if _other_names(before, after, known):
        return FactKind.NAME
    if before.key == after.key:
        return FactKind.NUMBER
    is_other_deed = set(new.classes) - set(old.classes) and set(old.classes) - set(new.classes)
    return FactKind.STATUS if is_other_deed else None


def _years(sentence: Sentence) -> set[int]:
    return set(sentence.facts.years) - {day.year for day in sentence.facts.days}


def _other_names(before: Sentence, after: Sentence, known: set[str]) -> bool:
    """Says whether a name came or went; a slip of the pen put right to the spelling used elsewhere
    is none.
    """
    old_words, new_words = fold_words(before.text), fold_words(after.text)
    came = [name for name in after.facts.names if name not in old_words]
    went = [name for name in before.facts.names if name not in new_words]
    mended = {
        (a, b)
        for a in went
        for b in came
        if b in known and SequenceMatcher(None, a, b).ratio() >= _SPELLING
    }
    return bool({*came} - {b for _, b in mended} or {*went} - {a for a, _ in mended})


def _is_much(before: Sentence, after: Sentence) -> bool:
    old, new = stems(before.text), stems(after.text)
    return len(new - old) >= _MANY or len(old - new) >= _MANY
