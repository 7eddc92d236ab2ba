"""How far a sentence departs from all that a case holds, in any wording and in either language.

It is laid beside the few stored sentences that share most with it. The stored sentence that says the same without any other
fact makes it known; where none does, the nearest one that says the same with another fact shows what changed. What only a
second stored sentence has is no change when that one brings other words of the sentence along: two sentences were merged.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from monitor.model import Facts, Sentence
from monitor.novelty.index.case_index import CaseMemory, Near, Stored
from monitor.novelty.meaning import Meaning, Word, read_meaning
from monitor.novelty.nlp.sentences import guess_language
from monitor.novelty.slots import Change, Comparison, Weight, compare
from monitor.novelty.thesaurus import meant_by
from monitor.novelty.thresholds import JudgeSettings

_SOFT = frozenset(("phrase", "actor"))  # changes that leave a sentence known: copies put one word for another there
_CANDIDATES = 6  # stored sentences compared by facts, of the nearest by words and of the nearest by meanings
# Shares of the rest of both sentences that must agree before a fact in the place of another makes a change, by kind.
_ALIGNED = {
    "number": (0.5, 0.35),
    "day": (0.5, 0.35),
    "year": (0.5, 0.35),
    "time": (0.5, 0.35),
    "turn": (0.5, 0.4),
    "court": (0.5, 0.4),
    "name": (0.6, 0.5),
    "speaker": (0.55, 0.35),
    "actor": (0.7, 0.6),
    "phrase": (0.75, 0.6),
}
# As `_ALIGNED`, both ways, for a change that alone may alert. Kinds that are missing never do: a spun copy writes "care" for
# "custody" and "investigators" for "prosecutors".
_SURE = {
    "number": 0.65,
    "day": 0.65,
    "year": 0.65,
    "time": 0.65,
    "turn": 0.75,
    "court": 0.65,
    "name": 0.75,
    "speaker": 0.65,
}
_HELD_ONE, _HELD_MORE = 0.4, 0.2  # shared words from which one number, or several, are those of another sentence
_PERSONS = ("speaker", "actor")
_APPOSITION = 5  # words between a name and the office that introduces it
_PARTNER = 0.25  # share of a sentence that the second half of a merged one holds
_BROUGHT = 0.6  # share of the words that the first lacks and the second brings
_TRANSLATED = 0.7  # words without counterpart weigh less across languages, where the tables do not know every word
_WHOLE_BACK = 0.55  # share of the stored sentence that an undated one in other words must hold to be known by it
_DATED_APART = 0.35  # share of words apart up to which an aligned sentence with the same day is the same
_QUIET = 0.2  # share of words apart up to which no other sentence is asked what changed
_LOOSE, _BETTER, _DOUBT = (
    0.5,
    0.15,
    0.25,
)  # a sentence without another fact, so far and no worse than the changed one, casts doubt
# What adds to the share of words apart: a number or day more, a name or number that the case never had, nothing like it at all.
_EXTRA, _UNHEARD, _FAR = 0.3, 0.25, 0.35
_NEAR_APART, _FAR_APART = 0.45, 0.6  # between these a sentence begins to be like nothing
_ALIKE, _MORE = 0.25, 0.05  # what the rest of a changed sentence, and each further change, add
_NOTHING_LIKE_IT = 1.5
_HALF_KNOWN = 0.4  # share that must be known before a new clause is an addition and not another sentence


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence beside one stored sentence, other stored ones taken into account.

    Attributes:
        near: the stored sentence and how much both share.
        comparison: all differences.
        changes: those that no other stored sentence explains.
        extra: numbers and days beyond it that no other explains.
        is_added: it has a clause of its own that no other explains.
        apart: share of words that neither it nor a second half has; 0-1.
        verbal: share of its very words in the stored one, 0 when that is near by meanings only.
        is_unheard: it has a name or number that the case has never had.
    """

    near: Near
    comparison: Comparison
    changes: tuple[Change, ...]
    extra: frozenset[str]
    is_added: bool
    apart: float
    is_unheard: bool
    verbal: float

    @property
    def is_clean(self) -> bool:
        """No fact differs."""
        return not (self.extra or self.is_added or any(change.kind not in _SOFT for change in self.changes))

    @property
    def sure(self) -> tuple[Change, ...]:
        """The changes that no synonym or other turn of phrase can feign."""
        least = min(self.comparison.rest, self.comparison.rest_back)
        return tuple(change for change in self.changes if least >= _SURE.get(change.kind, 1.1))


