"""The figures of the trained judge in words for a person."""

from __future__ import annotations

from collections.abc import Iterable

# Figures that measure one thing in several ways share a phrase, and what they add is shown as one
# sum.
_PHRASES = {
    "new weak classes": "talk, papers and plans that are new for the day",
    "lead names untold": "how far the names of its first sentences are new in the last days",
    "title untold": "how far what its headline reports is new in the last days",
    "cover": "how much of it one recent article has",
    "cover same day": "how much of it one recent article has",
    "cover gain": "how much of it one recent article has",
    "cover title": "how much of its headline one recent article has",
    "cover title over usual": "how much of its headline one recent article has",
    "kin": "how much it speaks of the case's own names and words",
    "known words": "how much it speaks of the case's own names and words",
    "strange": "names beside the subject's that are foreign to the case",
    "new names": "names that the case never had",
    "new numbers": "numbers that the case never had",
    "new day": "a day that no stored article names",
    "new day ahead": "a day that no stored article names",
    "lead fresh": "whether its first sentences name today or yesterday",
    "background": "how far its new sentences look back",
    "known share": "how much of it the case knew",
    "update": "new words on top of a known text",
    "lead deed": "new words on top of a known text",
    "addition fresh": "whether the added words name today or yesterday",
    "changed": "known sentences with another fact in them",
    "live": "whether it is a live blog",
    "contained": "how much its new sentences share with stored ones",
    "contained lead": "how much its new sentences share with stored ones",
    "contained least": "how much its new sentences share with stored ones",
    "event": "strength of the new event",
    "quoted": "share of quoted words",
}


def describe(said: Iterable[tuple[str, float]]) -> list[tuple[str, float]]:
    """Returns what figures add to the score as phrases with sums, the strongest first."""
    sums: dict[str, float] = {}
    for name, value in said:
        phrase = _PHRASES.get(name, name)
        sums[phrase] = sums.get(phrase, 0.0) + value
    return sorted(sums.items(), key=lambda pair: (-abs(pair[1]), pair[0]))
