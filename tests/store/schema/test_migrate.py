"""Schema versions: models and migrations agree, a newer schema is refused, upgrading twice does
nothing.
"""

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import Session, SQLModel

from monitor.errors import SchemaMismatch
from monitor.model import DateOrigin
from monitor.store import Store
from monitor.store.schema import migrate, tables
from monitor.store.schema.date_columns import from_columns
from monitor.store.views.replays import get_judged_texts
from tests.world import at


def test_models_and_migrations_give_the_same_schema(store: Store) -> None:
    assert tables.feeds.name == "feeds"
    options = {
        "compare_type": True,
        "include_object": lambda _object, name, *_: (
            not (name or "").startswith(migrate.SEARCH_PREFIX)
        ),
    }
    with store.engine.connect() as connection:
        difference = compare_metadata(
            MigrationContext.configure(connection, opts=options), SQLModel.metadata
        )

    assert difference == []


def test_every_check_of_the_models_is_in_the_database(store: Store) -> None:
    expected = {
        constraint.name
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, sa.CheckConstraint)
    }
    inspector = sa.inspect(store.engine)

    found = {
        check["name"]
        for name in SQLModel.metadata.tables
        for check in inspector.get_check_constraints(name)
    }

    assert expected == found


def test_upgrading_a_current_database_does_nothing(store: Store) -> None:
    assert not migrate.upgrade(store)
    assert migrate.schema_version(store) == migrate.HEAD


def test_an_empty_database_is_told_from_a_current_one(empty_url: str) -> None:
    empty = Store(empty_url)

    assert migrate.schema_version(empty) is None
    with pytest.raises(SchemaMismatch, match="empty"):
        migrate.require_current(empty)
    empty.close()


def test_a_newer_schema_is_refused_by_reader_and_upgrade(store: Store) -> None:
    store.write(
        lambda session: session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    )

    with pytest.raises(SchemaMismatch, match="newer"):
        migrate.require_current(store)
    with pytest.raises(SchemaMismatch, match="newer"):
        migrate.upgrade(store)


def test_feeds_of_an_older_schema_keep_all_they_have(empty_url: str) -> None:
    store = _first_schema(empty_url)
    store.write(lambda session: session.execute(sa.text(OLD_FEED)))

    assert migrate.upgrade(store)

    feed = store.read(lambda session: session.execute(sa.select(tables.feeds)).one())
    assert (feed.url, feed.etag, feed.failures, feed.state) == (
        "https://quarry.example/rss",
        '"a"',
        2,
        "failing",
    )
    assert (feed.outcome, feed.skip_hours, feed.is_frozen, feed.fetch_url) == ("", [], False, None)
    store.close()


def _execute(session: Session, statement: str) -> None:
    session.execute(sa.text(statement))


def test_articles_of_an_older_schema_are_kept_and_recent_pages_asked_again(
    empty_url: str,
) -> None:
    store = _first_schema(empty_url)
    for statement in OLD_ARTICLES:
        store.write(_execute, statement)

    assert migrate.upgrade(store)

    pages = store.read(lambda session: session.execute(sa.select(tables.pages)).all())
    assert [(page.url, page.state, page.next_check_at, page.text_hash) for page in pages] == [
        ("https://quarry.example/new", "there", datetime(2025, 4, 12, tzinfo=UTC), "")
    ]
    kept = store.read(
        lambda session: session.execute(sa.select(tables.articles.c.url)).scalars().all()
    )
    delivery = store.read(lambda session: session.execute(sa.select(tables.deliveries)).one())
    assert len(kept) == 3
    assert (delivery.uid, delivery.is_edit) == ("d", False)
    store.close()


def _old_article(number: int, path: str, found: str, status: str) -> list[str]:
    return [
        "INSERT INTO articles (id, uid, canonical_url, url, title, summary, outlet, author, "
        "lang, found_at, extraction,"
        f" page_status, page_reason, origin) VALUES ({number}, '{path}', "
        f"'https://quarry.example/{path}',"
        f" 'https://quarry.example/{path}', 'x', '', '', '', '', '{found}', 'full', '{status}', "
        f"'', 'feed')",
        "INSERT INTO revisions (id, article_id, number, title, text, text_hash, lang, "
        "extractor, fetched_at)"
        f" VALUES ({number}, {number}, 1, 'x', 'y', 'z{number}', '', '', '{found}')",
        "INSERT INTO case_articles (id, case_id, article_id, revision_id, story_id, is_subject,"
        " is_baseline, outcome, relation,"
        " new_in_old, old_in_new, score, threshold, known_share, reasons, new_sentences, "
        "changed_claims, terms, judge_version,"
        f" judged_at) VALUES ({number}, 1, {number}, {number}, 1, true, false, 'silent', "
        f"'distinct', 0, 0, 0, 0, 0, '[]', '[]',"
        f" '[]', '[]', '1', '{found}')",
    ]


