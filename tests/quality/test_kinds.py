"""The scenarios kept apart (`kinds/README.md`): as many of each kind come out as ever before.

The floors are counts of scenarios in `floors.json`. Lowering one is a commit of its own that says
why. No scenario may be looked at to choose a weight, a threshold or a rule.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from training.kinds import FOLDER, OPEN, KindResult, count_passed, judge_scenario, read_scenarios

FLOORS = json.loads(Path(__file__).with_name("floors.json").read_text(encoding="utf-8"))["kinds"]


@lru_cache(maxsize=1)
def results() -> dict[str, KindResult]:
    judged = [judge_scenario(scenario) for scenario in read_scenarios()]
    return {str(row.kind): row for row in count_passed(judged)}


@pytest.mark.long
def test_every_kind_has_a_floor() -> None:
    assert FLOORS["passed"].keys() == results().keys()


@pytest.mark.long
@pytest.mark.parametrize("kind", FLOORS["passed"])
def test_no_kind_is_below_its_floor(kind: str) -> None:
    assert results()[kind].passed >= FLOORS["passed"][kind]


@pytest.mark.parametrize("folder", [FOLDER, OPEN], ids=["kept apart", "open"])
def test_the_ids_of_scenarios_are_unique(folder: Path) -> None:
    ids = [scenario.id for scenario in read_scenarios(folder)]

    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("folder", [FOLDER, OPEN], ids=["kept apart", "open"])
def test_the_articles_of_a_scenario_come_in_order_of_time(folder: Path) -> None:
    unordered = [
        scenario.id
        for scenario in read_scenarios(folder)
        if (times := [one.published_at for one in scenario.known + scenario.probes])
        != sorted(times)
    ]

    assert unordered == []
