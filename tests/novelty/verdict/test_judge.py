"""Alert, digest or silence, and why."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import FactKind, KnownArticle, KnownDevelopment, Outcome
from monitor.novelty import analyse
from tests.novelty.world import NEXT_DAY, PARAGRAPHS, SEED, SEED_AT, Case, seeded, text_of

TUESDAY = datetime(2026, 3, 3, 16, tzinfo=UTC)
SINKING = text_of(
    "A car ferry with 148 people aboard sank off the northern cape before dawn on Tuesday, the coastguard said.",
    "The Alondra, on its run from Port Amber to Villa Clara, sent a distress call at 4:52 a.m. and disappeared from radar.",
    "Captain Rufo Calder, 58, was pulled from the sea and taken to a hospital in Villa Clara.",
    "The ship, built in 1987, belongs to Lantern Lines. The company said that it was helping the authorities.",
    "The sea was rough and the wind was blowing from the north at the time, the harbour office said.",
)
ARREST = text_of(
    "Police on Saturday arrested Rufo Calder, the captain of the ferry Alondra, as he left a hospital in Villa Clara.",
    "Prosecutor Berta Ocaria said that the ship had sailed with a door open. Calder denies it.",
    "The ferry sank on March 3 with 148 people aboard.",
)
SATURDAY = datetime(2026, 3, 7, 15, tzinfo=UTC)


@pytest.fixture
def case() -> Case:
    case = Case()
    case.store(SINKING, TUESDAY, "Ferry sinks with 148 aboard")
    return case


def test_a_new_event_alerts_with_readable_reasons(case):
    verdict = case.judge(ARREST, SATURDAY)

    assert verdict.outcome is Outcome.ALERT
    assert verdict.reasons[0].code == "new_event"
    assert any("police, detain, 7 March" in reason.text for reason in verdict.reasons)
    assert all(reason.text for reason in verdict.reasons)
    assert verdict.score >= verdict.threshold
    assert verdict.new_sentences[0].text.startswith("Police on Saturday arrested")


def test_a_new_sentence_shows_its_nearest_stored_one(case):
    nearest = case.judge(ARREST, SATURDAY).new_sentences[0].nearest

    assert nearest is not None
    assert "Calder" in nearest.text
    assert nearest.article_id == 1
    assert 0 < nearest.score < 1


def test_the_event_in_other_words_on_the_same_day_is_silent_and_joins(case):
    case.follow(ARREST, SATURDAY)
    retold = text_of(
        "Rufo Calder, who was captain of the ferry Alondra, was arrested by police on Saturday when he left a hospital.",
        "The ship had sailed with an open door, prosecutor Berta Ocaria said.",
    )

    verdict = case.judge(retold, SATURDAY + timedelta(hours=4))

    assert verdict.outcome is Outcome.SILENT
    assert verdict.joins == (2,)


def test_the_event_in_spanish_is_silent_and_joins(case):
    case.follow(ARREST, SATURDAY)
    spanish = text_of(
        "La policía detuvo este sábado a Rufo Calder, capitán del ferri Alondra, cuando salía de un hospital de Villa Clara.",
        "La fiscal Berta Ocaria dijo que el barco había zarpado con una puerta abierta.",
    )

    verdict = case.judge(spanish, SATURDAY + timedelta(hours=4))

    assert verdict.outcome is Outcome.SILENT
    assert verdict.joins == (2,)


def test_a_development_older_than_three_days_takes_in_no_more_reports(case):
    case.follow(ARREST, SATURDAY)

    assert case.judge(ARREST, SATURDAY, now=SATURDAY + timedelta(hours=80)).joins == ()


def test_what_was_there_before_never_alerts(case):
    verdict = case.judge(ARREST, SATURDAY, is_baseline=True)

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "baseline"


def test_a_mention_never_alerts(case):
    verdict = case.judge(ARREST, SATURDAY, is_subject=False)

    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "mention"


def test_an_opinion_never_alerts_but_a_new_event_in_it_goes_to_the_digest(case):
    verdict = case.judge(ARREST, SATURDAY, "Prediction | The captain and the company")

    assert verdict.outcome is Outcome.DIGEST
    assert verdict.reasons[0].code == "opinion"


def test_a_title_alone_is_judged_on_its_title(case):
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


def test_colour_added_to_a_known_text_does_not_alert(case):
    for number in range(6):
        case.store(
            ARREST.replace("door open", f"door {number} open").replace(
                "Calder denies", f"He {number} denies"
            ),
            SATURDAY,
        )
    colour = "By noon the flower seller at the quay had given away everything on her cart, and a dog waited on the slip."

    assert (
        case.judge(text_of(colour, SINKING), TUESDAY + timedelta(hours=5)).outcome
        is not Outcome.ALERT
    )


def test_a_corrected_date_alerts_and_a_corrected_caption_does_not(case):
    dated = text_of(SINKING, "The inquiry opens on May 7 in Port Amber.")
    case.store(dated, TUESDAY)
    at = TUESDAY + timedelta(days=1)
    note = "(This story of March 3 has been corrected to say that the inquiry opens on April 30, not on May 7.)"
    caption = (
        "Correction: an earlier version of this article misspelled the name of the photographer."
    )

    corrected = case.judge(text_of(note, dated.replace("May 7", "April 30")), at)

    assert corrected.outcome is Outcome.ALERT
    assert corrected.reasons[0].code == "correction"
    assert case.judge(text_of(caption, dated), at).outcome is Outcome.SILENT


def test_a_higher_offer_in_the_same_words_alerts(case):
    offer = text_of(
        "Lantern Lines on Tuesday offered 40,000 crowns to the family of each victim of the sinking of the ferry Alondra.",
        "The payment would not be an admission of fault, the company said. Those who accept give up further claims.",
    )
    case.follow(offer, TUESDAY)

    verdict = case.judge(offer.replace("40,000", "65,000"), TUESDAY + timedelta(hours=1))

    assert verdict.outcome is Outcome.ALERT
    assert verdict.changed_claims[0].slot.value == "number"
    assert "40,000" in verdict.changed_claims[0].before
    assert "65,000" in verdict.changed_claims[0].after


def test_another_place_in_the_same_words_alerts_and_another_name_goes_to_the_digest(case):
    known = text_of(
        SINKING,
        "The captain was taken from Villa Clara to Port Amber, where Ada Marlow, a nurse, looked after him.",
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


def test_promotion_headings_and_captions_added_to_a_known_text_are_silent(case):
    framed = text_of(
        "The ferry in the harbour. Photograph: Ana Ruiz/Example",
        "What we know so far",
        SINKING,
        "Follow our live coverage here.",
        "More on this story",
        "Subscribe to our newsletter to read more.",
    )

    assert case.judge(framed, TUESDAY + timedelta(hours=3)).outcome is Outcome.SILENT


def test_a_live_blog_on_something_else_counts_only_entries_that_name_the_subject(case):
    live = text_of(
        "18:02 - The finance minister resigned after a vote in parliament, and police raided his office in Villa Clara.",
        "17:55 - A reminder: the ferry Alondra sank on Tuesday with 148 people aboard.",
        "17:31 - A new school was opened in the capital by the queen.",
    )

    all_entries = case.judge(live, TUESDAY + timedelta(hours=2), "Politics live: a minister goes")
    subject_only = case.judge(
        live,
        TUESDAY + timedelta(hours=2),
        "Politics live: a minister goes",
        subject_terms=frozenset({"alondra"}),
    )

    assert all_entries.outcome is Outcome.ALERT
    assert subject_only.outcome is Outcome.SILENT


def test_an_old_report_told_late_without_a_day_goes_to_the_digest(case):
    for number in range(6):
        case.store(
            ARREST.replace("door open", f"door {number} open").replace(
                "Calder denies", f"He {number} denies"
            ),
            SATURDAY,
        )
    late = text_of(
        "The captain of the ferry Alondra, Rufo Calder, is under arrest. Police took him at a hospital in Villa Clara.",
        "Prosecutor Berta Ocaria accuses him of sailing with a door open. Calder denies the charge.",
    )

    verdict = case.judge(late, SATURDAY + timedelta(days=12))

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
    """Without seed or baseline nothing can be known; a mention or an opinion still does not alert."""
    verdict = Case().judge(text, TUESDAY)

    assert verdict.outcome is Outcome.ALERT
    assert [sentence.text for sentence in verdict.new_sentences] == [text]


@pytest.mark.parametrize("copies", [1, 4, 9])
def test_many_copies_of_one_text_leave_a_case_as_young_as_one(copies):
    case = Case()
    for hour in range(copies):
        case.store(SEED, SEED_AT + timedelta(hours=hour))
    added = "Abrego Garcia was moved from the prison to a lower-security centre in Santa Ana, officials said."

    verdict = case.judge(text_of(*PARAGRAPHS[:3], added, *PARAGRAPHS[3:]), NEXT_DAY)

    assert verdict.outcome is Outcome.ALERT
    assert [sentence.text for sentence in verdict.new_sentences] == [added]


DOUBTFUL = (
    "The town council of Harbour Falls discussed the case of Kilmar Abrego Garcia on Wednesday. "
    "It voted for a statement of support."
)
RETOLD = "Harbour Falls council members voted on Wednesday to support Kilmar Abrego Garcia, whose case they discussed in the town."


def doubting(hours: float = 0) -> Case:
    """Returns a case with an article in doubt, stored so many hours before the next day's news."""
    case, at = seeded(), NEXT_DAY - timedelta(hours=hours)
    analysis = analyse("Council meets", DOUBTFUL, published_at=at)
    case.memory.add(
        KnownArticle(
            2,
            2,
            analysis.title,
            analysis.sentences,
            "en",
            at,
            at,
            "Harbour Gazette",
            is_unconfirmed=True,
        )
    )
    return case


