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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from monitor.model import DateFlag, Precision

_MAX_CHARS = 120
# No news feed is older: earlier dates are placeholders.
EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
# Stands where the time was cut out: a zone stands behind it.
_TIME_MARK = "\N{BULLET}"
_FIRST_YEAR_OF_CENTURY = 70  # two digits are a year of 1970 to 2069, as in RFC 822's successors

_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_ISO_DATE = re.compile(r"(\d{4})(?:-?(\d{2})(?:-?(\d{2}))?|-?(\d{3}))?(?=$|[T\s])", re.IGNORECASE)
_COMPACT_TIME = re.compile(r"^[Tt](\d{2})(\d{2})(\d{2})(?![\d:])")
_TIME = re.compile(
    r"(?<![\d:.+-])(?P<hour>\d{1,2})"
    r"(?:[:h](?P<minute>\d{2})(?:[:.](?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
    r"\s*(?P<half>[ap]\.?\s?m\b\.?)?"
    r"|\s*(?P<half_alone>[ap]\.?\s?m\b\.?))",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(r"[A-Za-z]{1,5}")
_FRACTION = re.compile(r":\d{2}:\d{2}[.,](\d{1,9})(?!\d)")
_OFFSET = re.compile(
    r"(?<![\w])(?:(?:utc|gmt|ut|z)\s*)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?"
    r"(?:\s*z)?(?![\d:/.-])",
    re.IGNORECASE,
)
_IANA = re.compile(r"\b([A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_+-]+){1,2})\b")
_PARENTHESES = re.compile(r"\([^()]*\)")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,4})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{1,4})(?!\d)")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
_DIGITS = re.compile(r"\d")
# Letters for zones: half of the programs take their sign the wrong way round (RFC 5322 §4.3).
_MILITARY = re.compile(r"\d\s+[A-IK-Y]$", re.IGNORECASE)

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
    "en es fr de tr pt it nl vi pl cs id sv ro hu da fi sk sr-Latn nb hr lt sl ca et lv sw fil ms "
    "is ga cy eu gl sq bs az uz mt lb af"
)
_OTHER_SCRIPTS = "ru ja fa zh ar ko uk el he th bg sr hi bn ur zh-Hant mk ka hy kk be"
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2c00-\ua7ff\uac00-\ufaff]")
_NOISE_WORDS = (
    "at on of the de del la las el a le um uhr h om alle ore t th st nd rd published updated "
    "posted date feira"
)
_NOISE = frozenset(_NOISE_WORDS.split())


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


@dataclass(frozen=True, slots=True)
class _TimeCut:
    """The time of day in a text, None when it has none, and the text without it."""

    clock: timedelta | None
    rest: str


@dataclass(frozen=True, slots=True)
class _ZoneCut:
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
        return _ask_dateparser(text, lang)
    return parsed


def _with_fraction(parsed: ParsedDate, text: str) -> ParsedDate:
    fraction = _FRACTION.search(text)
    if fraction is None or parsed.precision is Precision.DAY:
        return parsed
    microsecond = int(fraction[1][:6].ljust(6, "0"))
    return replace(parsed, at=parsed.at.replace(microsecond=microsecond))


def is_plausible(at: datetime, *, now: datetime) -> bool:
    """Returns whether a document's own date may be believed: not before 1995, not more than an hour
    in the future.
    """
    return why_refused(at, now=now) is None


