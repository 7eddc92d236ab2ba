"""The chain of an item, from the feed that brought it to the message that told of it."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from monitor.errors import NotFound
from monitor.model import FeedItem, MatchedTerm, NewSentence, Outcome, Reason, Verdict
from monitor.store import Store
from monitor.store.articles import make_uid
from monitor.store.entries import (
    CaseTerms,
    EntryResult,
    EntrySpec,
    claim_entries,
    finish_entry,
    insert_entries,
)
from monitor.store.feeds import FeedSpec, get_ids_by_url, sync_feeds
from monitor.store.verdicts import AlertTarget
from monitor.store.views.payloads import get_alert_payloads
from monitor.store.views.trace import trace_id, trace_url
from tests.store.rows import NOW, add_article, add_case, add_development, fetched, judged

FEED = "https://gazette.example/rss"
TEXT = "The harbour master closed the old pier on Sunday.\n\nFerries leave from the north quay."
ARTICLE = fetched(1, TEXT, title="Pier closed")
LINK = "https://aggregator.example/to/1"
TERM = MatchedTerm("pier", "title", "Pier closed")


def add_entry(session: Session, url: str) -> None:
    sync_feeds(session, [FeedSpec(FEED, "Harbour Gazette", (), None, False)], NOW)
    (feed_id,) = get_ids_by_url(session, [FEED])
    item = FeedItem(url, url, "Pier closed", published_at=NOW)
    wanted = (CaseTerms(add_case(session), (TERM,)),)
    spec = EntrySpec(item, "h", url, wanted)
    insert_entries(session, feed_id, [spec], now=NOW, is_baseline=False)


def add_alert(session: Session, url: str = ARTICLE.url) -> int:
    """Stores the item, its article and its alert; returns the article's row."""
    add_entry(session, url)
    key = add_article(session, ARTICLE)
    (entry,) = claim_entries(session, owner="w", now=NOW, limit=1)
    finish_entry(session, entry.id, "w", EntryResult("stored", article_id=key.article_id))
    given = judged(add_case(session), key, ARTICLE)
    new = NewSentence(TEXT.split("\n")[0], 0, 42, None)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new: closed"),), (new,), tier=1)
    add_development(session, given, verdict, [AlertTarget("desk", "now", NOW)])
    return key.article_id


def test_an_item_is_followed_to_its_alert(store: Store) -> None:
    store.write(add_alert)

    trace = store.read(trace_url, [ARTICLE.url])

    (entry,) = trace.entries
    assert (entry.feed, entry.state) == ("Harbour Gazette", "stored")
    assert entry.wanted_by == (("harbour", ("pier in title",)),)
    assert trace.article is not None
    assert trace.article.title == "Pier closed"
    assert [(one.case, one.outcome, one.revision, one.tier) for one in trace.verdicts] == [
        ("harbour", "alert", 1, 1)
    ]
    assert trace.article.newsroom == "news.example"
    assert [one.is_first for one in trace.developments] == [True]
    assert [(one.channel, one.state) for one in trace.alerts] == [("desk", "waiting")]


@pytest.mark.parametrize("kind", ["article", "development", "alert"])
def test_every_id_leads_to_the_same_chain(store: Store, kind: str) -> None:
    store.write(add_alert)
    whole = store.read(trace_url, [ARTICLE.url])
    assert whole.article is not None
    ids = {
        "article": whole.article.id,
        "development": whole.developments[0].id,
        "alert": whole.alerts[0].id,
    }

    assert store.read(trace_id, ids[kind]) == whole
    assert store.read(trace_id, ids[kind][:8].upper()) == whole


def test_the_link_of_an_aggregator_leads_to_the_article(store: Store) -> None:
    store.write(add_alert, LINK)

    trace = store.read(trace_url, [LINK])

    assert trace.article is not None
    assert trace.article.url == ARTICLE.url
    assert [entry.url for entry in trace.entries] == [LINK]


def test_an_item_whose_page_nobody_has_read_has_no_article(store: Store) -> None:
    store.write(add_entry, LINK)

    trace = store.read(trace_url, [LINK])

    assert [entry.state for entry in trace.entries] == ["queued"]
    assert (trace.article, trace.verdicts, trace.alerts) == (None, (), ())


def test_an_address_that_no_feed_brought_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound, match="no watched feed ever brought this address"):
        store.read(trace_url, [LINK])


@pytest.mark.parametrize("prefix", ["abc", "ab", "no id"])
def test_an_unknown_id_is_not_found(store: Store, prefix: str) -> None:
    store.write(add_alert)
    assert not make_uid("article", ARTICLE.urls[0]).startswith("abc")

    with pytest.raises(NotFound, match="no article, development or alert"):
        store.read(trace_id, prefix)


def test_an_alert_says_what_is_new_and_who_carries_it(store: Store) -> None:
    store.write(add_alert)

    (payload,) = store.read(get_alert_payloads, [1], NOW).values()

    assert payload.case is not None
    assert (payload.case.slug, payload.article.title) == ("harbour", "Pier closed")
    assert payload.development.summary_sentence == TEXT.split("\n")[0]
    assert [sentence.text for sentence in payload.new_sentences] == [TEXT.split("\n")[0]]
    assert (payload.carriers.outlets, payload.carriers.newsrooms) == (1, 1)
    assert payload.links.why == f"monitor why {payload.alert.id}"
