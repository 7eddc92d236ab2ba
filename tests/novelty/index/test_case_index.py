"""What a case knows of its articles, and how fast it finds it."""

import random
import time
from datetime import UTC, datetime, timedelta

from monitor.model import KnownArticle, Sentence
from monitor.novelty import ArticleContext, CaseIndex, analyse, judge, sentence_key
from monitor.novelty.index.case_index import UnconfirmedArticle
from monitor.novelty.nlp.event_keys import TypedTerm
from tests.novelty.world import seeded

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)


def test_the_index_knows_how_far_it_has_read():
    case = seeded()

    assert case.index.last_sequence == 1
    assert CaseIndex().last_sequence < 0


def waiting_article(*sentences: str) -> UnconfirmedArticle:
    """Returns what a case that knows an opening night keeps of an unconfirmed article."""
    index = CaseIndex()
    known = analyse("", "Orsa Quill sang on Monday. The hall was sold out.", published_at=AT)
    index.add(KnownArticle(1, 1, known.title, known.sentences, "en", AT, AT))
    waiting = analyse("A headline", " ".join(sentences), published_at=AT)
    index.add(
        KnownArticle(
            2,
            2,
            waiting.title,
            waiting.sentences,
            "en",
            AT,
            AT,
            "Elm Cove Post",
            is_unconfirmed=True,
        )
    )
    return index.unconfirmed[2]


def test_of_an_unconfirmed_article_the_terms_of_five_new_sentences_are_kept():
    new = [
        f"On Tuesday a critic named {name} left."
        for name in ("Alder", "Brome", "Cray", "Dunn", "Eddow", "Fisk")
    ]

    waiting = waiting_article("Orsa Quill sang on Monday.", *new)

    names = {term.value for term in waiting.terms if term.kind == "name"}
    assert names == {"alder", "brome", "cray", "dunn", "eddow"}
    assert waiting.first_key == sentence_key("Orsa Quill sang on Monday.")


def test_of_an_unconfirmed_article_that_is_half_known_no_terms_are_kept():
    known, new = (
        ["Orsa Quill sang on Monday.", "The hall was sold out."],
        ["A critic named Alder left.", "A mayor named Brome left."],
    )

    assert waiting_article(*known, *new).terms == frozenset()
    assert waiting_article(known[0], *new).terms


def test_of_many_unconfirmed_articles_the_latest_two_thousand_are_kept():
    index = CaseIndex()
    title = Sentence(-1, -1, "A headline", 1)
    for number in [*range(2_001), 1, 2_001]:
        index.add(KnownArticle(number, number, title, (), "en", AT, AT, is_unconfirmed=True))

    assert len(index.unconfirmed) == 2_000
    assert {1, 2_001} <= index.unconfirmed.keys()
    assert 0 not in index.unconfirmed


def test_a_bare_headline_that_is_unconfirmed_is_kept_by_its_words():
    index = CaseIndex()
    headline = analyse("Critic Alder leaves", "", published_at=AT).title
    index.add(KnownArticle(1, 1, headline, (), "en", AT, AT, is_unconfirmed=True))

    assert index.unconfirmed[1].first_key == headline.key
    assert TypedTerm("name", "alder") in index.unconfirmed[1].terms


def test_fifty_thousand_sentences_are_searched_within_a_tenth_of_a_second():
    rng = random.Random(3)
    words = [f"word{int(rng.paretovariate(0.6)) % 20_000}" for _ in range(200_000)]
    index = CaseIndex()
    for number in range(2_000):
        sentences = tuple(
            Sentence(index, index, text := " ".join(rng.sample(words, 14)), sentence_key(text))
            for index in range(25)
        )
        at = AT + timedelta(hours=number)
        index.add(
            KnownArticle(
                number, number, Sentence(-1, -1, f"title {number}", number), sentences, "en", at, at
            )
        )
    assert len(index) > 50_000
    text = "\n\n".join(" ".join(rng.sample(words, 14)).capitalize() + "." for _ in range(50))
    analysis = analyse("A headline", text, published_at=AT)

    began = time.process_time()
    judge(analysis, index, ArticleContext(now=AT, is_subject=True))

    assert (
        time.process_time() - began < 0.5
    )  # 0.03 s on an idle core; the room is for a loaded machine
