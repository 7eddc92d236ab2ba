"""A short form of the kills; `make trust` tries a thousand."""

from __future__ import annotations

import random

import pytest

from tests.trust.figures import missed
from tests.trust.kills import judge, kill_at_random, kills_at_points, warm_lives
from tests.trust.power import power_cuts, why_not
from tests.trust.workers import Troubles, several_workers

pytestmark = pytest.mark.long

# One point of each kind of transaction, and the send.
SHORT = ("store_poll", "record_article", "send", "mark_sent")


def test_nothing_is_lost_or_told_twice_by_random_kills() -> None:
    kills = 10

    with warm_lives() as lives:
        found = kill_at_random(lives, kills, random.Random(5))

    assert missed(judge("kills", found, kills)) == []


def test_nothing_is_lost_by_kills_around_each_commit_and_each_send() -> None:
    assert missed(kills_at_points(1, points=SHORT)) == []


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_no_acknowledged_commit_is_lost_by_a_power_cut() -> None:
    assert missed(power_cuts(20)) == []


@pytest.mark.skipif(bool(why_not()), reason=why_not())
def test_a_commit_that_does_not_wait_for_the_disk_is_noticed() -> None:
    assert missed(power_cuts(5, broken="commits do not wait for the disk")) != []


def test_workers_on_one_postgresql_lose_nothing_in_trouble() -> None:
    assert missed(several_workers(Troubles(2, 1, 1, workers=2))) == []
