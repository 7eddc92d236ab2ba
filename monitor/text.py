"""Text: cleaning what comes from the web, folding it for comparison, words with their places.

Three forms are kept apart. *Clean* text is what is stored and shown: no control characters, no bidi
overrides, Unicode NFC. *Normalised* text is clean text with one spelling of quotes, dashes and
spaces; it is what sentences are split from. *Folded* text is for comparison only: no case, no
accents, hyphens and apostrophes as gaps."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain

# C0 and C1 controls but tab and newline, lone surrogates, bidi embedding/override/isolate marks,
# BOM, non-characters: none of them may reach a store (PostgreSQL refuses NUL, SQLite refuses
# surrogates), a terminal or a mail.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
# Soft hyphen, zero-width space, (non-)joiners, word joiner.
_SOFT = re.compile("[\u00ad\u200b\u200c\u200d\u2060]")
# Emoji that are joined to one picture keep the joiner: no word is near.
_PICTURES = "\u2190-\u2bff\U0001f000-\U0001faff"
_UNSHOWN = re.compile(
    f"[\u00ad\u200b\u200c\u2060]|\u200d(?![{_PICTURES}])|(?<![{_PICTURES}\ufe0f])\u200d"
)
# A single blank is left alone: nine in ten of all spaces are one.
_SPACE = re.compile(r"[^\S\n ][^\S\n]*| [^\S\n]+")
_ROOM = 4
_NEWLINES = re.compile(r"\n\s*\n\s*")
_APOSTROPHES = re.compile("[\u2018\u2019\u201b\u2032\u02bc\u00b4`]")
# Letters that stand for an apostrophe, with which Hawaiian, Arabic and Slavic names are spelt as
# often; the Turkish i without a dot; and letters with a stroke, which no decomposition takes off.
# They are shown as written, and are one in comparison.
_ALIKE = str.maketrans(
    "\u02b9\u02bb\u02bd\u02be\u02bf\ua78b\ua78c\u0131łŁøØđĐðÐħĦŧŦ", "'''''''ilLoOdDdDhHtT"
)
# As the press of other languages spells them.
_SPELT_OUT = str.maketrans({"æ": "ae", "œ": "oe", "þ": "th"})
_TATWEEL = "\u0640"  # makes an Arabic word wider, no other word
_QUOTES = re.compile("[\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb]")
_DASHES = re.compile("[\u2010-\u2015\u2212]")
# ASCII stretches are folded whole, other characters one by one.
_ASCII_RUN = re.compile(r"[\x00-\x7f]+|[^\x00-\x7f]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
_REMEMBERED = 2_048  # characters; each language has some dozens beside ASCII
_WORD = re.compile(r"[^\W_]+")
# Scripts that are written without spaces: Thai, Lao, Burmese, Khmer, kana, Han. Each letter is a
# word there, so that a word of a query is a phrase, which a text holds wherever it stands.
_UNSPACED_RANGES = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
)
_UNSPACED = re.compile(f"[{_UNSPACED_RANGES}]")
_WORD_OR_LETTER = re.compile(rf"(?:(?![{_UNSPACED_RANGES}])[^\W_])+|[^\W_]")
# Scripts whose vowels are marks at a letter: Thaana, those of India and of South East Asia.
_SIGNED_RANGES = (
    range(0x780, 0x7C0),
    range(0x900, 0x1800),
    range(0x1900, 0x1D00),
    range(0xA800, 0xAC00),
    range(0x11000, 0x12000),
)
_SIGNED = re.compile("[\u0780-\u07bf\u0900-\u17ff\u1900-\u1cff\ua800-\uabff\U00011000-\U00011fff]")
# Combining classes of vowels and of what silences one. Dots below (7) and tones are accents.
_SIGN_CLASSES = frozenset((0, 9, 84, 91, 103, 118, 129, 130, 132))
_MIN_STEM = 3  # letters; shorter rests are other words
_MAX_PREFIXES = 2  # "and in", "that from"
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_ASCII_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
# Every ASCII character that is no letter and no digit separates words.
_ASCII_GAPS = dict.fromkeys(
    frozenset(range(128)) - frozenset(map(ord, string.ascii_letters + string.digits)), " "
)


@dataclass(frozen=True, slots=True)
class _PrefixedScript:
    """A script that writes small words in one with the next: and, so, in, like, to, from, that.

    Attributes:
        block: the first code point of its letters.
        article: written behind such letters; empty where it is one of them.
    """

    block: int
    letters: str
    article: str = ""


_PREFIXED_SCRIPTS = (
    _PrefixedScript(0x600, "\u0648\u0641\u0628\u0643\u0644\u0633", "\u0627\u0644"),
    _PrefixedScript(0x500, "\u05d5\u05d4\u05d1\u05db\u05dc\u05de\u05e9"),
)


def clean_text(text: str, *, limit: int | None = None) -> str:
    """Returns text that may be stored and shown: NFC, no control or bidi characters, white space
    collapsed.

    Line breaks stay, runs of blank lines become one. Longer texts are cut at `limit` characters.
    """
    # Cut first, so that a huge text is not cleaned to its end; with room for what cleaning drops.
    if limit is not None:
        text = text[: limit * _ROOM]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _squeeze(unicodedata.normalize("NFC", _UNSAFE.sub("", text)))
    text = _NEWLINES.sub("\n\n", text).strip()
    return text if limit is None else text[:limit].rstrip()


def one_line(text: str, *, limit: int = 500) -> str:
    """Returns clean text on one line, at most `limit` characters: for titles, names, headers and
    logs.
    """
    line = " ".join(text[: limit * _ROOM].split())
    # Of such a line nothing would be changed: most titles, and most snippets, which are cut.
    plain = line.replace("…", "")
    if plain.isascii() and plain.isprintable():
        return line[:limit].rstrip()
    return clean_text(line, limit=limit)


def cut(text: str, limit: int) -> str:
    """Cuts a text between words, with an ellipsis.

    Args:
        limit: characters.
    """
    if len(text) <= limit:
        return text
    short = text[: limit - 1]
    # A text without blanks, or with one right at its start, is cut within a word.
    if " " in short[limit // 2 :]:
        short = short[: short.rfind(" ")]
    return short.rstrip(" ,;:.") + "…"


def short_line(text: str, *, limit: int) -> str:
    """Returns clean text on one line, for a person: a longer one is cut between words, with an
    ellipsis.

    Args:
        limit: characters, the ellipsis among them.
    """
    # Two more than fit tell that there is more: the first may be a blank, which is dropped.
    return cut(one_line(text, limit=limit + 2), limit)


def normalise(text: str) -> str:
    """Returns clean text with one form of quotes, apostrophes, dashes and spaces; soft hyphens
    and zero-width marks removed, but for those that join pictures.
    """
    text = _UNSHOWN.sub("", text)
    text = _APOSTROPHES.sub("'", text)
    text = _QUOTES.sub('"', text)
    return _squeeze(_DASHES.sub("-", text))


def _squeeze(text: str) -> str:
    """Returns text with single blanks within its lines and none at their ends."""
    return "\n".join(map(str.strip, _SPACE.sub(" ", text).split("\n")))


def fold(text: str) -> str:
    """Returns text for comparison: lower case, no accents, possessive `'s` dropped, other marks as
    single spaces.

    `fold("Ábrego‑García’s") == "abrego garcia"`. Idempotent.
    """
    return " ".join(fold_words(text))


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word and where it stands in the text it was read from (`text[start:end]`).

    Attributes:
        seams: places within `folded` at which a soft hyphen or zero-width mark stood, where two
            words may have been glued.
    """

    folded: str
    start: int
    end: int
    seams: tuple[int, ...] = ()


