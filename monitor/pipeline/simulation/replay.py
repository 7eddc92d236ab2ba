"""Rehearsals on what is stored: judging it again with other thresholds or another version, and
trying a query before it counts.

Nothing is written. The memory is built anew, article by article, in the order in which the case
learned, so every verdict is reached on what was known then; and each text is read as it was read
then. So with the same settings and version everything comes out as it is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from monitor.matching import Folded, Query
from monitor.model import (
    Analysis,
    Fields,
    KnownArticle,
    KnownDevelopment,
    Likeness,
    Match,
    Outcome,
    Verdict,
)
from monitor.novelty import (
    DEFAULT_SETTINGS,
    DEFAULT_UTC_OFFSET,
    CaseIndex,
    JudgeSettings,
    OwnEvents,
    analyse,
    is_unconfirmed,
    judge,
    relate,
    shingles,
    told_keys,
)
from monitor.pipeline.cases.seeds import read_seed
from monitor.pipeline.polling.poll import is_given_all
from monitor.pipeline.verdicts.record import get_settings
from monitor.settings import CaseSettings
from monitor.store import Store
from monitor.store.views.replays import (
    CONFIRMED,
    JudgedText,
    Read,
    StoredText,
    StoredVerdict,
    get_judged_texts,
    get_stored_texts,
)

PAGE = 200
MAX_NEAR_MISSES = 10
WEEK = timedelta(days=7)
# Copies are only looked for among the latest texts; a rehearsal has no index of hashes.
COMPARED = 200
ALERTING = frozenset({"alert", CONFIRMED})


@dataclass(frozen=True, slots=True)
class Rejudged:
    """A verdict that stands, and what it would be now; `outcome` as in `StoredVerdict`.

    Attributes:
        why: the reason that decides now.
    """

    before: StoredVerdict
    outcome: str
    score: float
    why: str

    @property
    def is_changed(self) -> bool:
        """Says whether the outcome would be another."""
        return self.before.outcome != self.outcome


@dataclass(slots=True)
class Trial:
    """What a query finds in what is stored.

    Attributes:
        hits_by_day: how many articles belong to the case, by the day of publication.
        near_misses: items of which a term was found but that do not belong.
        alerts: how many alerts the hits would have brought, late ones for articles in doubt among
            them.
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


