"""What speaks for and against an article's being new."""

from datetime import date, datetime, timedelta

import pytest

from monitor.model import Facts
from monitor.novelty import analyse
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.evidence import CoverageEvidence, new_event
from monitor.novelty.nlp.event_keys import EventKey
from tests.novelty.world import (
    SATURDAY,
    THURSDAY,
    TRIAL,
    TRIAL_RETOLD,
    TWO_WEEKS_ON,
    Case,
    text_of,
)

SECOND_TRIAL = text_of(
    "A court in Port Amber on Thursday sentenced Dario Finch, the mate of the ferry Alondra, to "
    "four years in prison.",
    "Judge Mara Stell said that he had not closed the door. Prosecutor Berta Ocaria had asked "
    "for 6 years.",
)


def coverage(case: Case, text: str, at: datetime) -> CoverageEvidence:
    return assess(analyse("", text, published_at=at), case.index).evidence.coverage


def test_an_old_report_has_its_names_and_numbers_in_one_old_article(grown: Case) -> None:
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    undated = TRIAL_RETOLD.replace(" on Thursday", "")

    old, recent = (
        coverage(grown, undated, at).stale_coverage
        for at in (TWO_WEEKS_ON, THURSDAY + timedelta(hours=5))
    )

    assert recent < 0.5 < 0.7 < old
    assert coverage(grown, TRIAL_RETOLD, TWO_WEEKS_ON).stale_coverage == 0


def test_a_second_event_of_the_kind_brings_names_of_its_own(grown: Case) -> None:
    grown.follow(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")

    assert coverage(grown, SECOND_TRIAL, TWO_WEEKS_ON).stale_coverage == 0


def test_the_same_report_next_day_is_covered_by_the_first(grown: Case) -> None:
    grown.store(TRIAL, THURSDAY)

    recent = coverage(grown, TRIAL_RETOLD, THURSDAY + timedelta(hours=20)).recent

    assert recent.article_id == 26
    assert 0.5 < recent.share <= 1


DAY = date(2026, 3, 7)


def test_an_empty_index_knows_no_event() -> None:
    facts = Facts(
        classes=("DETAIN", "SAY"), roles=("POLICE",), names=("calder",), event_days=(DAY,)
    )

    event = new_event(facts, Case().index)

    assert event.keys == (
        EventKey.of_class("DETAIN", DAY),
        EventKey.of_class("SAY", DAY),
        EventKey.of_name("calder", DAY),
        EventKey.of_role("POLICE", "DETAIN", DAY),
        EventKey.of_role("POLICE", "SAY", DAY),
    )
    assert event.strength == pytest.approx(2 * 2.0 + 2 * 0.6 + 0.8)
    assert event.classes == ["DETAIN", "SAY"]
    assert event.has_act


@pytest.mark.parametrize(
    ("facts", "has_act"),
    [
        (Facts(classes=("SAY",), event_days=(DAY,)), False),
        (Facts(classes=("ADMIT",), event_days=(DAY,)), False),
        (Facts(classes=("DETAIN",)), False),
        (Facts(classes=("DETAIN",), event_days=(DAY,)), True),
    ],
    ids=["talk", "makes no key", "background", "an act"],
)
def test_only_an_act_of_the_day_is_an_act(facts: Facts, has_act: bool) -> None:
    assert new_event(facts, Case().index).has_act is has_act


@pytest.mark.parametrize(
    ("sentence", "days_later", "is_new"),
    [
        ("Police arrested the captain.", 0, False),
        ("Police arrested the captain.", 1, False),
        ("Police arrested the captain.", 2, True),
        ("Police arrested the captain on Sunday.", 1, True),
    ],
)
def test_a_report_without_a_day_may_tell_again_what_happened_the_day_before(
    sentence: str, days_later: int, is_new: bool
) -> None:
    case = Case()
    case.store("Police arrested the captain.", SATURDAY)
    later = analyse("", sentence, published_at=SATURDAY + timedelta(days=days_later))

    event = new_event(later.sentences[0].facts, case.index)

    assert ("DETAIN" in event.classes) is is_new
