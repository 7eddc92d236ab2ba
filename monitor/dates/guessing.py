"""Asking `dateparser`, which is slow, where the rules do not know a string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from monitor.dates.clocks import TIME
from monitor.dates.days import is_american
from monitor.dates.values import ParsedDate
from monitor.dates.zones import OFFSET
from monitor.model import Precision

_LETTERS = re.compile(r"[^\W\d_]{2}|[\u3040-\u9fff\uac00-\ud7af]")
# Letters for zones: half of the programs take their sign the wrong way round (RFC 5322 §4.3).
_MILITARY = re.compile(r"\d\s+[A-IK-Y]$", re.IGNORECASE)
# Languages tried where the document names none, or another than its dates have, by the script of
# the months' names. `dateparser` knows 205, and to load them all for one string that none of them
# knows costs a second or two; these are the most spoken ones and those of Europe's news.
_LATIN = (
    "en es fr de tr pt it nl vi pl cs id sv ro hu da fi sk sr-Latn nb hr lt sl ca et lv sw fil ms "
    "is ga cy eu gl sq bs az uz mt lb af"
)
_OTHER_SCRIPTS = "ru ja fa zh ar ko uk el he th bg sr hi bn ur zh-Hant mk ka hy kk be"
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u2c00-\ua7ff\uac00-\ufaff]")


def ask_dateparser(text: str, lang: str | None) -> ParsedDate | None:
    """Asks `dateparser`, which is slow, for names of months that the rules above do not know: in
    the document's own language, whichever it is, then in the likely ones of its script.

    Numbers alone are not given to it: it would read `2025-13-01` as 13 January. Nor are military
    zones, of which it knows none."""
    if not _LETTERS.search(text) or _MILITARY.search(text):
        return None
    order = "MDY" if is_american(lang) else "DMY"
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
    has_time = TIME.search(text) is not None
    return ParsedDate(
        found.astimezone(UTC),
        Precision.INSTANT if has_time else Precision.DAY,
        is_zone_assumed=has_time and OFFSET.search(text) is None,
    )
