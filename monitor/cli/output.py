"""How reading commands print: a table on a terminal, JSON lines in a pipe, or what `--format` says.

The last step of every reading command. Data on stdout, talk on stderr.

Nothing from a feed reaches the terminal unescaped: control characters are removed once more here,
and rich markup is never read from data."""

from __future__ import annotations

import csv
import json
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Annotated, Any

import typer

from monitor.cli.streams import is_unicode
from monitor.cli.tables import lay_out
from monitor.pages.escaping import as_code, escape
from monitor.pages.rows import to_plain
from monitor.pages.rows import to_row as to_row
from monitor.text import clean_text, cut, one_line, words
from monitor.urls import is_web_url, shown_in

# A spreadsheet runs a cell that begins with one of these as a formula (OWASP, CSV injection);
# some take a full-width sign for the plain one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
DEFAULT_LIMIT = 50  # what a person may still look through
MAX_CELL = 400  # characters of a text in a table
_LONG_WORK = 20  # steps from which a person at a terminal is told how far it is
ID_DIGITS = 8  # of 16: among ten thousand articles two begin alike in one store of a hundred
_IDS = frozenset({"id", "article_id", "development_id"})


class Format(StrEnum):
    """The forms that reading commands print in."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"
    MD = "md"


FormatOption = Annotated[
    Format | None,
    typer.Option("--format", help="How to print; a table on a terminal, jsonl when piped."),
]
LimitOption = Annotated[
    int, typer.Option("--limit", min=1, max=100_000, help="At most this many rows.")
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="TIME", help="From this time on: 7d, 2025-06-06 or ISO 8601."),
]
UntilOption = Annotated[
    str | None, typer.Option("--until", metavar="TIME", help="Before this time.")
]
CaseOption = Annotated[str | None, typer.Option("--case", metavar="SLUG", help="Only this case.")]

Row = Mapping[str, Any]


def choose(form: Format | None) -> Format:
    """Returns the form asked for, else a table on a terminal and JSON lines in a pipe."""
    # As ls and git do: a person gets columns, and a script needs no option.
    return form or (Format.TABLE if sys.stdout.isatty() else Format.JSONL)


def is_for_person(form: Format | None) -> bool:
    """Whether what is printed is read by a person, not by a program."""
    return choose(form) in (Format.TABLE, Format.MD)


def print_record(row: Row, form: Format | None, *, zone: tzinfo = UTC) -> None:
    """Prints one thing with all its fields: a field a line for a person, else like `print_rows`."""
    if choose(form) is Format.TABLE:
        # A person looks for what there is; a field that is empty says nothing.
        said = {name: value for name, value in row.items() if cell(value)}
        print_rows(_iter_fields(said), ("what", "value"), form, zone=zone)
    elif is_for_person(form):
        print_rows(_iter_fields(row), ("what", "value"), form, zone=zone)
    else:
        print_rows([row], (), form, zone=zone)


def _iter_fields(row: Row) -> Iterator[Row]:
    """Yields a row for each field of a row: its name as words, and its value."""
    for name, value in row.items():
        yield {"what": name.replace("_", " "), "value": value}


def print_views(
    views: Iterable[Any],
    columns: Sequence[str],
    form: Format | None,
    *,
    details: Sequence[str] = (),
    zone: tzinfo = UTC,
) -> None:
    """Prints views of the store, one a row, as `print_rows` does."""
    print_rows(map(to_row, views), columns, form, details=details, zone=zone)


def print_rows(
    rows: Iterable[Row],
    columns: Sequence[str],
    form: Format | None,
    *,
    details: Sequence[str] = (),
    zone: tzinfo = UTC,
) -> None:
    """Prints rows; a table shows `columns`, the other forms all fields.

    Args:
        columns: the fields that a person wants to see, the most important first: a narrow terminal
            has no room for the last ones.
        details: those of them that stand below their row where not all fit beside each other.
        zone: in which tables show times; the other forms are always UTC.
    """
    rows = list(rows)
    form = choose(form)
    if form is Format.TABLE:
        _print_table(rows, columns, details, zone)
    elif form is Format.MD:
        _print_markdown(rows, columns, zone)
    elif form is Format.CSV:
        _print_csv(rows)
    else:
        _print_json(rows, is_one_array=form is Format.JSON)


def _print_json(rows: Sequence[Row], *, is_one_array: bool) -> None:
    """Prints one array, or a line for each row."""
    # An array of nothing is still an array, which a program can read; no line is no row.
    if is_one_array:
        typer.echo(json.dumps(to_plain(rows), ensure_ascii=not is_unicode(), indent=1))
        return
    for row in rows:
        typer.echo(to_json(row))


def to_shown_row(view: Any) -> dict[str, Any]:
    """Returns a view as a row, without the keys that addresses in it hold."""
    row = to_row(view)
    return {key: shown_in(one) if isinstance(one, str) else one for key, one in row.items()}


def to_json(value: Any) -> str:
    """Returns a value as one line of JSON, times in ISO 8601 UTC."""
    # Escaped where the output lacks a character: JSON can say every one in ASCII.
    return json.dumps(to_plain(value), ensure_ascii=not is_unicode())


def cell(value: Any, zone: tzinfo = UTC) -> str:
    """Returns a value as a short text for a person."""
    if isinstance(value, datetime):
        return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, list | tuple):
        return ", ".join(cell(one, zone) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {cell(one, zone)}" for key, one in value.items())
    return _short_text(value)


def _short_text(value: Any) -> str:
    """Returns a single value in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    # Scores and shares: two digits tell them apart, more only look exact.
    if isinstance(value, float):
        return f"{value:.2f}"
    return one_line(str(value), limit=2000)


