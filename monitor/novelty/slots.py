"""Two sentences fact by fact: what one has that the other lacks, and what stands in the place of what.

A fact counts as changed only when the other sentence has another one in its place: a number for a number, a court for a
court, a speaker for a speaker. What is merely added may have been left away over there; `Comparison.extra` keeps it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from monitor.model import Facts, Slot
from monitor.novelty.meaning import Labels, Meaning, Word, is_verb
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thesaurus import thesaurus

_RECENT = timedelta(days=2)
_ADDED_WORDS = 2  # new words with meaning that make a clause an act of its own
_ADDED_SHARE = 0.6  # of its words that are new
_WORD_FOR_WORD = 0.97
_RELATIVE = 0.65  # both ways: sentences that differ in little but the day on which they were printed
_TWO = frozenset(("both", "double"))
_HIGHER = frozenset(("supreme", "appeals", "cassation", "constitutional", "high"))
_EVERYWHERE = 1.95  # a name in more than a sixth of the sentences is the case's subject; "he" may stand for it
_PHRASE_WORDS = 6  # words of a phrase of place

Weight = Callable[[Word], float]


@dataclass(frozen=True, slots=True)
class Change:
    """A fact in the place of another.

    Attributes:
        labels: what stands for the fact in the new sentence: meanings, or "#12" and "@2026-01-31" for numbers and days.
        words, before: its words and those that it replaces, so that the rest of the sentences can be compared.
    """

    slot: Slot
    kind: str
    labels: Labels
    words: tuple[Word, ...] = ()
    before: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """A sentence beside a stored one.

    Attributes:
        forward: share of its words, weighted by rarity, that the stored one has in some wording; 0-1.
        backward: the same the other way round.
        fresh: its words that the stored one lacks; `gone` is the reverse.
        changes: facts in the place of others.
        extra: numbers and days that it has beyond the stored one's.
        added: a clause that the stored one lacks, as its words; empty when there is none.
        rest, rest_back: `forward` and `backward` without the words of changed facts.
    """

    forward: float
    backward: float
    fresh: tuple[Word, ...]
    gone: tuple[Word, ...]
    changes: tuple[Change, ...]
    extra: frozenset[str]
    added: tuple[Word, ...]
    rest: float
    rest_back: float


def compare(new: Meaning, new_facts: Facts, old: Meaning, old_facts: Facts, weight: Weight, today: date) -> Comparison:
    """Lays a sentence beside a stored one.

    Args:
        weight: how much a word says within the case.
        today: the article's local day; a day that only one sentence names counts when it is recent or ahead.
    """
    fresh = tuple(word for word in new.words if word.labels.isdisjoint(old.labels))
    gone = tuple(word for word in old.words if word.labels.isdisjoint(new.labels))
    whole, other = _mass(new.words, weight), _mass(old.words, weight)
    forward = 1.0 - _mass(fresh, weight) / whole if whole else 0.0
    backward = 1.0 - _mass(gone, weight) / other if other else 0.0
    days = _other_days(new, new_facts, old, old_facts, min(forward, backward))
    changes = tuple(_changes(new, new_facts, old, old_facts, fresh, gone, days, weight, today))
    taken = {word.place for change in changes for word in change.words}
    lost = {word.place for change in changes for word in change.before}
    return Comparison(
        forward=forward,
        backward=backward,
        fresh=fresh,
        gone=gone,
        changes=changes,
        extra=_extra(new, new_facts, old, old_facts, days),
        added=_added(new, fresh),
        rest=_share([word for word in new.words if word.place not in taken], fresh, weight),
        rest_back=_share([word for word in old.words if word.place not in lost], gone, weight),
    )


def _mass(words: Iterable[Word], weight: Weight) -> float:
    return math.fsum(weight(word) for word in words)


def _share(words: Sequence[Word], fresh: Sequence[Word], weight: Weight) -> float:
    missing = {word.place for word in fresh}
    whole = _mass(words, weight)
    return 1.0 - _mass((word for word in words if word.place in missing), weight) / whole if whole else 1.0


def _extra(new: Meaning, new_facts: Facts, old: Meaning, old_facts: Facts, days: Sequence[date]) -> frozenset[str]:
    numbers = _numbers(old, old_facts) | new.courts
    return frozenset({f"#{number}" for number in new_facts.numbers if number not in numbers} | {f"@{day}" for day in days})


def _other_days(new: Meaning, new_facts: Facts, old: Meaning, old_facts: Facts, alike: float) -> list[date]:
    """Returns the days that the other sentence lacks.

    A text printed again word for word moves its "on Friday" by weeks and its "overnight" by days: no other day either.
    """
    known = {*old_facts.days, *old_facts.event_days}
    days = [day for day in new_facts.days if day not in known]
    if days and alike >= _RELATIVE:
        relative = lexicon().relative
        if (said := relative.find(new.tokens.words)) and said == relative.find(old.tokens.words):
            return []
    if alike >= _WORD_FOR_WORD and not _names_month(new):
        days = [day for day in days if not any((day - other).days % 7 == 0 for other in old_facts.days)]
    return days


def _names_month(meaning: Meaning) -> bool:
    return any(word in lexicon().months for word in meaning.tokens.words)


def _changes(
    new: Meaning,
    new_facts: Facts,
    old: Meaning,
    old_facts: Facts,
    fresh: tuple[Word, ...],
    gone: tuple[Word, ...],
    days: Sequence[date],
    weight: Weight,
    today: date,
) -> Iterable[Change]:
    yield from _dates(new, new_facts, old, old_facts, days, today)
    numbers = set(new_facts.numbers) - _numbers(old, old_facts)
    if numbers and set(old_facts.numbers) - _numbers(new, new_facts):
        yield Change(Slot.NUMBER, "number", frozenset(f"#{number}" for number in numbers))
    if turned := _turned(new, old, fresh, gone):
        yield Change(Slot.NEGATION, "turn", turned)
    mine, other = _other_body(new, old, fresh, gone)
    if new.courts - old.courts and (old.courts - new.courts or _is_judge_before(new, old)):
        words = tuple(word for word in fresh if _is_of_court(word))
        yield Change(Slot.STATUS, "court", new.courts - old.courts, words, tuple(word for word in gone if _is_of_court(word)))
    elif mine and other:
        yield Change(Slot.STATUS, "court", _labels(mine), mine, other)
    yield from _persons(new, old, fresh, gone)
    yield from _names(new, old, [word for word in fresh if weight(word) > _EVERYWHERE], gone)
    yield from _phrases(new, old, fresh, gone)


def _numbers(meaning: Meaning, facts: Facts) -> set[str]:
    """Returns the numbers of a sentence, with those that other words say: "both", the number of a court."""
    said = {label for label in meaning.courts if label.isdigit()}
    plain = {number.rstrip("%") for number in facts.numbers}
    return {*plain, *(f"{number}%" for number in plain), *said, *(() if meaning.labels.isdisjoint(_TWO) else ("2",))}


def _dates(
    new: Meaning, new_facts: Facts, old: Meaning, old_facts: Facts, days: Sequence[date], today: date
) -> Iterable[Change]:
    lost = set(old_facts.days) - set(new_facts.days)
    if days and (lost or any(day >= today - _RECENT for day in days)):
        yield Change(Slot.DATE, "day", frozenset(f"@{day}" for day in days))
    own_years, known_years = _years(new_facts), _years(old_facts)
    if set(new_facts.years) - known_years and set(old_facts.years) - own_years:
        yield Change(Slot.DATE, "year", frozenset(f"@{year}" for year in set(new_facts.years) - known_years))
    own_times, known_times = _times(new, new_facts), _times(old, old_facts)
    if (times := new.times - known_times) and (old.times - own_times or lost):
        yield Change(Slot.DATE, "time", times)
    elif days and not lost and old.times - own_times:
        yield Change(Slot.DATE, "day", frozenset(f"@{day}" for day in days))


def _years(facts: Facts) -> set[int]:
    return {*facts.years, *(day.year for day in facts.days), *(day.year for day in facts.event_days)}


def _times(meaning: Meaning, facts: Facts) -> set[str]:
    return {*meaning.times, *(f"month {day.month}" for day in facts.days)}


def _turned(new: Meaning, old: Meaning, fresh: Sequence[Word], gone: Sequence[Word]) -> Labels:
    """What one sentence says and the other denies, or an act in the place of its opposite; both together say the same."""
    thes = thesaurus()
    denied: Labels = frozenset()
    is_elsewhere = new.negated and old.negated and new.negated.isdisjoint(old.reached) and old.negated.isdisjoint(new.reached)
    if new.refusals != old.refusals or is_elsewhere:
        denied = (new.negated & (old.labels - old.reached)) | (old.negated & (new.labels - new.reached))
    opposed = {
        label for word in fresh if any(thes.opposes(word.labels, other.labels) for other in gone) for label in word.labels
    }
    if denied and any(thes.opposes(word.labels, old.negated) for word in fresh):
        return frozenset()
    if denied and any(thes.opposes(word.labels, new.negated) for word in gone):
        return frozenset()
    return denied | opposed


def _other_body(
    new: Meaning, old: Meaning, fresh: Sequence[Word], gone: Sequence[Word]
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Returns the body that acts and the other one that acted: a council for a tribunal of the same name."""
    bodies = thesaurus().grammar["bodies"]
    mine = tuple(word for word in new.actor if word in fresh and not word.labels.isdisjoint(bodies))
    other = tuple(word for word in old.actor if word in gone and not word.labels.isdisjoint(bodies))
    return mine, other


