"""How strongly an article speaks of something new: event keys on days, coverage by one recent
article.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.model import Facts
from monitor.novelty.alignment.align import AlignedSentence
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import event_keys, frame_elements, stated_elements
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings

# Weights of new event keys, fixed with the prototype before its unseen streams were scored.
CLASS_WEIGHT, ROLE_WEIGHT, NAME_WEIGHT = 2.0, 0.6, 0.8
_MANY = 3  # names and numbers; fewer are together in some old article by chance


@dataclass(frozen=True, slots=True)
class Event:
    """The event keys of a sentence that the case does not have.

    Attributes:
        strength: their weighted number.
        keys: the keys, sorted.
        has_act: one of them is of a strong class: something happened, beyond talk and papers.
    """

    strength: float
    keys: tuple[str, ...]
    has_act: bool


def new_event(facts: Facts, memory: CaseIndex) -> Event:
    """Returns what a sentence reports that no stored sentence reports for that day."""
    keys = {key for key in event_keys(facts) if not _is_told(key, facts, memory)}
    classes = [key for key in keys if key.startswith("class ")]
    roles = [key for key in keys if key.startswith("role ")]
    strength = (
        CLASS_WEIGHT * len(classes)
        + ROLE_WEIGHT * len(roles)
        + NAME_WEIGHT * (len(keys) - len(classes) - len(roles))
    )
    has_act = any(key.split()[1] not in lexicon().weak for key in classes)
    return Event(strength, tuple(sorted(keys)), has_act)


def _is_told(key: str, facts: Facts, memory: CaseIndex) -> bool:
    """Stored for that day; for a sentence without a day also for the day before, since it may be
    retold next morning.
    """
    if memory.has_event(key):
        return True
    head, _, day = key.rpartition(" ")
    if any(date.fromisoformat(day) == named for named in facts.days):
        return False
    return memory.has_event(f"{head} {(date.fromisoformat(day) - timedelta(days=1)).isoformat()}")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the core of an article adds up to.

    Attributes:
        event: strongest new event in the core, weighted by rank.
        keys: all new event keys of the core, sorted.
        coverage: share of the core's frame in one recent article, 0-1; `covered_by` is that
            article.
        is_fresh: the core names the article's day or the day before.
        has_act: a strong event class is new in the core.
        has_actor: a role is new with a class for that day.
        has_own: the core has a name or number that no stored article has.
        quoted_share: share of the core's words inside quotation marks.
        retold: share of the core's frame, days left aside, in one article older than
            `COVERAGE_SPAN`; 0 unless the core has neither a day nor a name or number of its own,
            and so may be an old report told late.
        told_late: how much more of all its names and numbers one article older than `COVERAGE_SPAN`
            has than any recent one, 0-1; 0 if one is unheard. A report told weeks later, even with
            "on Friday" in it, has all of them in one place and no recent company; a second event of
            the kind brings its own.
        told_now: share of the core's frame in one article that alerted within hours of it.
    """

    event: float
    keys: tuple[str, ...]
    coverage: float
    covered_by: int | None
    is_fresh: bool
    has_act: bool
    has_actor: bool
    has_own: bool
    quoted_share: float
    retold: float
    told_late: float
    told_now: float


def weigh(
    reading: AlignedArticle, memory: CaseIndex, at: datetime, settings: JudgeSettings
) -> Evidence:
    """Weighs the sentences that decide about an article, in order of rank.

    Args:
        at: when the article was published; the articles of `COVERAGE_SPAN` round it may tell the
            same.
    """
    core = reading.core
    events = [new_event(aligned.sentence.facts, memory) for aligned in core]
    strength = max(
        (event.strength * math.exp(-rank / settings.decay) for rank, event in enumerate(events)),
        default=0.0,
    )
    elements = frozenset(
        element for aligned in core for element in frame_elements(aligned.sentence.facts)
    )
    coverage, covered_by = memory.covered(elements, at)
    keys = {key for event in events for key in event.keys}
    is_fresh = any(aligned.sentence.facts.is_fresh for aligned in core)
    has_own = any(
        not memory.has_element(element)
        for element in elements
        if element.startswith(("name ", "number "))
    )
    undated = frozenset(element for element in elements if not element.startswith("day "))
    return Evidence(
        event=round(strength, 3),
        keys=tuple(sorted(keys)),
        coverage=round(coverage, 3),
        covered_by=covered_by,
        is_fresh=is_fresh,
        has_act=any(event.has_act for event in events),
        has_actor=any(key.startswith("role ") for key in keys),
        has_own=has_own,
        quoted_share=_quoted_share(core),
        retold=0.0 if is_fresh or has_own else round(memory.covered_before(undated, at)[0], 3),
        told_late=_told_late(reading.rows, memory, at),
        told_now=round(memory.alerted(elements, at, settings.confirm_told_span), 3),
    )


def _told_late(rows: Sequence[AlignedSentence], memory: CaseIndex, at: datetime) -> float:
    told = {element for row in rows for element in stated_elements(row.sentence.facts)}
    hard = {element for element in told if element.startswith(("name ", "number "))}
    if len(hard) < _MANY or not all(map(memory.has_element, hard)):
        return 0.0
    return round(max(0.0, memory.covered_before(hard, at)[0] - memory.covered(hard, at)[0]), 3)


def _quoted_share(core: Sequence[AlignedSentence]) -> float:
    lengths = [len(aligned.sentence.text) for aligned in core]
    quoted = math.fsum(
        length * aligned.sentence.facts.quoted_share
        for length, aligned in zip(lengths, core, strict=True)
    )
    return round(quoted / sum(lengths), 3) if sum(lengths) else 0.0
