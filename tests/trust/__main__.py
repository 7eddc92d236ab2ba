"""Tries every promise at full length and prints figure beside figure.

    python -m tests.trust [--prove] [--soak SECONDS] [PART ...]

Each part runs in a process of its own, kills and hostile neighbours first and by themselves, the
others three at a time. Ends with 1 when a promise was missed.

Args:
    PART: the parts to try, or the promises to break; all when left out.
    --prove: breaks each promise once on purpose, and fails where the harness does not notice.
    --soak: how long the daemon is watched for growing memory.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from tests.trust.figures import Figure, Finding, from_json, missed, to_json
from tests.trust.parts import PARTS, PROOFS, SHOWN_IN, SOAK_S

# On two processors: with a third lane the parts took 8.3 minutes, with two 9.7. Proofs stay at two.
PART_LANES, PROOF_LANES = 3, 2
# They use both processors and say how long it took: beside another they would tell of that one.
ALONE = frozenset({"kills", "hostile"})
# Ten minutes are for all parts together, on a machine that has nothing else to do.
LIMIT_S = 1_800


def run_inside(option: str, name: str) -> list[Finding]:
    """Runs a part or a proof in a process of its own; one that breaks down is a promise missed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.trust", option, name],
        capture_output=True,
        text=True,
        timeout=LIMIT_S + float(os.environ[SOAK_S]),
    )
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        return [Figure(f"{name}: ran to its end", 0, 1, note=" ".join(last)[:200])]
    return from_json(done.stdout)


def report(names: Iterable[str]) -> int:
    """Prints the table; returns the exit code."""
    began = time.monotonic()
    findings: list[Finding] = []
    for found in _run_parts(list(names)):
        findings += found
        print("\n".join(map(str, found)), flush=True)
    wrong = missed(findings)
    print(f"{len(findings) - len(wrong)} held, {len(wrong)} missed, {_minutes(began)}")
    return int(bool(wrong))


def _run_parts(names: Sequence[str]) -> Iterator[list[Finding]]:
    """Yields what each part found, as they end."""
    for name in names:
        if name in ALONE:
            yield run_inside("--inside", name)
    with ThreadPoolExecutor(PART_LANES) as lanes:
        parts = [lanes.submit(run_inside, "--inside", name) for name in names if name not in ALONE]
        for part in as_completed(parts):
            yield part.result()


def prove(names: Iterable[str]) -> int:
    """Breaks promises one by one, and prints which figure noticed; returns the exit code."""
    unnoticed, names = 0, list(names)
    with ThreadPoolExecutor(PROOF_LANES) as lanes:
        for name, found in zip(
            names, lanes.map(partial(run_inside, "--proof"), names), strict=True
        ):
            wrong = [one for one in missed(found) if SHOWN_IN[name] in one.promise]
            unnoticed += not wrong
            print(f"{name:<48} {f'noticed: {wrong[0]}' if wrong else 'NOT NOTICED'}", flush=True)
    print(f"{len(names) - unnoticed} of {len(names)} broken promises noticed")
    return int(bool(unnoticed))


def _minutes(began: float) -> str:
    return f"{(time.monotonic() - began) / 60:.1f} minutes"


def _answer(work: Callable[[], list[Finding]]) -> int:
    """Prints what a part found, and nothing else on the standard output."""
    answers = os.fdopen(os.dup(1), "w")
    # What a part says by the way is no answer.
    os.dup2(2, 1)
    print(to_json(work()), file=answers, flush=True)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.trust", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--inside", metavar="PART", help=argparse.SUPPRESS)
    parser.add_argument("--proof", metavar="PROMISE", help=argparse.SUPPRESS)
    parser.add_argument("--prove", action="store_true")
    parser.add_argument("--soak", type=float, default=60.0, metavar="SECONDS")
    given = parser.parse_args()
    os.environ.setdefault(SOAK_S, str(given.soak))
    if given.inside:
        return _answer(PARTS[given.inside])
    if given.proof:
        return _answer(partial(PROOFS[given.proof], given.proof))
    if given.prove:
        return prove(given.parts or PROOFS)
    return report(given.parts or PARTS)


if __name__ == "__main__":
    sys.exit(main())
