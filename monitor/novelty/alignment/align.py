"""Is a sentence known, known with another fact, or unknown? Each is compared with the stored
sentences nearest to it.

Words find the stored sentence that says the same; facts decide whether it still does
(`alignment.compare`): days, years, numbers, negation and refusal, the side of a decision, the
court, names that the case has never had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.model import FactKind, Facts, Sentence
from monitor.novelty.alignment.compare import HARD_FACTS, changed_fact
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.index.sentence_index import Neighbour
from monitor.novelty.nlp.event_keys import stems
from monitor.novelty.thresholds import JudgeSettings

_EXPLAINING = 0.3  # overlap from which a near sentence may hold the rest of a merged one
_QUOTATION = 0.4  # share of quoted words from which a sentence mostly quotes
# Teasers and cut items end so; whether the rest is known nobody can say.
_CUT_ENDINGS = ("…", "...", "[…]", "[...]")


class AlignmentState(StrEnum):
    """What the case knows of a sentence."""

    KNOWN = "known"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class FactChange:
    """A stored sentence that another one repeats with a different fact."""

    before: Neighbour
    kind: FactKind


@dataclass(frozen=True, slots=True)
class AlignedSentence:
    """A sentence beside what is stored.

    Attributes:
        neighbours: the nearest stored sentences, nearest first; none for one that is stored word
            for word.
        change: which fact differs from which stored sentence; None unless the state is CHANGED.
    """

    sentence: Sentence
    state: AlignmentState
    neighbours: tuple[Neighbour, ...] = ()
    change: FactChange | None = None

    @property
    def facts(self) -> Facts:
        """What the sentence claims."""
        return self.sentence.facts

    @property
    def is_unexplained(self) -> bool:
        """Whether the stored sentences do not account for it."""
        return self.state in (AlignmentState.UNKNOWN, AlignmentState.CHANGED)

    @property
    def is_verbatim(self) -> bool:
        """Whether the very words are stored."""
        return self.state is AlignmentState.KNOWN and not self.neighbours

    @property
    def has_hard_change(self) -> bool:
        """Whether it differs from a stored sentence in a fact that copy-editing leaves alone."""
        return self.change is not None and self.change.kind in HARD_FACTS

    @property
    def overlap(self) -> float:
        """Largest share of the sentence's words in one stored sentence, 0-1."""
        return max((neighbour.overlap for neighbour in self.neighbours), default=0.0)


def align(
    sentence: Sentence, index: CaseIndex, today: date, settings: JudgeSettings
) -> AlignedSentence:
    """Compares a sentence with what the case knows.

    Args:
        today: the article's local day; a changed day counts when it is fresh or ahead.
    """
    if index.has_sentence(sentence.key):
        return AlignedSentence(sentence, AlignmentState.KNOWN)
    # Word for word was the quick case; from here on words find candidates and facts decide.
    neighbours = tuple(index.sentences.nearest(stems(sentence.text)))
    if _is_cut(sentence.text):
        return AlignedSentence(sentence, AlignmentState.CUT, neighbours)
    if _is_stored_quotation(sentence.facts, neighbours):
        return AlignedSentence(sentence, AlignmentState.KNOWN, neighbours)
    return _Aligner(sentence, neighbours, index, today, settings).align()


def _is_cut(text: str) -> bool:
    return text.rstrip("\"')] ").endswith(_CUT_ENDINGS)


def _is_stored_quotation(facts: Facts, neighbours: Iterable[Neighbour]) -> bool:
    """Says whether a sentence mostly quotes, and what it quotes is stored word for word; who said
    it how is copy-editing.
    """
    if facts.quoted_share < _QUOTATION or not facts.quotes:
        return False
    quotes = set(facts.quotes)
    return any(quotes.issubset(neighbour.stored.facts.quotes) for neighbour in neighbours)


@dataclass(frozen=True, slots=True)
class _Aligner:
    """Compares one sentence with its neighbours."""

    sentence: Sentence
    neighbours: tuple[Neighbour, ...]
    index: CaseIndex
    today: date
    settings: JudgeSettings

    def align(self) -> AlignedSentence:
        changes: list[FactChange] = []
        for neighbour in filter(self._is_comparable, self.neighbours):
            change = self._change_from(neighbour)
            # One stored sentence that says the same is enough; one that differs is not, since
            # another may still say the same.
            if change is None and self._is_restated(neighbour):
                return self._result(AlignmentState.KNOWN)
            if change is not None and self._may_be_changed_from(neighbour):
                changes.append(change)
        for change in changes:
            if not self._is_merged(change):
                return self._result(AlignmentState.CHANGED, change)
        return self._result(AlignmentState.KNOWN if changes else AlignmentState.UNKNOWN)

    def _change_from(self, neighbour: Neighbour) -> FactChange | None:
        has_name = self.index.articles.has_name
        kind = changed_fact(self.sentence, neighbour, self.today, has_name)
        return FactChange(neighbour, kind) if kind else None

    def _result(self, state: AlignmentState, change: FactChange | None = None) -> AlignedSentence:
        return AlignedSentence(self.sentence, state, self.neighbours, change)

    def _is_aligned(self, neighbour: Neighbour) -> bool:
        """Both sentences make the same statement, if their facts are the same."""
        return (
            neighbour.overlap >= self.settings.aligned_overlap
            and neighbour.overlap_back >= self.settings.aligned_overlap_back
        )

    def _is_part(self, neighbour: Neighbour) -> bool:
        """The sentence is a part of the stored one."""
        return neighbour.overlap >= self.settings.part_overlap

    def _is_comparable(self, neighbour: Neighbour) -> bool:
        return self._is_aligned(neighbour) or self._is_part(neighbour)

    def _is_restated(self, neighbour: Neighbour) -> bool:
        """The same statement in about the same words; a number more is more than that."""
        if self._is_part(neighbour):
            return True
        facts = self.sentence.facts
        is_fuller = not set(facts.numbers).issubset(neighbour.stored.facts.numbers)
        is_near = neighbour.overlap >= self.settings.same_overlap or bool(facts.days)
        return is_near and not is_fuller

    def _may_be_changed_from(self, neighbour: Neighbour) -> bool:
        return self._is_aligned(neighbour) and not _is_cut(neighbour.stored.text)

    def _is_merged(self, change: FactChange) -> bool:
        """The number or day that the aligned sentence lacks stands in another near one: two
        sentences were merged, none was changed.
        """
        # Only numbers and days are carried over from one sentence to another when they are merged.
        if change.kind not in (FactKind.NUMBER, FactKind.DATE):
            return False
        own = _values(self.sentence.facts, change.kind)
        gained = own - _values(change.before.stored.facts, change.kind)
        elsewhere: set[object] = set()
        for neighbour in self.neighbours:
            if neighbour.overlap >= _EXPLAINING:
                elsewhere |= _values(neighbour.stored.facts, change.kind)
        return gained <= elsewhere


def _values(facts: Facts, kind: FactKind) -> set[object]:
    return set(facts.numbers) if kind is FactKind.NUMBER else set(facts.days)