OLD_CASE = [
    "INSERT INTO cases (id, slug, title, note, query, is_enabled, looked_until, created_at)"
    " VALUES (1, 'quarry', '', '', 'quarry', true, 0, '2025-01-01 00:00:00')",
    *_old_article(1, "old", "2025-01-01 00:00:00.000000", "ok")[:2],
    "INSERT INTO stories (id, uid, case_id, first_article_id, created_at) VALUES (1, 's', 1, 1,"
    " '2025-01-01 00:00:00')",
    *_old_article(1, "old", "2025-01-01 00:00:00.000000", "ok")[2:],
]
OLD_ARTICLES = [
    *OLD_CASE,
    *_old_article(2, "new", "2025-04-12 00:00:00.000000", "ok"),
    *_old_article(3, "docket", "2025-04-12 00:00:00.000000", ""),
    "INSERT INTO deliveries (uid, channel, kind, case_id, payload, state, sealed_at, attempts, "
    "next_attempt_at, last_error,"
    " receipt) VALUES ('d', 'hook', 'alert', 1, '{}', 'sent', '2025-04-12 00:00:00', 1, "
    "'2025-04-12 00:00:00', '', '')",
]


def test_what_people_said_under_an_older_schema_is_kept(empty_url: str) -> None:
    store = _first_schema(empty_url)
    for statement in OLD_FEEDBACK:
        store.write(lambda session, statement=statement: session.execute(sa.text(statement)))

    assert migrate.upgrade(store)

    said = store.read(lambda session: session.execute(sa.select(tables.feedback)).one())
    assert (said.id, said.case_id, said.article_id, said.kind, said.note) == (
        7,
        1,
        1,
        "not_new",
        "told before",
    )
    again = (
        "INSERT INTO feedback (case_id, article_id, kind, note, created_at) VALUES (1, 1, '{}',"
        " '', '2025-04-12')"
    )
    with pytest.raises(sa.exc.IntegrityError):  # one word on an article in a case
        store.write(lambda session: session.execute(sa.text(again.format("new"))))
    store.write(lambda session: session.execute(sa.text("UPDATE feedback SET kind = 'new'")))
    with pytest.raises(sa.exc.IntegrityError):
        store.write(
            lambda session: session.execute(sa.text("UPDATE feedback SET kind = 'perhaps'"))
        )
    store.close()


def test_verdicts_of_an_older_schema_do_not_know_how_their_article_was_read(
    empty_url: str,
) -> None:
    store = _first_schema(empty_url)
    for statement in OLD_ARTICLES:
        store.write(lambda session, statement=statement: session.execute(sa.text(statement)))

    assert migrate.upgrade(store)

    kept = store.read(lambda session: session.execute(sa.select(tables.case_articles)).all())
    assert {
        (row.outcome, row.read_outlet, row.read_summary, row.read_published_at) for row in kept
    } == {("silent", None, None, None)}
    assert len(store.read(get_judged_texts, "quarry", after=0, limit=10)) == len(kept) == 3
    store.close()


OLD_FEEDBACK = (
    "INSERT INTO cases (id, slug, title, note, query, is_enabled, looked_until, created_at)"
    " VALUES (1, 'quarry', '', '', 'quarry', true, 0, '2025-04-12')",
    "INSERT INTO articles (id, uid, canonical_url, url, title, summary, outlet, author, lang, "
    "found_at, extraction,"
    " page_status, page_reason, origin)"
    " VALUES (1, 'a', 'https://quarry.example/1', '', '', '', '', '', '', '2025-04-12', 'full',"
    " '', '', 'feed')",
    "INSERT INTO feedback (id, case_id, article_id, kind, note, created_at)"
    " VALUES (7, 1, 1, 'not_new', 'told before', '2025-04-12')",
)


def test_dates_of_an_older_schema_have_an_unknown_origin(empty_url: str) -> None:
    store = _first_schema(empty_url)
    for statement in (OLD_FEED, OLD_ENTRY, OLD_ARTICLE):
        store.write(lambda session, statement=statement: session.execute(sa.text(statement)))

    assert migrate.upgrade(store)

    for table in (tables.entries, tables.articles):
        row = store.read(lambda session, table=table: session.execute(sa.select(table)).one())
        assert (row.title, row.published_at) == ("Quarry reopens", at("2025-04-11T21:00:00"))
        assert from_columns(row) == DateOrigin()
    store.close()


