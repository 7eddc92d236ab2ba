"""Which tests the newest Python runs too, beside the oldest one, which runs all of them.

A Python can break syntax, imports, libraries, warnings and the closing of what was opened: one test
that goes through a piece of code shows that, so each function runs once, on its first input. Its
own parsers (addresses, headers, markup, dates of feeds) do read some inputs in another way, so that
the rooms that read what comes from outside run whole. Left to the oldest Python are what is marked
`long`, PostgreSQL, and in rooms that play the program as a whole, where tests of a module go the
same way again and again, all but every fourth function of a module."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

PLAYED = frozenset({"acceptance", "cli", "pages", "pipeline", "quality", "trust"})
READERS = frozenset({"extraction", "feeds", "fetching"})
ONE_OF = 4


def choose(ids: Iterable[str]) -> Iterator[str]:
    """Yields those of the tests, by the ids that pytest gives them in the order of their files,
    that ask something of the Python that runs them.
    """
    functions: defaultdict[str, list[str]] = defaultdict(list)
    for one in ids:
        module, _, case = one.partition("::")
        function, seen = case.partition("[")[0], functions[module]
        share = _share(module)
        if "postgresql" in one or (share and function in seen):
            continue
        if function not in seen:
            seen.append(function)
        if not share or (len(seen) - 1) % share == 0:
            yield one


def _share(module: str) -> int:
    """Returns of how many functions one runs, on one input; 0 where all run on all."""
    rooms = module.split("/")[:-1]
    if PLAYED & set(rooms):
        return ONE_OF
    # Addresses and encodings have no room of their own: their modules stand at the top.
    return 0 if READERS & set(rooms) or rooms == ["tests"] else 1
