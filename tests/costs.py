"""What work costs: CPU time beside CPU time of the same process, never beside a clock's figure.

A machine that is busy, and a test process that has collected much, slow both sides alike.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable


def least(work: Callable[[], object], times: int = 5) -> float:
    """The CPU seconds of the quickest of several runs: what others do disturbs it least."""
    taken = []
    gc.collect()
    gc.disable()  # its time grows with all that other tests left behind
    try:
        for _ in range(times):
            began = time.process_time()
            work()
            taken.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(taken)


def growth(work: Callable[[int], object], size: int, times: int = 3) -> float:
    """How many times as much four times the size costs: about 4 when linear, 16 when quadratic."""
    return least(lambda: work(4 * size), times) / least(lambda: work(size), times)


LINEAR = 9
"""Well over the fourfold of linear work, well under the sixteenfold of quadratic work."""
