"""What a sentence says, word by word, for laying it beside another: meanings, who acts, who speaks, courts, what is negated.

It is read from the text when two sentences are compared and kept for a while, so that the store holds none of it. There is
no grammar behind it: a subject is what stands before the first word that looks like a verb, a clause is what stands between
commas and "and"s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from monitor.novelty.nlp.facts import Tokens, read_tokens
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thesaurus import is_small, is_time, thesaurus

_REMEMBERED = 8_192  # sentences
_SPEAKER_WORDS = 14  # before or after a reporting verb in which its subject is looked for
_MOST_CIRCUITS = 20
_NEGATED, _REACH = 2, 5  # words with meaning that a negation surely and at most reaches
_ACT_WORDS = 3
_DEMONYM = 5  # letters that the name of a country and of its people share
_COURT_WORDS = 3  # words round "court" that tell which one

_YEAR_DIGITS = 4
_BEFORE_COURT_NUMBER = ("de", "lo", "no", "numero", "n", "num", "o")
_REFUSING = ("class DENY", "class BAR")

Labels = frozenset[str]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a sentence that carries meaning.

    Attributes:
        place: its position among all words.
        labels: its meanings (`Thesaurus.meanings`).
        is_name: it is written with a capital inside the sentence, and is no office or title.
        is_placed: a preposition of place stands before it, or before the name that it ends.
    """

    place: int
    text: str
    labels: Labels
    is_name: bool
    is_placed: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """A sentence read for comparison.

    Attributes:
        tokens: all its words.
        words: those that carry meaning, dates and numbers left out.
        labels: all their meanings.
        negated: meanings right behind a negation or refusal, an odd number of times.
        refusals: how many negations and refusals it has.
        reached: all meanings that a negation or refusal may reach.
        courts: which courts or bodies it names.
        actor: meanings of the words before its first verb.
        speaker: meanings of the words that name who says what it reports; empty when nobody does.
        times: months and spans of time that it names without a day.
    """

    tokens: Tokens
    words: tuple[Word, ...]
    labels: Labels
    negated: Labels
    reached: Labels
    refusals: int
    courts: Labels
    actor: tuple[Word, ...]
    speaker: tuple[Word, ...]
    times: Labels


@lru_cache(maxsize=_REMEMBERED)
def read_meaning(text: str) -> Meaning:
    """Reads a sentence for comparison."""
    tokens = read_tokens(text)
    words = _read_words(tokens)
    by_place = {word.place: word for word in words}
    negations = _negations(tokens)
    negated, reached = _read_negated(tokens, by_place, negations)
    return Meaning(
        tokens=tokens,
        words=words,
        labels=frozenset(label for word in words for label in word.labels),
        negated=negated,
        reached=reached,
        refusals=len(negations),
        courts=_read_courts(tokens.words),
        actor=_read_actor(tokens, by_place),
        speaker=_read_speaker(tokens, by_place),
        times=_read_times(tokens),
    )


def _read_words(tokens: Tokens) -> tuple[Word, ...]:
    thes = thesaurus()
    spellings = _find_spellings(tokens)
    acts = _find_acts(tokens.words)
    found: list[Word] = []
    for place, (raw, word) in enumerate(zip(tokens.raws, tokens.words, strict=True)):
        if place in spellings:
            if label := spellings[place]:
                found.append(Word(place, word, frozenset((f"={label}",)), True, _is_placed(tokens, place)))
        elif not (is_small(word) or is_time(word)) and len(word) > 1:
            is_name = (
                raw[0].isupper() and place not in tokens.opens and len(word) > 2 and word not in lexicon().common_names
            ) or _opens_name(tokens, place)
            labels = thes.meanings(word) | acts.get(place, frozenset())
            if is_name:
                labels |= thes.stem_labels(word) | ({f"~{word[:_DEMONYM]}"} if len(word) > _DEMONYM else frozenset())
            found.append(Word(place, word, labels, is_name, is_name and _is_placed(tokens, place)))
    return tuple(found)


