"""How a goal is told: held only where every figure is on its side and the work was the same."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks import page
from benchmarks.__main__ import GOALS, main
from benchmarks.goals import Figure, Goal, Measured, Result, Sizes
from benchmarks.peers.environments import NoPeer

SIZES = Sizes()


def goal(measured: Measured | Exception, name: str = "B1") -> Goal:
    def measure(_: Sizes) -> Measured:
        if isinstance(measured, Exception):
            raise measured
        return measured

    return Goal(name, "polling", "another reader", measure)


def found(*figures: Figure, is_right: bool = True) -> Measured:
    return Measured(figures, "3 / 3 entries", is_right, "3 feeds")


@pytest.mark.parametrize(
    ("figure", "is_held"),
    [
        (Figure("CPU", 0.9, 0.9), True),
        (Figure("CPU", 0.91, 0.9), False),
        (Figure("claims", 10_000, 10_000, is_floor=True), True),
        (Figure("claims", 9_999, 10_000, is_floor=True), False),
    ],
)
def test_a_figure_is_held_on_its_side_of_the_limit(figure: Figure, is_held: bool) -> None:
    assert figure.is_held is is_held


def test_one_figure_that_misses_misses_the_goal() -> None:
    assert found(Figure("CPU", 0.5, 0.9), Figure("wall", 0.4, 0.5)).is_held
    assert not found(Figure("CPU", 0.5, 0.9), Figure("wall", 0.6, 0.5)).is_held


def test_a_fast_wrong_result_holds_nothing() -> None:
    measured = found(Figure("CPU", 0.1, 0.9), is_right=False)
    result = Result(goal(measured), measured)
    assert not result.is_held
    assert "**wrong**: 3 / 3 entries" in result.row()
    assert result.row().endswith("| missed |")


def test_a_goal_without_its_peer_is_told_and_not_held() -> None:
    result = Result(goal(NoPeer("no index")), None, "no peer: no index")
    assert not result.is_held
    assert "no peer: no index | not measured" in result.row()


def test_every_goal_has_a_name_of_its_own_in_order() -> None:
    names = [one.name for one in GOALS]
    assert names == [
        "B1", "B1w", "B2", "B3", "B4", "B5", "B6", "B7", "B8", "B9", "B10", "B11", "B12", "B13",
        "B14", "B15",
    ]  # fmt: skip


@pytest.fixture
def sheet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A document of its own in the place of docs/benchmarks.md."""
    place = tmp_path / "benchmarks.md"
    place.write_text("# Costs\n<!-- table -->\n<!-- end of table -->\nThe end.\n")
    monkeypatch.setattr(page, "PAGE", place)
    monkeypatch.setattr("benchmarks.__main__.PAGE", place)
    return place


def test_rows_that_were_not_measured_stay_in_the_table(sheet: Path) -> None:
    slow, quick = found(Figure("CPU", 2, 1)), found(Figure("CPU", 0.5, 1))
    page.write_page([Result(goal(slow, name), slow) for name in ("B10", "B2")])
    page.write_page([Result(goal(quick, "B2"), quick)])
    text = sheet.read_text()
    assert text.index("| B2 |") < text.index("| B10 |")
    assert text.count("| B2 |") == 1
    assert "CPU 0.5 (≤ 1)" in text
    assert "CPU 2 (≤ 1)" in text
    assert "1 of 2 goals held." in text
    assert text.startswith("# Costs\n")
    assert text.endswith("The end.\n")


def run(
    goals: Sequence[Goal], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[str]]:
    monkeypatch.setattr("benchmarks.__main__.GOALS", goals)
    code = main(["--no-page"])
    return code, capsys.readouterr().out.splitlines()


def test_the_last_line_counts_what_is_held(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    held, missed = found(Figure("CPU", 1, 2)), found(Figure("CPU", 3, 2))
    goals = [goal(held), goal(missed, "B2"), goal(NoPeer("no index"), "B3")]
    code, lines = run(goals, monkeypatch, capsys)
    assert lines[-1] == "bench: 1 of 3 goals held"
    assert code == 1
    assert run([goal(held)], monkeypatch, capsys) == (
        0,
        [Result(goal(held), held).row(), "bench: 1 of 1 goals held"],
    )


def test_what_breaks_while_measuring_is_no_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.__main__.GOALS", [goal(ZeroDivisionError("a bug"))])
    with pytest.raises(ZeroDivisionError):
        main(["--no-page"])


def test_a_row_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["B1", "B99"])
    assert "B99: the rows are B1, B1w, B2" in capsys.readouterr().err
