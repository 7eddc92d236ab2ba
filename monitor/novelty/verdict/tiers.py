"""How much a development weighs as news, by the words that report it.

Tier 1 is a change of state (a ruling, custody, a death, an office, a contract, a closure), tier 2 a
procedure, official act or finding, tier 3 talk, politics, plans. Each event class has a tier
(`data/events.toml`), but a sentence names more than it reports: "the lawyer of the jailed clerk
asks for her release" tells of a request. So only what the main clause does counts, and what
somebody will do, wants or asks for is no change of state yet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Sentence
from monitor.novelty.nlp.lexicon import FrameLabel, lexicon
from monitor.novelty.nlp.tokens import Tokens, read_tokens

CHANGE, PROCEDURE, TALK = 1, 2, 3
_INTENT_SPAN = 6  # words before an act in which "will" or "asks" makes it a plan or request
_OBJECT_SPAN = 5  # words after an act that may hold what it is done to
_ONSET = 8  # words at a sentence's start in which a saying verb makes a statement of it

_COURTS = frozenset({"JUDGE", "COURT", "APPEALS", "SUPREME", "JURY"})
# These change something when a court does them; "the union rejects the offer" does not.
_OF_COURTS = frozenset({"DENY", "STAY"})
# Acts that change nothing when a procedure is what they are done to: "postponed the trial".
_ON_PROCEDURES = frozenset(
    {"STAY", "OPEN", "RESUME", "CLOSE", "SIGN", "ORDER", "GRANT", "DENY", "SETTLE"}
)
_PROCEDURES = frozenset({"HEARING", "MEET", "PROBE", "TESTIFY", "SCHEDULE", "OFFER"})
# A sentence that begins with one of these reports it, whatever else it names.
_LEADING = frozenset(
    {"TESTIFY", "MEET", "OFFER", "SCHEDULE", "DIPLOMACY", "SUE", "REPORT", "PUBLISH"}
)
_LEADING_TALK = frozenset({"SAY", "ADMIT", "WARN", "ASK", "PROTEST", "REVEAL", "CORRECT"})
# They accompany reports of every kind and do not tell which it is.
_SETTING = frozenset({"PHASE", "PLAN", "FILE", "DISCOVERY", "HEARING"})
# Named in passing in every article of a case, as what it is about.
_STANDING = frozenset({"DIE", "DETAIN", "EXPEL", "COLLAPSE", "RELEASE", "CHARGE"})


def development_tier(sentences: Sequence[Sentence], overrides: Mapping[str, int]) -> int:
    """Returns the tier of a development from the sentences that report it.

    Args:
        sentences: the weightiest first; the next one is read when one names no event.
        overrides: tiers of event classes that replace the shipped ones, and those of a case's own.
    """
    for sentence in sentences:
        reading = _read(sentence, overrides)
        if reading.acts or reading.mentions:
            return _weigh(reading)
    return PROCEDURE


@dataclass(frozen=True, slots=True)
class _Event:
    """An event class that a sentence names, with its tier there."""

    name: str
    place: int
    tier: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a sentence names.

    Attributes:
        acts: what its main clause does, in order.
        mentions: what it names in passing, in order.
        has_court: a court takes part.
        has_toll: a number of dead or hurt changes.
    """

    acts: tuple[_Event, ...]
    mentions: tuple[_Event, ...]
    has_court: bool
    has_toll: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """The words of a sentence and what was found in them."""

    tokens: Tokens
    classes: tuple[tuple[str, int], ...]
    has_court: bool
    intents: tuple[int, ...]
    subordinate: frozenset[int]
    overrides: Mapping[str, int]

    def event(self, name: str, place: int) -> _Event:
        tier = self.overrides.get(name, lexicon().events.tiers[name])
        if tier == CHANGE and (name in lexicon().events.weak or self._changes_nothing(name, place)):
            tier = PROCEDURE
        return _Event(name, place, tier)

    def _changes_nothing(self, name: str, place: int) -> bool:
        if name in _OF_COURTS and not self.has_court:
            return True
        if any(place - _INTENT_SPAN <= intent < place for intent in self.intents):
            return True
        return name in _ON_PROCEDURES and any(
            other in _PROCEDURES and place < at <= place + _OBJECT_SPAN
            for other, at in self.classes
        )

    def is_mention(self, place: int) -> bool:
        """Says whether a place lies in a subordinate clause or quotation, or in a noun phrase."""
        if place in self.subordinate or place in self.tokens.quoted:
            return True
        near = self.tokens.words[max(0, place - 1) : place + 1]
        return not lexicon().clauses.determiners.isdisjoint(near)


