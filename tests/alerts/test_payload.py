"""The webhook body has the contract's names, reads back as itself, and stays within its size."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.alerts.payload import (
    AlertPayload,
    CarrierPart,
    ClaimPart,
    CorroborationPart,
    DigestKind,
    DigestPayload,
    EventType,
    NoticePayload,
    ReporterPart,
    SentencePart,
    by_tier,
)
from monitor.alerts.rendering import render_alert, render_digest
from tests.alerts.samples import FIRST, NOW, OPTIONS, PAYLOAD

LIMIT = 20_000
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def event_of(payload: AlertPayload) -> dict:
    return json.loads(render_alert(payload, **OPTIONS).event)


def test_an_event_has_the_names_that_receivers_rely_on():
    told = CorroborationPart(4, ("Tribune",), ReporterPart("Tribune", NOW), False)
    event = event_of(replace(PAYLOAD, corroboration=told))
    data = event["data"]

    assert list(event) == ["type", "timestamp", "schema", "data"]
    assert (event["type"], event["timestamp"], event["schema"]) == (
        "development.created",
        "2025-06-06T12:05:00Z",
        "1.0",
    )
    names = {
        "alert": ["id", "kind", "reason_codes", "thread_id", "is_test", "held_back", "silenced"],
        "case": ["slug", "title", "note", "next_date", "next_date_text"],
        "development": [
            "id",
            "story_id",
            "first_found_at",
            "first_published_at",
            "summary_sentence",
            "tier",
            "event_date",
            "event_date_precision",
        ],
        "article": [
            *(
                "id",
                "url",
                "canonical_url",
                "title",
                "outlet",
                "author",
                "lang",
                "published_at",
                "found_at",
            ),
            *("extraction", "sha256_text", "revision", "revised_at"),
        ],
        "carriers": ["outlets", "newsrooms", "origin", "items", "truncated"],
        "links": ["article", "why"],
        "corroboration": ["newsrooms", "names", "first", "is_single"],
    }
    assert {name: list(data[name]) for name in names} == names
    assert list(data["new_sentences"][0]) == ["text", "lang", "index", "article_id", "nearest"]
    assert list(data["new_sentences"][0]["nearest"]) == [
        "text",
        "article_id",
        "outlet",
        "found_at",
        "score",
        "published_at",
    ]
    assert list(data["changed_claims"][0]) == [
        "before",
        "after",
        "slot",
        "before_article_id",
        "after_article_id",
    ]
    assert data["corroboration"]["first"] == {"outlet": "Tribune", "at": "2025-06-06T12:05:00Z"}
    assert list(data["carriers"]["origin"]) == ["name", "basis"]
    assert list(data["carriers"]["items"][0]) == ["outlet", "url", "newsroom"]
    assert list(data["matched"][0]) == ["term", "field", "snippet"]
    assert set(data) == {
        *names,
        *("new_sentences", "changed_claims", "matched", "known_share", "state"),
    }


@given(
    st.text(),
    st.text(),
    MOMENTS,
    st.none() | MOMENTS,
    st.floats(0, 1),
    st.integers(0, 10**9),
    st.sampled_from(EventType),
)
def test_a_payload_reads_back_as_itself(text, other, found_at, published_at, share, count, type_):
    payload = replace(
        PAYLOAD,
        type=type_,
        article=replace(
            PAYLOAD.article,
            title=text,
            outlet=other,
            found_at=found_at,
            published_at=published_at,
            revision=count,
        ),
        known_share=share,
        new_sentences=(SentencePart(text, "en", count, other), *PAYLOAD.new_sentences),
    )

    stored = json.loads(json.dumps(payload.to_json()))

    assert AlertPayload.from_json(stored) == payload


@pytest.mark.parametrize("kind", DigestKind)
@pytest.mark.parametrize("case", [PAYLOAD.case, None])
def test_a_digest_reads_back_as_itself(kind, case):
    digest = DigestPayload(kind, case, (PAYLOAD, replace(PAYLOAD, known_share=0.5)))

    assert DigestPayload.from_json(json.loads(json.dumps(digest.to_json()))) == digest


def test_a_digest_tells_what_changes_most_first_and_then_by_time():
    def item(tier, minutes):
        development = replace(
            PAYLOAD.development, tier=tier, first_found_at=NOW + timedelta(minutes=minutes)
        )
        return replace(PAYLOAD, development=development)

    statement, old, late, early, change = (
        item(3, 0),
        item(None, 2),
        item(2, 3),
        item(2, 1),
        item(1, 9),
    )

    # One from before there were tiers stands among the official acts.
    assert by_tier([statement, old, late, early, change]) == (change, early, old, late, statement)


def test_a_digest_tells_what_was_held_back_by_its_tier_as_well():
    official = replace(PAYLOAD, development=replace(PAYLOAD.development, tier=2))
    held = replace(
        PAYLOAD,
        alert=replace(PAYLOAD.alert, kind="unconfirmed", held_back="too little of it is new"),
        development=replace(PAYLOAD.development, tier=1),
    )

    assert by_tier([official, held]) == (held, official)


def test_a_payload_from_before_reasons_were_told_reads_back_without_one():
    stored = PAYLOAD.to_json()
    del stored["alert"]["held_back"]

    assert AlertPayload.from_json(stored).alert.held_back == ""


def test_a_payload_of_an_earlier_version_has_neither_tier_nor_corroboration():
    stored = PAYLOAD.to_json()
    del stored["development"]["tier"], stored["corroboration"]

    read = AlertPayload.from_json(stored)

    assert (read.development.tier, read.corroboration) == (None, None)


def test_a_notice_reads_back_as_itself():
    notice = NoticePayload(
        EventType.FEED_SILENT,
        "Gazette is silent",
        ("Since Monday.",),
        {"feed": "https://gazette.example/", "days": 3},
    )

    assert NoticePayload.from_json(json.loads(json.dumps(notice.to_json()))) == notice


def test_keys_of_a_newer_version_are_passed_over():
    stored = PAYLOAD.to_json()
    stored["priority"] = 1
    stored["article"]["paywall"] = True

    assert AlertPayload.from_json(stored) == PAYLOAD


@pytest.mark.parametrize(
    "change",
    [
        lambda stored: stored.pop("article"),
        lambda stored: stored["article"].pop("url"),
        lambda stored: stored.update(case="x"),
        lambda stored: stored.update(new_sentences="x"),
        lambda stored: stored.update(type="x"),
        lambda stored: stored["article"].update(revision="1"),
        lambda stored: stored["article"].update(found_at="yesterday"),
    ],
)
def test_a_broken_payload_is_a_value_error(change):
    stored = PAYLOAD.to_json()
    change(stored)

    with pytest.raises(ValueError, match=r"."):
        AlertPayload.from_json(stored)


def test_carriers_are_cut_to_twenty_and_that_is_said():
    items = tuple(
        CarrierPart(f"Outlet {number}", f"https://o{number}.example/") for number in range(50)
    )
    data = event_of(replace(PAYLOAD, carriers=replace(PAYLOAD.carriers, outlets=50, items=items)))[
        "data"
    ]

    assert len(data["carriers"]["items"]) == 20
    assert data["carriers"]["truncated"]
    assert data["carriers"]["outlets"] == 50


@pytest.mark.parametrize(
    "payload",
    [
        replace(
            PAYLOAD,
            new_sentences=tuple(SentencePart(f"{FIRST} {n}", "en", n, "a1") for n in range(2_000)),
        ),
        replace(PAYLOAD, new_sentences=(SentencePart("é" * 400_000, "en", 0, "a1"),)),
        replace(
            PAYLOAD,
            changed_claims=tuple(
                ClaimPart("x" * 900, "y" * 900, "date", "a", "b") for _ in range(200)
            ),
        ),
        replace(
            PAYLOAD,
            carriers=replace(
                PAYLOAD.carriers,
                items=tuple(CarrierPart("x" * 900, "y" * 4_000) for _ in range(50)),
            ),
        ),
        replace(
            PAYLOAD,
            case=replace(PAYLOAD.case, note="n" * 200_000),
            article=replace(PAYLOAD.article, title="t" * 200_000),
        ),
    ],
    ids=["sentences", "one sentence", "claims", "carriers", "texts"],
)
def test_an_event_never_exceeds_20_kb(payload):
    message = render_alert(payload, **OPTIONS)
    data = json.loads(message.event)["data"]

    assert len(message.event.encode()) <= LIMIT
    assert data.get("truncated") or data["carriers"]["truncated"]
    assert data["new_sentences"]


def test_a_digest_never_exceeds_20_kb_and_counts_all():
    message = render_digest(
        DigestPayload(DigestKind.ROLL_UP, PAYLOAD.case, (PAYLOAD,) * 500), **OPTIONS
    )
    data = json.loads(message.event)["data"]

    assert len(message.event.encode()) <= LIMIT
    assert data["digest"] == {"id": OPTIONS["id"], "kind": "roll-up", "count": 500}
    assert data["truncated"]
    assert 4 < len(data["items"]) < 500


def test_the_same_payload_gives_the_same_bytes():
    assert render_alert(PAYLOAD, **OPTIONS) == render_alert(
        AlertPayload.from_json(PAYLOAD.to_json()), **OPTIONS
    )
    assert NOW.tzinfo is UTC