def _is_judge_before(new: Meaning, old: Meaning) -> bool:
    """A higher court acts in the place of a judge."""
    return not old.courts and bool(new.courts & _HIGHER) and "judge" in old.labels - new.labels


def _is_of_court(word: Word) -> bool:
    thes = thesaurus()
    return word.text in thes.courts or word.text in thes.court_nouns or "judge" in word.labels


def _persons(new: Meaning, old: Meaning, fresh: tuple[Word, ...], gone: tuple[Word, ...]) -> Iterable[Change]:
    """Somebody else says it or does it: no word of the one's subject stands in the other sentence."""
    for kind, mine, other in (("speaker", new.speaker, old.speaker), ("actor", new.actor, old.actor)):
        is_other = _labels(_named(mine, other)).isdisjoint(_labels(_named(other, mine)))
        if mine and other and is_other and not set(mine).isdisjoint(fresh) and not set(other).isdisjoint(gone):
            yield Change(Slot.NAME, kind, _labels(mine), mine, other)
            return


def _named(words: tuple[Word, ...], others: tuple[Word, ...]) -> tuple[Word, ...]:
    """Returns the names among the words when both persons have one ("Judge Marlow" is not "Judge Brook"), else all."""
    names = tuple(word for word in words if word.is_name)
    return names if names and any(word.is_name for word in others) else words


