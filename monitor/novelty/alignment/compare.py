"""In which fact do two sentences differ that otherwise say the same?

Words alone cannot say: "blocks the order" has nine tenths of "upholds the order". So sentences are
compared fact by fact. Two policies over the same predicates: `changed_fact` compares a sentence
with a stored one of any article, where another outlet leaves out and adds as it likes, so only what
contradicts counts; `revised_fact` compares two versions of one text, where all that an editor
touched counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import SequenceMatcher

from monitor.model import FactKind, Facts, Sentence
from monitor.novelty.index.packing import StoredSentence
from monitor.novelty.index.sentence_index import Neighbour
from monitor.novelty.nlp.event_keys import stems
from monitor.novelty.nlp.lexicon import lexicon
from monitor.text import fold_words

# A changed name alone may be copy-editing ("the White House" for "the Oval Office"); these are not.
HARD_FACTS = frozenset(
    {FactKind.DATE, FactKind.NUMBER, FactKind.NEGATION, FactKind.STATUS, FactKind.PLACE}
)
# Roles of particular courts; "COURT" says of none which one it is.
_COURTS = frozenset({"JUDGE", "APPEALS", "SUPREME", "JURY"})
# What stands after one of them is a place and not a person; English and Spanish.
_PLACE_WORDS = ("in", "at", "to", "from", "near", "en", "a", "hacia", "desde", "cerca")
_TURNING = 0.65  # both ways: the words around a turned claim are the same words
_WORD_FOR_WORD = 0.97  # both ways
_RECENT = timedelta(days=2)  # older days are background
_WEEK = 7  # days
_ONE_DAY = timedelta(days=1)
_SPELLING = 0.8  # likeness of two spellings of one name


@dataclass(frozen=True, slots=True)
class SetChange:
    """What one of two sentences has and the other has not, of one kind of fact."""

    gained: frozenset[object]
    lost: frozenset[object]

    @classmethod
    def between(cls, old: Iterable[object], new: Iterable[object]) -> SetChange:
        """Returns what changed from old to new values."""
        before, after = frozenset(old), frozenset(new)
        return cls(after - before, before - after)

    @property
    def is_any(self) -> bool:
        """Whether something came or went."""
        return bool(self.gained or self.lost)

    @property
    def is_swap(self) -> bool:
        """Whether something came in place of something else."""
        return bool(self.gained and self.lost)


def changed_fact(
    sentence: Sentence, neighbour: Neighbour, today: date, has_name: Callable[[str], bool]
) -> FactKind | None:
    """Returns the first kind of fact in which a sentence contradicts a stored one in much the same
    words; None when it only uses other words.

    Args:
        today: the article's local day; a changed day counts when it is fresh or ahead.
        has_name: says whether the case has a name in any article.
    """
    new, old = sentence.facts, neighbour.stored.facts
    if _has_other_day(sentence, neighbour, today) and not _is_dated_alike(sentence.text, neighbour):
        return FactKind.DATE
    # A number more or less is a fuller or shorter report; one in place of another contradicts.
    if SetChange.between(old.numbers, new.numbers).is_swap:
        return FactKind.NUMBER
    # Farther apart, the two may say no to different things.
    if neighbour.mutual_overlap >= _TURNING:
        if has_turned(old, new) and not is_cut_short(sentence.text, neighbour):
            return FactKind.NEGATION
        if SetChange.between(_courts(old), _courts(new)).is_swap:
            return FactKind.STATUS
    return _new_name(sentence, old, has_name)


def revised_fact(before: Sentence, after: Sentence, known_words: Set[str]) -> FactKind | None:
    """Returns the first kind of fact in which a rewritten sentence differs; None for other words
    only.

    Args:
        known_words: folded words of the whole text before the revision.
    """
    old, new = before.facts, after.facts
    if has_turned(old, new) or new.is_negated != old.is_negated:
        return FactKind.NEGATION
    if SetChange.between(old.numbers, new.numbers).is_any:
        return FactKind.NUMBER
    if SetChange.between(old.days, new.days).is_any or _bare_years(old) != _bare_years(new):
        return FactKind.DATE
    if _has_other_name(before, after, known_words):
        return FactKind.NAME
    if before.key == after.key:
        return FactKind.NUMBER  # a clock time, which keys pass over
    return FactKind.STATUS if SetChange.between(old.classes, new.classes).is_swap else None


def has_turned(old: Facts, new: Facts) -> bool:
    """Says whether yes became no, or the decision went to the other side."""
    if _refusals(new) != _refusals(old):
        return True
    classes, events = SetChange.between(old.classes, new.classes), lexicon().events
    # "Stayed" in place of "upheld" turns; "stayed" beside another word of its side does not.
    is_go = classes.gained & events.go_side and classes.lost & events.stop_side
    is_stop = classes.gained & events.stop_side and classes.lost & events.go_side
    return bool(is_go or is_stop)


def _refusals(facts: Facts) -> int:
    """Returns in how many ways the sentence says no: by a negation, by a word of refusal; "denied"
    and "did not" weigh the same.
    """
    return facts.is_negated + ("DENY" in facts.classes)


def _has_other_day(sentence: Sentence, neighbour: Neighbour, today: date) -> bool:
    """A recent or coming day, or a year, that the other sentence lacks; an old day added for
    background is no change, and neither is a copy's "yesterday".
    """
    new, old = sentence.facts, neighbour.stored.facts
    if _keeps_its_yesterday(sentence.text, new.days, neighbour.stored):
        return False
    is_word_for_word = neighbour.mutual_overlap >= _WORD_FOR_WORD
    for day in new.days:
        if day in old.days or day < today - _RECENT:
            continue
        # A text printed again word for word a week later moves its "on Friday" by seven days.
        if not (is_word_for_word and _is_same_weekday(day, old.days)):
            return True
    return bool(set(new.years) - set(old.years) - {day.year for day in old.days})


def _is_same_weekday(day: date, others: Iterable[date]) -> bool:
    return any((day - other).days % _WEEK == 0 for other in others)


def _keeps_its_yesterday(text: str, days: Sequence[date], stored: StoredSentence) -> bool:
    """Nothing but the words for the day differs, one of them is "yesterday", and the days are
    neighbours: a copy that is dated a day after it was written, or told on.
    """
    old, new = fold_words(stored.text), fold_words(text)
    words = SetChange.between(old, new)
    has_other_words = (words.gained | words.lost) - lexicon().dates.around_day
    if has_other_words or len(days) != 1 or len(stored.facts.days) != 1:
        return False
    is_next_day = abs(days[0] - stored.facts.days[0]) == _ONE_DAY
    return is_next_day and _says_yesterday(old) != _says_yesterday(new)


def _says_yesterday(words: Sequence[str]) -> bool:
    return -1 in lexicon().dates.relative.find(words)


def _is_dated_alike(text: str, neighbour: Neighbour) -> bool:
    """Both say "overnight" or "today" and little else differs: the same statement, printed on
    another day.
    """
    if neighbour.mutual_overlap < _TURNING:
        return False
    relative = lexicon().dates.relative
    distances = relative.find(fold_words(text))
    return bool(distances) and distances == relative.find(fold_words(neighbour.stored.text))


def is_cut_short(text: str, neighbour: Neighbour) -> bool:
    """It adds no word and lacks more than small words of negation: a part of the sentence was left
    away.
    """
    words = SetChange.between(neighbour.stored.stems, stems(text))
    return not words.gained and bool(words.lost - lexicon().negations)


def _courts(facts: Facts) -> frozenset[str]:
    """Returns the courts that act; "judge" only if no court is named beside it."""
    courts = _COURTS.intersection(facts.roles)
    return courts - {"JUDGE"} if len(courts) > 1 else courts


def _new_name(sentence: Sentence, old: Facts, has_name: Callable[[str], bool]) -> FactKind | None:
    """Returns PLACE or NAME for a name that no stored article has, in place of another one."""
    new = sentence.facts
    # A name that the case has elsewhere is a fuller report ("Judge Stell" for "the judge").
    unknown = [name for name in new.names if name not in old.names and not has_name(name)]
    if not unknown or not set(old.names) - set(new.names):
        return None
    return FactKind.PLACE if is_place(sentence.text, unknown[0]) else FactKind.NAME


def is_place(text: str, name: str) -> bool:
    """Says whether a folded name stands behind a word of place, in English or Spanish."""
    words = list(map(lexicon().fold_token, text.replace(",", " ").split()))
    place = words.index(name) if name in words else 0
    return place > 0 and words[place - 1] in _PLACE_WORDS


def _bare_years(facts: Facts) -> set[int]:
    """Returns the years that stand without a day."""
    return set(facts.years) - {day.year for day in facts.days}


def _has_other_name(before: Sentence, after: Sentence, known_words: Set[str]) -> bool:
    """Says whether a name came or went; a misspelling put right to the spelling used elsewhere in
    the text does not count.
    """
    gained = set(after.facts.names).difference(fold_words(before.text))
    lost = set(before.facts.names).difference(fold_words(after.text))
    corrected: set[str] = set()
    misspelt: set[str] = set()
    for new in gained & known_words:
        for old in lost:
            if SequenceMatcher(None, old, new).ratio() >= _SPELLING:
                corrected.add(new)
                misspelt.add(old)
    return bool(gained - corrected or lost - misspelt)
