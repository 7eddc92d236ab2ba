"""Date strings of feeds and pages to instants.

Real feeds carry dates in every shape, and the usual parsers are silently wrong on many: they drop
`PM`, take `CEST` and `America/New_York` for UTC, read `2025/4/11` as 1 November and an epoch as a
year. A wrong instant is worse than none, so a string is taken apart completely here: time, zone,
weekday, month and numbers each have to be recognised, and a word that is left over means "not
read". Then `dateparser` gets a try, with relative dates ("2 days ago") switched off: there is no
clock here."""

from monitor.dates.parsing import parse_date
from monitor.dates.plausible import EARLIEST, is_plausible, why_refused
from monitor.dates.values import ParsedDate

__all__ = [
    "EARLIEST",
    "ParsedDate",
    "is_plausible",
    "parse_date",
    "why_refused",
]
