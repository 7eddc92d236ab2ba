"""What one sentence claims: event classes, roles, names, numbers, days, negation, quotations
(`model.Facts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from monitor.model import Facts
from monitor.novelty.nlp.dates import ArticleDay, SentenceDays, event_days, read_days
from monitor.novelty.nlp.lexicon import FrameLabel, lexicon
from monitor.novelty.nlp.numbers import read_numbers
from monitor.novelty.nlp.quotations import read_quotations
from monitor.novelty.nlp.tokens import Tokens

_NAME_LIMIT = 40
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SentenceContext:
    """What the facts of a sentence depend on besides its words.

    Attributes:
        day: the article's day, from which the days of its sentences are counted.
        lang: its language, as two letters; empty when unknown.
    """

    day: ArticleDay
    lang: str


def read_facts(
    sentence: str,
    tokens: Tokens,
    names: Iterable[str],
    context: SentenceContext,
    *,
    is_note: bool = False,
) -> Facts:
    """Returns what the sentence claims.

    Args:
        tokens: the sentence's words (`read_tokens`).
        names: its proper names (`find_names` needs the whole article to find them).
        is_note: it is the editors' note about the text.
    """
    days = read_days(tokens.words, tokens.raws, context.day)
    labels = _find_labels(tokens.words, days)
    happened_on = event_days(days, context.day)
    quotations = read_quotations(sentence)
    return Facts(
        classes=_of_kind("class", labels),
        roles=_of_kind("role", labels),
        names=tuple(names)[:_NAME_LIMIT],
        numbers=read_numbers(tokens.words, days, context.lang),
        days=days.named,
        is_negated=_is_negated(tokens.words),
        is_background=not happened_on,
        is_fresh=_is_fresh(days, context.day),
        quotes=quotations.quotes,
        speaker=quotations.speaker,
        years=days.years,
        event_days=happened_on,
        is_note=is_note,
        quoted_share=quotations.share,
    )


def _find_labels(words: Sequence[str], days: SentenceDays) -> set[FrameLabel]:
    """Returns the classes and roles; the words of a date are none of them ("March")."""
    # An empty word keeps the places of the others.
    counted = ["" if place in days.used else word for place, word in enumerate(words)]
    return lexicon().events.terms.find(counted)


def _of_kind(kind: Literal["class", "role"], labels: Iterable[FrameLabel]) -> tuple[str, ...]:
    return tuple(sorted(label.name for label in labels if label.kind == kind))


def _is_fresh(days: SentenceDays, article_day: ArticleDay) -> bool:
    yesterday = article_day.local - _ONE_DAY
    return any(yesterday <= day <= article_day.latest for day in days.named)


def _is_negated(words: Sequence[str]) -> bool:
    lex = lexicon()
    idle = {place for _, place in lex.idle_negations.places(words)}
    for place, word in enumerate(words):
        if word in lex.negations and place not in idle and _negates(words, place):
            return True
    return False


def _negates(words: Sequence[str], place: int) -> bool:
    """`t` only as what is left of "didn't", `n` never; "no" not before a number ("No. 4")."""
    word = words[place]
    if word in ("t", "n"):
        return word == "t" and place > 0 and words[place - 1].endswith("n")
    is_number_sign = word == "no" and words[place + 1 : place + 2] and words[place + 1].isdigit()
    return not is_number_sign