def _find_acts(words: Sequence[str]) -> dict[int, Labels]:
    """Returns the event classes of acts that several words name ("turned down"), for each of these words."""
    weak = lexicon().weak | lexicon().keyless
    found: dict[int, Labels] = {}
    for label, place, end in lexicon().facts.spans(words):
        kind, _, name = label.partition(" ")
        if kind == "class" and 1 < end - place <= _ACT_WORDS and name not in weak:
            for at in range(place, end):
                found[at] = found.get(at, frozenset()) | {label}
    if found:
        for label, place, end in lexicon().facts.spans(words):
            if end - place == 1 and any(label in labels for labels in found.values()):
                found[place] = found.get(place, frozenset()) | {label}
    return found


def _opens_name(tokens: Tokens, place: int) -> bool:
    """A first word with a capital that means nothing the tables know, before another capital or a verb."""
    raw, word = tokens.raws[place], tokens.words[place]
    if place not in tokens.opens or not raw[0].isupper() or len(word) < 3 or word in lexicon().common_names:
        return False
    if _is_verb(tokens, place) or not all(label.startswith("~") for label in thesaurus().meanings(word)):
        return False
    if word.endswith(("s", "men")):
        return False  # "Gunmen", "Relatives"
    is_last = place + 1 >= len(tokens.words)
    return not is_last and (tokens.raws[place + 1][0].isupper() or place + 1 in tokens.breaks or _is_verb(tokens, place + 1))


def _find_spellings(tokens: Tokens) -> dict[int, str]:
    """Returns the places that a name of several spellings takes; the first has its label, the others an empty string."""
    found: dict[int, str] = {}
    for label, place, end in thesaurus().names.spans(tokens.words):
        raw = tokens.raws[place]
        if place in found or (end - place == 1 and len(raw) <= 3 and not raw.isupper()):
            continue
        for at in range(place, end):
            found.setdefault(at, "")
        found[place] = label
    return found


def _is_placed(tokens: Tokens, place: int) -> bool:
    before = place - 1
    while before > 0 and (tokens.raws[before][0].isupper() or tokens.words[before] in ("the", "el", "la", "los", "las")):
        before -= 1
    return before >= 0 and tokens.words[before] in thesaurus().grammar["place_before"]


def _is_verb(tokens: Tokens, place: int) -> bool:
    """Whether a word looks like a finite verb."""
    thes = thesaurus()
    raw, word = tokens.raws[place], tokens.words[place]
    if raw[0].isupper() and place not in tokens.opens:
        return False
    if word in thes.grammar["auxiliaries"] or word in thes.grammar["past_verbs"] or word in thes.grammar["reporting"]:
        return True
    return (len(word) > 4 and word.endswith("ed")) or (len(word) > 3 and raw.lower().endswith(thes.accented_endings))


def is_verb(meaning: Meaning, word: Word) -> bool:
    """Whether a word looks like a finite verb."""
    return _is_verb(meaning.tokens, word.place)


def _read_actor(tokens: Tokens, by_place: dict[int, Word]) -> tuple[Word, ...]:
    for place in range(len(tokens.words)):
        if place in tokens.quoted:
            continue
        if place and _is_verb(tokens, place):
            return tuple(by_place[at] for at in range(place) if at in by_place and at not in tokens.quoted)
    return ()


def _read_speaker(tokens: Tokens, by_place: dict[int, Word]) -> tuple[Word, ...]:
    """Returns the words before or after the first reporting verb outside quotations that name its subject."""
    reporting = thesaurus().grammar["reporting"]
    for place, word in enumerate(tokens.words):
        if word not in reporting or place in tokens.quoted:
            continue
        after = _subject(tokens, by_place, range(place + 1, min(len(tokens.words), place + _SPEAKER_WORDS)))
        if word in ("according", "segun"):
            return after
        before = _subject(tokens, by_place, range(place - 1, max(-1, place - _SPEAKER_WORDS), -1))
        is_inverted = place - 1 in tokens.quoted or (place in tokens.breaks and not before)
        found = after if is_inverted else before or after
        if found:
            return found
    return ()


