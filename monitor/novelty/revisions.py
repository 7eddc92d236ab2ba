"""What an outlet changed in its own article: one class for the whole edit, and the statements that
changed. Pure.

Sentences are compared by their keys, so white space, punctuation, case and datelines never count.
What is left on both sides is paired by shared words, and each pair is compared fact by fact
(`alignment.compare`); what has no partner is new or gone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from monitor.model import ChangedClaim, FactKind, Sentence
from monitor.novelty.alignment.compare import revised_fact
from monitor.novelty.nlp.event_keys import stems
from monitor.novelty.nlp.terms import Terms
from monitor.text import fold_words

# Shared stems, as Dice's coefficient, from which two sentences are one that was rewritten
_PAIRED = 0.5
# Of a sentence's stems in one or two neighbours of the other text: it was split, merged or moved
_MOVED = 0.9
_MANY = 6  # stems that a rewritten sentence gains or loses: more than copy-editing
_TITLE = -1
_DIGITS = re.compile(r"\d+")
_Pair = tuple[Sentence, Sentence]  # before, after


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
        claims: statements that are repeated with another fact.
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
    if not short:
        return True
    *whole, last = short
    return long[: len(whole)] == whole and long[len(whole)].startswith(last)


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
    gone, fresh = _without(old, new), _without(new, old)
    rewritten = _compare_pairs([*_pair(gone, fresh), *_pair_other_digits(old, new)], old)
    added = _unaccounted(fresh, [pair.after for pair in rewritten], old)
    removed = () if is_live else _unaccounted(gone, [pair.before for pair in rewritten], new)
    claims = tuple(_claims(rewritten, article_id))
    is_much = any(pair.is_much_rewritten for pair in rewritten)
    # A correction note decides even where nothing else changed.
    change = _classify(before, after, is_substantive=bool(added or removed or claims or is_much))
    return Revised(change, added, removed, claims)


def _classify(
    before: Sequence[Sentence], after: Sequence[Sentence], *, is_substantive: bool
) -> Change:
    if any(is_correction_note(sentence.text) for sentence in _without(after, before)):
        return Change.CORRECTION
    if is_substantive:
        return Change.SUBSTANTIVE
    if _keys(_titles(before)) != _keys(_titles(after)):
        return Change.HEADLINE
    is_same = _keys(_body(before)) == _keys(_body(after))
    return Change.TRIVIAL if is_same else Change.COPY_EDIT


def is_correction_note(text: str) -> bool:
    """Says whether a sentence or headline announces that the report itself was corrected."""
    terms, words = _correction_terms(), fold_words(text)
    if terms.starts.starts(words):
        return True
    return terms.labels.starts(words) and bool(terms.phrases.find(words))


@dataclass(frozen=True, slots=True)
class _CorrectionTerms:
    """The lists of `data/corrections.toml`."""

    starts: Terms[str]
    labels: Terms[str]
    phrases: Terms[str]


@cache
def _correction_terms() -> _CorrectionTerms:
    data = files(__package__).joinpath("data", "corrections.toml")
    lists = tomllib.loads(data.read_text(encoding="utf-8"))
    return _CorrectionTerms(**{name: Terms({name: terms}) for name, terms in lists.items()})


@dataclass(frozen=True, slots=True)
class _Rewritten:
    """A sentence, what became of it, and in which fact the two differ, if in any."""

    before: Sentence
    after: Sentence
    changed: FactKind | None

    @property
    def is_much_rewritten(self) -> bool:
        """Whether it has the same facts but gained or lost more words than copy-editing changes."""
        if self.changed is not None:
            return False
        old, new = stems(self.before.text), stems(self.after.text)
        return len(new - old) >= _MANY or len(old - new) >= _MANY


def _compare_pairs(pairs: Iterable[_Pair], old: Iterable[Sentence]) -> list[_Rewritten]:
    known_words: set[str] = set()
    for sentence in old:
        known_words.update(fold_words(sentence.text))
    return [
        _Rewritten(before, after, revised_fact(before, after, known_words))
        for before, after in pairs
    ]


def _claims(pairs: Iterable[_Rewritten], article_id: int) -> Iterator[ChangedClaim]:
    for pair in pairs:
        if pair.changed is not None:
            yield ChangedClaim(pair.before.text, pair.after.text, pair.changed, article_id)


def _body(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.index != _TITLE]


def _titles(sentences: Iterable[Sentence]) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.index == _TITLE]


def _keys(sentences: Iterable[Sentence]) -> list[int]:
    return [sentence.key for sentence in sentences]


def _without(sentences: Iterable[Sentence], others: Iterable[Sentence]) -> list[Sentence]:
    """Returns the sentences whose words none of the others has."""
    keys = set(_keys(others))
    return [sentence for sentence in sentences if sentence.key not in keys]


def _pair(gone: Sequence[Sentence], fresh: Sequence[Sentence]) -> list[_Pair]:
    """Pairs each vanished sentence with the new one that it became, the likeliest pairs first."""
    pairs: list[_Pair] = []
    free_gone, free_fresh = set(range(len(gone))), set(range(len(fresh)))
    # The likeliest pairs first, so that a sentence is not taken by a poorer match.
    for _, old, new in sorted(_rate_pairs(gone, fresh)):
        if old in free_gone and new in free_fresh:
            free_gone.remove(old)
            free_fresh.remove(new)
            pairs.append((gone[old], fresh[new]))
    return sorted(pairs, key=lambda pair: pair[1].index)


def _rate_pairs(
    gone: Sequence[Sentence], fresh: Sequence[Sentence]
) -> Iterator[tuple[float, int, int]]:
    """Yields the likeness, negated, and the positions of sentences that may be one."""
    fresh_stems = [stems(sentence.text) for sentence in fresh]
    for old, sentence in enumerate(gone):
        old_stems = stems(sentence.text)
        for new, new_stems in enumerate(fresh_stems):
            likeness = _dice(old_stems, new_stems)
            if likeness >= _PAIRED:
                yield -likeness, old, new


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    """Returns Dice's coefficient of two sets, 0-1; two empty sets are alike."""
    return 2 * len(a & b) / (len(a) + len(b)) if a or b else 1.0


