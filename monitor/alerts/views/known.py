"""What was known before, and why the article belongs to the case, each in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from monitor.alerts.payload import AlertPayload, NearestPart
from monitor.alerts.views.wording import lead_of
from monitor.dates.printing import day_of, print_date
from monitor.model import MatchedTerm
from monitor.text import cut, one_line

MAX_TERMS = 4
MAX_NEAREST = 200
# Overlap of words below which a stored sentence tells a reader nothing about a new one. Read off
# the alerts of the shipped case: what stood beside a quote below it was about something else.
USEFUL_LIKENESS = 0.35


def known_line(payload: AlertPayload, zone: tzinfo) -> str:
    """Returns how much of the article was known, and the stored sentence nearest to the news where
    that explains anything.
    """
    line, lead = _known_share(payload.known_share), one_line(lead_of(payload))
    # What comes near to a sentence beside the news says nothing of what was known of the news.
    told = (one.nearest for one in payload.new_sentences if one_line(one.text) == lead)
    nearest = next(filter(None, told), None)
    # What has little in common with it explains nothing.
    if nearest is None or nearest.score < USEFUL_LIKENESS:
        return line
    return f"{line} Nearest to what is new: {_earlier(nearest, zone)}"


def _known_share(share: float) -> str:
    # What rounds to nothing is nothing to a reader.
    known = f"{share:.0%}"
    return f"{'Nothing' if known == '0%' else known} of this article was known."


def _earlier(nearest: NearestPart, zone: tzinfo) -> str:
    text = cut(one_line(nearest.text, limit=2_000), MAX_NEAREST)
    outlet = one_line(nearest.outlet, limit=100)
    # A seed was found when the case began, and says when it was published.
    said = day_of(nearest.published_at or nearest.found_at, zone)
    return f"“{text}” ({outlet}, {print_date(said)})"


def matched_line(matched: Sequence[MatchedTerm]) -> str:
    """Returns what the query found, each term once, with the places where it stands."""
    fields: dict[str, dict[str, None]] = {}
    for one in matched:
        fields.setdefault(one_line(one.term, limit=100), {})[one_line(one.field, limit=20)] = None
    shown = list(fields.items())[:MAX_TERMS]
    return "; ".join(f"{term} in {_join(list(filter(None, at)))}" for term, at in shown)


def _join(words: Sequence[str]) -> str:
    """Prints words as a list: "title, summary and text"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))
