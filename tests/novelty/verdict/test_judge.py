"""Alert, digest or silence, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.model import Outcome
from monitor.novelty import DEFAULT_SETTINGS
from monitor.novelty.classifier.logistic import Regression
from tests.novelty.verdict.weights import holding_for_new
from tests.novelty.world import (
    ARREST,
    NEXT_DAY,
    PARAGRAPHS,
    SATURDAY,
    SEED,
    SEED_AT,
    SINKING,
    TUESDAY,
    Case,
    text_of,
)

RAMPS = (
    "Shipowners in Corrie Head on Saturday asked for 30 million crowns for new ramps, of which "
    "there has been talk since the loss of the Alondra."
)
ABOUT_SOMETHING_ELSE = replace(holding_for_new(True), about=Regression(-5.0, ()))


@pytest.fixture
def case() -> Case:
    case = Case()
    case.store(SINKING, TUESDAY, "Ferry sinks with 148 aboard")
    return case


def test_a_new_event_alerts_with_readable_reasons(case: Case) -> None:
    verdict = case.judge(ARREST, SATURDAY)

    assert verdict.outcome is Outcome.ALERT
    assert verdict.reasons[0].code == "new_event"
    assert any(
        "detention (" in one.text and "police), 7 March" in one.text for one in verdict.reasons
    )
    assert all(reason.text for reason in verdict.reasons)
    assert verdict.score >= verdict.threshold
    assert verdict.new_sentences[0].text.startswith("Police on Saturday arrested")


def test_a_new_sentence_shows_its_nearest_stored_one(case: Case) -> None:
    nearest = case.judge(ARREST, SATURDAY).new_sentences[0].nearest

    assert nearest is not None
    assert "Calder" in nearest.text
    assert nearest.article_id == 1
    assert 0 < nearest.score < 1


def test_the_event_in_other_words_on_the_same_day_is_silent_and_joins(case: Case) -> None:
    case.follow(ARREST, SATURDAY)
    retold = text_of(
        "Rufo Calder, who was captain of the ferry Alondra, was arrested by police on Saturday "
        "when he left a hospital.",
        "The ship had sailed with an open door, prosecutor Berta Ocaria said.",
    )

    verdict = case.judge(retold, SATURDAY + timedelta(hours=4))

    assert verdict.outcome is Outcome.SILENT
    assert verdict.joins == (2,)


def test_the_event_in_spanish_is_silent_and_joins(case: Case) -> None:
    case.follow(ARREST, SATURDAY)
    spanish = text_of(
        "La policía detuvo este sábado a Rufo Calder, capitán del ferri Alondra, cuando salía de "
        "un hospital de Villa Clara.",
        "La fiscal Berta Ocaria dijo que el barco había zarpado con una puerta abierta.",
    )

    verdict = case.judge(spanish, SATURDAY + timedelta(hours=4))

    assert verdict.outcome is Outcome.SILENT
    assert verdict.joins == (2,)


def test_a_development_older_than_three_days_takes_in_no_more_reports(case: Case) -> None:
    case.follow(ARREST, SATURDAY)

    assert case.judge(ARREST, SATURDAY, now=SATURDAY + timedelta(hours=80)).joins == ()


def test_what_was_there_before_never_alerts(case: Case) -> None:
    verdict = case.judge(ARREST, SATURDAY, is_baseline=True)

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "baseline"


def test_a_mention_never_alerts(case: Case) -> None:
    verdict = case.judge(RAMPS, SATURDAY, is_subject=False, weights=ABOUT_SOMETHING_ELSE)

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "mention"


def test_an_opinion_never_alerts_but_a_new_event_in_it_goes_to_the_digest(case: Case) -> None:
    verdict = case.judge(ARREST, SATURDAY, "Opinion | The captain and the company")

    assert verdict.outcome is Outcome.DIGEST
    assert verdict.reasons[0].code == "opinion"


def test_a_title_alone_is_judged_on_its_title(case: Case) -> None:
    new = case.judge(
        "",
        SATURDAY,
        "Police arrest Rufo Calder, captain of sunken ferry, and charge him with manslaughter",
    )
    case.store("", SATURDAY, "Police arrest captain of sunken ferry")
    again = case.judge("", SATURDAY, "Police arrest captain of sunken ferry")

    assert new.outcome is Outcome.ALERT
    assert [sentence.index for sentence in new.new_sentences] == [-1]
    assert again.outcome is Outcome.SILENT


def test_colour_added_to_a_known_text_does_not_alert(case: Case) -> None:
    for number in range(6):
        case.store(
            ARREST.replace("door open", f"door {number} open").replace(
                "Calder denies", f"He {number} denies"
            ),
            SATURDAY,
        )
    colour = (
        "By noon the flower seller at the quay had given away everything on her cart, and a dog "
        "waited on the slip."
    )

    assert (
        case.judge(text_of(colour, SINKING), TUESDAY + timedelta(hours=5)).outcome
        is not Outcome.ALERT
    )


def test_a_corrected_date_alerts_and_a_corrected_caption_does_not(case: Case) -> None:
    dated = text_of(SINKING, "The inquiry opens on May 7 in Port Amber.")
    case.store(dated, TUESDAY)
    at = TUESDAY + timedelta(days=1)
    note = (
        "(This story of March 3 has been corrected to say that the inquiry opens on April 30, "
        "not on May 7.)"
    )
    caption = (
        "Correction: an earlier version of this article misspelled the name of the photographer."
    )

    corrected = case.judge(text_of(note, dated.replace("May 7", "April 30")), at)

    assert corrected.outcome is Outcome.ALERT
    assert corrected.reasons[0].code == "correction"
    assert case.judge(text_of(caption, dated), at).outcome is Outcome.SILENT


def test_a_higher_offer_in_the_same_words_alerts(case: Case) -> None:
    offer = text_of(
        "Lantern Lines on Tuesday offered 40,000 crowns to the family of each victim of the "
        "sinking of the ferry Alondra.",
        "The payment would not be an admission of fault, the company said. Those who accept give "
        "up further claims.",
    )
    case.follow(offer, TUESDAY)

    verdict = case.judge(offer.replace("40,000", "65,000"), TUESDAY + timedelta(hours=1))

    assert verdict.outcome is Outcome.ALERT
    assert verdict.changed_claims[0].slot.value == "number"
    assert "40,000" in verdict.changed_claims[0].before
    assert "65,000" in verdict.changed_claims[0].after


def test_another_place_in_the_same_words_alerts_and_another_name_goes_to_the_digest(
    case: Case,
) -> None:
    known = text_of(
        SINKING,
        "The captain was taken from Villa Clara to Port Amber, where Ada Marlow, a nurse, looked "
        "after him.",
    )
    case.store(known, TUESDAY)

    elsewhere = case.judge(
        known.replace("to Port Amber, where", "to Grandel, where"), TUESDAY + timedelta(hours=3)
    )
    renamed = case.judge(known.replace("Ada Marlow", "Ines Brook"), TUESDAY + timedelta(hours=3))

    assert elsewhere.outcome is Outcome.ALERT
    assert elsewhere.changed_claims[0].slot.value == "place"
    assert renamed.outcome is Outcome.DIGEST
    assert renamed.changed_claims[0].slot.value == "name"


def test_promotion_headings_and_captions_added_to_a_known_text_are_silent(case: Case) -> None:
    framed = text_of(
        "The ferry in the harbour. Photograph: Ana Ruiz/Example",
        "What we know so far",
        SINKING,
        "Follow our live coverage here.",
        "More on this story",
        "Subscribe to our newsletter to read more.",
    )

    assert case.judge(framed, TUESDAY + timedelta(hours=3)).outcome is Outcome.SILENT


@pytest.mark.xfail(
    reason="a reminder in a live blog is in the digest, for being in a live blog", strict=True
)
def test_a_live_blog_on_something_else_counts_only_entries_that_name_the_subject(
    case: Case,
) -> None:
    live = text_of(
        "18:02 - The finance minister resigned after a vote in parliament, and police raided his "
        "office in Villa Clara.",
        "17:55 - A reminder: the ferry Alondra sank on Tuesday with 148 people aboard.",
        "17:31 - A new school was opened in the capital by the queen.",
    )

    title, at, subject = "Politics live: a minister goes", TUESDAY + timedelta(hours=2), "alondra"

    all_entries = case.judge(live, at, title)
    subject_only = case.judge(live, at, title, subject_terms=frozenset({subject}))

    assert all_entries.outcome is Outcome.ALERT
    assert subject_only.outcome is Outcome.SILENT


def test_untrained_an_old_report_told_late_without_a_day_goes_to_the_digest(case: Case) -> None:
    for number in range(6):
        case.store(
            ARREST.replace("door open", f"door {number} open").replace(
                "Calder denies", f"He {number} denies"
            ),
            SATURDAY,
        )
    late = text_of(
        "The captain of the ferry Alondra, Rufo Calder, is under arrest. Police took him at a "
        "hospital in Villa Clara.",
        "Prosecutor Berta Ocaria accuses him of sailing with a door open. Calder denies the "
        "charge.",
    )

    untrained = replace(DEFAULT_SETTINGS, is_trained=False)
    verdict = case.judge(late, SATURDAY + timedelta(days=12), settings=untrained)

    assert verdict.outcome is Outcome.DIGEST
    assert verdict.reasons[0].code == "retold"


def test_the_first_article_of_a_case_alerts():
    assert Case().judge(SINKING, TUESDAY).outcome is Outcome.ALERT


@pytest.mark.parametrize(
    "text",
    [
        "A cargo ship struck a pillar of the Larkin Bridge on Tuesday, and two people were hurt.",
        "El ayuntamiento cerró el puente Larkin el martes por grietas en dos pilares.",
        "The Larkin Bridge will host a concert, its first, the mayor said.",
    ],
)
def test_whatever_the_first_article_of_a_case_says_is_new(text):
    """Without seed or baseline nothing can be known; only mentions and opinions stay silent."""
    verdict = Case().judge(text, TUESDAY)

    assert verdict.outcome is Outcome.ALERT
    assert [sentence.text for sentence in verdict.new_sentences] == [text]


@pytest.mark.parametrize(
    "copies",
    [
        1,
        3,
        9,
    ],
)
def test_many_copies_of_one_text_leave_a_case_as_young_as_one(copies):
    case = Case()
    for hour in range(copies):
        case.store(SEED, SEED_AT + timedelta(hours=hour))
    added = (
        "Abrego Garcia was moved from the prison to a lower-security centre in Santa Ana, "
        "officials said."
    )

    verdict = case.judge(text_of(*PARAGRAPHS[:3], added, *PARAGRAPHS[3:]), NEXT_DAY)

    assert verdict.outcome is Outcome.ALERT
    assert [sentence.text for sentence in verdict.new_sentences] == [added]


def test_a_silent_article_tells_no_changes_beyond_those_of_known_sentences(case: Case) -> None:
    assert case.judge(SINKING, TUESDAY + timedelta(hours=2)).changed_claims == ()
