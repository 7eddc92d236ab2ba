"""`python -m tests.conformance`: how we do on the suites that MONITOR_SUITES names; exit 1 when a
floor is missed.
"""

from __future__ import annotations

import logging
import sys

import structlog

from tests.conformance.reporting import measure_polling, polling_floors, run_suites, shown
from tests.conformance.suites import VARIABLE, find_suites, read_floors


def main() -> int:
    folder = find_suites()
    if folder is None or not (folder / "floors.json").is_file():
        print(f"{VARIABLE} names no folder with floors.json", file=sys.stderr)
        return 2
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    floors = [*read_floors(), *polling_floors()]
    report = measure_polling(run_suites())
    print(shown(report, floors))
    return 0 if all(report.is_held(floor) for floor in floors) else 1


if __name__ == "__main__":
    sys.exit(main())
