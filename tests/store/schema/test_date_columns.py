"""Where a date comes from, through the store and back."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from monitor.model import DateFlag, DateOrigin, Precision
from monitor.store.schema.date_columns import from_columns, pick_columns, to_columns

ORIGINS = st.builds(
    DateOrigin,
    source=st.sampled_from(["", "pubDate", "first_seen"]),
    raw=st.text(max_size=20),
    flag=st.none() | st.sampled_from(DateFlag),
    precision=st.none() | st.sampled_from(Precision),
    is_zone_assumed=st.none() | st.booleans(),
)


@given(ORIGINS)
def test_an_origin_survives_the_store(origin: DateOrigin) -> None:
    row = SimpleNamespace(**to_columns(origin))

    assert from_columns(row) == origin
    assert pick_columns(row) == to_columns(origin)


def test_what_is_not_known_is_empty_and_its_zone_is_none() -> None:
    columns = to_columns(DateOrigin())

    assert columns.pop("is_zone_assumed") is None
    assert set(columns.values()) == {""}
