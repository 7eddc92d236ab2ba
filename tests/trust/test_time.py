"""A short form of what takes time: silence, hanging channels, memory."""

from __future__ import annotations

import pytest

from tests.trust.figures import missed
from tests.trust.silence import BREAK_DAY, SILENT_FOR, silent_feeds
from tests.trust.soak import beside_hanging_channels

pytestmark = pytest.mark.long


def test_healthy_channels_do_not_wait_for_those_that_hang() -> None:
    assert missed(beside_hanging_channels(2)) == []


def test_every_silence_is_told_and_none_that_is_a_rhythm() -> None:
    days = BREAK_DAY + 2 * SILENT_FOR.days

    assert missed(silent_feeds(days=days)) == []