@dataclass(frozen=True, slots=True)
class Departure:
    """How far a sentence departs from what is stored.

    Attributes:
        score: 0 (the same in other words) to about 1.6 (the same words with another fact, or nothing like it).
        pair: the stored sentence that decided; None when nothing is stored.
        is_known: a stored sentence says the same.
    """

    score: float
    pair: Pair | None
    is_known: bool


@dataclass(frozen=True, slots=True)
class _Beside:
    stored: Stored
    meaning: Meaning
    comparison: Comparison
    known: frozenset[str]


def depart(
    sentence: Sentence,
    near: Sequence[Near],
    memory: CaseMemory,
    today: date,
    settings: JudgeSettings,
    others: Iterable[Stored] = (),
) -> Departure:
    """Lays a sentence beside the stored ones that are nearest to it by words and by meanings.

    Args:
        today: the article's local day.
        others: more stored sentences to lay it beside: those that an encoder holds for near.
    """
    own = read_meaning(sentence.text)
    weights: dict[frozenset[str], float] = {}

    def weight(word: Word) -> float:
        found = weights.get(word.labels)
        if found is None:
            found = weights[word.labels] = min(map(memory.meant_rarity, word.labels))
        return found

    stored = {found.stored.text: found.stored for found in near[:_CANDIDATES]}
    verbal = {found.stored.text: found.contained for found in near}
    for other in memory.alike(meant_by(sentence.text, sentence.facts), _CANDIDATES):
        stored.setdefault(other.text, other)
    for other in others:
        stored.setdefault(other.text, other)
    beside = [_lay(own, sentence.facts, other, weight, today) for other in stored.values()]
    whole = math.fsum(map(weight, own.words))
    lang = guess_language(sentence.text)
    is_unheard = any(memory.is_unheard(word.labels) for word in own.words if word.is_name) or any(
        not _is_heard(number, memory) for number in sentence.facts.numbers
    )
    pairs = [_pair(one, beside, whole, weight, lang, is_unheard, verbal.get(one.stored.text, 0.0)) for one in beside]
    return _decide(pairs, bool(sentence.facts.days), settings)


def _is_heard(number: str, memory: CaseMemory) -> bool:
    plain = number.rstrip("%")
    return memory.has_element(f"number {plain}") or memory.has_element(f"number {plain}%")


def _lay(own: Meaning, facts: Facts, stored: Stored, weight: Weight, today: date) -> _Beside:
    meaning = read_meaning(stored.text)
    known = {
        *(f"#{number}" for number in stored.facts.numbers),
        *(f"@{day}" for day in (*stored.facts.days, *stored.facts.event_days)),
        *(f"@{year}" for year in stored.facts.years),
        *meaning.labels,
        *meaning.courts,
        *meaning.times,
    }
    return _Beside(stored, meaning, compare(own, facts, meaning, stored.facts, weight, today), frozenset(known))


def _pair(
    one: _Beside, beside: Sequence[_Beside], whole: float, weight: Weight, lang: str, is_unheard: bool, verbal: float
) -> Pair:
    comparison = one.comparison
    changes = [change for change in comparison.changes if _is_aligned(comparison, change)]
    taken = {word.place for change in comparison.changes for word in change.words}
    partner, brought = _second_half(one, beside, taken, weight)
    if partner is not None:
        changes = [change for change in changes if change.kind == "turn" or not change.labels <= partner.known]
    changes = [change for change in changes if not (change.kind in _PERSONS and _is_same_person(change, beside))]
    changes = [change for change in changes if not (change.kind == "number" and _is_held(change, one, beside))]
    held = {label for change in changes for label in change.labels} | (partner.known if partner else frozenset())
    is_translated = lang != guess_language(one.stored.text)
    is_added = bool(comparison.added) and comparison.forward > _HALF_KNOWN
    if is_added and is_translated:
        is_added = len(comparison.gone) < len(comparison.added)
    if is_added and partner is not None:
        is_added = any(word.labels.isdisjoint(partner.meaning.labels) for word in comparison.added)
    share = comparison.forward + (brought / whole if whole else 0.0)
    apart = max(0.0, 1.0 - share) * (_TRANSLATED if is_translated else 1.0)
    near = Near(one.stored, comparison.forward, comparison.backward)
    return Pair(near, comparison, tuple(changes), comparison.extra - held, is_added, apart, is_unheard, verbal)


def _is_held(change: Change, one: _Beside, beside: Sequence[_Beside]) -> bool:
    """The same numbers stand together in another stored sentence that shares some words: it is known from there."""
    least = _HELD_ONE if len(change.labels) == 1 else _HELD_MORE
    return any(other is not one and change.labels <= other.known and other.comparison.forward >= least for other in beside)


