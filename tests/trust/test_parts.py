"""Each promise has a part that tries it and a break that shows that the part can fail."""

from __future__ import annotations

import re
from pathlib import Path

from tests.trust.breaks import BREAKS
from tests.trust.parts import PARTS, PROOFS, SHOWN_IN

PRODUCT = Path(__file__).parents[2] / "monitor"


def test_every_break_is_proven_and_shows_in_a_figure_of_its_own() -> None:
    assert set(BREAKS) == set(PROOFS) == set(SHOWN_IN)
    assert len(PARTS) >= 13


def test_nothing_in_the_product_knows_of_the_harness() -> None:
    knowing = [
        path.name
        for path in PRODUCT.rglob("*.py")
        if re.search(r"tests\.trust|CRASH_AT|is_under_test", path.read_text(encoding="utf-8"))
    ]

    assert knowing == []
