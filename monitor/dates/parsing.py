"""Taking a date string apart."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from monitor.dates.clocks import cut_time
from monitor.dates.days import TOKEN, make_date, read_day
from monitor.dates.guessing import ask_dateparser
from monitor.dates.values import ParsedDate
from monitor.dates.zones import cut_zone
from monitor.model import Precision

_MAX_CHARS = 120
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_ISO_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?|-?(\d{3}))?(?=$|[T\s])", re.IGNORECASE)
_COMPACT_TIME = re.compile(r"^[Tt](\d{2})(\d{2})(\d{2})(?![\d:])")
_FRACTION = re.compile(r":\d{2}:\d{2}[.,](\d{1,9})(?!\d)")
_PARENTHESES = re.compile(r"\([^()]*\)")
_DIGITS = re.compile(r"\d")


def parse_date(
    text: str | None,
    *,
    lang: str | None = None,
    keep_fraction: bool = False,
    may_guess: bool = True,
) -> ParsedDate | None:
    """Reads one date string; None when it is not understood completely.

    Args:
        text: as the document has it.
        lang: language tag of the document: names of months, and the order of `3/4/2025` (month
            first in `en-US` only).
        keep_fraction: keep fractions of a second, as pages state them; else they are cut off.
        may_guess: ask `dateparser` where the rules fail (30 ms for a string that it does not know
            either).
    """
    if not text or len(text) > 4 * _MAX_CHARS:
        return None
    text = unicodedata.normalize("NFC", " ".join(text.split())[:_MAX_CHARS])
    if not _DIGITS.search(text):
        return None
    try:
        parsed = _parse_known(text, lang, may_guess=may_guess)
    # A day or a moment that the calendar does not have.
    except (OverflowError, ValueError):
        return None
    return _with_fraction(parsed, text) if parsed and keep_fraction else parsed


def _parse_known(text: str, lang: str | None, *, may_guess: bool) -> ParsedDate | None:
    parsed = _parse_epoch(text) or _parse_parts(text, lang)
    if parsed is None and may_guess:
        return ask_dateparser(text, lang)
    return parsed


def _with_fraction(parsed: ParsedDate, text: str) -> ParsedDate:
    fraction = _FRACTION.search(text)
    if fraction is None or parsed.precision is Precision.DAY:
        return parsed
    microsecond = int(fraction[1][:6].ljust(6, "0"))
    return replace(parsed, at=parsed.at.replace(microsecond=microsecond))


def _parse_epoch(text: str) -> ParsedDate | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text) / (1_000 if len(text) == 13 else 1)
    return ParsedDate(datetime.fromtimestamp(seconds, UTC).replace(microsecond=0))


def _parse_parts(text: str, lang: str | None) -> ParsedDate | None:
    """Takes the string apart: ISO date or words and numbers, then time, then zone."""
    rest = _PARENTHESES.sub(" ", text)
    iso = _ISO_DATE.match(rest)
    day = _iso_day(iso) if iso else None
    if iso and day:
        rest = _COMPACT_TIME.sub(r"\1:\2:\3", rest[iso.end() :]).removeprefix("T").removeprefix("t")
    time_cut = cut_time(rest)
    zone_cut = cut_zone(time_cut.rest, has_time=time_cut.clock is not None)
    if day is None:
        day = read_day(zone_cut.rest, lang)
    elif TOKEN.search(zone_cut.rest):
        return None  # something is left over, so the string means something else
    return _combine(day, time_cut.clock, zone_cut.zone) if day else None


def _combine(day: date, clock: timedelta | None, zone: tzinfo | None) -> ParsedDate:
    if clock is None:
        return ParsedDate(datetime.combine(day, time(), UTC), Precision.DAY)
    local = datetime.combine(day, time(), zone or UTC) + clock
    return ParsedDate(local.astimezone(UTC), is_zone_assumed=zone is None)


def _iso_day(match: re.Match[str]) -> date | None:
    year, month, day, ordinal = match.groups()
    if ordinal is None:
        return make_date(int(year), int(month or 1), int(day or 1))
    if not 1 <= int(ordinal) <= 366:
        return None
    return date(int(year), 1, 1) + timedelta(days=int(ordinal) - 1)
