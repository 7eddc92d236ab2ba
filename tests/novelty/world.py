"""A case in memory: what the tests store and ask."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import Analysis, KnownArticle, KnownDevelopment, Likeness, Outcome, Verdict
from monitor.novelty import CaseIndex, analyse, judge, relate, shingles

SEED = (Path(__file__).parents[2] / "seeds" / "000_39b7992f23781b65.txt").read_text(
    encoding="utf-8"
)
SEED_AT = datetime(2025, 4, 15, tzinfo=UTC)
NEXT_DAY = datetime(2025, 4, 16, 15, tzinfo=UTC)  # a Wednesday
PARAGRAPHS = SEED.split("\n")


def text_of(*paragraphs: str) -> str:
    """Joins paragraphs as an extracted article has them."""
    return "\n\n".join(paragraphs)


class Case:
    """A case that stores what it judges."""

    def __init__(self) -> None:
        self.memory = CaseIndex()
        self.texts: dict[int, str] = {}

    def store(self, text: str, at: datetime = SEED_AT, title: str = "") -> Analysis:
        """Stores an article without judging it."""
        analysis = analyse(title, text, published_at=at)
        number = len(self.texts) + 1
        self.memory.add(
            KnownArticle(number, number, analysis.title, analysis.sentences, analysis.lang, at, at)
        )
        self.texts[number] = text
        return analysis

    def likeness(self, text: str) -> Likeness | None:
        """Returns how the text relates to the stored one that shares most with it."""
        own = shingles(text)
        found = [relate(number, own, shingles(other)) for number, other in self.texts.items()]
        return max(found, key=lambda like: like.new_in_old, default=None)

    def judge(
        self, text: str, at: datetime = NEXT_DAY, title: str = "A headline", **given: object
    ) -> Verdict:
        """Judges an article without storing it."""
        analysis = analyse(title, text, summary=str(given.pop("summary", "")), published_at=at)
        options: dict[str, object] = {
            "now": at + timedelta(hours=1),
            "is_subject": True,
            "likeness": self.likeness(text),
        }
        return judge(analysis, self.memory, **(options | given))  # type: ignore[arg-type]

    def follow(self, text: str, at: datetime, title: str = "A headline") -> Verdict:
        """Judges and stores an article, and keeps the development that it brings."""
        verdict = self.judge(text, at, title)
        self.store(text, at, title)
        if verdict.outcome is Outcome.ALERT:
            number = len(self.texts)
            keys = frozenset(new.key for new in verdict.new_sentences)
            self.memory.add_development(
                KnownDevelopment(number, number, at, frozenset(verdict.event_keys), keys)
            )
        return verdict


def seeded() -> Case:
    """Returns a case that knows the seed article and nothing else."""
    case = Case()
    case.store(SEED)
    return case
