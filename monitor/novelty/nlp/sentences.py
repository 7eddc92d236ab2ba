"""From a text to the sentences that speak: paragraphs, furniture, sentence breaks, language.

Input is normalised text (`monitor.text.normalise`). Splitting too much is the dangerous error here:
half a sentence looks new in every copy that breaks it elsewhere. So a full stop ends a sentence
only before a capital, never after an abbreviation, never between a quotation and its "said X", and
what is shorter than three words joins its neighbour. Measured against pysbd, blingfire, syntok and
sentencex on English and Spanish legal news, a list of abbreviations beats them all."""

from __future__ import annotations

import re

from monitor.novelty.nlp.lexicon import lexicon
from monitor.text import fold_words

PARAGRAPH_LIMIT = 2_000  # paragraphs of one text; a longer text is no article
_BLANK = re.compile(r"\n\s*\n")
_END = re.compile(r"([.!?]+|…)([\"')\]]*)\s+(?=[\"'(\[¿¡]*[A-ZÁÉÍÓÚÑÜ0-9])")
_LAST_TOKEN = re.compile(r"[^\s\"'(\[¿¡]+$")
_INITIAL = re.compile(r"(?:^|[\s\"'(.])[A-Z]$")
_NUMBER_SIGN = re.compile(r"(?:^|\s)(?:No|no|Núm|núm|Nro|nro|Art|art)$")
_DATELINE_MARKED = re.compile(
    r"^[A-ZÁÉÍÓÚÑ][^\n\":;]{1,90}?(?:\([^)\n]{2,40}\)\s?\.?\s?-|\.\s?-)\s*(?=[\w\"])"
)
_DATELINE_SHOUTED = re.compile(
    r"^[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ .'-]{2,40}(?:, [A-Z][\w. ]{1,20})?\s?-\s+(?=[\w\"])"
)
_CLOCK = re.compile(
    r"^\(?(?:(?:updated|actualizado)[: ]+)?\d{1,2}[:.h]\d{2}(?:\s?(?:am|pm|a\.m\.|p\.m\.|h|hs|hrs))?(?:\s?[A-Z]{2,4})?\)?"
    r"\s?[-:|.]?\s+",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"\b(?:photo(?:graph)?|picture|image|credit|foto(?:grafía)?|imagen|crédito)s?(?: by| de)?: ",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[.!?:…][\"')\]]*$")
_HEADING_WORDS = 10
_ABBREVIATION_SPAN = 40  # characters before a full stop that may hold an abbreviation
_FRAGMENT_WORDS = 3
_FURNITURE_WORDS = 25
_BYLINE_WORDS = 9
_FEW_SPEAKING = (
    8  # words after a closing quotation in which a saying verb keeps the sentence together
)


def split_paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text, in order, each on one line.

    Paragraphs end at blank lines. A text without any, whose lines end like sentences, has one
    paragraph a line; hard-wrapped lines are joined."""
    found: list[str] = []
    for block in _BLANK.split(text):
        lines = [line for line in (line.strip() for line in block.split("\n")) if line]
        ends = sum(line[-1] in ".!?…\"')" for line in lines)
        if len(lines) > 1 and ends * 2 >= len(lines):
            found.extend(lines)
        elif lines:
            found.append(" ".join(lines))
        if len(found) >= PARAGRAPH_LIMIT:
            break
    return found[:PARAGRAPH_LIMIT]


def split_sentences(paragraph: str) -> list[str]:
    """Returns the sentences of a paragraph, in order; their words together are the words of the
    paragraph.
    """
    pieces: list[str] = []
    start = 0
    for match in _END.finditer(paragraph):
        head, tail = paragraph[start : match.end(2)], paragraph[match.end() :]
        if _is_end(head, match[1], match[2], tail):
            pieces.append(head.strip())
            start = match.end()
    pieces.append(paragraph[start:].strip())
    return _join_fragments([piece for piece in pieces if piece])


def _is_end(head: str, mark: str, closing: str, tail: str) -> bool:
    if mark == ".":
        before = head[: len(head) - len(mark) - len(closing)][-_ABBREVIATION_SPAN:]
        token = _LAST_TOKEN.search(before)
        word = token[0].casefold() if token else ""
        if word in lexicon().closing_abbreviations:
            return _starts_plainly(tail)
        if word in lexicon().abbreviations and not (closing and '"' in closing):
            return False
        if _INITIAL.search(before) or (tail[:1].isdigit() and _NUMBER_SIGN.search(before)):
            return False
    return not ('"' in closing and _is_attribution(tail))


def _starts_plainly(tail: str) -> bool:
    """The next word is a small word with a capital: a sentence begins here even after an
    abbreviation.
    """
    first = fold_words(tail[:30])[:1]
    return bool(first) and first[0] in lexicon().stop_words


def _is_attribution(tail: str) -> bool:
    """What follows a quotation begins with who said it: `Marlow said`, `Ada Marlow told the court`."""
    plain = re.split(r"[.\",;:]", tail[:120], maxsplit=1)[0]
    return (
        any(word in lexicon().saying for word in fold_words(plain)[1:_FEW_SPEAKING])
        and len(fold_words(plain)) < _FEW_SPEAKING * 3
    )


def _join_fragments(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and (
            len(fold_words(piece)) < _FRAGMENT_WORDS
            or len(fold_words(joined[-1])) < _FRAGMENT_WORDS
        ):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def strip_dateline(sentence: str) -> str:
    """Returns the sentence without a leading "GREENBELT, Md. (CP) - " or "Washington, 6 jun (X).-
    ".
    """
    match = _DATELINE_MARKED.match(sentence[:140]) or _DATELINE_SHOUTED.match(sentence[:100])
    return sentence[match.end() :] if match else sentence


def strip_clock(paragraph: str) -> tuple[str, bool]:
    """Returns the paragraph without the clock time that a live entry begins with, and whether it
    had one.
    """
    match = _CLOCK.match(paragraph)
    return (paragraph[match.end() :], True) if match else (paragraph, False)


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph is a byline, a call to read on or subscribe, or a credit, and so says
    nothing.
    """
    words = fold_words(paragraph[:400])
    if not words:
        return True
    if len(words) > _FURNITURE_WORDS:
        return False
    forms = lexicon().forms
    if any(
        place == 0 for _, place in forms["furniture starts"].places(words)
    ) and not _reads_as_sentence(paragraph, words):
        return True
    return bool(forms["furniture phrases"].find(words) or _CREDIT.search(paragraph)) or _is_byline(
        paragraph, words
    )


def is_heading(paragraph: str) -> bool:
    """Whether a paragraph is a heading or caption: a few words without a stop."""
    return not _CLOSED.search(paragraph) and len(fold_words(paragraph[:400])) <= _HEADING_WORDS


def _reads_as_sentence(paragraph: str, words: list[str]) -> bool:
    """Starts like furniture but goes on as a statement: "Sources close to the judge said on Friday
    that...".
    """
    return (
        len(words) > 12
        and paragraph.rstrip("\"') ").endswith(".")
        and bool(lexicon().facts.find(words))
        and ":" not in paragraph[:25]
    )


def _is_byline(paragraph: str, words: list[str]) -> bool:
    """A line of names: at most nine words, three quarters with a capital, no full stop at its end."""
    if len(words) > _BYLINE_WORDS or paragraph.rstrip().endswith((".", "?", "!", '"')):
        return False
    tokens = re.findall(r"[^\W\d_]+", paragraph)
    capital = sum(token[0].isupper() for token in tokens)
    starts = any(place == 0 for _, place in lexicon().forms["furniture bylines"].places(words))
    return (
        bool(tokens) and capital * 4 >= (len(tokens) - starts) * 3 and (starts or len(tokens) >= 2)
    )


def guess_language(text: str, hint: str | None = None) -> str:
    """Returns "en" or "es" by a vote of small words, else the hint's two letters, else an empty
    string.

    The vote needs small words of one language to be a tenth of the text; other languages come from
    the hint only."""
    votes = dict.fromkeys(lexicon().language_words, 0)
    words = fold_words(text[:4_000])
    for word in words:
        for lang, small in lexicon().language_words.items():
            votes[lang] += word in small
    code = (hint or "").strip().lower()[:2]
    best = max(votes, key=lambda lang: votes[lang])
    rest = max(count for lang, count in votes.items() if lang != best)
    is_clear = votes[best] * 10 >= len(words) and votes[best] > rest * 2
    if (
        code.isalpha()
        and len(code) == 2
        and ((code not in votes and votes[best] * 4 < len(words)) or not is_clear)
    ):
        return code
    return best if is_clear and votes[best] else ""
