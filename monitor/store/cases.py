"""Cases: keeping them as the config says, locking one for a verdict, reading what it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select, update
from sqlmodel import Session

from monitor.model import KnownArticle, KnownDevelopment, Outcome, Sentence
from monitor.novelty import facts_from_json, is_unconfirmed
from monitor.store.articles import stored_newsroom
from monitor.store.engine import insert_new
from monitor.store.feeds import FeedName
from monitor.store.schema.rows import as_value
from monitor.store.schema.tables import (
    articles,
    case_articles,
    cases,
    developments,
    entries,
    entry_matches,
    feeds,
    revisions,
    sentences,
)
from monitor.store.vectors import get_vectors

TITLE = -1  # the number of the headline among the sentences
# Three of a stored item's feed: what a config may name it by.
_FEED_COLUMNS = (
    feeds.c.url.label("feed_url"),
    feeds.c.title.label("feed_title"),
    feeds.c.tags,
)
# A narrow projection: a case may have learned a hundred thousand articles.
_LEARNED_COLUMNS = (
    case_articles.c.id,
    case_articles.c.article_id,
    case_articles.c.revision_id,
    articles.c.published_at,
    articles.c.found_at,
    articles.c.newsroom,
    articles.c.canonical_url,
    revisions.c.lang,
    case_articles.c.outcome,
    case_articles.c.is_baseline,
    case_articles.c.reasons,
)
# Later sentences are background more often than not: their words say little of the case.
LEAD_SENTENCES = 4

_IS_LEARNING = cases.c.learns_after.is_not(None)
# The headline's number is negative, so it is among them.
_IS_LEAD = and_(
    sentences.c.revision_id == case_articles.c.revision_id,
    sentences.c.number < LEAD_SENTENCES,
)


@dataclass(frozen=True, slots=True)
class CaseSpec:
    """A case as the config names it."""

    slug: str
    title: str
    note: str
    query: str


@dataclass(frozen=True, slots=True)
class StoredItem:
    """What the store holds of a feed's item, whether it was read or not."""

    id: int
    feed: FeedName
    url: str
    title: str
    summary: str
    lang: str
    at: datetime
    is_read: bool


@dataclass(frozen=True, slots=True)
class LeadText:
    """Headline and first sentences of an article that a case learned.

    Attributes:
        sequence: the order in which the case learned.
    """

    sequence: int
    words: str


def sync_cases(session: Session, specs: Sequence[CaseSpec], now: datetime) -> dict[str, int]:
    """Makes the table say what the config says; returns the id of each configured case by slug.
    Nothing is ever removed.

    A case that is new, comes back, or asks for something else is marked to learn from what is
    stored before it may alert."""
    known = {row.slug: row for row in session.execute(select(cases))}
    fresh = [_new_case(spec, now) for spec in specs if spec.slug not in known]
    # Two daemons may start with the same new case.
    insert_new(session, cases, fresh, returning="id")
    _update_known(session, known, specs)
    slugs = [spec.slug for spec in specs]
    _disable_others(session, slugs)
    return _get_ids(session, slugs)


def _update_known(session: Session, known: Mapping[str, Any], specs: Sequence[CaseSpec]) -> None:
    """Makes the cases that were there before say what the config says."""
    for spec in specs:
        changes = _changes(known[spec.slug], spec) if spec.slug in known else {}
        if changes:
            session.execute(update(cases).where(cases.c.slug == spec.slug).values(**changes))


def _get_ids(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """Returns the rows of cases by slug."""
    configured = select(cases.c.slug, cases.c.id).where(cases.c.slug.in_(slugs))
    return dict(session.execute(configured).all())


def _disable_others(session: Session, slugs: Sequence[str]) -> None:
    """Disables the cases that left the config; what comes from now on they have not seen."""
    newest = _get_newest_entry(session)
    # Only those that were enabled: one that left before keeps the moment when it left.
    left = update(cases).where(cases.c.slug.not_in(slugs), cases.c.is_enabled)
    session.execute(left.values(is_enabled=False, looked_until=newest))


def _get_newest_entry(session: Session) -> int:
    """Returns the highest entry id, 0 in an empty store."""
    newest = select(func.coalesce(func.max(entries.c.id), 0))
    return int(session.execute(newest).scalar_one())


def _new_case(spec: CaseSpec, now: datetime) -> dict[str, Any]:
    """Returns the row of a case that has everything stored still to look through."""
    return {
        **asdict(spec),
        "is_enabled": True,
        "looked_until": 0,
        "learns_after": 0,
        "created_at": now,
    }


def _changes(row: Any, spec: CaseSpec) -> dict[str, Any]:
    """Returns what the config changes of a case that is known; nothing, as a rule."""
    wanted: dict[str, Any] = {**asdict(spec), "is_enabled": True}
    values = {name: value for name, value in wanted.items() if getattr(row, name) != value}
    # Another question is asked of everything; a case that comes back only missed what came since.
    if row.query != spec.query:
        values["learns_after"] = 0
    elif not row.is_enabled and row.learns_after is None:
        values["learns_after"] = row.looked_until
    return values


def get_learning_cases(session: Session, case_ids: Sequence[int]) -> dict[int, int]:
    """Returns the cases that are still to look through stored items, each with the entry id to
    begin after.
    """
    learning = select(cases.c.id, cases.c.learns_after).where(_IS_LEARNING)
    return dict(session.execute(learning.where(cases.c.id.in_(case_ids))).all())


def finish_learning(session: Session, case_id: int) -> None:
    """Notes that a case has looked through what was stored."""
    session.execute(update(cases).where(cases.c.id == case_id).values(learns_after=None))


def get_stored_items(session: Session, *, after_id: int, limit: int) -> list[StoredItem]:
    """Returns stored items with the feed that brought them, by rising id, for a case to look
    through.
    """
    # By id and not by date: whoever stops half-way goes on after the last one.
    statement = (
        select(entries, *_FEED_COLUMNS)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.id > after_id)
        .order_by(entries.c.id)
        .limit(limit)
    )
    return list(map(_stored_item, session.execute(statement)))


