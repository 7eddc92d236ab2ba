"""Is a sentence known, known with another fact, or unknown? Each is compared with the stored
sentences nearest to it.

Words alone cannot tell: "blocks the order" stands at 0.9 from "upholds the order". So an aligned
pair is compared fact by fact: days, years, numbers, negation and refusal, the side of a decision,
the court, names that the case has never had."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from monitor.model import FactKind, Facts, Sentence
from monitor.novelty.index.case_index import CaseIndex, Near
from monitor.novelty.nlp.event_keys import stems
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold_words

_COURTS = frozenset({"JUDGE", "APPEALS", "SUPREME", "JURY"})
_PLACE_WORDS = ("in", "at", "to", "from", "near", "en", "a", "hacia", "desde", "cerca")
_EXPLAINING = 0.3  # containment from which a near sentence may hold the rest of a merged one
_TURNING = 0.65  # both ways: the words around a turned claim are the same words
_WORD_FOR_WORD = 0.97
_QUOTATION = 0.4
_CUT_ENDINGS = ("…", "...", "[…]", "[...]")


class State(StrEnum):
    """What the case knows of a sentence."""

    KNOWN = "known"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class AlignedSentence:
    """A sentence beside what is stored.

    Attributes:
        near: the nearest stored sentences, nearest first.
        slot: which fact differs from `before`; both None unless the state is CHANGED.
    """

    sentence: Sentence
    state: State
    near: tuple[Near, ...] = ()
    slot: FactKind | None = None
    before: Near | None = None

    @property
    def is_verbatim(self) -> bool:
        """The very words are stored."""
        return self.state is State.KNOWN and not self.near

    @property
    def contained(self) -> float:
        """Largest share of the sentence's words in one stored sentence."""
        return max((near.contained for near in self.near), default=0.0)


def align(
    sentence: Sentence, memory: CaseIndex, today: date, settings: JudgeSettings
) -> AlignedSentence:
    """Compares a sentence with the case's memory.

    Args:
        today: the article's local day; a changed day counts when it is fresh or ahead.
    """
    if memory.knows(sentence.key):
        return AlignedSentence(sentence, State.KNOWN)
    near = tuple(memory.nearest(stems(sentence.text)))
    if _is_cut(sentence.text):
        return AlignedSentence(sentence, State.CUT, near)
    changes: list[tuple[Near, FactKind]] = []
    for found in near:
        if _is_same_quotation(sentence.facts, found.stored.facts):
            return AlignedSentence(sentence, State.KNOWN, near)
        is_aligned = (
            found.contained >= settings.aligned and found.containing >= settings.aligned_back
        )
        if not is_aligned and found.contained < settings.contained:
            continue
        slot = changed_slot(sentence, found, memory, today)
        if slot is None and (
            found.contained >= settings.contained or _is_same(sentence.facts, found, settings)
        ):
            return AlignedSentence(sentence, State.KNOWN, near)
        if slot is not None and is_aligned and not _is_cut(found.stored.text):
            changes.append((found, slot))
    for found, slot in changes:
        if not _is_explained(sentence.facts, slot, found, near):
            return AlignedSentence(sentence, State.CHANGED, near, slot, found)
    return AlignedSentence(sentence, State.KNOWN if changes else State.UNKNOWN, near)


def _is_cut(text: str) -> bool:
    return text.rstrip("\"')] ").endswith(_CUT_ENDINGS)


def _is_same(facts: Facts, found: Near, settings: JudgeSettings) -> bool:
    """The same statement in about the same words; a number more is more than that."""
    is_fuller = bool(set(facts.numbers) - set(found.stored.facts.numbers))
    return (found.contained >= settings.same or bool(facts.days)) and not is_fuller


def _is_same_quotation(new: Facts, old: Facts) -> bool:
    """It mostly quotes, and what it quotes is stored word for word; who said it how is
    copy-editing.
    """
    return (
        new.quoted_share >= _QUOTATION and set(new.quotes) <= set(old.quotes) and bool(new.quotes)
    )


