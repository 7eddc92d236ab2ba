"""What an alert says at the moment of sealing: the event, who carries it, what it compares with."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import Session

from monitor.alerts.payload import AlertPayload, CorroborationPart, EventType, ReporterPart
from monitor.model import (
    ChangedClaim,
    FactKind,
    MatchedTerm,
    Nearest,
    NewSentence,
    Outcome,
    Reason,
    Sentence,
    Verdict,
)
from monitor.novelty import Change, Revised
from monitor.store import Store
from monitor.store.articles import RevisionKey, set_newsroom
from monitor.store.pages import insert_edit, insert_revision_edit
from monitor.store.verdicts import add_carrier, get_story, insert_verdict
from monitor.store.views.developments import list_developments
from monitor.store.views.payloads import get_alert_payloads, get_edit_payload
from tests.store.rows import NOW, add_article, add_case, add_revision, fetched, judged
from tests.store.views.stored import (
    DESK,
    FIRST_SENTENCE,
    HOUR,
    MAIL,
    TEXT,
    alert,
    judge,
    record,
)

ADDED = Sentence(3, 1, "A diver found a second crack.", 7)


def payload(store: Store, row: int = 1) -> AlertPayload:
    return store.read(get_alert_payloads, [row], NOW)[row]


def test_an_alert_tells_case_article_and_development(store: Store) -> None:
    store.write(alert, 1)

    told = payload(store)

    (development,) = store.read(list_developments, limit=1)
    assert (told.case.slug, told.article.outlet) == ("harbour", "Gazette")
    assert told.development.id == development.id
    assert told.development.summary_sentence == FIRST_SENTENCE
    assert (told.alert.kind, told.alert.reason_codes) == ("development", ("event",))
    assert told.alert.thread_id == told.development.story_id
    assert told.links.why == f"monitor why {development.alert_id}"


def test_an_alert_tells_the_tier_of_its_development(store: Store) -> None:
    store.write(alert, 1, tier=1)

    assert payload(store).development.tier == 1


def test_alerts_that_are_not_there_say_nothing(store: Store) -> None:
    assert store.read(get_alert_payloads, [], NOW) == {}
    assert store.read(get_alert_payloads, [99], NOW) == {}


def test_every_alert_is_told_under_its_own_row(store: Store) -> None:
    for number in (1, 2):
        store.write(alert, number)

    told = store.read(get_alert_payloads, [2, 1], NOW)

    urls = {row: one.article.url for row, one in told.items()}
    assert urls == {number: fetched(number, "").url for number in (1, 2)}


def test_an_unconfirmed_development_is_told_as_such(store: Store) -> None:
    store.write(judge, 1, outcome=Outcome.DIGEST, targets=(MAIL,))

    assert payload(store).alert.kind == "unconfirmed"
    assert payload(store).alert.held_back == "why"


def test_what_alerted_was_not_held_back(store: Store) -> None:
    store.write(alert, 1)

    assert payload(store).alert.held_back == ""


def carry(
    session: Session, number: int, newsroom: str | None, *, outlet: str, hours: int = 0
) -> None:
    """Stores an article of another outlet that reports the first development."""
    key = judge(session, number, outlet=outlet, hours=hours)
    if newsroom is not None:
        set_newsroom(session, key.article_id, newsroom)
    add_carrier(session, [1], key.article_id, NOW + hours * HOUR)


def test_a_second_newsroom_is_told_by_name(store: Store) -> None:
    store.write(alert, 1, outlet="Gazette")

    assert payload(store).corroboration == CorroborationPart(
        1, ("news.example",), ReporterPart("Gazette", NOW), is_single=True
    )

    store.write(carry, 2, "Reuters", outlet="Courier", hours=-1)

    assert payload(store).corroboration == CorroborationPart(
        2, ("Reuters", "news.example"), ReporterPart("Courier", NOW - HOUR), is_single=False
    )


def test_an_outlet_with_the_text_of_another_newsroom_adds_none(store: Store) -> None:
    store.write(alert, 1)

    store.write(carry, 2, "news.example", outlet="Courier", hours=1)

    carriers = payload(store).carriers
    assert (carriers.outlets, carriers.newsrooms) == (2, 1)


def test_an_aggregator_adds_no_newsroom_and_ten_are_named_at_most(store: Store) -> None:
    store.write(alert, 1)
    store.write(carry, 2, "", outlet="Yahoo")
    for number in range(3, 15):
        store.write(carry, number, f"Newsroom {number}", outlet="Courier")

    told = payload(store).corroboration

    assert told is not None
    assert (told.newsrooms, len(told.names)) == (13, 10)
    assert "" not in told.names


def test_carriers_come_by_publication_and_the_first_is_the_origin(store: Store) -> None:
    store.write(alert, 1)
    store.write(carry, 2, None, outlet="Courier", hours=1)
    store.write(carry, 3, None, outlet="Tribune", hours=-1)

    carriers = payload(store).carriers

    assert [item.outlet for item in carriers.items] == ["Tribune", "Gazette", "Courier"]
    assert carriers.origin.name == "Tribune"


def test_an_outlet_that_reports_twice_is_one(store: Store) -> None:
    store.write(alert, 1)
    store.write(carry, 2, None, outlet="Gazette", hours=1)

    carriers = payload(store).carriers

    assert (carriers.outlets, carriers.newsrooms, len(carriers.items)) == (1, 1, 2)


def compare(session: Session, known: int) -> None:
    """Stores an alert that quotes a known article, and one that is not stored any more."""
    article = fetched(2, TEXT)
    key = add_article(session, article)
    new = NewSentence(FIRST_SENTENCE, 0, 42, Nearest("The pier is old.", known, 0.4))
    lost = NewSentence("Ferries leave.", 1, 43, Nearest("Gone.", 9999, 0.3))
    claim = ChangedClaim("two died", "three died", FactKind.NUMBER, known)
    verdict = Verdict(Outcome.ALERT, 0.9, 0.5, (Reason("event", "new"),), (new, lost), (claim,))
    given = judged(add_case(session), key, article)
    terms = (MatchedTerm("pier", "title", "the pier"),)
    record(session, replace(given, terms=terms), verdict, [DESK])


def test_what_is_new_stands_beside_what_was_known(store: Store) -> None:
    known = store.write(judge, 1, outlet="Courier")

    store.write(compare, known.article_id)

    told = payload(store)
    first, second = told.new_sentences
    assert first.nearest is not None
    assert (first.nearest.text, first.nearest.outlet) == ("The pier is old.", "Courier")
    assert second.nearest is None
    (claim,) = told.changed_claims
    assert (claim.before, claim.after) == ("two died", "three died")
    assert [term.term for term in told.matched] == ["pier"]


def revise(session: Session, key: RevisionKey, revised: Revised) -> int:
    """Stores a second text of an article with its verdict and its class; returns the edit."""
    article = fetched(1, f"{TEXT}\n\n{ADDED.text}")
    newer = add_revision(session, key.article_id, article, number=2)
    given = judged(add_case(session), newer, article)
    story_id = get_story(session, given.case_id, [key.article_id])
    assert story_id is not None
    silent = Verdict(Outcome.SILENT, 0.1, 0.5, (Reason("known", "known"),))
    insert_verdict(session, given, silent, story_id)
    return insert_revision_edit(session, newer, revised, at=NOW + HOUR)


def test_a_revision_is_told_with_what_came(store: Store) -> None:
    key = store.write(judge, 1)
    edit_id = store.write(revise, key, Revised(Change.SUBSTANTIVE, (ADDED,), (), ()))

    told = store.read(get_edit_payload, edit_id, store.write(add_case))

    assert told.type is EventType.REVISION_DETECTED
    assert (told.alert.kind, told.alert.reason_codes) == ("substantive", ("substantive",))
    assert [(one.text, one.index) for one in told.new_sentences] == [(ADDED.text, ADDED.index)]
    assert told.development.summary_sentence == ADDED.text
    assert (told.development.id, told.development.first_found_at) == ("", NOW + HOUR)
    assert told.article.revision == 2


def test_an_article_that_was_removed_is_told_by_its_headline(store: Store) -> None:
    key = store.write(judge, 1, title="Pier closed")
    edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW)

    told = store.read(get_edit_payload, edit_id, store.write(add_case))

    assert told.type is EventType.ARTICLE_REMOVED
    assert told.development.summary_sentence == "Pier closed"
    assert told.carriers.items == ()
    assert (told.carriers.outlets, told.carriers.newsrooms) == (1, 1)


@pytest.mark.parametrize(
    ("note", "revised", "summary"),
    [
        ("not found", None, "not found"),
        ("", Revised(Change.SUBSTANTIVE, (ADDED,), (ADDED,), ()), ADDED.text),
        ("", Revised(Change.SUBSTANTIVE, (), (ADDED,), ()), ADDED.text),
        ("", Revised(Change.TRIVIAL, (), (), ()), "Closed"),
    ],
    ids=["a note", "what came", "what went", "nothing else"],
)
def test_an_edit_is_summed_up_by_what_says_most_of_it(
    store: Store, note: str, revised: Revised | None, summary: str
) -> None:
    key = store.write(judge, 1)
    if revised is None:
        edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW, note=note)
    else:
        edit_id = store.write(revise, key, revised)

    told = store.read(get_edit_payload, edit_id, store.write(add_case))

    assert told.development.summary_sentence == summary


def test_an_edit_has_an_id_of_its_own_for_each_case(store: Store) -> None:
    key = store.write(judge, 1)
    edit_id = store.write(insert_edit, key.article_id, Change.REMOVED, at=NOW)
    case_id = store.write(add_case)

    first = store.read(get_edit_payload, edit_id, case_id)

    assert store.read(get_edit_payload, edit_id, case_id).alert.id == first.alert.id
    other = store.write(insert_edit, key.article_id, Change.RETURNED, at=NOW + HOUR)
    assert store.read(get_edit_payload, other, case_id).alert.id != first.alert.id
