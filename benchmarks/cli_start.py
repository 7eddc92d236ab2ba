"""How long `monitor --help` takes as a whole process, beside a bare interpreter: median of ten runs
each, in milliseconds.

python benchmarks/cli_start.py
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 10


def median_ms(*command: str) -> float:
    """Returns the median time of a command."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        subprocess.run(command, capture_output=True, check=True)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times)


if __name__ == "__main__":
    print(f"python -c pass   {median_ms(sys.executable, '-c', 'pass'):6.0f} ms")
    print(
        "monitor --help  "
        f" {median_ms(str(Path(sys.executable).parent / 'monitor'), '--help'):6.0f} ms"
    )
