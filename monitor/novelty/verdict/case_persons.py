"""Whose state an act changes: that of the person a case is about, or of somebody else.

A wrong state is worse than none: an act of a relative, of a group or of another person who is named
changes nothing, and neither does one that nearly happened or is denied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.terms import Terms
from monitor.novelty.nlp.tokens import Tokens, read_tokens

PERSONAL = frozenset({"custody", "charges", "life", "office"})
_HEDGE_SPAN, _DENIAL_SPAN = 4, 8  # words before an act
_OBJECT_SPAN, _COUNT_SPAN, _VERB_SPAN = 6, 3, 3
_NAME_WORDS = range(2, 6)  # of a person's full name
_HEDGES: Terms[str] = Terms(
    {
        "": (
            *("nearly", "almost", "narrowly", "escap*", "avoid*", "averted", "evad*", "elud*"),
            *("dodged", "feared", "risked", "spared", "casi", "evito", "evita", "a punto de"),
            *("estuvo a punto", "por poco", "se libro", "libra de"),
        )
    }
)
_DENIALS: Terms[str] = Terms(
    {
        "": (
            *("denied that", "denies that", "deny that", "denied being", "denies being"),
            *("denied having", "denies having", "denied reports", "denied he", "denied she"),
            *("nego que", "niega que", "niegan que", "negaron que", "nego haber", "niega haber"),
            *("desmintio que", "desmiente que", "not true that", "falso que"),
        )
    }
)
_RELATIVES = frozenset(
    {"wife", "husband", "spouse", "mother", "father", "parents", "brother", "brothers", "sister"}
    | {"sisters", "son", "sons", "daughter", "daughters", "children", "child", "uncle", "aunt"}
    | {"cousin", "nephew", "niece", "grandmother", "grandfather", "widow", "girlfriend", "family"}
    | {"boyfriend", "friend", "partner", "relatives", "relative", "stepfather", "stepmother"}
    | {"esposa", "esposo", "marido", "mujer", "madre", "padre", "padres", "hermano", "hermana"}
    | {"hermanos", "hermanas", "hijo", "hija", "hijos", "tio", "tia", "primo", "prima", "abuelo"}
    | {"abuela", "sobrino", "sobrina", "viuda", "viudo", "novia", "novio", "amigo", "amiga"}
    | {"suegro", "suegra", "cunado", "cunada", "familia", "familiares"}
)
_GROUPS = frozenset(
    {"people", "protesters", "demonstrators", "guards", "officers", "men", "women", "workers"}
    | {"students", "migrants", "detainees", "prisoners", "inmates", "activists", "supporters"}
    | {"others", "passengers", "manifestantes", "guardias", "agentes", "personas", "hombres"}
    | {"mujeres", "estudiantes", "migrantes", "presos", "reclusos", "activistas"}
)
_PLURALS = frozenset({"were", "are", "fueron", "son", "han", "resultaron", "quedaron"})
_BE = _PLURALS | {"was", "is", "been", "being", "fue", "es", "sido", "ha", "queda", "quedo", "has"}
_TIMES = frozenset({"year", "years", "month", "months", "days", "anos", "ano", "meses", "dias"})
# Where what an act is done to is over: "arrested Otto Quern outside his brother's house".
_ENDS = frozenset(
    {"at", "in", "on", "outside", "for", "with", "from", "to", "while", "near", "by", "as", "after"}
    | {"before", "en", "por", "con", "tras", "desde", "cerca", "ante", "when", "who", "and", "y"}
)
_OF = frozenset({"of", "for", "de", "del"})
_INDEFINITE = frozenset({"a", "an", "another", "un", "una", "otro", "otra"})
# They happen to whoever the clause begins with.
_OF_SUBJECT = frozenset({"DIE", "RESIGN"})
_PLURAL_ENDINGS = ("aron", "ieron")


@dataclass(frozen=True, slots=True)
class CasePerson:
    """The person that a case is about; without words where its title names nobody."""

    words: frozenset[str]

    @classmethod
    def of(cls, title: str) -> CasePerson:
        """Returns the person whose name a title is."""
        tokens = read_tokens(title)
        known = lexicon()
        others = known.common_names | known.places_behind | known.places_before
        is_name = len(tokens.words) in _NAME_WORDS and others.isdisjoint(tokens.words)
        is_capitalised = all(raw[0].isupper() or raw in ("de", "del") for raw in tokens.raws)
        return cls(frozenset(tokens.words) if is_name and is_capitalised else frozenset())


@dataclass(frozen=True, slots=True)
class PersonalAct:
    """An event class at a place of a sentence, which changes the state of a person."""

    tokens: Tokens
    name: str
    place: int
    subject: CasePerson

    @property
    def is_hedged(self) -> bool:
        """Whether it nearly happened, was escaped or is denied."""
        words, place = self.tokens.words, self.place
        near = words[max(0, place - _HEDGE_SPAN) : place]
        return bool(
            _HEDGES.find(near) or _DENIALS.find(words[max(0, place - _DENIAL_SPAN) : place])
        )

    @property
    def is_of_another(self) -> bool:
        """Whether it happened to a relative, a group, or another person than the subject."""
        places = self._concerned()
        words = set(map(self.tokens.words.__getitem__, places))
        if not words.isdisjoint(_RELATIVES | _GROUPS) or self._is_of_many(places):
            return True
        return bool(self.subject.words) and self._is_stranger(places)

    def _concerned(self) -> range:
        """Returns the places of the words for whom it happened to."""
        start = self._clause_start()
        words, place = self.tokens.words, self.place
        is_passive = not _BE.isdisjoint(words[max(start, place - _VERB_SPAN) : place])
        after = self._object()
        if is_passive or self.name in _OF_SUBJECT or not after:
            # "Murió el padre de Quern" has its subject behind it.
            is_behind = place - start <= 1 and not is_passive
            return after if is_behind else self._before(start)
        return after

    def _before(self, start: int) -> range:
        """Returns the places of what an act happened to before it: where its clause begins with the
        verb, at the front of the sentence ("Dale Rook, a guard, was arrested").
        """
        first_mark = min(self.tokens.breaks, default=0)
        goes_on = start > 0 and self.tokens.words[start] in _BE
        return range(first_mark) if goes_on else range(start, self.place)

    def _clause_start(self) -> int:
        """Returns where the clause of the act begins: behind a mark, or what somebody said."""
        start = 0
        for at in range(self.place):
            if at in self.tokens.breaks or self.tokens.words[at] in lexicon().saying:
                start = at + (at not in self.tokens.breaks)
        return start

    def _object(self) -> range:
        words = self.tokens.words
        end = self.place + 1
        while end < min(len(words), self.place + 1 + _OBJECT_SPAN):
            if words[end] in _ENDS or end in self.tokens.breaks:
                break
            end += 1
        return range(self.place + 1, end)

    def _is_of_many(self, places: range) -> bool:
        words = self.tokens.words
        if places.stop <= self.place:
            is_plural = not _PLURALS.isdisjoint(words[max(0, self.place - _VERB_SPAN) : self.place])
            is_plural |= self.name in _OF_SUBJECT and words[self.place].endswith(_PLURAL_ENDINGS)
            return is_plural or any(map(self._is_count, places[:_COUNT_SPAN]))
        return any(map(self._is_count, places[:_COUNT_SPAN]))

    def _is_count(self, at: int) -> bool:
        """Says whether a number counts people: "14 protesters", not "three years"."""
        word, after = self.tokens.words[at], self.tokens.words[at + 1 : at + 2]
        is_number = word.isdigit() or word in lexicon().any_numbers.values
        is_one = word in ("one", "uno", "una", "un", "1")
        return is_number and not is_one and after != () and after[0] not in _TIMES

    def _is_stranger(self, places: range) -> bool:
        """Says whether the words name, or mean, another person than the subject."""
        words = self.tokens.words
        # "A man", but "detuvo a Quern".
        following = self.tokens.raws[places.start + 1 : places.stop][:1]
        is_common = bool(following) and following[0][0].islower()
        if is_common and words[places.start] in _INDEFINITE:
            return True
        for at in self._names(places):
            if words[at] not in self.subject.words:
                return True
            # "The lawyer of Otto Quern".
            if at > 0 and words[at - 1] in _OF:
                return True
        return False

    def _names(self, places: range) -> Iterator[int]:
        """Yields where names begin: capitalised words that are no titles, days or openings."""
        for at in places:
            raw, word = self.tokens.raws[at], self.tokens.words[at]
            is_name = raw[0].isupper() and not raw.isupper() and word not in lexicon().common_names
            is_first = at == places.start or not self.tokens.raws[at - 1][0].isupper()
            if is_name and is_first and (at not in self.tokens.opens or self._is_full(at)):
                yield at

    def _is_full(self, at: int) -> bool:
        after = self.tokens.raws[at + 1 : at + 2]
        return bool(after) and after[0][0].isupper()
