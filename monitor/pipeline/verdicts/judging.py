"""Judging a revision for each of its cases, and writing what is born with the verdict: story,
development, alert.

Within the transaction of `record`; the cases are locked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from monitor.model import (
    Analysis,
    Likeness,
    Match,
    Outcome,
    Relation,
    Verdict,
)
from monitor.novelty import (
    JUDGE_VERSION,
    ArticleContext,
    judge,
    relate,
    shingles,
)
from monitor.pipeline.context import Context, WatchedCase
from monitor.pipeline.fields import article_fields
from monitor.pipeline.sealing.channel_rules import News, told_news
from monitor.pipeline.verdicts.edits import EditRecipient
from monitor.pipeline.verdicts.memory import refresh_index
from monitor.pipeline.verdicts.routing import corroborated_targets, outcome_targets
from monitor.pipeline.verdicts.thresholds import AlertRate, get_settings
from monitor.pipeline.verdicts.updates import count_all_newsrooms, note_updates
from monitor.store.articles import (
    FetchedArticle,
    RevisionKey,
    find_copies,
    get_newsroom,
    set_newsroom,
)
from monitor.store.verdicts import (
    AlertTarget,
    Judged,
    add_carrier,
    add_targets,
    confirm_development,
    get_story,
    get_unconfirmed,
    has_verdict,
    insert_development,
    insert_story,
    insert_verdict,
)
from monitor.store.views.corroboration import count_newsrooms, get_newsrooms

# Relations of a text to the one that it was made from.
COPIES = frozenset({Relation.EXACT, Relation.COPY, Relation.EXCERPT, Relation.EXPANSION})
# A text that has at least this share of itself from another is of the newsroom of that one.
_MOSTLY = 0.5


@dataclass(frozen=True, slots=True)
class CaseMatch:
    """A case that an article belongs to."""

    case: WatchedCase
    match: Match
    is_baseline: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictInput:
    """What a verdict is reached on: an article as it was read, for the cases that it belongs to.

    Attributes:
        origin: "feed" or "seed".
        now: the moment of the verdict.
    """

    article: FetchedArticle
    analysis: Analysis
    matches: tuple[CaseMatch, ...]
    now: datetime
    origin: str = "feed"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of a revision in each of its cases.

    Attributes:
        outcomes: by the case's slug.
        edit_recipients: the cases that it raised no alert in, each with the channels that hear of
            it in their digest.
    """

    outcomes: Mapping[str, str]
    alerts: int
    edit_recipients: tuple[EditRecipient, ...]


def judge_matches(
    session: Session,
    ctx: Context,
    given: VerdictInput,
    revision: RevisionKey,
    *,
    is_aside: bool = False,
) -> Judgement:
    """Judges a revision for each of its cases, which are locked, and writes verdict, development
    and alert.

    Args:
        is_aside: what was read did not replace the text of the revision; it is kept with the
            verdict.
    """
    judge_revision = _RevisionJudge(session, ctx, given, revision, is_aside)
    outcomes: dict[str, str] = {}
    alerts, recipients = 0, []
    for match in given.matches:
        decision = judge_revision.decide(match)
        outcomes[decision.slug] = decision.outcome
        alerts += decision.alerts
        if decision.edit_recipient:
            recipients.append(decision.edit_recipient)
    return Judgement(outcomes, alerts, tuple(recipients))


@dataclass(frozen=True, slots=True)
class _Decision:
    """What became of a revision in one case."""

    slug: str
    outcome: str
    alerts: int = 0
    edit_recipient: EditRecipient | None = None


