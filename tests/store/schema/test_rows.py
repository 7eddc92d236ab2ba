"""A row becomes a value: same names by themselves, others as they are given."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from monitor.store.schema.rows import as_record, as_value


@dataclass(frozen=True, slots=True)
class Boat:
    name: str
    masts: int
    flags: tuple[str, ...] = ()


def test_fields_are_the_columns_of_the_same_name() -> None:
    row = SimpleNamespace(name="Ferrow", masts=2, flags=("red",), id=7)

    assert as_value(Boat, row) == Boat("Ferrow", 2, ("red",))


def test_what_is_given_goes_before_the_row() -> None:
    row = SimpleNamespace(name="Ferrow", masts=2, flags=["red"])

    assert as_value(Boat, row, flags=tuple(row.flags), masts=3) == Boat("Ferrow", 3, ("red",))


def test_a_column_that_is_missing_is_an_error_even_with_a_default() -> None:
    with pytest.raises(AttributeError, match="flags"):
        as_value(Boat, SimpleNamespace(name="Ferrow", masts=2))


def test_columns_by_name_make_the_same_value_as_their_row() -> None:
    columns = {"flags": ["red"], "name": "Ferrow", "masts": 2, "tons": 90}

    assert as_record(Boat, columns, flags=("red",)) == Boat("Ferrow", 2, ("red",))
    assert as_record(Boat, columns, name="Mill", masts=1) == Boat("Mill", 1, ["red"])
