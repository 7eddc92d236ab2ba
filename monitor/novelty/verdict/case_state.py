"""What holds in a case now, by aspect: custody, charges, orders, the trial, life, office, access.

Derived from the developments that were told, never stored: each says what its main clause did, and
what somebody will do, wants or denies changes nothing. Which event class sets which aspect to which
value is data (`data/case_state.toml`). A later day takes the place of an earlier one; where two
developments of one day disagree, both stand, for nobody can say which of them is right."""

from __future__ import annotations

import tomllib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from itertools import chain
from threading import Lock
from typing import Any

from monitor.novelty.nlp.event_keys import EventKey
from monitor.novelty.nlp.lexicon import FrameLabel, lexicon
from monitor.novelty.nlp.terms import Terms
from monitor.novelty.nlp.tokens import Tokens, read_tokens
from monitor.novelty.verdict.case_details import ActPlace, read_detail
from monitor.novelty.verdict.case_persons import PERSONAL, CasePerson, PersonalAct
from monitor.novelty.verdict.tiers import TALK, subordinate_places

_INTENT_SPAN = 6  # words before an act in which "will" or "asks" makes it a plan or request
_NEGATION_SPAN = 3  # words before an act in which "not" or "nobody" denies it
_REMEMBERED = 20_000  # developments: those of many cases, and no end of them
_FUTURE_ENDINGS = ("rá", "rán", "ré", "remos")  # of a Spanish verb that has not happened yet
_AND = frozenset({"and", "then", "but", "y", "e", "pero", "luego"})


@dataclass(frozen=True, slots=True)
class ToldDevelopment:
    """A development as far as it says what holds.

    Attributes:
        development_id: the id that people see.
        event_keys: their stored text forms.
        day: on which it was told.
        summary: the sentence that reports it.
        title: of the article that reported it first.
        tier: see `monitor.model.Verdict`; None in developments from before there were tiers.
        subject: the title of the case; where it is a person's name, what happened to another
            person who is named sets nothing.
    """

    development_id: str
    event_keys: tuple[str, ...]
    day: date
    summary: str
    title: str
    tier: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """What holds in one aspect.

    Attributes:
        aspect: "custody", "charges", "orders" and so on.
        value: what holds, in words.
        since: the day on which it came to hold, as far as the reports say.
        title: of the article that says so.
    """

    aspect: str
    value: str
    since: date
    development_id: str
    title: str


@dataclass(frozen=True, slots=True)
class CaseState:
    """What holds in a case, and which developments changed it.

    Attributes:
        holds: by aspect, those that changed last first; an aspect that two reports of one day
            contradict stands there twice.
        changes: by development, what it changed.
    """

    holds: tuple[Holding, ...]
    changes: Mapping[str, tuple[Holding, ...]]


@dataclass(frozen=True, slots=True)
class StateRule:
    """What an event class sets, and when; see `data/case_state.toml`."""

    aspect: str
    value: str
    detail: str = ""
    needs: bool = False
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    roles: frozenset[str] = frozenset()
    passing: bool = False
    decides: bool = False
    apart: bool = False
    terms: Terms[str] = field(default_factory=lambda: Terms[str]({}), compare=False, repr=False)
    barred: Terms[str] = field(default_factory=lambda: Terms[str]({}), compare=False, repr=False)


@cache
def state_rules() -> Mapping[str, tuple[StateRule, ...]]:
    """Returns the rules of each event class, in order."""
    data = files("monitor.novelty").joinpath("data", "case_state.toml")
    table = tomllib.loads(data.read_text(encoding="utf-8"))
    return {name: tuple(map(_make_rule, rules)) for name, rules in table.items()}


def _make_rule(entry: Mapping[str, Any]) -> StateRule:
    words, unless = tuple(entry.get("words", ())), tuple(entry.get("unless", ()))
    read = {"words": words, "unless": unless, "roles": frozenset(entry.get("roles", ()))}
    return StateRule(**{**entry, **read}, terms=Terms({"": words}), barred=Terms({"": unless}))


@cache
def _values_apart() -> frozenset[tuple[str, str]]:
    rules = chain.from_iterable(state_rules().values())
    return frozenset((rule.aspect, rule.value) for rule in rules if rule.apart)


def stands_apart(holding: Holding) -> bool:
    """Says whether what holds says nothing of what held before it: one order of several."""
    return (holding.aspect, holding.value) in _values_apart()


