"""The words that the readers of facts know: event classes, roles, months, numbers, kinds of text.

All of them are data (`data/*.toml`), general news and law in English and Spanish. They are read
once, on first use."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any, Literal, NamedTuple

from monitor.novelty.nlp.terms import Terms
from monitor.text import fold

Words = frozenset[str]
# Distinct words whose folded form is remembered; an article has some three hundred.
_FOLDS_LIMIT = 4_000


class FrameLabel(NamedTuple):
    """What a term of `events.toml` or `roles.toml` stands for: an event class or a role."""

    kind: Literal["class", "role"]
    name: str


@dataclass(frozen=True, slots=True)
class EventWords:
    """The words of events and of who takes part in them.

    Attributes:
        terms: the terms of all event classes and roles.
        weak: classes of talk, papers and plans, which news of every kind holds.
        keyless: classes that make no event key.
        stop_side, go_side: classes on the two sides of a decision.
        tiers: how much each class weighs as news, from 1 (a change of state) to 3 (talk).
        shown: what each class and role is called before a reader.
    """

    terms: Terms[FrameLabel]
    weak: Words
    keyless: Words
    stop_side: Words
    go_side: Words
    tiers: Mapping[str, int]
    shown: Mapping[FrameLabel, str]


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """The words that tell what a sentence does from what it names.

    Attributes:
        intent: what makes an act a plan or a request: "will", "asks", "pide".
        duty: what makes it something that is to happen, or may: "must", "can", "debe".
        toll: phrases of a number of dead or hurt that changes.
        subordinators: words that open a clause beside the main one.
        relatives: those of them that belong to a noun; the main clause goes on behind theirs.
        subject_relatives: words that are such only before anything has happened ("la jueza que").
        auxiliaries: verbs with which a main clause goes on.
        determiners: articles, possessives and prepositions, which make a noun of an act.
    """

    intent: Terms[str]
    duty: Terms[str]
    toll: Terms[str]
    subordinators: Words
    relatives: Words
    subject_relatives: Words
    auxiliaries: Words
    determiners: Words


@dataclass(frozen=True, slots=True)
class DateWords:
    """The words of days.

    Attributes:
        months, weekdays: their numbers, from 1 and from 0.
        relative: phrases such as "last night", by their distance in days from the article's day.
        around_day: all words that name a day so or by its weekday, and small ones beside them.
        ahead, ahead_near: what makes a weekday lie ahead, anywhere before it and right before it.
        past: phrases that look back to an older time.
        had, had_skip: auxiliaries of the pluperfect, and words that may follow them.
        participles, participle_endings: what makes a pluperfect of them.
        before_month: prepositions that make a month's name mean the month.
    """

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    relative: Terms[int]
    around_day: Words
    ahead: Terms[str]
    ahead_near: Words
    past: Terms[str]
    had: Words
    had_skip: Words
    participles: Words
    participle_endings: tuple[str, ...]
    before_month: Words


@dataclass(frozen=True, slots=True)
class NumberWords:
    """The words of numbers in one language, or in all of them.

    Attributes:
        values: number words, "twenty" to 20.
        powers: words for powers of ten, "million" to 6.
    """

    values: Mapping[str, int]
    powers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OrdinalWords:
    """The words of steps.

    Attributes:
        values: "third" and "tercera" to 3.
        counted: what comes in steps, before which an ordinal is a number.
    """

    values: Mapping[str, int]
    counted: Words


@dataclass(frozen=True, slots=True)
class TextPhrases:
    """The phrases that show what kind of text an article, paragraph or sentence is; the lists of
    `genres.toml` under the names of section and list.
    """

    opinion_labels: Terms[str]
    opinion_signed: Terms[str]
    opinion_phrases: Terms[str]
    opinion_first_person: Terms[str]
    explainer_labels: Terms[str]
    explainer_titles: Terms[str]
    digest_titles: Terms[str]
    live_titles: Terms[str]
    boilerplate_starts: Terms[str]
    boilerplate_phrases: Terms[str]
    boilerplate_bylines: Terms[str]
    notes_starts: Terms[str]
    notes_contrast: Terms[str]
    notes_captions: Terms[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All word lists, compiled. Shared and read-only but for bounded caches of words.

    Attributes:
        numbers: by language.
        any_numbers: number words of all languages; English wins where two disagree.
        weeks: words for a span of seven days.
        negations: words that say no.
        idle_negations: phrases with such a word that say nothing.
        common_names: capitalised words that name nobody.
        places_behind, places_before: what is called after people, by where their name stands.
        language_words: small words by language.
        stop_words: words that carry no meaning of their own.
    """

    events: EventWords
    clauses: ClauseWords
    dates: DateWords
    phrases: TextPhrases
    numbers: Mapping[str, NumberWords]
    any_numbers: NumberWords
    ordinals: OrdinalWords
    weeks: Words
    abbreviations: Words
    closing_abbreviations: Words
    saying: Words
    negations: Words
    idle_negations: Terms[str]
    common_names: Words
    places_behind: Words
    places_before: Words
    language_words: Mapping[str, Words]
    stop_words: Words
    _folds: dict[str, str] = field(default_factory=dict)

    def fold_token(self, token: str) -> str:
        """Returns the folded form of one word, remembered; a number keeps its separators."""
        folded = self._folds.get(token)
        if folded is None:
            if len(self._folds) >= _FOLDS_LIMIT:
                self._folds.clear()
            folded = self._folds[token] = _fold_token(token)
        return folded