def words(text: str) -> list[Word]:
    """Splits text into folded words with their places in `text`, in order.

    Accents, case, soft hyphens and a possessive `'s` do not show in the words; hyphens and
    apostrophes separate them. So does a soft hyphen between a small and a capital letter
    (`Abrego\u00adGarcia`): hyphenation puts none there. In scripts without spaces each letter is a
    word."""
    if text.isascii():
        found = _WORD.finditer(_flatten_ascii(text))
        return [Word(match[0], match.start(), match.end()) for match in found]
    return _words_of(text)


def word_starts(text: str) -> list[int]:
    """Returns where the words of a text that is all ASCII begin, see `fold_words`."""
    return list(map(re.Match.start, _WORD.finditer(_flatten_ascii(text))))


def _words_of(text: str) -> list[Word]:
    """Splits a text that is not all ASCII, where a letter may become none or several."""
    flat = _flatten(text)
    has_soft = has_soft_marks(text)
    found: list[Word] = []
    for match in _word_pattern(flat.text).finditer(_POSSESSIVE.sub(_blank, flat.text)):
        if has_soft:
            found.extend(_split_at_lost_hyphens(text, flat, *match.span()))
        else:
            found.append(flat.word(*match.span()))
    return found


def is_unspaced(char: str) -> bool:
    """Says whether a character is of a script that is written without spaces."""
    return _UNSPACED.match(char) is not None


