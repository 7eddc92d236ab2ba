"""T2: the verdict on an article, and everything born with it, in one transaction per article.

The cases are locked first: what they know cannot change between judging and writing, however many
workers run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    JUDGE_VERSION,
    ArticleContext,
    is_beginning,
    judge,
    relate,
    shingles,
)
from monitor.pipeline.context import Context, WatchedCase
from monitor.pipeline.embed import usable_encoder
from monitor.pipeline.fields import article_fields, own_newsroom, short_lang
from monitor.pipeline.recheck_schedule import after_live, next_step
from monitor.pipeline.verdicts.memory import refresh_index
from monitor.pipeline.verdicts.routing import (
    EditRecipient,
    NewRevision,
    News,
    corroborated_targets,
    note_revision,
    outcome_targets,
    told_news,
)
from monitor.pipeline.verdicts.thresholds import AlertRate, get_settings
from monitor.pipeline.verdicts.updates import count_all_newsrooms, note_updates
from monitor.store.articles import (
    FEED_EXTRACTOR,
    FetchedArticle,
    RevisionKey,
    StoredArticle,
    add_urls,
    find_article,
    find_copies,
    find_republished,
    get_newsroom,
    insert_article,
    insert_revision,
    set_newsroom,
    update_article,
)
from monitor.store.cases import lock_cases
from monitor.store.entries import EntryResult, QueuedEntry, finish_entry
from monitor.store.pages import watch_page
from monitor.store.vectors import store_vectors
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
        edit_recipients: the cases that it raised no alert in, each with the channels that hear of
            it in their digest.
    """

    outcomes: Mapping[str, str]
    alerts: int
    edit_recipients: tuple[EditRecipient, ...]


@dataclass(frozen=True, slots=True)
class _StoredText:
    """The revision that an article's text is stored as, and whether it was stored just now."""

    revision: RevisionKey
    is_new: bool


def record_article(
    session: Session, ctx: Context, given: VerdictInput, *, entry: QueuedEntry | None = None
) -> IngestResult:
    """Stores an article, judges it for each of its cases and writes verdict, development, alert and
    the entry's state.

    Args:
        entry: the claimed entry that led here; None for an article that no feed brought just now.

    Raises:
        LeaseLost: another worker has taken the entry over; nothing is written.
    """
    lock_cases(session, [match.case.id for match in given.matches])
    article = given.article
    known = find_article(session, article.urls) or _find_under_other_url(session, article)
    text = _store_text(session, ctx, known, given)
    is_aside = known is not None and not text.is_new and _is_other_text(article, known)
    # After the text is stored: the verdict's sentences and copies name its revision.
    judgement = judge_matches(session, ctx, given, text.revision, is_aside=is_aside)
    if known is not None and text.is_new:
        edit = _Edit(known, text.revision, judgement.edit_recipients)
        _note_edit(session, ctx, given, edit)
    if entry is not None:
        _finish(session, ctx, entry, given, text.revision.article_id)
    return IngestResult(text.revision.article_id, text.is_new, judgement.outcomes, judgement.alerts)


@dataclass(frozen=True, slots=True)
class _Edit:
    """A text that replaced another, and who is to hear of it."""

    known: StoredArticle
    revision: RevisionKey
    recipients: tuple[EditRecipient, ...]


def _note_edit(session: Session, ctx: Context, given: VerdictInput, edit: _Edit) -> None:
    # A page that could be read at last is not an edit of the teaser that stood in for it.
    if is_same_source(edit.known, given.article):
        described = describe_edit(given, edit.known, edit.revision)
        note_revision(session, ctx.settings, described, edit.recipients, given.now)


def _is_other_text(article: FetchedArticle, known: StoredArticle) -> bool:
    return (article.title, article.text) != (known.title, known.text)


def _finish(
    session: Session, ctx: Context, entry: QueuedEntry, given: VerdictInput, article_id: int
) -> None:
    article, now = given.article, given.now
    if article.seen is not None:
        first_check = _first_check(article, now)
        watch_page(session, article_id, article.seen, next_check_at=first_check, now=now)
    result = EntryResult("stored", article.reason, article.page_status, article_id)
    # Last: a lost lease takes back everything above.
    finish_entry(session, entry.id, ctx.owner, result)


