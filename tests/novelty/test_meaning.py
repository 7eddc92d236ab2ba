"""What a sentence says, word by word, and what words mean alike."""

import pytest

from monitor.novelty.meaning import read_meaning
from monitor.novelty.thesaurus import thesaurus


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("company", "empresa"),
        ("judge", "jueza"),
        ("jail", "carcel"),
        ("rejected", "rechazo"),
        ("regional", "regional"),
        ("inspector", "inspectores"),
        ("accionar", "acciono"),
    ],
)
def test_words_of_one_meaning_share_a_label(one, other):
    meanings = thesaurus().meanings

    assert not meanings(one).isdisjoint(meanings(other))


@pytest.mark.parametrize(
    ("one", "other"), [("court", "council"), ("granted", "denied"), ("material", "killed"), ("front", "brake")]
)
def test_words_of_other_meanings_share_none(one, other):
    meanings = thesaurus().meanings

    assert meanings(one).isdisjoint(meanings(other))


@pytest.mark.parametrize("name", ["the U.S.", "the United States", "EE. UU.", "Estados Unidos"])
def test_spellings_of_a_name_are_one(name):
    assert "=usa" in read_meaning(f"Their ship sailed for {name} in the spring.").labels


def test_a_small_us_is_no_country():
    assert "=usa" not in read_meaning("Nobody told us of the storm.").labels


@pytest.mark.parametrize(
    ("sentence", "courts"),
    [
        ("The Fourth Circuit freed him.", {"4"}),
        ("El 4.º Circuito lo liberó.", {"4"}),
        ("The Supreme Court freed him.", {"supreme"}),
        ("El Tribunal Supremo lo liberó.", {"supreme"}),
        ("El Juzgado Penal número 3 lo absolvió.", {"criminal", "3"}),
        ("The Labor Court heard 12 sailors.", {"labor"}),
        ("The captain went home.", set()),
    ],
)
def test_courts_have_their_kind_and_number(sentence, courts):
    assert set(read_meaning(sentence).courts) == courts


@pytest.mark.parametrize(
    ("sentence", "speaker"),
    [
        ('"We saw the light go out," said Ada Marlow, a nurse.', "marlow"),
        ('"We saw the light go out," Marlow told reporters.', "marlow"),
        ("Marlow said that Calder had seen the light go out.", "marlow"),
        ("According to Ada Marlow, the light went out.", "marlow"),
        ("La luz se apagó, según Ada Marlow.", "marlow"),
        ("The light went out at four.", ""),
    ],
)
def test_the_speaker_is_who_says_it(sentence, speaker):
    texts = [word.text for word in read_meaning(sentence).speaker]

    assert (speaker in texts) if speaker else not texts
    assert "calder" not in texts


def test_a_negation_reaches_the_words_behind_it_and_a_second_one_takes_it_back():
    assert "inspect" in read_meaning("The cable had not been inspected.").negated
    assert "inspect" not in read_meaning("The cable had been inspected.").negated
    assert read_meaning("The judge turned down the request.").refusals == read_meaning("The judge denied the request.").refusals


def test_months_and_seasons_without_a_day_are_times():
    assert read_meaning("The trial begins in September or next summer.").times == {"month 9", "summer"}
    assert not read_meaning("The trial begins on September 14.").times
    assert not read_meaning("They may march to the port.").times
