"""Cases that several tests ask."""

import pytest

from tests.novelty.world import SINKING, TUESDAY, Case, grown_case


@pytest.fixture
def grown() -> Case:
    """A case of 25 articles, old enough for the trained weights."""
    return grown_case()


@pytest.fixture
def young() -> Case:
    """A case that knows one article, so that the rule decides."""
    case = Case()
    case.store(SINKING, TUESDAY)
    return case
