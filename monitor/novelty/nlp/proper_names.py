"""Which words of an article are proper names.

Titles, offices and kinds of institution ("Judge", "Supreme Court") are left out: they name nobody
(`data/language.toml`)."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.nlp.tokens import Tokens

_SHORTEST_NAME = 3  # letters


def find_names(sentences: Sequence[Tokens]) -> list[tuple[str, ...]]:
    """Returns the folded proper names of each sentence of one article.

    A capitalised word inside a sentence is a name. At the start of a sentence it is one when the
    article writes it with a capital elsewhere too, or when another capital follows, and never when
    the article also writes it small."""
    spelling = _Spelling.of(sentences)
    return [_names_of(tokens, spelling) for tokens in sentences]


def is_name(raw: str, word: str) -> bool:
    """Says whether a word may be a proper name by how it is written.

    Args:
        raw: the word as written.
        word: its folded form.
    """
    return (
        raw[0].isupper()
        and len(word) >= _SHORTEST_NAME
        and word not in lexicon().common_names
        and not word[0].isdigit()
    )


@dataclass(frozen=True, slots=True)
class _Spelling:
    """How an article writes its words.

    Attributes:
        lower_case: words that it writes small somewhere.
        inside: names inside a sentence, where a capital means something.
    """

    lower_case: Set[str]
    inside: Set[str]

    @classmethod
    def of(cls, sentences: Sequence[Tokens]) -> _Spelling:
        lower_case: set[str] = set()
        inside: set[str] = set()
        for tokens in sentences:
            for place, raw, word in tokens.pairs():
                if raw[0].islower():
                    lower_case.add(word)
                if place not in tokens.opens and is_name(raw, word):
                    inside.add(word)
        # "Will" and "May" are written small elsewhere, and are then no names in this article.
        return cls(lower_case, inside - lower_case)


def _names_of(tokens: Tokens, spelling: _Spelling) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for place, raw, word in tokens.pairs():
        is_found = is_name(raw, word)
        if is_found and place in tokens.opens and word not in spelling.inside:
            is_found = _is_name_at_start(tokens, place, spelling)
        if is_found:
            found[word] = None
    return tuple(found)


def _is_name_at_start(tokens: Tokens, place: int, spelling: _Spelling) -> bool:
    """Says whether a word is a name although every sentence begins with a capital."""
    word = tokens.words[place]
    if word in spelling.lower_case or word in lexicon().stop_words:
        return False
    following = tokens.raws[place + 1 : place + 2]
    return bool(following) and following[0][0].isupper()
