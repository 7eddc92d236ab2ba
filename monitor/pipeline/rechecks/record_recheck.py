"""What asking for a stored article's page again means, written in one transaction: revision and
verdicts, edit, next check.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from monitor.model import Extraction, PageStatus
from monitor.novelty import Change
from monitor.pipeline.context import Context
from monitor.pipeline.fields import own_newsroom
from monitor.pipeline.recheck_schedule import (
    CONFIRM_AFTER,
    after_failure,
    after_live,
    next_step,
)
from monitor.pipeline.verdicts.edits import ROUTED_EDITS, EditRecipient, note_revision, route_edit
from monitor.pipeline.verdicts.judging import VerdictInput, judge_matches
from monitor.pipeline.verdicts.record import describe_edit, is_same_source
from monitor.store.articles import (
    PageSeen,
    RevisionKey,
    StoredArticle,
    get_stored,
    insert_revision,
    update_article,
)
from monitor.store.cases import lock_cases
from monitor.store.pages import DuePage, PageCheck, finish_page, insert_edit

# Another worker stored a newer text in the meantime: the page is compared with that one.
_OVERTAKEN_PAUSE = timedelta(minutes=5)
# A host that is held back is not asked again at once, whatever it says.
_MIN_WAIT = timedelta(minutes=1)


class RecheckOutcome(StrEnum):
    """What asking for a page again brought.

    `MISSING`: it is said to be gone; `WALLED`: it is behind a wall; `OTHER`: it shows no article
    that could be compared; `FAILED`: no answer came; `HELD`: the host wants to be left alone.
    """

    SAME = "same"
    CHANGED = "changed"
    MISSING = "missing"
    WALLED = "walled"
    OTHER = "other"
    FAILED = "failed"
    HELD = "held"


_SHOWN = frozenset({RecheckOutcome.SAME, RecheckOutcome.CHANGED})


@dataclass(frozen=True, slots=True)
class Recheck:
    """A page that was asked for again.

    Attributes:
        seen: what the page gave; None when it showed nothing that is to be remembered.
        status: what came, in a word; empty leaves what is known.
        error: why the article could not be seen; empty when it could.
        wait: how long the host asked to wait.
        changed: a changed article, read for its cases.
    """

    page: DuePage
    outcome: RecheckOutcome
    seen: PageSeen | None = None
    status: str = ""
    error: str = ""
    wait: timedelta | None = None
    changed: VerdictInput | None = None

    @property
    def is_shown(self) -> bool:
        """Whether the page shows the article."""
        return self.outcome in _SHOWN


@dataclass(frozen=True, slots=True)
class RecheckResult:
    """What became of a recheck: the edits that were noted, and the number of alerts."""

    edits: tuple[Change, ...] = ()
    alerts: int = 0


def record_recheck(
    session: Session, ctx: Context, recheck: Recheck, now: datetime
) -> RecheckResult:
    """Stores what a recheck brought and when the next one is due.

    Raises:
        LeaseLost: another worker asks for the page now; nothing is written.
    """
    page, step = recheck.page, next_state(recheck)
    result = RecheckResult()
    if step.edit is not None:
        _note_edit(session, ctx, recheck, step.edit, now)
        result = RecheckResult((step.edit,))
    if recheck.changed is not None:
        revised = _record_changed(session, ctx, page, replace(recheck.changed, now=now))
        if revised is None:
            overtaken = PageCheck(next_check_at=now + _OVERTAKEN_PAUSE)
            finish_page(session, page, ctx.owner, overtaken, now=now)
            return RecheckResult()
        result = RecheckResult(result.edits + revised.edits, revised.alerts)
    finish_page(session, page, ctx.owner, _check_of(recheck, step.state, now), now=now)
    return result


def _record_changed(
    session: Session, ctx: Context, page: DuePage, given: VerdictInput
) -> RecheckResult | None:
    """Stores a changed text with its verdicts; None when the store has a newer one by now."""
    lock_cases(session, [match.case.id for match in given.matches])
    # Between reading the page and this lock a feed may have brought a newer text.
    stored = get_stored(session, page.article.id)
    if stored.revision_id != page.article.revision_id:
        return None
    return _store_revision(session, ctx, given, stored)


def _check_of(recheck: Recheck, state: str, now: datetime) -> PageCheck:
    """Returns what is written of a page after it was asked for."""
    return PageCheck(
        next_check_at=next_check(recheck, state, now),
        seen=recheck.seen,
        state=state,
        error=recheck.error,
        status=recheck.status,
        is_failure=recheck.outcome is RecheckOutcome.FAILED,
        is_changed=recheck.outcome is RecheckOutcome.CHANGED,
        was_asked=recheck.outcome is not RecheckOutcome.HELD,
    )


@dataclass(frozen=True, slots=True)
class StateChange:
    """A page's state after a recheck, and what there is to be noted of the step."""

    state: str
    edit: Change | None = None