@dataclass(frozen=True, slots=True)
class Occasion:
    """An article that is to be judged and learned.

    Attributes:
        analysis: the text as it was read for the verdict.
        learned: the same as it is stored.
        at, found_at, learned_outlet: what the case remembers of the article.
        outlet: who published it, as it was read for the verdict.
    """

    article_row: int
    analysis: Analysis
    learned: Analysis
    at: datetime
    found_at: datetime
    outlet: str
    learned_outlet: str
    now: datetime
    is_subject: bool
    is_baseline: bool
    likeness: Likeness | None = None


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A verdict in a rehearsal.

    Attributes:
        is_unconfirmed: it may be confirmed later.
        confirmed: the article in doubt that alerts now, because this one of another outlet has the
            same.
    """

    verdict: Verdict
    is_unconfirmed: bool
    confirmed: int | None

    @property
    def alerts(self) -> int:
        """How many alerts it brings."""
        return (self.verdict.outcome is Outcome.ALERT) + (self.confirmed is not None)


class Rehearsal:
    """A case that follows articles as the daemon does, and keeps what it learns in memory only."""

    def __init__(self, subject_terms: frozenset[str], events: OwnEvents | None) -> None:
        self._memory = CaseIndex(events)
        self._subject_terms = subject_terms
        # By article, what an article in doubt would tell: by its newest verdict in doubt, unless it
        # has alerted since.
        self._doubted: dict[int, KnownDevelopment] = {}
        self._count = 0

    def judge(self, occasion: Occasion, settings: JudgeSettings) -> Rehearsed:
        """Judges one article and learns it."""
        memory, now = self._memory, occasion.now
        memory.developments = [
            told
            for told in memory.developments
            if told.created_at >= now - DEFAULT_SETTINGS.join_span
        ]
        verdict = judge(
            occasion.analysis,
            memory,
            now=now,
            is_subject=occasion.is_subject,
            is_baseline=occasion.is_baseline,
            likeness=occasion.likeness,
            settings=settings,
            subject_terms=self._subject_terms,
            outlet=occasion.outlet,
            article_id=occasion.article_row,
        )
        is_in_doubt = is_unconfirmed(
            verdict.outcome.value, verdict.reasons[0].code, is_baseline=occasion.is_baseline
        )
        self._learn(occasion, verdict, is_in_doubt=is_in_doubt)
        return Rehearsed(verdict, is_in_doubt, self._confirm(verdict.confirms, now))

    def _learn(self, occasion: Occasion, verdict: Verdict, *, is_in_doubt: bool) -> None:
        self._count += 1
        number, row, learned = self._count, occasion.article_row, occasion.learned
        self._memory.add(
            KnownArticle(
                sequence=number,
                article_id=row,
                title=learned.title,
                sentences=learned.sentences,
                lang=learned.lang,
                at=occasion.at,
                found_at=occasion.found_at,
                outlet=occasion.learned_outlet,
                is_unconfirmed=is_in_doubt,
            )
        )
        new = frozenset(sentence.key for sentence in verdict.new_sentences)
        if is_in_doubt:
            _, keys = told_keys((learned.title, *learned.sentences), new)
            self._doubted[row] = KnownDevelopment(number, row, occasion.now, frozenset(keys), new)
        elif verdict.outcome is Outcome.ALERT:
            self._doubted.pop(row, None)
            told = KnownDevelopment(number, row, occasion.now, frozenset(verdict.event_keys), new)
            self._memory.add_development(told)

    def _confirm(self, article_row: int | None, now: datetime) -> int | None:
        """Tells what an article in doubt brought; returns the article, None when there is nothing
        (more) to confirm.
        """
        told = self._doubted.pop(article_row, None) if article_row is not None else None
        if told is None:
            return None
        self._memory.add_development(replace(told, created_at=now))
        return article_row


def rejudge(
    store: Store,
    slug: str,
    cases: Sequence[CaseSettings] = (),
    *,
    settings: JudgeSettings = DEFAULT_SETTINGS,
    shift: float | None = None,
) -> Iterator[Rejudged]:
    """Yields every verdict of a case with what it would be now.

    They come in the order in which the case learned, but one on an article in doubt comes when
    nothing can confirm it any more: sort by `before.sequence` what is kept.

    Args:
        cases: of the config, in its order.
        settings: thresholds to judge by; their shift is left aside.
        shift: by how much feedback is to move all scores; by default each is moved as it was then.
    """
    configured = {case.slug: case for case in cases}
    case = configured.get(slug)
    rehearsal = Rehearsal(
        case.compiled.folded_terms if case else frozenset(), case.events if case else None
    )
    waiting: dict[int, Rejudged] = {}
    for text in _texts_of(store, slug):
        article = text.verdict.article_row
        thresholds = replace(settings, shift=text.shift if shift is None else shift)
        done = rehearsal.judge(_occasion(text, configured), thresholds)
        if article in waiting and (done.is_unconfirmed or done.verdict.outcome is Outcome.ALERT):
            yield waiting.pop(
                article
                # Only the newest doubt about an article can be confirmed, and none once it has alerted
            )
        outcome = "baseline" if text.verdict.is_baseline else done.verdict.outcome.value
        judged = Rejudged(text.verdict, outcome, done.verdict.score, done.verdict.reasons[0].text)
        if done.is_unconfirmed:
            waiting[article] = judged
        else:
            yield judged
        if done.confirmed is not None:
            late = waiting.pop(done.confirmed)
            yield replace(
                late, outcome=CONFIRMED, why=f"{late.why}, but {text.read.outlet} has the same"
            )
    yield from waiting.values()


def _texts_of(store: Store, slug: str) -> Iterator[JudgedText]:
    after = 0
    while page := store.read(get_judged_texts, slug, after=after, limit=PAGE):
        after = page[-1].verdict.sequence
        yield from page


def _occasion(text: JudgedText, cases: Mapping[str, CaseSettings]) -> Occasion:
    analysis = _analyse(text, text.read, cases)
    is_own = text.stored == text.read
    return Occasion(
        article_row=text.verdict.article_row,
        analysis=analysis,
        learned=analysis if is_own else _analyse(text, text.stored, cases),
        at=text.at,
        found_at=text.found_at,
        outlet=text.read.outlet,
        learned_outlet=text.outlet,
        now=text.judged_at,
        is_subject=text.is_subject,
        is_baseline=text.verdict.is_baseline,
        likeness=text.likeness,
    )


def _analyse(text: JudgedText, read: Read, cases: Mapping[str, CaseSettings]) -> Analysis:
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


def try_query(
    store: Store,
    query: Query,
    *,
    case: CaseSettings | None = None,
    cases: Sequence[CaseSettings] = (),
    since: datetime,
    until: datetime,
) -> Trial:
    """Returns what a query would have found and alerted on among the items seen since a time.

    Args:
        case: whose query it is: its feeds, seeds, clocks, event classes and feedback count. Without
            one all feeds are asked.
        cases: all of the config.

    Raises:
        MonitorError: a seed of the case cannot be read.
    """
    trial = Trial(since, until)
    hits: dict[str, tuple[StoredText, Match]] = {}
    after = 0
    while page := store.read(get_stored_texts, since=since, after=after, limit=PAGE):
        after = page[-1].entry_id
        for item in page:
            if case is None or case.selects(item.feed_url, item.feed_title, item.feed_tags):
                trial.items += 1
                match = _match(trial, query, item, case, cases)
                if match is not None:
                    hits.setdefault(item.key, (item, match))
    settings = store.read(get_settings, case.slug) if case else DEFAULT_SETTINGS
    _forecast(trial, query, list(hits.values()), case, settings)
    return trial


def _match(
    trial: Trial,
    query: Query,
    item: StoredText,
    case: CaseSettings | None,
    cases: Sequence[CaseSettings],
) -> Match | None:
    fields = Fields(
        item.title,
        item.summary,
        item.text,
        item.url,
        item.outlet,
        item.lang[:2],
        item.feed,
        item.at,
    )
    folded = Folded.of(fields)
    match = query.match(folded, now=trial.until)
    if match is not None:
        return match
    if (
        case
        and item.feed_takes_all
        and is_given_all(case, cases, item.feed_url, item.feed_title, item.feed_tags)
    ):
        return Match((), is_subject=True)
    if len(trial.near_misses) < MAX_NEAR_MISSES and query.candidate(folded, now=trial.until):
        trial.near_misses.append(item)
    return None


def _forecast(
    trial: Trial,
    query: Query,
    hits: list[tuple[StoredText, Match]],
    case: CaseSettings | None,
    settings: JudgeSettings,
) -> None:
    """Judges the hits in the order of publication as if the case had followed them."""
    rehearsal = Rehearsal(query.folded_terms, case.events if case else None)
    for occasion in _seeds(case, trial.since):
        rehearsal.judge(occasion, settings)
    told: list[tuple[int, frozenset[int]]] = []
    for number, (item, match) in enumerate(
        sorted(hits, key=lambda hit: (hit[0].at, hit[0].entry_id)), start=1
    ):
        trial.hits += 1
        trial.hits_by_day[item.at.date()] += 1
        trial.read += item.is_read
        mine = shingles(item.text)
        likenesses = [relate(row, mine, theirs) for row, theirs in told[-COMPARED:]]
        offset = case.utc_offset(item.at) if case else DEFAULT_UTC_OFFSET
        analysis = analyse(
            item.title,
            item.text,
            summary=item.summary,
            lang=item.lang[:2] or None,
            published_at=item.at,
            utc_offset=offset,
        )
        occasion = _simple(
            number, analysis, item.outlet, item.at, is_subject=match.is_subject, is_baseline=False
        )
        nearest = max(
            likenesses, key=lambda found: (found.new_in_old, found.old_in_new), default=None
        )
        trial.alerts += rehearsal.judge(replace(occasion, likeness=nearest), settings).alerts
        told.append((number, mine))


def _seeds(case: CaseSettings | None, now: datetime) -> Iterator[Occasion]:
    for number, seed in enumerate(case.seeds if case else (), start=1):
        reading = read_seed(seed, now)
        at = reading.published_at
        offset = case.utc_offset(at) if case else DEFAULT_UTC_OFFSET
        analysis = analyse(
            reading.title, reading.text, lang=reading.lang, published_at=at, utc_offset=offset
        )
        yield _simple(-number, analysis, reading.outlet, at, is_subject=True, is_baseline=True)


def _simple(
    number: int,
    analysis: Analysis,
    outlet: str,
    at: datetime,
    *,
    is_subject: bool,
    is_baseline: bool,
) -> Occasion:
    """An article that is judged when it is published and stored as it was read."""
    return Occasion(number, analysis, analysis, at, at, outlet, outlet, at, is_subject, is_baseline)
