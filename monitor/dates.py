"""Date strings of feeds and pages to instants.

Real feeds carry dates in every shape, and the usual parsers are silently wrong on many: they drop
`PM`, take `CEST` and `America/New_York` for UTC, read `2025/4/11` as 1 November and an epoch as a
year. A wrong instant is worse than none, so a string is taken apart completely here: time, zone,
weekday, month and numbers each have to be recognised, and a word that is left over means "not
read". Then `dateparser` gets a try, with relative dates ("2 days ago") switched off: there is no
clock here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from monitor.model import DateFlag, Precision

_MAX_CHARS = 120
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # no news feed is older: earlier dates are placeholders

_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_ISO_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?|-?(\d{3}))?(?=$|[T\s])", re.IGNORECASE)
_COMPACT_TIME = re.compile(r"^[Tt](\d{2})(\d{2})(\d{2})(?![\d:])")
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)\s*(?P<half>[ap]\.?\s?m\b\.?)?"
    r"|\s*(?P<half_alone>[ap]\.?\s?m\b\.?))",
    re.IGNORECASE,
)
_FRACTION = re.compile(r":\d{2}:\d{2}[.,](\d{1,9})(?!\d)")
_OFFSET = re.compile(
    r"(?<![\w])(?:(?:utc|gmt|ut|z)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?(?:\s*z)?(?![\d:/.-])",
    re.IGNORECASE,
)
_IANA = re.compile(r"\b([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2})\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{1,4})(?!\d)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
_DIGITS = re.compile(r"\d")
_MILITARY = re.compile(r"\d\s+[A-IK-Y]$", re.IGNORECASE)

_HOURS = 3_600
_ZONES = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "bst": 1, "cet": 1, "met": 1, "mez": 1, "cest": 2,
    "mest": 2, "mesz": 2, "eet": 2, "eest": 3, "msk": 3, "trt": 3, "gst": 4, "pkt": 5, "ist": 5.5, "wib": 7, "ict": 7,
    "hkt": 8, "sgt": 8, "pht": 8, "awst": 8, "jst": 9, "kst": 9, "acst": 9.5, "aest": 10, "acdt": 10.5, "aedt": 11,
    "nzst": 12, "nzdt": 13, "brt": -3, "art": -3, "clst": -3, "adt": -3, "ndt": -2.5, "nst": -3.5, "ast": -4, "clt": -4,
    "bot": -4, "edt": -4, "est": -5, "cdt": -5, "cot": -5, "pet": -5, "ect": -5, "cst": -6, "mdt": -6, "mst": -7,
    "pdt": -7, "pst": -8, "akdt": -8, "akst": -9, "hst": -10, "et": None, "ct": None, "mt": None, "pt": None,
}  # fmt: skip
# "ET" and its like name a place, not an offset.
_PLACES = {
    "et": "America/New_York",
    "ct": "America/Chicago",
    "mt": "America/Denver",
    "pt": "America/Los_Angeles",
}

_MONTHS = (
    "jan january enero ene janvier janv januar gennaio genn gen janeiro januari jaen",
    "feb february febrero febr fevrier fevr fev februar febbraio fevereiro februari",
    "mar march marzo mars marz maerz mrz mrt marco maart",
    "apr april abril abr avril avr aprile",
    "may mayo mai maggio mag maio mei",
    "jun june junio juin juni giugno giu junho",
    "jul july julio juillet juil juli luglio lug julho",
    "aug august agosto ago aout augustus",
    "sep sept september septiembre set setiembre septembre settembre setembro",
    "oct october octubre octobre okt oktober ottobre ott outubro out",
    "nov november noviembre novembre novembro",
    "dec december diciembre dic decembre dez dezember dicembre dezembro",
)
_MONTH = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = (
    "mon monday lun lunes lundi mo montag lunedi seg segunda maandag ma",
    "tue tues tuesday martes mardi di dienstag martedi ter terca dinsdag",
    "wed weds wednesday mie miercoles mer mercredi mi mittwoch mercoledi qua quarta woensdag wo",
    "thu thur thurs thursday jue jueves jeu jeudi do donnerstag gio giovedi qui quinta donderdag",
    "fri friday vie viernes ven vendredi fr freitag venerdi sex sexta vrijdag vr",
    "sat saturday sab sabado sam samedi sa samstag sabato zaterdag za",
    "sun sunday dom domingo dim dimanche so sonntag domenica zondag zo",
)
_WEEKDAY = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
# Languages tried where the document names none, or another than its dates have, by the script of
# the months' names. `dateparser` knows 205, and to load them all for one string that none of them
# knows costs a second or two; these are the most spoken ones and those of Europe's news.
_LATIN = (
    *(
        "en",
        "es",
        "fr",
        "de",
        "tr",
        "pt",
        "it",
        "nl",
        "vi",
        "pl",
        "cs",
        "id",
        "sv",
        "ro",
        "hu",
        "da",
        "fi",
        "sk",
        "sr-Latn",
    ),
    *(
        "nb",
        "hr",
        "lt",
        "sl",
        "ca",
        "et",
        "lv",
        "sw",
        "fil",
        "ms",
        "is",
        "ga",
        "cy",
        "eu",
        "gl",
        "sq",
        "bs",
        "az",
        "uz",
    ),
    *("mt", "lb", "af"),
)
_OTHER_SCRIPTS = (
    *(
        "ru",
        "ja",
        "fa",
        "zh",
        "ar",
        "ko",
        "uk",
        "el",
        "he",
        "th",
        "bg",
        "sr",
        "hi",
        "bn",
        "ur",
        "zh-Hant",
        "mk",
        "ka",
        "hy",
    ),
    *("kk", "be"),
)
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2c00-\ua7ff\uac00-\ufaff]")
_NOISE = frozenset(
    (
        *(
            "at",
            "on",
            "of",
            "the",
            "de",
            "del",
            "la",
            "las",
            "el",
            "a",
            "le",
            "um",
            "uhr",
            "h",
            "om",
            "alle",
            "ore",
            "t",
        ),
        *("th", "st", "nd", "rd", "published", "updated", "posted", "date", "feira"),
    )
)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date string as read.

    Attributes:
        at: aware UTC; midnight UTC when only the day was given.
        is_zone_assumed: the string names no zone, so UTC was taken.
    """

    at: datetime
    precision: Precision = Precision.INSTANT
    is_zone_assumed: bool = False


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
        parsed = (
            _parse_epoch(text)
            or _parse_parts(text, lang)
            or (_parse_anything(text, lang) if may_guess else None)
        )
        fraction = _FRACTION.search(text) if keep_fraction else None
        if parsed is None or fraction is None or parsed.precision is Precision.DAY:
            return parsed
        return replace(parsed, at=parsed.at.replace(microsecond=int(fraction[1][:6].ljust(6, "0"))))
    except (OverflowError, ValueError):
        return None


