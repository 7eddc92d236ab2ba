"""Boilerplate: lines that stand inside or behind an article's text without being part of it, such
as links to other stories, pitches, credits, the headline again.

Extractors keep many of them, and each would count as a new sentence of the article. The rules look
at one short line at a time; those of the tail hold only near the end, where a wrong guess costs
least. Tuned on the pages of `articles/aeb` and `articles/fundus` (precision up, recall not down);
run the conformance suite when changing them or the phrases in `data/boilerplate.toml`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from monitor.dates import parse_date
from monitor.extraction.phrases import read_phrases

MAX_MARKED_CHARS = 1_000
_MAX_CHARS = 320  # longer lines are sentences of the article
_MAX_BYLINE_CHARS = 120
_TAIL_LINES = 6
# How many lines may stand above the text, and how many of them may already have been kept.
_HEAD_LINES = 4
_MAX_KEPT_IN_HEAD = 2

_PHRASES = read_phrases("boilerplate.toml")
_LABEL = _PHRASES.compile("labels", before=r"^\W*", after=r"\s*(?:[:|»>]|\.{3}|…|-\s|$)")
_PITCH = _PHRASES.compile("pitches", before=r"(?:\b|^)")
_CREDIT = _PHRASES.compile("credits", before=r"^\W*")
_TAIL = _PHRASES.compile("tails", before=r"^\W*")
_DATE_LABEL = _PHRASES.compile(
    "date_labels", before=r"(?:(?:first|last)\s+)?", after=r"\b[:\s]*(?:on|at|el)?\s*"
)
_ADDRESS_ONLY = re.compile(
    r"^\W*(?:\S+@\S+\.\w+|(?:https?://|www\.|twitter\.com/|@)\S+)\W*$", re.IGNORECASE
)
# A byline has names, titles and what joins them, and nothing else.
_BYLINE = re.compile(
    r"(?:[Bb]y|BY|[Pp]or|POR)(?:\s+|\s*[,;|•·/&]\s*)"
    rf"(?:[^\W\d_a-zà-ÿ][\w.'’-]*|{_PHRASES.alternatives('byline_words')}|[,;|•·/&-]|\s)+"
)
_MARKS = re.compile(r"[\W_]+")
_STROKES = re.compile(r"[|•·]")
_SENTENCE_ENDS = (".", "!", "?", "…", ":")
_CLOSING_QUOTES = "\"'”’»)"
_AFTER_LABEL = " :|»>.…"


@dataclass(frozen=True, slots=True)
class PageLines:
    """What a page marks or links, as `line_key`s of its short elements.

    Attributes:
        titles: forms of the headline; dropped where the text begins with one of them.
        marked: captions, credits and bylines; dropped wherever they stand.
        links: texts of links; dropped behind a label that announces them, and at both ends.
    """

    titles: Collection[str] = frozenset()
    marked: Collection[str] = frozenset()
    links: Collection[str] = frozenset()


def drop_boilerplate(paragraphs: Sequence[str], lines: PageLines) -> list[str]:
    """Returns the paragraphs without those that are not part of the article.

    Args:
        paragraphs: the text as extracted, in order.
        lines: what the page says of its own lines.
    """
    paragraphs = _trim_links(paragraphs, lines.links)
    first_of_tail = len(paragraphs) - _TAIL_LINES
    kept: list[str] = []
    is_announced = False
    for place, paragraph in enumerate(paragraphs):
        is_head = place < _HEAD_LINES and len(kept) < _MAX_KEPT_IN_HEAD
        key = line_key(paragraph) if len(paragraph) <= MAX_MARKED_CHARS else ""
        if _is_marked(key, lines) or (is_head and _is_above_text(paragraph, key, lines)):
            continue
        # A label may announce a list: it holds until a line that is not a link.
        if is_announced and key in lines.links:
            continue
        is_announced = _is_bare_label(paragraph)
        if not _is_boilerplate(paragraph, is_tail=place >= first_of_tail):
            kept.append(paragraph)
    return kept


def line_key(text: str) -> str:
    """Returns what tells whether two lines of one page are the same: its letters and digits,
    without case.
    """
    # A page has a thousand links, so this is not `fold`: both sides are of one page's spelling.
    return _MARKS.sub("", text).casefold()


def title_keys(titles: Iterable[str]) -> frozenset[str]:
    """Returns forms of a headline as `PageLines.titles` holds them."""
    return frozenset(line_key(title) for title in titles if title)


def _is_marked(key: str, lines: PageLines) -> bool:
    return bool(key) and key in lines.marked


def _is_above_text(line: str, key: str, lines: PageLines) -> bool:
    """Whether a line above the text only repeats the headline, or says who wrote it and when."""
    return bool(key) and (key in lines.titles or _is_head_line(line))


def _trim_links(paragraphs: Sequence[str], links: Collection[str]) -> Sequence[str]:
    """Drops the navigation at both ends; a text of nothing but links is left as it is, for `status`
    to judge.
    """
    start, end = 0, len(paragraphs)
    while start < end and _is_link_line(paragraphs[start], links):
        start += 1
    if start == end:
        return paragraphs
    while _is_link_line(paragraphs[end - 1], links):
        end -= 1
    return paragraphs[start:end]


def _is_bare_label(line: str) -> bool:
    """Whether a line is a label alone ("Read more:"), which speaks of what follows."""
    found = _LABEL.match(line)
    return found is not None and not line[found.end() :].strip(_AFTER_LABEL)


def _is_link_line(line: str, links: Collection[str]) -> bool:
    """Whether a line consists of texts of links and is not a sentence, as navigation is."""
    if len(line) > _MAX_BYLINE_CHARS or "://" in line:
        return False
    # Some sites link whole sentences of the article to its topic pages.
    if line.rstrip(_CLOSING_QUOTES).endswith(_SENTENCE_ENDS):
        return False
    return line_key(line) in links or all(line_key(part) in links for part in _STROKES.split(line))


def _is_head_line(line: str) -> bool:
    """Whether a line above the text says only who wrote it or when."""
    if len(line) > _MAX_BYLINE_CHARS:
        return False
    return _BYLINE.fullmatch(line) is not None or all(map(_is_date, _STROKES.split(line)))


def _is_date(part: str) -> bool:
    date = _DATE_LABEL.sub("", part).strip()
    return parse_date(date, may_guess=False) is not None


def _is_boilerplate(line: str, *, is_tail: bool) -> bool:
    if len(line) > _MAX_CHARS:
        return False
    if _LABEL.match(line) or _PITCH.search(line) or _CREDIT.match(line):
        return True
    return is_tail and (_TAIL.match(line) or _ADDRESS_ONLY.match(line)) is not None