@dataclass(frozen=True, slots=True)
class _RevisionJudge:
    """Judges one revision for its cases, within one transaction."""

    session: Session
    ctx: Context
    given: VerdictInput
    revision: RevisionKey
    is_aside: bool

    def decide(self, match: CaseMatch) -> _Decision:
        """Judges the revision for a case and writes what is born with the verdict."""
        case, slug = match.case, match.case.settings.slug
        # A copy of the page met through a second feed, or a case that learned the text before.
        if has_verdict(self.session, case.id, self.revision.revision_id):
            return _Decision(slug, "known")
        verdict = self._judge(match)
        alerts = self._record(match, verdict)
        # To people a baseline is one thing, whatever the judge would have made of it.
        if match.is_baseline:
            return _Decision(slug, "baseline", alerts)
        # Who gets an alert of it, if only later, hears of no edit besides.
        is_told = alerts > 0 or verdict.outcome is Outcome.ALERT
        is_recipient = match.match.is_subject and not is_told
        recipient = self._edit_recipient(case, verdict) if is_recipient else None
        return _Decision(slug, verdict.outcome.value, alerts, recipient)

    def _edit_recipient(self, case: WatchedCase, verdict: Verdict) -> EditRecipient:
        """Returns the case without the channels whose digest has the article already."""
        targets = outcome_targets(self.ctx.settings, case, verdict.outcome, self.given.now)
        return EditRecipient(case, frozenset(target.channel for target in targets))

    def _judge(self, match: CaseMatch) -> Verdict:
        case, now = match.case.settings, self.given.now
        settings = get_settings(
            self.session,
            case.slug,
            base=self.ctx.judge_settings,
            rate=AlertRate.of(case, now),
        )
        return judge(
            self.given.analysis,
            refresh_index(self.session, self.ctx, match.case, self.given.now),
            self._article_context(match),
            settings=settings,
        )

    def _article_context(self, match: CaseMatch) -> ArticleContext:
        found = self._compare_with_candidates(match.case.id)
        self._share_newsroom(found)
        return ArticleContext(
            now=self.given.now,
            is_subject=match.match.is_subject,
            is_baseline=match.is_baseline,
            likeness=_nearest(found),
            subject_terms=match.case.subject_terms,
            newsroom=get_newsroom(self.session, self.revision.article_id),
            article_id=self.revision.article_id,
            tiers=match.case.settings.tiers,
        )

    def _share_newsroom(self, found: Sequence[Likeness]) -> None:
        """Gives the article to the newsroom that it has its text from."""
        copied = _nearest(filter(_is_mostly_copied, found))
        # What was read beside the stored text says nothing about whose that is.
        if copied is None or self.is_aside:
            return
        newsroom = get_newsroom(self.session, copied.article_id)
        # An aggregator's text may well be this one's.
        if newsroom:
            set_newsroom(self.session, self.revision.article_id, newsroom)

    def _compare_with_candidates(self, case_id: int) -> list[Likeness]:
        # The fingerprint only narrows: what is a copy is decided on all shingles of both texts.
        candidates = find_copies(
            self.session,
            case_id,
            self.given.analysis.fingerprint,
            article_id=self.revision.article_id,
        )
        own = shingles(self.given.article.text)
        return [relate(other.article_id, own, shingles(other.text)) for other in candidates]

    def _record(self, match: CaseMatch, verdict: Verdict) -> int:
        """Writes a verdict and what is born with it; returns how many developments are told now."""
        session, case = self.session, match.case
        judged = self._judged(match)
        key = insert_verdict(session, judged, verdict, self._get_story(case, verdict))
        targets = self._targets(match, verdict)
        is_alert = verdict.outcome is Outcome.ALERT and not match.is_baseline
        # What only a digest gets is a development, too, but an unconfirmed one.
        if is_alert or targets:
            insert_development(session, judged, verdict, key, targets)
        # An alert has a development of its own, so it joins and confirms none.
        if is_alert:
            return int(bool(targets))
        told = self._join(match, verdict.joins)
        return told if verdict.confirms is None else told + self._confirm(match, verdict.confirms)

    def _targets(self, match: CaseMatch, verdict: Verdict) -> list[AlertTarget]:
        if match.is_baseline:
            return []
        article, now = self.given.article, self.given.now
        fields = article_fields(article, feed="", at=article.published_at or now)
        news = News(verdict.tier, self.given.analysis.lang or fields.lang, fields)
        return outcome_targets(self.ctx.settings, match.case, verdict.outcome, now, news)

    def _judged(self, match: CaseMatch) -> Judged:
        return Judged(
            case_id=match.case.id,
            revision=self.revision,
            article=self.given.article,
            is_subject=match.match.is_subject,
            is_baseline=match.is_baseline,
            terms=match.match.terms,
            judge_version=JUDGE_VERSION,
            now=self.given.now,
            is_aside=self.is_aside,
        )

    def _get_story(self, case: WatchedCase, verdict: Verdict) -> int:
        """Returns the story of the article: its own of before, that of a development that it joins,
        that of its source, or a new one.
        """
        article_id = self.revision.article_id
        related = [article_id, *self._joined_reporters(case, verdict)]
        copied = verdict.likeness
        if copied and copied.relation is not Relation.DISTINCT:
            related.append(copied.article_id)
        # In the order in which they count: `get_story` takes the first that has a story.
        story_id = get_story(self.session, case.id, related)
        return story_id or insert_story(self.session, case.id, article_id, self.given.now)

    def _joined_reporters(self, case: WatchedCase, verdict: Verdict) -> list[int]:
        """Returns the articles that brought the developments which this one joins."""
        index = self.ctx.indexes.get_index(case.id, case.settings.events)
        reporters = {known.development_id: known.article_id for known in index.developments}
        return [reporters[development_id] for development_id in verdict.joins]

    def _join(self, match: CaseMatch, development_ids: Sequence[int]) -> int:
        """Adds the article to developments that it reports, and tells those of them that now have
        newsrooms enough for a channel; returns how many that are.
        """
        now = self.given.now
        before = count_all_newsrooms(self.session, development_ids)
        add_carrier(self.session, development_ids, self.revision.article_id, now)
        note_updates(self.session, self.ctx.settings, match.case, before, now)
        # A baseline counts, but what it makes known is no news.
        if match.is_baseline or not match.case.settings.waits_for_newsrooms:
            return 0
        newsrooms = get_newsrooms(self.session, development_ids)
        told = [
            self._tell_corroborated(match.case, development_id, count_newsrooms(names))
            for development_id, names in newsrooms.items()
        ]
        return told.count(True)

    def _tell_corroborated(self, case: WatchedCase, development_id: int, newsrooms: int) -> bool:
        """Says whether a channel waited for so many newsrooms, and now waits for the alert."""
        news = told_news(self.session, [development_id])[development_id]
        targets = corroborated_targets(self.ctx.settings, case, newsrooms, self.given.now, news)
        # Whoever was told when there were enough is not told again of the next one.
        return bool(add_targets(self.session, development_id, targets))

    def _confirm(self, match: CaseMatch, unconfirmed_id: int) -> int:
        """Alerts on what an unconfirmed article brought, now that another newsroom has it too;
        returns the number of alerts, 0 or 1.
        """
        case = match.case
        news = get_unconfirmed(self.session, case.id, unconfirmed_id)
        # A third newsroom comes when the second has confirmed it.
        if news is None:
            return 0
        now = self.given.now
        development_id = confirm_development(self.session, news, targets=(), now=now)
        told_as = told_news(self.session, [development_id])[development_id]
        targets = outcome_targets(self.ctx.settings, case, Outcome.ALERT, now, told_as)
        add_targets(self.session, development_id, targets)
        told = self._join(match, [development_id])
        return int(bool(targets or told))


def _is_mostly_copied(likeness: Likeness) -> bool:
    # Who quotes another's three sentences in a report of their own has written it all the same.
    return likeness.relation in COPIES and likeness.new_in_old >= _MOSTLY


def _nearest(found: Iterable[Likeness]) -> Likeness | None:
    return max(found, key=lambda one: (one.new_in_old, one.old_in_new), default=None)
