"""A short form of the pages under load and under attack; `make trust` has more readers."""

from __future__ import annotations

import pytest

from tests.trust.figures import missed
from tests.trust.readers import many_readers

pytestmark = pytest.mark.long


def test_pages_are_read_and_attacked_and_the_daemon_works_on() -> None:
    assert missed(many_readers(60, alerts=2)) == []
