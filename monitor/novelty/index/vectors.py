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


class VectorIndex:
    """The vectors of stored sentences by their numbers."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._numbers = array("L")
        self._size = 0

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, number: int, vector: bytes) -> None:
        """Learns the vector of a sentence. One of another size than the first is left out: it is of
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
        asked = [at for at, vector in enumerate(vectors) if len(vector) == self._size]
        if not asked or not self._numbers:
            return found
        import numpy as np

        queries = _unit(b"".join(vectors[at] for at in asked), self._size)
        cosines = np.empty((len(asked), len(self)), dtype=np.float32)
        for first in range(0, len(self), _BLOCK):
            block = _unit(
                memoryview(self._bytes)[first * self._size : (first + _BLOCK) * self._size],
                self._size,
            )
            cosines[:, first : first + len(block)] = queries @ block.T
        for at, row in zip(asked, cosines, strict=True):
            for _ in range(min(limit, len(self))):
                best = int(row.argmax())
                found[at].append((self._numbers[best], float(row[best])))
                row[best] = -2.0
        return found


def _unit(packed: bytes | memoryview, size: int) -> NDArray[float32]:
    """Returns packed vectors as rows of length one; one of zeros stays as it is."""
    import numpy as np

    rows = np.frombuffer(packed, dtype=np.int8).reshape(-1, size).astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    rows /= np.maximum(lengths, 1.0)[:, None]
    return rows


def pack(components: Sequence[float]) -> bytes:
    """Returns a direction as signed bytes."""
    largest = max(map(abs, components), default=0.0)
    return (
        bytes(round(127 * component / largest) & 0xFF for component in components)
        if largest
        else bytes(len(components))
    )
