"""What a silence of an outlet can be about."""

from __future__ import annotations

import pytest

from monitor.store import Store
from monitor.store.articles import set_newsroom
from monitor.store.silences import find_case_id, knows_outlet
from tests.store.rows import add_case
from tests.store.views.stored import judge


@pytest.mark.parametrize(
    ("name", "of_harbour", "of_quarry"),
    [
        ("Gazette", True, False),
        ("GAZETTE", True, False),
        ("Courier", False, True),
        ("Harbour Wire", True, False),
        ("BBC", False, True),
        ("no such outlet", False, False),
    ],
)
def test_an_outlet_is_known_by_its_name_or_its_newsroom_s(
    store: Store, name: str, of_harbour: bool, of_quarry: bool
) -> None:
    harbour = store.write(judge, 1)
    store.write(set_newsroom, harbour.article_id, "Harbour Wire")
    address = "https://www.bbc.co.uk/news/2"
    store.write(judge, 2, slug="quarry", outlet="Courier", url=address, urls=(address,))
    cases = [store.read(find_case_id, slug) for slug in ("harbour", "quarry")]

    known = [store.read(knows_outlet, name, case_id) for case_id in (*cases, None)]

    assert known == [of_harbour, of_quarry, of_harbour or of_quarry]


def test_a_store_without_articles_knows_no_outlet(store: Store) -> None:
    assert not store.read(knows_outlet, "Gazette", store.write(add_case))
