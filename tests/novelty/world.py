"""A case in memory, and the invented stories that the tests store in it and ask it about."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.model import Analysis, KnownArticle, KnownDevelopment, Likeness, Outcome, Verdict
from monitor.novelty import ArticleContext, CaseIndex, analyse, judge, relate, shingles

SEED = (Path(__file__).parents[2] / "seeds" / "000_39b7992f23781b65.txt").read_text(
    encoding="utf-8"
)
SEED_AT = datetime(2025, 4, 15, tzinfo=UTC)
NEXT_DAY = datetime(2025, 4, 16, 15, tzinfo=UTC)  # a Wednesday
PARAGRAPHS = SEED.split("\n")


def text_of(*paragraphs: str) -> str:
    """Joins paragraphs as an extracted article has them."""
    return "\n\n".join(paragraphs)


TUESDAY = datetime(2026, 3, 3, 16, tzinfo=UTC)
SINKING = text_of(
    "A car ferry with 148 people aboard sank off the northern cape before dawn on Tuesday, the "
    "coastguard said.",
    "The Alondra, on its run from Port Amber to Villa Clara, sent a distress call at 4:52 a.m. "
    "and disappeared from radar.",
    "Captain Rufo Calder, 58, was pulled from the sea and taken to a hospital in Villa Clara.",
    "The ship, built in 1987, belongs to Lantern Lines. The company said that it was helping the "
    "authorities.",
    "The sea was rough and the wind was blowing from the north at the time, the harbour office "
    "said.",
)
SATURDAY = datetime(2026, 3, 7, 15, tzinfo=UTC)
ARREST = text_of(
    "Police on Saturday arrested Rufo Calder, the captain of the ferry Alondra, as he left a "
    "hospital in Villa Clara.",
    "Prosecutor Berta Ocaria said that the ship had sailed with a door open. Calder denies it.",
    "The ferry sank on March 3 with 148 people aboard.",
)
THURSDAY = SATURDAY + timedelta(days=33)
TRIAL = text_of(
    "A court in Port Amber on Thursday sentenced Rufo Calder, the captain of the ferry Alondra, "
    "to nine years in prison.",
    "Judge Mara Stell said that he had known of the open door. Prosecutor Berta Ocaria had asked "
    "for 12 years.",
    "Calder will appeal, his lawyer said.",
)
# The same report in other words; two weeks later it is an old one, published late.
TRIAL_RETOLD = text_of(
    "A cell is what awaits Rufo Calder, the captain who kept silent about the door of the Alondra.",
    "Nine years of it, judge Mara Stell decided on Thursday in Port Amber. Berta Ocaria, for the "
    "prosecution, had wanted 12.",
)
TWO_WEEKS_ON = THURSDAY + timedelta(days=14)


class Case:
    """A case that stores what it judges."""

    def __init__(self) -> None:
        self.index = CaseIndex()
        self.texts: dict[int, str] = {}

    def store(
        self,
        text: str,
        at: datetime = SEED_AT,
        title: str = "",
        *,
        newsroom: str = "",
        is_told: bool = True,
        is_unconfirmed: bool = False,
    ) -> Analysis:
        """Stores an article without judging it: one that people know, as they know the seeds and
        what was there before.
        """
        analysis = analyse(title, text, published_at=at)
        number = len(self.texts) + 1
        self.index.add(
            KnownArticle(
                sequence=number,
                article_id=number,
                title=analysis.title,
                sentences=analysis.sentences,
                lang=analysis.lang,
                at=at,
                found_at=at,
                newsroom=newsroom,
                is_unconfirmed=is_unconfirmed,
                is_told=is_told,
            )
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
        judging = {key: given.pop(key) for key in ("settings", "weights") if key in given}
        options = {
            "now": at + timedelta(hours=1),
            "is_subject": True,
            "likeness": self.likeness(text),
        }
        asked = ArticleContext(**(options | given))  # type: ignore[arg-type]
        return judge(analysis, self.index, asked, **judging)  # type: ignore[arg-type]

    def follow(self, text: str, at: datetime, title: str = "A headline") -> Verdict:
        """Judges and stores an article, and keeps the development that it brings."""
        verdict = self.judge(text, at, title)
        self.store(text, at, title, is_told=False)
        if verdict.outcome is Outcome.ALERT:
            number = len(self.texts)
            keys = frozenset(new.key for new in verdict.new_sentences)
            self.index.add_development(
                KnownDevelopment(number, number, at, frozenset(verdict.event_keys), keys)
            )
        return verdict


def seeded() -> Case:
    """Returns a case that knows the seed article and nothing else."""
    case = Case()
    case.store(SEED)
    return case


def grown_case() -> Case:
    """Returns a case of 25 articles on the sinking of a ferry and the arrest of its captain."""
    case = Case()
    for number in range(12):
        sinking = SINKING.replace("148 people", f"{148 + number} people")
        arrest = ARREST.replace("door open", f"door {number} open")
        case.store(sinking, TUESDAY + timedelta(hours=number))
        case.store(arrest, SATURDAY + timedelta(hours=number))
    case.store(SINKING, TUESDAY + timedelta(days=1))
    return case