def _subject(tokens: Tokens, by_place: dict[int, Word], places: Sequence[int]) -> tuple[Word, ...]:
    found: list[Word] = []
    thes = thesaurus()
    for at in places:
        word = tokens.words[at]
        if at in tokens.quoted or word in thes.grammar["subclauses"] or (_is_verb(tokens, at)):
            break
        if word in thes.grammar["joins"] and places[0] > at:
            break
        if at in by_place:
            found.append(by_place[at])
    return tuple(found)


def _read_negated(tokens: Tokens, by_place: dict[int, Word], negations: Sequence[int]) -> tuple[Labels, Labels]:
    """Returns the meanings right behind a negation or refusal, and all that it may reach; what is denied twice is neither."""
    counts: dict[str, int] = {}
    wide: set[str] = set()
    for place in negations:
        reached = _reach(tokens, by_place, place)
        wide.update(label for word in reached for label in word.labels)
        for word in reached[:_NEGATED]:
            for label in () if word.is_name else word.labels:
                counts[label] = counts.get(label, 0) + 1
    return frozenset(label for label, count in counts.items() if count % 2), frozenset(wide)


def _negations(tokens: Tokens) -> list[int]:
    """Returns the place of the last word of each negation or refusal."""
    lex, words = lexicon(), thesaurus().grammar["negative_words"]
    idle = {place for _, place in lex.idle_negations.places(tokens.words)}
    found = {
        place
        for place, word in enumerate(tokens.words)
        if word in words and place not in idle and not (word == "no" and _is_number_sign(tokens, place))
    }
    found.update(end - 1 for label, place, end in lex.facts.spans(tokens.words) if label in _REFUSING and end - place <= 2)
    return sorted(found)


def _reach(tokens: Tokens, by_place: dict[int, Word], place: int) -> list[Word]:
    grammar = thesaurus().grammar
    reached: list[Word] = []
    for at in range(place + 1, len(tokens.words)):
        word = tokens.words[at]
        is_over = bool(reached) and (at in tokens.breaks or word in grammar["subclauses"] or word in grammar["negation_ends"])
        if len(reached) >= _REACH or is_over or word in grammar["joins"]:
            break
        if at in by_place:
            reached.append(by_place[at])
    return reached


def _is_number_sign(tokens: Tokens, place: int) -> bool:
    following = tokens.words[place + 1 : place + 2]
    return bool(following) and following[0][0].isdigit()


def _read_courts(words: Sequence[str]) -> Labels:
    """Returns for every court its kind and number: "supreme", "appeals 4"."""
    thes = thesaurus()
    found: set[str] = set()
    for place, word in enumerate(words):
        if word not in thes.court_nouns and word not in thes.lone_courts:
            continue
        near = words[max(0, place - _COURT_WORDS) : place + _COURT_WORDS + 1]
        found.update(thes.courts[other] for other in near if other in thes.courts and other != word)
        found.update(_court_number(words, place))
        if word in thes.lone_courts and word in thes.courts:
            found.add(thes.courts[word])
    return frozenset(found)


def _court_number(words: Sequence[str], place: int) -> set[str]:
    """Returns the number of a court in digits, before its name ("4.º Circuito") or after it ("Juzgado Penal número 3")."""
    before = [word for word in words[max(0, place - 2) : place] if word not in ("o", "a")][-1:]
    after = list(words[place + 1 : place + 6])
    while after and (after[0] in _BEFORE_COURT_NUMBER or after[0] in thesaurus().courts):
        after.pop(0)
    return {word for word in (*before, *after[:1]) if word.isdigit() and 0 < int(word[:3]) <= _MOST_CIRCUITS}


def _read_times(tokens: Tokens) -> Labels:
    lex = lexicon()
    found = {label for label, _ in thesaurus().spans.places(tokens.words)}
    for place, word in enumerate(tokens.words):
        if word in lex.months and (tokens.raws[place][0].isupper() or word in thesaurus().grammar["small_months"]):
            around = tokens.words[max(0, place - 2) : place + 2]
            if not any(other[0].isdigit() and len(other) < _YEAR_DIGITS for other in around):
                found.add(f"month {lex.months[word]}")
    return frozenset(found)
