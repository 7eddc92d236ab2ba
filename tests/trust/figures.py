"""A promise beside what was reached."""

from __future__ import annotations

import json
import operator
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

_RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
}


@dataclass(frozen=True)
class Figure:
    """What a part of the harness counted, beside what is asked.

    Attributes:
        relation: "=", "<=", ">=" or "<".
        note: what makes the figure understandable, such as what was lost.
    """

    promise: str
    reached: float
    asked: float
    relation: str = "="
    note: str = ""

    @property
    def is_held(self) -> bool:
        return _RELATIONS[self.relation](self.reached, self.asked)

    def __str__(self) -> str:
        verdict = "held" if self.is_held else "MISSED"
        asked = f"{self.relation} {self.asked:g}"
        note = f"  {self.note}" if self.note else ""
        return f"{self.promise:<66} {self.reached:>9g} {asked:>10}  {verdict}{note}"


@dataclass(frozen=True)
class Skipped:
    """A part that this machine does not allow, and why."""

    promise: str
    why: str
    is_held: bool = True

    def __str__(self) -> str:
        return f"{self.promise:<66} {'':>9} {'':>10}  skipped  {self.why}"


Finding = Figure | Skipped


def missed(findings: Iterable[Finding]) -> list[Finding]:
    """Returns the promises that were not kept."""
    return [finding for finding in findings if not finding.is_held]


def to_json(findings: Iterable[Finding]) -> str:
    return "\n".join(json.dumps({"kind": type(one).__name__, **asdict(one)}) for one in findings)


def from_json(text: str) -> list[Finding]:
    kinds: dict[str, type[Finding]] = {"Figure": Figure, "Skipped": Skipped}
    rows = map(json.loads, text.splitlines())
    return [kinds[row.pop("kind")](**row) for row in rows]
