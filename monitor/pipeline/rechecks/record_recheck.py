"""What a look at a stored article's page means, written in one transaction: revision and verdicts,
edit, next look.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from monitor.model import Analysis, Extraction, PageStatus
from monitor.novelty import Change
from monitor.pipeline.context import Context
from monitor.pipeline.ingestion.fetch_article import FetchedArticle
from monitor.pipeline.rechecks.recheck_schedule import (
    CONFIRM_AFTER,
    after_failure,
    after_live,
    next_step,
)
from monitor.pipeline.verdicts.record import (
    CaseMatch,
    article_spec,
    is_alike,
    judge_matches,
    note_edit,
)
from monitor.pipeline.verdicts.routing import TOLD, tell_edit
from monitor.store.articles import get_stored, insert_revision, update_article
from monitor.store.cases import lock_cases
from monitor.store.pages import DuePage, PageSeen, finish_page, insert_edit

# Another worker stored a newer text in the meantime: the page is compared with that one.
_OVERTAKEN_PAUSE = timedelta(minutes=5)
_MIN_WAIT = timedelta(minutes=1)


class Sight(StrEnum):
    """What a look at a page brought."""

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    WALLED = "walled"
    OTHER = "other"
    FAILED = "failed"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class Look:
    """A look at a page.

    Attributes:
        seen: what the page gave; None when it showed nothing that is to be remembered.
        status: what came, in a word; empty leaves what is known.
        error: why the article could not be seen; empty when it could.
        wait: how long the host asked to wait.
        reading, analysis, matches: of a changed article.
    """

    page: DuePage
    sight: Sight
    seen: PageSeen | None = None
    status: str = ""
    error: str = ""
    wait: timedelta | None = None
    reading: FetchedArticle | None = None
    analysis: Analysis | None = None
    matches: tuple[CaseMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class LookResult:
    """What became of a look: the edits that were noted, and the number of alerts."""

    edits: tuple[Change, ...] = ()
    alerts: int = 0


def record_look(session: Session, ctx: Context, look: Look, now: datetime) -> LookResult:
    """Stores what a look brought and when the next one is due.

    Raises:
        LeaseLost: another worker looks at the page now; nothing is written.
    """
    state, change = _turn(look)
    edits = [] if change is None else [_note(session, ctx, look, change, now)]
    alerts = 0
    if look.sight is Sight.CHANGED:
        lock_cases(session, [match.case.id for match in look.matches])
        if get_stored(session, look.page.article_id).revision_id != look.page.revision_id:
            finish_page(
                session, look.page, ctx.owner, now=now, next_check_at=now + _OVERTAKEN_PAUSE
            )
            return LookResult()
        kind, alerts = _store_revision(session, ctx, look, now)
        edits += [kind] if kind else []
    finish_page(
        session,
        look.page,
        ctx.owner,
        now=now,
        next_check_at=_next_check(look, state, now),
        seen=look.seen,
        state=state,
        error=look.error,
        status=look.status,
        is_failure=look.sight is Sight.FAILED,
        is_changed=look.sight is Sight.CHANGED,
        was_asked=look.sight is not Sight.HELD,
    )
    return LookResult(tuple(edits), alerts)


def _turn(look: Look) -> tuple[str, Change | None]:
    """Returns the page's state after a look, and what there is to be noted of the step."""
    state = look.page.state
    if look.sight in (Sight.SAME, Sight.CHANGED):
        return "there", Change.RETURNED if state in ("removed", "paywalled") else None
    if look.sight is Sight.MISSING and state != "removed":
        return ("removed", Change.REMOVED) if state == "missing" else ("missing", None)
    if (
        look.sight is Sight.WALLED
        and state != "paywalled"
        and look.page.extraction is Extraction.FULL
    ):
        return "paywalled", Change.PAYWALLED
    return state, None


def _next_check(look: Look, state: str, now: datetime) -> datetime | None:
    page = look.page
    if look.sight is Sight.HELD:
        return now + max(look.wait or _MIN_WAIT, _MIN_WAIT)
    if look.sight is Sight.FAILED:
        return max(after_failure(page.found_at, now), now + (look.wait or timedelta()))
    if look.sight is Sight.MISSING and state == "missing":
        return now + CONFIRM_AFTER
    status = look.seen.status if look.seen else page.status
    if look.sight in (Sight.SAME, Sight.CHANGED) and status == PageStatus.LIVE:
        changed_at = now if look.sight is Sight.CHANGED else page.changed_at or page.found_at
        return after_live(page.found_at, now, changed_at=changed_at, interval=page.feed_interval)
    return next_step(page.found_at, now)


def _note(session: Session, ctx: Context, look: Look, change: Change, now: datetime) -> Change:
    page = look.page
    edit_id = insert_edit(session, page.article_id, change, at=now, note=look.error)
    if change in TOLD and not ctx.record_only:
        subjects = [
            case for case in ctx.cases if (judged := page.cases.get(case.id)) and judged.is_subject
        ]
        tell_edit(session, ctx, edit_id, [(case, frozenset()) for case in subjects], now)
    return change


def _store_revision(
    session: Session, ctx: Context, look: Look, now: datetime
) -> tuple[Change | None, int]:
    """Stores a changed text and its verdicts; returns its class, None when it is no edit but read
    better, and the alerts.
    """
    reading, analysis = look.reading, look.analysis
    assert reading is not None
    assert analysis is not None
    stored = get_stored(session, look.page.article_id)
    update_article(session, stored.id, article_spec(reading, analysis, "feed", now))
    revision_id = insert_revision(
        session,
        stored.id,
        stored.revision + 1,
        title=reading.title,
        summary=reading.summary,
        text=reading.text,
        url=reading.url,
        analysis=analysis,
        extractor=reading.extractor,
        now=now,
    )
    judgement = judge_matches(
        session, ctx, look.matches, analysis, reading, stored.id, revision_id, now
    )
    if not is_alike(stored, reading):
        return None, judgement.alerts
    return note_edit(
        session, ctx, stored, revision_id, reading, analysis, judgement, now
    ), judgement.alerts
