"""What a sentence claims."""

from datetime import UTC, date, datetime

import pytest

from monitor.model import Facts
from monitor.novelty import analyse, sentence_key

WEDNESDAY = datetime(2025, 7, 23, 16, tzinfo=UTC)


def facts_of(sentence: str, at: datetime = WEDNESDAY) -> Facts:
    return analyse("A headline", sentence, published_at=at).sentences[0].facts


@pytest.mark.parametrize(
    ("sentence", "days"),
    [
        ("The judge ruled on Wednesday against them.", [date(2025, 7, 23)]),
        ("The judge ruled on Thursday against them.", [date(2025, 7, 17)]),
        ("The judge will rule on Friday about them.", [date(2025, 7, 25)]),
        ("They must answer by Monday in this court.", [date(2025, 7, 28)]),
        ("The ferry sank before dawn on Tuesday off the coast.", [date(2025, 7, 22)]),
        ("La jueza falló este miércoles en su contra.", [date(2025, 7, 23)]),
        ("La audiencia continuará el viernes en la capital.", [date(2025, 7, 25)]),
        ("They were told to leave on April 10 by the court.", [date(2025, 4, 10)]),
        ("The trial begins on 5 October in the capital.", [date(2025, 10, 5)]),
        ("Fue deportado el 15 de marzo de 2024 por error.", [date(2024, 3, 15)]),
        ("The judge ruled yesterday against the company.", [date(2025, 7, 22)]),
        ("La jueza falló ayer contra la empresa.", [date(2025, 7, 22)]),
        ("She may march with them in the capital.", []),
    ],
)
def test_days_are_resolved_against_the_article(sentence, days):
    assert list(facts_of(sentence).days) == days


def test_a_weekday_is_the_local_one_where_the_case_is():
    late_evening = datetime(2025, 7, 24, 2, tzinfo=UTC)

    assert facts_of("The judge ruled on Wednesday against them.", late_evening).days == (
        date(2025, 7, 23),
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "In March the judge barred the company from the port.",
        "The judge had ruled that he must be freed.",
        "La jueza había ordenado su regreso al país.",
        "Police stopped his car in 2019 near the store.",
        "The judge ruled last month against the company.",
        "He was deported on March 15 to the island.",
    ],
)
def test_what_looks_back_is_background(sentence):
    facts = facts_of(sentence)

    assert facts.is_background
    assert facts.event_days == ()


def test_a_sentence_without_a_day_speaks_of_the_day_of_the_article():
    facts = facts_of("A judge has freed the captain of the ferry.")

    assert not facts.is_background
    assert facts.event_days == (date(2025, 7, 23),)


@pytest.mark.parametrize(
    ("sentence", "classes"),
    [
        ("An appeals court upheld the order.", {"UPHOLD"}),
        ("The judge stayed the order for a week.", {"STAY"}),
        ("The mayor resigned.", {"RESIGN"}),
        ("He pleaded not guilty to two counts of theft.", {"PLEAD", "CHARGE"}),
        ("La jueza rechazó la petición.", {"DENY", "ASK"}),
        ("El capitán fue detenido.", {"DETAIN"}),
    ],
)
def test_events_are_read_in_both_languages(sentence, classes):
    assert classes <= set(facts_of(sentence).classes)


@pytest.mark.parametrize(
    ("sentence", "absent"),
    [
        ("They will stand by their friend.", "HEALTH"),
        ("The residents of the presidential quarter gathered.", "RESIGN"),
        ("He came to the country in March 2011 as a boy.", "PROTEST"),
        ("She is from the court of appeal.", "APPEAL"),
    ],
)
def test_a_stem_inside_another_word_is_no_event(sentence, absent):
    assert absent not in facts_of(sentence).classes


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("They paid $6 million for 200 men.", ("6m", "200")),
        ("Pagaron seis millones por doscientos.", ("6m",)),
        ("The fine is 40,000 crowns.", ("40000",)),
        ("La multa es de 40.000 coronas.", ("40000",)),
        ("It costs 1.5 million a year.", ("1.5m",)),
        ("He lost it within two weeks.", ("14",)),
        ("He lost it within fourteen days.", ("14",)),
        ("Twenty-five people came.", ("25",)),
        ("Treinta y un vecinos vinieron.", ("31",)),
        ("In 2019, on April 10 at 5 p.m., it closed.", ()),
    ],
)
def test_numbers_have_one_form_and_dates_are_none(sentence, numbers):
    assert facts_of(sentence).numbers == numbers


def test_names_are_capitals_inside_a_sentence_without_titles_or_datelines():
    facts = facts_of("GREENBELT, Md. (CP) - Judge Paula Xinis told Senator Brook to wait.")

    assert facts.names == ("paula", "xinis", "brook")


def test_a_capital_at_the_start_is_a_name_only_when_the_article_shows_it():
    text = "Marlow denied it. Lawyers waited outside. The lawyers asked Marlow to leave."

    sentences = analyse("A headline", text, published_at=WEDNESDAY).sentences

    assert [sentence.facts.names for sentence in sentences] == [("marlow",), (), ("marlow",)]


def test_a_headline_in_capitals_names_whom_the_text_names():
    analysis = analyse(
        "Judge Tells Marlow To Leave Town",
        "The judge told Ada Marlow to leave.",
        published_at=WEDNESDAY,
    )

    assert analysis.title.facts.names == ("marlow",)


@pytest.mark.parametrize(
    ("sentence", "is_negated"),
    [
        ("The judge did not rule.", True),
        ("The judge didn't rule.", True),
        ("Nadie respondió a la jueza.", True),
        ("Not only the judge ruled so.", False),
        ("The judge ruled in case No. 25.", False),
    ],
)
def test_negation(sentence, is_negated):
    assert facts_of(sentence).is_negated is is_negated


def test_a_quotation_has_its_words_and_its_speaker():
    facts = facts_of('"Nothing has been done so far," Marlow said in the hearing.')

    assert facts.quotes == ("nothing has been done so far",)
    assert facts.speaker == "marlow"
    assert facts.quoted_share == pytest.approx(0.55, abs=0.1)


@pytest.mark.parametrize(
    "other",
    [
        "GREENBELT, Md. (CP) - The U.S. judge’s order “stands”.",
        'The US judge\'s order "stands".',
        "17:55 - the us Judge’s order 'stands'",
    ],
)
def test_spelling_of_quotes_and_abbreviations_does_not_change_the_key(other):
    from monitor.text import normalise

    assert sentence_key(normalise(other)) == sentence_key('The U.S. judge\'s order "stands".')


def test_a_note_of_the_editors_is_told_apart():
    analysis = analyse(
        "A",
        "Correction: the trial begins on 12 October, not 5 October.\n\nThe trial is near.",
        published_at=WEDNESDAY,
    )

    assert [sentence.facts.is_note for sentence in analysis.sentences] == [True, False]


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("They owe 1.4bn crowns.", ("1.4b",)),
        ("They owe £5m to the bank.", ("5m",)),
        ("Prices rose by 7 per cent.", ("7%",)),
        ("Los precios subieron un 7 %.", ("7%",)),
        ("Los precios subieron un 7 por ciento.", ("7%",)),
        ("A hundred and twenty men came.", ("120",)),
        ("He came twice.", ("2",)),
    ],
)
def test_scales_shares_and_long_number_words_have_one_form_too(sentence, numbers):
    assert facts_of(sentence).numbers == numbers
