"""The suites' raw HTTP responses through the real fetch and poll path: each does what the suites'
index expects.

Runs where MONITOR_SUITES names the suites; own fixtures of the same kinds are in tests/fetching and
tests/pipeline."""

from __future__ import annotations

import pytest

from tests.conformance.http_cases import CASES, list_cases, replay
from tests.conformance.suites import VARIABLE, find_suites

pytestmark = pytest.mark.skipif(
    find_suites() is None, reason=f"{VARIABLE} names no conformance suites"
)


def test_every_response_of_the_suites_has_its_expectation() -> None:
    assert sorted(CASES) == list_cases()


@pytest.mark.parametrize("name", list_cases())
def test_http_case(name: str) -> None:
    replay(name)
