"""The seed article again, with and without something new: what must alert, what must not, and what
is quoted.
"""

from datetime import UTC, datetime

import pytest

from monitor.model import FactKind, Outcome, Relation
from monitor.novelty.nlp.sentences import split_sentences
from monitor.text import normalise
from tests.novelty.world import NEXT_DAY, PARAGRAPHS, SEED, SEED_AT, seeded, text_of

WHOLE = text_of(*PARAGRAPHS)

ADDITIONS = [
    "On Wednesday, US District Judge Paula Xinis ordered senior officials to testify under oath "
    "about what they have done.",
    "A federal judge has ordered two weeks of fact-finding. She said that nothing had been done "
    "so far.",
    "Senator Chris Van Hollen of Maryland flew to El Salvador to press for his release. He was "
    "refused a visit to the prison.",
    "Abrego Garcia was released from prison and put on a plane to Maryland.",
    "Lawyers for Abrego Garcia asked the court to hold the administration in contempt.",
    "The White House press secretary said that Abrego Garcia would never live in the United "
    "States again.",
    "Costa Rica offered him asylum.",
    "The hearing in the case has been set for 4 p.m. on Friday in Greenbelt, Maryland.",
    "A poll published on Thursday found that 56 per cent of Americans want him back.",
    "The State Department confirmed that he is alive and secure.",
    "“I will not stop fighting until I see my husband alive,” his wife, Jennifer Vasquez Sura, "
    "told reporters on Tuesday.",
    "La jueza federal Paula Xinis ordenó este martes al Gobierno que informe cada día. La "
    "audiencia continuará el viernes.",
    "Los abogados presentaron un recurso ante la Corte de Apelaciones del Cuarto Circuito.",
]


@pytest.mark.parametrize("at", [SEED_AT, NEXT_DAY, datetime(2025, 4, 20, 9, tzinfo=UTC)], ids=str)
@pytest.mark.parametrize("place", [0, 3, len(PARAGRAPHS)], ids=["top", "middle", "end"])
@pytest.mark.parametrize("addition", ADDITIONS)
def test_the_seed_with_a_new_paragraph_alerts_and_quotes_exactly_that_paragraph(
    addition, place, at
):
    verdict = seeded().judge(text_of(*PARAGRAPHS[:place], addition, *PARAGRAPHS[place:]), at)

    assert verdict.outcome is Outcome.ALERT
    assert [new.text for new in verdict.new_sentences] == split_sentences(normalise(addition))


def test_a_sentence_added_inside_a_paragraph_alerts_and_is_quoted_alone():
    added = "On Wednesday, a judge in Maryland ordered officials to answer questions under oath."

    verdict = seeded().judge(text_of(f"{PARAGRAPHS[0]} {added}", *PARAGRAPHS[1:]))

    assert verdict.outcome is Outcome.ALERT
    assert [new.text for new in verdict.new_sentences] == [added]


def test_a_reversed_intention_alerts_as_a_changed_claim():
    verdict = seeded().judge(
        WHOLE.replace("has stated he has no intention of returning", "has agreed to return")
    )

    assert verdict.outcome is Outcome.ALERT
    assert [change.slot for change in verdict.changed_claims] == [FactKind.NEGATION]
    assert verdict.likeness is not None
    assert verdict.likeness.relation is Relation.COPY_CHANGED


def test_a_negation_taken_away_alerts():
    verdict = seeded().judge(
        WHOLE.replace(
            "the US government maintains it is not obligated",
            "the US government maintains it is obligated",
        )
    )

    assert verdict.outcome is Outcome.ALERT


def test_another_court_overnight_alerts():
    old = "despite a US Supreme Court-backed order directing"
    assert old in WHOLE

    verdict = seeded().judge(
        WHOLE.replace(old, "despite a US appeals court order issued overnight directing")
    )

    assert verdict.outcome is Outcome.ALERT


def test_another_number_alerts():
    with_number = text_of(
        *PARAGRAPHS, "The government pays El Salvador 6 million dollars a year for the prison."
    )
    case = seeded()
    case.store(with_number)

    verdict = case.judge(with_number.replace("6 million", "15 million"))

    assert verdict.outcome is Outcome.ALERT
    assert [change.slot for change in verdict.changed_claims] == [FactKind.NUMBER]


def test_a_syndicated_copy_with_other_quotes_byline_and_footer_is_silent():
    plain = (
        SEED.replace("“", '"')
        .replace("”", '"')
        .replace("’", "'")
        .replace("US ", "U.S. ")
        .replace("—", " - ")
    )
    copy = text_of(
        "By Ana Reyes, Example Wire",
        *plain.split("\n"),
        "Read more: all our coverage",
        "Sign up for our newsletter.",
    )

    assert seeded().judge(copy).outcome is Outcome.SILENT


def test_the_first_half_is_silent():
    assert seeded().judge(text_of(*PARAGRAPHS[:4])).outcome is Outcome.SILENT


def test_a_text_cut_inside_a_sentence_is_silent():
    assert seeded().judge(WHOLE[:900] + "…").outcome is Outcome.SILENT


def test_paragraphs_in_another_order_are_silent():
    assert seeded().judge(text_of(*reversed(PARAGRAPHS))).outcome is Outcome.SILENT


def test_a_copy_edit_is_silent():
    edited = (
        WHOLE.replace("has stated he has", "said he has")
        .replace("President Donald Trump", "US President Donald Trump")
        .replace("a demonstrator declared", "one demonstrator said")
        .replace("has vowed to deport", "has promised to deport")
        .replace("praising Bukele’s crackdown", "lauding Bukele’s crackdown")
    )
    assert edited != WHOLE

    assert seeded().judge(edited).outcome is Outcome.SILENT


def test_the_same_story_under_another_headline_is_silent():
    assert (
        seeded()
        .judge(WHOLE, title="Trump says he could bring Abrego Garcia home on Friday")
        .outcome
        is Outcome.SILENT
    )


def test_the_same_text_weeks_later_is_silent():
    assert seeded().judge(WHOLE, datetime(2025, 7, 1, tzinfo=UTC)).outcome is Outcome.SILENT


def test_the_news_again_at_two_other_outlets_is_silent_and_joins_the_development():
    case = seeded()
    news = text_of(
        "A federal judge on Wednesday ordered Trump administration officials to testify under "
        "oath about Kilmar Abrego Garcia.",
        "Judge Paula Xinis gave the government two weeks and said that it had done nothing so far.",
        "The man was deported by mistake to El Salvador in March.",
    )
    first = case.follow(news, NEXT_DAY, "Judge orders testimony")
    (development,) = case.index.developments

    again = case.follow(news, NEXT_DAY.replace(hour=17), "Officials must testify")
    retold = case.follow(
        text_of(
            "Officials must testify under oath about Kilmar Abrego Garcia, federal judge Paula "
            "Xinis ordered on Wednesday.",
            "She said that the government had done nothing and set two weeks for it.",
        ),
        NEXT_DAY.replace(hour=18),
        "Under oath",
    )

    assert first.outcome is Outcome.ALERT
    assert again.outcome is retold.outcome is Outcome.SILENT
    assert again.joins == retold.joins == (development.development_id,)