def _read(sentence: Sentence, overrides: Mapping[str, int]) -> _Reading:
    frame = _frame_of(sentence, overrides)
    acts = _own_events(sentence, frame)
    mentions: list[_Event] = []
    for name, place in frame.classes:
        (mentions if frame.is_mention(place) else acts).append(frame.event(name, place))
    acts.sort(key=lambda event: event.place)
    has_toll = bool(lexicon().clauses.toll.find(frame.tokens.words))
    return _Reading(tuple(acts), tuple(mentions), frame.has_court, has_toll)


def _frame_of(sentence: Sentence, overrides: Mapping[str, int]) -> _Frame:
    tokens = read_tokens(sentence.text)
    labels = lexicon().events.terms.places(tokens.words)
    classes = tuple(_classes(labels))
    return _Frame(
        tokens=tokens,
        classes=classes,
        has_court=any(label.kind == "role" and label.name in _COURTS for label, _ in labels),
        intents=tuple(place for _, place in lexicon().clauses.intent.places(tokens.words)),
        subordinate=subordinate_places(tokens, min((place for _, place in classes), default=0)),
        overrides=overrides,
    )


def _classes(labels: Iterable[tuple[FrameLabel, int]]) -> Iterator[tuple[str, int]]:
    keyless = lexicon().events.keyless
    for label, place in labels:
        if label.kind == "class" and label.name not in keyless:
            yield label.name, place


def _own_events(sentence: Sentence, frame: _Frame) -> list[_Event]:
    """Returns the events of a case's own classes.

    Where their words stand is not known here; they count as acts."""
    shipped, last = lexicon().events.tiers, len(frame.tokens.words)
    own = set(sentence.facts.classes).difference(shipped).intersection(frame.overrides)
    return [_Event(name, last, frame.overrides[name]) for name in sorted(own)]


def subordinate_places(tokens: Tokens, first_event: int = 0) -> frozenset[int]:
    """Returns the places of words in subordinate clauses.

    From "who" or "after" to the next mark; a clause that belongs to a noun ends before that at the
    verb of the main clause. The first word of a sentence opens none."""
    clauses = lexicon().clauses
    found: set[int] = set()
    opener = 0  # where the clause that a word is in begins; 0 in the main clause
    for place, word in enumerate(tokens.words):
        if place in tokens.breaks or _ends_relative(tokens, opener, place):
            opener = 0
        is_subject = word in clauses.subject_relatives and place < first_event
        if word in clauses.subordinators or is_subject:
            opener = place
        if opener:
            found.add(place)
    return frozenset(found)


def _ends_relative(tokens: Tokens, opener: int, place: int) -> bool:
    clauses = lexicon().clauses
    is_relative = tokens.words[opener] in clauses.relatives | clauses.subject_relatives
    is_verb = tokens.words[place] in clauses.auxiliaries
    # Right behind "who" it is the verb of the clause itself.
    return is_relative and is_verb and place > opener + 1


def _weigh(reading: _Reading) -> int:
    if reading.has_toll:
        return CHANGE
    leading = [event for event in reading.acts if event.name not in _SETTING]
    if leading and (tier := _leading_tier(leading[0], reading)):
        return tier
    if strong := [event.tier for event in reading.acts if event.tier < TALK]:
        return min(strong)
    if not reading.mentions:
        return TALK
    return _passing_tier(reading)


def _leading_tier(first: _Event, reading: _Reading) -> int | None:
    """Returns the tier of a sentence that begins with talk or a procedure; None for another."""
    if first.name in _LEADING:
        return PROCEDURE
    is_late = first.name == "SAY" and first.place > _ONSET
    if first.name not in _LEADING_TALK or is_late:
        return None
    is_filed = any(event.name == "FILE" and event.place < first.place for event in reading.acts)
    is_motion = is_filed or (first.name == "ASK" and reading.has_court)
    return PROCEDURE if is_motion else TALK


def _passing_tier(reading: _Reading) -> int:
    """Returns the tier of a sentence without an act of its own ("A third round of layoffs")."""
    if reading.acts:
        return PROCEDURE
    told = [event.tier for event in reading.mentions if event.name not in _STANDING]
    return min([PROCEDURE, *told])