def highlight(text: str, found: Collection[str]) -> str:
    """Puts »…« round the words of a text that are among the folded words found; `prefix*` finds
    what begins so.
    """
    prefixes = _prefixes(found)
    parts, end = [], 0
    for word in words(text):
        is_found = word.folded in found or word.folded.startswith(prefixes)
        # "¼" is two words in one place, which is marked once.
        if is_found and word.start >= end:
            parts += [text[end : word.start], "»", text[word.start : word.end], "«"]
            end = word.end
    # Neighbours share one pair of marks: a name of two words reads as one hit.
    return "".join([*parts, text[end:]]).replace("« »", " ")


def _prefixes(found: Collection[str]) -> tuple[str, ...]:
    """Returns the beginnings that `prefix*` asks for."""
    return tuple(word[:-1] for word in found if word.endswith("*"))


def _print_csv(rows: Sequence[Row]) -> None:
    """Prints a head with the fields of the first row, and the rows."""
    if not rows:  # then nobody knows the fields
        return
    # csv ends lines as DOS does; everything else that we print ends them as Unix does.
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(list(rows[0]))
    for row in rows:
        writer.writerow(map(_safe_cell, row.values()))


def _safe_cell(value: Any) -> str:
    """Returns a value as the text of a CSV cell; lists and objects as JSON."""
    plain = to_plain(value)
    if isinstance(plain, str):
        return _defuse(plain)
    if plain is None:
        return ""
    return to_json(plain) if isinstance(plain, list | dict) else str(plain)


def _defuse(text: str) -> str:
    """Returns a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _print_markdown(rows: Sequence[Row], columns: Sequence[str], zone: tzinfo) -> None:
    """Prints a table as GitHub's Markdown has it, in which nothing from outside is markup."""
    typer.echo(_markdown_line(columns))
    typer.echo("|" + "---|" * len(columns))
    for row in rows:
        typer.echo(_markdown_line(map(_markdown_cell, _cells(row, columns, zone))))


def _markdown_cell(text: str) -> str:
    return as_code(text) if is_web_url(text) else escape(text)


def _markdown_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(row: Row, columns: Sequence[str], zone: tzinfo) -> list[str]:
    """Returns what a person sees of a row; a column that it lacks is empty."""
    return [cell(row.get(name), zone) for name in columns]


def _print_table(
    rows: Sequence[Row], columns: Sequence[str], details: Sequence[str], zone: tzinfo
) -> None:
    """Prints a table as wide as the terminal, without lines, so that it can be copied as text."""
    if not rows:
        typer.secho("nothing found", dim=True)
        return
    cells = [_table_cells(row, columns, zone) for row in rows]
    head, *lines = lay_out(columns, cells, width=terminal_width(), details=details)
    typer.secho(head, bold=True)
    for line in lines:
        typer.echo(line)


def _table_cells(row: Row, columns: Sequence[str], zone: tzinfo) -> list[str]:
    """Returns what a table shows of a row: texts up to a length, ids by as many digits as tell
    them apart.
    """
    return list(map(_shorten, columns, _cells(row, columns, zone)))


def _shorten(column: str, text: str) -> str:
    return text[:ID_DIGITS] if column in _IDS else cut(text, MAX_CELL)


def terminal_width() -> int:
    """Returns how many places a line of the terminal has, 80 where nobody knows."""
    return shutil.get_terminal_size().columns


def count_of(count: int, noun: str) -> str:
    """Returns "1 item", "2 items"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def talk(text: str) -> None:
    """Says something to the person, on stderr, without the keys that addresses in it hold."""
    # It may quote an address or an answer from outside, as data does.
    typer.echo(clean_text(shown_in(text)), err=True)


class Progress:
    """Tells a person at a terminal how far a long work is, at each tenth of it.

    Args:
        total: how many steps it has; a short work needs no telling.
        noun: what a step is about.
    """

    def __init__(self, total: int, noun: str) -> None:
        self._total, self._noun, self._done = total, noun, 0
        self._is_told = total >= _LONG_WORK and sys.stderr.isatty()

    def step(self) -> None:
        """Counts a step that is done."""
        before = self._tenths()
        self._done += 1
        if self._is_told and self._tenths() > before:
            talk(f"{self._done} of {count_of(self._total, self._noun)}")

    def _tenths(self) -> int:
        return 10 * self._done // self._total
