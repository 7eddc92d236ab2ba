"""A short form of what takes time: silence, hanging channels, memory."""

from __future__ import annotations

import pytest

from tests.trust.figures import missed
from tests.trust.soak import beside_hanging_channels

pytestmark = pytest.mark.long


def test_healthy_channels_do_not_wait_for_those_that_hang() -> None:
    assert missed(beside_hanging_channels(2)) == []
