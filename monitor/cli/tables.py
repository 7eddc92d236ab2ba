"""Tables for people: as wide as the terminal, no column too narrow to read, no word broken.

What does not fit stands below its row, indented, or is left out from the right: a table is for
looking through, and the other forms have all fields. Pure: cells in, lines out."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

GAP = 2
INDENT = 4
# A column of words that is narrower than this is a column of syllables.
MIN_WORDS_WIDTH = 16
# A word that is longer, an address or the slug of a case, does not widen the column for all rows.
MAX_WORD_WIDTH = 26
# Details that say themselves what they are.
_UNNAMED = ("summary", "title", "snippet")
_WIDE = ("W", "F")  # classes of Unicode that take two places


@dataclass(frozen=True, slots=True)
class _Column:
    """A column with what it needs; `widest` and `longest_word` in places of the terminal."""

    number: int
    name: str
    widest: int
    longest_word: int

    @property
    def least(self) -> int:
        """The width below which it would break a word, or be a column of syllables."""
        return min(self.widest, max(min(self.longest_word, MAX_WORD_WIDTH), MIN_WORDS_WIDTH))


def lay_out(
    names: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    width: int,
    details: Sequence[str] = (),
) -> list[str]:
    """Returns the lines of a table, the head first; no line is wider than `width` but for a single
    word that is.

    Args:
        names: of the columns, the most important first: those at the end are left out where there
            is no room.
        rows: a cell for each name; without line breaks.
        details: names of columns that stand below their row where not all fit beside each other.
    """
    columns = _measure(names, rows)
    widest = list(map(attrgetter("widest"), columns))
    if _total(widest) <= width:
        return _lines(columns, widest, rows, width=width)
    below = [column for column in columns if column.name in details]
    beside = _fitting([column for column in columns if column.name not in details], width)
    return _lines(beside, _share_room(beside, width), rows, below=below, width=width)


def _measure(names: Sequence[str], rows: Sequence[Sequence[str]]) -> list[_Column]:
    """Returns the first column and those of the others that hold anything."""
    columns = []
    for number, name in enumerate(names):
        head = _head(name)
        cells = [row[number] for row in rows]
        if number and not any(cells):
            continue
        widest = max(map(text_width, (head, *cells)))
        words = [word for text in (head, *cells) for word in _split(text)]
        columns.append(_Column(number, name, widest, max(map(text_width, words), default=0)))
    return columns


def _head(name: str) -> str:
    return name.replace("_", " ")


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


def _fitting(columns: list[_Column], width: int) -> list[_Column]:
    """Returns as many of the columns, from the left, as can be read beside each other."""
    kept = list(columns)
    # Two at least: a list of names alone says nothing.
    while len(kept) > 2 and _total(list(map(attrgetter("least"), kept))) > width:
        kept.pop()
    return kept


def _share_room(columns: Sequence[_Column], width: int) -> list[int]:
    """Returns a width for each column: what it needs at least, and of the rest what it can use."""
    widths = list(map(attrgetter("least"), columns))
    # A single word, such as an address, may be wider than there is room: the last column gives way.
    widths[-1] -= max(0, min(widths[-1] - MIN_WORDS_WIDTH, _total(widths) - width))
    rest = max(0, width - _total(widths))
    # The one that lacks least first: a column that can be whole is.
    for place in sorted(range(len(columns)), key=lambda one: columns[one].widest - widths[one]):
        more = min(rest, columns[place].widest - widths[place])
        widths[place] += more
        rest -= more
    return widths


def _lines(
    columns: Sequence[_Column],
    widths: Sequence[int],
    rows: Sequence[Sequence[str]],
    *,
    below: Sequence[_Column] = (),
    width: int,
) -> list[str]:
    """Returns the head and the rows, each with its details below it."""
    lines = list(_iter_side_by_side([_head(column.name) for column in columns], widths, width))
    for row in rows:
        lines += _iter_side_by_side([row[column.number] for column in columns], widths, width)
        for column in below:
            lines += _iter_detail(column.name, row[column.number], width)
    return lines


def _iter_side_by_side(cells: Sequence[str], widths: Sequence[int], total: int) -> Iterator[str]:
    """Yields the lines of one row; a cell that goes on does so below itself, indented. After a word
    that is wider than its column the row goes on in the next line.
    """
    wrapped = [wrap(cell, width, indent=GAP) for cell, width in zip(cells, widths, strict=True)]
    first = 0
    for place, width in enumerate(widths):
        longest = max(map(text_width, wrapped[place]))
        if longest <= width:
            continue
        # Where it fits nowhere it may as well stay where it belongs.
        is_lost = longest > total - INDENT
        if _begin(widths, place) + longest <= total or is_lost or not place:
            yield from _iter_block(wrapped, widths, first, place + 1)
        else:
            yield from _iter_block(wrapped, widths, first, place)
            yield from _iter_at_margin(wrapped[place], total)
        first = place + 1
    if any(cells[first:]):
        yield from _iter_block(wrapped, widths, first, len(widths))


def _begin(widths: Sequence[int], place: int) -> int:
    """Returns where a column begins."""
    return sum(widths[:place]) + GAP * place


def _iter_at_margin(lines: Sequence[str], total: int) -> Iterator[str]:
    """Yields what no column can hold so far to the left that it fits, where it can."""
    for line in lines:
        text = line.lstrip()
        yield " " * max(INDENT, total - text_width(text)) + text


def _iter_block(
    wrapped: Sequence[Sequence[str]], widths: Sequence[int], first: int, end: int
) -> Iterator[str]:
    """Yields the lines of some columns of a row, each in its place."""
    for number in range(max(map(len, wrapped[first:end]), default=0)):
        line = " " * _begin(widths, first)
        for lines, width in zip(wrapped[first:end], widths[first:end], strict=True):
            line += _pad(lines[number] if number < len(lines) else "", width) + " " * GAP
        yield line.rstrip()


def _pad(text: str, width: int) -> str:
    return text + " " * (width - text_width(text))


def _iter_detail(name: str, text: str, width: int) -> Iterator[str]:
    """Yields a cell below its row; nothing for an empty one."""
    if not text:
        return
    said = text if name in _UNNAMED else f"{_head(name)}: {text}"
    for line in wrap(said, width - INDENT):
        yield " " * INDENT + line


def wrap(text: str, width: int, *, indent: int = 0) -> list[str]:
    """Returns a text as lines of at most `width` places; a word that is longer has a line of its
    own and is not broken.

    Args:
        indent: blanks before each line but the first.
    """
    lines, margin = [""], " " * indent
    for word in _split(text):
        is_glued = len(word) == 1 and _is_wide(word) and lines[-1][-1:] not in ("", " ")
        joint = "" if is_glued and _is_wide(lines[-1][-1]) else " "
        longer = f"{lines[-1]}{joint}{word}" if lines[-1].strip() else lines[-1] + word
        if text_width(longer) <= width or not lines[-1].strip():
            lines[-1] = longer
        else:
            lines.append(margin + word)
    return lines


def _split(text: str) -> list[str]:
    """Returns the words of a text; each sign of a script without blanks is one."""
    words = []
    for part in text.split():
        words += list(part) if all(map(_is_wide, part)) else [part]
    return words


def text_width(text: str) -> int:
    """Returns how many places of a terminal a text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_places, text))


def _places(char: str) -> int:
    if unicodedata.combining(char) or unicodedata.category(char) == "Cf":
        return 0
    return 2 if _is_wide(char) else 1


def _is_wide(char: str) -> bool:
    return unicodedata.east_asian_width(char) in _WIDE
