"""Finds the line on which a value of a TOML file stands; `tomllib` gives lines for syntax errors
only.

A document is known to be valid when it is looked at here, so that only as much of TOML is read as
finding keys and skipping values takes. Source: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]  # keys and, for arrays and arrays of tables, places from 0

_KEY_PART = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*(\.?)""")
# Three quotes before one: else their opening would be an empty string.
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_BLANK = re.compile(r"(?:\s+|#[^\n]*)+")


def locate(source: str) -> dict[Path, int]:
    """Returns the line, from 1, of every table, key and array element of a valid TOML document."""
    return _Locator(source).run()


class _Locator:
    """Walks a valid document statement by statement; values are skipped over, arrays element by
    element.

    Attributes:
        at: how far the document was read.
        lines: what was found so far.
        counts: how many tables each array of tables has so far.
        table: the one whose keys are being read.
        counted: up to which character lines were counted, and the line there.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self.table: Path = ()
        self.counted = (0, 1)

    def run(self) -> dict[Path, int]:
        """Reads the whole document."""
        self.skip_blank()
        while self.at < len(self.source):
            if self.source.startswith("[", self.at):
                self.read_header()
            else:
                self.read_pair(self.table)
            self.skip_blank()
        return self.lines

    @property
    def line(self) -> int:
        """The line that is being read."""
        # Counted from the last place on: from the beginning each time would be quadratic.
        at, line = self.counted
        self.counted = (self.at, line + self.source.count("\n", at, self.at))
        return self.counted[1]

    def skip_blank(self) -> None:
        """Skips white space, line breaks and comments."""
        if found := _BLANK.match(self.source, self.at):
            self.at = found.end()

    def read_header(self) -> None:
        """Reads `[table]` or `[[table]]`."""
        line, is_array = self.line, self.source.startswith("[[", self.at)
        brackets = 2 if is_array else 1
        self.at += brackets
        self.table = self.resolve(self.read_key())
        self.at += brackets
        if is_array:
            self.lines.setdefault(self.table, line)
            self.table = self.next_table(self.table)
        # A table may be made by a key of several parts before its header: the first place counts.
        self.lines.setdefault(self.table, line)

    def next_table(self, path: Path) -> Path:
        """Returns the path of one more table of an array of tables."""
        count = self.counts.get(path, 0)
        self.counts[path] = count + 1
        return (*path, count)

    def resolve(self, key: list[str]) -> Path:
        """Returns the path of a header's key: a part that names an array of tables means its last
        table so far.
        """
        path: Path = ()
        for number, part in enumerate(key):
            path = (*path, part)
            if number < len(key) - 1 and path in self.counts:
                path = (*path, self.counts[path] - 1)
        return path

    def read_key(self) -> list[str]:
        """Reads a key, which may have several parts: `a."b".c`."""
        # Quoted parts stay as written: what escapes mean is no matter for a line.
        parts = []
        while found := _KEY_PART.match(self.source, self.at):
            self.at = found.end()
            parts.append(next(part for part in found.groups()[:3] if part is not None))
            if not found[4]:
                break
        return parts

    def read_pair(self, table: Path) -> None:
        """Reads `key = value`; the tables that a key of several parts makes stand in its line."""
        line, path = self.line, (*table, *self.read_key())
        if not self.source.startswith("=", self.at):
            # Not valid after all; nothing more can be said.
            self.at = len(self.source)
            return
        for length in range(len(table) + 1, len(path) + 1):
            self.lines.setdefault(path[:length], line)
        self.at += 1
        self.skip_value(path)

    def skip_value(self, path: Path) -> None:
        """Skips a value, noting the lines of what it holds."""
        self.skip_blank()
        if self.source.startswith("[", self.at):
            self.skip_array(path)
        elif self.source.startswith("{", self.at):
            self.skip_inline_table(path)
        elif found := _STRING.match(self.source, self.at):
            self.at = found.end()
        else:
            self.skip_word()

    def skip_word(self) -> None:
        """Skips a number, a date or a word: it ends where something else can begin."""
        while self.at < len(self.source) and self.source[self.at] not in ",]}#\n":
            self.at += 1

    def skip_array(self, path: Path) -> None:
        """Skips an array, noting the line of each element: lists of feeds go over several."""
        self.at += 1
        self.skip_blank()
        count = 0
        while self.at < len(self.source) and self.source[self.at] != "]":
            self.lines.setdefault((*path, count), self.line)
            self.skip_value((*path, count))
            count += 1
            self.skip_comma()
        self.at += 1

    def skip_inline_table(self, path: Path) -> None:
        """Skips `{key = value}`, noting the lines of its keys."""
        self.at += 1
        self.skip_blank()
        while self.at < len(self.source) and self.source[self.at] != "}":
            self.read_pair(path)
            self.skip_comma()
        self.at += 1

    def skip_comma(self) -> None:
        """Skips a comma with what is blank on either side; the last one may be missing."""
        self.skip_blank()
        if self.source.startswith(",", self.at):
            self.at += 1
            self.skip_blank()
