"""Sentence vectors of a case, and which stored ones are nearest to new ones.

A vector is the direction that an encoder gives a sentence, as signed bytes: its components by their
largest, times 127. Angles between such vectors differ from those of the encoder's by less than
.005, and 50,000 of 512 components take 25 MB. All stored ones are compared, in blocks that are
widened to floats one after the other: an index would lose some and save 30 ms. numpy comes with the
optional encoder and is imported when the first vector does."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

_BLOCK = 4_096  # rows widened at a time; 8 MB of floats
_TAKEN = -2.0  # below any cosine


class VectorIndex:
    """The vectors of stored sentences by their numbers."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._numbers = array("L")
        self._size = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, number: int, vector: bytes) -> None:
        """Adds the vector of a sentence. One of another size than the first is left out: it is of
        another encoder.
        """
        self._size = self._size or len(vector)
        if len(vector) == self._size:
            self._bytes += vector
            self._numbers.append(number)

    def nearest(self, vectors: Sequence[bytes], limit: int) -> list[list[tuple[int, float]]]:
        """Returns for each vector the numbers of the nearest sentences and the cosines of the
        angles to them, nearest first.

        A vector of another size has none.
        """
        found: list[list[tuple[int, float]]] = [[] for _ in vectors]
        asked = [place for place, vector in enumerate(vectors) if len(vector) == self._size]
        if not asked or not self._numbers:
            return found
        cosines = self._cosines([vectors[place] for place in asked])
        for place, row in zip(asked, cosines, strict=True):
            found[place] = self._best(row, limit)
        return found

    def _cosines(self, vectors: Sequence[bytes]) -> NDArray[float32]:
        """Returns the cosines with all stored vectors, a row for each vector."""
        import numpy as np

        queries = _unit(b"".join(vectors), self._size)
        cosines = np.empty((len(vectors), len(self)), dtype=np.float32)
        # In blocks, because all of them as floats would take four times their memory.
        for first in range(0, len(self), _BLOCK):
            packed = memoryview(self._bytes)[first * self._size : (first + _BLOCK) * self._size]
            block = _unit(packed, self._size)
            cosines[:, first : first + len(block)] = queries @ block.T
        return cosines

    def _best(self, cosines: NDArray[float32], limit: int) -> list[tuple[int, float]]:
        found = []
        for _ in range(min(limit, len(self))):
            best = int(cosines.argmax())
            found.append((self._numbers[best], float(cosines[best])))
            cosines[best] = _TAKEN
        return found


def _unit(packed: bytes | memoryview, size: int) -> NDArray[float32]:
    """Returns packed vectors as rows of length one; one of zeros stays as it is."""
    import numpy as np

    rows = np.frombuffer(packed, dtype=np.int8).reshape(-1, size).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.maximum(lengths, 1.0)[:, None]
    return rows