def read_case_state(told: Iterable[ToldDevelopment]) -> CaseState:
    """Returns what holds after a case's developments, which come in the order in which they were
    told.
    """
    standing: dict[str, list[_Found]] = {}
    changes: dict[str, tuple[Holding, ...]] = {}
    for development in told:
        changed = [
            found.holding
            for found in _find_settings(development)
            if _apply(standing.setdefault(found.holding.aspect, []), found)
        ]
        if changed:
            changes[development.development_id] = tuple(changed)
    holds = [found.holding for aspect in standing.values() for found in aspect]
    holds.sort(key=lambda one: one.since, reverse=True)
    return CaseState(tuple(holds), changes)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a development sets; `state` is its value without details."""

    holding: Holding
    state: str

    @property
    def has_detail(self) -> bool:
        return self.holding.value != self.state


def _apply(standing: list[_Found], found: _Found) -> bool:
    """Puts what a development sets in the place of what stood; says whether it changed anything."""
    latest = max((one.holding.since for one in standing), default=date.min)
    # An old event that is told late does not undo what came after it.
    if found.holding.since < latest:
        return False
    same = [one for one in standing if one.state == found.state]
    if len(standing) == len(same) == 1:
        return _refine(standing, same[0], found)
    if found.holding.since > latest:
        standing[:] = [found]
        return True
    if same:
        return False
    standing.append(found)
    return True


def _refine(standing: list[_Found], before: _Found, found: _Found) -> bool:
    """Keeps the first report of what still holds, but for a new detail: a toll, a step, a place."""
    if not found.has_detail or found.holding.value == before.holding.value:
        return False
    standing[:] = [found]
    return True


def _find_settings(told: ToldDevelopment) -> list[_Found]:
    """Returns what a development sets, one value an aspect."""
    settings = _MEMORY.recall(told)
    if settings is None:
        settings = _read_development(told)
        _MEMORY.keep(told, settings)
    return [_found(setting, told) for setting in settings]


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a development sets in one aspect, apart from whose it is; `state` without details."""

    aspect: str
    value: str
    since: date
    state: str


