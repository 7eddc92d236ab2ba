"""Counting units of work."""

from __future__ import annotations

from monitor.pipeline.work import Tally


def test_units_are_counted_by_what_became_of_them() -> None:
    tally = Tally()
    for outcome in ("new", "failed", "new"):
        tally.note("poll", outcome)
    tally.note("page", "new")

    assert tally.counts() == {("poll", "new"): 2, ("poll", "failed"): 1, ("page", "new"): 1}


def test_counts_that_were_taken_do_not_go_on() -> None:
    tally = Tally()
    taken = tally.counts()

    tally.note("poll", "new")

    assert taken.total() == 0
