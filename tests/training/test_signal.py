"""The table: what a line is made of, and how it is shown."""

from __future__ import annotations

import json
from pathlib import Path

from tests.training.articles import article
from training.bus import BusResult, Counts
from training.kinds import Result, Scenario
from training.signal import (
    Line,
    format_head,
    format_line,
    lines_of_bus,
    lines_of_kinds,
    read_unseen,
)


def failed(kind: int, *, is_news: bool) -> Result:
    return Result(Scenario("k", kind, "tarn", (), (article("p"),), is_news), ())


def test_a_fitted_stream_has_the_figures_of_weights_that_never_saw_it(tmp_path: Path) -> None:
    stored = {
        "fitted_to": [{"name": "quarry", "digest": "79a1"}, {"name": "unmeasured", "digest": "0"}],
        "unseen_stories": [{"story": "quarry", "recall": 0.9}, {"story": "ledgers", "recall": 1}],
    }
    path = tmp_path / "weights.json"
    path.write_text(json.dumps(stored), encoding="utf-8")

    assert read_unseen(path) == {"79a1": {"story": "quarry", "recall": 0.9}}


def test_scenarios_that_want_an_alert_count_as_recall_the_others_as_precision() -> None:
    silent = failed(13, is_news=False)

    lines = list(lines_of_kinds([failed(1, is_news=True), silent, silent]))

    assert [line.figures for line in lines] == [{"recall": 0}, {"precision": 1}]
    assert [line.note for line in lines] == ["1: 0/1", "13: 2/2"]


def test_stories_of_other_labels_are_one_line() -> None:
    found = BusResult(Counts(2, 1, 2, 2, 2), Counts(2, 2, 2, 6, 2), Counts(2, 2, 2, 4, 2))

    (line,) = lines_of_bus("S1", [found, found])

    assert line.figures["recall"] == 0.5
    assert line.plain == (1, 0.333, 1, 0.5)
    assert line.note == "at once; F1 0.667"


def test_a_figure_that_there_is_not_is_a_dash() -> None:
    shown = format_line(Line("ferry", {"recall": 1.0, "precision": 0.9}, note="all"))

    assert shown.split() == ["ferry", "1.000", "–", "–", "0.900", *"–––––", "all"]


def test_columns_stand_under_their_heads() -> None:
    head = format_head().splitlines()[-1]
    line = format_line(Line("ferry", {"recall": 1.0}, (1.0, 0.2, 0.9, 0.3)))

    assert head.index("recall") + len("recall") == line.index("1.000") + len("1.000")
    assert len(head) == len(line.rstrip())
