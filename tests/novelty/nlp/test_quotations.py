"""What a sentence quotes, and whom."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.novelty.nlp.quotations import read_quotations


@pytest.mark.parametrize(
    ("sentence", "quotes", "speaker"),
    [
        ('"Nothing was done," Marlow said.', ("nothing was done",), "marlow"),
        ('"Nothing was done," said Ada Marlow.', ("nothing was done",), "ada"),
        ('"Nada se hizo", dijo Marlow.', ("nada se hizo",), "marlow"),
        ('"We won it," he said. "We won it all," she said.', ("we won it", "we won it all"), ""),
        ('Marlow said that the "so-called" plan failed.', (), ""),
        ("Marlow said that it failed.", (), ""),
        (
            '"Nothing was done at all", it was heard in Port Amber.',
            ("nothing was done at all",),
            "",
        ),
    ],
    ids=["before", "after", "Spanish", "two", "a term", "none", "nobody said it"],
)
def test_a_quotation_has_its_words_and_its_speaker(
    sentence: str, quotes: tuple[str, ...], speaker: str
) -> None:
    found = read_quotations(sentence)

    assert (found.quotes, found.speaker) == (quotes, speaker)


def test_a_speaker_stands_within_three_words_of_the_verb() -> None:
    assert read_quotations('"We won it," said a tall Marlow.').speaker == "marlow"
    assert read_quotations('"We won it," said a tall old Marlow.').speaker == ""


@pytest.mark.parametrize(
    ("sentence", "share"),
    [
        ('"Nothing was done so far," she said.', 0.71),
        ('A "so-called plan" failed.', 0.6),
        ("It failed.", 0.0),
        ("", 0.0),
    ],
)
def test_the_share_is_of_words_terms_included(sentence: str, share: float) -> None:
    assert read_quotations(sentence).share == share


def test_at_most_five_quotations_are_kept() -> None:
    sentence = " ".join(f'"the door number {number} was open"' for number in range(8))

    assert len(read_quotations(sentence).quotes) == 5


@given(st.text(alphabet='aB "said.,', max_size=120))
def test_any_sentence_quotes_none_to_all_of_itself(sentence: str) -> None:
    found = read_quotations(sentence)

    assert 0 <= found.share <= 1
    assert found.quotes or not found.speaker
