"""Replays: judging what is stored again, with other thresholds or another version.

Nothing is written. The index is built anew, article by article, in the order in which the case
learned, so every verdict is reached on what was known then; and each text is read as it was read
then. So with the same settings and version everything comes out as it is stored.

A text that was pruned is not judged: it is learned by what is left of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Analysis, KnownArticle, KnownDevelopment, Likeness, Outcome, Verdict
from monitor.novelty import (
    DEFAULT_SETTINGS,
    DEFAULT_UTC_OFFSET,
    RATE_SPAN,
    ArticleContext,
    CaseIndex,
    JudgeSettings,
    OwnEvents,
    ScoredArticle,
    analyse,
    is_unconfirmed,
    judge,
    score_article,
    told_keys,
)
from monitor.pipeline.verdicts.thresholds import rate_settings
from monitor.settings import CaseSettings
from monitor.store import Store
from monitor.store.views.replays import (
    CONFIRMED,
    JudgedText,
    PrunedText,
    ReadArticle,
    StoredVerdict,
    get_judged_texts,
)

PAGE = 200
ALERTING = frozenset({"alert", CONFIRMED})


@dataclass(frozen=True, slots=True)
class ReplayedVerdict:
    """A verdict that stands, and what it would be now; `outcome` as in `StoredVerdict`.

    Attributes:
        why: the reason that decides now.
        is_pruned: its text was taken out of the store, so that nobody can judge it again; the rest
            is as it stands.
    """

    before: StoredVerdict
    outcome: str
    score: float
    why: str
    is_pruned: bool = False

    @property
    def is_changed(self) -> bool:
        """Says whether the outcome would be another."""
        return self.before.outcome != self.outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayedArticle:
    """An article that is to be judged and learned.

    Attributes:
        id: any number of its own.
        analysis: the text as it was read for the verdict.
        stored: the same as it is stored.
        at, found_at: what the case remembers of the article.
        newsroom: whose text it is.
        now: the moment of the verdict.
    """

    id: int
    analysis: Analysis
    stored: Analysis
    at: datetime
    found_at: datetime
    newsroom: str
    now: datetime
    is_subject: bool
    is_baseline: bool
    likeness: Likeness | None = None


@dataclass(frozen=True, slots=True)
class ReplayStep:
    """A verdict in a replay.

    Attributes:
        is_unconfirmed: it may be confirmed later.
        confirmed: the unconfirmed article that alerts now, because this one of another newsroom has
            the same.
    """

    verdict: Verdict
    is_unconfirmed: bool
    confirmed: int | None

    @property
    def is_alert(self) -> bool:
        """Whether the article itself alerts."""
        return self.verdict.outcome is Outcome.ALERT

    @property
    def is_settling(self) -> bool:
        """Whether no earlier verdict on the article can be confirmed after it."""
        return self.is_unconfirmed or self.is_alert

    @property
    def alerts(self) -> int:
        """How many alerts it brings: 0 to 2."""
        return self.is_alert + (self.confirmed is not None)


class CaseReplay:
    """A case that follows articles as the daemon does, and keeps what it learns in memory only.

    Args:
        subject_terms: folded words and phrases that its query looks for.
        events: its own event classes.
        tiers: event classes that it moves to another tier.
        per_week: how many alerts it asks for, see `rate_settings`.
    """

    def __init__(
        self,
        subject_terms: frozenset[str],
        events: OwnEvents | None,
        tiers: Mapping[str, int] | None = None,
        per_week: float | None = None,
    ) -> None:
        self._index = CaseIndex(events)
        self._subject_terms = subject_terms
        self._tiers = tiers or {}
        self._per_week = per_week
        # By article, the moment and score of its newest verdict; None where a gate decided.
        self._scores: dict[int, tuple[datetime, ScoredArticle | None]] = {}
        # By article, what an unconfirmed one would bring: by its newest unconfirmed verdict, unless
        # it has alerted since.
        self._unconfirmed: dict[int, KnownDevelopment] = {}
        self._count = 0

    def judge(self, article: ReplayedArticle, settings: JudgeSettings) -> ReplayStep:
        """Judges one article and learns it."""
        self._forget_developments(article.now)
        context, settings = self._article_context(article), self._rated(settings, article.now)
        verdict = judge(article.analysis, self._index, context, settings=settings)
        if not article.is_baseline:
            scored = score_article(article.now, verdict.score, verdict.reasons)
            self._scores[article.id] = article.now, scored
        unconfirmed = is_unconfirmed(
            verdict.outcome.value, verdict.reasons[0].code, is_baseline=article.is_baseline
        )
        # The case learns an article after it was judged, never before.
        self._count += 1
        self._add_article(article, verdict, is_unconfirmed=unconfirmed)
        if unconfirmed:
            self._keep_unconfirmed(article, verdict)
        elif verdict.outcome is Outcome.ALERT:
            self._add_news(article, verdict)
        return ReplayStep(verdict, unconfirmed, self._confirm(verdict.confirms, article.now))

    def learn(self, pruned: PrunedText, now: datetime, *, is_baseline: bool) -> None:
        """Learns an article that cannot be judged any more, as the case knows it and with the
        verdict that stands.
        """
        known = pruned.known
        if not is_baseline:
            self._scores[known.article_id] = now, pruned.scored
        self._count += 1
        self._index.add(replace(known, sequence=self._count))

    def scores(self, since: datetime | None = None) -> list[ScoredArticle]:
        """Returns the scores of what was judged, since a time."""
        newest = [scored for at, scored in self._scores.values() if since is None or at >= since]
        return [scored for scored in newest if scored]

    def _rated(self, settings: JudgeSettings, now: datetime) -> JudgeSettings:
        if self._per_week is None:
            return settings
        return rate_settings(settings, self.scores(now - RATE_SPAN), self._per_week)

    def _article_context(self, article: ReplayedArticle) -> ArticleContext:
        return ArticleContext(
            now=article.now,
            is_subject=article.is_subject,
            is_baseline=article.is_baseline,
            likeness=article.likeness,
            subject_terms=self._subject_terms,
            newsroom=article.newsroom,
            article_id=article.id,
            tiers=self._tiers,
        )

    def _forget_developments(self, now: datetime) -> None:
        since = now - DEFAULT_SETTINGS.join_span
        known = self._index.developments
        self._index.developments = [one for one in known if one.created_at >= since]

    def _add_article(
        self, article: ReplayedArticle, verdict: Verdict, *, is_unconfirmed: bool
    ) -> None:
        self._index.add(
            KnownArticle(
                sequence=self._count,
                article_id=article.id,
                title=article.stored.title,
                sentences=article.stored.sentences,
                lang=article.stored.lang,
                at=article.at,
                found_at=article.found_at,
                newsroom=article.newsroom,
                is_unconfirmed=is_unconfirmed,
                is_told=article.is_baseline or verdict.outcome is Outcome.ALERT,
            )
        )

    def _add_news(self, article: ReplayedArticle, verdict: Verdict) -> None:
        """Learns what an article brings with its alert."""
        # What an earlier text of the article left unconfirmed is reported with this one.
        self._unconfirmed.pop(article.id, None)
        self._index.add_development(self._news(article, verdict))

    def _keep_unconfirmed(self, article: ReplayedArticle, verdict: Verdict) -> None:
        """Keeps what an article would bring once another newsroom confirms it."""
        news, stored = self._news(article, verdict), article.stored
        # By the stored sentences, as the store does it: the verdict read others.
        _, event_keys = told_keys((stored.title, *stored.sentences), news.sentence_keys)
        self._unconfirmed[article.id] = replace(news, event_keys=frozenset(event_keys))

    def _news(self, article: ReplayedArticle, verdict: Verdict) -> KnownDevelopment:
        new = frozenset(sentence.key for sentence in verdict.new_sentences)
        return KnownDevelopment(
            self._count, article.id, article.now, frozenset(verdict.event_keys), new
        )

    def _confirm(self, article_id: int | None, now: datetime) -> int | None:
        """Learns what an unconfirmed article brought; returns the article, None when there is
        nothing (more) to confirm.
        """
        if article_id is None or article_id not in self._unconfirmed:
            return None
        news = self._unconfirmed.pop(article_id)
        self._index.add_development(replace(news, created_at=now))
        return article_id


def replay_case(
    store: Store,
    slug: str,
    cases: Sequence[CaseSettings] = (),
    *,
    settings: JudgeSettings = DEFAULT_SETTINGS,
    shift: float | None = None,
) -> Iterator[ReplayedVerdict]:
    """Yields every verdict of a case with what it would be now.

    They come in the order in which the case learned, but one on an unconfirmed article comes when
    nothing can confirm it any more: sort by `before.sequence` what is kept.

    Args:
        cases: of the config, in its order.
        settings: thresholds to judge by; their shift is left aside, and a case that asks for so
            many alerts a week has a threshold of its own.
        shift: by how much feedback is to move all scores; by default each is moved as it was then.
    """
    configured = {case.slug: case for case in cases}
    replay = _start_replay(configured.get(slug))
    waiting: dict[int, ReplayedVerdict] = {}
    for text in _get_texts(store, slug):
        if text.pruned:
            replay.learn(text.pruned, text.judged_at, is_baseline=text.verdict.is_baseline)
            yield _left_out(text.verdict)
            continue
        article = text.verdict.article_row
        thresholds = replace(settings, shift=text.shift if shift is None else shift)
        step = replay.judge(_article_of(text, configured), thresholds)
        # Only the newest unconfirmed verdict on an article can be confirmed, and none once it has
        # alerted.
        if article in waiting and step.is_settling:
            yield waiting.pop(article)
        replayed = _replayed(text, step.verdict)
        if step.is_unconfirmed:
            waiting[article] = replayed
        else:
            yield replayed
        if step.confirmed is not None:
            yield _confirmed(waiting.pop(step.confirmed), text.read.outlet)
    yield from waiting.values()


def _start_replay(case: CaseSettings | None) -> CaseReplay:
    if case is None:
        return CaseReplay(frozenset(), None)
    terms = case.compiled.folded_terms
    return CaseReplay(terms, case.events, case.tiers, case.alerts_per_week)


def _get_texts(store: Store, slug: str) -> Iterator[JudgedText]:
    after = 0
    while page := store.read(get_judged_texts, slug, after=after, limit=PAGE):
        after = page[-1].verdict.sequence
        yield from page


def _replayed(text: JudgedText, verdict: Verdict) -> ReplayedVerdict:
    outcome = "baseline" if text.verdict.is_baseline else verdict.outcome.value
    return ReplayedVerdict(text.verdict, outcome, verdict.score, verdict.reasons[0].text)


def _left_out(verdict: StoredVerdict) -> ReplayedVerdict:
    why = "its text was pruned"
    return ReplayedVerdict(verdict, verdict.outcome, verdict.score, why, is_pruned=True)


def _confirmed(replayed: ReplayedVerdict, outlet: str) -> ReplayedVerdict:
    why = f"{replayed.why}, but {outlet} has the same"
    return replace(replayed, outcome=CONFIRMED, why=why)


def _article_of(text: JudgedText, cases: Mapping[str, CaseSettings]) -> ReplayedArticle:
    analysis = _analyse(text, text.read, cases)
    is_as_stored = text.stored == text.read
    return ReplayedArticle(
        id=text.verdict.article_row,
        analysis=analysis,
        stored=analysis if is_as_stored else _analyse(text, text.stored, cases),
        at=text.at,
        found_at=text.found_at,
        newsroom=text.newsroom,
        now=text.judged_at,
        is_subject=text.is_subject,
        is_baseline=text.verdict.is_baseline,
        likeness=text.likeness,
    )


def _analyse(text: JudgedText, read: ReadArticle, cases: Mapping[str, CaseSettings]) -> Analysis:
    """Reads a text as it was read: for several cases, with the clocks of the first of them."""
    first = next((case for slug, case in cases.items() if slug in read.cases), None)
    return analyse(
        read.title,
        read.text,
        summary=read.summary,
        lang=text.lang or None,
        published_at=read.published_at,
        utc_offset=first.utc_offset(read.published_at) if first else DEFAULT_UTC_OFFSET,
    )
