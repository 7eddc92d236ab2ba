"""How new is one sentence by itself? What it departs from, what is nearest to it in meaning, and the chance that it is new.

The verdict on an article needs more: what it leads with, what one recent article tells. Here a sentence stands alone beside
all that is stored, in its own language or another. The chance is a logistic regression over the figures below, fitted to
labelled sentences (`benchmarks/train_sentences.py`), one with and one without the cosine of an encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from monitor.novelty.alignment.align import Aligned
from monitor.novelty.classifier.evidence import new_event
from monitor.novelty.classifier.logistic import SentenceWeights, shipped_sentence_weights
from monitor.novelty.departure import Departure, depart
from monitor.novelty.index.case_index import CaseMemory, Stored
from monitor.novelty.thresholds import JudgeSettings

PLAIN = ("departure", "apart", "another fact", "fuller", "unheard", "known", "words", "event")
ENCODED = (*PLAIN, "cosine")
_NEAREST = 1  # stored sentences, nearest in meaning, that it is laid beside
_FULL_STRENGTH = 6.0  # of a new event; at more an article is certain to alert
_SAME = Departure(0.0, None, True)


@dataclass(frozen=True, slots=True)
class Standing:
    """A sentence beside all that is stored.

    Attributes:
        meant: the stored sentence nearest in meaning, in any language; None without an encoder.
        cosine: of the angle to it, -1 to 1; 0 without an encoder.
        figures: what the regression weighs, by name (`PLAIN`, and "cosine" with an encoder).
    """

    row: Aligned
    departure: Departure
    meant: Stored | None
    cosine: float
    figures: dict[str, float]

    @property
    def is_encoded(self) -> bool:
        """Whether an encoder had a say."""
        return self.meant is not None

    def novelty(self, weights: SentenceWeights | None = None) -> float:
        """Returns the chance that the sentence is new to the case, 0-1.

        Args:
            weights: other weights than the shipped ones.
        """
        used = weights or shipped_sentence_weights()
        return (used.encoded if self.is_encoded else used.plain).probability(self.figures)


def stand(rows: Sequence[Aligned], memory: CaseMemory, today: date, settings: JudgeSettings) -> list[Standing]:
    """Lays sentences beside all that is stored.

    Args:
        today: the article's local day.
    """
    vectors = [row.sentence.vector for row in rows]
    meant = memory.nearest_in_meaning(vectors, _NEAREST) if any(vectors) else [[] for _ in rows]
    return [_stand(row, near, memory, today, settings) for row, near in zip(rows, meant, strict=True)]


def _stand(
    row: Aligned, meant: Sequence[tuple[Stored, float]], memory: CaseMemory, today: date, settings: JudgeSettings
) -> Standing:
    sentence = row.sentence
    if row.is_verbatim:
        departure = _SAME
    else:
        departure = depart(sentence, row.near, memory, today, settings, [stored for stored, _ in meant])
    nearest, cosine = meant[0] if meant else (None, 0.0)
    event = min(1.0, new_event(sentence.facts, memory).strength / _FULL_STRENGTH)
    return Standing(row, departure, nearest, cosine, _figures(row, departure, event) | {"cosine": cosine})


def _figures(row: Aligned, departure: Departure, event: float) -> dict[str, float]:
    pair = departure.pair
    return {
        "departure": departure.score,
        "apart": pair.apart if pair else float(not departure.is_known),
        "another fact": float(pair is not None and bool(pair.changes or pair.is_added)),
        "fuller": float(pair is not None and bool(pair.extra)),
        "unheard": float(pair is not None and pair.is_unheard),
        "known": float(departure.is_known),
        "words": row.contained,
        "event": event,
    }
