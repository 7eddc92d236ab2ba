"""The words of a sentence, as written and folded, with the marks that stand between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.sentences import strip_clock, strip_dateline

WORD = re.compile(r"[^\W_]+(?:[.,]\d+)*%?")
_DOTTED = re.compile(r"\b(?:[A-Za-z]\.\s?){2,}")
_DOTTED_PLURAL = re.compile(r"\b([A-Z]{2})\.\s?([A-Z]{2})\.")
_DOTS = re.compile(r"[.\s]")
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_SPACED_PERCENT = re.compile(r"(?<=\d)\s%")
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d{2})?\s?(?:am|pm|h|hs|horas)\b|\b\d{1,2}:\d{2}\b", re.IGNORECASE
)
_BREAK = frozenset(',;:.!?()"')
_OPENING = '.!?:"'  # what stands before the first word of a sentence or quotation
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

    def pairs(self) -> Iterator[tuple[int, str, str]]:
        """Yields each word's place, how it is written, and its folded form."""
        for place, raw in enumerate(self.raws):
            yield place, raw, self.words[place]


@dataclass(frozen=True, slots=True)
class _Token:
    """A word with the text between it and the one before, and whether it opens a sentence."""

    raw: str
    word: str
    before: str
    is_opening: bool

    @property
    def is_after_break(self) -> bool:
        """Whether a mark stands before it; a single character is white space or a hyphen."""
        return len(self.before) > 1 and not _BREAK.isdisjoint(self.before)


def read_tokens(sentence: str) -> Tokens:
    """Returns a sentence's words, without dateline, clock times and the dots of abbreviations."""
    raws: list[str] = []
    words: list[str] = []
    opens: set[int] = set()
    breaks: set[int] = set()
    quoted: set[int] = set()
    is_quoted = False
    for place, token in enumerate(_split(_plain(sentence))):
        raws.append(token.raw)
        words.append(token.word)
        is_quoted ^= token.before.count('"') % 2 == 1
        if is_quoted:
            quoted.add(place)
        if token.is_after_break:
            breaks.add(place)
        if token.is_opening:
            opens.add(place)
    marks = map(frozenset, (opens, breaks, quoted))
    return Tokens(tuple(raws), tuple(words), *marks)


def _plain(sentence: str) -> str:
    """Returns a sentence without what two outlets write differently."""
    # Agencies put datelines, live blogs put clock times; the sentence after them is the same.
    text = strip_dateline(strip_clock(sentence)[0])
    text = _DOTTED_PLURAL.sub(r"\1\2 ", text)
    text = _DOTTED.sub(_without_dots, text)
    return _POSSESSIVE.sub("", _CLOCK.sub(" ", _SPACED_PERCENT.sub("%", text)))


def _without_dots(abbreviation: re.Match[str]) -> str:
    return _DOTS.sub("", abbreviation[0]) + " "


def _split(text: str) -> Iterator[_Token]:
    count = last = 0
    for match in WORD.finditer(text):
        word = lexicon().fold_token(match[0])
        if not word:
            continue
        yield _Token(match[0], word, text[last : match.start()], _is_opening(text, match.start()))
        count, last = count + 1, match.end()
        if count >= _MAX_WORDS:
            return


def _is_opening(text: str, start: int) -> bool:
    before = text[:start].rstrip("([¿¡ ")
    return not before or before[-1] in _OPENING
