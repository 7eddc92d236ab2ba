"""Is a sentence by itself new? What words and facts say, and what an encoder adds."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import KnownArticle
from monitor.novelty import DEFAULT_SETTINGS, CaseMemory, analyse, with_vectors
from monitor.novelty.alignment.align import align
from monitor.novelty.classifier.logistic import shipped_sentence_weights
from monitor.novelty.standing import ENCODED, PLAIN, Standing, stand

pytest.importorskip("numpy")

AT = datetime(2026, 3, 4, 12, tzinfo=UTC)
STORED = (
    "The harbor board closed the north pier on Monday because its piles had rotted.",
    "Engineer Paula Drent told the board that the repair would take six weeks.",
)
VECTORS = (bytes((100, 0, 0)), bytes((0, 100, 0)))
NEAR_FIRST, LIKE_NEITHER = bytes((90, 5, 0)), bytes((0, 0, 100))


def memory_of(vectors: tuple[bytes, ...]) -> CaseMemory:
    memory = CaseMemory()
    for number, (text, vector) in enumerate(zip(STORED, vectors, strict=True), 1):
        analysis = with_vectors(analyse("", text, lang="en", published_at=AT), [b"", vector])
        memory.add(KnownArticle(number, number, analysis.title, analysis.sentences, "en", AT, AT))
    return memory


def ask(text: str, vector: bytes = b"", vectors: tuple[bytes, ...] = VECTORS, lang: str = "en") -> Standing:
    memory = memory_of(vectors)
    analysis = with_vectors(analyse("", text, lang=lang, published_at=AT + timedelta(days=1)), [b"", vector])
    row = align(analysis.sentences[0], memory, analysis.local_day, DEFAULT_SETTINGS)
    return stand([row], memory, analysis.local_day, DEFAULT_SETTINGS)[0]


def test_the_very_words_are_not_new():
    assert ask(STORED[0]).novelty() < 0.1


def test_other_words_for_the_same_are_less_new_than_another_fact_in_the_same_words():
    same = ask("On Monday, the board shut the harbor's north pier since its piles were rotten.")
    other = ask("The harbor board closed the south pier on March 3 because its piles had rotted.")

    assert same.novelty() < 0.5 < other.novelty()


def test_without_an_encoder_nothing_is_near_in_meaning():
    standing = ask(STORED[1], vectors=(b"", b""))

    assert (standing.meant, standing.cosine, standing.is_encoded) == (None, 0.0, False)


def test_the_nearest_in_meaning_comes_with_its_cosine_from_the_other_language():
    standing = ask("La junta cerró el muelle norte por la podredumbre de los pilotes.", NEAR_FIRST, lang="es")

    assert standing.meant is not None
    assert standing.meant.text == STORED[0]
    assert standing.cosine == pytest.approx(0.998, abs=0.002)


def test_nearness_in_meaning_lowers_the_chance_that_a_sentence_is_new():
    text = "Timbers under the northern jetty are decayed, so officials barred access."

    assert ask(text, NEAR_FIRST).novelty() < ask(text, LIKE_NEITHER).novelty()


def test_the_shipped_weights_know_exactly_the_figures_there_are():
    weights, figures = shipped_sentence_weights(), ask(STORED[0], NEAR_FIRST).figures

    assert tuple(term.name for term in weights.plain.terms) == PLAIN
    assert tuple(term.name for term in weights.encoded.terms) == ENCODED
    assert set(figures) == set(ENCODED)
