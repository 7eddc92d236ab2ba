"""Threads share one heap."""

import subprocess
import sys

import pytest

# The report of the GNU C library names the heaps, "arenas", of the process.
SCRIPT = """
import ctypes, threading
from monitor.daemon.memory import share_one_heap

if {is_shared}:
    share_one_heap()
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


def count_heaps(*, is_shared: bool) -> int:
    code = SCRIPT.format(is_shared=is_shared)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stderr.count("Arena ")


@pytest.mark.skipif(sys.platform != "linux", reason="another C library")
def test_all_threads_use_one_heap() -> None:
    assert count_heaps(is_shared=False) > 1
    assert count_heaps(is_shared=True) == 1
