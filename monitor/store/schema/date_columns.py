"""Where a date comes from, as columns: entries and articles keep the same five."""

from __future__ import annotations

from typing import Any

from monitor.model import DateFlag, DateOrigin, Precision


def to_columns(origin: DateOrigin) -> dict[str, Any]:
    """Returns the columns of a date's origin."""
    return {
        "published_raw": origin.raw,
        "published_source": origin.source,
        "published_flag": origin.flag.value if origin.flag else "",
        "published_precision": origin.precision.value if origin.precision else "",
        "is_zone_assumed": origin.is_zone_assumed,
    }


def pick_columns(row: Any) -> dict[str, Any]:
    """Returns the columns of a date's origin from a row of entries or articles, for a view that
    shows them.
    """
    return to_columns(from_columns(row))


def from_columns(row: Any) -> DateOrigin:
    """Reads what `to_columns` gave from a row of entries or articles."""
    return DateOrigin(
        source=row.published_source,
        raw=row.published_raw,
        flag=DateFlag(row.published_flag) if row.published_flag else None,
        precision=Precision(row.published_precision) if row.published_precision else None,
        is_zone_assumed=row.is_zone_assumed,
    )
