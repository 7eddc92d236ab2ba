"""Names in a byline."""

from __future__ import annotations

import pytest

from monitor.extraction.authors import split_names


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("By Jane Roe", ["Jane Roe"]),
        ("Por Ana Pérez y Leo Loe", ["Ana Pérez", "Leo Loe"]),
        ("Written by: Jane Roe and Leo Loe", ["Jane Roe", "Leo Loe"]),
        ("Jane Roe, Leo Loe & Ana Pérez", ["Jane Roe", "Leo Loe", "Ana Pérez"]),
        ("Jane Roe | Leo Loe • Ana Pérez", ["Jane Roe", "Leo Loe", "Ana Pérez"]),
        ("Jane Roe – Harbor Herald", ["Jane Roe"]),
        ("Jane Roe (Harbor Herald)", ["Jane Roe"]),
        ("Jane Roe for the Harbor Herald", ["Jane Roe"]),
        ("Jane Roe, Staff Writer", ["Jane Roe"]),
        ("Staff Writer", ["Staff Writer"]),
        ("Jane &amp; Leo", ["Jane", "Leo"]),
        ("", []),
        (" – ", []),
    ],
)
def test_a_byline_is_split_into_names_without_jobs_and_houses(
    byline: str, names: list[str]
) -> None:
    assert names == split_names(byline)
