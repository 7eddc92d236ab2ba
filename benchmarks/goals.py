"""A goal, what was measured for it, and how both are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Sizes:
    """How much is run; the defaults fit a box of two cores and an hour.

    Attributes:
        feeds: of the poll rows; all_feeds those of the store rows; worker_feeds those of B15.
        articles: that are stored for look-ups and searches.
        sentences: of a case; cases how many of them.
    """

    rounds: int = 3
    feeds: int = 300
    all_feeds: int = 100_000
    worker_feeds: int = 300
    articles: int = 200_000
    sentences: int = 50_000
    cases: int = 30
    passes: int = 10


@dataclass(frozen=True)
class Figure:
    """A figure beside its limit.

    Attributes:
        is_floor: it may not be smaller than the limit; else not larger.
    """

    name: str
    value: float
    limit: float
    is_floor: bool = False

    @property
    def is_held(self) -> bool:
        """Whether it is on the right side."""
        return self.value >= self.limit if self.is_floor else self.value <= self.limit

    def __str__(self) -> str:
        sign = "≥" if self.is_floor else "≤"
        return f"{self.name} {self.value:.3g} ({sign} {self.limit:g})"


@dataclass(frozen=True)
class Measured:
    """What was measured for a goal.

    Attributes:
        is_right: both sides did the same work, which `pair` says in words.
        size: how much work that was.
    """

    figures: Sequence[Figure]
    pair: str
    is_right: bool
    size: str

    @property
    def is_held(self) -> bool:
        """Whether the goal is reached, with the right result."""
        return self.is_right and all(figure.is_held for figure in self.figures)


@dataclass(frozen=True)
class Goal:
    """A row of the table.

    Attributes:
        work: what is done; base what it is compared with, "–" with nothing.
    """

    name: str
    work: str
    base: str
    measure: Callable[[Sizes], Measured]


@dataclass(frozen=True)
class Result:
    """A goal with what was measured, or why nothing was."""

    goal: Goal
    measured: Measured | None
    why_not: str = ""

    @property
    def is_held(self) -> bool:
        """Whether the goal is reached; one that was not measured is not."""
        return self.measured is not None and self.measured.is_held

    def row(self) -> str:
        """Returns the row of the table, in Markdown."""
        goal, found = self.goal, self.measured
        if found is None:
            cells = (goal.name, goal.work, goal.base, "–", "–", self.why_not, "not measured")
        else:
            figures = "; ".join(map(str, found.figures))
            right = found.pair if found.is_right else f"**wrong**: {found.pair}"
            word = "held" if self.is_held else "missed"
            cells = (goal.name, goal.work, goal.base, found.size, figures, right, word)
        return f"| {' | '.join(cells)} |"