def _stored_item(row: Any) -> StoredItem:
    """Returns an item with its feed; one without a date has that of its first sight."""
    return as_value(
        StoredItem,
        row,
        feed=FeedName(row.feed_url, row.feed_title, tuple(row.tags)),
        url=row.url or "",
        lang=row.lang or "",
        at=row.published_at or row.seen_at,
        is_read=row.article_id is not None,
    )


def queue_past_entries(
    session: Session, case_id: int, terms_by_entry: dict[int, list[dict[str, str]]], now: datetime
) -> int:
    """Has a case that is new or asks for something else read stored entries as its baseline;
    returns how many it put into the queue.
    """
    rows = []
    for entry_id, terms in terms_by_entry.items():
        match = {"entry_id": entry_id, "case_id": case_id, "is_baseline": True, "terms": terms}
        rows.append(match)
    # A case that wants the entry already keeps its first reason, baseline or not.
    fresh = insert_new(session, entry_matches, rows, returning="entry_id")
    # An entry in another worker's hands gets the case with that reading.
    ids = [*fresh, *_take_unmatched(session, list(terms_by_entry))]
    queued = update(entries).where(entries.c.id.in_(ids), entries.c.lease_owner.is_(None))
    values = {"state": "queued", "attempts": 0, "next_attempt_at": now}
    done: Any = session.execute(queued.values(**values))
    return int(done.rowcount)


def _take_unmatched(session: Session, entry_ids: Sequence[int]) -> list[int]:
    """Returns those of the entries that were read and belonged to no case then; to whichever case
    they belong now, they are its past.
    """
    chosen = and_(entries.c.id.in_(entry_ids), entries.c.state == "unmatched")
    ids = list(session.scalars(select(entries.c.id).where(chosen)))
    # Of all cases: another that asks for something else as well looks for them next.
    wanted = update(entry_matches).where(entry_matches.c.entry_id.in_(ids))
    session.execute(wanted.values(is_baseline=True))
    return ids


def lock_cases(session: Session, case_ids: Sequence[int]) -> None:
    """Makes this transaction the only one that judges for these cases until it ends.

    Without it eight workers alerted eight times on one story; on SQLite the writing transaction is
    the lock.
    """
    # Always in the same order: two workers with the same two cases would wait for each other.
    ordered = select(cases.c.id).where(cases.c.id.in_(case_ids)).order_by(cases.c.id)
    session.execute(ordered.with_for_update())


def count_learned(session: Session, case_id: int) -> int:
    """Returns how many articles a case has learned, each revision for itself."""
    counted = select(func.count()).select_from(case_articles)
    return session.scalar(counted.where(case_articles.c.case_id == case_id)) or 0


def get_known_articles(
    session: Session, case_id: int, *, after: int, limit: int, encoder: str | None = None
) -> list[KnownArticle]:
    """Returns what the case learned after the given sequence, in that order.

    Args:
        encoder: whose vectors the sentences get.
    """
    rows = list(session.execute(_select_learned(case_id, after).limit(limit)))
    sentences_by_revision = get_sentences(session, [row.revision_id for row in rows])
    if encoder is not None:
        _add_vectors(session, encoder, sentences_by_revision)
    return [_known_article(row, sentences_by_revision.get(row.revision_id, [])) for row in rows]


def _select_learned(case_id: int, after: int) -> Select[Any]:
    """Selects what a case judged after a sequence, in the order in which it learned."""
    return (
        select(*_LEARNED_COLUMNS)
        .join(articles, articles.c.id == case_articles.c.article_id)
        .join(revisions, revisions.c.id == case_articles.c.revision_id)
        .where(case_articles.c.case_id == case_id, case_articles.c.id > after)
        .order_by(case_articles.c.id)
    )


