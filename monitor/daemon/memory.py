"""Memory that was freed is there for all that is done next, where the C library is the GNU one.

That library gives each thread a heap of its own and keeps there what is freed. A daemon has a dozen
threads, each of which is seldom at work with what it once needed: after a quarter of an hour it
held 153 MB, 146 with one heap for all, and went on as if it leaked. Giving back what is free by
`malloc_trim` each minute made no difference.

What is large lies outside the heap and is given back when it is freed, so that a document that was
read leaves no hole between what stays. From the first large one that is freed the library would
keep the next ones inside.

Source: mallopt(3), M_ARENA_MAX and M_MMAP_THRESHOLD.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable

# One thread at a time runs Python, so that several heaps would save no waiting.
_M_ARENA_MAX, _HEAPS = -8, 1
_M_MMAP_THRESHOLD, _LARGE_BYTES = -3, 64 * 1024


def share_one_heap() -> None:
    """Has all threads that begin from now on use one heap, and keeps what is large out of it; does
    nothing with another C library.
    """
    mallopt: Callable[[int, int], int] | None = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _HEAPS)
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)
