"""The texts of one item, folded once and indexed by word, so that many queries share the work."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeVar
from unicodedata import combining, normalize
from urllib.parse import unquote, urlsplit

from monitor.matching.budget import PatternBudget
from monitor.matching.nodes import META_FIELDS, TEXT_FIELDS, WordTable
from monitor.model import Fields
from monitor.text import (
    Word,
    fold_words,
    has_soft_marks,
    without_prefix,
    without_variants,
    word_starts,
    words,
)

N = TypeVar("N")

MAX_FIELD_LENGTH = 500_000  # characters of one field that are looked at; no article is longer
MAX_URL_LENGTH = 2_000
_VOCABULARY_FIELDS = ("title", "summary", "text", "slug")


# No slots: most texts are asked for their forms alone, and what else there is of them is made when
# it is asked for.
@dataclass(frozen=True)
class FoldedText:
    """One text, its folded words in order, and the places of each word among them."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its folded words with their places in the text."""
        return tuple(words(self._searched))

    @property
    def is_plain(self) -> bool:
        """Whether it is all ASCII: its words are as long as they are folded."""
        return self.text.isascii()

    @cached_property
    def folded(self) -> Sequence[str]:
        """Its folded words alone, in order."""
        # Most words are asked for no place, and to note it is most of the work.
        return fold_words(self._searched)

    @cached_property
    def has_prefixes(self) -> bool:
        """Whether it has words beside ASCII, which may be written in one with small words before
        them, as in Arabic.
        """
        return not all(map(str.isascii, self.folded))

    @cached_property
    def places(self) -> dict[str, list[int]]:
        """The places of each word among the words, also of words without the prefixes that Arabic
        and Hebrew write in one word.
        """
        places = defaultdict[str, list[int]](list)
        for place, word in enumerate(self.folded):
            places[word].append(place)
            for form in without_prefix(word) if self.has_prefixes else ():
                places[form].append(place)
        return dict(places)

    @cached_property
    def seamed(self) -> tuple[int, ...]:
        """Places of words that a soft hyphen or zero-width mark may have glued together."""
        if not has_soft_marks(self._searched):
            return ()
        return tuple(place for place, word in enumerate(self.words) if word.seams)

    @property
    def forms(self) -> Collection[str]:
        """Its words, as `places` has them."""
        return self.places if self.has_prefixes else self.folded

    def bounds(self, first: int, last: int) -> tuple[int, int]:
        """Returns where the words from one place to another begin and end in the text."""
        if self.is_plain:
            return self._starts[first], self._starts[last] + len(self.folded[last])
        return self.words[first].start, self.words[last].end

    @cached_property
    def _starts(self) -> Sequence[int]:
        return word_starts(self._searched)

    @property
    def _searched(self) -> str:
        return self.text[:MAX_FIELD_LENGTH]


def _guess_nothing(_: Fields) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class WordGroup:
    """Folded words, and beginnings of words, of which a text must hold at least one."""

    words: frozenset[str]
    prefixes: frozenset[str] = frozenset()

    def __or__(self, other: WordGroup) -> WordGroup:
        return WordGroup(self.words | other.words, self.prefixes | other.prefixes)


@dataclass(frozen=True)
class Folded:
    """The fields of one item, folded. Build it once, give it to every query.

    Attributes:
        fields: what it was built from.
        texts: by field: title, summary, text, url (the whole address), slug (its words), outlet,
            feed.
        known: the folded words of title, summary, text and slug.
        budget: what regular expressions may take on it; the items of a poll have one in common.
        guess_lang: tells the language of an item that names none.
    """

    fields: Fields
    texts: dict[str, FoldedText]
    known: frozenset[str]
    budget: PatternBudget = field(compare=False)
    guess_lang: Callable[[Fields], str] = field(compare=False)

    @classmethod
    def of(
        cls,
        fields: Fields,
        budget: PatternBudget | None = None,
        *,
        guess_lang: Callable[[Fields], str] = _guess_nothing,
    ) -> Folded:
        """Folds all fields of an item.

        Args:
            budget: one of its own by default.
            guess_lang: what tells the language of an item that names none; nothing by default. It
                is asked at most once, and only where a query asks for a language.
        """
        texts = {}
        for name in ("title", "summary", "text", *META_FIELDS):
            texts[name] = FoldedText(getattr(fields, name))
        texts["url"] = FoldedText(unquote(fields.url[:MAX_URL_LENGTH]))
        texts["slug"] = FoldedText(slug(fields.url))
        known = frozenset[str]().union(*(texts[name].forms for name in _VOCABULARY_FIELDS))
        return cls(fields, texts, known, budget or PatternBudget(), guess_lang)

    @cached_property
    def lang(self) -> str:
        """Its language in small letters, as it names it or else as its words tell; empty when
        neither does.
        """
        return (self.fields.lang or self.guess_lang(self.fields)).lower()

    @cached_property
    def vocabulary(self) -> tuple[str, ...]:
        """The folded words of title, summary, text and slug, sorted, each once."""
        return tuple(sorted(self.known))

    @cached_property
    def has_seams(self) -> bool:
        """Whether two words may stand in one somewhere, see `FoldedText.seamed`."""
        return any(self.texts[name].seamed for name in _VOCABULARY_FIELDS)

    def pick(self, table: WordTable[N]) -> Sequence[N]:
        """Returns the nodes that may stand in title, summary, text or slug, in their order."""
        # A glued word is not known by its parts.
        return table.nodes if self.has_seams else table.find(self.known)

    def names_with(self, word: str) -> Sequence[str]:
        """Returns which of title, summary, text and slug may hold a folded word."""
        return _VOCABULARY_FIELDS if self.has_seams else self._names.get(word, ())

    @cached_property
    def _names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for name in _VOCABULARY_FIELDS:
            for word in frozenset(self.texts[name].forms):
                names.setdefault(word, []).append(name)
        return names

    def holds_any(self, group: WordGroup) -> bool:
        """Returns whether title, summary, text or slug hold a word of the group."""
        if not self.known.isdisjoint(group.words):
            return True
        return any(map(self._holds_prefix, group.prefixes))

    def _holds_prefix(self, prefix: str) -> bool:
        # Words that begin alike stand together, right behind where the beginning would stand.
        place = bisect_left(self.vocabulary, prefix)
        return place < len(self.vocabulary) and self.vocabulary[place].startswith(prefix)


def without_accents(text: str) -> str:
    """Returns text of the same length in which letters stand without their accents, and variants in
    one form; letters without a plain form of one character stay.
    """
    return text if text.isascii() else "".join(map(_plain_letter, text))


def _plain_letter(char: str) -> str:
    # Places in the result are places in the text, so a ligature must not become two letters.
    plain = "".join(part for part in normalize("NFKD", char) if not combining(part))
    return without_variants(plain if len(plain) == 1 else char)


def slug(url: str) -> str:
    """Returns the part of a URL that repeats the headline: the path segment with the most words,
    percent-decoded.

    Host and query are left out: `ice.example.gov` or `?ref=sport` say nothing about the article.
    """
    try:
        path = urlsplit(url[:MAX_URL_LENGTH]).path
    except ValueError:  # a host in brackets that is not an address
        return ""
    # By words: a long number or an id is not a headline.
    segments = map(unquote, path.split("/"))
    return max(segments, key=lambda segment: (len(fold_words(segment)), len(segment)), default="")


@cache
def searched_in(field: str | None) -> tuple[str, ...]:
    """Returns the names in `Folded.texts` in which a term with this field is looked for."""
    if field is None:
        return tuple("slug" if name == "url" else name for name in TEXT_FIELDS)
    return (field,)