def test_another_outlet_confirms_what_is_in_doubt() -> None:
    verdict = doubting().judge(RETOLD, outlet="Bay Courier")

    assert verdict.confirms == 2
    assert verdict.outcome is Outcome.SILENT
    assert verdict.reasons[0].code == "confirms"


@pytest.mark.parametrize(
    ("outlet", "hours", "text"),
    [
        ("Harbour Gazette", 0, RETOLD),
        ("HARBOUR GAZETTE", 0, RETOLD),
        ("Bay Courier", 49, RETOLD),
        (
            "Bay Courier",
            0,
            "A cousin of Kilmar Abrego Garcia opened a bakery in Elm Cove on Tuesday, with 12 loaves.",
        ),
    ],
)
def test_the_same_outlet_a_late_one_and_another_matter_confirm_nothing(
    outlet: str, hours: float, text: str
) -> None:
    assert doubting(hours).judge(text, outlet=outlet).confirms is None


def test_an_article_read_again_under_another_outlets_name_does_not_confirm_itself() -> None:
    assert doubting().judge(RETOLD, outlet="Harbour Gazette | News", article_id=2).confirms is None
    assert doubting().judge(RETOLD, outlet="Bay Courier", article_id=3).confirms == 2


COUNCIL = "On Wednesday the council of Harbour Falls took up the case of Kilmar Abrego Garcia and voted to support him."
BAKERY = "A bakery opened in Elm Cove on Sunday, with 12 loaves on its shelf."


