"""When a page is asked for again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.pipeline.recheck_schedule import (
    LIVE_INTERVAL,
    STEPS,
    after_failure,
    after_live,
    next_step,
)

FOUND = datetime(2025, 4, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGES = st.timedeltas(timedelta(), timedelta(days=400))


def test_the_steps_are_counted_from_when_the_article_was_found() -> None:
    at, steps = FOUND, []
    while (step := next_step(FOUND, at)) is not None:
        steps.append((step - FOUND) / HOUR)
        at = step

    assert steps == [1, 6, 24, 72, 168, 720]


def test_after_a_week_off_one_step_is_due() -> None:
    assert next_step(FOUND, FOUND + timedelta(days=7)) == FOUND + timedelta(days=30)


def test_a_page_without_an_answer_is_tried_at_the_next_step_and_never_given_up() -> None:
    assert after_failure(FOUND, FOUND + HOUR) == FOUND + 6 * HOUR
    at, tries = FOUND + STEPS[-1], 0
    while at < FOUND + timedelta(days=365):
        at, tries = after_failure(FOUND, at), tries + 1
    assert 10 <= tries <= 20


def test_a_live_blog_is_asked_with_its_feed_until_it_has_been_quiet_for_a_day() -> None:
    now = FOUND + 30 * HOUR
    assert after_live(
        FOUND, now, changed_at=now - HOUR, interval=timedelta(minutes=7)
    ) == now + timedelta(minutes=7)
    assert after_live(FOUND, now, changed_at=now - HOUR, interval=None) == now + LIVE_INTERVAL
    assert after_live(FOUND, now, changed_at=now - 24 * HOUR, interval=None) == FOUND + 72 * HOUR


@given(AGES)
def test_the_next_look_is_always_in_the_future(age: timedelta) -> None:
    now = FOUND + age

    assert after_failure(FOUND, now) > now
    assert (step := next_step(FOUND, now)) is None or step > now
