"""What was done without a line of its own is told in one."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from monitor.daemon.observability.summary import Summary
from monitor.pipeline.work import Tally

UNITS = st.sampled_from(["poll", "entry", "page", "delivery"])
OUTCOMES = st.sampled_from(["new", "same", "failed"])
WORK = st.lists(st.tuples(UNITS, OUTCOMES), max_size=20)


def test_an_hours_work_is_one_line_by_kind_and_outcome() -> None:
    tally = Tally()
    for unit, outcome in [("poll", "not_modified")] * 3 + [("poll", "new"), ("page", "same")]:
        tally.note(unit, outcome)

    with capture_logs() as logs:
        Summary(tally).tell()

    (line,) = logs
    assert line["polls"] == {"new": 1, "not_modified": 3}
    assert line["pages"] == {"same": 1}
    assert "deliveries" not in line


def test_an_hour_without_work_has_no_line() -> None:
    tally = Tally()
    tally.note("poll", "new")
    summary = Summary(tally)

    with capture_logs() as logs:
        summary.tell()
        summary.tell()

    assert len(logs) == 1


@given(st.lists(WORK, max_size=5))
def test_lines_add_up_to_all_that_was_done(hours: list[list[tuple[str, str]]]) -> None:
    tally = Tally()
    summary = Summary(tally)
    with capture_logs() as logs:
        for hour in hours:
            for unit, outcome in hour:
                tally.note(unit, outcome)
            summary.tell()

    told = sum(sum(kind.values()) for line in logs for kind in line.values() if type(kind) is dict)
    assert told == sum(map(len, hours)) == tally.counts().total()
    assert len(logs) == sum(map(bool, hours))