def _add_vectors(
    session: Session, encoder: str, sentences_by_revision: dict[int, list[Sentence]]
) -> None:
    """Gives the sentences the vectors that an encoder made, in place."""
    # The same sentence stands in many texts; its vector is read once.
    keys: set[int] = set()
    for found in sentences_by_revision.values():
        keys.update(sentence.key for sentence in found)
    # Sorted, so that the statements of two runs are the same.
    vectors = get_vectors(session, encoder, sorted(keys))
    for found in sentences_by_revision.values():
        found[:] = [replace(one, vector=vectors.get(one.key, b"")) for one in found]


def get_sentences(session: Session, revision_ids: Sequence[int]) -> dict[int, list[Sentence]]:
    """Returns the sentences of each revision in order, the headline first."""
    found: dict[int, list[Sentence]] = {}
    chosen = select(sentences).where(sentences.c.revision_id.in_(revision_ids))
    # That is the primary key: both databases read it in order and need not sort.
    ordered = chosen.order_by(sentences.c.revision_id, sentences.c.number)
    for row in session.execute(ordered):
        found.setdefault(row.revision_id, []).append(_sentence(row))
    return found


def _sentence(row: Any) -> Sentence:
    """Returns a stored sentence with its facts."""
    return Sentence(row.number, row.paragraph, row.text, row.key, facts_from_json(row.facts))


def _known_article(row: Any, found: Sequence[Sentence]) -> KnownArticle:
    """Returns an article as the index of its case holds it; a text without a headline has an empty
    one.
    """
    # The headline has the lowest number: where there is one it comes first.
    has_title = bool(found) and found[0].index == TITLE
    return as_value(
        KnownArticle,
        row,
        sequence=row.id,
        title=found[0] if has_title else Sentence(TITLE, TITLE, "", 0),
        sentences=tuple(found[1:] if has_title else found),
        at=row.published_at or row.found_at,
        newsroom=stored_newsroom(row),
        is_unconfirmed=is_row_unconfirmed(row),
        # Seeds are baseline, too: what is in them people know.
        is_told=row.is_baseline or row.outcome == Outcome.ALERT.value,
    )


def is_row_unconfirmed(verdict: Any) -> bool:
    """Says of a verdict's row whether its article is in doubt."""
    # The first reason is the one that decided.
    decisive = verdict.reasons[0]["code"] if verdict.reasons else ""
    return is_unconfirmed(verdict.outcome, decisive, is_baseline=verdict.is_baseline)


def get_known_developments(
    session: Session, case_id: int, *, since: datetime
) -> list[KnownDevelopment]:
    """Returns the confirmed developments of the case since a moment, in that order."""
    # What a digest told as unconfirmed may still become an alert: it is not known yet.
    of_case = select(developments).where(
        developments.c.case_id == case_id, developments.c.is_confirmed
    )
    recent = of_case.where(developments.c.created_at >= since)
    ordered = recent.order_by(developments.c.created_at, developments.c.id)
    return list(map(_known_development, session.execute(ordered)))


def get_told_articles(session: Session, case_id: int) -> set[int]:
    """Returns the articles that brought the confirmed developments of the case."""
    of_case = select(developments.c.article_id).where(
        developments.c.case_id == case_id, developments.c.is_confirmed
    )
    return set(session.scalars(of_case))


def _known_development(row: Any) -> KnownDevelopment:
    """Returns a development as the judge compares others with it."""
    return as_value(
        KnownDevelopment,
        row,
        development_id=row.id,
        event_keys=frozenset(row.event_keys),
        sentence_keys=frozenset(row.sentence_keys),
    )


def get_case_texts(session: Session, case_id: int, *, after: int) -> list[LeadText]:
    """Returns headline and first sentences of the articles about the case that it learned after a
    sequence, in that order.
    """
    texts: dict[int, list[str]] = {}
    for row in session.execute(_select_leads(case_id, after)):
        texts.setdefault(row.id, []).append(row.text)
    return [LeadText(sequence, " ".join(parts)) for sequence, parts in texts.items()]


def _select_leads(case_id: int, after: int) -> Select[Any]:
    """Selects the first sentences of articles on the case's subject, with the sequence of each."""
    is_learned = and_(
        case_articles.c.case_id == case_id,
        case_articles.c.id > after,
        case_articles.c.is_subject,
    )
    return (
        select(case_articles.c.id, sentences.c.text)
        .join(sentences, _IS_LEAD)
        .where(is_learned)
        .order_by(case_articles.c.id, sentences.c.number)
    )


def get_vocabulary_start(session: Session, items: int) -> int:
    """Returns the entry id after which the newest `items` entries begin."""
    newest = select(entries.c.id).order_by(entries.c.id.desc()).offset(items).limit(1)
    # None where there are fewer: then all are among the newest.
    return session.scalar(newest) or 0
