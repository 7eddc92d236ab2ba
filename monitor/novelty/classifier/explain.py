"""What moved a trained score, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.novelty.classifier.logistic import Contribution

# Features that measure one thing in several ways share a phrase, and what they add is shown as one
# sum.
_PHRASES = {
    "reporting": "a sentence that reports what nobody was told",
    "title_reporting": "a headline that reports news",
    "told": "how far an article that you were told of has the same",
    "addition_told": "how far an article that you were told of has the same",
    "addition_reporting": "news added to a known text",
    "new_events": "events that are new for the day",
    "dated_events": "events that are new for the day",
    "title_event_untold": "an event in its headline that you were not told of these days",
    "usual_events": "how much news and repetition this case usually has",
    "usual_copies": "how much news and repetition this case usually has",
    "usual_coverage": "how much news and repetition this case usually has",
    "same_day_coverage": "how much of it one article of the same day has",
    "new_names": "names that the case never had",
    "known_names": "how much it speaks of the case's own names",
    "foreign_names": "names beside the subject's that are foreign to the case",
    "background": "how far its new sentences look back",
    "lead_background": "how far its new sentences look back",
    "live": "whether it is a live blog",
}


def describe(contributions: Iterable[Contribution]) -> list[tuple[str, float]]:
    """Returns what features add to the score, as phrases with sums in logits, strongest first."""
    sums: dict[str, float] = {}
    for feature, logits in contributions:
        phrase = _PHRASES[feature]
        sums[phrase] = sums.get(phrase, 0.0) + logits
    return sorted(sums.items(), key=_strongest_first)


def _strongest_first(described: tuple[str, float]) -> tuple[float, str]:
    phrase, logits = described
    return -abs(logits), phrase
