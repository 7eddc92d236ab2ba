"""From a text to the sentences that say something: paragraphs, boilerplate, sentence breaks,
language.

Input is normalised text (`monitor.text.normalise`). Splitting too much is the dangerous error here:
half a sentence looks new in every copy that breaks it elsewhere. So a full stop ends a sentence
only before a capital, never after an abbreviation, never between a quotation and its "said X", and
what is shorter than three words joins its neighbour. Measured against pysbd, blingfire, syntok and
sentencex on English and Spanish legal news, a list of abbreviations beats them all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from monitor.novelty.nlp.lexicon import lexicon
from monitor.text import fold_words

PARAGRAPH_LIMIT = 2_000  # paragraphs of one text; a longer text is no article
_BLANK = re.compile(r"\n\s*\n")
_LINE_ENDS = ".!?…\"')。！？؟۔।"
_CAPITALS = "A-Z\u00c0-\u00d6\u00d8-\u00de\u0386-\u03ab\u0400-\u042f\u0531-\u0556"
# A sentence begins with a capital, or with a letter of a script that has none.
_BEGINNINGS = rf"{_CAPITALS}0-9\u0590-\u1fff"
_END = re.compile(rf"([.!?؟۔।]+|…)([\"')\]]*)\s+(?=[\"'(\[¿¡«]*[{_BEGINNINGS}])")
# Behind a stop of Chinese and Japanese no blank stands.
_WIDE_END = re.compile(r"(?<=[。！？])(?![。！？」』）\"')])\s*")
_LAST_TOKEN = re.compile(r"[^\s\"'(\[¿¡]+$")
_INITIAL = re.compile(rf"(?:^|[\s\"'(.])[{_CAPITALS}]$")
# "г. Москва", "ул. Ленина": Russian and its neighbours shorten what stands before a name.
_SHORT_CYRILLIC = re.compile(r"(?:^|\s)[\u0430-\u044f]{1,2}$")
_NUMBER_SIGN = re.compile(r"(?:^|\s)(?:No|no|Núm|núm|Nro|nro|Art|art)$")
_CLAUSE_END = re.compile(r"[.\",;:]")
_LETTERS = re.compile(r"[^\W\d_]+")
_DATELINE_MARKED = re.compile(
    r"^(?:[A-ZÁÉÍÓÚÑ][^\n\":;]{1,90}?)?(?:\([A-Z][^)\n]{1,39}\)\s?\.?\s?-{1,2}|\.\s?-{1,2})"
    r"\s*(?=[\w\"])"
)
_DATELINE_SHOUTED = re.compile(
    r"^[A-ZÁÉÍÓÚÑ][A-ZÁÉÍÓÚÑ .'-]{2,40}(?:, [A-Z][\w. ]{1,20})?\s?-\s+(?=[\w\"])"
)
# A city alone, and the form of agencies that put place, day and their own name before a report.
_DATELINE_STOPPED = re.compile(
    r"^[A-ZÁÉÍÓÚÑ]{4,}(?: [A-ZÁÉÍÓÚÑ]{2,}){0,2}\. "
    r"(?:[A-Z][a-z]{2,8}\.? \d{1,2}\. [A-Z]{2,}\. )?(?=[A-ZÁÉÍÓÚÑ\"][a-záéíóúñ]*\b)"
)
_CLOCK = re.compile(
    r"^\(?(?:(?:updated|actualizado)[: ]+)?"
    r"\d{1,2}[:.h]\d{2}(?:\s?(?:am|pm|a\.m\.|p\.m\.|h|hs|hrs))?(?:\s?[A-Z]{2,4})?\)?"
    r"\s?[-:|.]?\s+",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"(?<!\bbig )\b(?:photo(?:graph)?|picture|image|credit|foto(?:grafía)?|imagen|crédito)s?"
    r"(?: by| de)?: ",
    re.IGNORECASE,
)
_CLOSED = re.compile(r"[.!?:…。！？؟۔।][\"')\]」』）]*$")
_HEADING_WORDS = 10
_ABBREVIATION_SPAN = 40  # characters before a full stop that may hold an abbreviation
_FRAGMENT_WORDS = 3
_READ = 400  # characters of a paragraph that show whether it is boilerplate
_BOILERPLATE_WORDS = 25
_STATEMENT_WORDS = 12  # from here on what begins like boilerplate may be a statement
_LABEL_SPAN = 25  # characters that may hold a label with a colon
_BYLINE_WORDS = 9
_ATTRIBUTION_SPAN = 120  # characters after a quotation that may hold who said it
# Words after a closing quotation in which a saying verb keeps the sentence together
_ATTRIBUTION_WORDS = 8
_VOTE_SPAN = 4_000  # characters whose small words show the language


def split_paragraphs(text: str) -> list[str]:
    """Returns the paragraphs of a text, in order, each on one line.

    Paragraphs end at blank lines. A text without any, whose lines end like sentences, has one
    paragraph a line; hard-wrapped lines are joined."""
    found: list[str] = []
    for block in _BLANK.split(text):
        found.extend(_split_block(block))
        if len(found) >= PARAGRAPH_LIMIT:
            break
    return found[:PARAGRAPH_LIMIT]


def _split_block(block: str) -> list[str]:
    lines = list(filter(None, map(str.strip, block.split("\n"))))
    ends = sum(line[-1] in _LINE_ENDS for line in lines)
    if len(lines) > 1 and ends * 2 >= len(lines):
        return lines
    return [" ".join(lines)] if lines else []


def split_sentences(paragraph: str) -> list[str]:
    """Returns the sentences of a paragraph, in order; their words together are the words of the
    paragraph.
    """
    pieces: list[str] = []
    for part in _WIDE_END.split(paragraph):
        pieces += _split_part(part)
    return _join_fragments(list(filter(None, pieces)))


def _split_part(paragraph: str) -> Iterator[str]:
    start = 0
    for match in _END.finditer(paragraph):
        if _is_end(paragraph, start, match):
            yield paragraph[start : match.end(2)].strip()
            start = match.end()
    yield paragraph[start:].strip()


def _is_end(paragraph: str, start: int, match: re.Match[str]) -> bool:
    """Says whether a sentence that began at `start` ends at a stop with its closing marks."""
    mark, closing, tail = match[1], match[2], paragraph[match.end() :]
    if mark == ".":
        before = paragraph[start : match.start()][-_ABBREVIATION_SPAN:]
        # Question and exclamation marks and an ellipsis belong to no abbreviation.
        if (is_end := _is_end_after(before, closing, tail)) is not None:
            return is_end
    return not ('"' in closing and _is_attribution(tail))


def _is_end_after(before: str, closing: str, tail: str) -> bool | None:
    """Says whether a full stop after an abbreviation ends the sentence; None if it stands after
    something else.
    """
    token = _LAST_TOKEN.search(before)
    word = token[0].casefold() if token else ""
    if word in lexicon().closing_abbreviations:
        return _starts_with_small_word(tail)
    if word in lexicon().abbreviations and '"' not in closing:
        return False
    if _INITIAL.search(before) or _SHORT_CYRILLIC.search(before):
        return False
    if tail[:1].isdigit() and _NUMBER_SIGN.search(before):
        return False
    return None


def _starts_with_small_word(tail: str) -> bool:
    """The next word is a small word with a capital: a sentence begins here even after an
    abbreviation.
    """
    first = fold_words(tail[:30])[:1]
    return bool(first) and first[0] in lexicon().stop_words


def _is_attribution(tail: str) -> bool:
    """Says whether text begins with who said a quotation: `Marlow said`, `Ada Brook told him`."""
    clause = _CLAUSE_END.split(tail[:_ATTRIBUTION_SPAN], maxsplit=1)[0]
    words = fold_words(clause)
    has_verb = not lexicon().saying.isdisjoint(words[1:_ATTRIBUTION_WORDS])
    return has_verb and len(words) < _ATTRIBUTION_WORDS * 3


def _join_fragments(pieces: list[str]) -> list[str]:
    joined: list[str] = []
    for piece in pieces:
        if joined and (_is_fragment(piece) or _is_fragment(joined[-1])):
            joined[-1] = f"{joined[-1]} {piece}"
        else:
            joined.append(piece)
    return joined


def _is_fragment(piece: str) -> bool:
    return len(fold_words(piece)) < _FRAGMENT_WORDS


def strip_dateline(sentence: str) -> str:
    """Returns the sentence without a leading "GREENBELT, Md. (CP) - " or "Washington, 6 jun (X).-
    ".
    """
    match = (
        _DATELINE_MARKED.match(sentence[:140])
        or _DATELINE_SHOUTED.match(sentence[:100])
        or _DATELINE_STOPPED.match(sentence[:100])
    )
    return sentence[match.end() :] if match else sentence


def strip_clock(paragraph: str) -> tuple[str, bool]:
    """Returns the paragraph without the clock time that a live entry begins with, and whether it
    had one.
    """
    match = _CLOCK.match(paragraph)
    return (paragraph[match.end() :], True) if match else (paragraph, False)


def is_boilerplate(paragraph: str) -> bool:
    """Whether a paragraph is a byline, a call to read on or subscribe, or a credit, and so says
    nothing.
    """
    words = fold_words(paragraph[:_READ])
    if not words:
        return True
    if len(words) > _BOILERPLATE_WORDS:
        return False
    phrases = lexicon().phrases
    if phrases.boilerplate_starts.starts(words) and not _reads_as_sentence(paragraph, words):
        return True
    if phrases.boilerplate_phrases.find(words) or _CREDIT.search(paragraph):
        return True
    return _is_byline(paragraph, words)


def is_heading(paragraph: str) -> bool:
    """Whether a paragraph is a heading or caption: a few words without a stop."""
    return not _CLOSED.search(paragraph) and len(fold_words(paragraph[:_READ])) <= _HEADING_WORDS


def _reads_as_sentence(paragraph: str, words: Sequence[str]) -> bool:
    """Starts like boilerplate but goes on as a statement: "Sources close to the judge said on
    Friday that...".
    """
    is_label = ":" in paragraph[:_LABEL_SPAN]
    is_closed = paragraph.rstrip("\"') ").endswith(".")
    if is_label or not is_closed or len(words) <= _STATEMENT_WORDS:
        return False
    return bool(lexicon().events.terms.find(words))


def _is_byline(paragraph: str, words: Sequence[str]) -> bool:
    """Says whether a line is of names: at most nine words, most with a capital, no full stop."""
    if len(words) > _BYLINE_WORDS or paragraph.rstrip().endswith((".", "?", "!", '"')):
        return False
    tokens = _LETTERS.findall(paragraph)
    capital = sum(token[0].isupper() for token in tokens)
    has_by = lexicon().phrases.boilerplate_bylines.starts(words)
    is_of_names = capital * 4 >= (len(tokens) - has_by) * 3
    return bool(tokens) and is_of_names and (has_by or len(tokens) >= 2)


def guess_language(text: str, hint: str | None = None) -> str:
    """Returns "en" or "es" by a vote of small words, else the hint's two letters, else an empty
    string.

    The vote needs small words of one language to be a tenth of the text; other languages come from
    the hint only."""
    words = fold_words(text[:_VOTE_SPAN])
    votes = _count_votes(words)
    (best, most), *others = votes.most_common()
    is_clear = most * 10 >= len(words) and all(most > count * 2 for _, count in others)
    code = _read_hint(hint)
    # A language that has no list of small words is believed against a weak vote.
    is_believed = code not in votes and most * 4 < len(words)
    if code and (is_believed or not is_clear):
        return code
    return best if is_clear and most else ""


def _read_hint(hint: str | None) -> str:
    """Returns the two letters of a language tag ("de-DE"), empty if it is malformed."""
    code = (hint or "").strip().lower()[:2]
    return code if len(code) == 2 and code.isalpha() else ""


def _count_votes(words: Sequence[str]) -> Counter[str]:
    votes: Counter[str] = Counter()
    for lang, small_words in lexicon().language_words.items():
        votes[lang] = sum(map(small_words.__contains__, words))
    return votes
