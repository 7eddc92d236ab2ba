"""Scenarios are read as their README says, and pass when they come out as a reader expects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Outcome, Verdict
from tests.training.articles import article
from training.kinds import (
    Result,
    Scenario,
    count_passed,
    judge_scenario,
    parse_scenario,
    read_scenarios,
)
from training.replay import JudgedArticle


def raw_article(hour: int, text: str = "The Tarn bridge was closed.") -> dict[str, Any]:
    at = f"2026-03-02T{hour:02}:00:00Z"
    head = {"outlet": "gazette.example", "published_at": at, "lang": "en"}
    return {**head, "title": "Tarn bridge", "summary": "", "paragraphs": [text]}


CASES = {"tarn": {"id": "tarn", "known": [raw_article(hour) for hour in (8, 9, 10)]}}
RAW = {
    "id": "k01-01",
    "kind": 1,
    "case": "tarn",
    "known_from": "tarn",
    "upto": 2,
    "known": [raw_article(12)],
    "probe": [raw_article(13), raw_article(14)],
    "expect": "alert",
}


def scenario(*, is_news: bool, kind: int = 1) -> Scenario:
    return Scenario("k", kind, "tarn", (), (article("p1"), article("p2")), is_news)


def result(*outcomes: Outcome, is_news: bool, kind: int = 1) -> Result:
    verdicts = [Verdict(outcome, 0.5, 0.5, ()) for outcome in outcomes]
    probes = tuple(JudgedArticle(0, article("p"), verdict) for verdict in verdicts)
    return Result(scenario(is_news=is_news, kind=kind), probes)


def test_a_scenario_holds_the_first_articles_of_its_case_and_those_of_its_own() -> None:
    found = parse_scenario(RAW, CASES)

    assert [one.published_at.hour for one in found.known] == [8, 9, 12]
    assert [one.published_at.hour for one in found.probes] == [13, 14]
    assert (found.word, found.is_news) == ("tarn", True)


def test_articles_that_scenarios_share_are_the_same_in_each() -> None:
    other = parse_scenario({**RAW, "id": "k01-02", "upto": 3}, CASES)

    assert other.known[:2] == parse_scenario(RAW, CASES).known[:2]


def test_scenarios_are_read_by_kind(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(json.dumps(CASES["tarn"]), encoding="utf-8")
    for kind in (1, 2):
        row = json.dumps({**RAW, "kind": kind})
        (tmp_path / f"kind{kind:02}.jsonl").write_text(row, encoding="utf-8")

    assert [one.kind for one in read_scenarios(tmp_path)] == [1, 2]
    assert [one.kind for one in read_scenarios(tmp_path, [2])] == [2]


@pytest.mark.parametrize(
    ("outcomes", "is_news", "is_passed"),
    [
        ((Outcome.SILENT, Outcome.ALERT), True, True),
        ((Outcome.SILENT, Outcome.DIGEST), True, False),
        ((Outcome.SILENT, Outcome.DIGEST), False, True),
        ((Outcome.ALERT, Outcome.SILENT), False, False),
    ],
)
def test_one_alert_among_the_probes_decides(
    outcomes: tuple[Outcome, ...], is_news: bool, is_passed: bool
) -> None:
    assert result(*outcomes, is_news=is_news).is_passed is is_passed


def test_the_passed_are_counted_by_kind() -> None:
    rows = [
        result(Outcome.ALERT, is_news=True),
        result(Outcome.SILENT, is_news=True),
        result(Outcome.SILENT, is_news=False, kind=13),
    ]

    counted = count_passed(rows)

    assert [(row.kind, row.passed, row.total) for row in counted] == [(1, 1, 2), (13, 1, 1)]
    assert [row.share for row in counted] == [0.5, 1]


def test_only_the_probes_count_not_what_is_stored() -> None:
    found = judge_scenario(parse_scenario(RAW, CASES))

    assert {one.article.id for one in found.probes} == {"k01-01-probe-0", "k01-01-probe-1"}