class _Memory:
    """What developments set, under a hash of what they say, up to so many.

    What one sets never changes, and every look at a timeline asks for all of its case: with fewer
    than a case has, each would be read again each time. So it is what one of them costs that is
    kept small: an estimated 250 bytes, where its texts and keys took 5 kB.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._kept: OrderedDict[bytes, tuple[_Setting, ...]] = OrderedDict()
        self._lock = Lock()

    def recall(self, told: ToldDevelopment) -> tuple[_Setting, ...] | None:
        """Returns what a development sets, None where nobody remembers."""
        key = _digest(told)
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
        return kept

    def keep(self, told: ToldDevelopment, settings: tuple[_Setting, ...]) -> None:
        """Remembers it, in the place of what was asked for longest ago."""
        with self._lock:
            self._kept[_digest(told)] = settings
            if len(self._kept) > self._limit:
                self._kept.popitem(last=False)


_MEMORY = _Memory(_REMEMBERED)


def _digest(told: ToldDevelopment) -> bytes:
    """Returns a hash of all that decides what a development sets."""
    said = (told.event_keys, told.day, told.summary, told.title, told.tier, told.subject)
    # Half a surrogate pair may stand in a title, too.
    return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _read_development(told: ToldDevelopment) -> tuple[_Setting, ...]:
    """Returns what a development sets, one value an aspect: by its sentence, else its headline."""
    # Talk changes nothing, whatever it speaks of.
    if told.tier is not None and told.tier >= TALK:
        return ()
    days = _days_of_classes(told)
    return _read_sentence(told.summary, told, days) or _read_sentence(told.title, told, days)


def _days_of_classes(told: ToldDevelopment) -> Mapping[str, date]:
    """Returns the event classes of a development, each with its last day that has come."""
    days: dict[str, date] = {}
    for text in told.event_keys:
        key = EventKey.parse(text)
        # Who acts may be new where the class alone was known for the day.
        if key.kind != "name":
            day = min(key.day, told.day)
            days[key.label] = max(days.get(key.label, day), day)
    return days


@dataclass(frozen=True, slots=True)
class _Act:
    """An event class at a place of a sentence, with the rule that fits it."""

    name: str
    place: int
    rule: StateRule
    detail: str | None


def _read_sentence(
    text: str, told: ToldDevelopment, days: Mapping[str, date]
) -> tuple[_Setting, ...]:
    """Returns what the acts of a sentence set; each of a class that the development has."""
    aspects: dict[str, _Act] = {}
    for act in _happened(_SentenceReader.of(text, told.subject), days, told.day):
        before = aspects.get(act.rule.aspect)
        # "Arrested and released": the second happened after the first, "dropped charges" is one.
        if before is None or _is_joined(text, before, act):
            aspects[act.rule.aspect] = act
    return tuple(_setting(act, days.get(act.name, told.day)) for act in aspects.values())


def _happened(reader: _SentenceReader, days: Mapping[str, date], day: date) -> Iterable[_Act]:
    """Yields the acts of a sentence that set something, in order."""
    decided = -1
    for name, place in reader.classes:
        # A changed number brings no key; then the words alone say what it is about.
        if (days and name not in days) or place in reader.clause_after(decided):
            continue
        act = reader.read(name, place, day)
        if act is None:
            continue
        if act.rule.decides:
            decided = place
        yield act


def _is_joined(text: str, before: _Act, act: _Act) -> bool:
    between = read_tokens(text).words[before.place : act.place]
    return not _AND.isdisjoint(between)


def _setting(act: _Act, since: date) -> _Setting:
    return _Setting(act.rule.aspect, act.detail or act.rule.value, since, act.rule.value)


def _found(setting: _Setting, told: ToldDevelopment) -> _Found:
    holding = Holding(setting.aspect, setting.value, setting.since, told.development_id, told.title)
    return _Found(holding, setting.state)


@dataclass(frozen=True, slots=True)
class _SentenceReader:
    """Reads what the words of a sentence set."""

    tokens: Tokens
    classes: tuple[tuple[str, int], ...]
    roles: frozenset[str]
    intents: tuple[int, ...]
    aside: frozenset[int]
    subject: CasePerson

    @classmethod
    def of(cls, text: str, title: str) -> _SentenceReader:
        tokens = read_tokens(text)
        labels: list[tuple[FrameLabel, int]] = lexicon().events.terms.places(tokens.words)
        classes = [(label.name, at) for label, at in labels if label.kind == "class"]
        return cls(
            tokens=tokens,
            classes=tuple(classes),
            roles=frozenset(label.name for label, _ in labels if label.kind == "role"),
            intents=_places_of_plans(tokens),
            aside=subordinate_places(tokens) | tokens.quoted,
            subject=CasePerson.of(title),
        )

    def read(self, name: str, place: int, day: date) -> _Act | None:
        """Returns an act with the first rule that fits it; None where it sets nothing."""
        if self._is_aside(place) or self._is_denied(place) or self._is_intended(place):
            return None
        act = PersonalAct(self.tokens, name, place, self.subject)
        for rule in self._fitting_rules(name, place):
            # No rule after it: what was dismissed is not another case either.
            if rule.aspect in PERSONAL and (act.is_hedged or act.is_of_another):
                return None
            detail = read_detail(ActPlace(self.tokens, place, day), rule.detail)
            if detail or not rule.needs:
                return _Act(name, place, rule, detail)
        return None

    def _fitting_rules(self, name: str, place: int) -> Iterator[StateRule]:
        is_named = self._is_noun(place)
        for rule in state_rules().get(name, ()):
            if self._fits(rule) and (rule.passing or not is_named):
                yield rule

    def clause_after(self, place: int) -> range:
        """Returns the places after one up to the next mark; none before the first word."""
        if place < 0:
            return range(0)
        marks = (mark for mark in sorted(self.tokens.breaks) if mark > place)
        return range(place + 1, next(marks, len(self.tokens.words)))

    def _is_aside(self, place: int) -> bool:
        """Says whether a word stands in a clause beside the main one, or opens one between two
        marks: "Quern, jailed in Ribaluz since May, stopped eating".
        """
        breaks = self.tokens.breaks
        is_between = place in breaks and any(mark > place for mark in breaks)
        return is_between or place in self.aside

    def _fits(self, rule: StateRule) -> bool:
        has_words = not rule.words or bool(rule.terms.find(self.tokens.words))
        if rule.barred.find(self.tokens.words):
            return False
        return has_words and (not rule.roles or not rule.roles.isdisjoint(self.roles))

    def _is_intended(self, place: int) -> bool:
        if any(place - _INTENT_SPAN <= intent < place for intent in self.intents):
            return True
        # Headlines say "to close" for "will close", and "to be closed".
        words = self.tokens.words
        near = words[max(0, place - 1) : place + 1]
        is_infinitive = "to" in near or words[max(0, place - 2) : place] == ("to", "be")
        return is_infinitive or self.tokens.raws[place].lower().endswith(_FUTURE_ENDINGS)

    def _is_denied(self, place: int) -> bool:
        near = self.tokens.words[max(0, place - _NEGATION_SPAN) : place]
        return not lexicon().negations.isdisjoint(near)

    def _is_noun(self, place: int) -> bool:
        """Says whether a word is named in passing: "the arrest", "of the jailed clerk"."""
        near = self.tokens.words[max(0, place - 1) : place + 1]
        return not lexicon().clauses.determiners.isdisjoint(near)


def _places_of_plans(tokens: Tokens) -> tuple[int, ...]:
    """Returns the places behind words that make an act a plan, a request, a duty or a right."""
    clauses = lexicon().clauses
    found = (*clauses.intent.places(tokens.words), *clauses.duty.places(tokens.words))
    return tuple(place for _, place in found)
