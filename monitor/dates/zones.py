"""The zone of a time: an offset, an abbreviation, a name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

_ABBREVIATION = re.compile(r"[A-Za-z]{1,5}")
OFFSET = re.compile(
    r"(?<![\w])(?:(?:utc|gmt|ut|z)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?"
    r"(?:\s*z)?(?![\d:/.-])",
    re.IGNORECASE,
)
_IANA = re.compile(r"\b([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2})\b")
# Stands where the time was cut out: a zone stands behind it.
TIME_MARK = "\N{BULLET}"
# Hours from UTC. What is the abbreviation of several zones is read as news from its largest country
# means it: "ist" is India's, "cst" America's.
# fmt: off
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez":
    1, "cest": 2, "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "trt": 3, "gst": 4, "pkt":
    5, "ist": 5.5, "wib": 7, "ict": 7, "hkt": 8, "sgt": 8, "pht": 8, "awst": 8, "jst": 9, "kst":
    9, "acst": 9.5, "aest": 10, "acdt": 10.5, "aedt": 11, "nzst": 12, "nzdt": 13, "brt": -3,
    "art": -3, "clst": -3, "adt": -3, "ndt": -2.5, "nst": -3.5, "ast": -4, "clt": -4, "bot": -4,
    "edt": -4, "est": -5, "cdt": -5, "cot": -5, "pet": -5, "ect": -5, "cst": -6, "mdt": -6, "mst":
    -7, "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10,
}
# fmt: on
# "ET" and its like name a place, not an offset.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}


@dataclass(frozen=True, slots=True)
class ZoneCut:
    """The zone in a text, None when it has none, and the text without it."""

    zone: tzinfo | None
    rest: str


@dataclass(frozen=True, slots=True)
class _FoundZone:
    """A zone and its place in a text; `zone` is None for a name that this system does not know."""

    zone: tzinfo | None
    start: int
    end: int

    def cut(self, text: str) -> str:
        """Returns the text without it."""
        return f"{text[: self.start]} {text[self.end :]}"


def cut_zone(text: str, *, has_time: bool) -> ZoneCut:
    """Cuts the zone out of the text: an offset or a name behind the time, an IANA name anywhere."""
    place = _find_iana_zone(text)
    if place is not None:
        return ZoneCut(place.zone, place.cut(text))
    if not has_time:
        named = _find_abbreviation(text, min_chars=3)
        return ZoneCut(named.zone, f" {named.cut(text)}") if named else ZoneCut(None, text)
    before, _, after = text.partition(TIME_MARK)
    found = _find_offset(after) or _find_abbreviation(after, min_chars=1)
    if found is None:
        return ZoneCut(None, f"{before} {after}")
    return ZoneCut(found.zone, f"{before} {found.cut(after)}")


def _find_iana_zone(text: str) -> _FoundZone | None:
    match = _IANA.search(text)
    zone = _load_zone(match[1]) if match else None
    return _FoundZone(zone, match.start(), match.end()) if match and zone else None


def _find_offset(text: str) -> _FoundZone | None:
    match = OFFSET.search(text)
    if match is None:
        return None
    minutes = int(match["hours"]) * 60 + int(match["minutes"] or 0)
    if len(match["hours"]) > 1 and minutes >= 24 * 60:
        return None
    offset = timedelta(minutes=minutes if match["sign"] == "+" else -minutes)
    return _FoundZone(timezone(offset), match.start(), match.end())


def _find_abbreviation(text: str, *, min_chars: int) -> _FoundZone | None:
    """Returns the first abbreviation of a zone, in capitals: "Est" and "art" are words."""
    for match in _ABBREVIATION.finditer(text):
        name = match[0].lower()
        is_zone = name in _ZONES or name in _PLACES
        if is_zone and match[0].isupper() and len(name) >= min_chars:
            return _FoundZone(_named_zone(name), match.start(), match.end())
    return None


def _named_zone(name: str) -> tzinfo | None:
    if name in _PLACES:
        return _load_zone(_PLACES[name])
    return timezone(timedelta(hours=_ZONES[name]))


def _load_zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None
