"""What the outlet of these tests publishes."""

from __future__ import annotations

from tests.conftest import SEED

SEED_PARAGRAPHS = [line for line in SEED.read_text(encoding="utf-8").splitlines() if line.strip()]
ORDER = (
    "A federal judge in Maryland on {day} ordered four officials to answer questions under oath"
    " about Abrego Garcia."
)
# A formula, a cell's end, markup of the terminal's library, and a change of direction.
HOSTILE_TITLE = "=1+1 | [bold]Abrego Garcia[/bold] \u202etxt.exe"
