"""One update of every feed by lemon24/reader; runs in reader's own environment.

python reader_pass.py DATABASE WORKERS ADDRESSES

Feeds that are not known yet are added first, which is not measured. Prints CPU and wall seconds and
how many entries are stored, as JSON.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
from pathlib import Path

from reader import make_reader


def spent() -> float:
    """Returns the CPU time of this process and of the children that it waited for."""
    parts = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(part.ru_utime + part.ru_stime for part in parts)


def main() -> None:
    """Updates and prints."""
    logging.disable(logging.CRITICAL)
    database, workers, addresses = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    reader = make_reader(database)
    for address in addresses.read_text(encoding="utf-8").split():
        reader.add_feed(address, exist_ok=True)
    cpu, wall = spent(), time.perf_counter()
    # Unscheduled: by its schedule a second update does nothing.
    failed = sum(
        isinstance(one.value, Exception)
        for one in reader.update_feeds_iter(scheduled=False, workers=workers)
    )
    cost = {"cpu": spent() - cpu, "wall": time.perf_counter() - wall}
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    stored = reader.get_entry_counts().total
    print(json.dumps({**cost, "entries": stored, "failed": failed, "memory": memory}))
    reader.close()


if __name__ == "__main__":
    main()
