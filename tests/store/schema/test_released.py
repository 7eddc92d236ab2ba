"""A database that an earlier version made is taken over with all that it holds.

`released/0007.db.gz` is an SQLite file of the version with schema 0007 and judge 5: three polls of
two outlets on loopback, the seed, two developments with their alerts, each delivered to a webhook.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import Session

from monitor.pipeline.simulation.replay import replay_case
from monitor.store import Store
from monitor.store.articles import make_uid
from monitor.store.schema.migrate import HEAD, schema_version, upgrade
from monitor.store.schema.selection import resolve_uid
from monitor.store.schema.tables import (
    alerts,
    articles,
    case_articles,
    deliveries,
    developments,
    revisions,
)
from monitor.store.views.alerts import list_alerts
from monitor.store.views.developments import list_developments
from monitor.store.views.payloads import get_alert_payloads
from monitor.store.views.trace import trace_id
from tests.store.rows import NOW

RELEASED = [Path(__file__).parent / "released" / "0007.db.gz"]
ALERTS = {"4c9c2964cbc0684e", "cc75ce2ed2255b8c"}
DELIVERIES = {"56ebe8a2075e53b7", "90696913518d6ff7"}
DECIDED = ["baseline", "known", "new_addition", "no_act", "new_addition"]


@pytest.fixture(params=RELEASED, ids=lambda path: path.name)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A released database, brought to the schema of this version."""
    path = tmp_path / "monitor.db"
    path.write_bytes(gzip.decompress(request.param.read_bytes()))
    store = Store(f"sqlite:///{path}")
    upgrade(store)
    yield store
    store.close()


def test_the_schema_is_that_of_this_version(old: Store) -> None:
    assert schema_version(old) == HEAD


def test_alerts_keep_their_ids_and_states(old: Store) -> None:
    found = old.read(list_alerts, limit=10)

    assert {alert.id for alert in found} == ALERTS
    assert {alert.state for alert in found} == {"sent"}


def test_deliveries_keep_the_ids_under_which_they_were_sent(old: Store) -> None:
    def read_ids(session: Session) -> set[str]:
        return set(session.execute(sa.select(deliveries.c.uid)).scalars())

    assert old.read(read_ids) == DELIVERIES


def test_verdicts_keep_their_reasons_and_the_version_of_the_judge(old: Store) -> None:
    def read_verdicts(session: Session) -> list[tuple[str, str]]:
        columns = (case_articles.c.reasons, case_articles.c.judge_version)
        rows = session.execute(sa.select(*columns).order_by(case_articles.c.id))
        return [(reasons[0]["code"], version) for reasons, version in rows]

    assert old.read(read_verdicts) == [(code, "5") for code in DECIDED]


def test_event_keys_stay_readable_text(old: Store) -> None:
    def read_keys(session: Session) -> list[list[str]]:
        return list(session.execute(sa.select(developments.c.event_keys)).scalars())

    keys = [key for found in old.read(read_keys) for key in found]
    assert "class TESTIFY 2025-04-15" in keys
    assert "role JUDGE ORDER 2025-04-15" in keys


def test_what_happened_is_told_as_before(old: Store) -> None:
    found = old.read(list_developments, limit=10)

    assert [development.outlet for development in found] == ["Bay Courier", "Harbour Gazette"]
    assert found[1].summary.startswith("A federal judge in Maryland on Tuesday ordered")


def test_what_was_judged_before_there_were_tiers_has_none(old: Store) -> None:
    assert {one.tier for one in old.read(list_developments, limit=10)} == {None}
    assert old.read(list_developments, limit=10, tiers=(1, 2, 3)) == []


def test_an_old_alert_can_be_shown_and_explained(old: Store) -> None:
    row_id = old.read(resolve_uid, alerts, "cc75ce2ed2255b8c", "alert")

    payload = old.read(get_alert_payloads, [row_id], NOW)[row_id]
    trace = old.read(trace_id, "cc75ce2ed2255b8c")

    assert [sentence.text[:15] for sentence in payload.new_sentences] == [
        "A federal judge",
        "Judge Paula Xin",
    ]
    assert [verdict.outcome for verdict in trace.verdicts] == ["alert"]


def test_the_verdicts_of_the_young_case_come_out_again(old: Store) -> None:
    """While a case is young the rule decides on additions, whatever the weights are."""
    replayed = list(replay_case(old, "abrego-garcia", ()))

    assert [one.outcome for one in replayed if one.is_changed] == []
    assert len(replayed) == len(DECIDED)


@pytest.fixture
def unsent(tmp_path: Path) -> Iterator[Store]:
    """A released database from before anything was sent, brought to the schema of this version."""
    path = tmp_path / "monitor.db"
    path.write_bytes(gzip.decompress((RELEASED[0]).read_bytes()))
    store = Store(f"sqlite:///{path}")
    with store.engine.execution_options(is_write=True).begin() as connection:
        connection.execute(sa.text("UPDATE alert_channels SET delivery_id = NULL"))
        connection.execute(sa.text("DELETE FROM deliveries"))
    upgrade(store)
    yield store
    store.close()


def test_ids_that_nobody_was_told_hash_what_the_thing_is(unsent: Store) -> None:
    def read(session: Session) -> list[tuple[str, str, str]]:
        joined = (
            sa.select(alerts.c.uid, articles.c.canonical_url, revisions.c.text_hash)
            .join(developments, developments.c.id == alerts.c.development_id)
            .join(case_articles, case_articles.c.id == developments.c.case_article_id)
            .join(revisions, revisions.c.id == case_articles.c.revision_id)
            .join(articles, articles.c.id == revisions.c.article_id)
        )
        return [(uid, url, text) for uid, url, text in session.execute(joined)]

    found = unsent.read(read)

    assert len(found) == 2
    assert not ALERTS & {uid for uid, _, _ in found}
    for uid, url, text in found:
        assert uid == make_uid("alert", "abrego-garcia", url, text)