def _pair_other_digits(old: Sequence[Sentence], new: Sequence[Sentence]) -> list[_Pair]:
    """Pairs sentences that differ in a clock time only, which keys pass over; a dateline stands in
    the first sentence.
    """
    by_key: dict[int, list[Sentence]] = {}
    for sentence in old:
        by_key.setdefault(sentence.key, []).append(sentence)
    pairs: list[_Pair] = []
    for sentence in new:
        twins = by_key.get(sentence.key, []) if sentence.index > 0 else []
        if twins and _digits(sentence) not in map(_digits, twins):
            pairs.append((twins[0], sentence))
    return pairs


def _digits(sentence: Sentence) -> list[str]:
    return _DIGITS.findall(sentence.text)


def _unaccounted(
    sentences: Iterable[Sentence], paired: Sequence[Sentence], others: Iterable[Sentence]
) -> tuple[Sentence, ...]:
    """Returns the sentences that are in no pair, nor elsewhere in the other text."""
    places = [_Place(other, stems(other.text)) for other in others]
    # By identity: a text may have the same sentence twice, and only one of them a partner.
    taken = set(map(id, paired))
    unpaired = [sentence for sentence in sentences if id(sentence) not in taken]
    return tuple(sentence for sentence in unpaired if not _is_moved(sentence, places))


@dataclass(frozen=True, slots=True)
class _Place:
    """A sentence of the other text with its stems."""

    sentence: Sentence
    stems: frozenset[str]


def _is_moved(sentence: Sentence, places: Sequence[_Place]) -> bool:
    """Says whether one sentence of the other text, or two neighbours, hold all of it, with the same
    numbers and the same no.
    """
    own = stems(sentence.text)
    if not own:
        return True
    needed = _MOVED * len(own)
    shared = [len(own & place.stems) for place in places]
    for first in range(len(places)):
        if sum(shared[first : first + 2]) < needed:
            continue
        for held in (places[first : first + 1], places[first : first + 2]):
            words = frozenset[str]().union(*(place.stems for place in held))
            if len(own & words) >= needed and _has_facts_of(sentence, held):
                return True
    return False


def _has_facts_of(sentence: Sentence, places: Sequence[_Place]) -> bool:
    """Says whether other sentences have all numbers of one, and a negation if it has one."""
    numbers: set[str] = set()
    for place in places:
        numbers.update(place.sentence.facts.numbers)
    is_negated = any(place.sentence.facts.is_negated for place in places)
    return numbers.issuperset(sentence.facts.numbers) and (
        is_negated or not sentence.facts.is_negated
    )
