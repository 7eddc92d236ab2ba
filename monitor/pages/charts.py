"""Small drawings, as the path of an SVG."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 120, 24


def spark(counts: Sequence[int]) -> str:
    """Returns the line of some counts as the `d` of a path, in a box of `WIDTH` by `HEIGHT`; empty
    where all are 0.
    """
    tallest = max(counts, default=0)
    if not tallest:
        return ""
    step = WIDTH / max(1, len(counts) - 1)
    points = [
        f"{place * step:.1f},{HEIGHT - 1 - (HEIGHT - 2) * count / tallest:.1f}"
        for place, count in enumerate(counts)
    ]
    return "M" + " L".join(points)
