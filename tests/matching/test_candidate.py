"""The generous first stage: what of a feed is worth reading in full."""

import pytest

from tests.matching.asking import NOW, candidate

QUERY = '"abrego garcia" OR (kilmar NEAR/3 garcia)'


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "Ábrego García vuelve"},
        {"summary": "The case of Kilmar"},
        {"url": "https://x.example/2025/abrego-garcia-returns"},
        {"url": "https://x.example/brego-garca-vuelve-1234.html"},
        {"url": "https://x.example/news/abrego-garci"},
        {"title": "Court", "text": "Abrego Garcia, who"},
    ],
)
def test_one_positive_term_makes_a_candidate(fields):
    assert candidate(QUERY, **fields)


def test_an_item_without_any_term_is_no_candidate():
    assert not candidate(QUERY, title="Council meets", url="https://x.example/council-meets")


def test_a_term_missing_so_far_may_stand_in_the_text():
    assert candidate('"abrego garcia" deport*', title="Man deported")
    assert not candidate('"abrego garcia" deport*', title="Man returned")


def test_an_excluded_word_that_is_seen_decides_one_that_is_not_seen_does_not():
    assert not candidate("ferry -tram", title="Ferry rams tram")
    assert candidate("ferry -tram", title="Ferry rams something")


def test_a_field_that_is_known_decides_and_one_that_is_not_does_not():
    assert not candidate("title:ferry captain", title="Captain lost")
    assert candidate("title:ferry captain", summary="Captain lost")


@pytest.mark.parametrize(
    "query",
    ["ferry since:2025-07-01", "ferry lang:es", "ferry outlet:tribune", "ferry feed:tribune"],
)
def test_dates_languages_outlets_and_feeds_exclude_where_known(query):
    known = {"lang": "en", "outlet": "Gazette", "feed": "Gazette", "at": NOW}

    assert not candidate(query, title="Ferry sinks", **known)
    assert candidate(query, title="Ferry sinks")


def test_an_outlet_alone_is_no_evidence_for_a_query_that_asks_for_words():
    assert not candidate("ferry outlet:gazette", title="Council meets", outlet="Gazette")


def test_a_query_that_asks_for_an_outlet_alone_takes_what_it_gives():
    (found,) = candidate("outlet:gazette", title="Council meets", outlet="Gazette")

    assert (found.term, found.field, found.snippet) == ("outlet:gazette", "outlet", "Gazette")


def test_lost_letters_are_forgiven_in_addresses_only():
    assert not candidate('"abrego garcia"', title="brego garca")


def test_a_guess_from_an_address_does_not_exclude():
    assert candidate("ferry -garcia", title="Ferry sinks", url="https://x.example/garca-ferry")
