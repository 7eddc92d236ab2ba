"""Which sentence of a text reports its news? The figures of one sentence by itself.

News stands neither always first (a deck, a caption, a scene comes before it) nor is all that is
new in a text its news (colour, quotations, history). What a sentence looks like says a good deal of
that, whatever it is about: its place, its day, what somebody does in it, how much of it is quoted,
whether it looks back."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.model import Sentence
from monitor.novelty.nlp.lexicon import lexicon

_DEPTH_DECAY = 3  # acts told after which position counts for 1/e
_LONG, _SHORT = 50, 9  # words
_MOSTLY = 0.5  # share of quoted words from which a sentence is a quotation


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingFeatures:
    """The features of a sentence, named as the terms of `data/weights.json`.

    "Log" stands for ln(1 + x); the others are shares, or 0 or 1.

    Attributes:
        depth: exp(-i/3) after i sentences that tell an act; a deck or scene tells none.
        fresh: names the article's day or the day before.
        dated: names a day.
        background: looks back to an older time.
        quoted: share of quoted words.
        act: has a strong event class.
        talk: has a weak one.
        events, names, numbers, roles: log of how many it has.
        length: its words, fifty for 1.
        short: has fewer than nine words.
        question: asks.
        negated: says no.
        opens: is the first sentence of its paragraph.
        speaks: somebody is quoted in it.
        years: names a year.
    """

    depth: float
    fresh: float
    dated: float
    background: float
    quoted: float
    act: float
    talk: float
    events: float
    names: float
    numbers: float
    roles: float
    length: float
    short: float
    question: float
    negated: float
    opens: float
    speaks: float
    years: float


def reporting_features(sentence: Sentence, place: int, *, opens: bool) -> ReportingFeatures:
    """Returns the features of a sentence.

    Args:
        place: how many sentences before it tell an act.
        opens: it is the first of its paragraph.
    """
    facts, events = sentence.facts, lexicon().events
    classes = set(facts.classes) - events.keyless
    words = len(sentence.text.split())
    return ReportingFeatures(
        depth=math.exp(-place / _DEPTH_DECAY),
        fresh=float(facts.is_fresh),
        dated=float(bool(facts.days)),
        background=float(facts.is_background),
        quoted=facts.quoted_share,
        act=float(bool(classes - events.weak)),
        talk=float(bool(classes & events.weak)),
        events=math.log1p(len(classes)),
        names=math.log1p(len(facts.names)),
        numbers=math.log1p(len(facts.numbers)),
        roles=math.log1p(len(facts.roles)),
        length=min(words, _LONG) / _LONG,
        short=float(words < _SHORT),
        question=float("?" in sentence.text),
        negated=float(facts.is_negated),
        opens=float(opens),
        speaks=float(bool(facts.speaker)),
        years=float(bool(facts.years)),
    )


def features_of_text(sentences: Sequence[Sentence]) -> Iterator[ReportingFeatures]:
    """Yields the features of the sentences of a text, in order."""
    paragraph, acts = None, 0
    for sentence in sentences:
        yield reporting_features(sentence, acts, opens=sentence.paragraph != paragraph)
        paragraph = sentence.paragraph
        acts += _tells_act(sentence)


def _tells_act(sentence: Sentence) -> bool:
    facts, events = sentence.facts, lexicon().events
    is_act = bool(set(facts.classes) - events.keyless - events.weak)
    return is_act and not facts.is_background and facts.quoted_share < _MOSTLY