def _is_explained(facts: Facts, slot: FactKind, changed: Near, near: Sequence[Near]) -> bool:
    """The number or day that an aligned sentence lacks stands in another near one: merged, not
    changed.
    """
    others = [found.stored.facts for found in near if found.contained >= _EXPLAINING]
    old = changed.stored.facts
    if slot is FactKind.NUMBER:
        return set(facts.numbers) - set(old.numbers) <= {
            number for other in others for number in other.numbers
        }
    if slot is FactKind.DATE:
        return set(facts.days) - set(old.days) <= {day for other in others for day in other.days}
    return False


def changed_slot(
    sentence: Sentence, found: Near, memory: CaseIndex, today: date
) -> FactKind | None:
    """Returns the first kind of fact in which a sentence differs from an aligned one, None when it
    only uses other words.
    """
    new, old = sentence.facts, found.stored.facts
    if _has_other_day(new, old, today, found) and not _is_dated_alike(sentence.text, found):
        return FactKind.DATE
    if set(new.numbers) - set(old.numbers) and set(old.numbers) - set(new.numbers):
        return FactKind.NUMBER
    if min(found.contained, found.containing) >= _TURNING:
        if has_turned(new, old) and not _is_cut_short(sentence.text, found):
            return FactKind.NEGATION
        if _has_other_court(new, old):
            return FactKind.STATUS
    unheard = [
        name
        for name in new.names
        if name not in old.names and not memory.has_element(f"name {name}")
    ]
    if unheard and set(old.names) - set(new.names):
        return FactKind.PLACE if _is_place(sentence.text, unheard[0]) else FactKind.NAME
    return None


def _has_other_day(new: Facts, old: Facts, today: date, found: Near) -> bool:
    """A recent or coming day, or a year, that the other sentence lacks; an old day added for
    background is no change.

    A text told again word for word a week later moves its "on Friday" by seven days: no change
    either."""
    is_word_for_word = min(found.contained, found.containing) >= _WORD_FOR_WORD
    for day in new.days:
        if day in old.days or day < today - timedelta(days=2):
            continue
        if not (is_word_for_word and any((day - known).days % 7 == 0 for known in old.days)):
            return True
    return bool(set(new.years) - set(old.years) - {day.year for day in old.days})


def _is_dated_alike(text: str, found: Near) -> bool:
    """Both say "overnight" or "today" and little else differs: the same statement, printed on
    another day.
    """
    if min(found.contained, found.containing) < _TURNING:
        return False
    said = lexicon().relative.find(fold_words(text))
    return bool(said) and said == lexicon().relative.find(fold_words(found.stored.text))


def refusals(facts: Facts) -> int:
    """In how many ways the sentence says no: by a negation, by a word of refusal; "denied" and "did
    not" weigh the same.
    """
    return facts.is_negated + ("DENY" in facts.classes)


def has_turned(new: Facts, old: Facts) -> bool:
    """Says whether yes became no, or the decision went to the other side."""
    lex = lexicon()
    fresh, gone = set(new.classes) - set(old.classes), set(old.classes) - set(new.classes)
    if refusals(new) != refusals(old):
        return True
    return bool(fresh & lex.go_side and gone & lex.stop_side) or bool(
        fresh & lex.stop_side and gone & lex.go_side
    )


def _is_cut_short(text: str, found: Near) -> bool:
    """It adds no word and lacks more than small words of negation: a part of the sentence was left
    away.
    """
    own = stems(text)
    lost = found.stored.stems - own
    return not own - found.stored.stems and bool(lost - lexicon().negations)


def _has_other_court(new: Facts, old: Facts) -> bool:
    """A court acts that did not act before, in place of another."""
    fresh, gone = _courts(new) - _courts(old), _courts(old) - _courts(new)
    return bool(fresh and gone)


def _courts(facts: Facts) -> set[str]:
    courts = set(facts.roles) & _COURTS
    return courts - {"JUDGE"} if len(courts) > 1 else courts


def _is_place(text: str, name: str) -> bool:
    folded = [lexicon().fold_token(token) for token in text.replace(",", " ").split()]
    at = folded.index(name) if name in folded else 0
    return at > 0 and folded[at - 1] in _PLACE_WORDS
