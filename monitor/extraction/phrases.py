"""Phrase lists: what pages say and how they mark it, kept as data (`data/*.toml`).

They are regular expressions in which a blank stands for any white space, so that a list reads like
the phrases in it; each file describes its lists. A file is read once, when the module that uses it
is imported, and the patterns are compiled then."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class PhraseLists:
    """The lists of a file.

    Attributes:
        lists: by name; a list in a table is called "table.name".
    """

    lists: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> tuple[str, ...]:
        """Returns a list as written, in order.

        Raises:
            KeyError: there is none of that name.
        """
        return self.lists[name]

    def get_table(self, table: str) -> tuple[str, ...]:
        """Returns the full names of the lists in a table, in order."""
        return tuple(name for name in self.lists if name.startswith(f"{table}."))

    def alternatives(self, name: str) -> str:
        """Returns a list as one group of a regular expression; earlier entries are tried first."""
        joined = "|".join(self.get(name)).replace(" ", r"\s+")
        return f"(?:{joined})"

    def compile(self, name: str, *, before: str = "", after: str = "") -> re.Pattern[str]:
        """Returns a pattern, blind to case, that finds any phrase of a list.

        Args:
            before, after: regular expressions for what must stand round the phrase.
        """
        return re.compile(f"{before}{self.alternatives(name)}{after}", re.IGNORECASE)


def read_phrases(file: str) -> PhraseLists:
    """Returns the lists of a file in `data`.

    Args:
        file: its name, e.g. "status.toml".
    """
    text = files(__package__).joinpath("data", file).read_text(encoding="utf-8")
    return PhraseLists(dict(_flatten(tomllib.loads(text))))


def _flatten(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, tuple[str, ...]]]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", tuple(value)
