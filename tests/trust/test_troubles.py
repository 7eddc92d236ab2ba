"""A short form of what a daemon has to bear from its machine; `make trust` tries all of it."""

from __future__ import annotations

import pytest

from tests.trust.disks import full_and_read_only_disks
from tests.trust.figures import missed
from tests.trust.stops import stops_at_random_times

pytestmark = pytest.mark.long


def test_a_daemon_ends_well_whenever_it_is_told_to() -> None:
    assert missed(stops_at_random_times(2)) == []


def test_a_full_disk_is_told_and_survived() -> None:
    assert missed(full_and_read_only_disks()) == []
