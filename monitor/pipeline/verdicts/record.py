"""T2: the verdict on an article, and everything born with it, in one transaction per article.

The cases are locked first: what they know cannot change between judging and writing, however many
workers run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from monitor.model import (
    Analysis,
    Extraction,
    PageStatus,
    Relation,
)
from monitor.novelty import is_beginning, relate, shingles
from monitor.pipeline.context import Context
from monitor.pipeline.embed import usable_encoder
from monitor.pipeline.fields import own_newsroom, short_lang
from monitor.pipeline.recheck_schedule import after_live, next_step
from monitor.pipeline.verdicts.edits import EditRecipient, NewRevision, note_revision
from monitor.pipeline.verdicts.judging import VerdictInput, judge_matches
from monitor.store.articles import (
    FEED_EXTRACTOR,
    FetchedArticle,
    RevisionKey,
    StoredArticle,
    add_urls,
    find_article,
    find_republished,
    insert_article,
    insert_revision,
    update_article,
)
from monitor.store.cases import lock_cases
from monitor.store.entries import EntryResult, QueuedEntry, finish_entry
from monitor.store.pages import watch_page
from monitor.store.vectors import store_vectors
from monitor.store.verdicts import get_judging_cases


@dataclass(frozen=True, slots=True)
class IngestResult:
    """What became of one article: its id, and the verdict's outcome by case slug."""

    article_id: int
    is_new_text: bool
    outcomes: Mapping[str, str]
    alerts: int


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
    known, given = _find_known(session, given, entry)
    text = _store_text(session, ctx, known, given)
    is_aside = known is not None and not text.is_new and _is_other_text(given.article, known)
    if known is not None and text.is_new and entry is not None and entry.restated_at is not None:
        given = _judged_as_edit(session, ctx, given, known)
    # After the text is stored: the verdict's sentences and copies name its revision.
    judgement = judge_matches(session, ctx, given, text.revision, is_aside=is_aside)
    if known is not None and text.is_new:
        edit = _Edit(known, text.revision, judgement.edit_recipients)
        _note_edit(session, ctx, given, edit)
    if entry is not None:
        _finish(session, ctx, entry, given, text.revision.article_id)
    return IngestResult(text.revision.article_id, text.is_new, judgement.outcomes, judgement.alerts)


def _find_known(
    session: Session, given: VerdictInput, entry: QueuedEntry | None
) -> tuple[StoredArticle | None, VerdictInput]:
    """Returns the stored article that this one is, None where it is new; and this one, without
    addresses that are another's.
    """
    known = find_article(session, given.article.urls)
    if known and entry and _is_another(session, given.article, known, entry):
        known, given = None, _under_own_address(given, entry)
    return known or _find_under_other_url(session, given.article), given


def _is_another(
    session: Session, article: FetchedArticle, known: StoredArticle, entry: QueuedEntry
) -> bool:
    """Says whether an article that shares an address with a stored one is another all the same: its
    page names an address that its site gives to many.
    """
    is_read = known.extraction is Extraction.FULL and article.extraction is Extraction.FULL
    own = entry.canonical_url
    if not is_read or own is None or find_article(session, [own]) is not None:
        return False
    likeness = relate(known.id, shingles(article.text), shingles(known.text))
    return likeness.relation is Relation.DISTINCT


def _under_own_address(given: VerdictInput, entry: QueuedEntry) -> VerdictInput:
    """Returns an article without the addresses that it shares with another."""
    own = entry.canonical_url or given.article.url
    return replace(given, article=replace(given.article, urls=(own,)))


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


def _judged_as_edit(
    session: Session, ctx: Context, given: VerdictInput, known: StoredArticle
) -> VerdictInput:
    """Returns what an outlet made of a text that cases knew from the start: that they knew the old
    one says nothing of what is new, whether its page or its feed shows it.
    """
    if ctx.record_only or not is_same_source(known, given.article):
        return given
    judging = get_judging_cases(session, known.id)
    matches = [
        replace(one, is_baseline=False) if one.case.id in judging else one for one in given.matches
    ]
    return replace(given, matches=tuple(matches))


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
