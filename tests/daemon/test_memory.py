"""Threads share one heap, and what is large leaves no hole in it."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="another C library")

BEGIN = """
import ctypes, threading
from monitor.daemon.memory import share_one_heap

if {is_shared}:
    share_one_heap()
"""
# The report of the GNU C library names the heaps, "arenas", of the process.
THREADS = """
free = threading.Event()
begun = threading.Barrier(5)

def work():
    held = [bytearray(20_000) for _ in range(50)]
    begun.wait()
    free.wait()

threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
begun.wait()
ctypes.CDLL(None).malloc_stats()
free.set()
"""
# Behind a document that was read and forgotten, the next ones.
DOCUMENTS = """
document = bytearray(1_000_000)
del document
held = [bytearray(200_000) for _ in range(20)]
ctypes.CDLL(None).malloc_stats()
"""


def report(script: str, *, is_shared: bool) -> str:
    code = BEGIN.format(is_shared=is_shared) + script
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr


def count_outside(told: str) -> int:
    """Returns how many regions the most were that lay outside the heap."""
    return next(int(line.split()[-1]) for line in told.splitlines() if "max mmap regions" in line)


def test_all_threads_use_one_heap() -> None:
    assert report(THREADS, is_shared=False).count("Arena ") > 1
    assert report(THREADS, is_shared=True).count("Arena ") == 1


def test_what_is_large_lies_outside_the_heap_after_one_was_freed_too() -> None:
    kept = count_outside(report(DOCUMENTS, is_shared=True))

    assert kept >= count_outside(report(DOCUMENTS, is_shared=False)) + 15
