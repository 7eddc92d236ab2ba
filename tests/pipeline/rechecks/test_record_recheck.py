"""What asking for a page again means: its next state, what is noted, and the next check."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import Extraction, Validators
from monitor.novelty import Change
from monitor.pipeline.recheck_schedule import CONFIRM_AFTER, LIVE_INTERVAL, STEPS
from monitor.pipeline.rechecks.record_recheck import (
    Recheck,
    RecheckOutcome,
    StateChange,
    next_check,
    next_state,
)
from monitor.store.articles import PageSeen, StoredArticle
from monitor.store.pages import DuePage
from tests.world import at

FOUND = at("2025-06-01T12:00:00")
NOW = FOUND + timedelta(hours=2)
URL = "https://quarry.example/1"
ARTICLE = StoredArticle(
    id=1,
    canonical_url=URL,
    url=URL,
    title="Quarry reopens",
    summary="",
    text="The quarry reopened on Sunday.",
    text_hash="",
    outlet="Quarry News",
    author="",
    lang="en",
    published_at=None,
    found_at=FOUND,
    extraction=Extraction.FULL,
    page_status="ok",
    page_reason="",
    extractor="",
    origin="feed",
    revision_id=1,
    revision=1,
)
PAGE = DuePage(
    id=1,
    url=URL,
    validators=Validators(),
    page_title="",
    page_hash="",
    status="ok",
    state="there",
    failures=0,
    changed_at=None,
    article=ARTICLE,
    feed_interval=timedelta(minutes=10),
)
LIVE = PageSeen(URL, "live")


@pytest.mark.parametrize(
    ("before", "outcome", "after", "noted"),
    [
        ("there", RecheckOutcome.SAME, "there", None),
        ("there", RecheckOutcome.CHANGED, "there", None),
        ("there", RecheckOutcome.MISSING, "missing", None),
        ("missing", RecheckOutcome.MISSING, "removed", Change.REMOVED),
        ("missing", RecheckOutcome.SAME, "there", None),
        ("missing", RecheckOutcome.FAILED, "missing", None),
        ("removed", RecheckOutcome.MISSING, "removed", None),
        ("removed", RecheckOutcome.SAME, "there", Change.RETURNED),
        ("there", RecheckOutcome.WALLED, "paywalled", Change.PAYWALLED),
        ("paywalled", RecheckOutcome.WALLED, "paywalled", None),
        ("paywalled", RecheckOutcome.CHANGED, "there", Change.RETURNED),
        ("paywalled", RecheckOutcome.MISSING, "missing", None),
        ("there", RecheckOutcome.OTHER, "there", None),
        ("there", RecheckOutcome.FAILED, "there", None),
        ("there", RecheckOutcome.HELD, "there", None),
    ],
)
def test_only_what_is_seen_twice_is_a_removal(
    before: str, outcome: RecheckOutcome, after: str, noted: Change | None
) -> None:
    recheck = Recheck(replace(PAGE, state=before), outcome)

    assert next_state(recheck) == StateChange(after, noted)


def test_a_text_that_was_never_read_in_full_cannot_go_behind_a_wall() -> None:
    teaser = replace(PAGE, article=replace(ARTICLE, extraction=Extraction.TEASER))

    assert next_state(Recheck(teaser, RecheckOutcome.WALLED)) == StateChange("there")


@pytest.mark.parametrize(
    ("recheck", "state", "at_time"),
    [
        (Recheck(PAGE, RecheckOutcome.SAME), "there", FOUND + STEPS[1]),
        (Recheck(PAGE, RecheckOutcome.OTHER), "there", FOUND + STEPS[1]),
        (Recheck(PAGE, RecheckOutcome.MISSING), "missing", NOW + CONFIRM_AFTER),
        (Recheck(PAGE, RecheckOutcome.MISSING), "removed", FOUND + STEPS[1]),
        (Recheck(PAGE, RecheckOutcome.HELD), "there", NOW + timedelta(minutes=1)),
        (
            Recheck(PAGE, RecheckOutcome.HELD, wait=timedelta(hours=3)),
            "there",
            NOW + timedelta(hours=3),
        ),
        (Recheck(PAGE, RecheckOutcome.FAILED), "there", FOUND + STEPS[1]),
        (
            Recheck(PAGE, RecheckOutcome.FAILED, wait=timedelta(hours=9)),
            "there",
            NOW + timedelta(hours=9),
        ),
    ],
    ids=["same", "other", "missing", "removed", "held", "held for long", "failed", "busy"],
)
def test_the_next_check_is_the_next_step_unless_something_speaks_for_another_time(
    recheck: Recheck, state: str, at_time: datetime
) -> None:
    assert next_check(recheck, state, NOW) == at_time


def test_after_the_last_step_nothing_is_asked_but_what_failed() -> None:
    late = FOUND + STEPS[-1] + timedelta(days=1)

    assert next_check(Recheck(PAGE, RecheckOutcome.SAME), "there", late) is None
    assert next_check(Recheck(PAGE, RecheckOutcome.FAILED), "there", late) is not None


@pytest.mark.parametrize(
    ("known", "outcome", "wait"),
    [
        ({}, RecheckOutcome.SAME, timedelta(minutes=10)),
        ({"feed_interval": None}, RecheckOutcome.SAME, LIVE_INTERVAL),
        ({"changed_at": FOUND - timedelta(days=2)}, RecheckOutcome.SAME, timedelta(hours=4)),
        ({"changed_at": FOUND - timedelta(days=2)}, RecheckOutcome.CHANGED, timedelta(minutes=10)),
    ],
    ids=["with its feed", "without one", "quiet for a day", "quiet until now"],
)
def test_a_live_blog_is_asked_with_its_feed_while_it_changes(
    known: dict[str, object], outcome: RecheckOutcome, wait: timedelta
) -> None:
    page = replace(PAGE, **known)  # type: ignore[arg-type]

    assert next_check(Recheck(page, outcome, LIVE), "there", NOW) == NOW + wait
