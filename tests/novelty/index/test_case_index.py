"""What a case knows of its articles, and how fast it finds it."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import KnownArticle, KnownDevelopment, Sentence
from monitor.novelty import ArticleContext, CaseIndex, analyse, judge, sentence_key
from monitor.novelty.index.case_index import STALE_AFTER, UnconfirmedArticle
from monitor.novelty.index.recent import RECENT_LIMIT
from monitor.novelty.nlp.event_keys import TypedTerm, event_keys
from tests.costs import least
from tests.novelty.world import seeded

AT = datetime(2025, 7, 23, 16, tzinfo=UTC)


def test_the_index_knows_how_far_it_has_read():
    case = seeded()

    assert case.index.last_sequence == 1
    assert CaseIndex().last_sequence < 0


def index_of(*, is_told: bool = False, is_unconfirmed: bool = False) -> CaseIndex:
    """Returns a case that holds one article on an opening night."""
    index = CaseIndex()
    known = analyse("Opening night", "Orsa Quill sang on Monday.", published_at=AT)
    article = KnownArticle(1, 1, known.title, known.sentences, "en", AT, AT, "Elm Cove Post")
    index.add(replace(article, is_told=is_told, is_unconfirmed=is_unconfirmed))
    return index


@pytest.mark.parametrize("is_told", [True, False])
def test_an_article_is_told_if_people_were_told_of_it(is_told: bool) -> None:
    index = index_of(is_told=is_told)
    (profile,) = index.profiles()

    assert index.is_told(profile, AT) is is_told
    assert index.told == ({1} if is_told else set())


def test_the_article_of_a_development_is_told_from_then_on() -> None:
    index = index_of()
    (profile,) = index.profiles()

    index.add_development(KnownDevelopment(7, 1, AT, frozenset()))

    assert index.is_told(profile, AT)


def test_what_is_told_stays_told_when_its_article_is_read_again() -> None:
    index = index_of(is_told=True)
    again = analyse("Opening night", "Orsa Quill sang. The hall was full.", published_at=AT)
    index.add(KnownArticle(2, 1, again.title, again.sentences, "en", AT, AT))

    assert all(index.is_told(profile, AT) for profile in index.profiles())


def test_what_is_old_counts_as_told() -> None:
    index = index_of()
    (profile,) = index.profiles()

    assert not index.is_told(profile, AT + STALE_AFTER)
    assert index.is_told(profile, AT + STALE_AFTER + timedelta(seconds=1))


def test_an_unconfirmed_article_is_kept_with_its_newsroom_and_time() -> None:
    index = index_of(is_unconfirmed=True)

    assert index.unconfirmed == {1: UnconfirmedArticle(1, "Elm Cove Post", AT)}
    assert index_of().unconfirmed == {}


def test_of_many_unconfirmed_articles_the_latest_two_thousand_are_kept():
    index = CaseIndex()
    title = Sentence(-1, -1, "A headline", 1)
    for number in [*range(2_001), 1, 2_001]:
        index.add(KnownArticle(number, number, title, (), "en", AT, AT, is_unconfirmed=True))

    assert len(index.unconfirmed) == 2_000
    assert {1, 2_001} <= index.unconfirmed.keys()
    assert 0 not in index.unconfirmed


def test_a_bare_headline_is_compared_by_its_words() -> None:
    index = CaseIndex()
    headline = analyse("Critic Alder leaves", "", published_at=AT).title
    index.add(KnownArticle(1, 1, headline, (), "en", AT, AT))

    (profile,) = index.profiles()

    assert TypedTerm("name", "alder") in profile.terms
    (words,) = profile.read_stems()
    assert profile.shared_stems(words | {"other"}) == words


def test_four_times_the_sentences_cost_far_less_than_four_times_to_search():
    rng = random.Random(3)
    words = [f"word{int(rng.paretovariate(0.6)) % 20_000}" for _ in range(200_000)]
    few, many = CaseIndex(), CaseIndex()
    for number in range(2_000):
        sentences = tuple(
            Sentence(place, place, text := " ".join(rng.sample(words, 14)), sentence_key(text))
            for place in range(25)
        )
        at = AT + timedelta(hours=number)
        title = Sentence(-1, -1, f"title {number}", number)
        article = KnownArticle(number, number, title, sentences, "en", at, at)
        many.add(article)
        if number % 4 == 0:
            few.add(article)
    assert len(many) > 50_000
    text = "\n\n".join(" ".join(rng.sample(words, 14)).capitalize() + "." for _ in range(50))
    analysis = analyse("A headline", text, published_at=AT)

    context = ArticleContext(now=AT, is_subject=True)

    costs = [least(lambda: judge(analysis, index, context)) for index in (few, many)]  # noqa: B023

    assert costs[1] < 3 * costs[0], costs


def test_a_case_read_at_once_is_the_case_that_learned_day_by_day() -> None:
    quays = ("north", "south", "old", "long")
    later = [
        analyse(
            f"Judge closes the {quays[number % 4]} quay",
            f"The {quays[number % 4]} quay closed on Monday. Pilot {number} said so.",
            published_at=AT + timedelta(hours=number),
        )
        for number in range(2 * RECENT_LIMIT + 20)
    ]
    known = [
        KnownArticle(number, number, one.title, one.sentences, "en", one.published_at, AT)
        for number, one in enumerate(later)
    ]
    grown, read = CaseIndex(), CaseIndex()
    for article in known:
        grown.add(article)
    for further, article in zip(reversed(range(len(known))), known, strict=True):
        read.add(article, further=further)

    assert list(read.profiles()) == list(grown.profiles())
    assert read.usual_title_coverage() == grown.usual_title_coverage()
    assert all(map(read.has_event, event_keys(known[0].sentences[0].facts)))
