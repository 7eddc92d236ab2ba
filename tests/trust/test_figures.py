"""The table of the harness: what is held and what is missed."""

from __future__ import annotations

import pytest

from tests.trust.figures import Figure, Finding, Skipped, from_json, missed, to_json


@pytest.mark.parametrize(
    ("reached", "relation", "asked", "is_held"),
    [
        (0, "=", 0, True),
        (1, "=", 0, False),
        (3, "<=", 3, True),
        (4, "<=", 3, False),
        (float("inf"), "<=", 60, False),
        (2, ">=", 3, False),
        (2.99, "<", 3, True),
        (3, "<", 3, False),
    ],
)
def test_a_figure_is_held_by_its_relation(
    reached: float, relation: str, asked: float, is_held: bool
) -> None:
    figure = Figure("entries lost", reached, asked, relation)

    assert figure.is_held is is_held
    assert ("MISSED" in str(figure)) is not is_held


def test_findings_survive_the_way_out_of_a_process() -> None:
    found: list[Finding] = [
        Figure("told after, s", float("inf"), 60, "<=", "a\nline"),
        Skipped("disk full", "no mounts here"),
    ]

    assert from_json(to_json(found)) == found


def test_what_cannot_be_tried_here_is_said_and_not_missed() -> None:
    found = [Skipped("power cuts", "strace is not installed"), Figure("entries lost", 1, 0)]

    assert [one.promise for one in missed(found)] == ["entries lost"]
    assert "strace is not installed" in str(found[0])
