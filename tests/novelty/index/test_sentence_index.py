"""Which stored sentences share words with a new one."""

import math
from datetime import UTC, datetime

import pytest

from monitor.model import KnownArticle
from monitor.novelty import analyse
from monitor.novelty.index.sentence_index import SentenceIndex
from monitor.novelty.nlp.event_keys import stems

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)
UNLIKE_WORDS = [f"{first}{second}ud" for first in "bdfgklmn" for second in "aeiou"]


def index_of(*sentences: str) -> SentenceIndex:
    index = SentenceIndex()
    for number, text in enumerate(sentences, start=1):
        analysis = analyse("", text, published_at=AT)
        article = KnownArticle(number, number, analysis.title, analysis.sentences, "en", AT, AT)
        for sentence in analysis.sentences:
            index.add(sentence, article)
    return index


def test_the_nearest_sentence_shares_the_rare_words_not_the_subjects_name() -> None:
    index = index_of(
        "Marlow was deported to the island.",
        "Marlow has two sons.",
        "Marlow pleaded not guilty to smuggling horses.",
    )

    found = index.nearest(stems("Marlow will plead guilty to smuggling horses."))

    assert "horses" in found[0].stored.text
    assert found[0].overlap > 0.5


def test_overlap_is_containment_both_ways() -> None:
    index = index_of("The goat ate the hat of the mayor on the roof.")

    (part,) = index.nearest(stems("The goat ate the hat."))
    (whole,) = index.nearest(stems("The goat ate the hat of the mayor on the roof."))

    assert part.overlap == 1
    assert 0 < part.overlap_back == part.mutual_overlap < 1
    assert whole.overlap == whole.overlap_back == whole.mutual_overlap == 1


def test_of_equally_near_sentences_the_earlier_article_comes_first() -> None:
    index = index_of("The goat stood there.", "The goat slept there.")

    found = index.nearest(stems("A goat came there."))

    assert [neighbour.stored.article_id for neighbour in found] == [1, 2]


def test_nothing_is_near_to_strange_words() -> None:
    assert index_of("The goat stood there.").nearest(stems("Xylophones sound.")) == []
    assert SentenceIndex().nearest(stems("A goat came.")) == []


def test_at_most_twelve_sentences_are_returned() -> None:
    index = index_of(*(f"The goat number{number} stood there." for number in range(40)))

    assert len(index.nearest(stems("The goat stood there."))) == 12


@pytest.mark.parametrize(("stem", "known"), [("goat", 3), ("hat", 1), ("moon", 0)])
def test_a_rare_word_weighs_more(stem: str, known: int) -> None:
    index = index_of("The goat ate a hat.", "The goat slept there.", "The goat came back.")

    assert index.idf(stem) == pytest.approx(math.log(1 + (3 + 20) / (1 + known)))


def test_of_more_sentences_than_are_compared_the_earliest_alike_ones_are_found() -> None:
    index = index_of(*(f"The goat {word} there." for word in UNLIKE_WORDS))

    found = index.nearest(stems("The goat came there."))

    assert [neighbour.stored.article_id for neighbour in found] == list(range(1, 13))


def test_a_word_weighs_less_once_another_sentence_has_it() -> None:
    index = index_of("The goat ate a hat.")
    before = index.idf("goat")
    analysis = analyse("", "A goat slept here.", published_at=AT)

    index.add(
        analysis.sentences[0],
        KnownArticle(2, 2, analysis.title, analysis.sentences, "en", AT, AT),
    )

    assert index.idf("goat") == pytest.approx(math.log(1 + 22 / 3))
    assert index.idf("goat") < before
