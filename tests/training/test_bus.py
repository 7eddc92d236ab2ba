"""Streams made of other people's labels, on an invented story of three dates."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from monitor.model import Outcome, Verdict
from training.bus import (
    FOLDER,
    RECIPES,
    BusResult,
    Counts,
    Story,
    count,
    find_stories,
    make_stream,
    measure_story,
    read_story,
)
from training.replay import JudgedArticle

DAYS = ("2026-03-02", "2026-03-04", "2026-03-09")


def write_story(folder: Path) -> Path:
    rows = [
        {
            "event": "tarn_bridge",
            "date": day,
            "annotator": outlet,
            "update": f"Update {number} by {outlet}.",
            "background": f"Background {number} by {outlet}." if number else "",
        }
        for number, day in enumerate(DAYS)
        for outlet in (1, 2, 3)
    ]
    path = folder / "tarn_bridge.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


@pytest.fixture
def story(tmp_path: Path) -> Story:
    return read_story(write_story(tmp_path))


def test_a_story_has_three_versions_of_each_date(story: Story) -> None:
    assert list(story.dates) == [date.fromisoformat(day) for day in DAYS]
    assert all(sorted(versions) == [1, 2, 3] for versions in story.dates.values())


@pytest.mark.parametrize(
    ("stream", "texts"),
    [
        ("S1", ["Update 1 by 2.", "Update 1 by 3.", "Update 1 by 1."]),
        (
            "S2",
            [f"Update 1 by {outlet}.\n\nBackground 1 by {outlet}." for outlet in (2, 3, 1)],
        ),
        ("S4", ["Background 1 by 2.", "Update 1 by 3.\n\nBackground 1 by 3."]),
        ("S5", ["Update 1 by 2.\n\nBackground 1 by 2.", "Background 1 by 1."]),
    ],
)
def test_outlets_take_turns_in_what_a_stream_asks(
    story: Story, stream: str, texts: list[str]
) -> None:
    articles = make_stream(story, RECIPES[stream])

    assert [one.text for one in articles if f"{one.published_at:%d}" == "04"] == texts


def test_an_empty_background_is_no_article(story: Story) -> None:
    articles = make_stream(story, RECIPES["S4"])

    assert [one.text for one in articles if f"{one.published_at:%d}" == "02"] == ["Update 0 by 2."]


def test_outlets_publish_two_hours_apart(story: Story) -> None:
    hours = [one.published_at.hour for one in make_stream(story, RECIPES["S1"])]

    assert hours == [8, 10, 12] * 3


def test_a_title_is_the_first_twelve_words(story: Story) -> None:
    long = replace(
        story.dates[date(2026, 3, 2)][1], update=" ".join(str(number) for number in range(20))
    )
    told = Story("tarn", {date(2026, 3, 2): {1: long}})

    assert make_stream(told, RECIPES["S1-titled"])[0].title == "0 1 2 3 4 5 6 7 8 9 10 11"
    assert make_stream(told, RECIPES["S1"])[0].title == ""


def test_only_the_first_version_of_a_date_counts_as_found_at_once(story: Story) -> None:
    articles = make_stream(story, RECIPES["S1"])
    outcomes = {"20260304-08": Outcome.ALERT, "20260309-10": Outcome.ALERT}
    judged = [
        JudgedArticle(0, one, Verdict(outcomes.get(one.id, Outcome.SILENT), 0.5, 0.5, ()))
        for one in articles
    ]

    found = count(articles, judged)

    assert (found.first_reports, found.at_once, found.alerts, found.useful) == (2, 1, 2, 2)


def test_a_late_confirmation_is_useful_but_not_at_once(story: Story) -> None:
    articles = make_stream(story, RECIPES["S1"])
    first = next(one for one in articles if one.id == "20260304-08")
    waiting = JudgedArticle(0, first, Verdict(Outcome.DIGEST, 0.5, 0.5, ()))
    confirmed = JudgedArticle(0, first, Verdict(Outcome.ALERT, 0.5, 0.5, ()))

    found = count(articles, [waiting, confirmed])

    assert (found.at_once, found.useful, found.told) == (0, 1, 1)


def test_the_first_date_is_left_out(story: Story) -> None:
    articles = make_stream(story, RECIPES["S1"])
    alert = JudgedArticle(0, articles[0], Verdict(Outcome.ALERT, 0.5, 0.5, ()))

    assert count(articles, [alert]) == Counts(first_reports=2)


def test_figures_are_of_the_sums_over_all_stories() -> None:
    both = Counts(4, 1, 3, 4, 2) + Counts(4, 3, 3, 4, 4)

    assert (both.recall, both.share_told, both.precision) == (0.5, 0.75, 0.75)
    assert (both.f1, both.per_date) == (0.6, 1.333)
    assert Counts().f1 is None


def test_results_of_stories_are_added_up() -> None:
    one = BusResult(Counts(1), Counts(2), Counts(3))

    assert one + one == BusResult(Counts(2), Counts(4), Counts(6))


def test_the_plain_rules_are_measured_beside_the_judge(tmp_path: Path) -> None:
    found = measure_story(write_story(tmp_path), "S1")

    assert found.judge.first_reports == 2
    assert (found.every_article.recall, found.every_article.precision) == (1, 0.333)


def test_stories_lie_under_the_suites(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir(parents=True)
    path = write_story(tmp_path / FOLDER)

    assert find_stories(tmp_path) == [path]