def next_state(recheck: Recheck) -> StateChange:
    """Returns the page's next state; only a second 404 or 410 in a row is a removal."""
    state = recheck.page.state
    if recheck.is_shown:
        is_back = state in ("removed", "paywalled")
        return StateChange("there", Change.RETURNED if is_back else None)
    if recheck.outcome is RecheckOutcome.MISSING:
        return _after_missing(state)
    if recheck.outcome is RecheckOutcome.WALLED and _is_newly_walled(recheck.page):
        return StateChange("paywalled", Change.PAYWALLED)
    # No answer, or one that shows nothing of the article, says nothing of its state.
    return StateChange(state)


def _after_missing(state: str) -> StateChange:
    if state == "missing":
        return StateChange("removed", Change.REMOVED)
    return StateChange("removed" if state == "removed" else "missing")


def _is_newly_walled(page: DuePage) -> bool:
    # A text that was never read in full has been behind a wall from the start.
    return page.state != "paywalled" and page.article.extraction is Extraction.FULL


def next_check(recheck: Recheck, state: str, now: datetime) -> datetime | None:
    """Returns when a page is asked for again, None after the last step."""
    found_at = recheck.page.article.found_at
    if recheck.outcome is RecheckOutcome.HELD:
        return now + max(recheck.wait or _MIN_WAIT, _MIN_WAIT)
    if recheck.outcome is RecheckOutcome.FAILED:
        return max(after_failure(found_at, now), now + (recheck.wait or timedelta()))
    # The state is the one after this recheck: "missing" was met for the first time.
    if recheck.outcome is RecheckOutcome.MISSING and state == "missing":
        return now + CONFIRM_AFTER
    if recheck.is_shown and _is_live(recheck):
        return _next_live_check(recheck, now)
    return next_step(found_at, now)


def _is_live(recheck: Recheck) -> bool:
    status = recheck.seen.status if recheck.seen else recheck.page.status
    return status == PageStatus.LIVE


def _next_live_check(recheck: Recheck, now: datetime) -> datetime | None:
    page = recheck.page
    changed_at = page.changed_at or page.article.found_at
    if recheck.outcome is RecheckOutcome.CHANGED:
        changed_at = now
    return after_live(
        page.article.found_at, now, changed_at=changed_at, interval=page.feed_interval
    )


def _note_edit(
    session: Session, ctx: Context, recheck: Recheck, change: Change, now: datetime
) -> None:
    """Stores what became of a page, and routes it where the article was taken away."""
    page = recheck.page
    edit_id = insert_edit(session, page.article.id, change, at=now, note=recheck.error)
    if change in ROUTED_EDITS and not ctx.record_only:
        route_edit(session, ctx.settings, edit_id, _recipients_of(ctx, page), now)


def _recipients_of(ctx: Context, page: DuePage) -> list[EditRecipient]:
    """Returns the cases that the article is about."""
    recipients = []
    for case in ctx.cases:
        judged = page.cases.get(case.id)
        if judged and judged.is_subject:
            recipients.append(EditRecipient(case))
    return recipients


def _store_revision(
    session: Session, ctx: Context, given: VerdictInput, stored: StoredArticle
) -> RecheckResult:
    """Stores a changed text and its verdicts; without an edit where the text is read better and not
    edited.
    """
    article, number = given.article, stored.revision + 1
    newsroom = own_newsroom(ctx.settings, article)
    update_article(session, stored.id, article, newsroom=newsroom)
    revision_id = insert_revision(
        session, stored.id, number, article, given.analysis, now=given.now
    )
    revision = RevisionKey(stored.id, revision_id)
    judgement = judge_matches(session, ctx, given, revision)
    if not is_same_source(stored, article):
        return RecheckResult((), judgement.alerts)
    edit = describe_edit(given, stored, revision)
    change = note_revision(session, ctx.settings, edit, judgement.edit_recipients, given.now)
    return RecheckResult((change,), judgement.alerts)
