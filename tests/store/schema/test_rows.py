"""A row becomes a value: same names by themselves, others as they are given."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace

import pytest

from monitor.store.schema.rows import as_value


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
