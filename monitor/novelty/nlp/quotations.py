"""What a sentence quotes, and whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.proper_names import is_name
from monitor.novelty.nlp.tokens import WORD

_QUOTATION = re.compile(r'"([^"]{8,600})"')
_QUOTE_LIMIT = 5
_SHORTEST_QUOTE = 3  # words; fewer are a term in quotation marks
_SPEAKER_WORDS = 3  # words to either side of a saying verb among which the speaker stands


@dataclass(frozen=True, slots=True)
class Quotations:
    """The quotations of a sentence.

    Attributes:
        quotes: their folded texts, at most five; terms of one or two words are left out.
        speaker: folded name of who is quoted; empty when nobody is named or quoted.
        share: share of the sentence's words inside quotation marks, 0-1, terms included.
    """

    quotes: tuple[str, ...]
    speaker: str
    share: float


def read_quotations(sentence: str) -> Quotations:
    """Returns what a sentence quotes, and whom."""
    quotes = tuple(_read_quotes(sentence))[:_QUOTE_LIMIT]
    speaker = _find_speaker(_words(_QUOTATION.sub(" ", sentence))) if quotes else ""
    return Quotations(quotes, speaker, _quoted_share(sentence))


def _read_quotes(sentence: str) -> Iterator[str]:
    for match in _QUOTATION.finditer(sentence):
        folded = _fold(_words(match[1]))
        if len(folded) >= _SHORTEST_QUOTE:
            yield " ".join(folded)


def _words(text: str) -> list[str]:
    return WORD.findall(text)


def _fold(raws: Sequence[str]) -> list[str]:
    return list(map(lexicon().fold_token, raws))


def _quoted_share(sentence: str) -> float:
    whole = len(_words(sentence))
    quoted = " ".join(_QUOTATION.findall(sentence))
    return round(len(_words(quoted)) / whole, 2) if whole else 0.0


def _find_speaker(raws: Sequence[str]) -> str:
    """Returns the name nearest to the first saying verb that has one, those before it first."""
    folded = _fold(raws)
    for place, word in enumerate(folded):
        if word in lexicon().saying:
            for at in _places_near(place, len(raws)):
                if is_name(raws[at], folded[at]):
                    return folded[at]
    return ""


def _places_near(place: int, count: int) -> Iterator[int]:
    yield from range(place - 1, max(-1, place - _SPEAKER_WORDS - 1), -1)
    yield from range(place + 1, min(count, place + _SPEAKER_WORDS + 1))
