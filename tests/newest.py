"""Which tests the newest Python runs too, beside the oldest one, which runs all of them.

A Python can break syntax, imports, libraries, warnings and the closing of what was opened: one test
that goes through a piece of code shows that. It does not break the same arithmetic on another
input, nor SQL on a server. So left to the oldest Python are what is marked `long`, PostgreSQL, and
in rooms that play the program as a whole, where tests of a module go the same way again and again,
all but every fourth function of a module, each on its first database and input. Of every other room
all runs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

WHOLE = frozenset({"acceptance", "cli", "pages", "pipeline", "quality", "trust"})
# Pure SQL on a small store: every function, each once.
ONCE = frozenset({"store"})
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
    rooms = set(module.split("/"))
    if rooms & WHOLE:
        return ONE_OF
    return 1 if rooms & ONCE else 0
