"""Facts to JSON and back."""

import json

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
def test_facts_come_back_as_they_went(facts):
    assert facts_from_json(json.loads(json.dumps(facts_to_json(facts)))) == facts


def test_nothing_empty_is_stored():
    assert facts_to_json(Facts()) == {}