def test_deliveries_of_an_older_schema_stay_tied_to_their_alerts(empty_url: str) -> None:
    store = _first_schema(empty_url)
    for statement in (OLD_ARTICLE, *OLD_ALERT):
        store.write(lambda session, statement=statement: session.execute(sa.text(statement)))

    assert migrate.upgrade(store)

    tied = sa.select(
        tables.deliveries.c.uid, tables.deliveries.c.case_id, tables.alert_channels.c.alert_id
    ).join_from(tables.alert_channels, tables.deliveries)
    assert [tuple(row) for row in store.read(lambda session: session.execute(tied).all())] == [
        ("sent-once", 1, 1)
    ]
    store.close()


OLD_ALERT = (
    """INSERT INTO cases (slug, title, note, query, is_enabled, looked_until, created_at)
    VALUES ('quarry', 'Quarry', '', 'quarry', true, 0, '2025-04-11 21:00:00')""",
    """INSERT INTO revisions (article_id, number, title, text, text_hash, lang, extractor,
    fetched_at)
    VALUES (1, 1, '', '', 'h', 'en', '', '2025-04-11 21:00:00')""",
    "INSERT INTO stories (uid, case_id, first_article_id, created_at) VALUES ('s', 1, 1, "
    "'2025-04-11 21:00:00')",
    """INSERT INTO case_articles (case_id, article_id, revision_id, story_id, is_subject,
    is_baseline, outcome, relation,
    new_in_old, old_in_new, score, threshold, known_share, reasons, new_sentences,
    changed_claims, terms, judge_version,
    judged_at) VALUES (1, 1, 1, 1, true, false, 'alert', 'distinct', 0, 0, 1, 0, 0, '[]', '[]',
    '[]', '[]', '1',
    '2025-04-11 21:00:00')""",
    """INSERT INTO developments (uid, case_id, story_id, article_id, case_article_id,
    is_confirmed, summary, event_keys,
    sentence_keys, created_at) VALUES ('d', 1, 1, 1, 1, true, '', '[]', '[]',
    '2025-04-11 21:00:00')""",
    "INSERT INTO alerts (uid, case_id, development_id, created_at) VALUES ('a', 1, 1, "
    "'2025-04-11 21:00:00')",
    """INSERT INTO deliveries (uid, channel, kind, case_id, payload, state, sealed_at, attempts,
    next_attempt_at, last_error,
    receipt) VALUES ('sent-once', 'desk', 'alert', 1, '{}', 'sent', '2025-04-11 21:00:00', 1,
    '2025-04-11 21:00:00', '', '')""",
    """INSERT INTO alert_channels (alert_id, channel, cadence, due_at, delivery_id)
    VALUES (1, 'desk', 'now', '2025-04-11 21:00:00', 1)""",
)
OLD_ENTRY = """INSERT INTO entries (feed_id, key, item_hash, title, summary, content, author,
    published_at, seen_at, state,
    attempts, next_attempt_at, last_error, last_status, changes) VALUES (1, 'k', 'h',
    'Quarry reopens', '', '', '',
    '2025-04-11 21:00:00', '2025-04-12 00:00:00', 'ignored', 0, '2025-04-12 00:00:00', '', '', 0)"""
OLD_ARTICLE = """INSERT INTO articles (uid, canonical_url, url, title, summary, outlet, author,
    lang, published_at, found_at,
    extraction, page_status, page_reason, origin) VALUES ('ab', 'https://quarry.example/1',
    'https://quarry.example/1',
    'Quarry reopens', '', '', '', 'en', '2025-04-11 21:00:00', '2025-04-12 00:00:00', 'full',
    'ok', '', 'feed')"""
OLD_FEED = """INSERT INTO feeds (url, title, tags, takes_all, trusts_guids, is_enabled,
    is_paused, state, etag, next_poll_at,
    failures, last_error) VALUES ('https://quarry.example/rss', '', '[]', false, true, true,
    false, 'failing', '"a"',
    '2025-04-12 00:00:00', 2, 'x')"""


def _first_schema(empty_url: str) -> Store:
    """Returns a store as revision 0001 made it."""
    store = Store(empty_url)
    migrate.upgrade(store)
    store.close()
    store = Store(empty_url)
    _go_back_to_the_first_schema(store)
    return store


def _go_back_to_the_first_schema(store: Store) -> None:
    """Takes away all tables and puts up those of revision 0001."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.store.schema:migrations")
    with store.engine.execution_options(is_write=True).begin() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        if store.is_sqlite:
            connection.execute(sa.text("DROP TABLE article_search"))
            metadata = sa.MetaData()
            metadata.reflect(connection)
        metadata.drop_all(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