def _is_same_person(change: Change, beside: Sequence[_Beside]) -> bool:
    """A stored sentence introduces the one as the other: "the chairwoman of the inquiry, Ada Marlow"."""
    mine, other = _labels(change.words), _labels(change.before)
    if all(any(word.is_name for word in words) for words in (change.words, change.before)):
        return False
    for one in beside:
        places = [word.place for word in one.meaning.words if not word.labels.isdisjoint(mine)]
        others = [word.place for word in one.meaning.words if not word.labels.isdisjoint(other)]
        if any(0 < abs(at - place) <= _APPOSITION for at in places for place in others):
            return True
    return False


def _labels(words: Sequence[Word]) -> frozenset[str]:
    return frozenset(label for word in words for label in word.labels)


def _is_aligned(comparison: Comparison, change: Change) -> bool:
    rest, back = _ALIGNED[change.kind]
    return comparison.rest >= rest and comparison.rest_back >= back


def _second_half(one: _Beside, beside: Sequence[_Beside], taken: set[int], weight: Weight) -> tuple[_Beside | None, float]:
    """Returns the stored sentence that has most of what the first lacks, beyond the changed facts themselves."""
    missing = [word for word in one.comparison.fresh if word.place not in taken]
    if len(missing) < 2:
        return None, 0.0
    whole = math.fsum(map(weight, one.comparison.fresh))
    best: tuple[_Beside | None, float] = (None, 0.0)
    for other in beside:
        if other is one or not _PARTNER <= other.comparison.forward <= one.comparison.forward:
            continue
        rest = math.fsum(weight(word) for word in missing if not word.labels.isdisjoint(other.meaning.labels))
        brought = math.fsum(weight(word) for word in one.comparison.fresh if not word.labels.isdisjoint(other.meaning.labels))
        if rest >= _BROUGHT * math.fsum(map(weight, missing)) and brought >= _BROUGHT * whole and brought > best[1]:
            best = (other, brought)
    return best


def _is_known(pair: Pair, is_dated: bool, settings: JudgeSettings) -> bool:
    """The stored sentence says the same: in nearly the same words, or with the same day in most of them."""
    comparison = pair.comparison
    if not pair.is_clean:
        return False
    if not (is_dated or pair.verbal >= settings.same or comparison.backward >= _WHOLE_BACK):
        return False
    if pair.apart <= 1 - settings.contained:
        return True
    is_near = comparison.forward >= settings.aligned and comparison.backward >= settings.aligned_back
    return is_near and pair.apart <= (_DATED_APART if is_dated else 1 - settings.same)


def _decide(pairs: Sequence[Pair], is_dated: bool, settings: JudgeSettings) -> Departure:
    if not pairs:
        return Departure(_NOTHING_LIKE_IT, None, False)
    same = [pair for pair in pairs if _is_known(pair, is_dated, settings)]
    known = min(same, key=lambda pair: pair.apart, default=None)
    score, pair = _score(pairs)
    if known is not None and (not known.changes or known is pair):
        return Departure(score if known.changes else min(score, known.apart), known, True)
    return Departure(score, pair, False)


def _score(pairs: Sequence[Pair]) -> tuple[float, Pair]:
    clean = min((pair for pair in pairs if pair.is_clean and not pair.changes), key=lambda pair: pair.apart, default=None)
    if clean is not None and clean.apart <= _QUIET:
        return clean.apart, clean
    flagged = [pair for pair in pairs if pair.changes or pair.is_added]
    plain = min((pair for pair in pairs if not (pair.changes or pair.is_added)), key=_loose, default=None)
    if flagged:
        best = max(flagged, key=lambda pair: pair.comparison.rest + pair.comparison.rest_back)
        if plain is None or _loose(plain) > min(_LOOSE, 1 + _BETTER - best.comparison.rest):
            return _changed_score(best), best
        return _loose(plain) + _DOUBT, plain
    if plain is None:
        return _NOTHING_LIKE_IT, pairs[0]
    is_far = min(1.0, max(0.0, (plain.apart - _NEAR_APART) / (_FAR_APART - _NEAR_APART)))
    return _loose(plain) + _FAR * is_far, plain


def _loose(pair: Pair) -> float:
    return pair.apart + _EXTRA * bool(pair.extra) + _UNHEARD * pair.is_unheard


def _changed_score(pair: Pair) -> float:
    count = len(pair.changes) + pair.is_added
    return 1.0 + _ALIKE * pair.comparison.rest + _MORE * (count - 1)