def without_prefix(word: str) -> tuple[str, ...]:
    """Returns what a folded Arabic or Hebrew word may be when up to two one-letter prefixes, and in
    Arabic the article behind them, are taken off: "and the harbour" also is "harbour".
    """
    script = _script_of(word)
    if script is None:
        return ()
    rests = [word]
    for _ in range(_MAX_PREFIXES):
        rests += [rest[1:] for rest in rests if rest[:1] in script.letters]
    forms = dict.fromkeys(rests[1:])
    if script.article:
        forms.update(dict.fromkeys(_without_article(rests, script.article)))
    return tuple(
        form
        for form in forms
        if form != word and len(form) >= _MIN_STEM and _script_of(form) is script
    )


def _without_article(words: Sequence[str], article: str) -> Iterator[str]:
    for word in words:
        if word.startswith(article):
            yield word[len(article) :]
        # "For the" is written with the letter of the article twice: l-l instead of l-al.
        elif word.startswith(article[-1] * 2):
            yield word[2:]
            yield f"{article}{word[2:]}"


def with_prefixes(word: str) -> tuple[str, ...]:
    """Returns the words of a text that may stand for a folded Arabic or Hebrew one: itself, and
    with the prefixes that `without_prefix` takes off; of other scripts itself alone.
    """
    script = _script_of(word)
    if script is None or len(word) < _MIN_STEM:
        return (word,)
    forms = dict.fromkeys([word])
    if script.article:
        stem = word.removeprefix(script.article)
        contracted = f"{script.article[-1] * 2}{stem}"
        forms |= dict.fromkeys([f"{script.article}{word}", f"{script.article[-1] * 2}{word}"])
        forms |= dict.fromkeys([contracted])
    for _ in range(_MAX_PREFIXES):
        forms |= {f"{letter}{form}": None for form in tuple(forms) for letter in script.letters}
    return tuple(forms)


def _script_of(word: str) -> _PrefixedScript | None:
    if not word or word.isascii():
        return None
    block = ord(word[0]) & ~0xFF
    return next((script for script in _PREFIXED_SCRIPTS if script.block == block), None)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


@dataclass(frozen=True, slots=True)
class _FlatText:
    """A text in lower case without accents.

    Attributes:
        places: for each of its characters the place in the original text.
    """

    text: str
    places: Sequence[int]

    def word(self, start: int, end: int, seams: tuple[int, ...] = ()) -> Word:
        """Returns the word between two of its places."""
        return Word(self.text[start:end], self.places[start], self.places[end - 1] + 1, seams)

    def has_soft_mark(self, text: str, at: int) -> bool:
        """Says whether a soft mark of the original text was dropped before one of its places."""
        return _SOFT.search(text, self.places[at - 1] + 1, self.places[at]) is not None

    def is_capital_after_small(self, text: str, at: int) -> bool:
        """Says whether a small letter stands before one of its places, and a capital there."""
        return text[self.places[at - 1]].islower() and text[self.places[at]].isupper()


def _split_at_lost_hyphens(text: str, flat: _FlatText, start: int, end: int) -> list[Word]:
    """Cuts a word where a soft mark stands before a capital; other soft marks become its seams.

    Args:
        text: the original text.
        start, end: the word's places in `flat`.
    """
    found, first = [], start
    seams: list[int] = []
    for at in range(start + 1, end):
        if not flat.has_soft_mark(text, at):
            continue
        if flat.is_capital_after_small(text, at):
            found.append(flat.word(first, at, tuple(seams)))
            first, seams = at, []
        else:
            seams.append(at - first)
    found.append(flat.word(first, end, tuple(seams)))
    return found


