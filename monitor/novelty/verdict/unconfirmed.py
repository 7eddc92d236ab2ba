"""What a case learns from a verdict, for all that follow a case: the daemon, which keeps it in the
store, and rehearsals, which keep it in memory."""

from __future__ import annotations

from collections.abc import Iterable

from monitor.model import Sentence
from monitor.novelty.nlp.event_keys import event_keys
from monitor.novelty.verdict.rules import IN_DOUBT


def is_unconfirmed(outcome: str, reason_code: str, *, is_baseline: bool) -> bool:
    """Says whether the evidence of a verdict was too weak for an alert by itself and too strong to
    be forgotten.

    Args:
        reason_code: of the reason that decided.
    """
    return not is_baseline and (outcome, reason_code) in IN_DOUBT


def told_keys(
    sentences: Iterable[Sentence], new_keys: Iterable[int]
) -> tuple[list[Sentence], list[str]]:
    """Returns the sentences of an article in doubt that were held for new, and the event keys of
    what they tell.

    Args:
        sentences: the article's, the headline among them.
        new_keys: of the sentences that its verdict holds for new.
    """
    wanted = frozenset(new_keys)
    told = [sentence for sentence in sentences if sentence.key in wanted]
    return told, sorted({key for sentence in told for key in event_keys(sentence.facts)})