@pytest.mark.parametrize(("alerted", "confirms"), [(COUNCIL, None), (BAKERY, 2)])
def test_a_copy_confirms_nothing_that_an_alert_told_in_other_words(
    alerted: str, confirms: int | None
) -> None:
    case = doubting()
    analysis = analyse("Council meets", alerted, published_at=NEXT_DAY)
    case.memory.add(
        KnownArticle(
            3, 3, analysis.title, analysis.sentences, "en", NEXT_DAY, NEXT_DAY, "Elm Cove Post"
        )
    )
    case.memory.add_development(KnownDevelopment(3, 3, NEXT_DAY, frozenset(), frozenset()))

    assert case.judge(DOUBTFUL, outlet="Bay Courier").confirms == confirms


@pytest.mark.parametrize(("place", "confirms"), [(0, None), (1, 2)])
def test_what_begins_with_the_words_of_an_alert_is_confirmed_by_nobody(
    place: int, confirms: int | None
) -> None:
    """It is that alert's report in another outlet; a later sentence may be anybody's background."""
    case = doubting()
    told = analyse("Council meets", DOUBTFUL, published_at=NEXT_DAY).sentences[place]
    case.memory.add_development(
        KnownDevelopment(3, 3, NEXT_DAY, frozenset(), frozenset({told.key}))
    )

    assert case.judge(RETOLD, outlet="Bay Courier").confirms == confirms


def test_an_alert_tells_what_it_says_otherwise_than_a_stored_sentence_in_other_words(case):
    offer = (
        "Lantern Lines on Thursday offered 25,000 crowns to the family of each victim of the sinking of the Alondra, without "
        "admitting any fault."
    )
    case.store(offer, SATURDAY, "Company offers money")
    better = (
        "Lantern Lines said on Tuesday that it would pay 40,000 crowns to the family of each victim of the Alondra, and for "
        "the first time it admitted fault."
    )

    verdict = case.judge(better, SATURDAY + timedelta(days=10), "Company raises its offer")

    assert verdict.outcome is Outcome.ALERT
    assert {FactKind.NUMBER} <= {claim.slot for claim in verdict.changed_claims}
    assert {(claim.before, claim.after) for claim in verdict.changed_claims} == {(offer, better)}


def test_a_silent_article_tells_no_changes_beyond_those_of_known_sentences(case):
    assert case.judge(SINKING, TUESDAY + timedelta(hours=2)).changed_claims == ()
