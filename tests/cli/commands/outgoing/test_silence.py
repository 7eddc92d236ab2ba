"""`monitor silence`: added with an end and a reason, listed, ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.config import read_rows, run_command
from tests.world import Outlet

WHY = ("--comment", "only photographs")


def listed(config: Path, *options: str) -> list[dict[str, str]]:
    done = run_command(config, "silence", "list", "--format", "json", *options)
    return json.loads(done.stdout)


def test_a_silence_is_listed_until_it_is_ended(polled: Path) -> None:
    done = run_command(polled, "silence", "add", "--outlet", "Bay Post", "--for", "7d", *WHY)
    assert done.returncode == 0, done.stderr

    (row,) = listed(polled)
    assert (row["kind"], row["value"], row["comment"]) == ("outlet", "Bay Post", "only photographs")
    ended = run_command(polled, "silence", "expire", row["id"][:8])

    assert ended.returncode == 0
    assert listed(polled) == []
    assert [one["id"] for one in listed(polled, "--all")] == [row["id"]]


@pytest.mark.parametrize(
    "options",
    [
        ("--outlet", "Bay Post", "--for", "7d"),
        ("--outlet", "Bay Post", *WHY),
        ("--for", "7d", *WHY),
        ("--outlet", "Bay Post", "--query", "pier", "--for", "7d", *WHY),
        ("--outlet", "Bay Post", "--for", "7 years", *WHY),
        ("--outlet", "Bay Post", "--for", "900d", *WHY),
        ("--outlet", "Bay Post", "--until", "2020-01-01", *WHY),
        ("--query", '"pier', "--for", "7d", *WHY),
    ],
    ids=["no reason", "no end", "nothing", "two things", "no span", "too long", "past", "query"],
)
def test_a_silence_without_end_reason_or_sense_is_refused(
    polled: Path, options: tuple[str, ...]
) -> None:
    done = run_command(polled, "silence", "add", *options, check=False)

    assert done.returncode == 2
    assert listed(polled, "--all") == []


def test_a_reason_has_at_most_500_characters(polled: Path) -> None:
    def add(comment: str) -> tuple[int, str]:
        options = ("--outlet", "Bay Post", "--for", "7d", "--comment", comment)
        done = run_command(polled, "silence", "add", *options, check=False)
        return done.returncode, done.stderr

    code, said = add("é" * 501)
    assert code == 2
    assert "500 characters" in said
    assert listed(polled) == []

    # What stands round it is not counted.
    assert add(f" {'é' * 500} ")[0] == 0
    assert [one["comment"] for one in listed(polled)] == ["é" * 500]


def test_a_story_is_silenced_by_its_id_or_by_the_address_of_an_article(
    judged: Path, outlet: Outlet
) -> None:
    url = f"{outlet.base}/order"
    (story,) = json.loads(run_command(judged, "stories", "show", url, "--format", "json").stdout)

    for named in (url, story["id"], story["id"][:7]):
        run_command(judged, "silence", "add", "--story", named, "--for", "7d", *WHY)

    assert {row["value"] for row in listed(judged)} == {story["id"]}


@pytest.mark.parametrize(
    "options",
    [("--case", "nowhere"), ("--story", "abcdef"), ("--story", "https://nobody.example/x")],
)
def test_a_silence_of_what_is_not_there_is_refused(polled: Path, options: tuple[str, ...]) -> None:
    done = run_command(polled, "silence", "add", *options, "--for", "7d", *WHY, check=False)

    assert done.returncode == 1


@pytest.mark.parametrize("case", [(), ("--case", "abrego-garcia")])
def test_an_outlet_that_nothing_is_of_is_silenced_with_a_warning(
    judged: Path, outlet: Outlet, case: tuple[str, ...]
) -> None:
    for name in (outlet.name.upper(), "Bay Post"):
        done = run_command(judged, "silence", "add", "--outlet", name, "--for", "7d", *case, *WHY)

        assert ("no stored article" in done.stderr) is (name == "Bay Post")
    assert len(listed(judged)) == 2


def test_a_story_that_was_merged_is_silenced_as_the_one_that_it_is_now(judged: Path) -> None:
    (story,) = read_rows(judged, "stories", "list")
    (shown,) = read_rows(judged, "stories", "show", story["id"])
    article = shown["texts"][-1]["articles"][-1]["id"]
    run_command(judged, "stories", "split", story["id"], article, "--comment", "another court")
    into, merged = (row["id"] for row in read_rows(judged, "stories", "list"))
    run_command(judged, "stories", "merge", into, merged, "--comment", "one story")

    run_command(judged, "silence", "add", "--story", merged, "--for", "7d", *WHY)

    assert [row["value"] for row in listed(judged)] == [into]
