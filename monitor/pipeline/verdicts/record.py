"""T2: the verdict on a reading, and everything born with it, in one transaction per article.

The cases are locked first: what they know cannot change between judging and writing, however many
workers run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from monitor.model import (
    Analysis,
    Extraction,
    Likeness,
    Match,
    Outcome,
    PageStatus,
    Relation,
    Verdict,
)
from monitor.novelty import (
    DEFAULT_SETTINGS,
    JUDGE_VERSION,
    CaseIndex,
    Change,
    JudgeSettings,
    fit_shift,
    is_beginning,
    judge,
    relate,
    shingles,
)
from monitor.pipeline.context import Context, WatchedCase
from monitor.pipeline.embed import usable_encoder
from monitor.pipeline.ingestion.fetch_article import FetchedArticle
from monitor.pipeline.rechecks.recheck_schedule import after_live, next_step
from monitor.pipeline.verdicts.routing import Untold, note_revision, outcome_targets
from monitor.store.articles import (
    ArticleSpec,
    StoredArticle,
    add_urls,
    find_article,
    find_copies,
    find_republished,
    hash_text,
    insert_article,
    insert_revision,
    update_article,
)
from monitor.store.cases import get_known_articles, get_known_developments, lock_cases
from monitor.store.entries import QueuedEntry, finish_entry
from monitor.store.pages import watch_page
from monitor.store.vectors import store_vectors
from monitor.store.verdicts import (
    Judged,
    add_carrier,
    confirm_development,
    get_story,
    get_unconfirmed,
    has_verdict,
    insert_development,
    insert_story,
    insert_verdict,
)
from monitor.store.views.feedback import get_labels

MEMORY_PAGE = 500
FEED_EXTRACTOR = "feed"  # the extractor of a text that the feed gave
_READ_IN_FULL = frozenset({Extraction.FULL})


@dataclass(frozen=True, slots=True)
class CaseMatch:
    """A case that an article belongs to."""

    case: WatchedCase
    match: Match
    is_baseline: bool


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one article: its id, and the verdict's outcome by case slug."""

    article_id: int
    is_new_text: bool
    outcomes: Mapping[str, str]
    alerts: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a revision in each of its cases.

    Attributes:
        outcomes: by the case's slug.
        untold: the cases that it raised no alert in, each with the channels that hear of it in
            their digest.
    """

    outcomes: Mapping[str, str]
    alerts: int
    untold: tuple[Untold, ...]


def record_reading(
    session: Session,
    ctx: Context,
    entry: QueuedEntry | None,
    reading: FetchedArticle,
    matches: Sequence[CaseMatch],
    analysis: Analysis,
    origin: str,
    now: datetime,
) -> IngestResult:
    """Stores an article, judges it for each of its cases and writes verdict, development, alert and
    the entry's state.

    Args:
        entry: the claimed entry that led here; None for a seed.

    Raises:
        LeaseLost: another worker has taken the entry over; nothing is written.
    """
    lock_cases(session, [match.case.id for match in matches])
    stored = find_article(session, reading.urls) or _find_under_other_url(session, reading)
    article_id, revision_id, is_new_text = _store_text(
        session, ctx, stored, reading, analysis, origin, now
    )
    is_aside = (
        stored is not None
        and not is_new_text
        and (reading.title, reading.text) != (stored.title, stored.text)
    )
    judgement = judge_matches(
        session, ctx, matches, analysis, reading, article_id, revision_id, now, is_aside=is_aside
    )
    if stored is not None and is_new_text and is_alike(stored, reading):
        note_edit(session, ctx, stored, revision_id, reading, analysis, judgement, now)
    if entry is not None and reading.seen is not None:
        is_live = reading.page_status == PageStatus.LIVE
        following = (
            after_live(now, now, changed_at=now, interval=None) if is_live else next_step(now, now)
        )
        watch_page(session, article_id, reading.seen, next_check_at=following, now=now)
    if entry is not None:
        finish_entry(
            session,
            entry.id,
            ctx.owner,
            state="stored",
            error=reading.reason,
            status=reading.page_status,
            article_id=article_id,
        )
    return IngestResult(article_id, is_new_text, judgement.outcomes, judgement.alerts)


def judge_matches(
    session: Session,
    ctx: Context,
    matches: Sequence[CaseMatch],
    analysis: Analysis,
    reading: FetchedArticle,
    article_id: int,
    revision_id: int,
    now: datetime,
    *,
    is_aside: bool = False,
) -> Judgement:
    """Judges a revision for each of its cases, which are locked, and writes verdict, development
    and alert.

    Args:
        is_aside: what was read did not replace the text of the revision; it is kept with the
            verdict.
    """
    outcomes: dict[str, str] = {}
    untold: list[Untold] = []
    alerts = 0
    for match in matches:
        if has_verdict(session, match.case.id, revision_id):
            outcomes[match.case.settings.slug] = "known"
            continue
        verdict = _judge(session, ctx, match, analysis, reading, article_id, now)
        born = _record_verdict(
            session, ctx, match, verdict, reading, article_id, revision_id, now, is_aside=is_aside
        )
        alerts += born
        outcomes[match.case.settings.slug] = (
            "baseline" if match.is_baseline else verdict.outcome.value
        )
        if match.match.is_subject and not match.is_baseline and not born:
            targets = outcome_targets(ctx, match.case, verdict.outcome, now)
            untold.append((match.case, frozenset(target.channel for target in targets)))
    return Judgement(outcomes, alerts, tuple(untold))


def is_alike(stored: StoredArticle, reading: FetchedArticle) -> bool:
    """Says whether a new text comes from the same kind of source: else it is read better, or worse,
    and not edited.
    """
    return stored.extraction is reading.extraction and (stored.extractor == FEED_EXTRACTOR) == (
        reading.extractor == FEED_EXTRACTOR
    )


def note_edit(
    session: Session,
    ctx: Context,
    stored: StoredArticle,
    revision_id: int,
    reading: FetchedArticle,
    analysis: Analysis,
    judgement: Judgement,
    now: datetime,
) -> Change:
    """Stores what was changed in an article, and tells of it where no development does; returns the
    class.
    """
    return note_revision(
        session,
        ctx,
        stored.id,
        revision_id,
        (analysis.title, *analysis.sentences),
        before_id=stored.revision_id,
        told=judgement.untold,
        is_live=reading.page_status == PageStatus.LIVE,
        now=now,
    )


def _find_under_other_url(session: Session, reading: FetchedArticle) -> StoredArticle | None:
    """Returns the article that was published again under a new URL, as when a misspelt address is
    mended.
    """
    if not reading.text:
        return None
    text_hash = hash_text(reading.title, reading.text)
    return find_republished(
        session, reading.url, text_hash=text_hash, published_at=reading.published_at
    )


def _store_text(
    session: Session,
    ctx: Context,
    stored: StoredArticle | None,
    reading: FetchedArticle,
    analysis: Analysis,
    origin: str,
    now: datetime,
) -> tuple[int, int, bool]:
    """Stores the text as a new article, as a revision of a known one, or not at all; returns
    article, revision, whether new.
    """
    spec = article_spec(reading, analysis, origin, now)
    if stored is None:
        article_id = insert_article(session, spec)
        number = 1
    else:
        article_id = stored.id
        add_urls(session, article_id, reading.urls)
        is_same = stored.text_hash == hash_text(reading.title, reading.text)
        # A wall, a stub or the feed's teaser never replaces a text that was read in full, nor a
        # beginning the whole.
        is_worse = stored.extraction in _READ_IN_FULL and reading.extraction not in _READ_IN_FULL
        if is_same or is_worse or is_beginning(reading.text, stored.text):
            return article_id, stored.revision_id, False
        update_article(session, article_id, spec)
        number = stored.revision + 1
    revision_id = insert_revision(
        session,
        article_id,
        number,
        title=reading.title,
        summary=reading.summary,
        text=reading.text,
        url=reading.url,
        analysis=analysis,
        extractor=reading.extractor,
        now=now,
    )
    if encoder := usable_encoder(ctx):
        told = (analysis.title, *analysis.sentences)
        store_vectors(
            session,
            encoder.name,
            {sentence.key: sentence.vector for sentence in told if sentence.text},
        )
    return article_id, revision_id, True


def article_spec(
    reading: FetchedArticle, analysis: Analysis, origin: str, now: datetime
) -> ArticleSpec:
    """Returns what is stored of an article besides its text."""
    return ArticleSpec(
        canonical_url=reading.urls[0],
        url=reading.url,
        title=reading.title,
        summary=reading.summary,
        outlet=reading.outlet,
        author=reading.author,
        lang=analysis.lang or (reading.lang or "")[:2],
        published_at=reading.published_at,
        date_origin=reading.date_origin,
        found_at=now,
        extraction=reading.extraction,
        page_status=reading.page_status,
        page_reason=reading.reason,
        origin=origin,
        extractor=reading.extractor,
        aliases=reading.urls[1:],
    )


def _judge(
    session: Session,
    ctx: Context,
    match: CaseMatch,
    analysis: Analysis,
    reading: FetchedArticle,
    article_id: int,
    now: datetime,
) -> Verdict:
    memory = refresh_memory(session, ctx, match.case, now)
    likeness = _nearest_copy(session, match.case.id, analysis, reading, article_id)
    return judge(
        analysis,
        memory,
        now=now,
        is_subject=match.match.is_subject,
        is_baseline=match.is_baseline,
        likeness=likeness,
        settings=get_settings(session, match.case.settings.slug),
        subject_terms=match.case.subject_terms,
        outlet=reading.outlet,
        article_id=article_id,
    )


def get_settings(session: Session, slug: str) -> JudgeSettings:
    """Returns the judge's thresholds for a case, its scores moved by what people said of its
    verdicts.
    """
    return replace(DEFAULT_SETTINGS, shift=fit_shift(get_labels(session, slug)) or 0.0)


def refresh_memory(session: Session, ctx: Context, case: WatchedCase, now: datetime) -> CaseIndex:
    """Returns the memory of a locked case, brought up to what the store holds."""
    case_id, memory = case.id, ctx.memories.get_index(case.id, case.settings.events)
    encoder = usable_encoder(ctx)
    name = encoder.name if encoder else None
    while True:
        learned = get_known_articles(
            session, case_id, after=memory.last_sequence, limit=MEMORY_PAGE, encoder=name
        )
        for article in learned:
            memory.add(article)
        if len(learned) < MEMORY_PAGE:
            break
    # Anew each time: one that was in doubt is confirmed late, so there is no order in which they
    # come.
    memory.developments = get_known_developments(
        session, case_id, since=now - DEFAULT_SETTINGS.join_span
    )
    return memory


def _nearest_copy(
    session: Session, case_id: int, analysis: Analysis, reading: FetchedArticle, article_id: int
) -> Likeness | None:
    candidates = find_copies(session, case_id, analysis.fingerprint, article_id=article_id)
    mine = shingles(reading.text)
    likenesses = [
        relate(candidate.article_id, mine, shingles(candidate.text)) for candidate in candidates
    ]
    return max(likenesses, key=lambda found: (found.new_in_old, found.old_in_new), default=None)


def _record_verdict(
    session: Session,
    ctx: Context,
    match: CaseMatch,
    verdict: Verdict,
    reading: FetchedArticle,
    article_id: int,
    revision_id: int,
    now: datetime,
    *,
    is_aside: bool,
) -> int:
    case = match.case
    judged = Judged(
        case_id=case.id,
        article_id=article_id,
        revision_id=revision_id,
        is_subject=match.match.is_subject,
        is_baseline=match.is_baseline,
        terms=match.match.terms,
        judge_version=JUDGE_VERSION,
        now=now,
        outlet=reading.outlet,
        summary=reading.summary,
        published_at=reading.published_at,
        title=reading.title if is_aside else None,
        text=reading.text if is_aside else None,
    )
    first_reporters = {
        known.development_id: known.article_id
        for known in ctx.memories.get_index(case.id, case.settings.events).developments
    }
    related = [article_id, *(first_reporters[development_id] for development_id in verdict.joins)]
    related += (
        [verdict.likeness.article_id]
        if verdict.likeness and verdict.likeness.relation is not Relation.DISTINCT
        else []
    )
    story_id = get_story(session, case.id, related) or insert_story(
        session, case.id, article_id, now
    )
    verdict_id = insert_verdict(session, judged, verdict, story_id)
    targets = [] if match.is_baseline else outcome_targets(ctx, case, verdict.outcome, now)
    if (verdict.outcome is Outcome.ALERT and not match.is_baseline) or targets:
        insert_development(
            session,
            judged,
            verdict,
            case_article_id=verdict_id,
            story_id=story_id,
            title=reading.title,
            published_at=reading.published_at,
            targets=targets,
        )
    if verdict.outcome is Outcome.ALERT and not match.is_baseline:
        return 1
    add_carrier(session, verdict.joins, article_id, now)
    if verdict.confirms is None:
        return 0
    return _confirm(session, ctx, case, verdict.confirms, article_id, now)


def _confirm(
    session: Session,
    ctx: Context,
    case: WatchedCase,
    doubted_id: int,
    article_id: int,
    now: datetime,
) -> int:
    """Tells what an article in doubt brought, now that another outlet has it too; returns the
    number of alerts.
    """
    doubted = get_unconfirmed(session, case.id, doubted_id)
    if doubted is None:
        return 0
    targets = outcome_targets(ctx, case, Outcome.ALERT, now)
    development_id = confirm_development(session, doubted, targets=targets, now=now)
    add_carrier(session, [development_id], article_id, now)
    return 1
