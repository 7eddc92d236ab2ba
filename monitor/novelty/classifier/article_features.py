"""What the trained judge looks at: an article beside the case's memory, as named figures.

Left out on purpose, because they tell how texts are made and not what they say: language, outlet,
length, hours since the last article. Figures are shares or logarithms of small counts, so that they
mean the same in a young case and in an old one; coverage is also given against what is usual in the
case, since in a case with long daily reports any two articles share much. Tried and left out,
because stories that were not fitted to were judged worse with them: shares and counts of new event
keys by kind, coverage by words, by the lead alone and by all recent articles together, events of
the headline."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from monitor.model import Analysis, FactKind, Facts, Genre
from monitor.novelty.alignment.align import AlignedSentence, State
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.evidence import Evidence, new_event, weigh
from monitor.novelty.classifier.namesakes import strangeness
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.nlp.event_keys import class_key, name_key, stems
from monitor.novelty.nlp.lexicon import lexicon
from monitor.novelty.thresholds import JudgeSettings
from monitor.text import fold_words

# What tells an article about the case from one that names its subject in passing or is about a
# namesake: of two dozen figures those that do it in a story that was not fitted to. Where and how
# often the name stands adds nothing to them.
ABOUT = ("kin", "cover", "known share", "contained lead", "strange")
ABOUT_ALONE = ("strange",)  # says nothing of what is new
# A changed name alone may be copy-editing ("the White House" for "the Oval Office"); these are not.
HARD_FACTS = frozenset(
    {FactKind.DATE, FactKind.NUMBER, FactKind.NEGATION, FactKind.STATUS, FactKind.PLACE}
)
_LEAD = 2  # sentences
_TOLD_DAYS = 3  # an event is told for so long
_KIN_LIMIT = 6  # names of the case; more do not make an article more of it
_SAME_DAY = timedelta(days=1)


def article_features(
    analysis: Analysis,
    reading: AlignedArticle,
    memory: CaseIndex,
    settings: JudgeSettings,
    subject_terms: frozenset[str],
) -> dict[str, float]:
    """Returns the figures of an article, by name."""
    reading = replace(reading, core=deciding(reading, memory, settings))
    evidence = weigh(reading, memory, analysis.published_at, settings)
    found = {
        **_events(analysis, reading, memory),
        **_coverage(analysis, reading, memory),
        **_kinship(reading, memory, subject_terms),
        **_unseen(analysis, reading, memory),
        **_shape(analysis, reading),
        "event": math.log1p(evidence.event),
        "quoted": evidence.quoted_share,
        "lead deed": float(_is_deed_on_top(reading, evidence, settings)),
    }
    fresh = any(row.sentence.facts.is_fresh for row in reading.core)
    return found | {"addition fresh": float(reading.is_addition and fresh)}


def deciding(
    reading: AlignedArticle, memory: CaseIndex, settings: JudgeSettings
) -> tuple[AlignedSentence, ...]:
    """Returns the sentences that decide: the core of a text; of an addition its strongest
    paragraphs, wherever they stand.
    """
    if not reading.is_addition:
        return reading.core
    paragraphs: dict[int, list[AlignedSentence]] = {}
    for row in reading.residual:
        paragraphs.setdefault(row.sentence.paragraph, []).append(row)
    strength = {
        number: max(
            new_event(row.sentence.facts, memory).strength + 2 * row.sentence.facts.is_fresh
            for row in rows
        )
        for number, rows in paragraphs.items()
    }
    ordered = sorted(paragraphs, key=lambda number: (-strength[number], number))
    return tuple(row for number in ordered for row in paragraphs[number])[: settings.core_addition]


def leads_with_deed(reading: AlignedArticle, settings: JudgeSettings) -> bool:
    """The added words are the new lead, unlike all that is stored, and say who did something or
    tell of an act.
    """
    lead = reading.residual[0].sentence
    if reading.residual[0].contained >= settings.far:
        return False
    acts = set(lead.facts.classes) - lexicon().weak - lexicon().keyless
    return lead.index == reading.rows[0].sentence.index and bool(
        acts or (lead.facts.roles and lead.facts.classes)
    )


def _is_deed_on_top(reading: AlignedArticle, evidence: Evidence, settings: JudgeSettings) -> bool:
    is_reaction = evidence.quoted_share >= settings.reaction_quoted
    is_candidate = (
        reading.is_addition and bool(reading.residual) and evidence.is_fresh and not is_reaction
    )
    return is_candidate and leads_with_deed(reading, settings)


def _events(analysis: Analysis, reading: AlignedArticle, memory: CaseIndex) -> dict[str, float]:
    core = [row.sentence.facts for row in reading.core]
    keys = {
        key for facts in core for key in new_event(facts, memory).keys if key.startswith("class ")
    }
    return {
        "new weak classes": math.log1p(sum(key.split()[1] in lexicon().weak for key in keys)),
        "lead names untold": _untold(core[:_LEAD], analysis.local_day, memory, _name_keys),
        "title untold": _untold([analysis.title.facts], analysis.local_day, memory, _class_keys),
    }


def _class_keys(facts: Facts, day: date) -> Iterable[str]:
    return (class_key(name, day) for name in facts.classes if name not in lexicon().keyless)


def _name_keys(facts: Facts, day: date) -> Iterable[str]:
    return (name_key(name, day) for name in facts.names)


def _untold(
    told: Sequence[Facts],
    today: date,
    memory: CaseIndex,
    keys: Callable[[Facts, date], Iterable[str]],
) -> float:
    """Share of what is said that no stored sentence says of any of the last days."""
    days = [today - timedelta(days=back) for back in range(-1, _TOLD_DAYS + 1)]
    heads = [
        of_days
        for facts in told
        for of_days in zip(*(keys(facts, day) for day in days), strict=True)
    ]
    known = sum(any(map(memory.has_event, of_days)) for of_days in heads)
    return 1 - known / len(heads) if heads else 0.5


def _coverage(analysis: Analysis, reading: AlignedArticle, memory: CaseIndex) -> dict[str, float]:
    """How much of the article one recent article tells."""
    core, title = memory.said([row.sentence for row in reading.core]), memory.said([analysis.title])
    at, days = analysis.published_at, _event_days(analysis, reading)
    best = {"cover": 0.0, "cover title": 0.0, "cover same day": 0.0}
    for told in memory.recent(at):
        whole = core.framed(told.elements)
        is_same_day = bool(days & told.elements) or abs(told.at - at) < _SAME_DAY
        best["cover"] = max(best["cover"], whole)
        best["cover title"] = max(best["cover title"], title.framed(told.elements))
        best["cover same day"] = max(best["cover same day"], whole if is_same_day else 0.0)
    return best | {
        "cover title over usual": best["cover title"] - memory.usual_title_cover(),
        "cover gain": best["cover"] - memory.covered_before(core.elements, at)[0],
    }


def _event_days(analysis: Analysis, reading: AlignedArticle) -> set[str]:
    """Returns the recent days that the lead names, else the article's own, as frame elements."""
    named = {day for row in reading.core[:_LEAD] for day in row.sentence.facts.days}
    near = {day for day in named if abs((analysis.local_day - day).days) <= 2} or {
        analysis.local_day
    }
    return {f"day {day.isoformat()}" for day in near}


