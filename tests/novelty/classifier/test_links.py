"""Which stored articles tell the same development as a new one."""

from dataclasses import asdict
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.novelty import analyse
from monitor.novelty.classifier.assessment import assess
from monitor.novelty.classifier.links import (
    CANDIDATES,
    LinkCandidate,
    Links,
    link_candidates,
)
from monitor.novelty.classifier.logistic import shipped_weights
from monitor.novelty.classifier.prediction import find_links
from tests.novelty.world import (
    ARREST,
    SATURDAY,
    SINKING,
    THURSDAY,
    TRIAL,
    TRIAL_RETOLD,
    TUESDAY,
    Case,
    text_of,
)

STRIKE = text_of(
    "Dockers in Port Amber on Thursday began a strike of three days for the families of the "
    "Alondra's crew.",
    "Union leader Sven Aldous said that 400 men had walked out. Lantern Lines cancelled all its "
    "sailings.",
)


def candidates(case: Case, text: str, at: datetime = THURSDAY, title: str = "") -> list[int]:
    return [one.profile.article_id for one in found_candidates(case, text, at, title)]


def found_candidates(
    case: Case, text: str, at: datetime = THURSDAY, title: str = ""
) -> list[LinkCandidate]:
    return link_candidates(assess(analyse(title, text, published_at=at), case.index))


def links(case: Case, text: str, at: datetime = THURSDAY, title: str = "") -> Links:
    weights = shipped_weights()
    assert weights is not None
    assessment = assess(analyse(title, text, published_at=at), case.index)
    return find_links(assessment, weights.link)


def test_other_words_for_one_event_link_more_than_another_event_of_the_day(grown: Case) -> None:
    grown.store(TRIAL, THURSDAY, "Captain of sunken ferry gets nine years")
    grown.store(STRIKE, THURSDAY, "Dockers walk out")

    found = links(grown, TRIAL_RETOLD, THURSDAY + timedelta(hours=5), "Nine years for captain")

    by_article = {link.profile.article_id: link.probability for link in found.links}
    assert by_article[26] > by_article[27]
    assert by_article[26] == max(by_article.values())


def test_the_same_in_other_words_shares_names_numbers_and_days(grown: Case) -> None:
    grown.store(TRIAL, THURSDAY)

    features = found_candidates(grown, TRIAL_RETOLD)[-1].features

    assert features.names == features.days == features.numbers == 1
    assert features.same_language == 1
    assert features.hours == features.far == 0


def test_an_addition_is_compared_by_what_was_added_only(grown: Case) -> None:
    added = TRIAL.split("\n\n")[0]

    whole = found_candidates(grown, text_of(added, SINKING))
    alone = found_candidates(grown, added)

    assert [one.features for one in whole] == [one.features for one in alone]


def test_the_headline_of_an_addition_says_nothing_of_what_was_added(grown: Case) -> None:
    text = text_of(TRIAL.split("\n\n")[0], SINKING)

    assert found_candidates(grown, text, title="Ferry sinks") == found_candidates(grown, text)


def test_at_most_forty_articles_are_compared_and_the_nearest_are() -> None:
    case = Case()
    case.store(TRIAL, THURSDAY)
    for number in range(CANDIDATES + 5):
        case.store(f"A goat numbered {number} was shown in Elm Cove.", THURSDAY)

    found = candidates(case, TRIAL_RETOLD)

    assert len(found) == CANDIDATES
    assert found[-1] == 1


def test_of_equally_alike_articles_the_latest_are_compared_in_their_order() -> None:
    case = Case()
    for hour in range(CANDIDATES + 5):
        case.store(TRIAL, THURSDAY + timedelta(hours=hour))

    assert candidates(case, TRIAL_RETOLD) == list(range(6, CANDIDATES + 6))


def test_an_article_without_a_sentence_is_linked_with_nothing(grown: Case) -> None:
    assert candidates(grown, "") == []


def test_a_case_without_articles_links_nothing() -> None:
    assert links(Case(), TRIAL).links == ()
    assert links(Case(), TRIAL).told() == 0


@pytest.mark.parametrize("is_told", [True, False])
def test_only_articles_that_people_were_told_of_make_a_development_told(is_told: bool) -> None:
    case = Case()
    case.store(TRIAL, THURSDAY, is_told=is_told)

    found = links(case, TRIAL_RETOLD, THURSDAY + timedelta(hours=5))

    assert (found.told() > 0) is is_told
    assert [one.article_id for one in found.told_profiles()] == ([1] if is_told else [])
    assert [one.profile.article_id for one in found.untold()] == ([] if is_told else [1])


PIECES = st.sampled_from(
    [*SINKING.split("\n\n"), *TRIAL.split("\n\n"), *ARREST.split("\n\n"), STRIKE, "Rain.", "¿Qué?"]
)
TEXTS = st.lists(PIECES, max_size=6).map(lambda pieces: text_of(*pieces))


@given(st.lists(TEXTS, max_size=4), TEXTS, st.sampled_from(["", "Captain gets nine years", "?"]))
@settings(deadline=None)
def test_shares_are_between_none_and_all(stored: list[str], text: str, title: str) -> None:
    case = Case()
    for number, known in enumerate(stored):
        case.store(known, (TUESDAY, SATURDAY)[number % 2], title)

    for found in found_candidates(case, text, THURSDAY, title):
        values = asdict(found.features)
        assert values.pop("hours") >= 0
        assert all(-1e-9 <= value <= 1 + 1e-9 for value in values.values()), values
