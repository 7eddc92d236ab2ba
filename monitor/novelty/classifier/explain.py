"""What moved a trained score, in words for a person."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.novelty.classifier.logistic import Contribution

# Features that measure one thing in several ways share a phrase, and what they add is shown as one
# sum.
_PHRASES = {
    "new_weak_classes": "talk, papers and plans that are new for the day",
    "lead_names_unreported": "how far the names of its first sentences are new in the last days",
    "title_events_unreported": "how far what its headline reports is new in the last days",
    "coverage": "how much of it one recent article has",
    "same_day_coverage": "how much of it one recent article has",
    "coverage_over_archive": "how much of it one recent article has",
    "title_coverage": "how much of its headline one recent article has",
    "title_coverage_over_usual": "how much of its headline one recent article has",
    "known_names": "how much it speaks of the case's own names and words",
    "known_words": "how much it speaks of the case's own names and words",
    "foreign_names": "names beside the subject's that are foreign to the case",
    "new_names": "names that the case never had",
    "new_numbers": "numbers that the case never had",
    "new_day": "a day that no stored article names",
    "new_day_ahead": "a day that no stored article names",
    "fresh_lead": "whether its first sentences name today or yesterday",
    "background": "how far its new sentences look back",
    "known_share": "how much of it the case knew",
    "new_lead": "new words on top of a known text",
    "new_lead_act": "new words on top of a known text",
    "fresh_addition": "whether the added words name today or yesterday",
    "changed_facts": "known sentences with another fact in them",
    "live": "whether it is a live blog",
    "overlap": "how much its new sentences share with stored ones",
    "lead_overlap": "how much its new sentences share with stored ones",
    "least_overlap": "how much its new sentences share with stored ones",
    "event_strength": "strength of the new event",
    "quoted": "share of quoted words",
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