def is_plausible(at: datetime, *, now: datetime) -> bool:
    """Tells whether a document's own date may be believed: not before 1995, not more than an hour
    in the future.
    """
    return why_refused(at, now=now) is None


def why_refused(
    at: datetime, *, now: datetime, ahead: timedelta = timedelta(hours=1)
) -> DateFlag | None:
    """Tells why a document's own date is not believed: it lies before 1995, or more than `ahead` in
    the future.
    """
    if at < EARLIEST:
        return DateFlag.TOO_EARLY
    return DateFlag.FUTURE if at > now + ahead else None


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
    clock, rest = _take_time(rest)
    zone, rest = _take_zone(rest, has_time=clock is not None)
    if day is None:
        day = _day_of(rest, lang)
    elif _TOKEN.search(rest):
        return None
    if day is None:
        return None
    if clock is None:
        return ParsedDate(datetime.combine(day, time(), UTC), Precision.DAY)
    local = datetime.combine(day, time(), zone or UTC) + clock
    return ParsedDate(local.astimezone(UTC), is_zone_assumed=zone is None)


def _iso_day(match: re.Match[str]) -> date | None:
    year, month, day, ordinal = match.groups()
    if ordinal is not None:
        return (
            date(int(year), 1, 1) + timedelta(days=int(ordinal) - 1)
            if 1 <= int(ordinal) <= 366
            else None
        )
    try:
        return date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None


def _take_time(text: str) -> tuple[timedelta | None, str]:
    """Cuts the time of day out of the text; `24:00` and the like are the next day."""
    match = _TIME.search(text)
    if match is None:
        return None, text
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or match["half_alone"] or "").lower()
    if hour > 24 or minute > 59 or second > 60 or (half and hour > 12 and half[0] == "a"):
        return None, text
    if half and hour <= 12:
        hour = hour % 12 + (12 if half[0] == "p" else 0)
    clock = timedelta(hours=hour, minutes=minute, seconds=min(second, 59))
    return clock, f"{text[: match.start()]} \N{BULLET} {text[match.end() :]}"


def _take_zone(text: str, *, has_time: bool) -> tuple[tzinfo | None, str]:
    """Cuts the zone out of the text: an offset or a name behind the time, an IANA name anywhere."""
    match = _IANA.search(text)
    if match is not None and (zone := _iana(match[1])):
        return zone, f"{text[: match.start()]} {text[match.end() :]}"
    before, mark, after = text.partition("\N{BULLET}")
    if not has_time:
        before, after = "", text
    match = _OFFSET.search(after) if has_time else None
    if match is not None:
        offset = int(match["hours"]) * 60 + int(match["minutes"] or 0)
        if len(match["hours"]) == 1 or offset < 24 * 60:
            zone = timezone(timedelta(minutes=offset if match["sign"] == "+" else -offset))
            return zone, f"{before} {after[: match.start()]} {after[match.end() :]}"
    for match in re.finditer(r"[A-Za-z]{1,5}", after):
        name = match[0].lower()
        if name in _ZONES and match[0].upper() == match[0] and (has_time or len(name) > 2):
            return _named_zone(name), f"{before} {after[: match.start()]} {after[match.end() :]}"
    return None, f"{before} {after}" if mark else text


