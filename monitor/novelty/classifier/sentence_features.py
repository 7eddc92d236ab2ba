"""What the trained judge looks at in one unknown sentence: is it what the article brings as news?

Figures are shares and logarithms of small counts, so that they mean the same in a case of ten
articles and of ten thousand."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from monitor.model import Analysis
from monitor.novelty.alignment.align import AlignedSentence, State
from monitor.novelty.alignment.article import AlignedArticle
from monitor.novelty.classifier.article_features import HARD_FACTS
from monitor.novelty.classifier.evidence import new_event
from monitor.novelty.index.case_index import CaseIndex
from monitor.novelty.index.recent import ArticleProfile
from monitor.novelty.nlp.event_keys import event_keys, stems
from monitor.novelty.nlp.lexicon import lexicon

_READ = 40  # unknown sentences of one article that are weighed; more are not news


@dataclass(frozen=True, slots=True)
class Passage:
    """An unknown sentence with its figures."""

    row: AlignedSentence
    figures: dict[str, float]


def read_passages(analysis: Analysis, reading: AlignedArticle, memory: CaseIndex) -> list[Passage]:
    """Returns the figures of an article's unknown sentences, in order."""
    found = []
    recent = list(memory.recent(analysis.published_at))
    opened: set[int] = set()
    title = stems(analysis.title.text)
    for rank, row in enumerate(reading.residual[:_READ]):
        opens = row.sentence.paragraph not in opened
        opened.add(row.sentence.paragraph)
        figures = _figures(row, memory, recent)
        figures |= {
            "rank": math.exp(-rank / 4),
            "depth": math.exp(-row.sentence.index / 5),
            "opens": float(opens),
            "addition": float(reading.is_addition),
            "verbatim": float(reading.is_verbatim),
            "known share": reading.known_share,
            "title": len(title & stems(row.sentence.text)) / len(title) if title else 0.0,
        }
        figures["addition opens"] = figures["addition"] * figures["opens"]
        figures["addition fresh"] = figures["addition"] * figures["fresh"]
        figures["addition event"] = figures["addition"] * figures["event"]
        found.append(Passage(row, figures))
    return found


def _figures(
    row: AlignedSentence, memory: CaseIndex, recent: Sequence[ArticleProfile]
) -> dict[str, float]:
    facts = row.sentence.facts
    event = new_event(facts, memory)
    classes = [key.split()[1] for key in event.keys if key.startswith("class ")]
    weak = sum(name in lexicon().weak for name in classes)
    keys = event_keys(facts)
    unheard = sum(not memory.has_element(f"name {name}") for name in facts.names)
    numbers = sum(not memory.has_element(f"number {number}") for number in facts.numbers)
    said = memory.said([row.sentence])
    found = {
        "event": math.log1p(event.strength),
        "strong": math.log1p(len(classes) - weak),
        "weak": math.log1p(weak),
        "share": len(event.keys) / len(keys) if keys else 0.0,
        "fresh": float(facts.is_fresh),
        "dated": float(bool(facts.days)),
        "background": float(facts.is_background),
        "quoted": facts.quoted_share,
        "contained": row.contained,
        "changed": float(row.state is State.CHANGED and row.slot in HARD_FACTS),
        "names": math.log1p(unheard),
        "numbers": math.log1p(numbers),
        "mass": math.log1p(said.mass),
        "roles": float(bool(facts.roles)),
        "said": float("SAY" in facts.classes),
    }
    best = {"cover": 0.0, "sentence": 0.0, "words": 0.0}
    for told in recent:
        best["cover"] = max(best["cover"], said.framed(told.elements))
        best["words"] = max(best["words"], said.worded(told.words))
        if said.framed(told.elements) > best["sentence"]:
            best["sentence"] = max(best["sentence"], *(said.framed(frame) for frame in told.frames))
    return found | best
