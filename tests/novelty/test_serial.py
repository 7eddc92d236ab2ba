"""Facts to JSON and back."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Facts
from monitor.novelty import facts_from_json, facts_to_json

TEXTS = st.lists(st.text(max_size=8), max_size=4).map(tuple)
DAYS = st.lists(st.dates(), max_size=3).map(tuple)
FACTS = st.builds(
    Facts,
    classes=TEXTS,
    roles=TEXTS,
    names=TEXTS,
    numbers=TEXTS,
    days=DAYS,
    is_negated=st.booleans(),
    is_background=st.booleans(),
    is_fresh=st.booleans(),
    quotes=TEXTS,
    speaker=st.text(max_size=8),
    years=st.lists(st.integers(1800, 2100), max_size=3).map(tuple),
    event_days=DAYS,
    is_note=st.booleans(),
    quoted_share=st.floats(0, 1),
)


@given(FACTS)
def test_facts_come_back_as_they_went(facts: Facts) -> None:
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_nothing_empty_is_stored() -> None:
    assert facts_to_json(Facts()) == {}


DAY = date(2025, 7, 23)


@pytest.mark.parametrize(
    ("facts", "stored"),
    [
        (Facts(classes=("STAY", "SAY")), {"c": ["STAY", "SAY"]}),
        (Facts(roles=("JUDGE",)), {"r": ["JUDGE"]}),
        (Facts(names=("marlow",)), {"n": ["marlow"]}),
        (Facts(numbers=("6m",)), {"x": ["6m"]}),
        (Facts(quotes=("nothing was done",)), {"q": ["nothing was done"]}),
        (Facts(speaker="marlow"), {"s": "marlow"}),
        (Facts(days=(DAY,)), {"d": ["2025-07-23"]}),
        (Facts(event_days=(DAY,)), {"e": ["2025-07-23"]}),
        (Facts(years=(2019,)), {"y": [2019]}),
        (Facts(is_negated=True), {"neg": True}),
        (Facts(is_background=True), {"bg": True}),
        (Facts(is_fresh=True), {"fr": True}),
        (Facts(is_note=True), {"note": True}),
        (Facts(quoted_share=0.25), {"qs": 0.25}),
    ],
)
def test_every_fact_has_the_key_under_which_databases_hold_it(
    facts: Facts, stored: dict[str, object]
) -> None:
    assert facts_to_json(facts) == stored
    assert facts_from_json(stored) == facts


def test_keys_of_a_later_version_are_left_alone() -> None:
    assert facts_from_json({"n": ["marlow"], "zz": 1}) == Facts(names=("marlow",))