def why_refused(
    at: datetime, *, now: datetime, ahead: timedelta = timedelta(hours=1)
) -> DateFlag | None:
    """Returns why a document's own date is not believed: it lies before 1995, or more than `ahead`
    in the future; None when it is.
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
    time_cut = _cut_time(rest)
    zone_cut = _cut_zone(time_cut.rest, has_time=time_cut.clock is not None)
    if day is None:
        day = _read_day(zone_cut.rest, lang)
    elif _TOKEN.search(zone_cut.rest):
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
        return _make_date(int(year), int(month or 1), int(day or 1))
    if not 1 <= int(ordinal) <= 366:
        return None
    return date(int(year), 1, 1) + timedelta(days=int(ordinal) - 1)


def _cut_time(text: str) -> _TimeCut:
    """Cuts the time of day out of the text; `24:00` and the like are the next day."""
    match = _TIME.search(text)
    clock = _read_clock(match) if match else None
    if match is None or clock is None:
        return _TimeCut(None, text)
    return _TimeCut(clock, f"{text[: match.start()]} {_TIME_MARK} {text[match.end() :]}")


def _read_clock(match: re.Match[str]) -> timedelta | None:
    hour, minute, second = (int(match[name] or 0) for name in ("hour", "minute", "second"))
    half = (match["half"] or match["half_alone"] or "").lower()[:1]
    if not _is_clock(hour, minute, second) or (half == "a" and hour > 12):
        return None
    hour = _hour_of_day(hour, half)
    # A leap second has no place in a `datetime`.
    return timedelta(hours=hour, minutes=minute, seconds=min(second, 59))


def _hour_of_day(hour: int, half: str) -> int:
    # "14:30 pm" occurs, and means what it says.
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half == "p" else 0)


def _is_clock(hour: int, minute: int, second: int) -> bool:
    return hour <= 24 and minute <= 59 and second <= 60


def _cut_zone(text: str, *, has_time: bool) -> _ZoneCut:
    """Cuts the zone out of the text: an offset or a name behind the time, an IANA name anywhere."""
    place = _find_iana_zone(text)
    if place is not None:
        return _ZoneCut(place.zone, place.cut(text))
    if not has_time:
        named = _find_abbreviation(text, min_chars=3)
        return _ZoneCut(named.zone, f" {named.cut(text)}") if named else _ZoneCut(None, text)
    before, _, after = text.partition(_TIME_MARK)
    found = _find_offset(after) or _find_abbreviation(after, min_chars=1)
    if found is None:
        return _ZoneCut(None, f"{before} {after}")
    return _ZoneCut(found.zone, f"{before} {found.cut(after)}")


def _find_iana_zone(text: str) -> _FoundZone | None:
    match = _IANA.search(text)
    zone = _load_zone(match[1]) if match else None
    return _FoundZone(zone, match.start(), match.end()) if match and zone else None


def _find_offset(text: str) -> _FoundZone | None:
    match = _OFFSET.search(text)
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


@dataclass(slots=True)
class _DayParts:
    """What was found of a day while its words are read.

    Attributes:
        text: the whole text that the words stand in.
        weekday: 0 is Monday.
    """

    text: str
    numbers: list[str]
    month: int | None = None
    weekday: int | None = None

    def take(self, token: str) -> bool:
        """Reads one more word or number; returns whether it may stand in a date."""
        word = _strip_accents(token)
        if token.isdigit():
            self.numbers.append(token)
        elif self.month is None and word in _MONTH and not self._is_weekday_first(word):
            self.month = _MONTH[word]
        elif self.weekday is None and word in _WEEKDAY:
            self.weekday = _WEEKDAY[word]
        else:
            return word in _NOISE
        return True

    def _is_weekday_first(self, word: str) -> bool:
        """Whether a word that names a month and a weekday (`mar., 01 déc. 2020`) is the weekday."""
        is_first = self.weekday is None and not self.numbers
        return is_first and word in _WEEKDAY and _has_two_months(self.text)


def _read_day(text: str, lang: str | None) -> date | None:
    """Reads the day from what is left without time and zone."""
    numeric = _NUMERIC.search(text)
    parts = _DayParts(text, [])
    if numeric:
        parts = _DayParts(f"{text[: numeric.start()]} {text[numeric.end() :]}", [*numeric.groups()])
    if not all(map(parts.take, _TOKEN.findall(parts.text))):
        return None
    if parts.month:
        return _named_day(parts.numbers, parts.month)
    return _numeric_day(parts.numbers, parts.weekday, month_first=_is_american(lang))


def _has_two_months(text: str) -> bool:
    return sum(_strip_accents(token) in _MONTH for token in _TOKEN.findall(text)) > 1


def _strip_accents(word: str) -> str:
    """Returns a word in lower case without accents."""
    decomposed = unicodedata.normalize("NFKD", word.lower())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


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
    return _make_date(_full_year(second), month, int(first)) if len(first) <= 2 else None


def _numeric_day(numbers: Sequence[str], weekday: int | None, *, month_first: bool) -> date | None:
    """Reads three numbers; their order is decided by the year, a number over 12, the weekday, the
    language, in this order.
    """
    if len(numbers) != 3:
        return None
    if len(numbers[0]) == 4:
        return _make_date(*map(int, numbers))
    if len(numbers[0]) > 2 or len(numbers[2]) == 3:
        return None
    return _year_last_day(numbers, weekday, month_first=month_first)


def _year_last_day(
    numbers: Sequence[str], weekday: int | None, *, month_first: bool
) -> date | None:
    first, second, year = int(numbers[0]), int(numbers[1]), _full_year(numbers[2])
    by_day, by_month = _make_date(year, second, first), _make_date(year, first, second)
    if by_day is None or by_month is None:
        return by_day or by_month
    return _choose_order(by_day, by_month, weekday, month_first=month_first)


def _choose_order(by_day: date, by_month: date, weekday: int | None, *, month_first: bool) -> date:
    """Returns the one of two readings that the weekday fits, else the one usual in the language."""
    fits_day, fits_month = by_day.weekday() == weekday, by_month.weekday() == weekday
    if fits_day != fits_month:
        return by_day if fits_day else by_month
    return by_month if month_first else by_day


def _full_year(number: str) -> int:
    year = int(number)
    if len(number) > 2:
        return year
    return year + (1900 if year >= _FIRST_YEAR_OF_CENTURY else 2000)


def _make_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _ask_dateparser(text: str, lang: str | None) -> ParsedDate | None:
    """Asks `dateparser`, which is slow, for names of months that the rules above do not know: in
    the document's own language, whichever it is, then in the likely ones of its script.

    Numbers alone are not given to it: it would read `2025-13-01` as 13 January. Nor are military
    zones, of which it knows none."""
    if not _LETTERS.search(text) or _MILITARY.search(text):
        return None
    order = "MDY" if _is_american(lang) else "DMY"
    for languages in _likely_languages(text, lang):
        found = _guess(text, languages, order=order)
        if found is not None:
            return _as_guessed(found, text)
    return None


def _likely_languages(text: str, lang: str | None) -> Iterator[list[str]]:
    """Yields the document's own language, where it is known, then those of the text's script."""
    own = (lang or "").split("-")[0].lower()
    if own:
        yield [own]
    likely = _OTHER_SCRIPTS if _NOT_LATIN.search(text) else _LATIN
    yield likely.split()


def _is_american(lang: str | None) -> bool:
    return (lang or "").lower() == "en-us"


def _guess(text: str, languages: list[str], *, order: str) -> datetime | None:
    """Returns what `dateparser` makes of a text; None when it makes nothing of it."""
    from dateparser.date import DateDataParser  # 0.2 s to import, and most feeds never need it

    settings = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": order,
        "TIMEZONE": "UTC",
        "RETURN_AS_TIMEZONE_AWARE": True,
        # Never used, since all parts are required, but it would read the clock without one.
        "RELATIVE_BASE": datetime(2000, 1, 1),  # noqa: DTZ001 (dateparser wants it naive)
    }
    try:
        parser = DateDataParser(languages=languages, settings=settings)
        found: datetime | None = parser.get_date_data(text).date_obj
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None
    return found


def _as_guessed(found: datetime, text: str) -> ParsedDate:
    has_time = _TIME.search(text) is not None
    return ParsedDate(
        found.astimezone(UTC),
        Precision.INSTANT if has_time else Precision.DAY,
        is_zone_assumed=has_time and _OFFSET.search(text) is None,
    )
