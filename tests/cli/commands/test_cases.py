"""`cases …`: what is followed, and what a query would find before it counts."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.config import read_rows, run_command


def test_a_query_is_tried_on_what_is_stored(judged: Path) -> None:
    run = read_rows(judged, "cases", "test", "--query", "bukele AND oath")[0]

    assert (run["items"], run["hits"]) == (2, 1)
    assert any("President says no" in miss for miss in run["near_misses"])
    assert read_rows(judged, "cases", "test", "abrego-garcia")[0]["hits"] == 2
    assert run_command(judged, "cases", "test", check=False).returncode == 2
    assert run_command(judged, "cases", "test", "--query", '"open', check=False).returncode == 2
