"""What a development changes in its case, and which claims read otherwise than before."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from monitor.alerts.payload import AlertPayload, ClaimPart, StatePart
from monitor.alerts.views.values import ChangeView, ClaimView, PieceView
from monitor.alerts.views.wording import cut_sentence
from monitor.dates.printing import name_days
from monitor.text import fold_words, one_line

# Share of words that two forms of one claim have in common at least; below it they are two claims.
CLAIM_LIKENESS = 0.5
# Kinds of facts in the words of a mail; one that is not here is "fact".
_SLOTS = {
    "number": "number",
    "date": "date",
    "name": "name",
    "place": "place",
    "negation": "yes or no",
    "status": "status",
}


def changes_of(payload: AlertPayload) -> tuple[ChangeView, ...]:
    """Returns what a development changes in the case."""
    return tuple(map(_change, payload.state))


def _change(state: StatePart) -> ChangeView:
    what = one_line(state.what, limit=40).capitalize()
    return ChangeView(what, _state_words(state.before), _state_words(state.after))


def _state_words(text: str) -> str:
    return name_days(one_line(text, limit=120))


def claims_of(payload: AlertPayload) -> tuple[ClaimView, ...]:
    """Returns the claims that changed, but for pairs that only look like one claim."""
    return tuple(map(_claim, filter(_is_one_claim, payload.changed_claims)))


def _is_one_claim(claim: ClaimPart) -> bool:
    before, after = set(fold_words(claim.before)), set(fold_words(claim.after))
    # Equal words, or hardly any in common: nothing changed, or it is another statement.
    shared = len(before & after) / max(1, min(len(before), len(after)))
    return before != after and shared >= CLAIM_LIKENESS


def _claim(claim: ClaimPart) -> ClaimView:
    before, after = cut_sentence(claim.before), cut_sentence(claim.after)
    slot = _SLOTS.get(claim.slot, "fact")
    return ClaimView(slot, before, after, *_mark_changes(before.split(), after.split()))


def _mark_changes(
    before: Sequence[str], after: Sequence[str]
) -> tuple[tuple[PieceView, ...], tuple[PieceView, ...]]:
    """Returns two sentences in pieces: what they share, and what changed."""
    old: list[PieceView] = []
    new: list[PieceView] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after).get_opcodes():
        old += _piece(before[i1:i2], tag)
        new += _piece(after[j1:j2], tag)
    return tuple(old), tuple(new)


def _piece(words: Sequence[str], tag: str) -> list[PieceView]:
    return [PieceView(" ".join(words), tag != "equal")] if words else []