def _names(new: Meaning, old: Meaning, fresh: Sequence[Word], gone: Sequence[Word]) -> Iterable[Change]:
    names, lost = _only_names(fresh), _only_names(gone)
    pronouns = thesaurus().grammar["pronouns"]
    stands_for = pronouns.intersection(new.tokens.words) ^ pronouns.intersection(old.tokens.words)
    if names and lost and not (stands_for and min(len(names), len(lost)) == 1 and not names[0].is_placed):
        slot = Slot.PLACE if any(word.is_placed for word in names) else Slot.NAME
        yield Change(slot, "name", _labels(names), names, lost)


def _only_names(words: Sequence[Word]) -> tuple[Word, ...]:
    """Returns the names; a capital on a word that the tables know ("Parliament") makes none."""
    courts = thesaurus().courts
    return tuple(word for word in words if word.is_name and word.text not in courts)


def _phrases(new: Meaning, old: Meaning, fresh: Sequence[Word], gone: Sequence[Word]) -> Iterable[Change]:
    """A phrase of place in the place of another."""
    mine, other = _replaced(new, fresh), _replaced(old, gone)
    if mine and other:
        yield Change(Slot.PLACE, "phrase", _labels(mine), mine, other)


def _replaced(meaning: Meaning, only: Sequence[Word]) -> tuple[Word, ...]:
    """Returns the words of the first phrase of place of which no word stands in the other sentence."""
    thes = thesaurus()
    tokens = meaning.tokens
    by_place = {word.place: word for word in meaning.words}
    missing = {word.place for word in only}
    for place, word in enumerate(tokens.words):
        if word not in thes.grammar["place_before"]:
            continue
        found: list[Word] = []
        for at in range(place + 1, min(len(tokens.words), place + 1 + _PHRASE_WORDS)):
            inner = tokens.words[at]
            if at in tokens.breaks or (inner in thes.grammar["prepositions"] and found) or inner in thes.grammar["joins"]:
                break
            if inner in thes.grammar["subclauses"]:
                break
            if at in by_place:
                found.append(by_place[at])
        if found and all(word.place in missing for word in found):
            return tuple(found)
    return ()


def _labels(words: Iterable[Word]) -> Labels:
    return frozenset(label for word in words for label in word.labels)


def _added(meaning: Meaning, fresh: Sequence[Word]) -> tuple[Word, ...]:
    """Returns the words of a clause with a verb that is new as a whole."""
    missing = {word.place for word in fresh}
    for clause in _joined_clauses(meaning):
        own = [word for word in clause if word.place in missing]
        if len(own) >= max(_ADDED_WORDS, _ADDED_SHARE * len(clause)) and any(is_verb(meaning, word) for word in own[:2]):
            return tuple(own)
    return ()


def _joined_clauses(meaning: Meaning) -> list[list[Word]]:
    """Returns the words with meaning of each stretch that begins with "and" or the like and ends at the next one or a comma."""
    joins = {place for place, word in enumerate(meaning.tokens.words) if word in thesaurus().grammar["joins"]}
    starts = joins | meaning.tokens.breaks
    clauses: list[list[Word]] = []
    is_joined = False
    last = 0
    for word in meaning.words:
        passed = [start for start in starts if last < start <= word.place]
        if passed:
            is_joined = not joins.isdisjoint(passed)
            if is_joined:
                clauses.append([])
        last = word.place
        if is_joined:
            clauses[-1].append(word)
    return clauses