def fold_words(text: str) -> list[str]:
    """Returns the folded words of a text, without their places."""
    if text.isascii():
        return _flatten_ascii(text).split()
    if has_soft_marks(text):
        # Where one word ends is told by its places in the text.
        return [word.folded for word in _words_of(text)]
    flat = _NOT_ASCII.sub(_word_chars, text)
    # Most texts have nothing but quotes, dashes and letters with accents beside ASCII.
    if flat.isascii():
        return _flatten_ascii(flat).split()
    # What is no ASCII is as lower as it gets.
    lower = _POSSESSIVE.sub(_blank, flat.translate(_ASCII_LOWER))
    return _word_pattern(lower).findall(lower)


def has_soft_marks(text: str) -> bool:
    """Says whether a soft hyphen or zero-width mark stands in a text."""
    return not text.isascii() and _SOFT.search(text) is not None


def without_variants(text: str) -> str:
    """Returns text of the same length with one form of letters that readers take for the same: of
    those that are apostrophes, of the i with and without a dot, and of those with a stroke.
    """
    return text.translate(_ALIKE)


def _word_pattern(flat: str) -> re.Pattern[str]:
    """Returns what finds the words of a text without accents: single letters, where it has any of a
    script without spaces.
    """
    if _SIGNED.search(flat):
        return _words_with_signs()
    return _WORD_OR_LETTER if _UNSPACED.search(flat) else _WORD


# Made when it is needed: most texts have no such letter.
@cache
def _words_with_signs() -> re.Pattern[str]:
    signs = "".join(filter(_is_sign, map(chr, chain.from_iterable(_SIGNED_RANGES))))
    spaced = rf"(?:(?![{_UNSPACED_RANGES}])[^\W_]|[{signs}])+"
    return re.compile(rf"{spaced}|[^\W_][{signs}]*")


def _is_sign(char: str) -> bool:
    """Says whether a mark is a letter like others: a vowel, or what takes one away."""
    is_mark = unicodedata.category(char) in ("Mn", "Mc") and _SIGNED.match(char) is not None
    return is_mark and unicodedata.combining(char) in _SIGN_CLASSES


def _is_letter_part(char: str) -> bool:
    """Says whether a part of a character is more than an accent."""
    if char == _TATWEEL:
        return False
    return not unicodedata.combining(char) or _is_sign(char)


def _flatten_ascii(text: str) -> str:
    """Returns a text that is all ASCII in lower case, of the same length, with blanks for all that
    is no word.
    """
    lower = text.lower()
    if "'s" in lower:
        lower = _POSSESSIVE.sub("  ", lower)
    return lower.translate(_ASCII_GAPS)


def _flatten(text: str) -> _FlatText:
    """Lower-cases a text that is not all ASCII and strips its accents."""
    flat: list[str] = []
    places: list[int] = []
    for run in _ASCII_RUN.finditer(text):
        part = run[0].lower() if run[0].isascii() else _flat_char(run[0])
        flat.append(part)
        places.extend(_places_of(part, run))
    return _FlatText("".join(flat), places)


def _places_of(part: str, run: re.Match[str]) -> Sequence[int]:
    """Returns the place in the text of each character that a run of it became."""
    # A character may become several letters, which then all stand at its place, or none.
    return range(*run.span()) if len(part) == len(run[0]) else [run.start()] * len(part)


@lru_cache(maxsize=_REMEMBERED)
def _word_char(char: str) -> str:
    """Returns what a word may have of one non-ASCII character: a blank where that is nothing, as of
    quotes and dashes.
    """
    flat = _flat_char(char)
    return flat if "'" in flat or not flat or _word_pattern(flat).search(flat) else " "


def _word_chars(match: re.Match[str]) -> str:
    return _word_char(match[0])


def _flat_char(char: str) -> str:
    """Returns one non-ASCII character without case and accents: nothing for a soft mark, several
    letters for a ligature.
    """
    if _SOFT.match(char):
        return ""
    # Decomposed on both sides of the case folding: mathematical and modifier letters show their
    # case only after it.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    bare = "".join(filter(_is_letter_part, folded))
    return _APOSTROPHES.sub("'", without_variants(bare).translate(_SPELT_OUT))
