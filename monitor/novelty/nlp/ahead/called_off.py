"""Which days a sentence takes back: of a hearing that is cancelled, or moved to another day.

A day is taken back where it belongs to what is called off: to "the June 10 hearing", not to a visa
that was cancelled days before it. What is asked for, refused or only possible takes nothing back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, partial
from itertools import pairwise, takewhile
from operator import attrgetter, gt

from monitor.novelty.nlp.ahead.named_days import NamedDay, preposition_place, read_named_days
from monitor.novelty.nlp.dates import YEAR
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.terms import Terms
from monitor.novelty.nlp.tokens import Tokens, read_tokens

_WEEK = timedelta(days=7)
_OFF, _MOVED, _NOT = "off", "moved", "not"
_VERBS: Terms[str] = Terms(
    {
        _OFF: (
            *("cancel*", "scrap", "scraps", "scrapped", "call off", "calls off", "called off"),
            *("calling off", "call* ~ off", "vacate", "vacates", "vacated", "vacating", "annul*"),
            *("suspend*", "suspens*", "anul*", "desconvoc*", "deja* sin efecto", "dejo sin efecto"),
            *("drop the", "dropped the", "axed", "struck", "ditched"),
        ),
        _MOVED: (
            *("postpon*", "adjourn*", "reschedul*", "move", "moves", "moved", "moving"),
            *("push* back", "push* ~ back", "push* to", "push* from", "push* ~ to", "delay*"),
            *("put off", "puts off", "putting off", "put back", "puts back", "put ~ off"),
            *("brought forward", "brings forward", "bring forward", "brought ~ forward"),
            *("shift*", "defer", "defers", "deferred", "deferring", "extend*", "aplaz*"),
            *("pospon*", "pospu*", "pospues*", "traslad*", "retras*", "adelant*", "reprogram*"),
            *("mueve", "mueven", "movio", "movieron", "movida", "movido", "difiri*", "difer*"),
            *("prorrog*", "demor*", "posterg*"),
        ),
        _NOT: (
            *("not take place", "t take place", "not be held", "t be held", "no longer be held"),
            *("no longer take place", "no longer be", "no longer begin", "no longer happen"),
            *("not go ahead", "t go ahead", "not begin", "t begin", "not start", "not happen"),
            *("not proceed", "not go forward", "not be heard", "is off", "are off"),
            *("no se celebra*", "no se realiza*", "no se lleva*", "no tendra lugar", "no habra"),
            *("ya no habra", "no comenzara", "no empezara", "no sera", "queda sin efecto"),
            *("quedo sin efecto", "quedan sin efecto", "quedado sin efecto", "queda anulad*"),
        ),
    }
)
# Of these the place may change and not the day: "moved the June 10 hearing to Ribaluz".
_SPATIAL: Terms[str] = Terms(
    {"": ("mov*", "shift*", "traslad*", "muev*", "extend*", "push*", "adelant*")}
)
_THINGS: Terms[str] = Terms(
    {
        "": (
            *("hearing*", "trial*", "retrial*", "session*", "vote*", "deadline*", "date"),
            *("sentencing*", "arraignment*", "conference*", "meeting*", "talks", "strike*"),
            *("march", "rally", "protest", "election*", "ballot", "referendum", "execution*"),
            *("deposition*", "testimony", "appearance*", "argument*", "proceeding*", "inquest*"),
            *("summit", "ceremony", "event", "launch", "opening", "reopening", "start", "flight*"),
            *("visit", "interview", "auction", "audience", "walkout*", "mediation", "funeral"),
            *("deportation", "debate", "audiencia*", "juicio*", "vista", "vistas", "sesion"),
            *("sesiones", "votacion*", "plazo*", "fecha", "comparecencia*", "reunion", "reuniones"),
            *("huelga*", "paro", "paros", "marcha", "protesta", "eleccion*", "lectura", "cita"),
            *("declaracion*", "careo*", "acto", "subasta*", "vuelo*", "visita", "ejecucion"),
            *("inicio", "apertura", "cumbre", "conferencia", "interrogatorio*", "conciliacion"),
            *("testimonio*", "manifestacion*", "pleno", "debate", "mediacion", "ruling*", "fallo"),
        )
    }
)
# Before a verb: what it says is asked for, refused, or not sure.
_WISHES: Terms[str] = Terms(
    {
        "": (
            *("ask*", "seek*", "sought", "request*", "want", "wants", "wanted", "may", "might"),
            *("could", "would", "whether", "if", "refus*", "den*", "reject*", "declin*", "urge*"),
            *("motion", "bid", "oppos*", "threat*", "hope*", "plead*", "pide*", "pidio", "pedir"),
            *("solicit*", "niega*", "nego", "rechaz*", "podria*", "si", "reclam*", "quiere*"),
            *("propos*", "propon*", "consider*", "amenaz*", "descart*", "rather than", "against"),
        )
    }
)
_WISH_SPAN, _NEGATION_SPAN, _PASSIVE_SPAN = 6, 3, 2
_AGREED = frozenset(
    {"agreed", "agrees", "decided", "decides", "ordered", "orders", "voted", "chose", "resolved"}
    | {"acordo", "acuerda", "acordaron", "decidio", "decide", "decidieron", "resolvio", "ordeno"}
    | {"optaron", "opto", "decidido", "acordado", "had", "forced"}
)
_INFINITIVES = (
    "zar",
    "oner",
    "elar",
    "nder",
    "adar",
    "asar",
    "ntar",
    "amar",
    "ular",
    "ocar",
    "gar",
)
_NOUN_ENDINGS = ("ment", "ation", "cion", "iento", "delay", "sion")
_BE = frozenset(
    {"was", "were", "been", "be", "being", "is", "are", "fue", "fueron", "sido", "ser", "se"}
    | {"queda", "quedo", "quedan", "sera", "seran", "es", "son"}
)
_AUXILIARIES = _BE | {"has", "have", "had", "will", "would", "ha", "han", "habia", "no", "ya"}
_JOINS = frozenset({"and", "but", "y", "e", "pero", "sino", "or", "o"})
_CONTRASTS = frozenset({"but", "pero", "sino"})
_OPENERS = frozenset({"that", "que", "ahead", "pending", "weeks", "days", "hours"})
_NO_OPENERS = frozenset({"until"})
# What opens a clause that belongs to the thing before it.
_BELONGING = frozenset(
    {"which", "that", "que", "set", "scheduled", "due", "planned", "originally", "initially"}
    | {"previously", "first", "expected", "slated", "once", "prevista", "previsto", "previstas"}
    | {"fijada", "fijado", "senalada", "senalado", "programada", "programado", "convocada"}
    | {"convocado", "inicialmente", "originalmente", "citada", "cuya", "cuyo", "whose"}
)
_SET = frozenset(
    {"set", "scheduled", "due", "planned", "slated", "expected", "called", "listed", "fixed"}
    | {"prevista", "previsto", "previstas", "previstos", "fijada", "fijado", "fijadas"}
    | {"senalada", "senalado", "programada", "programado", "convocada", "convocado", "anunciada"}
)
_CLAUSES_ASKED = frozenset({"that", "que", "if", "whether", "si"})
_UNTIL = frozenset({"until", "till", "hasta", "to", "al", "a"})
_FOR = frozenset({"for", "para"})
_WHITHER = frozenset({"to", "a", "into"})
_OF = frozenset({"of", "de", "del"})
_FROM = frozenset({"from", "del", "desde", "de"})
_ON = frozenset({"on", "for", "el", "del", "de", "this"})
_BARRIERS = frozenset(
    {"at", "in", "about", "against", "with", "to", "from", "into", "on", "over", "by", "for"}
    | {"during", "a", "en", "con", "contra", "por", "para", "sobre", "ante", "will", "would"}
    | {"and", "y", "e", "faces", "face", "until", "hasta"}
)
# Of these a part is the thing: "the start of the trial".
_PARTS = frozenset(
    {"start", "date", "day", "beginning", "rest", "part", "opening", "inicio", "comienzo", "fecha"}
    | {"celebracion", "apertura", "dia", "lectura"}
)
_EARLIER: Terms[str] = Terms(
    {
        "": (
            *("had been set", "had been scheduled", "had been due", "had been planned"),
            *("had been expected", "had been slated", "originally", "initially", "previously set"),
            *("previously scheduled", "inicialmente", "originalmente", "habia sido fijad*"),
            *("habia sido programad*", "estaba previst*", "estaba fijad*", "estaba programad*"),
            *("estaba senalad*", "instead of", "rather than", "en lugar de*", "en vez de*"),
        )
    }
)


@dataclass(frozen=True, slots=True)
class SentenceAgenda:
    """The days of a sentence: all that it names, in its order, and those that it takes back."""

    named: tuple[NamedDay, ...]
    called_off: frozenset[date]

    @property
    def standing(self) -> Iterator[NamedDay]:
        """The days that it names and lets stand."""
        return (one for one in self.named if one.day not in self.called_off)


def read_agenda(text: str, told_on: date) -> SentenceAgenda:
    """Returns the days of a sentence that was told on a day."""
    tokens = read_tokens(text)
    named = read_named_days(tokens, told_on)
    # Most sentences name no day, and call nothing off.
    if not named:
        return SentenceAgenda((), frozenset())
    return SentenceAgenda(named, _Reader(tokens, named, told_on).called_off())


def standing_days(tokens: Tokens, told_on: date) -> Iterator[date]:
    """Yields the days that a sentence names and lets stand, in its order."""
    named = read_named_days(tokens, told_on)
    taken = _Reader(tokens, named, told_on).called_off()
    for one in named:
        if one.day not in taken:
            yield one.day


@dataclass(frozen=True)
class _Reader:
    """Reads what a sentence calls off."""

    tokens: Tokens
    named: Sequence[NamedDay]
    told_on: date

    def called_off(self) -> frozenset[date]:
        """Returns the days that the sentence takes back, and does not set anew."""
        taken, anew = set[NamedDay](), set[date]()
        for label, verb in _VERBS.places(self.words):
            if self._is_done(label, verb):
                anew.update(
                    map(attrgetter("day"), filter(partial(self._is_anew, label), self.named))
                )
                taken.update(self._days_off(label, verb))
        for _, place in _EARLIER.places(self.words):
            taken.update([one for one in self._after(place) if not self._is_until(one)][:1])
        return frozenset(map(self._coming, taken)) - anew

    @property
    def words(self) -> Sequence[str]:
        return self.tokens.words

    def _coming(self, one: NamedDay) -> date:
        # "Cancelled Tuesday's hearing": the day that comes, whatever else a weekday means.
        is_last = one.is_weekday and one.day < self.told_on
        return one.day + _WEEK if is_last else one.day

    def _after(self, place: int) -> Iterator[NamedDay]:
        segment = self._segment(place)
        return (one for one in self.named if one.start > place and one.start in segment)

    @cached_property
    def segments(self) -> Sequence[range]:
        """The clauses of the sentence, roughly: between marks, and words that open one."""
        ends = [0, *filter(self._opens, range(1, len(self.words))), len(self.words)]
        return [range(start, end) for start, end in pairwise(ends)]

    @cached_property
    def things(self) -> Sequence[int]:
        """The places of what may be called off: hearings, votes, deadlines."""
        return sorted(place for _, place in _THINGS.places(self.words))

    def _segment(self, place: int) -> range:
        return next(one for one in self.segments if place in one)

    def _opens(self, place: int) -> bool:
        word = self.words[place]
        if place in self.tokens.breaks:
            return not self._is_inside_day(place)
        if word in _JOINS:
            return word in _CONTRASTS or not self._joins_days(place)
        return word in lexicon().clauses.subordinators - _NO_OPENERS or word in _OPENERS

    def _is_inside_day(self, place: int) -> bool:
        """Says whether a mark stands in a day or a span of days: "Tuesday, June 10, to June 17"."""
        before, word = self.words[place - 1], self.words[place]
        is_date = before in lexicon().dates.weekdays and place in self.starts
        is_span = word in _UNTIL and self._ends_day(place)
        return bool(is_date or is_span or YEAR.match(word))

    def _ends_day(self, place: int) -> bool:
        return any(one.end in (place, place - 1) for one in self.named)

    def _joins_days(self, place: int) -> bool:
        """Says whether "and" joins days or things: "the June 10 and June 12 hearings"."""
        following = [
            place + 1,
            place + 2 * (self._word(place + 1) in lexicon().clauses.determiners),
        ]
        return not self.starts.union(self.things).isdisjoint(following)

    def _word(self, place: int) -> str:
        return self.words[place] if 0 <= place < len(self.words) else ""

    def _is_done(self, label: str, verb: int) -> bool:
        """Says whether what a verb names is more than asked for, refused or possible."""
        before = self.words[self._scope(verb) : verb]
        if _WISHES.find(before[-_WISH_SPAN:]) or self._is_modifier(verb):
            return False
        is_infinitive = before[-1:] == ("to",) or self.words[verb].endswith(_INFINITIVES)
        if is_infinitive and _AGREED.isdisjoint(before):
            return False
        is_denied = not lexicon().negations.isdisjoint(before[-_NEGATION_SPAN:])
        return label == _NOT or not is_denied

    def _scope(self, verb: int) -> int:
        """Returns where the words begin that say how a verb is meant."""
        segment = self._segment(verb)
        if self.words[segment.start] in _CLAUSES_ASKED and segment.start:
            return self._segment(segment.start - 1).start
        return segment.start

    def _is_modifier(self, verb: int) -> bool:
        """Says whether a word belongs to a noun: "the suspended clerk"."""
        is_noun = self.words[verb].endswith(_NOUN_ENDINGS)
        determiners = lexicon().clauses.determiners
        return not is_noun and verb > 0 and self.words[verb - 1] in determiners

    def _days_off(self, label: str, verb: int) -> Iterator[NamedDay]:
        """Yields the days that a verb takes back."""
        segment = self._segment(verb)
        if _SPATIAL.starts(self.words[verb:]) and self._names_place(verb, segment):
            return
        thing = self._thing_of(label, verb, segment)
        for one in self.named:
            if not self._is_anew(label, one) and self._is_of(one, label, verb, thing):
                yield one

    def _names_place(self, verb: int, segment: range) -> bool:
        """Says whether what is moved goes to a place: "to Ribaluz"."""
        for at in range(verb + 1, segment.stop):
            if self.words[at] in _WHITHER and at not in self.prepositions:
                return True
        return False

    @cached_property
    def prepositions(self) -> frozenset[int]:
        """The places of the words that lead to a day: "until" in "until noon Tuesday"."""
        return frozenset(map(self._before, self.named))

    @cached_property
    def starts(self) -> frozenset[int]:
        """The places where days begin."""
        return frozenset(map(attrgetter("start"), self.named))

    def _thing_of(self, label: str, verb: int, segment: range) -> int | None:
        """Returns the place of what a verb calls off; None where that is no hearing or the like."""
        near = self.words[max(segment.start, verb - _PASSIVE_SPAN) : verb]
        is_passive = label == _NOT or not _BE.isdisjoint(near)
        after = self._object(verb, segment)
        before = self._subject(verb, segment)
        # "Se suspende la audiencia", "la audiencia se suspende".
        is_either = label == _NOT or "se" in near or self._is_bare(verb, segment)
        if is_passive and not is_either:
            return before
        if is_passive and label == _NOT:
            return after if before is None else before
        return before if after is None and is_either else after

    def _is_bare(self, verb: int, segment: range) -> bool:
        """Says whether nothing follows a verb that could be its object: "hearing moved to"."""
        is_last = verb + 1 >= segment.stop
        return is_last or verb + 1 in self.starts or self._word(verb + 1) in _BARRIERS | _OF

    def _object(self, verb: int, segment: range) -> int | None:
        """Returns the thing behind a verb, unless other words take its place."""
        for at in range(verb + 1, segment.stop):
            if at in self.things:
                return at
            if self._is_barrier(at, verb):
                return None
        return None

    def _is_barrier(self, at: int, verb: int) -> bool:
        word = self.words[at]
        if word in _OF:
            head = self.words[at - 1]
            return at - 1 != verb and head not in _PARTS and not self._is_of_day(at)
        is_barrier = word in _BARRIERS or word in lexicon().saying
        return (is_barrier or word in lexicon().clauses.auxiliaries) and not self._is_of_day(at)

    def _is_of_day(self, at: int) -> bool:
        """Says whether a preposition belongs to a day: "postponed to June 17 the hearing"."""
        is_inside = any(at in range(one.start, one.end) for one in self.named)
        return is_inside or at in self.prepositions

    def _subject(self, verb: int, segment: range) -> int | None:
        """Returns the thing before a verb: in its clause, or in one before it that it goes on
        with ("the hearing, set for June 10, was cancelled").
        """
        own = next(filter(range(segment.start, verb).__contains__, self.things), None)
        if own is not None:
            return own
        earlier = max(filter(partial(gt, segment.start), self.things), default=None)
        return earlier if earlier is not None and self._goes_on(segment, verb, earlier) else None

    def _goes_on(self, segment: range, verb: int, thing: int) -> bool:
        """Says whether a clause tells of a thing before it: "was cancelled", "that was to begin on
        June 10 was cancelled".
        """
        first = segment.start + (self.words[segment.start] in _JOINS)
        is_relative = self.words[first] in _BELONGING and thing == segment.start - 1
        return is_relative or first == verb or self.words[first] in _AUXILIARIES

    def _is_of(self, one: NamedDay, label: str, verb: int, thing: int | None) -> bool:
        """Says whether a day is one of the thing that a verb calls off."""
        segment = self._segment(verb)
        is_from = label == _MOVED and self._word(self._before(one)) in ("from", "desde")
        if one.start in segment and is_from and one.start > verb:
            return True
        if thing is None:
            return False
        if self._is_beside(one, thing) or one.start in self._belonging(thing, segment):
            return True
        return one.start in segment and self._is_said_with(one, label, verb, thing)

    def _is_said_with(self, one: NamedDay, label: str, verb: int, thing: int) -> bool:
        """Says whether a day in the clause of a verb is that of its thing, and not the day on which
        it was called off.
        """
        if not one.is_weekday:
            return one.start > verb or thing < verb
        is_set = self._word(self._before(one) - 1) in _SET or self._word(self._before(one)) in _SET
        return (label == _NOT or is_set) and one.start > min(verb, thing)

    def _before(self, one: NamedDay) -> int:
        return preposition_place(self.words, one.start)

    def _is_beside(self, one: NamedDay, thing: int) -> bool:
        """Says whether a day stands in one phrase with a thing: "Tuesday's hearing"."""
        words = self.words[one.end : thing]
        if one.end <= thing and len(words) <= 3:
            return not words or words[0] not in _BARRIERS | {"the", "la", "el"}
        between = self.words[thing + 1 : one.start]
        is_near = thing < one.start and set(between) <= _ON | _FOR
        # "Cancelled the hearing on Tuesday" says when.
        return is_near and (not one.is_weekday or self._is_subject(thing) or "on" not in between)

    def _is_subject(self, thing: int) -> bool:
        segment = self._segment(thing)
        return not any(at in segment and at < thing for _, at in _VERBS.places(self.words))

    def _belonging(self, thing: int, segment: range) -> range:
        """Returns the places of clauses that belong to a thing, its own included where what calls
        it off comes later.
        """
        own = self._segment(thing)
        if own.start < segment.start:
            return range(thing, segment.start)
        following = [one for one in self.segments if one.start >= own.stop]
        parts = list(takewhile(self._is_belonging, following))
        return range(own.stop, parts[-1].stop) if parts else range(0)

    def _is_belonging(self, segment: range) -> bool:
        return self.words[segment.start] in _BELONGING

    def _is_until(self, one: NamedDay) -> bool:
        return self._word(self._before(one)) in _UNTIL

    def _is_anew(self, label: str, one: NamedDay) -> bool:
        """Says whether a day takes the place of another: "to June 17", "para el 17 de junio"."""
        if self._is_until(one):
            return True
        before = self._before(one)
        is_for = label == _MOVED and self._word(before) in _FOR
        return is_for and self._word(before - 1) not in _SET