def _fold_token(token: str) -> str:
    is_number = token[0].isdigit() and token.isascii()
    return token if is_number else fold(token).replace(" ", "")


@cache
def lexicon() -> Lexicon:
    """Returns the word lists; reads and compiles them on first use (about 10 ms)."""
    language = _read_toml("language.toml")
    numbers = _read_numbers(language)
    negation = language["negation"]
    return Lexicon(
        events=_read_events(),
        clauses=_read_clauses(language),
        dates=_read_dates(language),
        phrases=_read_phrases(),
        numbers=numbers,
        any_numbers=_merge(numbers["es"], numbers["en"]),
        ordinals=_read_ordinals(language),
        weeks=frozenset(language["durations"]["weeks"]),
        abbreviations=frozenset(language["abbreviations"]),
        closing_abbreviations=frozenset(language["closing_abbreviations"]),
        saying=frozenset(language["saying"]),
        negations=frozenset(negation["words"]),
        idle_negations=_terms(negation["phrases_without"]),
        common_names=_read_common_names(language),
        places_behind=frozenset(language["names"]["places_behind"]),
        places_before=frozenset(language["names"]["places_before"]),
        language_words={lang: frozenset(words) for lang, words in language["language"].items()},
        stop_words=frozenset(language["stop"]["words"]),
    )


def _read_toml(name: str) -> dict[str, Any]:
    data = files("monitor.novelty").joinpath("data", name)
    return tomllib.loads(data.read_text(encoding="utf-8"))


def _terms(phrases: Iterable[str]) -> Terms[str]:
    """Compiles a list whose terms need no label."""
    return Terms({"": phrases})


def _read_events() -> EventWords:
    events, roles = _read_toml("events.toml"), _read_toml("roles.toml")
    labelled: dict[FrameLabel, Mapping[str, Any]] = {}
    for name, entry in events.items():
        labelled[FrameLabel("class", name)] = entry
    for name, entry in roles.items():
        labelled[FrameLabel("role", name)] = entry
    return EventWords(
        terms=Terms({label: entry["terms"] for label, entry in labelled.items()}),
        weak=_marked(events, "strength", "weak"),
        keyless=_marked(events, "strength", "never"),
        stop_side=_marked(events, "turn", "stop"),
        go_side=_marked(events, "turn", "go"),
        tiers={name: entry["tier"] for name, entry in events.items()},
        shown={label: entry["shown"] for label, entry in labelled.items()},
    )


def _read_clauses(language: Mapping[str, Any]) -> ClauseWords:
    words = language["clauses"]
    return ClauseWords(
        intent=_terms(words["intent"]),
        duty=_terms(words["duty"]),
        toll=_terms(words["toll"]),
        subordinators=frozenset(words["subordinators"]),
        relatives=frozenset(words["relatives"]),
        subject_relatives=frozenset(words["subject_relatives"]),
        auxiliaries=frozenset(words["auxiliaries"]),
        determiners=frozenset(words["determiners"]),
    )


def _marked(events: Mapping[str, Mapping[str, Any]], mark: str, value: str) -> Words:
    return frozenset(name for name, entry in events.items() if entry.get(mark) == value)


def _read_dates(language: Mapping[str, Any]) -> DateWords:
    time = language["time_words"]
    return DateWords(
        months=language["months"],
        weekdays=language["weekdays"],
        relative=Terms({int(days): terms for days, terms in language["relative"].items()}),
        around_day=_words_around_day(language),
        ahead=_terms(time["ahead"]),
        ahead_near=frozenset(time["ahead_near"]),
        past=_terms(time["past"]),
        had=frozenset(time["had"]),
        had_skip=frozenset(time["had_skip"]),
        participles=frozenset(time["participle_exact"]),
        participle_endings=tuple(time["participle_endings"]),
        before_month=frozenset(time["preposition_month"]),
    )


def _words_around_day(language: Mapping[str, Any]) -> Words:
    relative = " ".join(chain.from_iterable(language["relative"].values()))
    beside = language["time_words"]["beside_day"]
    return frozenset((*language["weekdays"], *relative.split(), *beside))


def _read_numbers(language: Mapping[str, Any]) -> dict[str, NumberWords]:
    values, powers = language["numbers"], language["magnitudes"]
    return {lang: NumberWords(values[lang], powers[lang]) for lang in values}


def _read_ordinals(language: Mapping[str, Any]) -> OrdinalWords:
    ordinals = language["ordinals"]
    return OrdinalWords(ordinals["values"], frozenset(ordinals["counted"]))


def _merge(first: NumberWords, second: NumberWords) -> NumberWords:
    return NumberWords({**first.values, **second.values}, {**first.powers, **second.powers})


def _read_common_names(language: Mapping[str, Any]) -> Words:
    # Capitalised in English, and so taken for names; they are read as days.
    dates = (*language["months"], *language["weekdays"])
    return frozenset(language["names"]["common"]).union(dates)


def _read_phrases() -> TextPhrases:
    compiled: dict[str, Terms[str]] = {}
    # A list that has no field, or a field without a list, is an error at once.
    for section, lists in _read_toml("genres.toml").items():
        for name, phrases in lists.items():
            compiled[f"{section}_{name}"] = _terms(phrases)
    return TextPhrases(**compiled)
