"""Silences: what is not told at once for a while, by case, story, outlet or query.

A silence always ends. What it keeps back stays in the timeline and in digests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter

from monitor.matching import Folded, compile_query
from monitor.text import fold


class SilenceKind(StrEnum):
    """What a silence is about."""

    CASE = "case"
    STORY = "story"
    OUTLET = "outlet"
    QUERY = "query"


@dataclass(frozen=True, slots=True)
class Silence:
    """What is not told at once, and until when.

    Attributes:
        case_id: of the case that it holds for; None for all.
        value: the story's public id, the outlet's or newsroom's name, or the query; empty for a
            case as a whole.
        comment: why.
    """

    id: int
    case_id: int | None
    kind: SilenceKind
    value: str
    comment: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Report:
    """The first report of a development, as far as it can be silenced.

    Attributes:
        story: its public id.
        names: of the outlet and its newsroom.
        folded: what a query sees of it.
    """

    case_id: int
    story: str
    names: tuple[str, ...]
    folded: Folded


def find_silence(silences: Iterable[Silence], report: Report, now: datetime) -> Silence | None:
    """Returns the silence in force that a report falls under, the longest of several; None when
    there is none.
    """
    in_force = [one for one in silences if one.ends_at > now]
    found = filter(lambda one: _holds_for(one, report, now), in_force)
    return max(found, key=attrgetter("ends_at"), default=None)


def _holds_for(silence: Silence, report: Report, now: datetime) -> bool:
    # One without a case holds for all of them.
    if silence.case_id not in (None, report.case_id):
        return False
    match silence.kind:
        case SilenceKind.CASE:
            return True
        case SilenceKind.STORY:
            return silence.value == report.story
        case SilenceKind.OUTLET:
            return fold(silence.value) in map(fold, report.names)
        case SilenceKind.QUERY:
            match = compile_query(silence.value).match(report.folded, now=now)
            # What could not be decided is told: silence is what somebody has asked for.
            return match is not None and not match.undecided