def _named_zone(name: str) -> tzinfo | None:
    if name in _PLACES:
        return _iana(_PLACES[name])
    hours = _ZONES[name]
    return timezone(timedelta(hours=hours)) if hours is not None else None


def _iana(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _day_of(text: str, lang: str | None) -> date | None:
    """Reads the day from what is left without time and zone."""
    numeric = _NUMERIC.search(text)
    first, second, third = numeric.groups() if numeric else ("", "", "")
    rest = f"{text[: numeric.start()]} {text[numeric.end() :]}" if numeric else text
    numbers: list[str] = [first, second, third] if numeric else []
    month = weekday = None
    for token in _TOKEN.findall(rest):
        word = _plain(token)
        if token.isdigit():
            numbers.append(token)
        elif (
            word in _MONTH
            and month is None
            and not (
                word in _WEEKDAY
                and weekday is None
                and len(numbers) == 0
                and _has_other_month(rest)
            )
        ):
            month = _MONTH[word]
        elif word in _WEEKDAY and weekday is None:
            weekday = _WEEKDAY[word]
        elif word not in _NOISE:
            return None
    return (
        _named_day(numbers, month)
        if month
        else _numeric_day(numbers, weekday, month_first=(lang or "").lower() == "en-us")
    )


def _has_other_month(text: str) -> bool:
    """Tells whether a text like `mar., 01 déc. 2020`, whose first word may be a weekday, names a
    month besides.
    """
    return sum(_plain(token) in _MONTH for token in _TOKEN.findall(text)) > 1


def _plain(word: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKD", word.lower()) if not unicodedata.combining(c)
    )


def _named_day(numbers: Sequence[str], month: int) -> date | None:
    """Reads day and year beside a month's name: `11 April 2025`, `April 11 2025`, `11-Apr-25`;
    `Nov. 2020` is its first day.
    """
    if len(numbers) == 1 and len(numbers[0]) == 4:
        return date(int(numbers[0]), month, 1)
    if len(numbers) != 2:
        return None
    first, second = numbers
    if len(first) > 2:
        first, second = second, first
    return _date(_year(second), month, int(first)) if len(first) <= 2 else None


def _numeric_day(numbers: Sequence[str], weekday: int | None, *, month_first: bool) -> date | None:
    """Reads three numbers; the order is told by the year, a number over 12, the weekday, the
    language, in this order.
    """
    if len(numbers) != 3:
        return None
    first, second, third = (int(number) for number in numbers)
    if len(numbers[0]) == 4:
        return _date(first, second, third)
    if len(numbers[0]) > 2 or len(numbers[2]) == 3:
        return None
    year = _year(numbers[2])
    day_first_reading, month_first_reading = _date(year, second, first), _date(year, first, second)
    readings = [reading for reading in (day_first_reading, month_first_reading) if reading]
    if weekday is not None and len(readings) == 2:
        readings = [reading for reading in readings if reading.weekday() == weekday] or readings
    if len(readings) == 2 and month_first:
        return month_first_reading
    return readings[0] if readings else None


def _year(number: str) -> int:
    """Two digits are a year of 1970 to 2069, as in RFC 822's successors."""
    year = int(number)
    return year if len(number) > 2 else year + (1900 if year >= 70 else 2000)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parse_anything(text: str, lang: str | None) -> ParsedDate | None:
    """Asks `dateparser`, which is slow, for names of months that the rules above do not know: in
    the document's own language, whichever it is, then in the likely ones of its script.

    Numbers alone are not given to it: it would read `2025-13-01` as 13 January. Nor are military
    zones, one letter: half of the world's programs take the sign the wrong way round (RFC 5322
    §4.3), and it knows none of them."""
    if not _LETTERS.search(text) or _MILITARY.search(text):
        return None
    from dateparser.date import DateDataParser  # 0.2 s to import, and most feeds never need it

    primary = (lang or "").split("-")[0].lower()
    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "MDY" if (lang or "").lower() == "en-us" else "DMY",
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        "RELATIVE_BASE": datetime(2000, 1, 1),  # noqa: DTZ001 (dateparser wants it naive; never used, all parts are required)
    }
    for languages in (
        [primary] if primary else [],
        list(_OTHER_SCRIPTS if _NOT_LATIN.search(text) else _LATIN),
    ):
        if languages == []:
            continue
        try:
            found = (
                DateDataParser(languages=languages, settings=settings).get_date_data(text).date_obj
            )
        except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
            continue
        if found is not None:
            has_time = _TIME.search(text) is not None
            is_assumed = has_time and _OFFSET.search(text) is None
            return ParsedDate(
                found.astimezone(UTC),
                Precision.INSTANT if has_time else Precision.DAY,
                is_zone_assumed=is_assumed,
            )
    return None
