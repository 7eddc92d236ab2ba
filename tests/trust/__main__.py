"""Tries every promise at full length and prints figure beside figure.

    python -m tests.trust [--prove] [--soak SECONDS] [PART ...]

Each part runs in a process of its own, two at a time. Ends with 1 when a promise was missed.

Args:
    PART: the parts to try; all when left out.
    --prove: breaks each promise once on purpose, and fails where the harness does not notice.
    --soak: how long the daemon is watched for growing memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from tests.trust.figures import Figure, Finding, from_json, missed, to_json
from tests.trust.parts import PARTS

LANES = 2
LIMIT_S = 600


def run_part(name: str) -> list[Finding]:
    """Runs a part in a process of its own; one that breaks down is a promise missed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust", "--inside", name],
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        return [Figure(f"{name}: ran to its end", 0, 1, note=" ".join(last))]
    return from_json(done.stdout)


def report(names: Iterable[str]) -> int:
    """Prints the table; returns the exit code."""
    began = time.monotonic()
    findings: list[Finding] = []
    with ThreadPoolExecutor(LANES) as lanes:
        for found in lanes.map(run_part, names):
            findings += found
            print("\n".join(map(str, found)), flush=True)
    wrong = missed(findings)
    print(f"{len(findings) - len(wrong)} held, {len(wrong)} missed, {_minutes(began)}")
    return int(bool(wrong))


def _minutes(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} minutes"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--inside", metavar="PART", help=argparse.SUPPRESS)
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--soak", type=float, default=60.0, metavar="SECONDS")
    given = parser.parse_args()
    os.environ["TRUST_SOAK_S"] = str(given.soak)
    if given.inside:
        answers = os.fdopen(os.dup(1), "w")
        # What a part says by the way is no answer.
        os.dup2(2, 1)
        print(to_json(PARTS[given.inside]()), file=answers, flush=True)
        return 0
    if given.prove:
        from tests.trust.proofs import prove

        return prove(given.parts)
    return report(given.parts or PARTS)


if __name__ == "__main__":
    sys.exit(main())
