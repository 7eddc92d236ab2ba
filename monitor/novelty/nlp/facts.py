"""What one sentence claims: event classes, roles, names, numbers, days, negation, quotations
(`model.Facts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from monitor.model import Facts
from monitor.novelty.nlp.dates import Days, event_days, read_days
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.sentences import strip_clock, strip_dateline

_TOKEN = re.compile(r"[^\W_]+(?:[.,]\d+)*%?")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.\s?){2,}")
_DOTTED_PLURAL = re.compile(r"\b([A-Z]{2})\.\s?([A-Z]{2})\.")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_QUOTE = re.compile(r'"([^"]{8,600})"')
_SPACED_PERCENT = re.compile(r"(?<=\d)\s%")
_NUMBER = re.compile(r"^\d+(?:[.,]\d+)*%?$")
_GLUED = re.compile(r"^([0-9]{1,9})(bn|mn|m|tn)$")
_GROUPED = re.compile(r"^\d{1,3}(?:[.,]\d{3})+$")
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|h|hs|horas)\b|\b\d{1,2}:\d{2}\b", re.IGNORECASE
)
_NAME_LIMIT, _QUOTE_LIMIT = 40, 5
_POWERS_IN_A_ROW = 2  # "two hundred thousand"
_BREAK = frozenset(',;:.!?()"')
_MAX_WORDS = 400  # a "sentence" longer than this is no sentence; facts are read from its beginning


@dataclass(frozen=True, slots=True)
class Tokens:
    """The words of a sentence, as written and folded, side by side.

    Attributes:
        opens: places of words that begin a sentence or quotation.
        breaks: places of words with a comma, stop, bracket or quotation mark before them.
        quoted: places of words inside quotation marks.
    """

    raws: tuple[str, ...]
    words: tuple[str, ...]
    opens: frozenset[int]
    breaks: frozenset[int] = frozenset()
    quoted: frozenset[int] = frozenset()


def read_tokens(sentence: str) -> Tokens:
    """Returns the words of a sentence without dateline, clock times and the dots of abbreviations."""
    text = strip_dateline(strip_clock(sentence)[0])
    text = _DOTTED_PLURAL.sub(r"\1\2 ", text)
    text = _DOTTED.sub(lambda match: re.sub(r"[.\s]", "", match[0]) + " ", text)
    text = _POSSESSIVE.sub("", _CLOCK.sub(" ", _SPACED_PERCENT.sub("%", text)))
    raws: list[str] = []
    folded: list[str] = []
    opens: set[int] = set()
    breaks: set[int] = set()
    quoted: set[int] = set()
    last = 0
    is_quoted = False
    for match in _TOKEN.finditer(text):
        word = lexicon().fold_token(match[0])
        if not word:
            continue
        between = text[last : match.start()]
        last = match.end()
        if between.count('"') % 2:
            is_quoted = not is_quoted
        if is_quoted:
            quoted.add(len(raws))
        if len(between) > 1 and not _BREAK.isdisjoint(between):
            breaks.add(len(raws))
        before = text[: match.start()].rstrip("([¿¡ ")
        if not before or before[-1] in '.!?:"':
            opens.add(len(raws))
        raws.append(match[0])
        folded.append(word)
        if len(raws) >= _MAX_WORDS:
            break
    return Tokens(
        tuple(raws), tuple(folded), frozenset(opens), frozenset(breaks), frozenset(quoted)
    )


def read_facts(
    sentence: str,
    tokens: Tokens,
    published: date,
    latest: date,
    lang: str,
    names: Iterable[str],
    *,
    is_note: bool = False,
) -> Facts:
    """Returns what the sentence claims.

    Args:
        published: the article's local day.
        latest: the last day that a weekday without a future word can mean (`read_days`).
        names: the proper names of the sentence (`find_names` needs the whole article to tell them).
    """
    words = tokens.words
    days = read_days(words, tokens.raws, published, latest)
    labels = lexicon().facts.find(
        ["" if place in days.used else word for place, word in enumerate(words)]
    )
    happened = event_days(days, published, latest)
    quotes, speaker = _read_quotes(sentence)
    is_fresh = any(published - timedelta(days=1) <= day <= latest for day in days.named)
    return Facts(
        classes=tuple(sorted(label[6:] for label in labels if label.startswith("class "))),
        roles=tuple(sorted(label[5:] for label in labels if label.startswith("role "))),
        names=tuple(names)[:_NAME_LIMIT],
        numbers=_read_numbers(words, days, lang),
        days=days.named,
        is_negated=_is_negated(words),
        is_background=not happened,
        is_fresh=is_fresh,
        quotes=quotes,
        speaker=speaker,
        years=days.years,
        event_days=happened,
        is_note=is_note,
        quoted_share=_quoted_share(sentence),
    )


def find_names(sentences: Sequence[Tokens]) -> list[tuple[str, ...]]:
    """Returns the folded proper names of each sentence of one article.

    A capitalised word inside a sentence is a name. At the start of a sentence it is one when the
    article writes it with a capital elsewhere too, or when another capital follows, and never when
    the article also writes it small."""
    small = {
        word
        for tokens in sentences
        for raw, word in zip(tokens.raws, tokens.words, strict=True)
        if raw[0].islower()
    }
    inside = {
        word
        for tokens in sentences
        for place, (raw, word) in enumerate(zip(tokens.raws, tokens.words, strict=True))
        if place not in tokens.opens and _is_name(raw, word) and word not in small
    }
    return [_names_of(tokens, inside, small) for tokens in sentences]


def _names_of(tokens: Tokens, inside: set[str], small: set[str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place, (raw, word) in enumerate(zip(tokens.raws, tokens.words, strict=True)):
        if not _is_name(raw, word):
            continue
        if place in tokens.opens and word not in inside:
            following = tokens.raws[place + 1 : place + 2]
            if (
                word in small
                or word in lexicon().stop_words
                or not (following and following[0][0].isupper())
            ):
                continue
        elif word in small and raw.istitle() and place in tokens.opens:
            continue
        found[word] = None
    return tuple(found)


def _is_name(raw: str, word: str) -> bool:
    return (
        raw[0].isupper()
        and len(word) > 2
        and word not in lexicon().common_names
        and not word[0].isdigit()
    )


def _read_numbers(words: Sequence[str], days: Days, lang: str) -> tuple[str, ...]:
    """Returns the numbers of a sentence in one form: `6m` is `6,000,000`, `six million` and `6
    millones`.
    """
    lex = lexicon()
    named = lex.numbers.get(lang) or {**lex.numbers["es"], **lex.numbers["en"]}
    powers = lex.magnitudes.get(lang) or {**lex.magnitudes["es"], **lex.magnitudes["en"]}
    found: dict[str, None] = {}
    place = 0
    while place < len(words):
        word = words[place]
        value = _number(word, powers) if place not in days.used else None
        place += 1
        if value is None and word in named:
            value, place = _compound(named, words, place - 1)
        elif value is None and _is_one_hundred(words, place - 1, powers):
            value, place = Decimal(1), place - 1
        if value is None or (value == value.to_integral() and int(value) in days.years):
            continue
        for _ in range(_POWERS_IN_A_ROW):
            if place < len(words) and words[place] in powers:
                value = value.scaleb(powers[words[place]])
                place += 1
                value, place = _add_rest(value, named, words, place)
        following = words[place] if place < len(words) else ""
        if following in lex.weeks:
            value *= 7
        found[
            _canonical(value) + ("%" if word.endswith("%") or _is_percent(words, place) else "")
        ] = None
    return tuple(found)


def _is_one_hundred(words: Sequence[str], place: int, powers: Mapping[str, int]) -> bool:
    """ "a hundred" and "one thousand" are numbers; "hundreds" are none."""
    is_one = place > 0 and words[place - 1] in ("a", "one")
    return is_one and powers.get(words[place], 0) >= 2 and not words[place].endswith("s")


def _add_rest(
    value: Decimal, named: Mapping[str, int], words: Sequence[str], place: int
) -> tuple[Decimal, int]:
    """Adds what follows a hundred: "a hundred and twenty-five"."""
    if (
        value != value.to_integral()
        or value % 100
        or words[place : place + 1] != ("and",)
        or place + 1 >= len(words)
    ):
        return value, place
    if words[place + 1] not in named or value >= 10_000:
        return value, place
    rest, end = _compound(named, words, place + 1)
    return (value + rest, end) if rest < 100 else (value, place)


def _is_percent(words: Sequence[str], place: int) -> bool:
    following = tuple(words[place : place + 2])
    return following[:1] in (("percent",), ("pct",)) or following in (
        ("per", "cent"),
        ("por", "ciento"),
    )


def _compound(named: Mapping[str, int], words: Sequence[str], place: int) -> tuple[Decimal, int]:
    """Returns the number that begins at a number word ("twenty five", "treinta y un") and the place
    after it.
    """
    value = named[words[place]]
    unit_at = place + 2 if words[place + 1 : place + 2] == ("y",) else place + 1
    unit = _unit(named, words[unit_at]) if unit_at < len(words) else 0
    if value >= 20 and 0 < unit < 10:
        return Decimal(value + unit), unit_at + 1
    return Decimal(value), place + 1


def _unit(named: Mapping[str, int], word: str) -> int:
    """Returns the value of a word after a ten: "one" counts there, alone it is an article."""
    return 1 if word in ("one", "un", "uno", "una") else named.get(word, 0)


def _number(word: str, powers: Mapping[str, int]) -> Decimal | None:
    if match := _GLUED.match(word):
        return Decimal(match[1]).scaleb(powers[match[2]]) if match[2] in powers else None
    if not _NUMBER.match(word) or len(word) > 15:
        return None
    plain = word.rstrip("%")
    plain = re.sub(r"[.,]", "", plain) if _GROUPED.match(plain) else plain.replace(",", ".")
    return Decimal(plain) if plain.count(".") <= 1 and plain.isascii() else None


def _canonical(value: Decimal) -> str:
    for power, unit in ((9, "b"), (6, "m")):
        if value >= Decimal(10) ** power:
            return f"{value.scaleb(-power).normalize():f}{unit}"
    return f"{value.normalize():f}"


def _is_negated(words: Sequence[str]) -> bool:
    lex = lexicon()
    idle = {place for _, place in lex.idle_negations.places(words)}
    return any(
        word in lex.negations and place not in idle and _negates(words, place)
        for place, word in enumerate(words)
    )


def _negates(words: Sequence[str], place: int) -> bool:
    """`t` and `n` only as what is left of "didn't"; "no" not before a number ("No. 4")."""
    word = words[place]
    if word in ("t", "n"):
        return place > 0 and words[place - 1].endswith("n") and word == "t"
    return not (word == "no" and place + 1 < len(words) and words[place + 1].isdigit())


def _read_quotes(sentence: str) -> tuple[tuple[str, ...], str]:
    quotes = tuple(
        " ".join(folded)
        for match in _QUOTE.finditer(sentence)
        if len(folded := [lexicon().fold_token(raw) for raw in _TOKEN.findall(match[1])]) >= 3
    )[:_QUOTE_LIMIT]
    if not quotes:
        return (), ""
    outside: list[str] = _TOKEN.findall(_QUOTE.sub(" ", sentence))
    return quotes, _find_speaker(outside)


def _quoted_share(sentence: str) -> float:
    whole = len(_TOKEN.findall(sentence))
    inside = sum(len(_TOKEN.findall(match[1])) for match in _QUOTE.finditer(sentence))
    return round(inside / whole, 2) if whole else 0.0


def _find_speaker(raws: Sequence[str]) -> str:
    """Returns the last capitalised word within three words of a saying verb."""
    folded: list[str] = [lexicon().fold_token(raw) for raw in raws]
    for place, word in enumerate(folded):
        if word in lexicon().saying:
            near = [
                *range(place - 1, max(-1, place - 4), -1),
                *range(place + 1, min(len(raws), place + 4)),
            ]
            for at in near:
                if _is_name(raws[at], folded[at]):
                    return str(folded[at])
    return ""
