"""Rehearsals on what is stored: judging it again with other thresholds or another version, and trying a query before it counts.

Nothing is written. The memory is built anew, article by article, in the order in which the case learned, so every verdict is
reached on what was known then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from monitor.matching import Folded, Query
from monitor.model import Analysis, Fields, KnownArticle, KnownDevelopment, Likeness, Outcome, Verdict
from monitor.novelty import (
    DEFAULT_SETTINGS,
    DEFAULT_UTC_OFFSET,
    CaseMemory,
    JudgeSettings,
    OwnEvents,
    analyse,
    judge,
    relate,
    shingles,
)
from monitor.store import Store
from monitor.store.replays import JudgedText, StoredText, get_judged_texts, get_stored_texts

PAGE = 200
MAX_NEAR_MISSES = 10
WEEK = timedelta(days=7)
# Copies are only looked for among the latest texts; a rehearsal has no index of hashes.
COMPARED = 200


@dataclass(frozen=True, slots=True)
class Rejudged:
    """An article with the verdict that stands and the one that it would get now."""

    article: JudgedText
    after: Verdict

    @property
    def is_changed(self) -> bool:
        """Says whether the outcome would be another."""
        return self.article.outcome != "baseline" and self.article.outcome != self.after.outcome.value


@dataclass(slots=True)
class Trial:
    """What a query finds in what is stored.

    Attributes:
        hits_by_day: how many items belong to the case, by the day of publication.
        near_misses: items of which a term was found but that do not belong.
        alerts: how many of the hits would have alerted.
        since: the beginning of the time looked at.
    """

    since: datetime
    until: datetime
    items: int = 0
    hits: int = 0
    read: int = 0
    alerts: int = 0
    hits_by_day: Counter[date] = field(default_factory=Counter)
    near_misses: list[StoredText] = field(default_factory=list)

    @property
    def alerts_a_week(self) -> float:
        """Forecast of alerts a week, from the share of the time that the store covers."""
        weeks = max((self.until - self.since) / WEEK, 1 / 7)
        return self.alerts / weeks


class Judge:
    """Judges article after article on a memory of its own."""

    def __init__(
        self,
        settings: JudgeSettings,
        subject_terms: frozenset[str],
        events: OwnEvents | None,
        utc_offset: timedelta = DEFAULT_UTC_OFFSET,
    ) -> None:
        self._memory = CaseMemory(events)
        self._settings = settings
        self._subject_terms = subject_terms
        self._utc_offset = utc_offset
        self._count = 0

    def judge(
        self,
        article_row: int,
        title: str,
        text: str,
        *,
        summary: str,
        lang: str,
        at: datetime,
        now: datetime,
        is_subject: bool,
        is_baseline: bool,
        likeness: Likeness | None,
    ) -> Verdict:
        """Judges one article and learns it."""
        analysis = analyse(title, text, summary=summary, lang=lang or None, published_at=at, utc_offset=self._utc_offset)
        verdict = judge(
            analysis,
            self._memory,
            now=now,
            is_subject=is_subject,
            is_baseline=is_baseline,
            likeness=likeness,
            settings=self._settings,
            subject_terms=self._subject_terms,
        )
        self._learn(article_row, analysis, verdict, at, now, is_baseline=is_baseline)
        return verdict

    def _learn(
        self, article_row: int, analysis: Analysis, verdict: Verdict, at: datetime, now: datetime, *, is_baseline: bool
    ) -> None:
        self._count += 1
        known = KnownArticle(self._count, article_row, analysis.title, analysis.sentences, analysis.lang, at, now)
        self._memory.add(known)
        if verdict.outcome is Outcome.ALERT and not is_baseline:
            keys = frozenset(sentence.key for sentence in verdict.new_sentences)
            told = KnownDevelopment(self._count, article_row, now, frozenset(verdict.event_keys), keys)
            self._memory.add_development(told)


def rejudge(
    store: Store,
    slug: str,
    *,
    settings: JudgeSettings = DEFAULT_SETTINGS,
    subject_terms: frozenset[str] = frozenset(),
    events: OwnEvents | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Iterator[Rejudged]:
    """Yields every text that the case has judged with the verdict it would get now, in the order of learning."""
    judging = Judge(settings, subject_terms, events)
    after = 0
    while page := store.read(get_judged_texts, slug, after=after, limit=PAGE):
        after = page[-1].sequence
        for article in page:
            verdict = judging.judge(
                article.article_row,
                article.title,
                article.text,
                summary=article.summary,
                lang=article.lang,
                at=article.published_at or article.found_at,
                now=article.judged_at,
                is_subject=article.is_subject,
                is_baseline=article.is_baseline,
                likeness=article.likeness,
            )
            yield Rejudged(article, verdict)
        on_progress(len(page))


def try_query(
    store: Store, query: Query, *, seeds: list[str], since: datetime, until: datetime, events: OwnEvents | None = None
) -> Trial:
    """Returns what a query would have found and alerted on among the items seen since a time.

    Args:
        seeds: texts that the case knows from the start.
        events: the case's own event classes.
    """
    trial = Trial(since, until)
    hits: list[tuple[StoredText, bool]] = []
    after = 0
    while page := store.read(get_stored_texts, since=since, after=after, limit=PAGE):
        after = page[-1].entry_id
        for item in page:
            trial.items += 1
            fields = Fields(item.title, item.summary, item.text, item.url, item.outlet, item.lang, item.feed, item.at)
            folded = Folded.of(fields)
            match = query.match(folded, now=until)
            if match is not None:
                hits.append((item, match.is_subject))
            elif len(trial.near_misses) < MAX_NEAR_MISSES and query.candidate(folded, now=until):
                trial.near_misses.append(item)
    _forecast(trial, hits, seeds, events)
    return trial


def _forecast(trial: Trial, hits: list[tuple[StoredText, bool]], seeds: list[str], events: OwnEvents | None) -> None:
    """Judges the hits in the order of publication as if the case had followed them."""
    judging = Judge(DEFAULT_SETTINGS, frozenset(), events)
    for number, seed in enumerate(seeds, start=1):
        judging.judge(
            -number,
            "",
            seed,
            summary="",
            lang="",
            at=trial.since,
            now=trial.since,
            is_subject=True,
            is_baseline=True,
            likeness=None,
        )
    told: list[tuple[int, frozenset[int]]] = []
    for item, is_subject in sorted(hits, key=lambda hit: (hit[0].at, hit[0].entry_id)):
        trial.hits += 1
        trial.hits_by_day[item.at.date()] += 1
        text = item.text or item.summary
        trial.read += bool(item.text)
        mine = shingles(text)
        likenesses = [relate(row, mine, theirs) for row, theirs in told[-COMPARED:]]
        verdict = judging.judge(
            item.entry_id,
            item.title,
            text,
            summary=item.summary,
            lang=item.lang,
            at=item.at,
            now=item.at,
            is_subject=is_subject,
            is_baseline=False,
            likeness=max(likenesses, key=lambda found: (found.new_in_old, found.old_in_new), default=None),
        )
        told.append((item.entry_id, mine))
        trial.alerts += verdict.outcome is Outcome.ALERT