def _kinship(
    reading: AlignedArticle, memory: CaseIndex, subject_terms: frozenset[str]
) -> dict[str, float]:
    """How much of the case's own names and words the article has; one about a namesake has next to
    none.
    """
    own = {word for term in subject_terms for word in fold_words(term)}
    names = {name for row in reading.rows for name in row.sentence.facts.names} - own
    words = {stem for row in reading.rows for stem in stems(row.sentence.text)}
    return {
        "strange": strangeness([row.sentence for row in reading.rows], own, memory),
        "kin": math.log1p(min(_KIN_LIMIT, sum(map(memory.is_kin, names)))),
        "known words": sum(map(memory.has_word, words)) / len(words) if words else 0.5,
    }


def _unseen(analysis: Analysis, reading: AlignedArticle, memory: CaseIndex) -> dict[str, float]:
    core = [row.sentence.facts for row in reading.core]
    today = analysis.local_day
    days = {
        day
        for facts in core
        for day in facts.days
        if not memory.has_element(f"day {day.isoformat()}")
    }
    return {
        "new names": _unheard(core, memory, "name"),
        "new numbers": _unheard(core, memory, "number"),
        "new day": float(
            any(today - timedelta(days=2) <= day <= today + timedelta(days=1) for day in days)
        ),
        "new day ahead": float(any(day > today + timedelta(days=1) for day in days)),
        "lead fresh": float(any(facts.is_fresh for facts in core[:_LEAD])),
        "background": sum(facts.is_background for facts in core) / len(core) if core else 0.0,
    }


def _unheard(told: Sequence[Facts], memory: CaseIndex, kind: str) -> float:
    values = {
        value for facts in told for value in (facts.names if kind == "name" else facts.numbers)
    }
    return math.log1p(sum(not memory.has_element(f"{kind} {value}") for value in values))


def _shape(analysis: Analysis, reading: AlignedArticle) -> dict[str, float]:
    is_on_top = (
        bool(reading.residual)
        and reading.residual[0].sentence.index == reading.rows[0].sentence.index
    )
    hard = sum(row.state is State.CHANGED and row.slot in HARD_FACTS for row in reading.core)
    contained = [row.contained for row in reading.core]
    return {
        "known share": reading.known_share,
        "update": float(reading.is_addition and is_on_top),
        "changed": min(2.0, float(hard)),
        "live": float(analysis.genre is Genre.LIVE),
        "contained": sum(contained) / len(contained) if contained else 1.0,
        "contained lead": contained[0] if contained else 1.0,
        "contained least": min(contained, default=1.0),
    }
