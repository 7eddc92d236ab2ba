"""How far a sentence departs from what is stored: the same in other words, with another fact, or like nothing stored."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import KnownArticle, Slot
from monitor.novelty import DEFAULT_SETTINGS, CaseMemory, analyse
from monitor.novelty.departure import Departure, depart
from monitor.novelty.nlp.event_keys import stems

STORED_AT = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday
ASKED_AT = STORED_AT + timedelta(days=1)
STORED = (
    "The Fourth Circuit Court of Appeal ruled on Tuesday that Rufo Calder may leave before the trial.",
    "Judge Berta Ocaria denied the shipping company a delay of the trial on Monday.",
    "The Labor Court in Port Amber ordered the company to pay 14 sailors their wages for January.",
    '"Nobody told us that the door was open," said Ada Marlow, a nurse who was on the car deck.',
    "Warden Paul Dreher said that the captain was eating again and had asked for books.",
    "The inquiry must report by the end of September, the transport ministry said.",
    "The captain was moved by ambulance to a hospital in Villa Clara on Tuesday.",
    "The union accepted the offer of the company on Monday after a vote of 212 to 9.",
    "The police searched the offices of the ferry line in Port Amber on Tuesday.",
    "The ministry closed three terminals on Tuesday.",
    "The Maritime Council ordered a new inspection of all ferries on Tuesday.",
    "Lantern Lines owes its creditors 1.4 billion crowns, a court document shows.",
)


def ask(sentence: str, lang: str = "en", at: datetime = ASKED_AT) -> Departure:
    memory = CaseMemory()
    for number, text in enumerate(STORED, 1):
        analysis = analyse("", text, lang="en", published_at=STORED_AT, utc_offset=timedelta())
        assert len(analysis.sentences) == 1
        memory.add(KnownArticle(number, number, analysis.title, analysis.sentences, analysis.lang, STORED_AT, STORED_AT))
    analysis = analyse("", sentence, lang=lang, published_at=at, utc_offset=timedelta())
    asked = analysis.sentences[0]
    return depart(asked, memory.nearest(stems(asked.text)), memory, analysis.local_day, DEFAULT_SETTINGS)


@pytest.mark.parametrize(
    ("sentence", "slot"),
    [
        ("The Labor Court in Port Amber ordered the company to pay 31 sailors their wages for January.", Slot.NUMBER),
        ("Lantern Lines owes its creditors 2.6 billion crowns, a court document shows.", Slot.NUMBER),
        ("The inquiry must report by the end of November, the transport ministry said.", Slot.DATE),
        ("The inquiry must report by next summer, the transport ministry said.", Slot.DATE),
        ("The Labor Court in Port Amber ordered the company to pay 14 sailors their wages for March.", Slot.DATE),
        ("The captain was moved by ambulance to a hospital in Villa Clara on February 20.", Slot.DATE),
        ("The union rejected the offer of the company on Monday after a vote of 212 to 9.", Slot.NEGATION),
        ("Judge Berta Ocaria granted the shipping company a delay of the trial on Monday.", Slot.NEGATION),
        (
            "The Second Circuit Court of Appeal ruled on Tuesday that Rufo Calder may leave before the trial.",
            Slot.STATUS,
        ),
        ("The Commercial Court in Port Amber ordered the company to pay 14 sailors their wages for January.", Slot.STATUS),
        ("The Maritime Court ordered a new inspection of all ferries on Tuesday.", Slot.STATUS),
        ("Judge Ines Brook denied the shipping company a delay of the trial on Monday.", Slot.NAME),
        ("The captain was moved by ambulance to a hospital in Grandel on Tuesday.", Slot.PLACE),
        ('"Nobody told us that the door was open," said Teodor Lisk, a driver who was on the car deck.', Slot.NAME),
        ("Irene Calder said that the captain was eating again and had asked for books.", Slot.NAME),
    ],
)
def test_a_fact_in_the_place_of_another_is_a_change(sentence, slot):
    departure = ask(sentence)

    assert not departure.is_known
    assert departure.pair is not None
    assert [change.slot for change in departure.pair.sure][:1] == [slot]
    assert departure.score > 1


@pytest.mark.parametrize(
    "sentence",
    [
        "The 4th Circuit Court of Appeal ruled on March 3 that Rufo Calder may leave before the trial.",
        "On Monday, Judge Berta Ocaria turned down the shipping company's request for a delay of the trial.",
        "The Labor Court in Port Amber ordered the firm to pay fourteen sailors their wages for January.",
        "Lantern Lines owes its creditors 1.4bn crowns, a court document shows.",
        "The captain was moved to a hospital in Villa Clara by ambulance on Tuesday.",
        "The captain was moved to a hospital in Villa Clara on Tuesday.",
        "On Tuesday police searched the ferry line's offices in Port Amber.",
    ],
)
def test_other_words_spellings_orders_and_what_was_left_away_are_known(sentence):
    departure = ask(sentence)

    assert departure.is_known
    assert departure.score < 0.4


@pytest.mark.parametrize(
    "sentence",
    [
        "La policía registró el martes las oficinas de la línea de transbordadores en Port Amber.",
        "El ministerio cerró el martes tres terminales.",
        "El sindicato aceptó el lunes la oferta de la empresa tras una votación de 212 a 9.",
    ],
)
def test_what_is_stored_in_the_other_language_is_known(sentence):
    assert ask(sentence, "es").is_known


@pytest.mark.parametrize(
    ("sentence", "slot"),
    [
        ("El ministerio cerró el martes cinco terminales.", Slot.NUMBER),
        ("El sindicato rechazó el lunes la oferta de la empresa tras una votación de 212 a 9.", Slot.NEGATION),
    ],
)
def test_another_fact_in_the_other_language_is_a_change(sentence, slot):
    departure = ask(sentence, "es")

    assert departure.pair is not None
    assert [change.slot for change in departure.pair.sure] == [slot]


@pytest.mark.parametrize(
    "sentence",
    [
        "The police searched the offices of the ferry line in Port Amber on Tuesday and arrested the purser.",
        "The captain was moved by ambulance to a hospital in Villa Clara on Tuesday and handed a letter to the nurses.",
    ],
)
def test_a_known_sentence_with_one_act_more_is_not_known(sentence):
    departure = ask(sentence)

    assert departure.pair is not None
    assert departure.pair.is_added
    assert departure.score > 1


def test_two_stored_sentences_told_in_one_are_known():
    sentence = "The ministry closed three terminals on Tuesday and police searched the offices of the ferry line in Port Amber."

    assert ask(sentence).is_known


def test_the_same_person_introduced_by_the_office_is_no_other_speaker():
    assert ask("The warden said that the captain was eating again and had asked for books.").is_known


def test_another_place_in_plain_words_departs_far_but_is_no_sure_change():
    departure = ask("The captain was moved by ambulance to a convent in Villa Clara on Tuesday.")

    assert departure.pair is not None
    assert not departure.pair.sure
    assert departure.score > 0.5


def test_nothing_departs_further_than_what_resembles_nothing():
    new = ask("Divers found a ring of gold coins under the old lighthouse of Cape Tresk.")

    assert not new.is_known
    assert new.score > 1


def test_the_very_words_do_not_depart():
    assert ask(STORED[0]).score == 0