def _first_check(article: FetchedArticle, now: datetime) -> datetime | None:
    # A live blog is asked for with its feed from the start.
    if article.page_status == PageStatus.LIVE:
        return after_live(now, now, changed_at=now, interval=None)
    return next_step(now, now)


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


def is_same_source(known: StoredArticle, article: FetchedArticle) -> bool:
    """Says whether a new text comes from the same kind of source: else it is read better, or worse,
    and not edited.
    """
    was_from_feed = known.extractor == FEED_EXTRACTOR
    is_from_feed = article.extractor == FEED_EXTRACTOR
    return known.extraction is article.extraction and was_from_feed == is_from_feed


def describe_edit(given: VerdictInput, before: StoredArticle, revision: RevisionKey) -> NewRevision:
    """Returns a text that was stored as a revision beside the article as it was before."""
    return NewRevision(
        key=revision,
        before_id=before.revision_id,
        sentences=(given.analysis.title, *given.analysis.sentences),
        is_live=given.article.page_status == PageStatus.LIVE,
    )


def _find_under_other_url(session: Session, article: FetchedArticle) -> StoredArticle | None:
    """Returns the article that was published again under a new URL, as when a misspelt address is
    mended.
    """
    # Articles without a text are all alike.
    return find_republished(session, article) if article.text else None


def _store_text(
    session: Session, ctx: Context, known: StoredArticle | None, given: VerdictInput
) -> _StoredText:
    """Stores the text as a new article, as a revision of a known one, or not at all."""
    article = given.article
    if known is None:
        article_id, number = _insert(session, ctx, given), 1
    else:
        article_id, number = known.id, known.revision + 1
        # A spelling of the address is worth keeping even where the text is not.
        add_urls(session, article_id, article.urls)
        if not _replaces(article, known):
            return _StoredText(RevisionKey(article_id, known.revision_id), is_new=False)
        newsroom = own_newsroom(ctx.settings, article)
        update_article(session, article_id, article, newsroom=newsroom)
    revision_id = insert_revision(
        session, article_id, number, article, given.analysis, now=given.now
    )
    _store_vectors(session, ctx, given.analysis)
    return _StoredText(RevisionKey(article_id, revision_id), is_new=True)


def _insert(session: Session, ctx: Context, given: VerdictInput) -> int:
    # Pages often name the language of their template; the words are the better witness.
    lang = given.analysis.lang or short_lang(given.article.lang)
    return insert_article(
        session,
        given.article,
        lang=lang,
        origin=given.origin,
        found_at=given.now,
        newsroom=own_newsroom(ctx.settings, given.article),
    )


def _replaces(article: FetchedArticle, known: StoredArticle) -> bool:
    """Says whether a text becomes the newest revision.

    A wall, a stub or the feed's teaser never replaces a text that was read in full, nor a beginning
    the whole.
    """
    is_worse = known.extraction is Extraction.FULL and article.extraction is not Extraction.FULL
    is_same = known.text_hash == article.text_hash
    return not (is_same or is_worse or is_beginning(article.text, known.text))


def _store_vectors(session: Session, ctx: Context, analysis: Analysis) -> None:
    encoder = usable_encoder(ctx)
    if encoder is None:
        return
    sentences = (analysis.title, *analysis.sentences)
    vectors = {sentence.key: sentence.vector for sentence in sentences if sentence.text}
    store_vectors(session, encoder.name, vectors)


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
        copied = _nearest(one for one in found if one.relation in COPIES)
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
        news = told_news(self.session, development_id)
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
        told_as = told_news(self.session, development_id)
        targets = outcome_targets(self.ctx.settings, case, Outcome.ALERT, now, told_as)
        add_targets(self.session, development_id, targets)
        told = self._join(match, [development_id])
        return int(bool(targets or told))


def _nearest(found: Iterable[Likeness]) -> Likeness | None:
    return max(found, key=lambda one: (one.new_in_old, one.old_in_new), default=None)
